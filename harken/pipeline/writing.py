"""What one transaction of the ingest writes: receipts, messages, news of deliveries, cursors."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from harken.contacts.store import blocked_among
from harken.conversations.actions.delivery import News, take_news
from harken.conversations.actions.receive import Received, receive
from harken.conversations.actions.receive_reactions import receive_reaction
from harken.events.log import Writer
from harken.kit.db import queries_beside
from harken.pipeline.arrivals import Arrival

_Q = queries_beside(__file__)


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of an item. `received`: its messages, also those that were known already (not for a duplicate)."""

    dedupe_key: str
    outcome: Literal["ingested", "duplicate", "ignored", "parked"]
    error: str | None = None
    received: tuple[Received, ...] = ()


async def write_arrivals(w: Writer, arrivals: Sequence[Arrival], now: datetime) -> list[Outcome]:
    """New items are taken, in their order; those whose receipt is there already change nothing."""
    await _Q.row(w.tx, "plan_once")
    arrivals = await _without_blocked(w, arrivals)
    fresh = await _insert_receipts(w, arrivals)
    taken = await take(w, [a for a in arrivals if a.receipt_id in fresh], now)
    await _save_cursors(w, arrivals)
    return [taken.get(a.receipt_id) or Outcome(a.dedupe_key, "duplicate") for a in arrivals]


async def write_replay(w: Writer, arrival: Arrival, now: datetime) -> Outcome:
    """Takes an item whose receipt is there already, whatever became of it before."""
    await _Q.row(w.tx, "plan_once")
    arrival = (await _without_blocked(w, [arrival]))[0]
    outcome = (await take(w, [arrival], now))[arrival.receipt_id]
    await _Q.run(
        w.tx, "replayed", workspace_id=w.workspace_id, id=arrival.receipt_id, outcome=outcome.outcome,
        error=outcome.error, now=now,
    )  # fmt: skip
    return outcome


async def take(w: Writer, arrivals: Sequence[Arrival], now: datetime) -> dict[UUID, Outcome]:
    """Their messages, news and reactions, each in the order of the items."""
    incoming = [message for a in arrivals for message in a.incoming]
    received = iter(await receive(w, incoming, now) if incoming else [])
    news = [News(a.channel_id, n.state, n.provider_id, n.message_id, n.error) for a in arrivals for n in a.reports]
    if news:
        await take_news(w, news, now)
    for a in arrivals:
        for reaction in a.reactions:
            await receive_reaction(w, a.channel_id, reaction, now)
    return {
        a.receipt_id: Outcome(a.dedupe_key, a.outcome, a.error, tuple(next(received) for _ in a.incoming))
        for a in arrivals
    }


async def _without_blocked(w: Writer, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """What blocked contacts send is kept as it came and reaches nobody."""
    senders = list({message.sender for a in arrivals for message in a.incoming})
    blocked = await blocked_among(w.tx, w.workspace_id, senders) if senders else set[tuple[str, str, str]]()
    return [_let_in(arrival, blocked) for arrival in arrivals] if blocked else list(arrivals)


def _let_in(arrival: Arrival, blocked: Set[tuple[str, str, str]]) -> Arrival:
    kept = tuple(message for message in arrival.incoming if message.sender not in blocked)
    if len(kept) == len(arrival.incoming):
        return arrival
    if kept or arrival.reports:
        return msgspec.structs.replace(arrival, incoming=kept)
    return msgspec.structs.replace(arrival, incoming=(), outcome="ignored", error="the sender is blocked")


async def _insert_receipts(w: Writer, arrivals: Sequence[Arrival]) -> set[UUID]:
    rows = await _Q.rows(
        w.tx, "insert_receipts", workspace_id=w.workspace_id, ids=[a.receipt_id for a in arrivals],
        channel_ids=[a.channel_id for a in arrivals], dedupe_keys=[a.dedupe_key for a in arrivals],
        headers=[a.headers for a in arrivals], bodies=[a.body for a in arrivals],
        received_at=[a.received_at for a in arrivals], outcomes=[a.outcome for a in arrivals],
        errors=[a.error for a in arrivals],
    )  # fmt: skip
    return {row["id"] for row in rows}


async def _save_cursors(w: Writer, arrivals: Sequence[Arrival]) -> None:
    for channel_id, cursor in {a.channel_id: a.cursor for a in arrivals if a.cursor is not None}.items():
        await _Q.run(w.tx, "move_cursor_to", workspace_id=w.workspace_id, channel_id=channel_id, cursor=cursor)
