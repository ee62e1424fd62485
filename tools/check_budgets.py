"""The bytes of the built front end, gzipped, against their budgets (B11)."""

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "harken" / "static"
APP_FIRST_LOAD, APP_LAZY = 120 * 1024, 60 * 1024  # scripts that the page needs at once; any other one
WIDGET_LOADER, WIDGET_OPENED = 2 * 1024, 20 * 1024  # the script tag; everything that opening it loads
WIDGET_LAZY = 15 * 1024  # what is loaded when it is used, each


def main() -> None:
    for page in ("app/index.html", "widget/loader.js"):
        if not (STATIC / page).exists():
            sys.exit(f"harken/static/{page} is not there; make setup builds it")
    problems = [f"{what}: {size} bytes, allowed are {most}" for what, size, most in measured() if size > most]
    if problems:
        sys.exit("\n".join(problems))


def measured() -> Iterator[tuple[str, int, int]]:
    """(what, its gzipped bytes, its budget)."""
    app, widget = STATIC / "app", STATIC / "widget"
    first = _first_load(app / "index.html", app, "/")
    yield "app, first load", sum(packed(script) for script in first), APP_FIRST_LOAD
    for script in sorted(app.rglob("*.js")):
        if script not in first:
            yield f"app, later: {script.name}", packed(script), APP_LAZY
    yield "widget, loader", packed(widget / "loader.js"), WIDGET_LOADER
    page = widget / "frame.html"
    opened = _first_load(page, widget, "/widget/")
    styles = {widget / name for name in re.findall(r'href="/widget/([^"]+\.css)"', page.read_text())}
    yield "widget, opened", sum(packed(file) for file in (page, *opened, *styles)), WIDGET_OPENED
    for script in sorted(widget.rglob("*.js")):
        if script not in opened and script.name != "loader.js":
            yield f"widget, later: {script.name}", packed(script), WIDGET_LAZY


def _first_load(page: Path, folder: Path, base: str) -> set[Path]:
    """The page's scripts and preloads, and what these import statically."""
    names = re.findall(r'(?:src|href)="([^"]+\.js)"', page.read_text())
    waiting = [folder / name.removeprefix(base) for name in names]
    found: set[Path] = set()
    while waiting:
        script = waiting.pop().resolve()
        if script in found:
            continue
        found.add(script)
        imported = re.findall(r'(?:\bfrom|\bimport)\s*"(\.{1,2}/[^"]+\.js)"', script.read_text())
        waiting += [script.parent / name for name in imported]
    return found


def packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9))


if __name__ == "__main__":
    main()
