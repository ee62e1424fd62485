"""What a picture, a recording, a video or a PDF shows of itself. Runs in a process of its own (kit/media_job.py), apart from
`image_details`, which reads a header.

Bounded in pixels and samples; any failure is an exception.
"""

import io
from array import array
from collections.abc import Iterator
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any, Final, cast

import msgspec

from harken.kit.media_heic import HEIC, heic_size, heic_thumbnail

if TYPE_CHECKING:
    from av.container import InputContainer
    from PIL.Image import Image as Picture

MAX_PIXELS: Final = 50_000_000
THUMBNAIL_EDGE: Final = 480
PEAKS: Final = 64
_MAX_AUDIO_SECONDS: Final = 3600
_DEMUXERS: Final = {
    "ogg": "ogg", "wav": "wav", "mpeg": "mp3", "flac": "flac", "amr": "amr", "mp4": "mov", "quicktime": "mov",
    "3gpp": "mov", "webm": "matroska", "x-matroska": "matroska", "x-msvideo": "avi", "aac": "aac",
}  # fmt: skip


def inspection(media_type: str, file: IO[bytes]) -> bytes:
    """The details as JSON, a line feed, the thumbnail if there is one."""
    family, small = media_type.partition("/")[0], b""
    if family == "audio":
        details = audio_details(media_type, file)
    elif family == "video":
        details, small = _video(media_type, file)
    else:
        details, small = _pdf(file)
    if small:
        details["thumbnail"] = True
    return msgspec.json.encode(details) + b"\n" + small


def thumbnail(media_type: str, file: IO[bytes]) -> bytes:
    if media_type.startswith("video/"):
        return _video(media_type, file)[1]
    if media_type == "application/pdf":
        return _pdf(file)[1]
    if media_type in HEIC:
        small = heic_thumbnail(file, THUMBNAIL_EDGE, MAX_PIXELS)
        return _small(small) if small else b""
    return _picture(file)


def image_details(media_type: str, file: IO[bytes]) -> dict[str, Any]:
    """Reads the header only. Turned as the camera's orientation says. One too big to decode has a size and no thumbnail."""
    width, height = heic_size(file) if media_type in HEIC else _upright_size(file)
    small = {"thumbnail": True} if width * height <= MAX_PIXELS else {}
    return {"width": width, "height": height, **small}


def _upright_size(file: IO[bytes]) -> tuple[int, int]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # what is too big has a size too; it is never decoded (_picture)
    file.seek(0)
    with Image.open(file) as image:
        width, height = image.size
        exif = Image.Exif()
        exif.load(image.info.get("exif", b""))  # a PNG's own getexif() decodes all of it first
    return (height, width) if exif.get(0x0112, 1) in (5, 6, 7, 8) else (width, height)


def _picture(file: IO[bytes]) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(file) as image:
        if image.width * image.height > MAX_PIXELS:
            return b""
        image.draft("RGB", (THUMBNAIL_EDGE, THUMBNAIL_EDGE))
        return _small(ImageOps.exif_transpose(image))


def _small(picture: "Picture") -> bytes:
    picture.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    mode = "RGBA" if picture.mode in ("RGBA", "LA", "P", "PA") else "RGB"
    out = io.BytesIO()
    picture.convert(mode).save(out, "webp", quality=80)
    return out.getvalue()


def _pdf(file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """How many pages it has, and the first one. PDFium runs none of its scripts: forms are not set up."""
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    page = document[0]
    scale = THUMBNAIL_EDGE / max(page.get_width(), page.get_height(), 1)
    picture = cast("Picture", page.render(scale=min(scale, 4)).to_pil())  # pyright: ignore[reportUnknownMemberType]
    return {"pages": len(document)}, _small(picture.convert("RGB"))


def opened(media_type: str, file: IO[bytes]) -> "InputContainer":
    """The demuxer is chosen by the type: one that ffmpeg guesses may be a playlist, which opens other files and URLs."""
    import av

    file.seek(0)
    demuxer = _DEMUXERS[media_type.partition("/")[2]]
    return av.open(file, mode="r", format=demuxer, options={"protocol_whitelist": "pipe"}, metadata_errors="ignore")


def _video(media_type: str, file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Its size and length, and its first frame, upright."""
    with opened(media_type, file) as container:
        stream = container.streams.video[0]
        width, height = stream.width, stream.height
        if not width or not height or width * height > MAX_PIXELS:
            return {}, b""
        length = {"duration": round(container.duration / 1_000_000, 2)} if container.duration else {}
        try:
            frame = next(container.decode(stream))
        except Exception:  # a codec that is not there, or a cut file: the rest holds all the same
            return {"width": width, "height": height, **length}, b""
        if frame.rotation % 180:
            width, height = height, width
        picture = cast("Picture", frame.to_image())  # pyright: ignore[reportUnknownMemberType]
        return {"width": width, "height": height, **length}, _small(picture.rotate(frame.rotation, expand=True))


def audio_details(media_type: str, file: IO[bytes]) -> dict[str, Any]:
    """Decodes to 8 kHz mono; what is longer than an hour shows no waveform."""
    import av

    levels: list[float] = []  # the loudest of each tenth of a second
    samples = 0
    with opened(media_type, file) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=8000)
        for frame in container.decode(audio=0):
            for piece in resampler.resample(frame):
                wave = array("h", bytes(piece.planes[0])[: piece.samples * 2])
                samples += len(wave)
                levels.extend(float(max(max(part), -min(part))) for part in _tenths(wave))
            if samples > 8000 * _MAX_AUDIO_SECONDS:
                return {}
    return {"duration": round(samples / 8000, 2), "peaks": _peaks(levels)}


def _tenths(wave: "array[int]") -> Iterator["array[int]"]:
    """Of a second, at 8 kHz."""
    return (wave[start : start + 800] for start in range(0, len(wave), 800))


def _peaks(levels: list[float]) -> list[float]:
    """PEAKS numbers, the loudest of each stretch, as parts of the loudest of all."""
    if not levels:
        return []
    loudest = max(levels) or 1.0
    edges = [round(place * len(levels) / PEAKS) for place in range(PEAKS + 1)]
    stretches = (levels[start : max(end, start + 1)] or levels[-1:] for start, end in pairwise(edges))
    return [round(max(stretch) / loudest, 3) for stretch in stretches]
