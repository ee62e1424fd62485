"""The IMAP side of the simulated mail server: the part of IMAP4rev1 (RFC 3501, IDLE: RFC 2177) that readers use."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from email import message_from_bytes

from harken.simulators.mail.mailbox import Mailbox, Stored

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
_SECTION = re.compile(r"BODY(\.PEEK)?\[(HEADER|TEXT|)\]", re.IGNORECASE)


class ImapSession:
    """One connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log_in: Callable[[str, str], Mailbox | None]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._log_in = log_in
        self._mailbox: Mailbox | None = None
        self._read_only = False
        self._told: int | None = None  # how many mails the client knows of, once it has selected

    async def run(self) -> None:
        await self._say("* OK [CAPABILITY IMAP4rev1 IDLE] simulated mail server")
        while (line := await self._command_line()) is not None:
            words = _words(line)
            if len(words) < 2:
                await self._say("* BAD no command")
                continue
            tag, name, arguments = words[0], words[1].upper(), words[2:]
            if name == "UID" and arguments:
                name, arguments = f"UID {arguments[0].upper()}", arguments[1:]
            await self._obey(tag, name, arguments)
            if name == "LOGOUT":
                return

    async def _command_line(self) -> str | None:
        """A command with its literals put in as quoted strings; None at the end."""
        text = b""
        while True:
            line = await self._reader.readline()
            if not line:
                return None
            literal = _LITERAL.search(line)
            if literal is None:
                return (text + line).decode("utf-8", "replace").rstrip("\r\n")
            if not literal[2]:
                await self._say("+ go on")
            content = await self._reader.readexactly(int(literal[1]))
            quoted = content.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            text += line[: literal.start()] + b'"' + quoted + b'"'

    async def _obey(self, tag: str, name: str, arguments: list[str]) -> None:
        match name:
            case "CAPABILITY":
                await self._say("* CAPABILITY IMAP4rev1 IDLE")
            case "LOGIN":
                self._mailbox = self._log_in(arguments[0], arguments[1]) if len(arguments) == 2 else None
                if self._mailbox is None:
                    await self._say(f"{tag} NO [AUTHENTICATIONFAILED] user or password are wrong")
                    return
            case "LOGOUT":
                await self._say("* BYE")
            case "NOOP" | "CHECK" | "CLOSE":
                pass
            case _ if self._mailbox is None:
                await self._say(f"{tag} NO log in first")
                return
            case _ if not await self._obey_reader(self._mailbox, tag, name, arguments):
                await self._say(f"{tag} BAD not known here: {name}")
                return
            case _:
                pass
        if self._told is not None and self._mailbox is not None:
            await self._tell_new(self._mailbox)
        await self._say(f"{tag} OK {name} done")

    async def _obey_reader(self, mailbox: Mailbox, tag: str, name: str, arguments: list[str]) -> bool:
        match name:
            case "LIST" | "LSUB":
                await self._say(f'* {name} (\\HasNoChildren) "/" INBOX')
            case "STATUS":
                await self._say(f"* STATUS INBOX (MESSAGES {len(mailbox.mails)} UIDNEXT {mailbox.uidnext})")
            case "SELECT" | "EXAMINE":
                await self._select(mailbox, read_only=name == "EXAMINE")
            case "UID FETCH" if len(arguments) >= 2:
                await self._fetch(mailbox, arguments[0], " ".join(arguments[1:]))
            case "UID SEARCH":
                found = [str(mail.uid) for mail in mailbox.mails if _matches(mail, mailbox, list(arguments))]
                await self._say(" ".join(["* SEARCH", *found]))
            case "UID STORE" if len(arguments) >= 3:
                await self._store(
                    mailbox, arguments[0], arguments[1].upper(), set(" ".join(arguments[2:]).strip("()").split())
                )
            case "APPEND" if len(arguments) >= 2:
                await mailbox.append(arguments[-1].encode("utf-8", "replace"))
            case "IDLE":
                await self._idle(mailbox)
            case _:
                return False
        return True

    async def _select(self, mailbox: Mailbox, *, read_only: bool) -> None:
        self._read_only = read_only
        self._told = len(mailbox.mails)
        await self._say(
            "* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)",
            f"* {len(mailbox.mails)} EXISTS",
            "* 0 RECENT",
            f"* OK [UIDVALIDITY {mailbox.uidvalidity}] valid",
            f"* OK [UIDNEXT {mailbox.uidnext}] next",
        )

    async def _fetch(self, mailbox: Mailbox, uids: str, items: str) -> None:
        for number, mail in list(mailbox.numbered(uids)):
            head = [f"UID {mail.uid}"]
            if "RFC822.SIZE" in items.upper():
                head.append(f"RFC822.SIZE {len(mail.raw)}")
            section = _SECTION.search(items)
            if section is not None and not section[1] and not self._read_only:
                mail.flags.add("\\Seen")
            if "FLAGS" in items.upper():
                head.append(f"FLAGS ({' '.join(sorted(mail.flags))})")
            if "INTERNALDATE" in items.upper():
                head.append(f'INTERNALDATE "{mail.arrived_at:%d-%b-%Y %H:%M:%S +0000}"')
            opening = f"* {number} FETCH ({' '.join(head)}"
            if section is None:
                await self._say(opening + ")")
            else:
                content = _section(mail.raw, section[2].upper())
                self._writer.write(f"{opening} BODY[{section[2].upper()}] {{{len(content)}}}\r\n".encode() + content)
                await self._say(")")

    async def _store(self, mailbox: Mailbox, uids: str, how: str, flags: set[str]) -> None:
        for number, mail in mailbox.numbered(uids):
            if how.startswith("+"):
                mail.flags |= flags
            elif how.startswith("-"):
                mail.flags -= flags
            else:
                mail.flags = set(flags)
            if not how.endswith(".SILENT"):
                await self._say(f"* {number} FETCH (UID {mail.uid} FLAGS ({' '.join(sorted(mail.flags))}))")

    async def _idle(self, mailbox: Mailbox) -> None:
        """Tells of new mails until the client says DONE."""
        await self._say("+ idling")
        telling = asyncio.create_task(self._keep_telling(mailbox))
        try:
            await self._reader.readline()
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await telling

    async def _keep_telling(self, mailbox: Mailbox) -> None:
        while True:
            await self._tell_new(mailbox)
            async with mailbox.changed:
                await mailbox.changed.wait_for(lambda: len(mailbox.mails) > (self._told or 0))

    async def _tell_new(self, mailbox: Mailbox) -> None:
        if len(mailbox.mails) > (self._told or 0):
            self._told = len(mailbox.mails)
            await self._say(f"* {self._told} EXISTS")

    async def _say(self, *lines: str) -> None:
        self._writer.write("".join(line + "\r\n" for line in lines).encode())
        await self._writer.drain()


def _words(line: str) -> list[str]:
    """Atoms and quoted strings, unquoted."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line, re.DOTALL)
    return [atom or re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) for quoted, atom in found]


def _section(raw: bytes, name: str) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n")
    return {"": raw, "HEADER": head + gap, "TEXT": body}[name]


def _matches(mail: Stored, mailbox: Mailbox, criteria: list[str]) -> bool:
    """ALL, UNSEEN, SEEN, UID set, HEADER name text: all must hold."""
    while criteria:
        word = criteria.pop(0).strip("()").upper()
        if word == "UID" and criteria:
            low_high = criteria.pop(0)
            if mail.uid not in {found.uid for _, found in mailbox.numbered(low_high)}:
                return False
        elif word == "HEADER" and len(criteria) >= 2:
            name, text = criteria.pop(0), criteria.pop(0)
            if text.lower() not in str(message_from_bytes(mail.raw).get(name, "")).lower():
                return False
        elif (word == "UNSEEN" and "\\Seen" in mail.flags) or (word == "SEEN" and "\\Seen" not in mail.flags):
            return False
    return True
