"""Where inbound messages go: the conversations of a batch, found, begun or reopened (R2, R14), and their messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, cast
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from harken.contacts.model import ContactSummary
from harken.conversations.actions import lease
from harken.conversations.actions.receive_people import People, Person
from harken.conversations.model import (
    Attachment,
    Author,
    BotState,
    Conversation,
    ConversationChanged,
    Handler,
    Line,
    Message,
    Place,
    Recipients,
    ReplyAllowed,
)
from harken.conversations.rules import NOBODY, access_of, handed_to, with_message
from harken.conversations.store import CHANNEL_OFF, conversation_from, place_of
from harken.events.log import Writer
from harken.events.types import Access, Actor, Audience
from harken.hours.model import Schedule
from harken.hours.rules import is_open
from harken.kit.db import Queries
from harken.kit.ids import new_id
from harken.port.messages import InboundMessage


class Key(NamedTuple):
    """What R2 is about: at most one open conversation for each."""

    channel_id: UUID
    identity_id: UUID
    thread_key: str


class Named(Protocol):
    """A message with its conversation."""

    @property
    def message_id(self) -> UUID: ...
    @property
    def conversation_id(self) -> UUID: ...


@dataclass(slots=True, eq=False)
class _Thread:
    """A conversation as it is after what was taken so far. `epoch`: before the batch; `asks`: the customer said something."""

    conversation: Conversation
    key: Key
    new: bool
    last_inbound_at: datetime | None = None
    epoch: int = 0
    asks: bool = False


class Threads:
    def __init__(self, queries: Queries) -> None:
        self._queries = queries
        self._channels: dict[UUID, asyncpg.Record] = {}
        self._current: dict[Key, _Thread] = {}
        self._touched: list[_Thread] = []
        self._closers: dict[UUID, asyncpg.Record] = {}
        self._messages: list[dict[str, Any]] = []

    async def load(
        self, w: Writer, keys: Sequence[Key], channel_ids: Iterable[UUID], people: People, now: datetime
    ) -> None:
        channels = await self._queries.rows(
            w.tx, "find_channels", workspace_id=w.workspace_id, ids=list({*channel_ids}), now=now
        )
        self._channels = {row["id"]: row for row in channels}
        wanted = list(dict.fromkeys(keys))
        rows = await self._queries.rows(
            w.tx, "find_latest", workspace_id=w.workspace_id, channel_ids=[k.channel_id for k in wanted],
            identity_ids=[k.identity_id for k in wanted], thread_keys=[k.thread_key for k in wanted],
        )  # fmt: skip
        closers = [row["closed_by_id"] for row in rows if row["closed_by_id"]]
        if closers:
            found = await self._queries.rows(w.tx, "find_closers", workspace_id=w.workspace_id, ids=closers, now=now)
            self._closers = {row["id"]: row for row in found}
        places: list[int] = [row["place"] for row in rows]
        await people.load_owners(w, [wanted[place].identity_id for place in places])
        for place, row in zip(places, rows, strict=True):
            key = wanted[place]
            conversation = self._conversation(row, key, people)
            self._current[key] = _Thread(conversation, key, new=False, epoch=conversation.epoch)

    def _conversation(self, row: asyncpg.Record, key: Key, people: People) -> Conversation:
        """With what other statements of the batch know already in place of joins."""
        address, contact = people.owner_of(key.identity_id)
        closer = self._closers.get(row["closed_by_id"])
        columns = {
            **row, "address": address, "contact_name": contact.name, "contact_revision": contact.revision,
            "channel_active": self._channels[key.channel_id]["active"], "closed_by_name": closer["name"] if closer else None,
            "snoozed_by_name": None,  # the message ends it
        }  # fmt: skip
        return conversation_from(cast(asyncpg.Record, columns))

    def places_of(self, contact_id: UUID) -> list[Access]:
        """Where the contact's conversations stand, of those that this batch holds."""
        held = [t.conversation for t in self._current.values() if t.conversation.contact.id == contact_id]
        return [access_of(place_of(conversation)) for conversation in held]

    def take(
        self, w: Writer, key: Key, message: InboundMessage, attachments: list[Attachment], person: Person,
        contact: ContactSummary, answered: Sequence["Named"], now: datetime,
    ) -> Message:  # fmt: skip
        """Adds the message to the conversation of its key, which is begun or reopened for it; writes the events.

        `answered`: what it says that it answers, the nearest first; another conversation's is nobody's business here.
        """
        thread = self._current.get(key)
        previous = place_of(thread.conversation) if thread else None
        messages: list[Message] = []
        if thread and thread.conversation.status == "closed" and not message.automatic:
            if self._may_reopen(thread, now):
                messages.append(self._reopen(w, thread, contact, now))
            else:
                thread = None
        if thread and thread.conversation.snoozed:
            messages.append(self._woken(w, thread, contact, now))
        if thread is None:
            thread, previous = self._begun(w, key, message, person, contact, now), None
        if thread not in self._touched:
            self._touched.append(thread)
        thread.asks = thread.asks or not message.automatic
        reply_to = next((a.message_id for a in answered if a.conversation_id == thread.conversation.id), None)
        messages.append(self._added(w, thread, message, attachments, contact, reply_to, now))
        self._say(w, thread, previous, messages, now)
        return messages[-1]

    def _may_reopen(self, thread: _Thread, now: datetime) -> bool:
        closed = thread.conversation.closed
        hours = self._channels[thread.key.channel_id]["reopen_hours"]
        return closed is not None and now - closed.at < timedelta(hours=hours)

    def _begun(
        self, w: Writer, key: Key, message: InboundMessage, person: Person, contact: ContactSummary, now: datetime
    ) -> _Thread:
        before, channel = self._current.get(key), self._channels[key.channel_id]
        address = person.key[2]
        if before:
            address, theirs = before.conversation.address, before.conversation.contact
            contact = contact if contact.id == theirs.id else theirs
        conversation = Conversation(
            id=new_id(), number=w.next_conversation_number(), revision=w.revision, status="open", handler=NOBODY,
            epoch=0, team_id=channel["team_id"], channel_id=key.channel_id, contact=contact,
            address=address, subject="", labels=[], waiting_since=None, last_activity_at=now, created_at=now,
            last_message=None, message_count=0, inbound_count=0, closed=None, reply=ReplyAllowed(True) if channel["active"] else CHANNEL_OFF,
            previous_id=before.conversation.id if before else None, identity_id=key.identity_id,
        )  # fmt: skip
        if not message.automatic:
            conversation = self._routed(conversation, channel, now)
        thread = self._current[key] = _Thread(conversation, key, new=True)
        return thread

    def _routed(self, conversation: Conversation, channel: asyncpg.Record, now: datetime) -> Conversation:
        """To the channel's bot, when it is one's turn there; else it stays in the Inbox."""
        if channel["bot_id"] is None or not channel["bot_ready"] or channel["bot_mode"] == "shadow":
            return conversation
        if channel["bot_when"] == "delegated":
            return conversation
        if channel["bot_when"] == "outside_hours":
            schedule = msgspec.convert(channel["schedule"], Schedule) if channel["schedule"] else None
            if is_open(schedule, now):
                return conversation
        return replace(handed_to(conversation, Handler("bot", channel["bot_id"])), bot=BotState(channel["bot_mode"]))

    def _reopen(self, w: Writer, thread: _Thread, contact: ContactSummary, now: datetime) -> Message:
        """R14: back to whoever closed it when they can take it, else to the Inbox. Answers the line that says so."""
        old = thread.conversation
        closed = old.closed
        handler, target = NOBODY, ""
        closer = self._closers.get(closed.by.id) if closed and closed.by.id else None
        if closed and closer and closer["available"] and closed.by.kind in ("agent", "bot"):
            handler, target = Handler(closed.by.kind, closed.by.id), closed.by.name
        opened = replace(old, revision=w.revision, status="open", closed=None)
        line = Line("reopened", handler.kind, handler.id, target)
        opened = handed_to(opened, handler)
        if handler.kind == "bot" and closer:
            opened = replace(opened, bot=BotState(closer["mode"]))
        elif closed and closed.by.kind == "bot":
            opened = self._routed(opened, self._channels[thread.key.channel_id], now)
        return self._line(thread, opened, line, contact, now)

    def _woken(self, w: Writer, thread: _Thread, contact: ContactSummary, now: datetime) -> Message:
        """Whatever a customer sends ends the snooze: nothing unread lies hidden. Answers the line that says so."""
        awake = replace(thread.conversation, revision=w.revision, snoozed=None)
        return self._line(thread, awake, Line("woken"), contact, now)

    def _line(
        self, thread: _Thread, after: Conversation, line: Line, contact: ContactSummary, now: datetime
    ) -> Message:
        added = Message(
            id=new_id(), conversation_id=after.id, seq=after.message_count + 1, revision=after.revision, kind="event",
            direction="none", author=Author("contact", contact.id, contact.name), text="", attachments=[], created_at=now,
            line=line,
        )  # fmt: skip
        thread.conversation = with_message(after, added)
        self._messages.append(_message_row(added, thread.key.channel_id, None))
        return added

    def _added(
        self, w: Writer, thread: _Thread, message: InboundMessage, attachments: list[Attachment],
        contact: ContactSummary, reply_to: UUID | None, now: datetime,
    ) -> Message:  # fmt: skip
        old = thread.conversation
        added = Message(
            id=new_id(), conversation_id=old.id, seq=old.message_count + 1, revision=w.revision, kind="message",
            direction="in", author=Author("contact", contact.id, contact.name or message.name or message.address),
            text=message.text, attachments=attachments, created_at=now, html=message.html, quoted=message.quoted,
            subject=message.subject, sent_at=message.sent_at, reply_to=reply_to,
            recipients=Recipients(list(message.cc)) if message.cc else None, pressed=message.pressed,
        )  # fmt: skip
        thread.conversation = replace(
            with_message(old, added), revision=w.revision, inbound_count=old.inbound_count + 1,
            contact=contact if contact.id == old.contact.id else old.contact,
            subject=old.subject or message.subject or "",
            waiting_since=old.waiting_since if message.automatic else old.waiting_since or now,
            last_activity_at=max(old.last_activity_at, now),
        )  # fmt: skip
        thread.last_inbound_at = now
        self._messages.append(_message_row(added, thread.key.channel_id, message))
        return added

    def _say(self, w: Writer, thread: _Thread, previous: Place | None, messages: list[Message], now: datetime) -> None:
        after, before = access_of(place_of(thread.conversation)), access_of(previous) if previous else None
        author = messages[-1].author
        w.append(
            "message_added",
            ConversationChanged(thread.conversation, previous, messages),
            actor=Actor("contact", author.id, author.name),
            audience=Audience("conversation", after=after, before=None if before == after else before),
            at=now,
            conversation_id=thread.conversation.id,
        )

    async def save(self, w: Writer, now: datetime) -> None:
        new = [_conversation_row(t) for t in self._touched if t.new]
        if new:
            await self._queries.run(w.tx, "insert_conversations", workspace_id=w.workspace_id, rows=new)
        changed = [_conversation_row(t) for t in self._touched if not t.new]
        if changed:
            await self._queries.run(w.tx, "update_conversations", workspace_id=w.workspace_id, rows=changed)
        if self._messages:
            await self._queries.run(w.tx, "insert_messages", workspace_id=w.workspace_id, rows=self._messages)
        asking = [thread for thread in self._touched if thread.asks]
        opened = [t.conversation for t in asking if t.conversation.epoch != t.epoch]
        await lease.open_many(w, [c for c in opened if c.handler.kind == "bot"], now)
        await lease.ask_many(w, [t.conversation for t in asking if t.conversation.epoch == t.epoch], now)
        await lease.shadow_many(w, [t.conversation for t in asking if self._is_shadowed(t)], now)

    def _is_shadowed(self, thread: _Thread) -> bool:
        channel = self._channels[thread.key.channel_id]
        return channel["bot_mode"] == "shadow" and channel["bot_ready"]


def _conversation_row(thread: _Thread) -> dict[str, Any]:
    c = thread.conversation
    return {
        "id": c.id, "number": c.number, "channel_id": c.channel_id, "identity_id": thread.key.identity_id,
        "thread_key": thread.key.thread_key, "contact_id": c.contact.id, "team_id": c.team_id, "status": c.status,
        "handler_kind": c.handler.kind, "handler_id": c.handler.id, "epoch": c.epoch, "revision": c.revision,
        "subject": c.subject, "message_count": c.message_count, "inbound_count": c.inbound_count,
        "last_message": c.last_message, "last_activity_at": c.last_activity_at, "last_inbound_at": thread.last_inbound_at,
        "waiting_since": c.waiting_since, "previous_id": c.previous_id, "created_at": c.created_at,
        "bot": c.bot, "needs_help": c.bot is not None and c.bot.help is not None,
    }  # fmt: skip


def _message_row(message: Message, channel_id: UUID, source: InboundMessage | None) -> dict[str, Any]:
    return {
        "id": message.id, "conversation_id": message.conversation_id, "channel_id": channel_id, "seq": message.seq,
        "kind": message.kind, "direction": message.direction, "author_kind": message.author.kind,
        "author_id": message.author.id, "author_name": message.author.name,
        "external_id": source.external_id if source else None, "text": message.text, "html": message.html,
        "quoted": message.quoted, "subject": message.subject, "line": message.line, "attachments": message.attachments,
        "reply_to": message.reply_to, "recipients": message.recipients, "headers": source.headers if source else {}, "revision": message.revision, "provider_at": message.sent_at,
        "created_at": message.created_at, "pressed": message.pressed,
    }  # fmt: skip
