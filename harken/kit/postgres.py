"""The embedded PostgreSQL: started with Harken, supervised by it, gone with it.

One process at a time owns a data folder: it holds a lock on the file `lock` there, which says the process's id and, when
PostgreSQL is ready, how to connect. PostgreSQL listens on a Unix socket only. `pg_guard` stops it when we are killed; a
thread starts it again when it is.
"""

import contextlib
import fcntl
import logging
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

from harken.kit import pg_cluster, pg_guard
from harken.kit.pg_binaries import PostgresUnavailable
from harken.kit.pg_cluster import SUPERUSER, Cluster

_log = logging.getLogger(__name__)
_READY_WITHIN = 120.0  # recovery after a crash may take its time
_RETRY_FOR = 30.0  # backends of a killed postmaster may hold its shared memory for a moment
_PASSING = re.compile(
    r"shared memory block|lock file .* already exists|could not create any Unix-domain sockets|Is another"
)
DATABASE = "harken"


class InUse(PostgresUnavailable):
    """Another process owns the data folder."""

    def __init__(self, data: Path, pid: int | None) -> None:
        super().__init__(f"the data folder {data} is in use by process {pid or 'unknown'}")
        self.pid = pid


class Postgres:
    """`start` and `stop` block; call them outside the event loop or before it runs."""

    def __init__(self, data: Path, *, durable: bool = True, binaries: Path | None = None) -> None:
        """`binaries`: the bin folder to use instead of the one that is found."""
        self._data = data.absolute()
        self._durable = durable
        self._preferred = binaries
        self._lock: int | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self.cluster: Cluster | None = None
        self.socket: Path | None = None

    def start(self) -> str:
        """Returns the DSN of Harken's database, which exists then.

        Raises InUse, OtherVersion or PostgresUnavailable, whose text tells the operator what to do.
        """
        pg_cluster.make_folder(self._data)
        self._lock = _lock(self._data)
        try:
            self.cluster = pg_cluster.locate(self._data, self._preferred)
            fresh = pg_cluster.initialise(self.cluster)
            pg_cluster.configure(self.cluster, durable=self._durable)
            self.socket = pg_cluster.socket_folder(self.cluster)
            self._start_retrying()
            if fresh or not _has_database(self.cluster, self.socket):
                _create_database(self.cluster, self.socket)
        except BaseException:
            self.stop()
            raise
        dsn = dsn_of(self.socket)
        os.pwrite(self._lock, f"{os.getpid()}\n{dsn}\n".encode(), 0)
        self._watcher = threading.Thread(target=self._watch, name="postgres", daemon=True)
        self._watcher.start()
        return dsn

    def stop(self) -> None:
        """A clean, quick stop. May be repeated."""
        self._stopping.set()
        guard, self._guard = self._guard, None
        if guard and guard.stdin:
            with contextlib.suppress(OSError):
                guard.stdin.write(b"s")
                guard.stdin.flush()
            with contextlib.suppress(subprocess.TimeoutExpired):
                guard.wait(timeout=30)
            with contextlib.suppress(OSError):
                guard.stdin.close()
            guard.wait()
        if self._watcher:
            self._watcher.join()
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    @property
    def postmaster(self) -> int | None:
        """The process id of PostgreSQL now; None between two of them."""
        return _postmaster(self.cluster) if self.cluster else None

    def _start_retrying(self) -> None:
        assert self.cluster is not None
        until = time.monotonic() + _RETRY_FOR
        while True:
            _clear_stale(self.cluster)
            said = self._try_start()
            if said is None:
                return
            if time.monotonic() > until or not _PASSING.search(said) or self._stopping.is_set():
                raise PostgresUnavailable(f"PostgreSQL does not start: {said or 'see'} ({self.cluster.log})")
            time.sleep(0.1)

    def _try_start(self) -> str | None:
        """None when PostgreSQL is ready, else the last lines of what it said."""
        assert self.cluster is not None and self.socket is not None
        logged = self.cluster.log.stat().st_size if self.cluster.log.exists() else 0
        guard = _spawn(self.cluster, self.socket)
        assert guard.stdout is not None and guard.stdin is not None
        pid = int(guard.stdout.readline() or 0)
        guard.stdout.close()
        until = time.monotonic() + _READY_WITHIN
        while guard.poll() is None and time.monotonic() < until:
            if _status(self.cluster, pid) == "ready":
                self._guard = guard
                return None
            time.sleep(0.005)
        guard.stdin.close()
        guard.wait()
        with self.cluster.log.open("rb") as log:
            log.seek(logged)
            return " ".join(log.read().decode("utf-8", "replace").split("\n")[-6:]).strip()

    def _watch(self) -> None:
        """Starts PostgreSQL again whenever it, or its guard, ends while we go on."""
        while guard := self._guard:
            guard.wait()
            if self._stopping.is_set():
                return
            _log.error("PostgreSQL ended; it is started again")
            if guard.stdin:
                guard.stdin.close()
            while not self._stopping.is_set():
                try:
                    self._start_retrying()
                    _log.warning("PostgreSQL runs again")
                    break
                except (PostgresUnavailable, OSError):
                    _log.exception("PostgreSQL does not start")
                    self._stopping.wait(2)


def dsn_of(socket: Path) -> str:
    return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(socket), safe='/')}"


def owner(data: Path) -> tuple[int, str | None] | None:
    """Who owns the data folder: its process id, and the DSN once PostgreSQL is ready. None when nobody does."""
    try:
        with (data / "lock").open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                lines = file.read().decode().split("\n")
                return (int(lines[0] or 0), lines[1] if len(lines) > 2 else None)
    except FileNotFoundError:
        pass
    except PermissionError as error:
        raise PostgresUnavailable(f"the data folder {data} belongs to another user") from error
    return None


def _lock(data: Path) -> int:
    try:
        file = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise PostgresUnavailable(f"the data folder {data} is not ours to write to") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(file, 100).split(b"\n")[0]
        os.close(file)
        raise InUse(data, int(pid) if pid.isdigit() else None) from None
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    return file


def _spawn(cluster: Cluster, socket: Path) -> "subprocess.Popen[bytes]":
    program = [cluster.binaries.program("postgres"), "-D", cluster.folder, "-k", socket]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", pg_guard.__file__, cluster.log, str(cluster.run_as.uid), str(cluster.run_as.gid), *program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC", "LC_ALL": "C"},
    )  # fmt: skip


def _status(cluster: Cluster, pid: int) -> str | None:
    """What the postmaster with this id says of itself (its pid file's eighth line)."""
    lines = _pid_file(cluster)
    return lines[7].strip() if len(lines) > 7 and lines[0] == str(pid) else None


def _pid_file(cluster: Cluster) -> list[str]:
    try:
        return (cluster.folder / "postmaster.pid").read_text().split("\n")
    except FileNotFoundError:
        return []


def _postmaster(cluster: Cluster) -> int | None:
    """The postmaster of this cluster that lives, if one does: its id is in the pid file, and it is a PostgreSQL."""
    lines = _pid_file(cluster)
    if not lines or not lines[0].isdigit():
        return None
    return int(lines[0]) if str(cluster.folder) in _command_line(lines[0]) else None


def _command_line(pid: str) -> str:
    """Empty when no process has this id."""
    if Path("/proc/self").exists():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
        return ""
    return subprocess.run(["ps", "-o", "command=", "-p", pid], capture_output=True, text=True, check=False).stdout


def _clear_stale(cluster: Cluster) -> None:
    """We hold the lock, so what an earlier process left behind is nobody's: a pid file whose number now is another
    program's (after a reboot or in a container), or a postmaster that outlived its guard."""
    if not _pid_file(cluster):
        return
    pid = _postmaster(cluster)
    if pid is None:
        (cluster.folder / "postmaster.pid").unlink(missing_ok=True)
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 3)  # SIGQUIT
    until = time.monotonic() + 5
    while time.monotonic() < until and _postmaster(cluster) is not None:
        time.sleep(0.05)


def _has_database(cluster: Cluster, socket: Path) -> bool:
    return "1" in _psql(cluster, socket, f"select 1 from pg_database where datname = '{DATABASE}'")


def _create_database(cluster: Cluster, socket: Path) -> None:
    _psql(cluster, socket, f"create database {DATABASE}")


def _psql(cluster: Cluster, socket: Path, sql: str) -> str:
    command = [cluster.binaries.program("psql"), "-XAtq", "-h", socket, "-U", SUPERUSER, "-d", "postgres", "-c", sql]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise PostgresUnavailable(f"PostgreSQL refused: {done.stderr.strip()}")
    return done.stdout
