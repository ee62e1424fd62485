"""What a picture tells besides the picture is taken out; the picture itself stays as it was, bit for bit."""

import io
import struct
from typing import IO, Any, cast

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from harken.kit.pictures import without_metadata

ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F
PROFILE = ImageCms.ImageCmsProfile(cast("Any", ImageCms).createProfile("sRGB")).tobytes()


def exif(orientation: int = 6) -> bytes:
    """Taken in Berlin, with a camera of Acme's, held upright."""
    tags = Image.Exif()
    tags[ORIENTATION], tags[MAKE] = orientation, "Acme Phone"
    tags[GPS] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
    return tags.tobytes()


def photo(format: str, orientation: int = 6, **more: object) -> bytes:
    out = io.BytesIO()
    picture = Image.linear_gradient("L").convert("RGB")
    picture.save(out, format, exif=exif(orientation), icc_profile=PROFILE, **more)
    return out.getvalue()


async def cleaned(media_type: str, content: bytes) -> bytes:
    clean = await without_metadata(media_type, io.BytesIO(content))
    assert clean is not None
    with clean:
        return _whole(clean)


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
async def test_the_place_goes_and_the_picture_its_colours_and_its_turn_stay(format: str) -> None:
    before = photo(format, **({"progressive": True} if format == "jpeg" else {}))
    assert b"Acme Phone" in before and Image.open(io.BytesIO(before)).getexif().get_ifd(GPS)
    after = await cleaned(f"image/{format}", before)
    assert b"Acme Phone" not in after
    with Image.open(io.BytesIO(before)) as was, Image.open(io.BytesIO(after)) as now:
        assert not now.getexif().get_ifd(GPS)
        assert dict(now.getexif()) == {ORIENTATION: 6}
        assert now.info["icc_profile"] == PROFILE
        assert now.tobytes() == was.tobytes()


@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
async def test_an_upright_picture_keeps_no_exif_at_all(format: str) -> None:
    after = await cleaned(f"image/{format}", photo(format, orientation=1))
    assert not dict(Image.open(io.BytesIO(after)).getexif())


async def test_texts_and_what_follows_the_end_of_a_picture_go() -> None:
    out, notes = io.BytesIO(), PngInfo()
    notes.add_text("Author", "Bo Secret")
    notes.add_itxt("XML:com.adobe.xmp", "<x>Bo Secret</x>")
    Image.new("RGB", (8, 8)).save(out, "png", pnginfo=notes)
    assert b"Bo Secret" in out.getvalue()
    assert b"Secret" not in await cleaned("image/png", out.getvalue() + b"a second Secret")
    jpeg = photo("jpeg", comment=b"Bo Secret") + photo("jpeg")
    after = await cleaned("image/jpeg", jpeg)
    assert b"Secret" not in after and b"Acme Phone" not in after


async def test_an_avif_keeps_its_places_and_loses_what_they_told() -> None:
    before = photo("avif")
    assert b"Acme Phone" in before
    after = await cleaned("image/avif", before)
    assert b"Acme Phone" not in after and len(after) == len(before)
    with Image.open(io.BytesIO(before)) as was, Image.open(io.BytesIO(after)) as now:
        assert now.tobytes() == was.tobytes()


@pytest.mark.parametrize("cut", [2, 3, 20, 100, 400])
@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "avif"])
async def test_a_broken_picture_breaks_nothing(format: str, cut: int) -> None:
    clean = await without_metadata(f"image/{format}", io.BytesIO(photo(format)[:cut]))
    if clean:
        clean.close()


async def test_another_type_is_left_alone() -> None:
    assert await without_metadata("application/pdf", io.BytesIO(b"%PDF-1.7")) is None


async def test_a_claimed_length_beyond_the_end_is_not_believed() -> None:
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0xFFFFFFFF) + b"IHDR"
    assert await without_metadata("image/png", io.BytesIO(png)) is None
