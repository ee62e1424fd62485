"""One change of one conversation: what it was, what it becomes, what it adds to the thread; one event at the end."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from harken.conversations import rules, store
from harken.conversations.actions import lease
from harken.conversations.model import (
    Attachment,
    Author,
    BotMark,
    BotState,
    Closed,
    Conversation,
    ConversationChanged,
    Handler,
    Line,
    Message,
    Place,
    Priority,
    Snooze,
)
from harken.events.log import Writer
from harken.events.types import Actor, Audience, ConversationEvent
from harken.kit.errors import NotFound
from harken.kit.ids import new_id
from harken.people.model import Caller


def actor_of(caller: Caller) -> Actor:
    return Actor("agent", caller.agent_id, caller.name)


async def lock_visible(w: Writer, caller: Caller, conversation_id: UUID) -> Conversation:
    """Locks the row. Raises NotFound for what does not exist and for what the caller may not see, alike."""
    conversation = await store.lock_conversation(w.tx, w.workspace_id, conversation_id)
    if not rules.may_see(caller, rules.access_of(store.place_of(conversation))):
        raise NotFound
    return conversation


class Change:
    """A change in the making. The caller holds the row's lock, or has just inserted it (`new`)."""

    def __init__(self, w: Writer, before: Conversation, actor: Actor, at: datetime, *, new: bool = False) -> None:
        self.w = w
        self.actor = actor
        self.at = at
        self.after = replace(before, revision=w.revision, read_count=None)
        self.messages: list[Message] = []
        self._before = before
        self._goal: str | None = None
        self._previous: Place | None = None if new else store.place_of(before)

    @property
    def author(self) -> Author:
        return Author(self.actor.kind, self.actor.id, self.actor.name)

    def hand_to(self, handler: Handler, goal: str | None = None) -> None:
        """`goal`: what a bot is to do with it."""
        self.after = rules.handed_to(self.after, handler)
        self._goal = goal

    def bot(self, state: BotState) -> None:
        """Where the bot is that handles it."""
        self.after = replace(self.after, bot=state)

    def move_to(self, team_id: UUID | None) -> None:
        """Another team finds it in front of them, not put aside."""
        if team_id != self.after.team_id:
            self.after = replace(self.after, team_id=team_id, snoozed=None)

    def close(self, reason: str | None) -> None:
        """A closed conversation is nobody's, and its customer waits no longer."""
        self.hand_to(rules.NOBODY)
        closed = Closed(self.author, self.at, reason)
        self.after = replace(
            self.after, status="closed", closed=closed, waiting_since=None, snoozed=None, handed_off=None
        )

    def reopen(self) -> None:
        self.after = replace(self.after, status="open", closed=None)

    def snooze(self, snoozed: Snooze | None) -> None:
        self.after = replace(self.after, snoozed=snoozed)

    def prioritise(self, priority: Priority) -> None:
        self.after = replace(self.after, priority=priority)

    def label(self, label_ids: list[UUID]) -> None:
        self.after = replace(self.after, labels=label_ids)

    async def line(self, line: Line) -> Message:
        """Says in the thread what happened."""
        return await self._add(replace(self._next(), kind="event", line=line))

    async def note(self, text: str, mentions: list[UUID], client_message_id: str | None) -> Message:
        """Internal: it leaves by no channel."""
        draft = replace(self._next(), kind="note", text=text, mentions=mentions, client_message_id=client_message_id)
        return await self._add(draft)

    async def outbound(self, draft: Message, *, external_id: str | None, quoted_id: UUID | None = None) -> Message:
        """A message to the customer; the caller queues its delivery, whose state the draft has already."""
        return await self._add(draft, external_id=external_id, quoted_id=quoted_id)

    def draft(
        self, text: str, attachments: list[Attachment], client_message_id: str, bot: BotMark | None = None
    ) -> Message:
        """The next message out, not stored yet."""
        return replace(
            self._next(), direction="out", text=text, attachments=attachments, client_message_id=client_message_id,
            bot=bot,
        )  # fmt: skip

    async def commit(self, type: ConversationEvent) -> Conversation:
        """Writes the row and appends the event; returns the conversation as everybody now sees it."""
        self.after = await lease.follow(self.w, self._before, self.after, self.actor, self._goal, self.at)
        await store.update_conversation(self.w.tx, self.w.workspace_id, self.after)
        after = rules.access_of(store.place_of(self.after))
        before = rules.access_of(self._previous) if self._previous else None
        self.w.append(
            type,
            ConversationChanged(self.after, self._previous, self.messages),
            actor=self.actor,
            audience=Audience("conversation", after=after, before=before if before != after else None),
            at=self.at,
            conversation_id=self.after.id,
        )
        return self.after

    def _next(self) -> Message:
        return Message(
            id=new_id(), conversation_id=self.after.id, seq=self.after.message_count + 1, revision=self.after.revision,
            kind="message", direction="none", author=self.author, text="", attachments=[], created_at=self.at,
        )  # fmt: skip

    async def _add(self, message: Message, *, external_id: str | None = None, quoted_id: UUID | None = None) -> Message:
        await store.insert_message(
            self.w.tx, self.w.workspace_id, self.after.channel_id, message, external_id=external_id, quoted_id=quoted_id
        )
        self.after = rules.with_message(self.after, message)
        self.messages.append(message)
        return message
