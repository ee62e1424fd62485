"""Recordings in the formats that channels and browsers play. Runs in a process of its own (kit/media_job.py).

What is mono and has the codec already is only wrapped anew; everything else is decoded and encoded: Opus or AAC, mono.
"""

import io
from typing import IO, Any, Final, NamedTuple

from harken.kit.media_decoding import opened


class _Target(NamedTuple):
    muxer: str
    codec: str
    copied: tuple[str, ...]  # codecs that need no encoding
    rate: int
    bits: int


CONVERTED: Final = {"audio/ogg": ".ogg", "audio/mp4": ".m4a"}  # types, and how the names of such files end
_TARGETS: Final = {
    "audio/ogg": _Target("ogg", "libopus", ("opus", "libopus"), 48_000, 32_000),
    "audio/mp4": _Target("ipod", "aac", ("aac",), 48_000, 64_000),
}
_MAX_SECONDS: Final = 2 * 3600


def convert(media_type: str, wanted: str, file: IO[bytes]) -> bytes:
    """Raises for what cannot be decoded, holds no sound or is endless."""
    import av

    target, out = _TARGETS[wanted], io.BytesIO()
    with opened(media_type, file) as source, av.open(out, mode="w", format=target.muxer) as sink:
        stream = source.streams.audio[0]
        if stream.codec_context.name in target.copied and stream.channels == 1:
            written = _rewrap(source, sink, stream)
        else:
            written = _encode(source, sink, stream, target)
        if not written:
            raise ValueError("there is no sound in it")
    return out.getvalue()


def _rewrap(source: Any, sink: Any, stream: Any) -> int:
    copy, written = sink.add_stream_from_template(stream), 0
    for packet in source.demux(stream):
        if packet.dts is None:
            continue
        packet.stream = copy
        sink.mux(packet)
        written += 1
    return written


def _encode(source: Any, sink: Any, stream: Any, target: _Target) -> int:
    import av

    encoder = sink.add_stream(target.codec, rate=target.rate, layout="mono")
    encoder.bit_rate = target.bits
    resampler = av.AudioResampler(format=encoder.format.name, layout="mono", rate=target.rate)
    samples = 0
    for frame in source.decode(stream):
        for piece in resampler.resample(frame):
            samples += piece.samples
            piece.pts = None
            sink.mux(encoder.encode(piece))
        if samples > _MAX_SECONDS * target.rate:
            raise ValueError("it does not end")
    for piece in resampler.resample(None):
        samples += piece.samples
        piece.pts = None
        sink.mux(encoder.encode(piece))
    sink.mux(encoder.encode(None))
    return samples
