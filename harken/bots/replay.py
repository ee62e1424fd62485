"""Replay: what a version of a bot would have said in past conversations, beside what was said. Nothing is stored or sent.

In each conversation the bot is asked at every point where the customer had spoken and somebody answered, with the thread as
it was then; it keeps its own state from one to the next. What it would have handed off is counted as it would be live.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from harken.bots import store
from harken.bots.brains import Kind
from harken.bots.kinds import KINDS
from harken.bots.model import BotRow
from harken.bots.phrases import asks_for_person
from harken.bots.protocol import BotFailed, Brain, Close, HandOff, Outcome, Say, Turn, TurnMessage
from harken.bots.turns import conversation_of, load_scene, message_from
from harken.bots.wording import language_of
from harken.kit.db import Queries
from harken.kit.errors import Conflict, NotFound
from harken.kit.ids import new_id
from harken.port.services import Services

_Q = Queries(Path(__file__).with_suffix(".sql"))
_LONGEST: Final = 400  # messages of a thread
_TRANSCRIPT: Final = 30
_AT_ONCE: Final = 4

Verdict = Literal["said", "missed", "handed_off", "closed", "nothing", "failed"]


class Point(msgspec.Struct, frozen=True):
    """One place in a conversation: what the customer said, what was really answered, what the bot says."""

    number: int
    asked: str
    really: str
    verdict: Verdict
    bot: str


class Replayed(msgspec.Struct, frozen=True):
    version: int
    conversations: int
    points: list[Point]

    @property
    def counts(self) -> Counter[Verdict]:
        return Counter(point.verdict for point in self.points)


async def find_bot(services: Services, sought: str) -> BotRow:
    """By id or name. Raises NotFound, and Conflict for a name that several have."""
    async with services.db.connection() as connection:
        found = await _Q.rows(connection, "find_bots", sought=sought)
        if not found:
            raise NotFound(f"there is no bot {sought}")
        if len(found) > 1:
            raise Conflict(f"{len(found)} bots are called {sought}: give the id of one")
        return await store.get_bot(connection, found[0]["workspace_id"], found[0]["id"])


async def replay(services: Services, bot: BotRow, version: int | None, conversations: int) -> Replayed:
    """The newest conversations of the bot's channels, a few at once. Raises NotFound for an unknown version."""
    wanted = version or bot.version
    kind: Kind | None = KINDS.get(bot.kind)
    if kind is None:
        raise NotFound(f"there are no bots of the kind {bot.kind}")
    async with services.db.connection() as connection:
        config = await store.get_config(connection, services.sealer, bot, wanted)
        rows = await _Q.rows(
            connection, "list_past", workspace_id=bot.workspace_id, channel_ids=bot.channel_ids, limit=conversations
        )
    brain, room = kind.brain(config, services), asyncio.Semaphore(_AT_ONCE)

    async def one(id: UUID) -> list[Point]:
        async with room:
            return await _conversation(services, bot, brain, id)

    points = await asyncio.gather(*(one(row["id"]) for row in rows))
    return Replayed(wanted, len(rows), [point for each in points for point in each])


async def _conversation(services: Services, bot: BotRow, brain: Brain, id: UUID) -> list[Point]:
    async with services.db.connection() as connection:
        scene = await load_scene(connection, bot.workspace_id, id)
        rows = await _Q.rows(
            connection, "list_thread", workspace_id=bot.workspace_id, conversation_id=id, limit=_LONGEST
        )
    if scene is None:
        return []
    thread = [message_from(row) for row in rows]
    theirs = [message.text for message in thread if message.author == "contact"]
    about = conversation_of(scene, language_of(scene.row["language"], theirs[-5:]))
    points: list[Point] = []
    state: dict[str, Any] = {}
    for begin, end, answered in _turns(thread):
        message = _together(thread[begin:end])
        turn = Turn(
            new_id(), "message_added" if points else "conversation_started", message.at, 1, about, message,
            thread[max(0, end - _TRANSCRIPT) : end], state,
        )  # fmt: skip
        outcome, verdict, said = await _asked(brain, bot, turn)
        really = " / ".join(each.text for each in thread[end:answered])
        if verdict == "missed" and points and points[-1].verdict == "missed":
            verdict, said = "handed_off", "missed"  # as live: twice in a row
        points.append(Point(about.number, message.text, really, verdict, said))
        if verdict in ("handed_off", "closed", "failed"):
            break  # live, it is no longer the bot's from here on
        state = outcome.state if outcome and outcome.state is not None else state
    return points


def _turns(thread: Sequence[TurnMessage]) -> list[tuple[int, int, int]]:
    """Where the customer spoke: from, to, and up to where it was answered."""
    found: list[tuple[int, int, int]] = []
    place = 0
    while place < len(thread):
        begin = place
        while place < len(thread) and thread[place].author == "contact":
            place += 1
        end = place
        while place < len(thread) and thread[place].author != "contact":
            place += 1
        if end > begin:
            found.append((begin, end, place))
    return found


def _together(said: Sequence[TurnMessage]) -> TurnMessage:
    files = [file for message in said for file in message.attachments]
    text = "\n\n".join(message.text for message in said if message.text)
    return msgspec.structs.replace(said[-1], text=text, attachments=files)


async def _asked(brain: Brain, bot: BotRow, turn: Turn) -> tuple[Outcome | None, Verdict, str]:
    assert turn.message
    if asks_for_person(turn.message.text):
        return None, "handed_off", "asked"
    if turn.message.attachments and not bot.limits.reads_files:
        return None, "handed_off", "attachment"
    try:
        async with asyncio.timeout(bot.limits.timeout_seconds):
            outcome = await brain.answer(turn)
    except TimeoutError:
        return None, "failed", "timeout"
    except BotFailed as failed:
        return None, "failed", failed.kind
    return outcome, _verdict(outcome), _said(outcome)


def _verdict(outcome: Outcome) -> Verdict:
    kinds = [type(answer) for answer in outcome.answers]
    if HandOff in kinds:
        return "handed_off"
    if Close in kinds:
        return "closed"
    if outcome.missed:
        return "missed"
    return "said" if Say in kinds else "nothing"


def _said(outcome: Outcome) -> str:
    texts = [answer.text for answer in outcome.answers if isinstance(answer, Say) and answer.text]
    reasons = [answer.reason for answer in outcome.answers if isinstance(answer, HandOff | Close) and answer.reason]
    return " / ".join(texts) or ", ".join(reasons)
