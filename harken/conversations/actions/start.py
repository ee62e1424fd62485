"""An agent writes first (R3)."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from harken.contacts.actions import refuse_blocked, require_visible
from harken.contacts.model import ContactSummary
from harken.contacts.rules import normal_address
from harken.conversations import rules, store
from harken.conversations.actions.change import Change, actor_of
from harken.conversations.actions.outlet import Outlet
from harken.conversations.actions.reply import Reply, send_from
from harken.conversations.model import Conversation, Handler, Line, ReplyAllowed
from harken.events.log import Writer
from harken.events.types import Access
from harken.kit.db import Queries
from harken.kit.errors import Conflict, NotFound
from harken.kit.ids import new_id
from harken.kit.text import one_line
from harken.people.model import Caller
from harken.quickreplies.actions.use import count_uses

_Q = Queries(Path(__file__).with_suffix(".sql"))


class Start(msgspec.Struct, frozen=True):
    """To whom: a contact, or an address (a new one makes a contact, called `name`)."""

    client_message_id: str
    text: str
    contact_id: UUID | None = None
    address: str | None = None
    name: str = ""
    subject: str = ""
    attachment_ids: list[UUID] = []
    quick_reply_ids: list[UUID] = []  # what its text was made of


class _Recipient(NamedTuple):
    identity_id: UUID
    address: str
    contact: ContactSummary


async def start(w: Writer, caller: Caller, outlet: Outlet, wanted: Start, at: datetime) -> tuple[Conversation, bool]:
    """A new conversation of the caller's with its first message, or the one that is open here; and whether it is new.

    Raises NotFound for a channel or contact that the caller may not use; Conflict `cannot_start` with `reason`; Invalid.
    """
    team_id = await _team_of(w, caller, outlet.config.id)
    capabilities = outlet.capabilities
    if not capabilities.can_start:
        raise _cannot_start(capabilities.start_refusal)
    recipient = await _recipient(w, caller, outlet, wanted)
    await refuse_blocked(w.tx, w.workspace_id, recipient.contact.id)
    existing = await store.find_open(w.tx, w.workspace_id, outlet.config.id, recipient.identity_id)
    if existing is not None:
        if not rules.may_see(caller, rules.access_of(store.place_of(existing))):
            raise _cannot_start("this contact has an open conversation with another team")
        return existing, False
    conversation = _new_conversation(w, caller, outlet, recipient, wanted, team_id, at)
    thread_key = str(conversation.id) if capabilities.threads else ""
    await store.insert_conversation(
        w.tx, w.workspace_id, conversation, identity_id=recipient.identity_id, thread_key=thread_key
    )
    change = Change(w, conversation, actor_of(caller), at, new=True)
    await change.line(Line("started"))
    await send_from(change, caller, Reply(wanted.client_message_id, wanted.text, wanted.attachment_ids), outlet)
    await count_uses(w.tx, caller, wanted.quick_reply_ids, at)
    return await change.commit("message_added"), True


def _new_conversation(
    w: Writer, caller: Caller, outlet: Outlet, recipient: _Recipient, wanted: Start, team_id: UUID | None, at: datetime
) -> Conversation:
    return Conversation(
        id=new_id(), number=w.next_conversation_number(), revision=w.revision, status="open",
        handler=Handler("agent", caller.agent_id), epoch=1, team_id=team_id, channel_id=outlet.config.id,
        contact=recipient.contact, address=recipient.address, subject=one_line(wanted.subject, 500), labels=[],
        waiting_since=None, last_activity_at=at, created_at=at, last_message=None, message_count=0, inbound_count=0,
        closed=None, reply=ReplyAllowed(allowed=True), identity_id=recipient.identity_id,
    )  # fmt: skip


async def _team_of(w: Writer, caller: Caller, channel_id: UUID) -> UUID | None:
    """The channel's team. Raises NotFound when the caller may not use the channel."""
    row = await _Q.row(w.tx, "find_channel_team", workspace_id=w.workspace_id, id=channel_id)
    if row is None or not rules.may_see(caller, Access(row["team_id"])):
        raise NotFound
    return row["team_id"]


async def _recipient(w: Writer, caller: Caller, outlet: Outlet, wanted: Start) -> _Recipient:
    kind, shared = outlet.connector.manifest.kind, outlet.capabilities.shared_identities
    scope = "" if shared else str(outlet.config.id)
    if wanted.contact_id is not None:
        await require_visible(w.tx, caller, wanted.contact_id)
        row = await _Q.row(
            w.tx, "find_identity_of_contact", workspace_id=w.workspace_id, contact_id=wanted.contact_id, connector=kind,
            scope=scope,
        )  # fmt: skip
        if row is None:
            raise _cannot_start("the contact has no address on this channel")
        return _recipient_from(row)
    address = normal_address(wanted.address or "", outlet.capabilities.address_kind)
    row = await _Q.row(w.tx, "find_identity", workspace_id=w.workspace_id, connector=kind, scope=scope, address=address)
    return _recipient_from(row) if row else await _stranger(w, kind, scope, address, one_line(wanted.name, 200))


async def _stranger(w: Writer, connector: str, scope: str, address: str, name: str) -> _Recipient:
    recipient = _Recipient(new_id(), address, ContactSummary(new_id(), name, w.revision))
    await _Q.run(
        w.tx, "insert_contact", workspace_id=w.workspace_id, id=recipient.contact.id, name=name, revision=w.revision
    )
    await _Q.run(
        w.tx, "insert_identity", workspace_id=w.workspace_id, id=recipient.identity_id,
        contact_id=recipient.contact.id, connector=connector, scope=scope, address=address, display_name=name,
    )  # fmt: skip
    return recipient


def _recipient_from(row: asyncpg.Record) -> _Recipient:
    return _Recipient(row["id"], row["address"], ContactSummary(row["contact_id"], row["name"], row["revision"]))


def _cannot_start(reason: str) -> Conflict:
    return Conflict(reason or "this channel does not allow it", code="cannot_start", fields={"reason": reason})
