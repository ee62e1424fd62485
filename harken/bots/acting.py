"""What becomes of a bot's answer to a turn: one transaction that takes its answers in their order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from harken.bots import store
from harken.bots.admission import Admission, Author, Refused, admitted
from harken.bots.model import BotRow, TurnRow
from harken.bots.protocol import (
    MOST_ANSWERS,
    Answer,
    Close,
    HandOff,
    Note,
    Outcome,
    Say,
    SetFields,
    SetLabels,
    Suggest,
)
from harken.bots.turns import Asking
from harken.contacts.audience import audiences_of, places_of
from harken.contacts.model import ContactSummary
from harken.contacts.rules import merged_attributes
from harken.conversations.actions.outlet import Outlet
from harken.conversations.model import Conversation, HelpReason
from harken.events.log import Writer
from harken.events.types import Actor
from harken.kit.errors import Invalid
from harken.kit.text import one_line, storable

_MISSES = 2  # in a row


async def act(
    w: Writer, bot: BotRow, ask: Asking, outcome: Outcome, outlet: Outlet | None, at: datetime, *, model: bool
) -> Conversation:
    """Takes the answers to a turn. Raises Conflict `lease_lost`, `bot_paused`; Invalid for what the channel does not take."""
    turn = ask.turn
    admission = await admitted(w, bot, turn.conversation.id, turn.epoch, outlet, at)
    said_before = await store.last_said(w.tx, w.workspace_id, turn.conversation.id)
    if ask.turn.message is not None and said_before <= ask.seq:  # else it has offered something new meanwhile
        admission.lease = replace(admission.lease, choices=[])
    fields: dict[str, Any] = {}
    admission.learn(outcome.knows)
    misses = admission.lease.misses + 1 if outcome.missed else 0
    if misses >= _MISSES:
        await admission.hand_off("missed", language=ask.language)
    else:
        fields = await _take(admission, ask, outcome, model=model)
    if not admission.done:
        await _go_on(admission, ask, outcome, misses, spoke=said_before > ask.seq)
    after = await admission.commit()
    if fields:
        await _set_fields(w, after, bot, fields, at)
    return after


async def hand_off(
    w: Writer, bot: BotRow, turn: TurnRow, outlet: Outlet | None, at: datetime, *, reason: str | None = None,
    summary: str = "", language: str | None = None, help: HelpReason | None = None,
) -> None:  # fmt: skip
    """Gives the turn's conversation to people for `reason`, or only marks it (`help`). Raises Conflict `lease_lost`."""
    admission = await admitted(w, bot, turn.conversation_id, turn.epoch, outlet, at, even_paused=True)
    if reason is not None:
        await admission.hand_off(reason, summary, language=language)
    elif help is not None:
        admission.help(help)
    await admission.commit()


async def settle(w: Writer, bot: BotRow, turn: TurnRow, at: datetime) -> None:
    """A turn that had nothing to ask is over. Raises Conflict `lease_lost`."""
    admission = await admitted(w, bot, turn.conversation_id, turn.epoch, None, at, even_paused=True)
    if await store.has_due_turn(w.tx, w.workspace_id, turn.conversation_id, turn.epoch):
        return
    if admission.lease.phase == "asked":
        answered = admission.before.waiting_since is None
        admission.expect("held" if admission.lease.held else "idle" if answered else "expected")
        await store.save_lease(w.tx, w.workspace_id, admission.lease)


async def _take(admission: Admission, ask: Asking, outcome: Outcome, *, model: bool) -> dict[str, Any]:
    """Each answer in its order, until one ends it; returns the fields that were set."""
    fields: dict[str, Any] = {}
    version = outcome.version or str(admission.lease.version)
    author = Author(
        one_line(version, 80), outcome.model, ask.language, must_disclose=model or outcome.model is not None
    )
    try:
        if len(outcome.answers) > MOST_ANSWERS:
            raise Refused("loop")
        for place, answer in enumerate(outcome.answers):
            if admission.done:
                break
            if isinstance(answer, SetFields):
                fields |= answer.fields
                admission.learn(answer.fields)
            else:
                await _take_one(admission, answer, author, f"{ask.turn.id}:{place}", ask)
    except Refused as refused:
        await admission.hand_off(refused.reason, refused.summary, language=ask.language)
    return fields


async def _take_one(admission: Admission, answer: Answer, author: Author, client_id: str, ask: Asking) -> None:
    match answer:
        case Say():
            await admission.say(answer, author, client_id)
        case Note(text):
            await admission.note(text)
        case Suggest(text):
            admission.suggest(storable(text, 10_000))
        case HandOff(reason, summary, fields, team_id):
            told = any(message.direction == "out" for message in admission.change.messages)
            await admission.hand_off(reason or "bot", summary, fields, team_id, language=ask.language, tell=not told)
        case Close(reason):
            await _close(admission, reason, ask)
        case SetLabels(add, remove):
            admission.label(await _label_ids(admission, add), await _label_ids(admission, remove))
        case SetFields():
            pass  # taken together, after the commit of what they are about


async def _close(admission: Admission, reason: str, ask: Asking) -> None:
    """Not while the customer has written something that nobody has answered, and only by a bot that may."""
    turn = ask.turn
    meanwhile = await store.has_due_turn(admission.w.tx, admission.w.workspace_id, turn.conversation.id, turn.epoch)
    if admission.bot.limits.may_close and not meanwhile:
        await admission.close(reason)


async def _go_on(admission: Admission, ask: Asking, outcome: Outcome, misses: int, *, spoke: bool) -> None:
    """Where bot and lease stand after the turn. `spoke`: it has answered by the bot API meanwhile."""
    lease, state = admission.lease, admission.state
    turn = ask.turn
    admission.lease = replace(
        lease, asked_seq=max(lease.asked_seq, ask.seq), misses=misses,
        state=lease.state if outcome.state is None else outcome.state,
        instructions=lease.instructions[len(turn.instructions) :],
    )  # fmt: skip
    admission.state = replace(
        state, turns=state.turns + 1, step=one_line(outcome.step, 120) if outcome.step else state.step, help=None
    )
    held = bool(admission.state.suggestions) and admission.state.mode == "approve"
    reason = _help(ask, outcome, held=held)
    if reason is not None:
        admission.help(reason)
    if await store.has_due_turn(admission.w.tx, admission.w.workspace_id, turn.conversation.id, turn.epoch):
        admission.expect("asked")
    elif held:
        admission.expect("held")
    elif (outcome.later or not outcome.answers) and not spoke and turn.message is not None:
        admission.expect("expected")
    else:
        admission.expect("idle")


def _help(ask: Asking, outcome: Outcome, *, held: bool) -> HelpReason | None:
    """Why a person should look after this turn: the reason that one can do most about. A turn that was well answered has none."""
    if held:
        return "waiting"
    if outcome.unhappy or ask.unhappy:
        return "unhappy"
    if outcome.missed:
        return "missed"
    return "slow" if ask.again else None


async def _label_ids(admission: Admission, names: list[str]) -> list[UUID]:
    wanted = [name.casefold() for name in names]
    w = admission.w
    rows = await store.Q.rows(w.tx, "list_label_ids", workspace_id=w.workspace_id, names=wanted) if wanted else []
    return [row["id"] for row in rows]


async def _set_fields(
    w: Writer, conversation: Conversation, bot: BotRow, fields: Mapping[str, Any], at: datetime
) -> None:
    """Attributes of the contact; one that is none is passed over, the others are kept."""
    contact_id = conversation.contact.id
    row = await store.Q.row(w.tx, "find_attributes", workspace_id=w.workspace_id, id=contact_id)
    if row is None:
        return
    attributes = row["attributes"]
    for key, value in fields.items():
        try:
            attributes = merged_attributes(attributes, {key: value})
        except Invalid:
            continue
    if attributes == row["attributes"]:
        return
    contact = ContactSummary(contact_id, row["name"], w.revision, conversation.contact.blocked)
    await store.Q.run(
        w.tx, "save_attributes", workspace_id=w.workspace_id, id=contact_id, attributes=attributes, revision=w.revision
    )
    places = (await places_of(w.tx, w.workspace_id, {contact_id})).get(contact_id, [])
    for audience in audiences_of(places):
        w.append(
            "contact_changed", {"contact": contact}, actor=Actor("bot", bot.id, bot.name), audience=audience, at=at
        )
