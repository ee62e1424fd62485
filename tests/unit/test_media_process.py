"""A hostile file ends its own process at most: what it would take of time and memory is bounded."""

import io
import os
import resource
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from harken.kit.media import THUMBNAIL_EDGE, inspect, thumbnail
from harken.kit.media_process import run_job
from harken.simulators.demo.files import pdf
from tests.unit.test_recordings import recording


def bomb(edge: int) -> bytes:
    """A PNG of edge x edge pixels in few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    row = bytes(1 + edge // 8)
    rows = b"".join(packer.compress(row) for _ in range(edge)) + packer.flush()
    header = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def peak_memory() -> int:
    """In bytes, of this process since it began."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def test_a_picture_of_fifty_thousand_pixels_a_side_is_not_decoded() -> None:
    content = bomb(50_000)
    assert len(content) < 1_000_000
    await inspect("image/png", io.BytesIO(bomb(100)))
    before = peak_memory()
    assert (await inspect("image/png", io.BytesIO(content))).details == {"width": 50_000, "height": 50_000}
    assert await thumbnail("image/png", io.BytesIO(content)) is None
    assert peak_memory() - before < 20 * 1024 * 1024


async def test_a_pdf_shows_its_first_page_and_how_many_there_are() -> None:
    content = pdf("Invoice", ["Hello"])
    details, small = await inspect("application/pdf", io.BytesIO(content))
    assert details == {"pages": 1, "thumbnail": True} and small is not None
    assert max(Image.open(io.BytesIO(small)).size) == THUMBNAIL_EDGE


@pytest.mark.parametrize("content", [b"%PDF-1.7\n" + os.urandom(2000), b"%PDF-1.7\n%%EOF"])
async def test_a_broken_pdf_has_no_details(content: bytes) -> None:
    assert await inspect("application/pdf", io.BytesIO(content)) == ({}, None)


async def test_a_video_shows_its_first_frame() -> None:
    details, small = await inspect("video/mp4", io.BytesIO(_video()))
    assert (details["width"], details["height"], details["thumbnail"]) == (160, 96, True)
    assert small is not None and Image.open(io.BytesIO(small)).size == (160, 96)


def _video() -> bytes:
    out = io.BytesIO()
    open_container: Any = av.open
    with open_container(out, "w", format="mp4") as sink:
        stream = sink.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        frame: Any = av.VideoFrame(160, 96, "yuv420p")
        for place in range(10):
            frame.pts = place
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return out.getvalue()


async def test_a_job_that_takes_too_long_is_stopped_and_the_next_one_runs() -> None:
    content = recording("ogg", "libopus", seconds=30)
    began = time.monotonic()
    assert await run_job("convert", "audio/ogg", "audio/mp4", file=io.BytesIO(content), seconds=0.01) is None
    assert time.monotonic() - began < 10
    assert await run_job("inspect", "audio/ogg", file=io.BytesIO(content)) is not None


def test_a_job_cannot_take_more_memory_than_it_may(tmp_path: Path) -> None:
    """The bounds are set before anything is read."""
    program = "import sys; sys.argv = ['x', 'none', '']; from harken.kit import media_job\ntry: media_job.main()\nexcept SystemExit: bytearray(2 << 30)"
    done = subprocess.run([sys.executable, "-c", program], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode and b"MemoryError" in done.stderr


async def test_a_job_knows_nothing_of_the_programs_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    seen: list[dict[str, str]] = []

    def run(*_arguments: object, env: dict[str, str], **_more: object) -> None:
        seen.append(env)

    monkeypatch.setattr(subprocess, "run", run)
    assert await run_job("inspect", "audio/ogg", file=io.BytesIO(b"x")) == b""
    assert seen and "AWS_SECRET_ACCESS_KEY" not in seen[0]
