"""`make bench`: measures, each beside its reference. `python -m bench B1 B2` measures some; `--conversations N` for B4,
`--messages N` for B12, `--keep FOLDER` to load its messages once and measure them often."""

import argparse
import tempfile
import time
from pathlib import Path

from bench import ingest, live, pages, processes, report, resources, search
from harken.kit import pg_binaries
from tests.program import Program, harken

ALL = ("B1", "B2", "B4", "B9", "B10", "B11", "B12")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", nargs="*", default=list(ALL))
    parser.add_argument("--conversations", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="where the data of B12 stays, and is found again")
    arguments = parser.parse_args()
    wanted = set(arguments.which)
    with tempfile.TemporaryDirectory(prefix="harken-bench-") as name:
        folder = Path(name)
        results: list[report.Result] = []
        if "B11" in wanted:
            results += resources.sizes()
        if "B10" in wanted:
            results += resources.start(folder)
        if wanted & {"B1", "B2", "B9"}:
            results += _traffic(wanted, folder)
        if "B4" in wanted:
            results += _pages(folder, arguments.conversations)
        if "B12" in wanted:
            results += search.measure(arguments.keep or folder, arguments.messages)
        report.write(results)
    for result in results:
        print(
            f"{result.id:16} {result.value} {result.unit}, reference {result.reference}, ratio {result.ratio}, must {result.must}: {'met' if result.met else 'MISSED'}"
        )


def _traffic(wanted: set[str], folder: Path) -> list[report.Result]:
    program = Program(folder / "traffic").set_up()
    results: list[report.Result] = []
    with program:
        program.start()
        assert program.process
        channel = program.call("POST", "/api/channels", {"name": "Bench", "connector": "api", "settings": {}})
        time.sleep(5)
        idle = processes.resident_mb(program.process.pid)
        peak = resources.Peak(program.process.pid)
        peak.start()
        if wanted & {"B2", "B9"}:
            results += live.measure(program, channel)
        peak.stopped = True
        if "B9" in wanted:
            results += resources.memory(idle, peak.value)
        if "B1" in wanted:
            dsn = harken("doctor", "--dsn", data=program.data)
            results += ingest.measure(program, channel, dsn, pg_binaries.find().folder, folder)
    return results


def _pages(folder: Path, conversations: int) -> list[report.Result]:
    program = Program(folder / "pages").set_up()
    harken("bench-data", "--conversations", str(conversations), data=program.data, timeout=900)
    with program:
        program.start()
        agent = harken("token", "create", "--agent", "bench-agent@example.com", data=program.data)
        team = program.call("GET", "/api/teams")["items"][0]["id"]
        return pages.measure(program, {"admin": program.token, "agent": agent}, f"/api/teams/{team}")


main()
