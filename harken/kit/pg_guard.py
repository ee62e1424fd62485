"""A tiny process between Harken and PostgreSQL: when Harken dies, however it dies, PostgreSQL goes too.

It is run as a file (`python -I -S pg_guard.py LOG UID GID postgres ARGUMENTS...`), so it imports nothing of Harken and
starts in milliseconds. Its standard input is a pipe that only Harken holds: `s` asks for a quick, clean stop, and
its end (Harken was killed) for an immediate one. It writes the pid of the postmaster to its standard output and exits
when that one does, with its status. UID -1 keeps the user.

Should the guard itself be killed, the kernel's parent-death signal stops PostgreSQL (Linux).
"""

import ctypes
import os
import select
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
_GRACE = {signal.SIGINT: 20.0, signal.SIGQUIT: 2.0}  # seconds before the next, harder signal


def main() -> int:
    log, uid, gid, program = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(ignored, signal.SIG_IGN)
    wakeup, wakeup_write = os.pipe()
    for end in (wakeup, wakeup_write):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wakeup_write)
    signal.signal(signal.SIGCHLD, _wake)
    child = _start(log, uid, gid, program)
    os.write(1, f"{child}\n".encode())
    wanted = _wait_for_order(child, wakeup)
    return _stop(child, wanted) if wanted else 0


def _wake(*_: object) -> None:
    """A handler there must be: only then does SIGCHLD write to the wake-up pipe."""


def _start(log: str, uid: int, gid: int, program: list[str]) -> int:
    guard = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        if uid >= 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        os.umask(0o077)
        os.chdir("/")
        for usual in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGCHLD):
            signal.signal(usual, signal.SIG_DFL)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)
            if os.getppid() != guard:  # it died before we could ask
                os._exit(1)
        os.execv(program[0], program)
    except BaseException as error:
        os.write(2, f"cannot start PostgreSQL: {error}\n".encode())
        os._exit(127)


def _wait_for_order(child: int, wakeup: int) -> signal.Signals | None:
    """The signal to stop PostgreSQL with; None when it ended by itself."""
    while True:
        ready, _, _ = select.select([0, wakeup], [], [])
        if 0 in ready:
            return signal.SIGINT if os.read(0, 1) == b"s" else signal.SIGQUIT
        os.read(wakeup, 100)
        if os.waitpid(child, os.WNOHANG)[0] == child:
            return None


def _stop(child: int, first: signal.Signals) -> int:
    for number in (first, signal.SIGQUIT, signal.SIGKILL):
        os.kill(child, number)
        until = time.monotonic() + _GRACE.get(number, 10.0)
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended == child:
                return os.waitstatus_to_exitcode(status) & 0xFF
            if number == signal.SIGINT and _harken_is_gone():
                break
            time.sleep(0.01)
    return 1


def _harken_is_gone() -> bool:
    ready, _, _ = select.select([0], [], [], 0)
    return bool(ready) and os.read(0, 1) == b""


if __name__ == "__main__":
    sys.exit(main())
