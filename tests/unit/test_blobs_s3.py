"""kit/blobs.py on a server that speaks S3 (moto, started by the test), as with any service that does."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from harken.kit.blobs import Blobs, on_disk
from harken.kit.errors import NotFound
from tests.program import free_port
from tests.s3 import URL, s3_server

PIECE = os.urandom(1024 * 1024)
PIECES = 12  # more than two of the parts in which S3 takes a stream


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with s3_server() as variables:
        yield variables


@pytest.fixture
def blobs(server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Blobs:
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    return Blobs.remote(URL)


async def test_what_is_put_comes_back_whole_and_in_ranges(blobs: Blobs) -> None:
    await blobs.put("w/1", b"hello world")
    await blobs.put("w/1", b"hello world")
    assert await blobs.get("w/1") == b"hello world"
    assert await blobs.size("w/1") == 11
    assert await blobs.modified("w/1") is not None
    assert b"".join([piece async for piece in blobs.stream("w/1", 6)]) == b"world"
    assert b"".join([piece async for piece in blobs.stream("w/1", 2, 5)]) == b"llo"
    assert [piece async for piece in blobs.stream("w/1", 5, 5)] == []
    await blobs.put("w/empty", b"")
    assert (await blobs.size("w/empty"), await blobs.get("w/empty")) == (0, b"")


async def test_a_stream_goes_in_parts_and_comes_in_pieces(blobs: Blobs) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(PIECES):
            yield PIECE

    await blobs.put_stream("w/2", pieces())
    assert await blobs.size("w/2") == PIECES * len(PIECE)
    sizes = [len(piece) async for piece in blobs.stream("w/2")]
    assert sum(sizes) == PIECES * len(PIECE) and max(sizes) < 2 * 1024 * 1024
    async with on_disk(blobs, "w/2") as file:
        file.seek(-10, 2)
        assert file.read() == PIECE[-10:]


async def test_what_is_not_there_is_missing_and_deleting_it_harms_nothing(blobs: Blobs) -> None:
    assert await blobs.size("w/none") is None and await blobs.modified("w/none") is None
    with pytest.raises(NotFound):
        await blobs.get("w/none")
    with pytest.raises(NotFound):
        [piece async for piece in blobs.stream("w/none")]
    await blobs.put("w/3", b"x")
    assert "w/3" in [key async for key in blobs.keys("w")]
    await blobs.delete("w/3")
    await blobs.delete("w/3")
    assert "w/3" not in [key async for key in blobs.keys("w")]


async def test_a_store_that_is_away_is_said_to_be_and_nobody_waits_for_long(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    away = Blobs.remote(URL)
    with pytest.raises(ConnectionError):
        await away.put("w/4", b"x")
