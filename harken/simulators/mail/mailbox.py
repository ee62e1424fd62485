"""The mailboxes of the simulated mail server, in memory, with UIDs as IMAP wants them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec


class Stored(msgspec.Struct):
    uid: int
    raw: bytes
    arrived_at: datetime
    flags: set[str]


class Mailbox:
    """One person's INBOX. `changed` wakes those who wait in IDLE."""

    def __init__(self, uidvalidity: int = 1) -> None:
        self.uidvalidity = uidvalidity
        self.mails: list[Stored] = []
        self.uidnext = 1
        self.changed = asyncio.Condition()

    async def append(self, raw: bytes) -> Stored:
        mail = Stored(self.uidnext, raw, datetime.now(UTC), set())
        self.uidnext += 1
        self.mails.append(mail)
        await self._wake()
        return mail

    async def renumber(self) -> None:
        """What a server does after a restore: the same mails under another UIDVALIDITY."""
        self.uidvalidity += 1
        for uid, mail in enumerate(self.mails, start=1):
            mail.uid = uid
        self.uidnext = len(self.mails) + 1
        await self._wake()

    def numbered(self, uids: str) -> Iterator[tuple[int, Stored]]:
        """(sequence number, mail) of a set of UIDs such as `3:*,9`."""
        last = self.mails[-1].uid if self.mails else 0
        ranges = [_range(part, last) for part in uids.split(",")]
        for number, mail in enumerate(self.mails, start=1):
            if any(low <= mail.uid <= high for low, high in ranges):
                yield number, mail

    async def _wake(self) -> None:
        async with self.changed:
            self.changed.notify_all()


def _range(part: str, last: int) -> tuple[int, int]:
    ends = [last if end == "*" else int(end) for end in part.split(":")]
    return min(ends), max(ends)
