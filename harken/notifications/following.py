"""The follower of the event log that tells agents: one batch of events becomes notifications, and takes read ones back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from harken.events.follow import Batch
from harken.events.log import Event, Writer, lock
from harken.events.types import SYSTEM, Actor
from harken.kit.clock import Clock
from harken.kit.db import Tx
from harken.kit.queue import enqueue
from harken.notifications.model import Notification, Recipient, SeenChange, SeenRead, Wish
from harken.notifications.rules import KINDS, in_inbox, is_told, may_see, wants, wishes_of
from harken.notifications.store import Q, announce, announce_read, list_places, list_recipients, tell

PUSH: Final = "push_notification"
PUSH_AFTER: Final = timedelta(seconds=8)  # time for a page that shows the conversation to say so
_TELLING: Final = frozenset({
    "message_added", "note_added", "conversation_assigned", "conversation_closed", "conversation_reopened",
})  # fmt: skip
_ANY: Final = 2**31 - 1


class _Gathered:
    """What a batch comes to: wishes that are left, and what was read meanwhile."""

    def __init__(self) -> None:
        self.wishes: dict[tuple[str, UUID | None, UUID], Wish] = {}
        self.read: list[tuple[UUID, UUID, int]] = []  # agent, conversation, up to the message
        self.moved: set[UUID] = set()  # conversations that some may no longer see
        self.taken: set[UUID] = set()  # conversations that left an Inbox

    def take(self, event: Event) -> None:
        if event.type == "conversation_read" and event.audience.agent_id:
            seen = msgspec.json.decode(event.payload, type=SeenRead)
            self._has_read(event.audience.agent_id, seen.conversation_id, seen.message_seq)
        elif event.type in _TELLING:
            self._take_change(event, msgspec.json.decode(event.payload, type=SeenChange))

    def _take_change(self, event: Event, change: SeenChange) -> None:
        actor = msgspec.json.decode(event.actor, type=Actor)
        conversation = change.conversation
        if event.audience.before is not None:
            self.moved.add(conversation.id)
        if change.previous and in_inbox(change.previous) and not in_inbox(conversation):
            self.taken.add(conversation.id)
        if (
            actor.kind == "agent"
            and actor.id
            and any(m.direction != "in" and m.kind != "event" for m in change.messages)
        ):
            self._has_read(actor.id, conversation.id, _ANY)
        for wish in wishes_of(change, (actor.kind, actor.id, actor.name), event.at):
            if wish.agent_id is None or wish.agent_id != wish.actor_id:
                self._wish(wish)

    def _wish(self, wish: Wish) -> None:
        key = (wish.kind, wish.agent_id, wish.conversation_id)
        earlier = self.wishes.get(key)
        self.wishes[key] = replace(wish, count=earlier.count + 1) if earlier else wish

    def _has_read(self, agent_id: UUID, conversation_id: UUID, seq: int) -> None:
        self.read.append((agent_id, conversation_id, seq))
        for key, wish in list(self.wishes.items()):
            if key[1:] == (agent_id, conversation_id) and wish.message_seq <= seq:
                del self.wishes[key]

    def keep_wanted(self, recipients: Mapping[UUID, Recipient]) -> None:
        """Most new conversations are news to nobody: a busy log is not held up for them."""
        wanted = {
            kind for kind in KINDS if any(is_told(recipient.preferences, kind) for recipient in recipients.values())
        }
        self.wishes = {key: wish for key, wish in self.wishes.items() if wish.kind in wanted}

    @property
    def empty(self) -> bool:
        return not (self.wishes or self.read or self.moved or self.taken)


class Teller:
    """The handle of the follower `notifications`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, tx: Tx, batch: Batch) -> bool:
        gathered = _Gathered()
        for event in batch.events:
            gathered.take(event)
        recipients = await list_recipients(tx, batch.workspace_id) if gathered.wishes else {}
        gathered.keep_wanted(recipients)
        if gathered.empty:
            return False
        w, now = await lock(tx, batch.workspace_id), self._clock.now()
        before = w.revision
        await _take_back(w, gathered, now)
        await _tell(w, gathered, recipients, now)
        await w.flush()
        return w.revision != before


async def _take_back(w: Writer, gathered: _Gathered, now: datetime) -> None:
    """What was read, and what is no news any more, or not theirs to see."""
    read: list[asyncpg.Record] = []
    for agent_id, conversation_id, seq in gathered.read:
        read += await Q.rows(
            w.tx, "read_conversation", workspace_id=w.workspace_id, agent_id=agent_id, at=now,
            conversation_id=conversation_id, message_seq=seq,
        )  # fmt: skip
    for query, ids in (("read_picked", gathered.taken), ("read_hidden", gathered.moved)):
        if ids:
            read += await Q.rows(w.tx, query, workspace_id=w.workspace_id, conversation_ids=list(ids), at=now)
    await announce_read(w, read, SYSTEM, now)


async def _tell(w: Writer, gathered: _Gathered, recipients: Mapping[UUID, Recipient], now: datetime) -> None:
    if not gathered.wishes:
        return
    places = await list_places(w.tx, w.workspace_id, {wish.conversation_id for wish in gathered.wishes.values()})
    told: dict[UUID, dict[UUID, Notification]] = {}
    for wish in gathered.wishes.values():
        place = places.get(wish.conversation_id)
        if place is None or (wish.kind == "new_conversation" and not place.in_inbox):
            continue
        for recipient in _meant(wish, recipients):
            if may_see(recipient, place.access) and is_told(recipient.preferences, wish.kind):
                notification = await tell(w, recipient, wish)
                told.setdefault(recipient.id, {})[notification.id] = notification
    for agent_id, notifications in told.items():
        await announce(w, agent_id, list(notifications.values()), now)
    await _push_later(w, told, recipients, now)


def _meant(wish: Wish, recipients: Mapping[UUID, Recipient]) -> Iterable[Recipient]:
    if wish.agent_id is not None:
        found = recipients.get(wish.agent_id)
        return [found] if found else []
    return [recipient for recipient in recipients.values() if recipient.id != wish.actor_id]


async def _push_later(
    w: Writer, told: dict[UUID, dict[UUID, Notification]], recipients: Mapping[UUID, Recipient], now: datetime
) -> None:
    """One task for each browser, so that one that fails is tried again alone."""
    if not told:
        return
    for row in await Q.rows(w.tx, "list_subscriptions", workspace_id=w.workspace_id, agent_ids=list(told)):
        for notification in told[row["agent_id"]].values():
            if wants(recipients[row["agent_id"]].preferences, notification.kind, "push"):
                await enqueue(
                    w.tx, PUSH, {"notification_id": notification.id, "subscription_id": row["id"]},
                    key=f"push:{notification.id}:{row['id']}", run_at=now + PUSH_AFTER, workspace_id=w.workspace_id,
                )  # fmt: skip
