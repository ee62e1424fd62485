"""The lease under which a bot handles a conversation: opened and ended in the transaction that changes the handler.

Whoever calls holds the workspace's sequence row. After each of these functions every open conversation that a bot handles
has one lease, with a deadline; a turn is due for whatever the customer said that the bot has not been asked about.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from harken.conversations.model import BotState, Conversation
from harken.events.log import Writer
from harken.events.types import Actor
from harken.kit.db import Queries
from harken.kit.errors import Conflict
from harken.kit.ids import new_id

_Q = Queries(Path(__file__).with_suffix(".sql"))
PAUSE: Final = timedelta(seconds=20)  # after an agent typed


async def follow(
    w: Writer, before: Conversation, after: Conversation, actor: Actor, goal: str | None, at: datetime
) -> Conversation:
    """Ends and opens leases as the handler changed; answers the conversation with its bot's state.

    Raises Conflict `bot_off` for a bot that is paused, gone, in shadow mode or not for this channel.
    """
    if after.epoch == before.epoch:
        return after
    if before.handler.kind == "bot":
        await _end(w, before, after, actor, at)
    if after.handler.kind != "bot":
        return after
    row = await _Q.row(w.tx, "find_bot", workspace_id=w.workspace_id, id=after.handler.id)
    scope: list[UUID] = row["channel_ids"] if row else []
    off = row is None or row["state"] != "on" or row["mode"] == "shadow"
    if row is None or off or (scope and after.channel_id not in scope):
        raise Conflict("this bot does not work now", code="bot_off")
    opened = replace(after, bot=BotState(row["mode"], goal=goal))
    await open_many(w, [opened], at)
    return opened


async def open_many(w: Writer, conversations: Sequence[Conversation], at: datetime) -> None:
    """New leases, each with its first turn."""
    if not conversations:
        return
    await _Q.run_many(
        w.tx, "open_lease",
        [
            {"workspace_id": w.workspace_id, "conversation_id": c.id, "bot_id": c.handler.id, "epoch": c.epoch, "at": at,
             "channel_id": c.channel_id}
            for c in conversations
        ],
    )  # fmt: skip
    await _queue(w, conversations, "conversation_started", at)


async def ask_many(w: Writer, conversations: Sequence[Conversation], at: datetime) -> None:
    """The customer said something to a bot. What one says while another turn is due is part of that."""
    handled = [c for c in conversations if c.handler.kind == "bot"]
    if not handled:
        return
    await _queue(w, handled, "message_added", at)
    await _Q.run_many(
        w.tx, "expect_turn",
        [{"workspace_id": w.workspace_id, "conversation_id": c.id, "at": _from(c, at)} for c in handled],
    )  # fmt: skip


async def shadow_many(w: Writer, conversations: Sequence[Conversation], at: datetime) -> None:
    """The channel's bot in shadow mode hears it too."""
    for c in conversations:
        await _Q.run(
            w.tx, "queue_shadow", id=new_id(), workspace_id=w.workspace_id, conversation_id=c.id, epoch=c.epoch,
            channel_id=c.channel_id, at=at,
        )  # fmt: skip


async def hold_back(w: Writer, conversation: Conversation, until: datetime) -> None:
    """An agent types: no turn begins before."""
    await _Q.run(w.tx, "delay_turn", workspace_id=w.workspace_id, conversation_id=conversation.id, until=until)


async def whisper(w: Writer, conversation: Conversation, text: str, at: datetime) -> None:
    """The bot is asked again, with what an agent told it."""
    await _Q.run(w.tx, "add_instruction", workspace_id=w.workspace_id, conversation_id=conversation.id, text=text)
    await ask_many(w, [conversation], at)


async def _queue(w: Writer, conversations: Sequence[Conversation], type: str, at: datetime) -> None:
    await _Q.run_many(
        w.tx, "queue_turn",
        [
            {"id": new_id(), "workspace_id": w.workspace_id, "conversation_id": c.id, "bot_id": c.handler.id,
             "epoch": c.epoch, "type": type, "run_at": _from(c, at), "at": at}
            for c in conversations
        ],
    )  # fmt: skip


def _from(conversation: Conversation, at: datetime) -> datetime:
    paused = conversation.bot.paused_until if conversation.bot else None
    return max(at, paused) if paused else at


async def _end(w: Writer, before: Conversation, after: Conversation, actor: Actor, at: datetime) -> None:
    """The bot is told, unless it was the bot itself."""
    bot_id: UUID | None = before.handler.id
    await _Q.run(w.tx, "delete_lease", workspace_id=w.workspace_id, conversation_id=before.id)
    await _Q.run(w.tx, "delete_turns", workspace_id=w.workspace_id, conversation_id=before.id)
    if (actor.kind, actor.id) == ("bot", bot_id):
        return
    type = "conversation_closed" if after.status == "closed" else "conversation_taken_over"
    await _Q.run(
        w.tx, "queue_turn", id=new_id(), workspace_id=w.workspace_id, conversation_id=before.id, bot_id=bot_id,
        epoch=before.epoch, type=type, run_at=at, at=at,
    )  # fmt: skip
