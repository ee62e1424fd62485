"""Who answers: pick, take over, forward, return to an Inbox, hand to a bot (R5, R8, R10, R12)."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from harken.conversations import rules, store
from harken.conversations.actions.change import Change, actor_of, lock_visible
from harken.conversations.actions.conflicts import handler_changed, refuse_closed
from harken.conversations.actions.names import agent_name, bot_name, find_handler_name, team_name
from harken.conversations.content import NOTE_LIMIT
from harken.conversations.model import Conversation, Handler, HandlerKind, Line
from harken.events.log import Writer
from harken.events.types import Actor
from harken.kit.errors import Forbidden, Invalid
from harken.kit.text import one_line, storable
from harken.people.model import Caller

GOAL_LENGTH = 500


class Assignment(msgspec.Struct, frozen=True):
    """Who shall answer. `move` says whether `team_id` is meant: null is everybody's Inbox."""

    kind: HandlerKind
    id: UUID | None
    team_id: UUID | None = None
    move: bool = False
    epoch: int | None = None
    note: str = ""
    goal: str = ""  # what a bot is to do with it


async def assign(w: Writer, caller: Caller, conversation_id: UUID, wanted: Assignment, at: datetime) -> Conversation:
    """Hands the conversation over, with a line and, if given, a note, in one event. What stands already changes nothing.

    Raises Conflict `handler_changed` for an old epoch, `conversation_closed`; Forbidden for a colleague's conversation.
    """
    before = await lock_visible(w, caller, conversation_id)
    refuse_closed(before)
    handler = Handler(wanted.kind, wanted.id)
    team_id = wanted.team_id if wanted.move else before.team_id
    if (handler, team_id) == (before.handler, before.team_id):
        return before
    if wanted.epoch not in (None, before.epoch):
        raise await handler_changed(w, before)
    if wanted.id != caller.agent_id and not rules.may_reassign(caller, before.handler):
        raise Forbidden("only a supervisor gives a colleague's conversation to somebody else")
    if len(wanted.note) > NOTE_LIMIT:
        raise Invalid(("note", "too_long"))
    line = await _line(w, caller, before, handler, team_id)
    if handler.kind == "bot":
        line = replace(line, reason=one_line(wanted.goal, GOAL_LENGTH) or None)
    change = Change(w, before, actor_of(caller), at)
    change.hand_to(handler, one_line(wanted.goal, GOAL_LENGTH) or None)
    change.move_to(team_id)
    await change.line(line)
    if wanted.note.strip():
        await change.note(storable(wanted.note, NOTE_LIMIT), [], None)
    return await change.commit("conversation_assigned")


async def _line(w: Writer, caller: Caller, before: Conversation, handler: Handler, team_id: UUID | None) -> Line:
    """What the thread says of it. Raises Invalid when the agent, team or bot does not exist."""
    to_team = await team_name(w, team_id) if team_id and team_id != before.team_id else ""
    match handler.kind:
        case "agent" if handler.id == caller.agent_id:
            return await taking_line(w, before.handler, caller)
        case "agent":
            return Line("forwarded", "agent", handler.id, await agent_name(w, handler.id))
        case "bot":
            return Line("handed_to_bot", "bot", handler.id, await bot_name(w, handler.id))
        case "none" if to_team:
            return Line("forwarded", "team", team_id, to_team)
        case "none":
            return Line("returned")


async def taking_line(w: Writer, held_by: Handler, caller: Caller) -> Line:
    """The caller takes a conversation that nobody, or somebody else, handled: the line names whom it was taken from."""
    if held_by.kind == "none":
        return Line("picked", "agent", caller.agent_id, caller.name)
    return Line("taken_over", held_by.kind, held_by.id, await find_handler_name(w, held_by))


async def return_all_of(w: Writer, actor: Actor, agent_id: UUID, at: datetime) -> list[UUID]:
    """R10: an agent's open conversations go back to the Inbox, one event each; returns which."""
    returned = await store.list_handled_by(w.tx, w.workspace_id, agent_id)
    for conversation_id in returned:
        change = Change(w, await store.lock_conversation(w.tx, w.workspace_id, conversation_id), actor, at)
        change.hand_to(rules.NOBODY)
        await change.line(Line("returned"))
        await change.commit("conversation_assigned")
    return returned
