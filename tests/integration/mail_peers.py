"""Real mail servers for tests: a Dovecot of one's own (IMAP and LMTP) and aiosmtpd (SMTP)."""

import asyncio
import contextlib
import getpass
import imaplib
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Smtp
from aiosmtpd.smtp import Envelope, Session

PASSWORD = "mailbox-password"  # not a credential of anything that outlives the test

CONFIG = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 0
last_valid_uid = 0
mail_location = maildir:{folder}/mail/%Lu
mail_uid = {uid}
mail_gid = {gid}
recipient_delimiter = +
auth_username_format = %Lu
lmtp_add_received_header = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%Lu allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
protocol lmtp {{
  auth_username_format = %Ln@%Ld
}}
"""


class Dovecot:
    """Runs while its context is open. Every address has a mailbox; `deliver` hands a mail over by LMTP."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.imap_port = free_port()
        self._lmtp_port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
        assert binary, "Dovecot is missing: apt-get install --no-install-recommends dovecot-imapd dovecot-lmtpd"
        root = os.getuid() == 0
        me = getpass.getuser()
        uid, gid = (65534, 65534) if root else (os.getuid(), os.getgid())  # Dovecot opens no mailbox as root
        for name in ("mail", "home"):
            (self.folder / name).mkdir(exist_ok=True)
            os.chown(self.folder / name, uid, gid)
        config = self.folder / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                folder=self.folder, run=self.folder / "run", password=PASSWORD, uid=uid, gid=gid,
                imap_port=self.imap_port, lmtp_port=self._lmtp_port, internal="dovecot" if root else me,
                login="dovenull" if root else me, group="dovecot" if root else str(os.getgid()),
            )
        )  # fmt: skip
        self._process = subprocess.Popen(
            [binary, "-F", "-c", str(config)], stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._wait()

    def stop(self) -> None:
        """Dies as in a power cut."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def deliver(self, raw: bytes, to: str, sender: str = "bo@example.org") -> None:
        with smtplib.LMTP("127.0.0.1", self._lmtp_port) as lmtp:
            lmtp.sendmail(sender, [to], raw)

    def renumber(self, user: str) -> None:
        """Gives the mailbox another UIDVALIDITY (its second of birth), as a server does after a restore."""
        self.stop()
        for path in (self.folder / "mail" / user).glob("dovecot*"):
            path.unlink()
        time.sleep(1.1)
        self.start()

    def flags(self, user: str) -> list[bytes]:
        with imaplib.IMAP4("127.0.0.1", self.imap_port) as client:
            client.login(user, PASSWORD)
            client.select("INBOX", readonly=True)
            return [cast("bytes", line) for line in client.fetch("1:*", "(FLAGS)")[1]]

    def _wait(self) -> None:
        for _ in range(100):
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                imaplib.IMAP4("127.0.0.1", self.imap_port).logout()
                return
            time.sleep(0.1)
        log = self.folder / "dovecot.log"
        raise AssertionError("Dovecot did not start: " + (log.read_text() if log.exists() else ""))


@contextlib.contextmanager
def running_dovecot() -> Generator[Dovecot]:
    folder = Path(tempfile.mkdtemp(prefix="harken-dovecot-"))
    folder.chmod(0o755)
    dovecot = Dovecot(folder)
    try:
        dovecot.start()
        yield dovecot
    finally:
        dovecot.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Outbox:
    """What the SMTP server took. `answers` are given instead of success: by recipient at RCPT, "DATA" after the mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(
        self, server: Smtp, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Smtp, session: Session, envelope: Envelope) -> str:
        self.mails.append(message_from_bytes(bytes(envelope.original_content or b""), policy=default))
        answer = self.answers.get("DATA", "250 taken")
        if answer == "hang up" and server.transport is not None:
            server.transport.close()
            await asyncio.sleep(0.1)
        return answer


@contextlib.contextmanager
def running_smtp() -> Generator[tuple[int, Outbox]]:
    outbox = Outbox()
    controller = Controller(outbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port, outbox
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return cast("int", probe.getsockname()[1])
