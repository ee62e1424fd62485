"""Deliveries of outbound messages: queued with the message, moved forward by sends, news and agents (R1).

Who calls holds the workspace's sequence row (events.log.writing): it is what keeps two from moving one delivery.
Every move writes one `delivery_changed`. How a state may move is decided by delivery_rules.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from harken.conversations.actions.recordings import convert_again
from harken.conversations.delivery_rules import ATTEMPTS, Report, after_report, may_retry
from harken.conversations.model import DeliveryState, Handler, Message, MessageChanged, Place
from harken.conversations.rules import access_of
from harken.conversations.store import message_from
from harken.events.log import Writer
from harken.events.types import SYSTEM, Actor, Audience
from harken.kit.db import Queries
from harken.kit.errors import Conflict, NotFound
from harken.people.model import Caller

_Q = Queries(Path(__file__).with_suffix(".sql"))

DeliveryKey = tuple[UUID, int]  # message_id, part


class News(msgspec.Struct, frozen=True):
    """What a service says of an outbound message of a channel, by its id or by ours."""

    channel_id: UUID
    state: Report
    provider_id: str | None = None
    message_id: UUID | None = None
    error: str | None = None


class Sent(msgspec.Struct, frozen=True):
    """How an attempt ended. `delay`: seconds until the next one, when the state is `queued`."""

    message_id: UUID
    part: int
    attempt: int
    state: Literal["sent", "delivered", "queued", "failed", "uncertain"]
    provider_id: str | None = None
    error_kind: str | None = None
    error_text: str | None = None
    delay: float = 0.0


class Move(msgspec.Struct):
    """A delivery on its way to a new state."""

    message_id: UUID
    part: int
    channel_id: UUID
    before: DeliveryState
    state: DeliveryState
    attempt: int
    provider_id: str | None = None
    error_kind: str | None = None
    error_text: str | None = None
    delay: float = 0.0
    known_provider_id: str | None = None

    @property
    def key(self) -> DeliveryKey:
        return (self.message_id, self.part)

    def to(self, state: DeliveryState, error_kind: str | None = None, error_text: str | None = None) -> None:
        self.state, self.error_kind, self.error_text = state, error_kind, error_text


async def queue_delivery(
    w: Writer, *, conversation_id: UUID, channel_id: UUID, message_id: UUID, seq: int, bot_epoch: int | None = None,
    held_until: datetime | None = None,
) -> None:  # fmt: skip
    """Queues an outbound message in the transaction that writes it. The worker is woken by the hint after the commit.

    `held_until`: it waits until then, and can be taken back (actions/withdraw.py).
    """
    await _Q.run(
        w.tx, "insert_delivery", workspace_id=w.workspace_id, message_id=message_id, conversation_id=conversation_id,
        channel_id=channel_id, seq=seq, bot_epoch=bot_epoch, held_until=held_until,
    )  # fmt: skip


async def take_news(w: Writer, news: Sequence[News], now: datetime) -> list[bool]:
    """Moves what the news speak of; False for each that matches nothing. News by the service's id waits then for its send."""
    moves = await _moves_of(w, news)
    by_message: dict[UUID, list[Move]] = {}
    for move in moves.values():
        by_message.setdefault(move.message_id, []).append(move)
    by_provider = {(move.channel_id, move.provider_id): move for move in moves.values() if move.provider_id}
    matched: list[bool] = []
    for piece in news:
        found = by_provider.get((piece.channel_id, piece.provider_id or ""))
        ours = by_message.get(piece.message_id, []) if piece.message_id else []
        hit = [found] if found else [move for move in ours if move.channel_id == piece.channel_id]
        for move in hit:
            _hear(move, piece.state, piece.error)
        if not hit and piece.provider_id:
            await _Q.run(
                w.tx, "park_report", workspace_id=w.workspace_id, channel_id=piece.channel_id,
                provider_id=piece.provider_id, state=piece.state, error_text=piece.error,
            )  # fmt: skip
        matched.append(bool(hit))
    await save_moves(w, list(moves.values()), SYSTEM, now)
    return matched


async def _moves_of(w: Writer, news: Sequence[News]) -> dict[DeliveryKey, Move]:
    rows: list[asyncpg.Record] = []
    ids = [piece.message_id for piece in news if piece.message_id]
    if ids:
        rows += await _Q.rows(w.tx, "list_by_message", workspace_id=w.workspace_id, ids=ids)
    named = [piece for piece in news if piece.provider_id]
    if named:
        rows += await _Q.rows(
            w.tx, "list_by_provider", workspace_id=w.workspace_id, channel_ids=[n.channel_id for n in named],
            provider_ids=[n.provider_id for n in named],
        )  # fmt: skip
    return {move.key: move for move in map(_move_from, rows)}


def _hear(move: Move, report: Report, error: str | None) -> None:
    state = after_report(move.state, report)
    if state == move.state:
        return
    if state == "failed":
        move.to(state, "rejected", error or "The service could not deliver the message.")
    else:
        move.to(state)


async def record(w: Writer, results: Sequence[Sent], now: datetime) -> None:
    """Keeps how attempts ended. One whose delivery was taken over by a later attempt is dropped."""
    rows = await _Q.rows(w.tx, "list_by_message", workspace_id=w.workspace_id, ids=[r.message_id for r in results])
    moves = {move.key: move for move in map(_move_from, rows)}
    touched: list[Move] = []
    for result in results:
        move = moves.get((result.message_id, result.part))
        if move is None or move.attempt != result.attempt:
            continue
        if result.state in ("sent", "delivered"):
            await _went_out(w, move, result)
            touched.append(move)
        elif move.state == "sending":
            move.to(result.state, result.error_kind, result.error_text)
            move.delay = result.delay
            touched.append(move)
    await save_moves(w, touched, SYSTEM, now)


async def _went_out(w: Writer, move: Move, result: Sent) -> None:
    """The service has it; news of it may have been faster."""
    move.provider_id = result.provider_id
    _hear(move, "delivered" if result.state == "delivered" else "sent", None)
    if result.provider_id is None:
        return
    waiting = await _Q.rows(
        w.tx, "take_parked", workspace_id=w.workspace_id, channel_id=move.channel_id, provider_id=result.provider_id
    )
    for row in waiting:
        _hear(move, row["state"], row["error_text"])


async def recover(w: Writer, ids: Sequence[UUID], repeatable: Callable[[UUID], bool], now: datetime) -> None:
    """Sends whose worker is gone: again where the connector may repeat (by channel id), else `uncertain`."""
    rows = await _Q.rows(w.tx, "list_abandoned", workspace_id=w.workspace_id, ids=list(ids))
    moves = [_move_from(row) for row in rows]
    for move in moves:
        if not repeatable(move.channel_id):
            move.to("uncertain", "uncertain", "Harken stopped while it was sending this. It may have arrived.")
        elif move.attempt % ATTEMPTS == 0:
            move.to("failed", "transient", "Harken stopped each time it was sending this.")
        else:
            move.to("queued")
    await save_moves(w, moves, SYSTEM, now)


async def retry(w: Writer, caller: Caller, conversation_id: UUID, message_id: UUID, now: datetime) -> Message:
    """Sends a failed or uncertain message again. The caller has checked access. Raises NotFound, Conflict."""
    rows = await _Q.rows(w.tx, "list_by_message", workspace_id=w.workspace_id, ids=[message_id])
    moves = [_move_from(row) for row in rows if row["conversation_id"] == conversation_id]
    if not moves:
        raise NotFound("the message is not one that was sent")
    again = [move for move in moves if may_retry(move.state)]
    if not again:
        raise Conflict("only a failed or uncertain message can be sent again", code="not_retryable")
    await convert_again(w, message_id)
    for move in again:
        move.to("queued")
        move.attempt = -(-move.attempt // ATTEMPTS) * ATTEMPTS  # a new round of attempts
    messages = await save_moves(w, again, Actor("agent", caller.agent_id, caller.name), now)
    return messages[message_id]


async def save_moves(w: Writer, moves: Sequence[Move], actor: Actor, now: datetime) -> dict[UUID, Message]:
    """Writes the moves and, for each message whose state shows a change, one event; answers those messages."""
    written = [move for move in moves if move.state != move.before or move.provider_id != move.known_provider_id]
    if not written:
        return {}
    await _Q.run_many(w.tx, "move", [_move_row(w.workspace_id, move) for move in written])
    shown = dict.fromkeys(move.message_id for move in written if move.part == 0 and move.state != move.before)
    return await announce(w, list(shown), actor, now)


async def announce(w: Writer, message_ids: Sequence[UUID], actor: Actor, now: datetime) -> dict[UUID, Message]:
    """One `delivery_changed` for each message, as it is now."""
    if not message_ids:
        return {}
    revisions = [w.revision + place for place in range(len(message_ids))]
    await _Q.run(w.tx, "stamp_messages", workspace_id=w.workspace_id, ids=message_ids, revisions=revisions)
    rows = await _Q.rows(w.tx, "list_messages", workspace_id=w.workspace_id, ids=message_ids)
    by_id = {row["id"]: row for row in rows}
    messages: dict[UUID, Message] = {}
    for message_id in message_ids:
        row = by_id[message_id]
        message = messages[message_id] = message_from(row)
        w.append(
            "delivery_changed",
            MessageChanged(message.conversation_id, message),
            actor=actor,
            audience=Audience("conversation", after=access_of(_place_from(row))),
            at=now,
            conversation_id=message.conversation_id,
        )
    return messages


def _place_from(row: asyncpg.Record) -> Place:
    handler = Handler(row["conversation_handler_kind"], row["conversation_handler_id"])
    return Place(row["conversation_status"], handler, row["conversation_team_id"])


def _move_from(row: asyncpg.Record) -> Move:
    return Move(
        row["message_id"], row["part"], row["channel_id"], row["state"], row["state"], row["attempt"], row["provider_id"],
        row["error_kind"], row["error_text"], known_provider_id=row["provider_id"],
    )  # fmt: skip


def _move_row(workspace_id: UUID, move: Move) -> dict[str, object]:
    return {
        "workspace_id": workspace_id, "message_id": move.message_id, "part": move.part, "state": move.state,
        "delay_seconds": move.delay, "attempt": move.attempt, "provider_id": move.provider_id,
        "error_kind": move.error_kind, "error_text": move.error_text,
    }  # fmt: skip
