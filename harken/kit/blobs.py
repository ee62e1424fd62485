"""Files, by key, in a local folder or any object store that obstore knows (S3, GCS, Azure).

Keys hold the content's digest, so that storing twice is harmless and nothing is ever changed in place.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from harken.kit.errors import NotFound

if TYPE_CHECKING:
    from obstore.store import RetryConfig

_RETRY: "RetryConfig" = {"max_retries": 4, "retry_timeout": timedelta(seconds=15)}  # then it is away
_CHUNK = 256 * 1024
_LEAST_REMOTE = 5 * 1024 * 1024  # S3 takes no smaller pieces, but for the last one


class Blobs:
    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._piece = _CHUNK if isinstance(store, LocalStore) else _LEAST_REMOTE

    @classmethod
    def local(cls, folder: Path) -> "Blobs":
        """The folder is made when it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(folder))

    @classmethod
    def remote(cls, url: str) -> "Blobs":
        """`s3://bucket/prefix` and the like; credentials come from the environment, as the service's own tools take them."""
        return cls(from_url(url, retry_config=_RETRY))

    async def put(self, key: str, data: bytes) -> None:
        """May be repeated: one key always has the same content."""
        with _named(key):
            await obstore.put_async(self._store, key, data, use_multipart=False)

    async def put_stream(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Stores what the iterator yields; nothing is visible under the key before the end."""
        with _named(key):
            # One piece at a time: by default a dozen of them would be in memory at once.
            await obstore.put_async(self._store, key, chunks, chunk_size=self._piece, max_concurrency=1)

    async def get(self, key: str) -> bytes:
        """Raises NotFound."""
        with _named(key):
            result = await obstore.get_async(self._store, key)
            return bytes(await result.bytes_async())

    async def size(self, key: str) -> int | None:
        """In bytes; None when there is no such blob."""
        with contextlib.suppress(NotFound), _named(key):
            return int((await obstore.head_async(self._store, key))["size"])
        return None

    async def modified(self, key: str) -> datetime | None:
        """When it was stored last; None when there is no such blob."""
        with contextlib.suppress(NotFound), _named(key):
            return (await obstore.head_async(self._store, key))["last_modified"]
        return None

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to but not including `end`, in pieces. Raises NotFound before the first piece."""
        with _named(key):
            if end is not None:
                if end > start:
                    async for piece in self._pieces(key, start, end):
                        yield piece
                return
            options: obstore.GetOptions = {"range": {"offset": start}} if start else {}
            result = await obstore.get_async(self._store, key, options=options)
            async for piece in result.stream(_CHUNK):
                yield bytes(piece)

    async def _pieces(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        result = await obstore.get_async(self._store, key, options={"range": (start, end)})
        async for piece in result.stream(_CHUNK):
            yield bytes(piece)

    async def delete(self, key: str) -> None:
        """May be repeated."""
        with contextlib.suppress(NotFound), _named(key):
            await obstore.delete_async(self._store, key)

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Every key below a prefix, in no order."""
        # One of its overloads names pyarrow, which is not installed.
        async for page in obstore.list(self._store, prefix or None):  # pyright: ignore[reportUnknownMemberType]
            for meta in page:
                yield meta["path"]


@contextlib.asynccontextmanager
async def on_disk(blobs: Blobs, *keys: str) -> AsyncGenerator[IO[bytes]]:
    """What blobs hold, one after the other, in a temporary file that is gone afterwards. Raises NotFound."""
    with tempfile.TemporaryFile() as file:
        for key in keys:
            async for piece in blobs.stream(key):
                await asyncio.to_thread(file.write, piece)
        yield file


@contextlib.contextmanager
def _named(key: str) -> Generator[None]:
    """Raises NotFound, and ConnectionError for a store that cannot be used: it is full, or gone, or refuses us."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(f"no blob {key}") from error
    except (BaseError, OSError) as error:
        raise ConnectionError(f"the file store: {str(error).partition(chr(10))[0]}") from error
