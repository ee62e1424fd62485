"""B4: a page of each view with its counts among a million conversations and ten teams, beside a primary-key lookup over the
same HTTP stack."""

from statistics import median

import uvloop

from bench.report import Result, load_average
from bench.wire import Wire, percentile, request
from tests.program import Program

VIEWS = ("inbox", "yours", "open", "automated", "closed")
ROUNDS, ASKS = 3, 150


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


async def run(program: Program, token: str, lookup: str) -> dict[str, tuple[float, float, float]]:
    """For each view: p99 of the page with counts, p99 of the lookup (ms), and the median of the ratios."""
    wire, found = await Wire.open(program.port), dict[str, tuple[float, float, float]]()
    for view in VIEWS:
        paths = [f"/api/conversations?view={view}&limit=50&counts=true"]
        await _times(wire, paths, token)
        pairs: list[tuple[float, float]] = []
        for _ in range(ROUNDS):
            reference = await _times(wire, [lookup], token)
            pairs.append((percentile(await _times(wire, paths, token), 0.99), percentile(reference, 0.99)))
        found[view] = (
            median(a for a, _ in pairs) * 1000,
            median(b for _, b in pairs) * 1000,
            median(a / b for a, b in pairs),
        )
    wire.close()
    return found


def measure(program: Program, tokens: dict[str, str], lookup: str) -> list[Result]:
    results: list[Result] = []
    for who, token in tokens.items():
        load = load_average()
        for view, (value, reference, ratio) in uvloop.run(run(program, token, lookup)).items():
            results.append(
                Result(
                    f"B4.{who}.{view}",
                    round(value, 2),
                    "ms (p99)",
                    round(reference, 2),
                    round(ratio, 2),
                    "ratio <= 3",
                    ratio <= 3,
                    load,
                )
            )
    return results
