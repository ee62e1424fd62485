"""The programs that the tests need beside Python: Chromium and Dovecot, from Debian's packages when they are missing."""

import os
import shutil
import subprocess
import sys

# program -> (the variable that names another one, Debian's packages)
_NEEDED = {
    "chromium": ("HARKEN_CHROMIUM", "chromium"),
    "dovecot": ("HARKEN_DOVECOT", "dovecot-imapd"),
    "/usr/lib/dovecot/lmtp": ("HARKEN_DOVECOT", "dovecot-lmtpd"),  # by which the tests deliver mail
}
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def main() -> None:
    missing = [package for program, (variable, package) in _NEEDED.items() if not _there(program, variable)]
    if not missing:
        return
    apt = _apt()
    if apt is None:
        sys.exit(
            f"The tests need {' and '.join(missing)}. Install them (on Debian: apt install {' '.join(missing)}),"
            " or name yours in HARKEN_CHROMIUM and HARKEN_DOVECOT."
        )
    print(f"setup: installing {', '.join(missing)} from the system's packages", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [*apt, "install", "-y", "-qq", "--no-install-recommends", *missing]
    # The lists of a fresh machine or image may be empty or old.
    for command in ([*apt, "update", "-qq"], install):
        if subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
            sys.exit(f"make test: this failed: {' '.join(command)}")


def _there(program: str, variable: str) -> bool:
    named = os.environ.get(variable)
    return os.access(named, os.X_OK) if named else shutil.which(program, path=_PATH) is not None


def _apt() -> list[str] | None:
    """How to call apt-get with the right to install; None when there is no way without asking for a password."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
        return ["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND", "apt-get"]
    return None


if __name__ == "__main__":
    main()
