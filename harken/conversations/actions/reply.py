"""Answering: the reply and the assignment are one transaction (R6)."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec.structs import replace

from harken.contacts.actions import refuse_blocked
from harken.conversations import rules, store
from harken.conversations.actions.change import Change, actor_of, lock_visible
from harken.conversations.actions.conflicts import handler_changed, refuse_closed, refuse_rival
from harken.conversations.actions.delivery import queue_delivery
from harken.conversations.actions.handler import taking_line
from harken.conversations.actions.mailing import Mailing, mailed
from harken.conversations.actions.outlet import Outlet
from harken.conversations.actions.recordings import convert_recordings
from harken.conversations.content import message_faults
from harken.conversations.drafts import forget_sent
from harken.conversations.files_store import claim_files
from harken.conversations.model import Attachment, Conversation, Delivery, Format, Handler, Line, Message
from harken.events.log import Writer
from harken.kit.db import Queries
from harken.kit.errors import Conflict, Invalid
from harken.kit.text import storable
from harken.people.model import Caller
from harken.quickreplies.actions.use import count_uses

_Q = Queries(Path(__file__).with_suffix(".sql"))


class Reply(msgspec.Struct, frozen=True):
    """What an agent submits. `epoch`: of the conversation as they saw it; `draft_revision`: of the draft that it was."""

    client_message_id: str
    text: str = ""
    attachment_ids: list[UUID] = []
    reply_to: UUID | None = None
    epoch: int | None = None
    take_over: bool = False
    quick_reply_ids: list[UUID] = []  # what its text was made of
    format: Format = "plain"
    mailing: Mailing = Mailing()
    draft_revision: int | None = None


async def reply(
    w: Writer, caller: Caller, conversation_id: UUID, submitted: Reply, outlet: Outlet | None, at: datetime
) -> tuple[Message, bool]:
    """Stores the answer, queues its delivery and makes the conversation the caller's; returns it and whether it is new.

    A repeated client_message_id returns the first message. Raises Conflict: `handler_changed`, `conversation_closed`,
    `open_exists`, `channel_off`, `blocked`; Invalid for what the channel does not take.
    """
    before = await lock_visible(w, caller, conversation_id)
    repeated = await find_repeated(w, caller, conversation_id, submitted.client_message_id, "message")
    if repeated:
        return repeated, False
    if outlet is None:
        raise Conflict("the channel is switched off", code="channel_off")
    await refuse_blocked(w.tx, w.workspace_id, before.contact.id)
    await _refuse(w, caller, before, submitted)
    change = Change(w, before, actor_of(caller), at)
    await _take(w, change, before, caller)
    message = await send_from(change, caller, submitted, outlet)
    await count_uses(w.tx, caller, submitted.quick_reply_ids, at)
    await change.commit("message_added")
    await forget_sent(w, caller, conversation_id, "message", submitted.text, submitted.draft_revision, at)
    return message, True


async def find_repeated(
    w: Writer, caller: Caller, conversation_id: UUID, client_message_id: str, kind: str
) -> Message | None:
    """What the same submit made before. Raises Conflict when the id stands for something else."""
    found = await store.find_by_client_id(w.tx, w.workspace_id, conversation_id, client_message_id)
    if found and found.line and found.line.type == "withdrawn" and found.author.id == caller.agent_id:
        return found
    if found and (found.kind, found.author.id) != (kind, caller.agent_id):
        raise Conflict("this client_message_id is another message's", code="client_message_id_taken")
    return found


async def send_from(change: Change, caller: Caller, submitted: Reply, outlet: Outlet) -> Message:
    """Adds the message with its files and queues its delivery. Raises Invalid."""
    w = change.w
    conversation = change.after
    text = storable(submitted.text, len(submitted.text))
    await _check_reply_to(w, conversation, submitted.reply_to)
    draft = change.draft(text, [], submitted.client_message_id)
    attachments = await claim_files(w, caller, submitted.attachment_ids, conversation.id, draft.id)
    _check_content(outlet, text, attachments)
    mail = await mailed(w, caller, conversation, submitted.mailing, outlet.capabilities)
    held_until = await _held_until(w, outlet.capabilities.undo_seconds)
    draft = replace(
        draft, attachments=attachments, reply_to=submitted.reply_to, delivery=Delivery("queued", held_until=held_until),
        format=submitted.format, subject=mail.subject, recipients=mail.recipients, signature=mail.signature,
        quoted=mail.quoted,
    )  # fmt: skip
    await convert_recordings(w, attachments, outlet.capabilities)
    external_id = outlet.connector.external_id(draft.id, outlet.config, draft.created_at)
    message = await change.outbound(draft, external_id=external_id, quoted_id=mail.quoted_id)
    await queue_delivery(
        w, conversation_id=conversation.id, channel_id=conversation.channel_id, message_id=message.id, seq=message.seq,
        held_until=held_until,
    )  # fmt: skip
    return message


async def _held_until(w: Writer, seconds: int) -> datetime | None:
    """By the clock of the database, which the worker goes by."""
    return await _Q.value(w.tx, "held_until", seconds=seconds) if seconds else None


async def _refuse(w: Writer, caller: Caller, before: Conversation, submitted: Reply) -> None:
    if submitted.take_over:
        return
    refuse_closed(before)
    if not rules.may_answer(before, caller.agent_id, submitted.epoch):
        raise await handler_changed(w, before)


async def _take(w: Writer, change: Change, before: Conversation, caller: Caller) -> None:
    """Makes it the caller's, with a line when it was not."""
    if before.status == "closed":
        await refuse_rival(w, before)
        change.reopen()
    change.hand_to(Handler("agent", caller.agent_id))
    if before.status == "closed":
        await change.line(Line("reopened"))
    elif change.after.epoch != before.epoch:
        await change.line(await taking_line(w, before.handler, caller))


async def _check_reply_to(w: Writer, conversation: Conversation, reply_to: UUID | None) -> None:
    if reply_to and not await store.holds_message(w.tx, w.workspace_id, conversation.id, reply_to):
        raise Invalid(("reply_to", "unknown"))


def _check_content(outlet: Outlet, text: str, attachments: list[Attachment]) -> None:
    faults = message_faults(outlet.capabilities, text, attachments)
    if faults:
        raise Invalid(*faults)
