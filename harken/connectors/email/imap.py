"""Reads a channel's mailbox for as long as Harken runs: by UID from a cursor, pushed by IDLE, never by date.

The cursor `{uidvalidity, uid, recent}` is stored in the transaction that stores the mails before it. `recent` holds the
last Message-IDs that were read: when the server renumbers the mailbox (another UIDVALIDITY), reading goes on behind the
oldest of them that is still there, without them; what else comes twice has a key that is stored, and changes nothing.
A new channel starts at the mail that comes next: what lies in the mailbox already stays there.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from typing import Any

import msgspec

from harken.connectors.email.account import account_of
from harken.connectors.email.imap_client import (
    ImapClient,
    ImapError,
    LoginRefused,
    Mailbox,
    Summary,
    connection,
    searchable,
)
from harken.connectors.email.inbound import item_of, key_of
from harken.kit.errors import HarkenError
from harken.port.connector import Intake
from harken.port.messages import ChannelConfig, RawItem

MAX_MAIL = 50 * 1024 * 1024  # bytes; of a larger one only the header is fetched
RESYNC = 9 * 60.0  # seconds; RFC 2177 asks for less than 29 minutes, routers forget connections sooner
_RECENT = 20
_BATCH_MAILS = 20
_BATCH_BYTES = 8 * 1024 * 1024
_PATIENCE = 60.0  # the longest pause between two tries, in seconds


class Cursor(msgspec.Struct, frozen=True):
    uidvalidity: int
    uid: int
    recent: tuple[str, ...] = ()

    def moved(self, uid: int, keys: Sequence[str]) -> "Cursor":
        return Cursor(self.uidvalidity, uid, (*self.recent, *keys)[-_RECENT:])


def listener(channel: ChannelConfig, intake: Intake) -> Callable[[], Awaitable[None]]:
    async def listen() -> None:
        failures = 0
        while True:
            session = _Session(channel, intake)
            try:
                await session.run()
            except LoginRefused as error:
                await intake.health(False, f"The IMAP server refused user or password: {error}")
            except (ImapError, HarkenError, OSError, TimeoutError, EOFError) as error:
                await intake.health(False, f"The mailbox cannot be read: {_said(error)}")
            failures = 1 if session.was_well else failures + 1
            await asyncio.sleep(_pause(failures))

    return listen


class _Session:
    """One connection's life."""

    def __init__(self, channel: ChannelConfig, intake: Intake) -> None:
        self._channel = channel
        self._intake = intake
        self.was_well = False

    async def run(self) -> None:
        """Until the connection fails."""
        async with connection(account_of(self._channel.settings).imap) as client:
            mailbox = await client.examine()
            cursor = await self._start(client, mailbox)
            await self._intake.health(True, "")
            self.was_well = True
            while True:
                cursor = await self._read_on(client, cursor)
                await client.wait_for_change(RESYNC)

    async def _start(self, client: ImapClient, mailbox: Mailbox) -> Cursor:
        stored = await self._intake.cursor()
        known = _cursor(stored) if stored is not None else None
        if known is None:
            cursor = Cursor(mailbox.uidvalidity, mailbox.uidnext - 1, await _last_keys(client, mailbox))
        elif known.uidvalidity == mailbox.uidvalidity:
            return known
        else:
            cursor = Cursor(mailbox.uidvalidity, await _resume_point(client, known), known.recent)
        await self._intake.accept([], _stored(cursor))
        return cursor

    async def _read_on(self, client: ImapClient, cursor: Cursor) -> Cursor:
        """Everything behind the cursor, in batches; each is stored together with the cursor behind it."""
        waiting = await client.since(cursor.uid + 1)
        batch: list[RawItem] = []
        size = 0
        for at, summary in enumerate(waiting):
            raw = await _mail(client, summary)
            item = item_of(raw) if raw is not None else None
            if item is not None and item.dedupe_key not in cursor.recent:
                batch.append(item)
                size += len(item.body)
            if len(batch) >= _BATCH_MAILS or size >= _BATCH_BYTES or at == len(waiting) - 1:
                cursor = cursor.moved(summary.uid, [item.dedupe_key for item in batch])
                await self._intake.accept(batch, _stored(cursor))
                batch, size = [], 0
        return cursor


async def _mail(client: ImapClient, summary: Summary) -> bytes | None:
    if summary.size <= MAX_MAIL:
        return await client.fetch(summary.uid)
    header = await client.fetch(summary.uid, "HEADER")
    return None if header is None else too_large(header, summary.size)


def too_large(header: bytes, size: int) -> bytes:
    """A short mail in place of one that is too large: who wrote, what about, and where the rest is."""
    original: Message = BytesHeaderParser().parsebytes(header)
    notice = EmailMessage()
    notice.set_content(
        f"[This mail of {size / 1024 / 1024:.0f} MB is larger than Harken takes in ({MAX_MAIL // 1024 // 1024} MB). "
        "It is still in the mailbox.]"
    )
    kept = b"".join(
        f"{name}: {value}\r\n".encode("utf-8", "surrogateescape")
        for name, value in original.raw_items()
        if not name.lower().startswith(("content-", "mime-version"))
    )
    return kept + notice.as_bytes()


async def _last_keys(client: ImapClient, mailbox: Mailbox) -> tuple[str, ...]:
    """The keys of the newest mails of a mailbox that is read for the first time."""
    present = await client.since(max(1, mailbox.uidnext - 200))
    headers = [await client.fetch(summary.uid, "HEADER") for summary in present[-_RECENT:]]
    return tuple(key_of(header) for header in headers if header is not None)


async def _resume_point(client: ImapClient, known: Cursor) -> int:
    """The UID after which to read on in a renumbered mailbox; 0 (all of it) when nothing known is in it."""
    found = [await client.search_message_id(i) for i in searchable(known.recent)]
    return min((uids[0] for uids in found if uids), default=0)


def _cursor(stored: Mapping[str, Any]) -> Cursor | None:
    try:
        return msgspec.convert(dict(stored), Cursor)
    except msgspec.ValidationError:
        return None


def _stored(cursor: Cursor) -> Mapping[str, Any]:
    return {"uidvalidity": cursor.uidvalidity, "uid": cursor.uid, "recent": list(cursor.recent)}


def _pause(failures: int) -> float:
    return min(_PATIENCE, 2.0 ** min(failures - 1, 6)) * random.uniform(0.75, 1.25)  # no secret


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
