"""Files by their content."""

import io
import math
import struct
import wave

import pytest
from PIL import Image

from harken.kit.media import HEAD, PEAKS, THUMBNAIL_EDGE, details_of, sniff, thumbnail


def picture(format: str, size: tuple[int, int] = (900, 300)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format)
    return out.getvalue()


def recording(seconds: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        samples = range(8000 * seconds)
        file.writeframes(b"".join(struct.pack("<h", int(30000 * math.sin(n / 5) * n / len(samples))) for n in samples))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (picture("png"), "photo.html", "image/png"),
        (picture("jpeg"), "photo", "image/jpeg"),
        (picture("webp"), "photo", "image/webp"),
        (recording(1), "voice.txt", "audio/wav"),
        (b"%PDF-1.7\n", "letter.png", "application/pdf"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "photo.png", "text/html"),
        (b"\n <IMG src=x onerror=alert(1)>", "photo.png", "text/html"),
        (b'<?xml version="1.0"?>\n<svg onload="x()">', "photo.png", "image/svg+xml"),
        (b"a,b\n1,2\n", "table.csv", "text/csv"),
        ("Grüße".encode(), "hello.exe", "text/plain"),
        (("é" * HEAD).encode()[:HEAD], "long.txt", "text/plain"),
        (b"OggS" + bytes(24) + b"OpusHead", "voice", "audio/ogg"),
        (b"PK\x03\x04" + bytes(30) + b"word/document.xml", "a.docx",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"\x00\x01\x02\x03", "photo.png", "application/octet-stream"),
    ],
)  # fmt: skip
def test_the_type_is_what_the_content_is_whatever_the_name(content: bytes, name: str, media_type: str) -> None:
    assert sniff(content[:HEAD], name) == media_type


async def test_a_picture_has_a_size_and_a_thumbnail() -> None:
    png = picture("png")
    assert await details_of("image/png", io.BytesIO(png)) == {"width": 900, "height": 300, "thumbnail": True}
    small = await thumbnail("image/png", io.BytesIO(png))
    assert small is not None
    assert Image.open(io.BytesIO(small)).size == (THUMBNAIL_EDGE, THUMBNAIL_EDGE // 3)


async def test_a_recording_has_a_duration_and_a_waveform() -> None:
    details = await details_of("audio/wav", io.BytesIO(recording(2)))
    assert details["duration"] == pytest.approx(2, abs=0.05)
    assert len(details["peaks"]) == PEAKS and max(details["peaks"]) == 1
    assert details["peaks"][0] < 0.1 < details["peaks"][-1]


@pytest.mark.parametrize("media_type", ["image/png", "audio/ogg", "video/mp4"])
async def test_what_cannot_be_decoded_has_no_details(media_type: str) -> None:
    assert await details_of(media_type, io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(50))) == {}
    assert await thumbnail(media_type, io.BytesIO(b"not a picture")) is None


async def test_a_playlist_that_names_other_files_opens_none() -> None:
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    assert await details_of("audio/ogg", io.BytesIO(playlist)) == {}
    assert sniff(playlist, "voice.ogg") == "text/plain"


async def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    bomb = picture("png", (10_000, 6_000))
    assert await thumbnail("image/png", io.BytesIO(bomb)) is None
