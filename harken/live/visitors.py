"""The Host of connectors that serve their customers themselves: what one customer may see, live, and what they do.

One way of reading only: all messages whose revision is above the customer's cursor. An event of one of their
conversations is but the reason to read again, so that nothing is missed, and nothing comes twice.
"""

import asyncio
import contextlib
import hashlib
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from harken.conversations import upload_parts
from harken.conversations.files_store import sent_file_from
from harken.events.log import last_seq
from harken.events.types import Access, Actor
from harken.kit.blobs import Blobs
from harken.kit.db import Database, Queries, Tx
from harken.kit.media import HEAD, sniff
from harken.live.frames import Ephemeral, Frame
from harken.live.hub import Hub
from harken.live.tail import Tail
from harken.port.buttons import Button
from harken.port.host import (
    Changes,
    OpenFile,
    Position,
    ShownFile,
    ShownMessage,
    ShownReaction,
    StoredUpload,
    Thread,
    Typed,
    Visitor,
)
from harken.port.messages import ChannelConfig, RawItem

_Q = Queries(Path(__file__).with_suffix(".sql"))
_K = TypeVar("_K", bound=Hashable)
_MOST_CHANGES: Final = 200
_BELOW: Final[dict[str, list[str]]] = {"delivered": ["sent"], "read": ["sent", "delivered"]}


class Directory(Protocol):
    async def get(self, channel_id: UUID) -> tuple[str, ChannelConfig] | None: ...


class Intake(Protocol):
    async def submit(
        self, channel: ChannelConfig, connector_kind: str, items: Sequence[RawItem], headers: Mapping[str, str]
    ) -> Any: ...


class Visitors:
    """One per process."""

    def __init__(self, hub: Hub, db: Database, blobs: Blobs, directory: Directory, batcher: Intake) -> None:
        self._hub, self._db, self._blobs = hub, db, blobs
        self._directory, self._batcher = directory, batcher
        self._rooms: dict[UUID, Room] = {}

    async def find_channel(self, connector: str, channel_id: UUID) -> ChannelConfig | None:
        found = await self._directory.get(channel_id)
        return found[1] if found is not None and found[0] == connector else None

    async def workspace_name(self, channel: ChannelConfig) -> str:
        async with self._db.connection() as connection:
            return str(await _Q.value(connection, "workspace_name", workspace_id=channel.workspace_id))

    async def accept(
        self, connector: str, channel: ChannelConfig, items: Sequence[RawItem], headers: Mapping[str, str]
    ) -> None:
        await self._batcher.submit(channel, connector, items, headers)

    async def thread(self, connector: str, visitor: Visitor, before: UUID | None, limit: int) -> Thread:
        async with self._db.connection() as connection:
            cursor = await last_seq(connection, visitor.channel.workspace_id)
            who = _who(connector, visitor)
            rows = await _Q.rows(connection, "list_shown", **who, before=before, limit=limit + 1)
            seen = await _seen(connection, who)
        return Thread([_shown(row) for row in reversed(rows[:limit])], seen, len(rows) > limit, cursor)

    async def find_message(self, connector: str, visitor: Visitor, external_id: str) -> ShownMessage | None:
        channel = visitor.channel
        async with self._db.connection() as connection:
            row = await _Q.row(
                connection, "find_own", workspace_id=channel.workspace_id, channel_id=channel.id, address=visitor.address,
                external_id=external_id,
            )  # fmt: skip
        return _shown(row) if row else None

    async def is_blocked(self, connector: str, visitor: Visitor) -> bool:
        who = _who(connector, visitor)
        del who["channel_id"]
        async with self._db.connection() as connection:
            return bool(await _Q.value(connection, "is_blocked", **who))

    async def unconfirmed(
        self, connector: str, visitor: Visitor, message_id: UUID, state: Literal["delivered", "read"]
    ) -> list[UUID]:
        async with self._db.connection() as connection:
            rows = await _Q.rows(
                connection, "list_unconfirmed", **_who(connector, visitor), message_id=message_id, states=_BELOW[state]
            )
        return [row["id"] for row in rows]

    @contextlib.asynccontextmanager
    async def feed(self, connector: str, visitor: Visitor, cursor: int | None) -> AsyncGenerator["VisitorFeed"]:
        workspace_id = visitor.channel.workspace_id
        tail = await self._hub.take(workspace_id)
        room = self._rooms.get(workspace_id)
        if room is None:
            room = self._rooms[workspace_id] = Room(tail)
        feed = VisitorFeed(self._db, connector, visitor, tail.seq if cursor is None else cursor)
        room.enter(feed)
        try:
            async with self._db.connection() as connection:
                rows = await _Q.rows(connection, "list_conversations", **_who(connector, visitor))
            for row in rows:
                room.follow(row["id"], feed)
            yield feed
        finally:
            if room.leave(feed):
                self._rooms.pop(workspace_id, None)
            self._hub.release(tail)

    async def type(self, connector: str, visitor: Visitor, active: bool) -> None:
        async with self._db.connection() as connection:
            rows = await _Q.rows(connection, "list_conversations", **_who(connector, visitor))
        for row in rows:
            if row["status"] == "open" and not row["blocked"]:
                access = Access(row["team_id"], row["handler_id"] if row["handler_kind"] == "agent" else None)
                actor = Actor("contact", row["contact_id"], row["name"])
                self._hub.publish(Ephemeral("typing", visitor.channel.workspace_id, row["id"], access, actor, active))

    def bot_types(
        self, workspace_id: UUID, conversation_id: UUID, team_id: UUID | None, bot_id: UUID, name: str, *, active: bool
    ) -> None:
        actor = Actor("bot", bot_id, name)
        self._hub.publish(
            Ephemeral("typing", workspace_id, conversation_id, Access(team_id, None), actor, active, to_customer=True)
        )

    async def store_upload(self, channel: ChannelConfig, name: str, data: bytes) -> StoredUpload:
        digest = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        await self._blobs.put(f"{channel.workspace_id}/{digest}", data)
        return StoredUpload(digest, len(data), await asyncio.to_thread(sniff, data[:HEAD], name))

    async def add_part(self, channel: ChannelConfig, upload: UUID, offset: int, data: bytes) -> int:
        return await upload_parts.add_part(self._blobs, channel.id, upload, offset, data)

    async def read_parts(self, channel: ChannelConfig, upload: UUID) -> bytes:
        return await upload_parts.read_parts(self._blobs, channel.id, upload)

    async def delete_parts(self, channel: ChannelConfig, upload: UUID) -> None:
        await upload_parts.delete_parts(self._blobs, channel.id, upload)

    async def find_file(self, channel: ChannelConfig, file_id: UUID) -> OpenFile | None:
        async with self._db.connection() as connection:
            row = await _Q.row(
                connection, "find_file", workspace_id=channel.workspace_id, channel_id=channel.id, file_id=file_id
            )
        if row is None:
            return None
        file = sent_file_from(row)
        return OpenFile(file.name, file.type, file.size, file.key)

    def read_file(self, file: OpenFile, start: int, end: int) -> AsyncIterator[bytes]:
        return self._blobs.stream(file.key, start, end)


class VisitorFeed:
    """One customer's open socket."""

    def __init__(self, db: Database, connector: str, visitor: Visitor, cursor: int) -> None:
        self.connector, self.visitor = connector, visitor
        self._db = db
        self._cursor = cursor
        self._seen: Position | None = None
        self._changed = False
        self._typed: deque[Typed] = deque(maxlen=20)
        self.conversation_ids: set[UUID] = set()
        self._wake = asyncio.Event()

    def poke(self) -> None:
        """Something happened in one of the customer's conversations."""
        self._changed = True
        self._wake.set()

    def hear(self, typed: Typed) -> None:
        self._typed.append(typed)
        self._wake.set()

    async def next(self) -> Changes | Typed:
        while True:
            if self._changed:
                changes = await self.catch_up()
                if changes.messages or changes.seen or changes.lost:
                    return changes
            if self._typed:
                return self._typed.popleft()
            if not self._changed:
                self._wake.clear()
                await self._wake.wait()

    async def catch_up(self) -> Changes:
        """`seen` when it is not the one that was told last."""
        self._changed = False
        who = _who(self.connector, self.visitor)
        async with self._db.connection() as connection:
            upto = await last_seq(connection, self.visitor.channel.workspace_id)
            rows = await _Q.rows(connection, "list_changed", **who, cursor=self._cursor, limit=_MOST_CHANGES + 1)
            seen = await _seen(connection, who)
        lost = len(rows) > _MOST_CHANGES or self._cursor > upto
        self._cursor = max([upto, *(row["revision"] for row in rows)])
        news = seen if seen != self._seen else None
        self._seen = seen
        return Changes([] if lost else [_shown(row) for row in rows], news, self._cursor, lost)


class _Whose(msgspec.Struct):
    channel_id: UUID
    address: str


class _Conversation(msgspec.Struct):
    conversation: _Whose


class _Read(msgspec.Struct):
    conversation_id: UUID


class Room:
    """The customers of a workspace who are connected to this process, by conversation and by address."""

    def __init__(self, tail: Tail) -> None:
        self._tail = tail
        self._feeds: dict[tuple[UUID, str], set[VisitorFeed]] = {}
        self._followed: dict[UUID, set[VisitorFeed]] = {}
        tail.watchers.add(self._watch)
        tail.listeners.add(self._listen)

    def enter(self, feed: VisitorFeed) -> None:
        self._feeds.setdefault((feed.visitor.channel.id, feed.visitor.address), set()).add(feed)

    def follow(self, conversation_id: UUID, feed: VisitorFeed) -> None:
        feed.conversation_ids.add(conversation_id)
        self._followed.setdefault(conversation_id, set()).add(feed)

    def leave(self, feed: VisitorFeed) -> bool:
        """Whether nobody is left."""
        _drop(self._feeds, (feed.visitor.channel.id, feed.visitor.address), feed)
        for conversation_id in feed.conversation_ids:
            _drop(self._followed, conversation_id, feed)
        if self._feeds:
            return False
        self._tail.watchers.discard(self._watch)
        self._tail.listeners.discard(self._listen)
        return True

    def _watch(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            for feed in self._concerned(frame):
                feed.poke()

    def _concerned(self, frame: Frame) -> set[VisitorFeed]:
        if frame.type == "conversation_read":
            return self._followed.get(msgspec.json.decode(frame.payload, type=_Read).conversation_id, set())
        if frame.conversation_id is None:
            return set()
        known = self._followed.get(frame.conversation_id)
        if known is not None or frame.type != "message_added":
            return known or set()
        whose = msgspec.json.decode(frame.payload, type=_Conversation).conversation
        feeds = self._feeds.get((whose.channel_id, whose.address), set())
        for feed in feeds:
            self.follow(frame.conversation_id, feed)
        return feeds

    def _listen(self, item: Ephemeral) -> None:
        if item.to_customer and item.kind == "typing":
            for feed in self._followed.get(item.conversation_id, set()):
                feed.hear(Typed(item.actor.name, item.active))


def _drop(groups: dict[_K, set[VisitorFeed]], key: _K, feed: VisitorFeed) -> None:
    feeds = groups.get(key, set())
    feeds.discard(feed)
    if not feeds:
        groups.pop(key, None)


def _who(connector: str, visitor: Visitor) -> dict[str, object]:
    channel = visitor.channel
    return {
        "workspace_id": channel.workspace_id, "channel_id": channel.id, "connector": connector,
        "scope": str(channel.id), "address": visitor.address,
    }  # fmt: skip


async def _seen(tx: Tx, who: Mapping[str, object]) -> Position | None:
    row = await _Q.row(tx, "find_seen", **who)
    return (row["number"], row["seq"]) if row and row["seq"] else None


def _shown(row: asyncpg.Record) -> ShownMessage:
    line: Mapping[str, Any] = row["line"] or {}
    event: Literal["joined", "closed"] = "closed" if line.get("type") == "closed" else "joined"
    return ShownMessage(
        id=row["id"],
        position=(row["number"], row["seq"]),
        kind=event if row["kind"] == "event" else "message",
        author=row["author_kind"],
        name=(line.get("target_name") or row["author_name"]) if event == "joined" else row["author_name"],
        text=row["text"] if row["kind"] == "message" else "",
        at=row["created_at"],
        files=msgspec.convert(row["attachments"], list[ShownFile]),
        external_id=row["external_id"] if row["direction"] == "in" else None,
        reply_to=row["reply_to"] if row["kind"] == "message" else None,
        format=row["format"],
        buttons=msgspec.convert(row["buttons"], list[Button]) if row["buttons"] else [],
        reactions=[
            ShownReaction(each["emoji"], each["author"]["name"], each["author"]["kind"] == "contact")
            for each in row["reactions"]
        ],
    )
