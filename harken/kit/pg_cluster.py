"""Where the embedded PostgreSQL keeps its data, whose they are, and its configuration.

An ordinary user keeps them in `postgres` in the data folder. For root PostgreSQL runs as `nobody` (or as the user who owns
the data already); when that user cannot reach the data folder they are kept below /var/lib/harken, and the file
`postgres.location` in the data folder says where. Permissions of folders that were there before are never changed.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from harken.kit import pg_binaries
from harken.kit.pg_binaries import Binaries, PostgresUnavailable

SUPERUSER = "harken"
_LONGEST_SOCKET_FOLDER = 90  # sun_path holds 108 bytes (unix(7)), 104 on macOS; the socket's own name takes 14

_CONFIGURATION = """\
# Written by Harken at every start; put your own settings into custom.conf beside this file.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 128MB
synchronous_commit = on
jit = off
random_page_cost = 1.1
max_wal_size = 1GB
checkpoint_completion_target = 0.9
wal_compression = on
idle_in_transaction_session_timeout = 5min
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = stderr
logging_collector = off
log_checkpoints = off
log_line_prefix = '%m [%p] '
include_if_exists 'custom.conf'
"""
# A crash of the machine may cost the data: for tests, which are faster with it.
_NOT_DURABLE = "fsync = off\nfull_page_writes = off\n"


class OtherVersion(PostgresUnavailable):
    """The data were made by another major version of PostgreSQL."""


class RunAs(msgspec.Struct, frozen=True):
    """The user that PostgreSQL runs as; -1: the one we are."""

    uid: int = -1
    gid: int = -1

    def run(self, command: Sequence[str | Path]) -> "subprocess.CompletedProcess[str]":
        """Runs a program as that user, without other groups, in a folder it may enter."""
        if self.uid < 0:
            return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=self.uid,
            group=self.gid,
            extra_groups=[],
        )

    def give(self, path: Path) -> None:
        if self.uid >= 0:
            os.chown(path, self.uid, self.gid)


class Cluster(msgspec.Struct, frozen=True):
    """`base` holds `postgres` (the data), `postgres.log` and, when its path is short enough, `run` (the socket)."""

    base: Path
    run_as: RunAs
    binaries: Binaries

    @property
    def folder(self) -> Path:
        return self.base / "postgres"

    @property
    def log(self) -> Path:
        return self.base / "postgres.log"


def make_folder(path: Path) -> None:
    """Makes the data folder when it is missing: others may pass through (as PostgreSQL's user must) but not look."""
    if path.exists():
        return
    try:
        path.mkdir(parents=True)
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise PostgresUnavailable(f"the data folder {path} cannot be made: {error.strerror}") from error


def locate(data: Path, preferred: Path | None = None) -> Cluster:
    """Finds, or decides, where the data of `data` are. Raises PostgresUnavailable, OtherVersion."""
    make_folder(data)
    binaries = pg_binaries.find(preferred)
    root = os.geteuid() == 0
    cluster = _for_root(data, binaries) if root else Cluster(_pointed_to(data) or data, RunAs(), binaries)
    _check_version(cluster)
    return cluster


def existing_version(data: Path) -> str | None:
    """The major version of the data, as far as we may see; None when there are none."""
    try:
        return ((_pointed_to(data) or data) / "postgres" / "PG_VERSION").read_text().strip()
    except (OSError, PostgresUnavailable):
        return None


def _pointed_to(data: Path) -> Path | None:
    pointer = data / "postgres.location"
    if not pointer.exists():
        return None
    base = Path(pointer.read_text().strip())
    try:
        there = base.is_dir() and os.access(base, os.X_OK)
    except PermissionError:
        there = False
    if not there:
        raise PostgresUnavailable(f"{pointer} says that the database is in {base}, which cannot be opened")
    return base


def _for_root(data: Path, binaries: Binaries) -> Cluster:
    base = _pointed_to(data) or data
    run_as = _owner(base / "postgres") or _nobody()
    if base == data and not pg_binaries.may_reach(data / "postgres", run_as.uid, run_as.gid):
        if (data / "postgres").exists():
            raise PostgresUnavailable(
                f"{data / 'postgres'} belongs to user {run_as.uid}, who cannot reach it; make the folders above it passable"
            )
        base = _base_elsewhere(data)
    return Cluster(base, run_as, pg_binaries.reachable_copy(binaries, run_as.uid, run_as.gid))


def _base_elsewhere(data: Path) -> Path:
    pg_binaries.prepare_shared()
    base = pg_binaries.SHARED / hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    if not base.exists():
        base.mkdir()
        base.chmod(0o711)
    pointer = data / "postgres.location"
    pointer.with_suffix(".new").write_text(f"{base}\n")
    pointer.with_suffix(".new").rename(pointer)
    return base


def _owner(folder: Path) -> RunAs | None:
    """Who owns the data; None when there are none, or they are root's (a copy), which PostgreSQL refuses."""
    if not folder.exists() or folder.stat().st_uid == 0:
        return None
    return RunAs(folder.stat().st_uid, folder.stat().st_gid)


def _nobody() -> RunAs:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return RunAs(65534, 65534)
    return RunAs(entry.pw_uid, entry.pw_gid)


def _check_version(cluster: Cluster) -> None:
    version_file = cluster.folder / "PG_VERSION"
    try:
        version = version_file.read_text().strip()
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise PostgresUnavailable(f"{cluster.folder} belongs to another user; start Harken as that one") from error
    if version != str(cluster.binaries.major):
        raise OtherVersion(
            f"the data in {cluster.folder} are of PostgreSQL {version}, but this is PostgreSQL {cluster.binaries.version};"
            f" make a backup with the Harken that wrote them (`harken backup FILE`) and restore it into an empty folder"
        )


def initialise(cluster: Cluster) -> bool:
    """Makes the data when there are none; a half-made folder of an earlier try is made anew. Returns whether it did."""
    if (cluster.folder / "PG_VERSION").exists():
        _own_everything(cluster)
        return False
    fresh = cluster.base / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    cluster.run_as.give(fresh)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if cluster.binaries.major >= 17 else []
    command = [
        cluster.binaries.program("initdb"), "-D", fresh, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
        "--locale=C" if locale else "--locale=C.UTF-8", *locale, "--no-instructions",
    ]  # fmt: skip
    done = cluster.run_as.run(command)
    if done.returncode:
        raise PostgresUnavailable(f"initdb failed: {(done.stderr or done.stdout).strip()}")
    (fresh / "custom.conf").write_text("# Settings of your own, read after Harken's.\n")
    cluster.run_as.give(fresh / "custom.conf")
    fresh.rename(cluster.folder)
    return True


def _own_everything(cluster: Cluster) -> None:
    """After a copy by root (a restored disk) the files are root's, and PostgreSQL would refuse them."""
    if cluster.run_as.uid >= 0 and cluster.folder.stat().st_uid != cluster.run_as.uid:
        for path in (cluster.folder, *cluster.folder.rglob("*")):
            os.chown(path, cluster.run_as.uid, cluster.run_as.gid, follow_symlinks=False)


def configure(cluster: Cluster, *, durable: bool) -> None:
    """Writes the configuration; only Harken connects, by the socket."""
    for name, text in (
        ("postgresql.conf", _CONFIGURATION + ("" if durable else _NOT_DURABLE)),
        ("pg_hba.conf", "local all all trust\n"),
    ):
        path = cluster.folder / name
        path.write_text(text)
        cluster.run_as.give(path)
    if cluster.log.exists() and cluster.log.stat().st_size > 10_000_000:
        cluster.log.rename(cluster.log.with_suffix(".log.1"))


def socket_folder(cluster: Cluster) -> Path:
    """A folder that only PostgreSQL's user (and root) may enter, with a path short enough for a socket."""
    folder = cluster.base / "run"
    if len(os.fsencode(folder)) > _LONGEST_SOCKET_FOLDER:
        digest = hashlib.sha256(str(cluster.base).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"harken-{digest}"
        if len(os.fsencode(folder)) > _LONGEST_SOCKET_FOLDER:
            folder = Path("/tmp") / folder.name
    owner = cluster.run_as.uid if cluster.run_as.uid >= 0 else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
        cluster.run_as.give(folder)
    except FileExistsError:
        status = folder.lstat()
        if folder.is_symlink() or status.st_uid != owner or status.st_mode & 0o077:
            # Somebody else's: anybody may make folders in /tmp.
            folder = Path(tempfile.mkdtemp(prefix="harken-"))
            cluster.run_as.give(folder)
    return folder
