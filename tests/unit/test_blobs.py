"""kit/blobs.py, on a local folder"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from harken.kit.blobs import Blobs
from harken.kit.errors import NotFound


async def test_a_blob_comes_back_whole_and_in_ranges(tmp_path: Path) -> None:
    blobs = Blobs.local(tmp_path / "blobs")
    await blobs.put("w/1", b"hello world")
    await blobs.put("w/1", b"hello world")
    assert await blobs.get("w/1") == b"hello world"
    assert b"".join([piece async for piece in blobs.stream("w/1", 6)]) == b"world"
    assert b"".join([piece async for piece in blobs.stream("w/1", 2, 5)]) == b"llo"
    assert [key async for key in blobs.keys("w")] == ["w/1"]


async def test_what_is_streamed_in_is_stored_whole(tmp_path: Path) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100_000

    blobs = Blobs.local(tmp_path)
    await blobs.put_stream("w/2", pieces())
    assert await blobs.size("w/2") == 10_000_000


async def test_a_blob_that_is_not_there_is_not_found_and_may_be_deleted_twice(tmp_path: Path) -> None:
    blobs = Blobs.local(tmp_path)
    with pytest.raises(NotFound):
        await blobs.get("w/none")
    assert await blobs.size("w/none") is None
    await blobs.put("w/3", b"x")
    await blobs.delete("w/3")
    await blobs.delete("w/3")


async def test_a_store_that_cannot_be_used_says_so_as_a_lost_connection_does(tmp_path: Path) -> None:
    blobs = Blobs.local(tmp_path)
    (tmp_path / "w").write_text("a file where a folder should be")
    for attempt in (blobs.put("w/4", b"x"), blobs.get("w/4"), blobs.size("w/4")):
        with pytest.raises(ConnectionError):
            await attempt
