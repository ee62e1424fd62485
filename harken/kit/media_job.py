"""`python -m harken.kit.media_job OPERATION TYPE [WANTED]`: decodes one file, from standard input to standard output.

The bounds hold for this process alone; where the system knows them, it cannot lift them again.
"""

import io
import os
import resource
import sys
from contextlib import suppress
from typing import Final

_MEMORY: Final = 1536 * 1024 * 1024
_CPU_SECONDS: Final = 60
_WRITTEN: Final = 256 * 1024 * 1024
_PAGE: Final = 256 * 1024


class _Input(io.RawIOBase):
    """Standard input as a file with a place of its own: the parent's is left where it is."""

    def __init__(self) -> None:
        self._size, self._at = os.fstat(0).st_size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        piece = os.pread(0, len(buffer), self._at)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def main() -> None:
    _bound(resource.RLIMIT_AS, _MEMORY)
    _bound(resource.RLIMIT_CPU, _CPU_SECONDS)
    _bound(resource.RLIMIT_FSIZE, _WRITTEN)
    _bound(resource.RLIMIT_CORE, 0)
    operation, media_type, *wanted = sys.argv[1:]
    file = io.BufferedReader(_Input(), _PAGE)
    from harken.kit import media_converting, media_decoding

    match operation, wanted:
        case "inspect", []:
            answer = media_decoding.inspection(media_type, file)
        case "thumbnail", []:
            answer = media_decoding.thumbnail(media_type, file)
        case "convert", [wanted_type]:
            answer = media_converting.convert(media_type, wanted_type, file)
        case _:
            raise SystemExit(2)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(0)  # what the decoders leave behind is nobody's to tidy


def _bound(kind: int, most: int) -> None:
    """macOS does not know all of them."""
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
