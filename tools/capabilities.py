"""docs/capabilities.md, written from the tables of the connectors: `python -m tools.capabilities --write`; without it, compared."""

import sys
from pathlib import Path
from typing import Any, cast

from harken.entry.connectors import CONNECTORS
from harken.port.capabilities import Capabilities, FileRule

PAGE = Path(__file__).resolve().parent.parent / "docs" / "capabilities.md"
_HEAD = """# What each channel can do

Written by `tools/capabilities.py` from the connectors' own tables (`harken/port/capabilities.py` says what each line means).
The composer, the server, bots and `GET /api/channels/{id}` use the same tables; a channel's settings may narrow them.

"""


def page() -> str:
    tables = {kind: connector.capabilities(_settings(kind)) for kind, connector in sorted(CONNECTORS.items())}
    rows = [f"| | {' | '.join(tables)} |", f"| --- |{' --- |' * len(tables)}"]
    for name in Capabilities.__struct_fields__:
        rows.append(f"| `{name}` | {' | '.join(_said(getattr(table, name)) for table in tables.values())} |")
    return _HEAD + "\n".join(rows) + "\n"


def _settings(kind: str) -> dict[str, Any]:
    """Of a channel that can do all that its connector can."""
    return {"callback_url": "https://service.example/"} if kind == "api" else {}


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "–"
        case int():
            return f"{value:,}"
        case list():
            return ", ".join(_each(each) for each in cast("list[object]", value)) or "–"
        case _:
            return str(value or "–")


def _each(value: object) -> str:
    match value:
        case FileRule(types, size):
            return f"{' '.join(f'`{each}`' for each in types)} up to {size / 1024 / 1024:g} MB"
        case _:
            return str(value)


def main() -> None:
    if "--write" in sys.argv:
        PAGE.write_text(page())
    elif not PAGE.exists() or PAGE.read_text() != page():
        sys.exit("docs/capabilities.md is not what the connectors say: python -m tools.capabilities --write")


if __name__ == "__main__":
    main()
