"""`make lock`: requirements/{run,dev,node}.txt anew, every version with its hashes, from pyproject.toml and the .in files."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_SOURCES = {
    "run": ["pyproject.toml"],
    "dev": ["pyproject.toml", "requirements/dev.in", "-c", "requirements/run.txt"],
    "node": ["requirements/node.in"],
}


def main() -> None:
    for name, sources in _SOURCES.items():
        command = [
            ROOT / ".venv/bin/uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version", "3.11",
            *sources, "-o", f"requirements/{name}.txt",
        ]  # fmt: skip
        env = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"}
        if subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
            sys.exit(1)


if __name__ == "__main__":
    main()
