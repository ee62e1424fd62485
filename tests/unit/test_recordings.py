"""Recordings become what a channel plays: the result is decoded again and measured."""

import io
import math
import struct
import wave
from typing import Any, NamedTuple

import av
import pytest

from harken.kit.media import HEAD, converted, details_of, inspect, sniff

RATES = {"libopencore_amrnb": 8000, "aac": 44100, "libopus": 48000, "libmp3lame": 44100}


_open: Any = av.open


class Sound(NamedTuple):
    container: str
    codec: str
    channels: int
    rate: int
    seconds: float


def recording(container: str, codec: str, layout: str = "mono", seconds: int = 2) -> bytes:
    """A tone, as a browser or a phone would record it."""
    rate, out = RATES[codec], io.BytesIO()
    with _open(out, "w", format=container) as sink, _open(_tone(rate, seconds)) as source:
        stream = sink.add_stream(codec, rate=rate, layout=layout)
        resampler: Any = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate)
        for frame in (*source.decode(audio=0), None):
            for piece in resampler.resample(frame):
                piece.pts = None
                sink.mux(stream.encode(piece))
        sink.mux(stream.encode(None))
    return out.getvalue()


def _tone(rate: int, seconds: int) -> io.BytesIO:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = range(rate * seconds)
        file.writeframes(b"".join(struct.pack("<h", int(20000 * math.sin(n * 2000 / rate))) for n in samples))
    out.seek(0)
    return out


def measured(content: bytes) -> Sound:
    with _open(io.BytesIO(content)) as file:
        stream = file.streams.audio[0]
        samples = sum(frame.samples for frame in file.decode(stream))
        codec = stream.codec_context.name
        return Sound(file.format.name, codec, stream.channels, stream.rate, samples / stream.rate)


@pytest.mark.parametrize(
    ("container", "codec", "layout", "media_type"),
    [
        ("webm", "libopus", "mono", "audio/webm"),  # Chrome, Firefox
        ("webm", "libopus", "stereo", "audio/webm"),
        ("ipod", "aac", "stereo", "audio/mp4"),  # Safari
        ("ogg", "libopus", "mono", "audio/ogg"),  # WhatsApp
        ("amr", "libopencore_amrnb", "mono", "audio/amr"),  # MMS
    ],
)
async def test_what_was_recorded_anywhere_becomes_what_each_channel_plays(
    container: str, codec: str, layout: str, media_type: str
) -> None:
    content = recording(container, codec, layout)
    assert sniff(content[:HEAD]) == media_type
    assert (await details_of(media_type, io.BytesIO(content)))["duration"] == pytest.approx(2, abs=0.1)
    for wanted, name, codec_name in (("audio/ogg", "ogg", "opus"), ("audio/mp4", "mov,mp4", "aac")):
        result = await converted(media_type, wanted, io.BytesIO(content))
        assert result is not None and sniff(result[:HEAD]) == wanted
        sound = measured(result)
        assert sound.container.startswith(name) and sound.codec == codec_name
        assert (sound.channels, sound.rate) == (1, 48000)
        assert sound.seconds == pytest.approx(2, abs=0.1)


async def test_opus_that_is_mono_already_is_only_wrapped_anew() -> None:
    content = recording("webm", "libopus")
    result = await converted("audio/webm", "audio/ogg", io.BytesIO(content))
    assert result is not None
    assert _packets(result) == _packets(content)


def _packets(content: bytes) -> list[bytes]:
    with _open(io.BytesIO(content)) as file:
        return [bytes(packet) for packet in file.demux(audio=0) if packet.size]


@pytest.mark.parametrize("content", [b"OggS" + bytes(400), recording("ogg", "libopus")[:200], b""])
async def test_what_is_no_recording_is_not_converted(content: bytes) -> None:
    assert await converted("audio/ogg", "audio/mp4", io.BytesIO(content)) is None
    assert (await inspect("audio/ogg", io.BytesIO(content))).details == {}


async def test_a_recording_cut_in_the_middle_keeps_what_there_is() -> None:
    content = recording("ogg", "libopus", seconds=4)
    result = await converted("audio/ogg", "audio/mp4", io.BytesIO(content[: len(content) // 2]))
    assert result is not None
    assert 1 < measured(result).seconds < 4
