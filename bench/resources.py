"""B9 memory without PostgreSQL, B10 time to ready, B11 bytes of the front end."""

import re
import threading
import time
from pathlib import Path
from statistics import median

from bench.processes import resident_mb
from bench.report import Result, load_average
from tests.program import Program
from tools import check_budgets
from tools.setup import BUILT

_BUDGET = "The reference is the budget."


def _python_mb() -> float:
    """The reference: a bare Python process."""
    import subprocess
    import sys

    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    time.sleep(0.5)
    value = resident_mb(process.pid)
    process.communicate(b"\n")
    return value


class Peak(threading.Thread):
    """The greatest resident memory while it runs."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.value, self.stopped = pid, 0.0, False

    def run(self) -> None:
        while not self.stopped:
            self.value = max(self.value, resident_mb(self.pid))
            time.sleep(0.2)


def memory(idle: float, busy: float) -> list[Result]:
    reference = _python_mb()
    load = load_average()
    return [
        Result(
            "B9.idle",
            round(idle),
            "MB",
            round(reference),
            round(idle / reference, 1),
            "<= 150",
            idle <= 150,
            load,
            "The reference is a bare Python process.",
        ),
        Result("B9.busy", round(busy), "MB", round(reference), round(busy / reference, 1), "<= 300", busy <= 300, load),
    ]


def start(folder: Path) -> list[Result]:
    """First starts on an empty folder and later ones, interleaved; the reference is importing nothing: `python -c pass`."""
    import subprocess
    import sys

    first, later, bare = list[float](), list[float](), list[float]()
    for number in range(3):
        program = Program(folder / f"start{number}")
        first.append(program.start())
        program.stop()
        later.append(program.start())
        program.stop()
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        bare.append(time.perf_counter() - began)
    load, reference = load_average(), median(bare)
    return [
        Result(
            "B10.first",
            round(median(first), 2),
            "s",
            round(reference, 3),
            None,
            "<= 5",
            median(first) <= 5,
            load,
            "The reference is a bare Python start.",
        ),
        Result(
            "B10.later", round(median(later), 2), "s", round(reference, 3), None, "<= 1.5", median(later) <= 1.5, load
        ),
    ]


def sizes() -> list[Result]:
    """KB gzipped, as `make check` counts them: of what is loaded later the largest; the reference is the budget."""
    load = load_average()
    if missing := [name for name in BUILT if not (check_budgets.STATIC / name).exists()]:
        note = f"Not measured: {', '.join(missing)} is not built."
        return [Result("B11", None, "KB", None, None, "within the budgets", met=False, load=load, note=note)]
    largest: dict[str, tuple[str, int, int]] = {}
    for what, size, budget in check_budgets.measured():
        kind, _, file = what.partition(": ")
        if size > largest.get(kind, ("", 0, 0))[1]:
            largest[kind] = (file, size, budget)
    return [_size(kind, file, size / 1024, budget / 1024, load) for kind, (file, size, budget) in largest.items()]


def _size(kind: str, file: str, value: float, budget: float, load: float) -> Result:
    id = "B11." + kind.replace(", ", ".").replace(" ", "-")
    note = f"{_BUDGET} The largest: {re.sub(r'-[-_A-Za-z0-9]{8}[.]js$', '', file)}." if file else _BUDGET
    return Result(
        id, round(value, 2), "KB", budget, round(value / budget, 2), f"<= {budget:g}", value <= budget, load, note
    )
