"""kit/postgres.py, each case in a process of its own that is killed, refused or run as somebody else."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from harken.kit import pg_binaries
from harken.kit.postgres import InUse, Postgres, owner
from tests.conftest import passable_folder

ROOT = os.geteuid() == 0
REPOSITORY = Path(__file__).parents[2]
PACKAGES = Path(asyncpg.__file__).parents[1]
DAEMON = 1  # an ordinary user that every system has by name, as initdb demands
_PROGRAM = """
import sys, time
from pathlib import Path
from harken.kit.postgres import Postgres
postgres = Postgres(Path(sys.argv[1]), durable=False)
print(postgres.start(), postgres.postmaster, flush=True)
sys.stdin.read()
postgres.stop()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with passable_folder() as folder:
        yield folder


class Owner:
    """A process that owns a data folder until its standard input ends."""

    def __init__(self, data: Path, *, python: str = sys.executable, **options: Any) -> None:
        self.process = subprocess.Popen(
            [python, "-c", _PROGRAM, data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{PACKAGES}"}, **options,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.dsn, postmaster = self.process.stdout.readline().split()
        self.postmaster = int(postmaster)

    def end(self) -> None:
        self.process.communicate(timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextlib.contextmanager
def owning(data: Path, **options: Any) -> Generator[Owner]:
    owner = Owner(data, **options)
    try:
        yield owner
    finally:
        if owner.process.returncode is None:
            owner.end()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    return True


def until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


async def value(dsn: str, sql: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_postgres_goes_within_a_second_when_its_owner_is_killed_and_the_data_stay(folder: Path) -> None:
    with owning(folder) as first:
        await value(first.dsn, "create table t as select 1 as x")
        first.kill()
        assert until(lambda: not lives(first.postmaster), 1.0)
    with owning(folder) as second:
        assert await value(second.dsn, "select x from t") == 1


async def test_postgres_goes_even_when_the_guard_is_killed_with_its_owner(folder: Path) -> None:
    with owning(folder) as first:
        children = Path(f"/proc/{first.process.pid}/task/{first.process.pid}/children")
        if not children.exists():
            pytest.skip("needs Linux's /proc")
        guard = int(children.read_text().split()[0])
        os.kill(guard, signal.SIGKILL)
        first.kill()
        assert until(lambda: not lives(first.postmaster), 1.0)


async def test_a_second_process_is_refused_and_told_which_one_has_the_folder(folder: Path) -> None:
    with owning(folder) as first:
        with pytest.raises(InUse, match=f"in use by process {first.process.pid}"):
            Postgres(folder).start()
        assert owner(folder) == (first.process.pid, first.dsn)
        assert await value(first.dsn, "select 1") == 1
    assert owner(folder) is None


async def test_a_killed_postmaster_is_started_again(folder: Path) -> None:
    with owning(folder) as first:
        await value(first.dsn, "create table t as select 1 as x")
        busy = await asyncpg.connect(first.dsn)  # a backend that holds on to the shared memory
        os.kill(first.postmaster, signal.SIGKILL)
        assert until(lambda: not lives(first.postmaster), 5.0)
        answered = None
        end = time.monotonic() + 20
        while answered is None and time.monotonic() < end:
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                answered = await value(first.dsn, "select x from t")
        assert answered == 1
        busy.terminate()


async def test_a_pid_file_that_names_another_living_process_does_not_stop_the_start(folder: Path) -> None:
    with owning(folder) as first:
        first.end()
    cluster = folder / "postgres"
    stale = f"{os.getppid()}\n{cluster}\n1\n5432\n\n\n\nready\n"
    (cluster / "postmaster.pid").write_text(stale)
    shutil.chown(cluster / "postmaster.pid", cluster.stat().st_uid, cluster.stat().st_gid)
    with owning(folder) as second:
        assert await value(second.dsn, "select 1") == 1


def test_data_of_another_major_version_are_refused_with_both_versions_named(folder: Path) -> None:
    with owning(folder) as first:
        first.end()
    (folder / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(pg_binaries.PostgresUnavailable, match=r"of PostgreSQL 14, but this is PostgreSQL \d"):
        Postgres(folder).start()
    assert owner(folder) is None


async def test_a_long_path_gets_its_socket_elsewhere(folder: Path) -> None:
    with owning(folder / ("long" * 30)) as first:
        assert await value(first.dsn, "select 1") == 1


async def test_text_compares_by_unicode_not_by_ascii(folder: Path) -> None:
    with owning(folder) as first:
        assert await value(first.dsn, "select lower('ÄÖÜ')") == "äöü"


def test_a_later_start_is_quick(folder: Path) -> None:
    with owning(folder) as first:
        first.end()
    began = time.monotonic()
    with owning(folder):
        assert time.monotonic() - began < 5  # typically 0.3 s; `make bench` measures it


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.mark.skipif(not ROOT, reason="only root runs PostgreSQL as somebody else")
async def test_roots_postgres_runs_as_nobody_and_leaves_permissions_alone(folder: Path) -> None:
    data = folder / "data"
    data.mkdir(mode=0o755)
    with owning(data) as first:
        assert owner_of(first.postmaster) == 65534
        assert data.stat().st_mode & 0o777 == 0o755
        assert data.stat().st_uid == 0


@pytest.mark.skipif(not ROOT, reason="only root has folders that PostgreSQL's user cannot reach")
async def test_roots_private_folder_keeps_its_data_where_nobody_can_reach_them() -> None:
    private = Path(tempfile.mkdtemp(prefix="harken-test-"))  # mode 0700
    data = private / "data"
    elsewhere: Path | None = None
    try:
        with owning(data) as first:
            elsewhere = Path((data / "postgres.location").read_text().strip())
            await value(first.dsn, "create table t as select 1 as x")
            assert private.stat().st_mode & 0o777 == 0o700
        with owning(data) as second:
            assert await value(second.dsn, "select x from t") == 1
    finally:
        shutil.rmtree(private)
        if elsewhere:
            shutil.rmtree(elsewhere)


def reachable_python() -> str | None:
    """A Python of our version that every user may run, if they may read the checkout and its packages too."""
    own = f"python3.{sys.version_info.minor}"
    for python in (Path(sys.executable), Path("/usr/bin") / own):
        paths = (python, python.resolve(), REPOSITORY / "x", PACKAGES / "x")
        if python.exists() and all(pg_binaries.may_reach(path, DAEMON, DAEMON) for path in paths):
            return str(python)
    return None


@pytest.mark.skipif(not ROOT, reason="only root may become another user")
async def test_an_ordinary_user_runs_it_as_themselves(folder: Path) -> None:
    python = reachable_python()
    if python is None:
        pytest.skip("no Python, or this checkout, lies where an ordinary user may enter")
    data = folder / "data"
    data.mkdir()
    os.chown(data, DAEMON, DAEMON)
    with owning(data, python=python, user=DAEMON, group=DAEMON, extra_groups=[], cwd="/") as first:
        assert owner_of(first.postmaster) == DAEMON
        assert await value(first.dsn, "select 1") == 1
    with owning(data) as as_root:  # later started by root: the data stay their owner's
        assert owner_of(as_root.postmaster) == DAEMON
