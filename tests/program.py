"""The whole program as its own process, for the stories, the faults and the bench: started, killed, asked over HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

EMAIL, PASSWORD = "ada@example.com", "correct horse battery staple"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def harken(*arguments: str, data: Path, env: dict[str, str] | None = None, timeout: float = 60) -> str:
    """Runs a command of the program to its end; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "harken", *arguments, "--data", str(data)],
        capture_output=True, text=True, env=_environment(env), timeout=timeout, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"harken {arguments} failed: {done.stderr}\n{done.stdout}")
    return done.stdout.strip()


def _environment(extra: dict[str, str] | None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HARKEN_") and k != "DATABASE_URL"}
    return kept | {"HARKEN_LOG_LEVEL": "warning"} | (extra or {})


@dataclass
class Program:
    """`harken run` on a port and a data folder of its own."""

    data: Path
    port: int = field(default_factory=free_port)
    env: dict[str, str] = field(default_factory=dict[str, str])
    process: subprocess.Popen[bytes] | None = None
    token: str = ""
    demo: bool = False  # `harken demo` instead of `harken run`

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def set_up(self) -> "Program":
        """A workspace with Ada as its admin, and a token of hers."""
        harken(
            "setup",
            "--workspace",
            "Acme",
            "--admin-email",
            EMAIL,
            "--admin-password",
            PASSWORD,
            data=self.data,
            env=self.env,
        )
        self.token = harken("token", "create", "--agent", EMAIL, data=self.data, env=self.env)
        return self

    def start(self, timeout: float = 40) -> float:
        """Starts and waits until it is ready; returns the seconds it took."""
        began = time.monotonic()
        log = self.data.parent / f"{self.data.name}.log"
        command = [
            sys.executable,
            "-m",
            "harken",
            "demo" if self.demo else "run",
            "--data",
            str(self.data),
            "--port",
            str(self.port),
        ]
        with log.open("ab") as out:
            environment = _environment({"HARKEN_PUBLIC_URL": self.url} | self.env)
            self.process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        while time.monotonic() - began < timeout:
            if self._is_ready():
                return time.monotonic() - began
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"harken did not start:\n{log.read_text()[-4000:]}")

    def _is_ready(self) -> bool:
        """Asked without httpx, whose clients take a core's time to make that the starting program needs."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """kill -9."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def __enter__(self) -> "Program":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def client(self, token: str | None = None) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token or self.token}"}, timeout=30)

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """One call as Ada (or with another token); the decoded answer. Raises for 4xx and 5xx."""
        with self.client(token) as client:
            answer = client.request(method, path, json=body)
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def add_agent(self, name: str, role: str = "agent", team_ids: list[str] | None = None) -> str:
        """Invites a colleague and accepts for them (password: PASSWORD); returns their e-mail address."""
        email = f"{name.split(maxsplit=1)[0].lower()}@example.com"
        invitation = self.call("POST", "/api/invitations", {"email": email, "role": role, "team_ids": team_ids or []})
        token = invitation["link"].rsplit("/", 1)[-1]
        answer = httpx.post(
            f"{self.url}/api/invitations/by-token/{token}/accept", json={"name": name, "password": PASSWORD}
        )
        answer.raise_for_status()
        return email
