"""A mail server of one's own for the demo and the tests: SMTP in, IMAP out, mailboxes in memory, no password refused.

Every address has a mailbox from its first mail or login on; `local+tag@domain` is delivered to `local@domain`.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Protocol, cast

from harken.simulators.mail.imap import ImapSession
from harken.simulators.mail.mailbox import Mailbox
from harken.simulators.mail.smtp import SmtpSession

OnMessage = Callable[[str, EmailMessage], Awaitable[None]]  # (recipient, mail), after a mail came in by SMTP


class _Session(Protocol):
    async def run(self) -> None: ...


class MailServer:
    """Set `on_message` to answer as the customers do; put an address into `refused` to have it refused with 550."""

    def __init__(self, host: str = "127.0.0.1", smtp_port: int = 0, imap_port: int = 0) -> None:
        self.host = host
        self.smtp_port = smtp_port
        self.imap_port = imap_port
        self.on_message: OnMessage | None = None
        self.refused: set[str] = set()
        self._mailboxes: dict[str, Mailbox] = {}
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listens; `smtp_port` and `imap_port` are then the real ones."""
        smtp = await asyncio.start_server(self._serve_smtp, self.host, self.smtp_port, limit=2**20)
        imap = await asyncio.start_server(self._serve_imap, self.host, self.imap_port, limit=2**20)
        self.smtp_port = cast("int", smtp.sockets[0].getsockname()[1])
        self.imap_port = cast("int", imap.sockets[0].getsockname()[1])
        self._servers = [smtp, imap]

    async def stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def mailbox(self, address: str) -> Mailbox:
        local, _, domain = address.lower().rpartition("@")
        return self._mailboxes.setdefault(f"{local.partition('+')[0]}@{domain}", Mailbox())

    async def deliver(self, mailbox: str, raw: bytes, *, to: str | None = None) -> None:
        """Puts a mail into a mailbox, as another mail server would. `to`: the address it was sent to, with its tag."""
        lines = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        await self.mailbox(mailbox).append(f"Delivered-To: {to or mailbox}\r\n".encode() + lines)

    def sent_to(self, address: str) -> list[EmailMessage]:
        """The mails in that address's mailbox, oldest first."""
        return [_read(mail.raw) for mail in self.mailbox(address).mails]

    async def _receive(self, _sender: str, recipients: list[str], raw: bytes) -> str:
        for recipient in recipients:
            await self.deliver(recipient, raw)
            if self.on_message is not None:
                self._spawn(self.on_message(recipient, _read(raw)))
        return "250 taken"

    def _log_in(self, user: str, _password: str) -> Mailbox | None:
        return self.mailbox(user) if "@" in user else None

    async def _serve_smtp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve(SmtpSession(reader, writer, self._receive, self.refused), writer)

    async def _serve_imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve(ImapSession(reader, writer, self._log_in), writer)

    async def _serve(self, session: _Session, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            await session.run()
        writer.close()

    def _spawn(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            await work

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)
