"""Decoding in processes of their own, each for one file: what a hostile file crashes, fills or stops dies alone.

A job reads the file from its standard input and writes to its standard output, with bounds on time, memory and output,
and without this process's environment (`kit/media_job.py`). At most two run beside each other.
"""

import asyncio
import io
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final

_SECONDS: Final = 15.0
_KEPT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "SYSTEMROOT")  # no secret is among them
_ROOT: Final = Path(__file__).resolve().parents[2]  # where the package lies
_threads: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="media")


async def run_job(*arguments: str, file: IO[bytes], seconds: float = _SECONDS) -> bytes | None:
    """What the job wrote; None when it failed or was stopped. The file's position is undefined afterwards."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _run, arguments, file, seconds)


def _run(arguments: tuple[str, ...], file: IO[bytes], seconds: float) -> bytes | None:
    command = [sys.executable, "-W", "ignore", "-m", "harken.kit.media_job", *arguments]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as copy:
        try:
            subprocess.run(
                command, stdin=_on_disk(file, copy), stdout=out, stderr=subprocess.DEVNULL, timeout=seconds,
                env=environment, check=True, cwd=_ROOT,
            )  # fmt: skip
        except (subprocess.SubprocessError, OSError):
            return None
        out.seek(0)
        return out.read()


def _on_disk(file: IO[bytes], copy: IO[bytes]) -> IO[bytes]:
    """The file itself if it is one, else its content in `copy`."""
    file.flush()
    try:
        os.fstat(file.fileno())
    except (OSError, io.UnsupportedOperation, AttributeError):
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.flush()
        return copy
    return file
