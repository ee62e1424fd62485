"""A small IMAP4rev1 client (RFC 3501, IDLE: RFC 2177) on asyncio: what reading a mailbox needs, and no more.

The mailbox is opened with EXAMINE and mails are read with BODY.PEEK: nothing in it changes.
"""

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncGenerator, Sequence

import msgspec

from harken.connectors.email.account import Server

COMMAND_TIMEOUT = 60.0  # seconds until the server must have said something
_LINE = 1024 * 1024
_LITERAL = re.compile(rb"\{(\d+)\+?\}$")
_EXISTS = re.compile(rb"\* \d+ EXISTS", re.IGNORECASE)


class ImapError(Exception):
    """The server refused a command, or spoke no IMAP."""


class LoginRefused(ImapError):
    """User or password are wrong."""


class Mailbox(msgspec.Struct, frozen=True):
    uidvalidity: int
    uidnext: int


class Summary(msgspec.Struct, frozen=True):
    uid: int
    size: int


class Response(msgspec.Struct, frozen=True):
    """One response: its text, with `{n}` where the literals were, and those literals."""

    text: bytes
    literals: tuple[bytes, ...]


class ImapClient:
    """One connection; commands one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._tags = 0
        self._changed = False  # the server spoke of new mails since the last look
        self.can_idle = False

    async def login(self, user: str, password: str) -> None:
        """Raises LoginRefused."""
        try:
            await self._command(b"LOGIN", _string(user), _string(password))
        except ImapError as error:
            raise LoginRefused(str(error)) from error
        said = await self._command(b"CAPABILITY")
        self.can_idle = any(b" IDLE" in r.text.upper() for r in said)

    async def examine(self, name: str = "INBOX") -> Mailbox:
        said = b"\n".join(r.text for r in await self._command(b"EXAMINE", _string(name)))
        validity = re.search(rb"\[UIDVALIDITY (\d+)", said, re.IGNORECASE)
        following = re.search(rb"\[UIDNEXT (\d+)", said, re.IGNORECASE)
        if validity is None:
            raise ImapError("the server keeps no UIDs for this mailbox")
        uidnext = int(following[1]) if following else 1 + max([s.uid for s in await self.since(1)], default=0)
        return Mailbox(int(validity[1]), uidnext)

    async def since(self, uid: int) -> list[Summary]:
        """The mails from that UID on, in order. (`n:*` always names the last mail, so that older ones are left out.)"""
        self._changed = False
        said = await self._command(b"UID FETCH", b"%d:*" % uid, b"(UID RFC822.SIZE)")
        found = {s.uid: s for s in map(_summary, said) if s is not None and s.uid >= uid}
        return [found[key] for key in sorted(found)]

    async def fetch(self, uid: int, section: str = "") -> bytes | None:
        """A mail, or one section of it ("HEADER"); None when it is gone by now."""
        said = await self._command(b"UID FETCH", b"%d" % uid, f"(UID BODY.PEEK[{section}])".encode())
        for response in said:
            if _number(rb"\bUID (\d+)", response.text) == uid:
                return _body(response)
        return None

    async def search_message_id(self, message_id: str) -> list[int]:
        said = await self._command(b"UID SEARCH", b"HEADER", b"Message-ID", _string(message_id))
        uids: list[int] = []
        for response in said:
            if response.text.upper().startswith(b"* SEARCH"):
                uids += [int(n) for n in response.text[8:].split() if n.isdigit()]
        return sorted(uids)

    async def wait_for_change(self, seconds: float) -> None:
        """Returns when the mailbox changed since the last look, or after that time. Polls where there is no IDLE."""
        if self._changed:
            return
        if not self.can_idle:
            await asyncio.sleep(min(seconds, 20))
            await self._command(b"NOOP")
            return
        tag = self._next_tag()
        await self._write(tag + b" IDLE\r\n")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not _EXISTS.match((await self._response()).text):
                    pass
        await self._write(b"DONE\r\n")
        await self._until(tag)

    async def logout(self) -> None:
        with contextlib.suppress(ImapError, OSError, TimeoutError):
            async with asyncio.timeout(2):
                await self._command(b"LOGOUT")

    async def starttls(self, context: ssl.SSLContext, host: str) -> None:
        await self._command(b"STARTTLS")
        await self._writer.start_tls(context, server_hostname=host)

    async def greeting(self) -> None:
        async with asyncio.timeout(COMMAND_TIMEOUT):
            first = await self._response()
        if not first.text.upper().startswith((b"* OK", b"* PREAUTH")):
            raise ImapError(_readable(first.text))

    async def _command(self, *words: bytes) -> list[Response]:
        """The untagged responses. A word that ends with a literal waits for the server's `+` before it goes on."""
        tag = self._next_tag()
        line = b" ".join([tag, *words]) + b"\r\n"
        chunks = re.split(rb"(?<=\}\r\n)", line) if b"}\r\n" in line else [line]
        for chunk in chunks[:-1]:
            await self._write(chunk)
            async with asyncio.timeout(COMMAND_TIMEOUT):
                answer = await self._response()
            if not answer.text.startswith(b"+"):
                raise ImapError(_readable(answer.text))
        await self._write(chunks[-1])
        return await self._until(tag)

    async def _until(self, tag: bytes) -> list[Response]:
        said: list[Response] = []
        while True:
            async with asyncio.timeout(COMMAND_TIMEOUT):
                response = await self._response()
            if not response.text.startswith(tag + b" "):
                said.append(response)
                self._changed = self._changed or bool(_EXISTS.match(response.text))
                continue
            if response.text[len(tag) + 1 :].upper().startswith(b"OK"):
                return said
            raise ImapError(_readable(response.text[len(tag) + 1 :]))

    async def _response(self) -> Response:
        literals: list[bytes] = []
        text = b""
        while True:
            line = await self._reader.readline()
            if not line.endswith(b"\n"):
                raise ImapError("the server closed the connection")
            line = line.rstrip(b"\r\n")
            text += line
            match = _LITERAL.search(line)
            if match is None:
                return Response(text, tuple(literals))
            literals.append(await self._reader.readexactly(int(match[1])))

    async def _write(self, chunk: bytes) -> None:
        self._writer.write(chunk)
        async with asyncio.timeout(COMMAND_TIMEOUT):
            await self._writer.drain()

    def _next_tag(self) -> bytes:
        self._tags += 1
        return b"h%d" % self._tags


@contextlib.asynccontextmanager
async def connection(server: Server) -> AsyncGenerator[ImapClient]:
    """A connection that is logged in. Raises LoginRefused, ImapError, OSError, TimeoutError."""
    context = None if server.security == "none" else ssl.create_default_context()
    first = context if server.security == "tls" else None
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(server.host, server.port, ssl=first, limit=_LINE)
    client = ImapClient(reader, writer)
    try:
        await client.greeting()
        if server.security == "starttls" and context is not None:
            await client.starttls(context, server.host)
        await client.login(server.user, server.password)
        yield client
    except (asyncio.IncompleteReadError, ValueError) as error:
        raise ImapError("the server closed the connection or sent a line without end") from error
    finally:
        writer.close()
        with contextlib.suppress(OSError, TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(writer.wait_closed(), 2)


def _string(text: str) -> bytes:
    """A quoted string, or a literal for what cannot be quoted."""
    raw = text.encode()
    if raw.isascii() and not set(raw) & set(b"\r\n\x00"):
        return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return b"{%d}\r\n%s" % (len(raw), raw)


def _summary(response: Response) -> Summary | None:
    uid, size = (_number(rb"\bUID (\d+)", response.text), _number(rb"\bRFC822\.SIZE (\d+)", response.text))
    return Summary(uid, size or 0) if uid is not None and b" FETCH " in response.text.upper() else None


def _number(pattern: bytes, text: bytes) -> int | None:
    match = re.search(pattern, text, re.IGNORECASE)
    return int(match[1]) if match else None


def _body(response: Response) -> bytes:
    if response.literals:
        return response.literals[0]
    quoted = re.search(rb'BODY\[[A-Z]*\] "((?:[^"\\]|\\.)*)"', response.text, re.IGNORECASE)
    return re.sub(rb"\\(.)", rb"\1", quoted[1]) if quoted else b""


def _readable(text: bytes) -> str:
    return text.decode("ascii", "replace").strip()[:300]


def searchable(message_ids: Sequence[str]) -> list[str]:
    """Those that a server's SEARCH can find: plain ASCII, not a hash of ours."""
    return [i for i in message_ids if i.isascii() and i.isprintable() and not i.startswith("sha256:")]
