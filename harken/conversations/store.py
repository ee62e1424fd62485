"""Rows of conversations and messages, and what they look like as values. Private to this domain.

Every query names its columns; `conversation_from` and `message_from` read the same names everywhere.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import asyncpg
import msgspec

from harken.contacts.model import ContactSummary
from harken.conversations.model import (
    Attachment,
    Author,
    BotMark,
    BotState,
    Closed,
    Conversation,
    Delivery,
    DeliveryError,
    Handler,
    LastMessage,
    Line,
    Message,
    Place,
    Priority,
    Reaction,
    Recipients,
    ReplyAllowed,
    Snooze,
)
from harken.kit.db import Tx, queries_beside
from harken.kit.errors import NotFound
from harken.people.model import Caller
from harken.port.buttons import Button

_Q = queries_beside(__file__)
PRIORITIES: Final[Sequence[Priority]] = ("urgent", "high", "normal", "low")  # a row has the place in it
CHANNEL_OFF = ReplyAllowed(allowed=False, reason="channel_off")
_BLOCKED = ReplyAllowed(allowed=False, reason="blocked")
_ALLOWED = ReplyAllowed(allowed=True)
_last_message_decoder = msgspec.json.Decoder(LastMessage)


def conversation_from(record: asyncpg.Record) -> Conversation:
    """From a record with the columns of get_conversation; `read_count` where the query has it."""
    r, rank = record, cast(int, record["priority"])
    return Conversation(
        id=r["id"],
        number=r["number"],
        revision=r["revision"],
        status=r["status"],
        handler=Handler(r["handler_kind"], r["handler_id"]),
        epoch=r["epoch"],
        team_id=r["team_id"],
        channel_id=r["channel_id"],
        contact=ContactSummary(
            r["contact_id"], r["contact_name"], r["contact_revision"], r.get("contact_blocked", False)
        ),
        address=r["address"],
        subject=r["subject"],
        labels=r["label_ids"],
        waiting_since=r["waiting_since"],
        last_activity_at=r["last_activity_at"],
        created_at=r["created_at"],
        last_message=_last_message(r["last_message"]),
        message_count=r["message_count"],
        inbound_count=r["inbound_count"],
        closed=_closed_from(r),
        reply=_reply_from(r),
        previous_id=r["previous_id"],
        identity_id=r["identity_id"],
        priority=PRIORITIES[rank],
        snoozed=_snooze_from(r),
        bot=_bot_from(r),
        handed_off=r["handed_off"],
        read_count=r.get("read_count"),
    )


def _reply_from(r: asyncpg.Record) -> ReplyAllowed:
    """What comes in is of contacts that are not blocked: its rows need not say so."""
    if not r["channel_active"]:
        return CHANNEL_OFF
    return _BLOCKED if r.get("contact_blocked", False) else _ALLOWED


def _last_message(value: Any) -> LastMessage | None:
    """Lists have it as text, which is read at once as what it is."""
    if isinstance(value, str):
        return _last_message_decoder.decode(value)
    return msgspec.convert(value, LastMessage) if value else None


def _closed_from(r: asyncpg.Record) -> Closed | None:
    if r["closed_at"] is None:
        return None
    by = Author(r["closed_by_kind"] or "system", r["closed_by_id"], r["closed_by_name"] or "")
    return Closed(by, r["closed_at"], r["close_reason"])


def _snooze_from(r: asyncpg.Record) -> Snooze | None:
    if r["snoozed_at"] is None:
        return None
    by = Author("agent", r["snoozed_by"], r["snoozed_by_name"] or "")
    return Snooze(r["snoozed_until"], r["snoozed_at"], by)


def _bot_from(r: asyncpg.Record) -> BotState | None:
    value = r["bot"]
    if value is None or r["handler_kind"] != "bot":
        return None
    return msgspec.json.decode(value, type=BotState) if isinstance(value, str) else msgspec.convert(value, BotState)


def message_from(record: asyncpg.Record) -> Message:
    """From a record with the columns of get_message."""
    r = record
    error = (
        DeliveryError(r["delivery_error_kind"], r["delivery_error_text"] or "") if r["delivery_error_kind"] else None
    )
    return Message(
        id=r["id"],
        conversation_id=r["conversation_id"],
        seq=r["seq"],
        revision=r["revision"],
        kind=r["kind"],
        direction=r["direction"],
        author=Author(r["author_kind"], r["author_id"], r["author_name"]),
        text=r["text"],
        attachments=msgspec.convert(r["attachments"], list[Attachment]),
        created_at=r["created_at"],
        html=r["html"],
        quoted=r["quoted"],
        subject=r["subject"],
        line=msgspec.convert(r["line"], Line) if r["line"] else None,
        delivery=Delivery(r["delivery_state"], error, r["held_until"]) if r["delivery_state"] else None,
        sent_at=r["provider_at"],
        client_message_id=r["client_message_id"],
        reply_to=r["reply_to"],
        mentions=r["mentions"],
        reactions=msgspec.convert(r["reactions"], list[Reaction]) if r["reactions"] else [],
        bot=msgspec.convert(r["bot"], BotMark) if r["bot"] else None,
        format=r["format"],
        recipients=msgspec.convert(r["recipients"], Recipients) if r["recipients"] else None,
        signature=r["signature"],
        buttons=msgspec.convert(r["buttons"], list[Button]) if r["buttons"] else [],
        pressed=r["pressed"],
    )


def place_of(conversation: Conversation) -> Place:
    c = conversation
    return Place(c.status, c.handler, c.team_id, c.snoozed is not None)


async def get_conversation(tx: Tx, workspace_id: UUID, conversation_id: UUID) -> Conversation:
    """Raises NotFound."""
    row = await _Q.row(tx, "get_conversation", workspace_id=workspace_id, id=conversation_id)
    if row is None:
        raise NotFound
    return conversation_from(row)


async def list_by_ids(
    tx: Tx, workspace_id: UUID, ids: Sequence[UUID]
) -> list[tuple[Conversation, tuple[int, int, bool, str]]]:
    """In any order; each with the versions of its row and its contact, whether its channel is on, and the names in it."""
    rows = await _Q.rows(tx, "list_by_ids", workspace_id=workspace_id, ids=list(ids))
    return [
        (conversation_from(r), (r["row_version"], r["contact_revision"], r["channel_active"], r["names"])) for r in rows
    ]


async def find_visible(tx: Tx, caller: Caller, conversation_id: UUID) -> Conversation | None:
    """With the caller's own read_count; None also when they may not see it."""
    row = await _Q.row(
        tx, "find_visible", workspace_id=caller.workspace_id, id=conversation_id, agent_id=caller.agent_id,
        sees_all=caller.sees_all, team_ids=list(caller.team_ids),
    )  # fmt: skip
    return conversation_from(row) if row else None


async def get_visible(tx: Tx, caller: Caller, conversation_id: UUID) -> Conversation:
    """As find_visible; raises NotFound."""
    conversation = await find_visible(tx, caller, conversation_id)
    if conversation is None:
        raise NotFound
    return conversation


async def lock_conversation(tx: Tx, workspace_id: UUID, conversation_id: UUID) -> Conversation:
    """The row stays locked until the transaction ends. Raises NotFound."""
    row = await _Q.row(tx, "lock_conversation", workspace_id=workspace_id, id=conversation_id)
    if row is None:
        raise NotFound
    return conversation_from(row)


async def find_open(tx: Tx, workspace_id: UUID, channel_id: UUID, identity_id: UUID) -> Conversation | None:
    """The newest open conversation of an identity on a channel, whatever its thread."""
    row = await _Q.row(tx, "find_open", workspace_id=workspace_id, channel_id=channel_id, identity_id=identity_id)
    return conversation_from(row) if row else None


async def find_rival(tx: Tx, workspace_id: UUID, conversation_id: UUID) -> UUID | None:
    """The other open conversation with the same channel, identity and thread: while it is open this one cannot be."""
    return await _Q.value(tx, "find_rival", workspace_id=workspace_id, id=conversation_id)


async def list_handled_by(tx: Tx, workspace_id: UUID, agent_id: UUID) -> list[UUID]:
    """The open conversations that an agent handles, oldest first."""
    rows = await _Q.rows(tx, "list_handled_by", workspace_id=workspace_id, agent_id=agent_id)
    return [row["id"] for row in rows]


async def list_overdue(tx: Tx, before: datetime) -> list[tuple[UUID, UUID, datetime]]:
    """Of all workspaces, what should have been woken before: workspace, conversation, and the time."""
    return [tuple(row) for row in await _Q.rows(tx, "list_overdue", before=before)]


async def update_conversation(tx: Tx, workspace_id: UUID, conversation: Conversation) -> None:
    """Writes what actions change of a row that the caller has locked."""
    c, snoozed = conversation, conversation.snoozed
    await _Q.run(
        tx, "update_conversation", workspace_id=workspace_id, id=c.id, revision=c.revision, status=c.status,
        handler_kind=c.handler.kind, handler_id=c.handler.id, epoch=c.epoch, team_id=c.team_id, subject=c.subject,
        label_ids=c.labels, message_count=c.message_count, last_message=c.last_message,
        last_activity_at=c.last_activity_at, waiting_since=c.waiting_since,
        closed_at=c.closed.at if c.closed else None, closed_by_kind=c.closed.by.kind if c.closed else None,
        closed_by_id=c.closed.by.id if c.closed else None, close_reason=c.closed.reason if c.closed else None,
        priority=PRIORITIES.index(c.priority), snoozed_at=snoozed.at if snoozed else None,
        snoozed_until=snoozed.until if snoozed else None, snoozed_by=snoozed.by.id if snoozed else None,
        bot=c.bot, needs_help=c.bot is not None and c.bot.help is not None, handed_off=c.handed_off,
    )  # fmt: skip


async def insert_conversation(
    tx: Tx, workspace_id: UUID, conversation: Conversation, *, identity_id: UUID, thread_key: str
) -> None:
    """A new open one; conversation_one_open forbids a second."""
    c = conversation
    await _Q.run(
        tx, "insert_conversation", workspace_id=workspace_id, id=c.id, number=c.number, channel_id=c.channel_id,
        identity_id=identity_id, thread_key=thread_key, contact_id=c.contact.id, team_id=c.team_id,
        handler_kind=c.handler.kind, handler_id=c.handler.id, epoch=c.epoch, revision=c.revision, subject=c.subject,
        last_activity_at=c.last_activity_at, created_at=c.created_at, previous_id=c.previous_id,
    )  # fmt: skip


async def get_message(tx: Tx, workspace_id: UUID, message_id: UUID) -> Message:
    """Raises NotFound."""
    row = await _Q.row(tx, "get_message", workspace_id=workspace_id, id=message_id)
    if row is None:
        raise NotFound
    return message_from(row)


async def find_by_client_id(
    tx: Tx, workspace_id: UUID, conversation_id: UUID, client_message_id: str
) -> Message | None:
    row = await _Q.row(
        tx, "find_by_client_id", workspace_id=workspace_id, conversation_id=conversation_id,
        client_message_id=client_message_id,
    )  # fmt: skip
    return message_from(row) if row else None


async def list_messages(
    tx: Tx, workspace_id: UUID, conversation_id: UUID, *, before: int | None, after: int | None, limit: int
) -> list[Message]:
    """In order of seq: the newest `limit` (before `before`), or the oldest after `after`."""
    scope = {"workspace_id": workspace_id, "conversation_id": conversation_id, "limit": limit}
    if after is not None:
        return [message_from(row) for row in await _Q.rows(tx, "list_messages_after", **scope, after=after)]
    rows = await _Q.rows(tx, "list_messages_before", **scope, before=before)
    return [message_from(row) for row in reversed(rows)]


async def insert_message(
    tx: Tx, workspace_id: UUID, channel_id: UUID, message: Message, *,
    external_id: str | None = None, headers: Mapping[str, Any] | None = None, quoted_id: UUID | None = None,
) -> Message:  # fmt: skip
    """Stores a message as it is (its delivery apart) and returns it. message_client_id_unique forbids a repeat."""
    m = message
    await _Q.run(
        tx, "insert_message", workspace_id=workspace_id, id=m.id, conversation_id=m.conversation_id,
        channel_id=channel_id, seq=m.seq, kind=m.kind, direction=m.direction, author_kind=m.author.kind,
        author_id=m.author.id, author_name=m.author.name, client_message_id=m.client_message_id,
        external_id=external_id, text=m.text, html=m.html, quoted=m.quoted, subject=m.subject, line=m.line,
        attachments=m.attachments, mentions=m.mentions, reply_to=m.reply_to, headers=headers or {},
        revision=m.revision, provider_at=m.sent_at, created_at=m.created_at, bot=m.bot, format=m.format, recipients=m.recipients,
        signature=m.signature, quoted_id=quoted_id, buttons=m.buttons or None, pressed=m.pressed,
    )  # fmt: skip
    return m


async def count_inbound_after(tx: Tx, workspace_id: UUID, conversation_id: UUID, seq: int) -> int:
    """How many of the customer's messages come after a seq."""
    return await _Q.value(
        tx, "count_inbound_after", workspace_id=workspace_id, conversation_id=conversation_id, seq=seq
    )


async def raise_read_mark(
    tx: Tx, caller: Caller, conversation_id: UUID, *, inbound_count: int, message_seq: int
) -> bool:
    """Moves the caller's mark forward, never back; False when it stood there already."""
    return await _Q.run(
        tx, "raise_read_mark", workspace_id=caller.workspace_id, agent_id=caller.agent_id,
        conversation_id=conversation_id, inbound_count=inbound_count, message_seq=message_seq,
    ) > 0  # fmt: skip


async def holds_message(tx: Tx, workspace_id: UUID, conversation_id: UUID, message_id: UUID) -> bool:
    """Whether the message is one of the conversation's."""
    return await _Q.value(
        tx, "holds_message", workspace_id=workspace_id, conversation_id=conversation_id, id=message_id
    )
