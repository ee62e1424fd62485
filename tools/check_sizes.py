"""Watches the tail: files and functions that grew too long (docs and limits: conventions in docs/architecture.md).

tools/sizes_allowed.toml holds the exceptions, each with its reason and its present size: one that shrank or is gone fails
too, so that their number only falls.
"""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LIMITS = {".py": 400, ".svelte": 300, ".ts": 400}
FUNCTION_LIMIT = 50


def main() -> None:
    allowed = _allowed()
    problems: list[str] = []
    for name, lines, limit in _measured():
        most = allowed.pop(name, limit)
        if lines > most:
            problems.append(f"{name}: {lines} lines, allowed are {most}")
        elif most > limit >= lines:
            problems.append(f"{name}: {lines} lines; its exception in tools/sizes_allowed.toml is not needed any more")
    problems += [f"{name}: an exception in tools/sizes_allowed.toml, but there is no such thing" for name in allowed]
    if problems:
        sys.exit("\n".join(problems))


def _allowed() -> dict[str, int]:
    entries = tomllib.loads((ROOT / "tools" / "sizes_allowed.toml").read_text())
    for name, entry in entries.items():
        if not entry.get("reason"):
            sys.exit(f"tools/sizes_allowed.toml: {name} has no reason")
    return {name: int(entry["lines"]) for name, entry in entries.items()}


def _measured() -> Iterator[tuple[str, int, int]]:
    """(name, lines, limit) of every file and every Python function under version control, or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in sorted(set(listed.stdout.splitlines())):
        path = ROOT / name
        limit = FILE_LIMITS.get(path.suffix)
        if limit is None or not path.exists():
            continue
        text = path.read_text()
        yield name, len(text.splitlines()), limit
        if path.suffix == ".py":
            yield from _functions(name, ast.parse(text))


def _functions(name: str, tree: ast.AST, inside: str = "") -> Iterator[tuple[str, int, int]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{name}::{inside}{node.name}", length, FUNCTION_LIMIT
            yield from _functions(name, node, f"{inside}{node.name}.")
        elif isinstance(node, ast.ClassDef):
            yield from _functions(name, node, f"{inside}{node.name}.")
        else:
            yield from _functions(name, node, inside)


if __name__ == "__main__":
    main()
