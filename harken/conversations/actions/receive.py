"""Inbound messages: from what connectors parsed to rows and events, a whole batch in few statements.

The caller holds the workspace's sequence row (events.log.writing), so that nobody else writes conversations meanwhile;
unique keys stand behind that. R1: a message that is known already changes nothing. R2: one open conversation per
channel, identity and thread key. R14: a customer who writes after the close reopens, within the channel's hours.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from harken.conversations.actions.receive_people import People, PersonKey
from harken.conversations.actions.receive_threads import Key, Threads
from harken.conversations.model import Attachment
from harken.events.log import Writer
from harken.kit.db import Queries
from harken.kit.queue import enqueue
from harken.port.messages import InboundMessage

_Q = Queries(Path(__file__).with_suffix(".sql"))
FETCH_FILE = "fetch_file"  # the task that fetches a file's content; its payload: {"file_id"}


class StoredFile(msgspec.Struct, frozen=True):
    """A file of an inbound message: its blob is stored already (`digest`), or its `url` has still to be fetched."""

    attachment: Attachment
    digest: str = ""
    url: str | None = None
    details: Mapping[str, Any] = {}


class Incoming(msgspec.Struct, frozen=True):
    """One inbound message with where it came from; its texts are storable."""

    channel_id: UUID
    connector: str
    shared_identities: bool
    message: InboundMessage
    files: tuple[StoredFile, ...] = ()
    answers: bool = False  # whether a message of this channel may name the one that it answers

    @property
    def sender(self) -> PersonKey:
        scope = "" if self.shared_identities else str(self.channel_id)
        return (self.connector, scope, self.message.address)

    @property
    def external(self) -> tuple[UUID, str]:
        return (self.channel_id, self.message.external_id)


class Received(msgspec.Struct, frozen=True):
    """What became of an inbound message; `known`: it had come before, and nothing was changed."""

    message_id: UUID
    conversation_id: UUID
    known: bool = False


async def receive(w: Writer, incoming: Sequence[Incoming], now: datetime) -> list[Received]:
    """Takes the messages in their order; answers in the same order."""
    known = await _find_external(w, incoming)
    fresh = _first_of_each(incoming, known)
    people, threads = People(_Q), Threads(_Q)
    await people.load(w, [item.sender for item in fresh])
    keys = await _keys(w, fresh, people, known)
    await threads.load(w, keys, {item.channel_id for item in fresh}, people, now)
    named = await _find_answered(w, fresh)
    answers = {external: Received(found.id, found.conversation_id, known=True) for external, found in known.items()}
    for item, key in zip(fresh, keys, strict=True):
        person, contact = people.take(w, item.sender, item.message, threads.places_of, now)
        files = [f.attachment for f in item.files]
        answered = [r for r in (answers.get(n) or named.get(n) for n in _answers_of(item)) if r]
        message = threads.take(w, key, item.message, files, person, contact, answered, now)
        answers[item.external] = Received(message.id, message.conversation_id)
    await people.save(w, now)
    await threads.save(w, now)
    await _save_files(w, fresh, answers, now)
    return _in_order(incoming, answers)


class _Found(msgspec.Struct, frozen=True):
    """A message that is there already, with the key of its conversation."""

    id: UUID
    conversation_id: UUID
    key: Key


async def _find_external(w: Writer, incoming: Sequence[Incoming]) -> dict[tuple[UUID, str], _Found]:
    wanted = {item.external for item in incoming}
    wanted |= {(item.channel_id, external) for item in incoming for external in item.message.replies_to}
    rows = await _Q.rows(
        w.tx, "find_external", workspace_id=w.workspace_id,
        channel_ids=[channel for channel, _ in wanted], external_ids=[external for _, external in wanted],
    )  # fmt: skip
    return {
        (row["channel_id"], row["external_id"]): _Found(
            row["id"], row["conversation_id"], Key(row["channel_id"], row["identity_id"], row["thread_key"])
        )
        for row in rows
    }


def _first_of_each(incoming: Sequence[Incoming], known: Mapping[tuple[UUID, str], _Found]) -> list[Incoming]:
    first: dict[tuple[UUID, str], Incoming] = {}
    for item in incoming:
        if item.external not in known:
            first.setdefault(item.external, item)
    return list(first.values())


async def _keys(
    w: Writer, fresh: Sequence[Incoming], people: People, known: Mapping[tuple[UUID, str], _Found]
) -> list[Key]:
    """Which conversation each message belongs to: by a signed reference, by what it answers, else by its thread key.

    A signed reference holds for any sender; a message id, which strangers may learn, only for whom it belongs to.
    """
    hinted = await _find_hinted(w, fresh)
    answered = {external: found.key for external, found in known.items()}
    keys: list[Key] = []
    for item in fresh:
        identity = people.identity_of(item.sender)
        key = hinted.get((item.channel_id, item.message.conversation_hint))
        for external in item.message.replies_to if key is None else ():
            candidate = answered.get((item.channel_id, external))
            if candidate is not None and candidate.identity_id == identity:
                key = candidate
                break
        keys.append(key or Key(item.channel_id, identity, item.message.thread_key))
        answered[item.external] = keys[-1]
    return keys


def _answers_of(item: Incoming) -> list[tuple[UUID, str]]:
    return [(item.channel_id, external) for external in item.message.replies_to] if item.answers else []


async def _find_answered(w: Writer, fresh: Sequence[Incoming]) -> dict[tuple[UUID, str], Received]:
    wanted = list(dict.fromkeys(named for item in fresh for named in _answers_of(item)))
    if not wanted:
        return {}
    rows = await _Q.rows(
        w.tx, "find_answered", workspace_id=w.workspace_id, channel_ids=[channel for channel, _ in wanted],
        named=[named for _, named in wanted], ids=[_id_in(named) for _, named in wanted],
    )  # fmt: skip
    places: list[int] = [row["place"] for row in rows]
    return {
        wanted[place]: Received(row["id"], row["conversation_id"], known=True)
        for place, row in zip(places, rows, strict=True)
    }


def _id_in(named: str) -> UUID | None:
    try:
        return UUID(named)
    except ValueError:
        return None


async def _find_hinted(w: Writer, fresh: Sequence[Incoming]) -> dict[tuple[UUID, UUID | None], Key]:
    hints = {item.message.conversation_hint for item in fresh} - {None}
    if not hints:
        return {}
    rows = await _Q.rows(w.tx, "find_hinted", workspace_id=w.workspace_id, ids=list(hints))
    return {(r["channel_id"], r["id"]): Key(r["channel_id"], r["identity_id"], r["thread_key"]) for r in rows}


async def _save_files(
    w: Writer, fresh: Sequence[Incoming], answers: Mapping[tuple[UUID, str], Received], now: datetime
) -> None:
    rows: list[dict[str, object]] = []
    for item in fresh:
        taken = answers[item.external]
        rows += [_file_row(item.channel_id, taken, file, now) for file in item.files]
    if not rows:
        return
    await _Q.run(w.tx, "insert_files", workspace_id=w.workspace_id, rows=rows)
    for row in rows:
        if row["state"] == "pending":
            await enqueue(
                w.tx, FETCH_FILE, {"file_id": row["id"]}, key=f"{FETCH_FILE}:{row['id']}", workspace_id=w.workspace_id
            )


def _file_row(channel_id: UUID, taken: Received, file: StoredFile, now: datetime) -> dict[str, object]:
    attachment = file.attachment
    return {
        "id": attachment.id, "channel_id": channel_id, "conversation_id": taken.conversation_id,
        "message_id": taken.message_id, "name": attachment.name, "type": attachment.type, "size": attachment.size,
        "digest": file.digest, "details": {**attachment.details, **file.details}, "source_url": file.url,
        "state": attachment.state, "created_at": now,
    }  # fmt: skip


def _in_order(incoming: Sequence[Incoming], answers: Mapping[tuple[UUID, str], Received]) -> list[Received]:
    """A message that stands twice in one batch is known the second time."""
    seen: set[tuple[UUID, str]] = set()
    ordered: list[Received] = []
    for item in incoming:
        answer = answers[item.external]
        again = answer.known or item.external in seen
        ordered.append(Received(answer.message_id, answer.conversation_id, known=again))
        seen.add(item.external)
    return ordered
