"""What the program's processes use: memory, and processor time apart from PostgreSQL's. Read from /proc."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Processor:
    """Seconds of processor time since the processes began."""

    ours: float
    postgres: float

    def since(self, before: "Processor", calls: int) -> "Processor":
        """Of each of `calls`."""
        return Processor((self.ours - before.ours) / calls, (self.postgres - before.postgres) / calls)

    def __str__(self) -> str:
        return f"{self.ours * 1000:.2f} ms ours and {self.postgres * 1000:.2f} ms PostgreSQL's"


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its children that are not PostgreSQL (MB); what guards PostgreSQL counts."""
    return sum(_resident_mb(process) for process in _tree(pid) if not _is_postgres(process))


def processor(pid: int) -> Processor:
    """Of a process and its children, those that ended not counted."""
    ours = postgres = 0.0
    for process in _tree(pid):
        if _is_postgres(process):
            postgres += _seconds(process)
        else:
            ours += _seconds(process)
    return Processor(ours, postgres)


def _tree(pid: int) -> list[int]:
    children = [int(child) for child in _read(pid, f"task/{pid}/children").split()]
    return [pid, *(process for child in children for process in _tree(child))]


def _is_postgres(pid: int) -> bool:
    return _read(pid, "comm").startswith("postgres")


def _resident_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", _read(pid, "status"))
    return int(found[1]) / 1024 if found else 0


def _seconds(pid: int) -> float:
    fields = _read(pid, "stat").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK if fields else 0


def _read(pid: int, name: str) -> str:
    """Empty when the process has ended."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""
