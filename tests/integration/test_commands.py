"""The command line as an operator uses it: whole processes on a data folder of their own."""

import os
import re
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from harken.kit.settings import Settings
from tests.conftest import passable_folder
from tests.program import free_port

REPOSITORY = Path(__file__).parents[2]


class Shell:
    """Runs `harken` on one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HARKEN_") and k != "DATABASE_URL"}
        self.env = {**kept, "PYTHONPATH": str(REPOSITORY), "HARKEN_DATA": str(data)}

    def __call__(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "harken", *arguments]
        return subprocess.run(
            command, env={**self.env, **variables}, capture_output=True, text=True, timeout=60, check=False, cwd="/"
        )

    def said(self, *arguments: str, **variables: str) -> str:
        done = self(*arguments, **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def set_up(self, password: str = "correct horse battery staple") -> None:
        self.said("setup", "--workspace", "Acme", "--admin-email", "ada@example.com", "--admin-password", password)


@pytest.fixture
def shell() -> Iterator[Shell]:
    with passable_folder() as folder:
        yield Shell(folder / "data")


class Running:
    """`harken run` until it is stopped; the block begins when it is ready."""

    def __init__(self, shell: Shell) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "harken", "run", "--port", str(self.port)], env=shell.env, cwd="/",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> "Running":
        assert self.process.stdout
        assert self.process.stderr
        assert "Harken is at" in self.process.stdout.readline(), self.process.stderr.read()
        return self

    def __exit__(self, *_: Any) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=30)


def test_setup_and_token_create_print_what_a_script_needs_and_nothing_else(shell: Shell) -> None:
    shell.set_up()
    token = shell.said("token", "create", "--agent", "ada@example.com")
    assert re.fullmatch(r"\S{30,}", token)
    unknown = shell("token", "create", "--agent", "nobody@example.com")
    assert unknown.returncode == 1
    assert unknown.stdout == ""
    assert unknown.stderr.startswith("harken: ")
    assert "Traceback" not in unknown.stderr


def test_a_token_made_while_harken_runs_works_at_once_and_a_second_run_is_refused(shell: Shell) -> None:
    shell.set_up()
    with Running(shell) as running:
        token = shell.said("token", "create", "--agent", "ada@example.com")
        answer = httpx.get(f"{running.url}/api/agents", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        second = shell("run", "--port", str(free_port()))
        assert second.returncode == 1
        assert f"in use by process {running.process.pid}" in second.stderr
    assert running.process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_in_order_within_seconds(shell: Shell, number: signal.Signals) -> None:
    with Running(shell) as running:
        dsn = shell.said("doctor", "--dsn")
        assert "host=" in dsn
        began = time.monotonic()
        running.process.send_signal(number)
        assert running.process.wait(20) == 0
        assert time.monotonic() - began < 10
    assert not (shell.data / "postgres" / "postmaster.pid").exists()
    assert "database system is shut down" in (shell.data / "postgres.log").read_text()


def test_a_taken_port_is_said_in_one_line(shell: Shell) -> None:
    with Running(shell) as running, passable_folder() as other:
        refused = Shell(other / "data")("run", "--port", str(running.port))
        assert refused.returncode == 1
        assert f"port {running.port}" in refused.stderr.splitlines()[-1]


async def test_a_backup_brings_back_database_files_and_key_into_an_empty_folder(shell: Shell) -> None:
    shell.set_up()
    (shell.data / "blobs" / "w").mkdir(parents=True)
    (shell.data / "blobs" / "w" / "0a").write_bytes(b"a file")
    archive = shell.data.parent / "backup.tar"
    shell.said("backup", str(archive))
    assert archive.stat().st_mode & 0o077 == 0
    other = Shell(shell.data.parent / "other")
    other.said("restore", str(archive))
    assert (other.data / "blobs" / "w" / "0a").read_bytes() == b"a file"
    assert (other.data / "key").read_bytes() == (shell.data / "key").read_bytes()
    assert other.said("token", "create", "--agent", "ada@example.com")
    again = other("restore", str(archive))
    assert again.returncode == 1
    assert "already holds a workspace" in again.stderr


def test_a_file_that_is_no_backup_leaves_the_folder_as_it_was(shell: Shell) -> None:
    wrong = shell.data.parent / "wrong.tar"
    with tarfile.open(wrong, "w") as tar:
        tar.add(__file__, "something.py")
    refused = shell("restore", str(wrong))
    assert refused.returncode == 1
    assert "not a backup" in refused.stderr
    shell.set_up()


async def test_a_database_that_is_named_is_used_instead_of_the_embedded_one(shell: Shell, database_dsn: str) -> None:
    shell.said(
        "setup", "--workspace", "Acme", "--admin-email", "ada@example.com", "--admin-password", "a long enough one",
        DATABASE_URL=database_dsn,
    )  # fmt: skip
    connection = await asyncpg.connect(database_dsn)
    assert await connection.fetchval("select name from workspace") == "Acme"
    await connection.close()
    assert not (shell.data / "postgres").exists()


def test_the_doctor_says_what_is_there_and_starts_nothing(shell: Shell) -> None:
    before = shell("doctor").stdout
    assert "does not exist yet" in before
    assert not shell.data.exists()
    shell.set_up()
    after = shell("doctor").stdout
    assert re.search(r"ok +postgres +\d+\.\d+ of the", after)
    with Running(shell) as running:
        told = shell("doctor").stdout
        assert f"in use by process {running.process.pid}" in told
        assert "all applied" in told


def test_every_setting_is_an_option_of_run(shell: Shell) -> None:
    said = shell.said("run", "--help")
    for name in Settings.__struct_fields__:
        assert f"--{name.replace('_', '-')}" in said
        assert f"HARKEN_{name.upper()}" in said
