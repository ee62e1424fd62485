"""kit/blobs.py on a server that speaks S3 (moto, started by the test), as with any service that does."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from urllib.request import Request, urlopen

import pytest

from harken.kit.blobs import Blobs, on_disk
from harken.kit.errors import NotFound
from tests.program import free_port

PIECE = os.urandom(1024 * 1024)
PIECES = 12  # more than two of the parts in which S3 takes a stream


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _make_bucket(url, process)
        yield url
    finally:
        process.kill()
        process.wait(10)


def _make_bucket(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while True:
        try:
            signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"}
            urlopen(Request(f"{url}/files", method="PUT", headers=signed), timeout=5).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture
def blobs(server: str, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    for name, value in {
        "AWS_ENDPOINT_URL": server, "AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return Blobs.remote("s3://files/harken")


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
    away = Blobs.remote("s3://files/harken")
    with pytest.raises(ConnectionError):
        await away.put("w/4", b"x")
