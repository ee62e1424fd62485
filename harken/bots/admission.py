"""Where every answer of every bot comes in, whichever way: under the workspace's sequence row, epoch compared first.

After a person has taken the conversation nothing of a bot gets past `admitted`; what got past it before carries its epoch
into the delivery, which is refused when it is claimed (conversations/actions/delivery_claim.py).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from harken.bots import store
from harken.bots.model import BotRow, Lease
from harken.bots.protocol import Say
from harken.bots.wording import DISCLOSURE, HANDED_OFF, HANDED_OFF_CLOSED, in_language
from harken.conversations.actions.change import Change
from harken.conversations.actions.delivery import queue_delivery
from harken.conversations.actions.outlet import Outlet
from harken.conversations.bots import Phase, deadline_of
from harken.conversations.content import NOTE_LIMIT, message_faults
from harken.conversations.files_store import attachment_of, file_from
from harken.conversations.model import (
    Attachment,
    BotMark,
    BotState,
    Conversation,
    Delivery,
    Handler,
    Help,
    HelpReason,
    Line,
    Message,
    Suggestion,
)
from harken.conversations.rules import NOBODY
from harken.conversations.store import find_by_client_id, lock_conversation
from harken.events.log import Writer
from harken.events.types import SYSTEM, Actor, ConversationEvent
from harken.hours.store import get_hours
from harken.kit.errors import Conflict, Invalid
from harken.kit.ids import new_id
from harken.kit.text import one_line, storable
from harken.port.buttons import offered, usable

_REMEMBERED: Final = 4  # texts; one of them again is a bot that goes round in circles
_LONGEST_WAIT: Final = timedelta(hours=1)


class Refused(Exception):
    """An answer that hands the conversation to a person instead of being given. `reason`: of model.HandOffReason."""

    def __init__(self, reason: str, summary: str = "") -> None:
        super().__init__(reason)
        self.reason, self.summary = reason, summary


def lease_lost(conversation: Conversation) -> Conflict:
    return Conflict("the conversation is no longer this bot's", code="lease_lost", fields={"epoch": conversation.epoch})


class Author(msgspec.Struct, frozen=True):
    """What writes: the bot's version, and the model if one wrote. `language`: the customer's, when it is known."""

    version: str
    model: str | None = None
    language: str | None = None
    must_disclose: bool = False
    approved_by: UUID | None = None


async def admitted(
    w: Writer, bot: BotRow, conversation_id: UUID, epoch: int | None, outlet: Outlet | None, at: datetime,
    *, even_paused: bool = False, actor: Actor | None = None,
) -> "Admission":  # fmt: skip
    """The conversation, locked, for what the bot says at `epoch`. Raises Conflict `lease_lost`, `bot_paused`; NotFound."""
    conversation = await lock_conversation(w.tx, w.workspace_id, conversation_id)
    lease = await store.find_lease(w.tx, w.workspace_id, conversation_id)
    if conversation.handler != Handler("bot", bot.id) or lease is None or lease.epoch != conversation.epoch:
        raise lease_lost(conversation)
    if epoch not in (None, conversation.epoch):
        raise lease_lost(conversation)
    paused = conversation.bot.paused_until if conversation.bot else None
    if paused and paused > at and not even_paused:
        raise Conflict("an agent is writing", code="bot_paused", fields={"until": paused})
    return Admission(w, bot, conversation, lease, outlet, at, actor or Actor("bot", bot.id, bot.name))


class Admission:
    """One transaction of a bot in one conversation. Every act changes what `commit` writes, in one event."""

    def __init__(
        self, w: Writer, bot: BotRow, conversation: Conversation, lease: Lease, outlet: Outlet | None, at: datetime,
        actor: Actor,
    ) -> None:  # fmt: skip
        self.w, self.bot, self.before, self.lease, self.outlet, self.at = w, bot, conversation, lease, outlet, at
        self.change = Change(w, conversation, actor, at)
        self.state = conversation.bot or BotState()
        self.done = False  # handed off or closed: nothing more is said
        self._event: ConversationEvent = "bot_moved"

    async def repeated(self, client_message_id: str) -> Message | None:
        """What the same answer made before."""
        return await find_by_client_id(self.w.tx, self.w.workspace_id, self.before.id, client_message_id)

    async def say(self, say: Say, author: Author, client_message_id: str | None = None) -> Message | None:
        """Sends it, or in approve mode keeps it for an agent (None). Raises Refused, Invalid."""
        text = storable(say.text, 100_000).strip()
        say = replace(say, buttons=usable(say.buttons))
        await self._guard_loops(text)
        if self.state.mode == "approve" and author.approved_by is None:
            self._keep(say)
            return None
        message = await self._send(say, text, author, client_message_id)
        self.relieve()
        self.lease = replace(
            self.lease, said=[*self.lease.said, _hash(text)][-_REMEMBERED:], choices=say.buttons or self.lease.choices
        )
        return message

    async def note(self, text: str) -> None:
        await self.change.note(storable(text, NOTE_LIMIT), [], None)
        self._tell("note_added")

    def suggest(self, text: str) -> UUID:
        return self._keep(Say(text))

    def label(self, add: Sequence[UUID], remove: Sequence[UUID]) -> None:
        kept = [id for id in self.change.after.labels if id not in remove]
        self.change.label(list(dict.fromkeys([*kept, *add])))
        self._tell("conversation_labelled")

    def help(self, reason: HelpReason) -> None:
        """A person should look; since when stays what it was."""
        known = self.state.help
        self.state = replace(self.state, help=Help(reason, known.since if known else self.at))

    def learn(self, facts: dict[str, Any]) -> None:
        """What the bot has found out, for who watches, and for the line of a hand-off."""
        if facts:
            self.state = replace(self.state, knows=_bounded({**self.state.knows, **facts}) or {})

    def relieve(self) -> None:
        """The customer, who had waited long, has an answer."""
        if self.state.help and self.state.help.reason == "waiting":
            self.state = replace(self.state, help=None)

    def expect(self, phase: Phase) -> None:
        """What the lease waits for now."""
        deadline = deadline_of(phase, self.bot.limits, self.lease.timeout_seconds, self.at)
        self.lease = replace(self.lease, phase=phase, deadline=deadline)

    async def hand_off(
        self, reason: str, summary: str = "", fields: dict[str, Any] | None = None, team_id: UUID | None = None,
        *, language: str | None = None, tell: bool = True,
    ) -> None:  # fmt: skip
        """To people: a line with all that the bot knows, and one honest word to the customer."""
        change = self.change
        target = team_id if team_id and await self._is_team(team_id) else change.after.team_id
        began = max(self.lease.started_at, self.at - _LONGEST_WAIT)
        waiting = min(change.after.waiting_since or began, began)
        why = one_line(reason, 200) or "bot"
        change.hand_to(NOBODY)
        change.move_to(target)
        change.after = replace(change.after, waiting_since=waiting, handed_off=why)
        line = Line(
            "handed_off", "bot", self.bot.id, self.bot.name, why,
            summary=storable(summary, 2000) or None, fields=_bounded({**self.state.knows, **(fields or {})}),
        )  # fmt: skip
        await change.line(line)
        if tell and self.outlet is not None:
            await self._tell_customer(language, target)
            change.after = replace(change.after, waiting_since=waiting)
        self.done = True
        self._event = "conversation_assigned"

    async def close(self, reason: str) -> None:
        why = one_line(reason, 200) or None
        self.change.close(why)
        await self.change.line(Line("closed", reason=why))
        self.done = True
        self._event = "conversation_closed"

    async def commit(self) -> Conversation:
        if not self.done:
            self.change.bot(self.state)
            await store.save_lease(self.w.tx, self.w.workspace_id, self.lease)
        return await self.change.commit(self._event)

    async def _guard_loops(self, text: str) -> None:
        if text and _hash(text) in self.lease.said[-1:]:
            raise Refused("repeated")
        since = self.at - timedelta(minutes=1)
        lately, _ = await store.count_said(self.w.tx, self.w.workspace_id, self.before.id, since)
        if lately >= self.bot.limits.messages_per_minute:
            raise Refused("loop")

    async def _send(self, say: Say, text: str, author: Author, client_message_id: str | None) -> Message:
        if self.outlet is None:
            raise Refused("error", "The channel is switched off.")
        shown, buttons = offered(self.outlet.capabilities, await self._with_disclosure(text, author), say.buttons)
        mark = BotMark(author.version, author.model, author.approved_by)
        draft = self.change.draft(shown, [], client_message_id or str(new_id()), mark)
        attachments = await self._take_files(say, draft.id)
        if faults := message_faults(self.outlet.capabilities, shown, attachments, buttons):
            raise Invalid(*faults)
        sender = replace(draft.author, kind="bot", id=self.bot.id, name=self.bot.name)
        draft = replace(
            draft, author=sender, attachments=attachments, format=say.format, delivery=Delivery("queued"), buttons=buttons
        )  # fmt: skip
        message = await self._queue(draft, self.outlet, self.before.epoch)
        self._tell("message_added")
        return message

    async def _queue(self, draft: Message, outlet: Outlet, bot_epoch: int | None) -> Message:
        external_id = outlet.connector.external_id(draft.id, outlet.config, draft.created_at)
        message = await self.change.outbound(draft, external_id=external_id)
        await queue_delivery(
            self.w, conversation_id=self.before.id, channel_id=self.before.channel_id, message_id=message.id,
            seq=message.seq, bot_epoch=bot_epoch,
        )  # fmt: skip
        return message

    async def _with_disclosure(self, text: str, author: Author) -> str:
        disclosure = self.bot.disclosure
        if not disclosure.on and not author.must_disclose:
            return text
        _, ever = await store.count_said(self.w.tx, self.w.workspace_id, self.before.id, self.at)
        if ever or any(message.author.kind == "bot" and message.kind == "message" for message in self.change.messages):
            return text
        return f"{in_language({**DISCLOSURE, **disclosure.texts}, author.language)}\n\n{text}".strip()

    async def _take_files(self, say: Say, message_id: UUID) -> list[Attachment]:
        wanted = [file.file_id for file in say.attachments if file.file_id]
        if len(wanted) != len(say.attachments):
            raise Invalid(("attachments", "unknown"))
        if not wanted:
            return []
        rows = await store.Q.rows(
            self.w.tx, "take_files", workspace_id=self.w.workspace_id, conversation_id=self.before.id, ids=wanted,
            message_id=message_id,
        )  # fmt: skip
        files = {row["id"]: file_from(row) for row in rows}
        if len(files) != len(set(wanted)):
            raise Invalid(("attachments", "unknown"))
        return [attachment_of(files[id]) for id in dict.fromkeys(wanted)]

    def _keep(self, say: Say) -> UUID:
        """A draft for an agent, in place of the one before."""
        suggestion = Suggestion(new_id(), one_line(say.text, 10_000) if not say.text.strip() else say.text, self.at)
        self.lease = replace(self.lease, held={str(suggestion.id): msgspec.to_builtins(say)})
        self.state = replace(self.state, suggestions=[suggestion])
        return suggestion.id

    async def _tell_customer(self, language: str | None, team_id: UUID | None) -> None:
        """Harken's own word, which is true whoever answers then: it does not depend on the epoch."""
        assert self.outlet is not None
        hours = await get_hours(self.w.tx, self.w.workspace_id, team_id, self.at)
        text = in_language(HANDED_OFF if hours.open_now else HANDED_OFF_CLOSED, language)
        if message_faults(self.outlet.capabilities, text, []):
            return
        draft = self.change.draft(text, [], str(new_id()))
        author = replace(draft.author, kind=SYSTEM.kind, id=None, name="")
        await self._queue(replace(draft, author=author, delivery=Delivery("queued")), self.outlet, None)

    async def _is_team(self, team_id: UUID) -> bool:
        return await store.Q.value(self.w.tx, "team_exists", workspace_id=self.w.workspace_id, id=team_id)

    def _tell(self, event: ConversationEvent) -> None:
        """One event says it all; which type it has follows from the weightiest part."""
        weights: list[ConversationEvent] = ["bot_moved", "conversation_labelled", "note_added", "message_added"]
        if self._event in weights and weights.index(event) > weights.index(self._event):
            self._event = event


def _bounded(fields: dict[str, Any] | None) -> dict[str, Any] | None:
    """At most 50, each short enough for a line."""
    if not fields:
        return None
    shown = {
        one_line(str(k), 80): v if isinstance(v, int | float | bool) else one_line(str(v), 500)
        for k, v in fields.items()
    }
    return dict(list(shown.items())[:50])


def _hash(text: str) -> str:
    return hashlib.sha256(" ".join(text.casefold().split()).encode("utf-8", "replace")).hexdigest()[:16]
