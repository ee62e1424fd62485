"""What a measure yields, and where it is written: bench/results.json and docs/benchmarks.md."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Result:
    """One figure. `reference` was measured in the same run; `ratio` is value / reference where that says something."""

    id: str
    value: float | None
    unit: str
    reference: float | None
    ratio: float | None
    must: str
    met: bool
    load: float
    note: str = ""


def load_average() -> float:
    return round(os.getloadavg()[0], 2)


def _measure(id: str) -> int:
    """4 for "B4.agent.open"."""
    return int(id.split(".")[0].removeprefix("B"))


def _run(id: str) -> str:
    """What is measured together: "B4" for "B4.agent.open"; of search, for each size of its own, "B12.10M"."""
    measure, _, rest = id.partition(".")
    return f"{measure}.{rest.split('.')[0]}" if measure == "B12" else measure


def write(results: list[Result]) -> None:
    """Replaces the figures of the measures that ran and keeps those of the others."""
    path = ROOT / "bench" / "results.json"
    measured = {_run(result.id) for result in results}
    known = [e for e in json.loads(path.read_text()) if _run(e["id"]) not in measured] if path.exists() else []
    known += [asdict(result) for result in results]
    ordered = sorted(known, key=lambda e: (_measure(e["id"]), e["id"]))
    path.write_text(json.dumps(ordered, indent=1) + "\n")
    lines = [
        "# Figures", "", "Written by `make bench`, on two cores; each beside its reference in the same run, interleaved, median of ratios.",
        "Compare the ratios, not the absolute figures: machines differ.", "",
        "| | value | unit | reference | ratio | must | met | load |", "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for e in ordered:
        cells = [
            e["id"],
            e["value"],
            e["unit"],
            e["reference"],
            e["ratio"],
            e["must"],
            "yes" if e["met"] else "**no**",
            e["load"],
        ]
        lines.append("| " + " | ".join("" if cell is None else str(cell) for cell in cells) + " |")
    notes = [f"- **{e['id']}**: {e['note']}" for e in ordered if e.get("note")]
    (ROOT / "docs" / "benchmarks.md").write_text("\n".join([*lines, "", *notes]) + "\n")
