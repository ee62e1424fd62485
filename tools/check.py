"""`make check`: every check, all of them even when one fails, with the seconds each took."""

import subprocess
import sys
import time
from pathlib import Path

from tools.setup import VENV, WEB, with_node

ROOT = Path(__file__).resolve().parent.parent
_BIN = VENV / "bin"
_CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("format", [f"{_BIN}/ruff", "format", "--check", "--quiet", "."]),
    ("lint", [f"{_BIN}/ruff", "check", "--quiet", "."]),
    ("types", [f"{_BIN}/basedpyright"]),
    ("imports", [f"{_BIN}/lint-imports", "--no-cache"]),
    ("sizes", [sys.executable, "-m", "tools.check_sizes"]),
    ("sql", [sys.executable, "-m", "tools.check_sql"]),
    ("docs", [sys.executable, "-m", "tools.check_docs"]),
    ("capabilities", [sys.executable, "-m", "tools.capabilities"]),
    ("api types", [sys.executable, "-m", "tools.api_types"]),
    ("bytes", [sys.executable, "-m", "tools.check_budgets"]),
)


def main() -> None:
    wanted = set(sys.argv[1:])
    failed: list[str] = []
    for name, command in _CHECKS:
        if not wanted or name in wanted:
            _run(name, command, failed)
    if not wanted or "front end" in wanted:
        _run("front end", ["npm", "run", "--silent", "check"], failed, cwd=WEB, env=with_node())
    if failed:
        sys.exit(f"make check: failed: {', '.join(failed)}")


def _run(
    name: str, command: list[str], failed: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> None:
    began = time.monotonic()
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    verdict = "FAILED" if done.returncode else "ok"
    print(f"{name:<10} {verdict:<7} {time.monotonic() - began:5.1f} s", flush=True)
    if done.returncode:
        failed.append(name)
        print(done.stdout + done.stderr, flush=True)


if __name__ == "__main__":
    main()
