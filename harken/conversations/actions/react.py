"""Reactions to messages: one of each author, another emoji takes its place. They change nothing else."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from msgspec.structs import replace

from harken.conversations import rules, store
from harken.conversations.actions.change import actor_of, lock_visible
from harken.conversations.actions.outlet import Outlet
from harken.conversations.emoji import is_emoji
from harken.conversations.model import Author, Conversation, Message, MessageChanged, Reaction
from harken.events.log import Writer
from harken.events.types import Actor, Audience
from harken.kit.db import Queries
from harken.kit.errors import Conflict, Invalid, NotFound
from harken.kit.queue import enqueue
from harken.people.model import Caller

Q = Queries(Path(__file__).with_name("reactions.sql"))
SEND_REACTION = "send_reaction"  # the task that tells the service; its payload: {"conversation_id", "message_id", "emoji", "agent_id"}


async def react(
    w: Writer, caller: Caller, conversation_id: UUID, message_id: UUID, emoji: str, outlet: Outlet | None, at: datetime
) -> Message:
    """An empty emoji takes the caller's back. Raises Conflict `not_supported`, `channel_off`; Invalid for what is no emoji."""
    conversation = await lock_visible(w, caller, conversation_id)
    message = await store.get_message(w.tx, w.workspace_id, message_id)
    if message.conversation_id != conversation_id:
        raise NotFound
    if outlet is None:
        raise Conflict("the channel is switched off", code="channel_off")
    if not outlet.capabilities.reactions or message.kind != "message":
        raise Conflict("there are no reactions to this", code="not_supported")
    if emoji and not is_emoji(emoji):
        raise Invalid(("emoji", "invalid"))
    actor = actor_of(caller)
    changed = await put_reaction(w, conversation, message, actor, emoji, at)
    if changed is not message:
        payload = {
            "conversation_id": conversation_id, "message_id": message_id, "emoji": emoji, "agent_id": caller.agent_id
        }  # fmt: skip
        key = f"{SEND_REACTION}:{message_id}:{changed.revision}"
        await enqueue(w.tx, SEND_REACTION, payload, key=key, workspace_id=w.workspace_id)
    return changed


async def put_reaction(
    w: Writer, conversation: Conversation, message: Message, actor: Actor, emoji: str, at: datetime
) -> Message:
    """Keeps it and tells everybody; the same message when nothing changes. The caller has locked the conversation."""
    author = Author(actor.kind, actor.id, actor.name)
    reactions = with_reaction(message.reactions, author, emoji, at)
    if reactions is None:
        return message
    changed = replace(message, reactions=reactions, revision=w.revision)
    await Q.run(
        w.tx, "save_reactions", workspace_id=w.workspace_id, id=message.id, reactions=reactions, revision=w.revision
    )
    w.append(
        "message_changed",
        MessageChanged(conversation.id, changed),
        actor=actor,
        audience=Audience("conversation", after=rules.access_of(store.place_of(conversation))),
        at=at,
        conversation_id=conversation.id,
    )
    return changed


def with_reaction(reactions: Sequence[Reaction], author: Author, emoji: str, at: datetime) -> list[Reaction] | None:
    """Those of others stay in their order; None when the author's is that already."""
    held = next((r.emoji for r in reactions if (r.author.kind, r.author.id) == (author.kind, author.id)), "")
    if held == emoji:
        return None
    others = [r for r in reactions if (r.author.kind, r.author.id) != (author.kind, author.id)]
    return [*others, Reaction(emoji, author, at)] if emoji else others
