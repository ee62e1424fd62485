"""Pictures of phones. `turned.heic`: one picture of 64x48, red and blue in its corners, noted as turned to the right. `tiled.heic`: 120x100 out of
four tiles (red, green; blue, yellow), turned to the right, as phones keep large ones."""

import io
from pathlib import Path

import pytest
from PIL import Image

from harken.kit.media import details_of, sniff, thumbnail

_PICTURES = Path(__file__).parent.parent / "examples" / "pictures"
RED, GREEN, BLUE, YELLOW, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "size", "quarters"),
    [("turned.heic", (48, 64), [WHITE, RED, BLUE, WHITE]), ("tiled.heic", (100, 120), [BLUE, RED, YELLOW, GREEN])],
)
async def test_a_phones_picture_has_its_size_and_a_thumbnail_upright_and_in_one_piece(
    name: str, size: tuple[int, int], quarters: list[tuple[int, int, int]]
) -> None:
    content = (_PICTURES / name).read_bytes()
    assert sniff(content, name) == "image/heic"
    details = await details_of("image/heic", io.BytesIO(content))
    assert details == {"width": size[0], "height": size[1], "thumbnail": True}
    small = Image.open(io.BytesIO(await thumbnail("image/heic", io.BytesIO(content)) or b"")).convert("RGB")
    assert small.size == size
    seen = [small.getpixel((size[0] * x // 4, size[1] * y // 4)) for y in (1, 3) for x in (1, 3)]
    for found, wanted in zip(seen, quarters, strict=True):
        assert isinstance(found, tuple) and max(abs(a - b) for a, b in zip(found, wanted, strict=True)) < 30


async def test_one_that_is_cut_off_or_says_it_is_huge_is_not_decoded() -> None:
    content = (_PICTURES / "tiled.heic").read_bytes()
    assert await details_of("image/heic", io.BytesIO(content[:200])) == {}
    assert await thumbnail("image/heic", io.BytesIO(content[:200])) is None
    huge = content.replace(b"\x00\x01\x01\x00\x78\x00\x64", b"\x00\x01\x01\xc3\x50\xc3\x50")
    assert huge != content
    assert await details_of("image/heic", io.BytesIO(huge)) == {"width": 50_000, "height": 50_000}
    assert await thumbnail("image/heic", io.BytesIO(huge)) is None
