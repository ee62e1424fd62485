"""The decisions about conversations. Pure; the browser's rules.ts decides the same on the same examples."""

from typing import Literal
from uuid import UUID

from msgspec.structs import replace

from harken.conversations.model import Conversation, Handler, LastMessage, Message, Place, View
from harken.events.types import Access
from harken.kit.text import one_line
from harken.people.model import Caller

PREVIEW_LENGTH = 140
NOBODY = Handler("none")


def view_of(place: Place) -> Literal["inbox", "open", "automated", "closed"]:
    """The one of the four views that holds a conversation; Yours is a part of Open."""
    if place.status == "closed":
        return "closed"
    match place.handler.kind:
        case "none":
            return "inbox"
        case "agent":
            return "open"
        case "bot":
            return "automated"


def views_for(place: Place, agent_id: UUID) -> list[View]:
    """Every view in which an agent who may see the conversation finds it."""
    view = view_of(place)
    mine = view == "open" and place.handler.id == agent_id
    return ["open", "yours"] if mine else [view]


def access_of(place: Place) -> Access:
    return Access(place.team_id, place.handler.id if place.handler.kind == "agent" else None)


def may_see(caller: Caller, access: Access) -> bool:
    """R4: supervisors and admins all; an agent what has no team, what is of their teams, and what they handle."""
    return (
        caller.sees_all
        or access.team_id is None
        or access.team_id in caller.team_ids
        or access.agent_id == caller.agent_id
    )


def may_answer(conversation: Conversation, agent_id: UUID, epoch: int | None) -> bool:
    """R6: whether a reply written at `epoch` may go without taking over.

    Who handles it already may always answer: their own second message is often written before the first was confirmed.
    """
    if conversation.handler.kind == "agent" and conversation.handler.id == agent_id:
        return True
    return conversation.handler.kind == "none" and epoch in (None, conversation.epoch)


def may_reassign(caller: Caller, handler: Handler) -> bool:
    """Whether the caller may give a conversation to somebody else: a colleague's only as a supervisor."""
    return caller.sees_all or handler.kind != "agent" or handler.id == caller.agent_id


def handed_to(conversation: Conversation, handler: Handler) -> Conversation:
    """The epoch rises with every change of handler, and with nothing else. Who takes it has it before them, not put aside."""
    if handler == conversation.handler:
        return conversation
    return replace(conversation, handler=handler, epoch=conversation.epoch + 1, snoozed=None, bot=None, handed_off=None)


def with_message(conversation: Conversation, message: Message) -> Conversation:
    """The conversation after its next message, note or line: lines are no activity, an answer ends the waiting."""
    after = replace(conversation, message_count=message.seq)
    if message.kind == "event":
        return after
    after = replace(after, last_message=preview_of(message), last_activity_at=message.created_at)
    return replace(after, waiting_since=None) if message.direction == "out" else after


def preview_of(message: Message) -> LastMessage:
    return LastMessage(
        id=message.id,
        kind=message.kind,
        direction=message.direction,
        author=message.author,
        preview=one_line(message.text, PREVIEW_LENGTH),
        attachment=next((a.kind for a in message.attachments if not a.inline), None),
        created_at=message.created_at,
    )
