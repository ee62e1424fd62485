"""A file passes through the server in pieces: 100 MB of it cost the server no more than 20 MB of memory."""

import contextlib
import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.program import Program
from tests.s3 import URL, s3_server

MB = 1024 * 1024
SIZE, MOST = 100 * MB, 20 * MB
PIECE = os.urandom(MB)


class Memory:
    """The most that a process holds in memory (VmRSS) while the block runs."""

    def __init__(self, pid: int) -> None:
        self._pid, self._done = pid, threading.Event()
        self.before = self.peak = self._now()
        self._watch = threading.Thread(target=self._look)

    def _now(self) -> int:
        lines = Path(f"/proc/{self._pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

    def _look(self) -> None:
        while not self._done.wait(0.01):
            self.peak = max(self.peak, self._now())

    def __enter__(self) -> "Memory":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()

    @property
    def risen(self) -> int:
        return self.peak - self.before


def content(size: int) -> Iterator[bytes]:
    for _ in range(size // MB):
        yield PIECE


@pytest.fixture
def program(tmp_path: Path, database_dsn: str) -> Iterator[Program]:
    with _started(tmp_path, database_dsn, {}) as program:
        yield program


@pytest.fixture
def program_on_s3(tmp_path: Path, database_dsn: str) -> Iterator[Program]:
    with s3_server() as variables, _started(tmp_path, database_dsn, variables | {"HARKEN_BLOBS_URL": URL}) as program:
        yield program


@contextlib.contextmanager
def _started(folder: Path, dsn: str, env: dict[str, str]) -> Generator[Program]:
    env = {"HARKEN_DATABASE_URL": dsn, "HARKEN_MAX_FILE_BYTES": str(2 * SIZE)} | env
    with Program(folder / "data", env=env).set_up() as program:
        program.start()
        _warm(program)
        yield program


def _warm(program: Program) -> None:
    """Once through all of it, small: what is loaded on the first use is not what is measured."""
    with program.client() as client:
        _download(client, _in_parts(client, 2 * MB))
        _download(client, _at_once(client, 2 * MB))


def _in_parts(client: httpx.Client, size: int) -> str:
    upload = client.post("/api/uploads", json={"name": "film.bin", "size": size}).raise_for_status().json()
    offset, answer = 0, dict[str, Any]()
    while offset < size:
        part = content(min(upload["part_size"], size - offset))
        headers = {"Upload-Offset": str(offset)}
        answer = client.patch(f"/api/uploads/{upload['id']}", content=part, headers=headers).raise_for_status().json()
        offset = answer["offset"]
    return answer["file"]["id"]


def _at_once(client: httpx.Client, size: int) -> str:
    body, kind = _multipart(size)
    headers = {"Content-Type": kind}
    answer = client.post("/api/files", content=body, headers=headers)
    return answer.raise_for_status().json()["id"]


def _multipart(size: int) -> tuple[Iterator[bytes], str]:
    def body() -> Iterator[bytes]:
        yield b'--edge\r\nContent-Disposition: form-data; name="file"; filename="film.bin"\r\n\r\n'
        yield from content(size)
        yield b"\r\n--edge--\r\n"

    return body(), "multipart/form-data; boundary=edge"


def _download(client: httpx.Client, file_id: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with client.stream("GET", f"/files/{file_id}") as answer:
        answer.raise_for_status()
        for piece in answer.iter_bytes(MB):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def expected(size: int) -> tuple[int, str]:
    digest = hashlib.sha256()
    for piece in content(size):
        digest.update(piece)
    return size, digest.hexdigest()


@pytest.mark.slow
def test_a_hundred_megabytes_come_and_go_in_twenty_megabytes_of_memory(program: Program) -> None:
    _measure(program, _in_parts)
    _measure(program, _at_once)


@pytest.mark.slow
def test_they_do_so_when_the_files_lie_in_s3(program_on_s3: Program) -> None:
    _measure(program_on_s3, _in_parts)


def _measure(program: Program, upload: Callable[[httpx.Client, int], str]) -> None:
    assert program.process
    with program.client() as client:
        with Memory(program.process.pid) as memory:
            file_id = upload(client, SIZE)
        assert memory.risen < MOST, (upload.__name__, memory.risen)
        with Memory(program.process.pid) as memory:
            assert _download(client, file_id) == expected(SIZE)
        assert memory.risen < MOST, ("download", memory.risen)


@pytest.mark.slow
def test_what_came_before_the_connection_broke_need_not_be_sent_again(program: Program) -> None:
    size, sent = 4 * MB, 1 * MB + 4711
    with program.client() as client:
        upload = client.post("/api/uploads", json={"name": "film.bin", "size": size}).raise_for_status().json()
        path = f"/api/uploads/{upload['id']}"
        _break_off(program, path, size, sent)
        offset = _settled(client, path)
        assert 0 < offset <= sent
        rest = b"".join(content(size))[offset:]
        answer = client.patch(path, content=rest, headers={"Upload-Offset": str(offset)}).raise_for_status().json()
        assert _download(client, answer["file"]["id"]) == expected(size)


def _break_off(program: Program, path: str, size: int, sent: int) -> None:
    """The line is cut in the middle of a part."""
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {program.token}\r\n"
        f"Upload-Offset: 0\r\nContent-Length: {size}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", program.port)) as connection:
        connection.sendall(head.encode() + b"".join(content(size))[:sent])


def _settled(client: httpx.Client, path: str) -> int:
    """The offset, once the server has seen that nothing more comes."""
    for _ in range(100):
        offset = int(client.head(path).headers["upload-offset"])
        if offset:
            return offset
        time.sleep(0.1)
    raise AssertionError("nothing of it was kept")
