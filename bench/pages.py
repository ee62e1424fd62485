"""B4: a page of each view with its counts among a million conversations and ten teams, beside a primary-key lookup over the
same HTTP stack."""

from dataclasses import dataclass
from statistics import median

import uvloop

from bench.processes import processor
from bench.report import Result, load_average
from bench.wire import Wire, percentile, request
from tests.program import Program

VIEWS = ("inbox", "yours", "open", "automated", "closed")
ROUNDS, ASKS = 5, 400


async def _times(wire: Wire, paths: list[str], token: str) -> list[float]:
    """Seconds for all of `paths` one after the other, ASKS times."""
    times: list[float] = []
    for _ in range(ASKS):
        total = 0.0
        for path in paths:
            status, body, seconds = await wire.ask(request("GET", path, token))
            assert status == 200, body[:300]
            total += seconds
        times.append(total)
    return times


@dataclass(frozen=True)
class Figures:
    """p99 of the page with counts and of the lookup (ms), the median of the ratios, and what each costs."""

    page: float
    lookup: float
    ratio: float
    note: str


async def run(program: Program, token: str, lookup: str) -> dict[str, Figures]:
    """The figures of each view."""
    wire, found = await Wire.open(program.port), dict[str, Figures]()
    assert program.process
    pid = program.process.pid
    for view in VIEWS:
        paths = [f"/api/conversations?view={view}&limit=50&counts=true"]
        await _times(wire, paths, token)
        pairs: list[tuple[float, float]] = []
        note = ""
        for _ in range(ROUNDS):
            begun = processor(pid)
            reference = await _times(wire, [lookup], token)
            between = processor(pid)
            times = await _times(wire, paths, token)
            pairs.append((percentile(times, 0.99), percentile(reference, 0.99)))
            note = (
                f"p50 {median(times) * 1000:.2f} ms beside {median(reference) * 1000:.2f} ms. Processor time of a page:"
                f" {processor(pid).since(between, ASKS)}; of a lookup: {between.since(begun, ASKS)}."
            )
        found[view] = Figures(
            median(a for a, _ in pairs) * 1000,
            median(b for _, b in pairs) * 1000,
            median(a / b for a, b in pairs),
            note,
        )
    wire.close()
    return found


def measure(program: Program, tokens: dict[str, str], lookup: str) -> list[Result]:
    results: list[Result] = []
    for who, token in tokens.items():
        load = load_average()
        for view, figures in uvloop.run(run(program, token, lookup)).items():
            results.append(
                Result(
                    f"B4.{who}.{view}",
                    round(figures.page, 2),
                    "ms (p99)",
                    round(figures.lookup, 2),
                    round(figures.ratio, 2),
                    "ratio <= 3",
                    figures.ratio <= 3,
                    load,
                    figures.note,
                )
            )
    return results
