"""The SMTP side of the simulated mail server (RFC 5321, AUTH PLAIN and LOGIN): takes mails for everybody."""

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable

Receive = Callable[[str, list[str], bytes], Awaitable[str]]  # (sender, recipients, mail) -> the answer after DATA
_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)


class SmtpSession:
    """One connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receive: Receive, refused: set[str]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._receive = receive
        self._refused = refused  # recipients that get 550
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def run(self) -> None:
        await self._say("220 simulated mail server")
        while line := await self._reader.readline():
            word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if not await self._obey(word.upper(), rest):
                return

    async def _obey(self, word: str, rest: str) -> bool:
        """False when the session is over."""
        match word:
            case "EHLO" | "HELO":
                await self._say("250-simulated", "250-8BITMIME", "250-AUTH PLAIN LOGIN", "250 SIZE 60000000")
            case "AUTH":
                await self._authenticate(rest)
            case "MAIL":
                await self._mail(rest)
            case "RCPT":
                await self._rcpt(rest)
            case "DATA":
                await self._data()
            case "RSET":
                self._sender, self._recipients = None, []
                await self._say("250 done")
            case "NOOP":
                await self._say("250 done")
            case "QUIT":
                await self._say("221 bye")
                return False
            case _:
                await self._say("502 not known here")
        return True

    async def _authenticate(self, rest: str) -> None:
        """Any user with any password."""
        mechanism, _, initial = rest.partition(" ")
        questions = {"PLAIN": [""], "LOGIN": ["Username:", "Password:"]}.get(mechanism.upper())
        if questions is None:
            await self._say("504 not known here")
            return
        for question in questions[1 if initial else 0 :]:
            await self._say("334 " + base64.b64encode(question.encode()).decode())
            await self._reader.readline()
        await self._say("235 welcome")

    async def _mail(self, rest: str) -> None:
        path = _PATH.match(rest)
        self._sender, self._recipients = (path[1] if path else None), []
        await self._say("250 done" if path else "501 no address")

    async def _rcpt(self, rest: str) -> None:
        path = _PATH.match(rest)
        if self._sender is None:
            await self._say("503 MAIL first")
        elif path is None or "@" not in path[1]:
            await self._say("501 no address")
        elif path[1].lower() in self._refused:
            await self._say(f"550 5.1.1 <{path[1]}>: nobody of that name")
        else:
            self._recipients.append(path[1].lower())
            await self._say("250 done")

    async def _data(self) -> None:
        if self._sender is None or not self._recipients:
            await self._say("503 RCPT first")
            return
        await self._say("354 end with a dot")
        lines: list[bytes] = []
        while (line := await self._reader.readline()) != b".\r\n":
            if not line:
                return
            lines.append(line[1:] if line.startswith(b".") else line)
        answer = await self._receive(self._sender, self._recipients, b"".join(lines))
        self._sender, self._recipients = None, []
        await self._say(answer)

    async def _say(self, *lines: str) -> None:
        self._writer.write("".join(line + "\r\n" for line in lines).encode())
        await self._writer.drain()
