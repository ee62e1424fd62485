"""Saying something of Harken's own in a conversation, reminding, and closing for want of an answer."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from harken.automatic import store
from harken.automatic.rules import in_language, next_step, rule_of, saying
from harken.conversations.actions.change import Change
from harken.conversations.actions.delivery import queue_delivery
from harken.conversations.actions.outlet import Outlet
from harken.conversations.content import message_faults
from harken.conversations.model import Conversation, Delivery, Line, Message
from harken.conversations.store import lock_conversation
from harken.events.log import Writer
from harken.events.types import SYSTEM
from harken.hours.store import get_hours
from harken.kit.ids import new_id


async def greet(w: Writer, conversation_id: UUID, outlet: Outlet, at: datetime) -> bool:
    """The greeting or the away message, where one is due; may be repeated."""
    conversation = await lock_conversation(w.tx, w.workspace_id, conversation_id)
    scene = await store.find_scene(w.tx, w.workspace_id, conversation_id)
    if scene is None:
        return False
    hours = await get_hours(w.tx, w.workspace_id, conversation.team_id, at)
    due = saying(
        scene.automatic, conversation, open_now=hours.open_now, first=not scene.answered,
        said_at=await _said_at(w, conversation, scene), at=at,
    )  # fmt: skip
    if due is None:
        return False
    texts = scene.automatic.greeting if due == "greeting" else scene.automatic.away
    change = Change(w, conversation, SYSTEM, at)
    if await _say(change, outlet, in_language(texts, scene.language, scene.automatic.language)) is None:
        return False
    await store.Q.run(w.tx, "save_said", workspace_id=w.workspace_id, conversation_id=conversation_id, at=at)
    await change.commit("message_added")
    return True


async def _said_at(w: Writer, conversation: Conversation, scene: store.Scene) -> datetime | None:
    """Of the last word of this kind. A hand-off outside hours has said as much: that nobody is there."""
    if scene.told_at is None or (scene.said_at and scene.said_at > scene.told_at):
        return scene.said_at
    hours = await get_hours(w.tx, w.workspace_id, conversation.team_id, scene.told_at)
    return scene.said_at if hours.open_now else scene.told_at


async def tend(w: Writer, conversation_id: UUID, outlet: Outlet | None, at: datetime) -> bool:
    """Reminds or closes a conversation whose customer is silent, where that is due; may be repeated."""
    conversation = await lock_conversation(w.tx, w.workspace_id, conversation_id)
    scene = await store.find_scene(w.tx, w.workspace_id, conversation_id)
    if scene is None or scene.last_at is None or scene.undelivered:
        return False
    step = next_step(scene.automatic, conversation, reminded_seq=scene.reminded_seq, last_at=scene.last_at, at=at)
    if step == "remind":
        return await _remind(w, conversation, scene, outlet, at)
    return step == "close" and await _close(w, conversation, scene, outlet, at)


async def _remind(
    w: Writer, conversation: Conversation, scene: store.Scene, outlet: Outlet | None, at: datetime
) -> bool:
    change = Change(w, conversation, SYSTEM, at)
    text = in_language(rule_of(scene.automatic, conversation).reminder, scene.language, scene.automatic.language)
    message = await _say(change, outlet, text) if outlet else None
    if message is None:
        return False
    await store.Q.run(
        w.tx, "save_reminded", workspace_id=w.workspace_id, conversation_id=conversation.id, seq=message.seq
    )
    await change.commit("message_added")
    return True


async def _close(
    w: Writer, conversation: Conversation, scene: store.Scene, outlet: Outlet | None, at: datetime
) -> bool:
    change = Change(w, conversation, SYSTEM, at)
    closing = rule_of(scene.automatic, conversation).closing
    if outlet and (text := in_language(closing, scene.language, scene.automatic.language)):
        await _say(change, outlet, text)
    change.close("inactive")
    await change.line(Line("closed", reason="inactive"))
    await change.commit("conversation_closed")
    return True


async def _say(change: Change, outlet: Outlet, text: str) -> Message | None:
    """Whether the customer waits for us is not changed by it. None for a text that the channel does not take."""
    waiting, w = change.after.waiting_since, change.w
    if not text or message_faults(outlet.capabilities, text, []):
        return None
    draft = replace(change.draft(text, [], str(new_id())), delivery=Delivery("queued"))
    external_id = outlet.connector.external_id(draft.id, outlet.config, draft.created_at)
    message = await change.outbound(draft, external_id=external_id)
    change.after = replace(change.after, waiting_since=waiting)
    await queue_delivery(
        w, conversation_id=change.after.id, channel_id=change.after.channel_id, message_id=message.id, seq=message.seq
    )
    return message
