"""Followers of the event log: each event once, in order, whatever fails or runs beside it."""

import asyncio
from uuid import UUID

import pytest

from harken.events.follow import Batch, Follower
from harken.events.log import lock, writing
from harken.events.types import SYSTEM, Audience
from harken.kit.db import Database, Tx
from tests.world import NOON, World, add_workspace


async def write(world: World, *names: str, workspace: UUID | None = None) -> None:
    for name in names:
        async with writing(world.db, workspace or world.workspace) as w:
            w.append("label_changed", {"name": name}, actor=SYSTEM, audience=Audience(), at=NOON)


class Reader:
    """Keeps what it is handed, in the database: a batch that fails leaves nothing behind."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.gaps = 0
        self.refuses: set[int] = set()
        self.unstorable: set[int] = set()
        self.slow = 0.0

    async def prepare(self) -> None:
        async with self.db.tx() as tx:
            await tx.execute("create table if not exists seen (workspace_id uuid, seq bigint, payload text)")

    async def __call__(self, tx: Tx, batch: Batch) -> bool:
        self.gaps += batch.gap
        for event in batch.events:
            await tx.execute("insert into seen values ($1, $2, $3)", event.workspace_id, event.seq, event.payload)
            if event.seq in self.refuses:
                raise ValueError("this one I cannot take")
            if event.seq in self.unstorable:
                await tx.execute("select repeat('a', 3000)::tsvector")
        await asyncio.sleep(self.slow)
        return False

    async def seen(self) -> list[int]:
        async with self.db.connection() as connection:
            return [row["seq"] for row in await connection.fetch("select seq from seen order by ctid")]


@pytest.fixture
async def reader(world: World) -> Reader:
    reader = Reader(world.db)
    await reader.prepare()
    return reader


async def test_a_new_follower_begins_at_the_end_or_at_the_beginning(world: World, reader: Reader) -> None:
    await write(world, "before")
    late, early = Follower(world.db, "late", reader), Follower(world.db, "early", reader, from_start=True)
    assert await late.catch_up() == 0 and await early.catch_up() == 1
    await write(world, "after")
    assert await late.catch_up() == 1
    assert await reader.seen() == [1, 2]


async def test_a_workspace_that_came_later_is_read_from_its_first_event(world: World, reader: Reader) -> None:
    follower = Follower(world.db, "late", reader)
    await follower.catch_up()
    second = await add_workspace(world.db, "Second")
    await write(world, "first", "second", workspace=second)
    assert await follower.catch_up() == 2


async def test_two_processes_hand_each_event_over_once(world: World, reader: Reader) -> None:
    reader.slow = 0.02
    followers = [Follower(world.db, "both", reader, from_start=True, batch=3) for _ in range(2)]
    await followers[0].catch_up()
    await write(world, *map(str, range(20)))
    await asyncio.gather(*(follower.catch_up() for follower in followers))
    assert await reader.seen() == list(range(1, 21))


async def test_what_a_failed_batch_wrote_is_undone_and_done_again(world: World, reader: Reader) -> None:
    follower = Follower(world.db, "again", reader, from_start=True)
    await write(world, "one", "two")
    reader.refuses = {2}
    assert await follower.catch_up() == 0
    assert await follower.catch_up() == 1  # after a failure, one event at a time
    reader.refuses = set()
    await follower.catch_up()
    assert await reader.seen() == [1, 2]


async def test_an_event_that_cannot_be_taken_does_not_stop_those_after_it(world: World, reader: Reader) -> None:
    follower = Follower(world.db, "stubborn", reader, from_start=True)
    await write(world, "one", "two", "three", "four", "five")
    reader.refuses, reader.unstorable = {2}, {4}
    for _ in range(16):
        await follower.catch_up()
    assert await reader.seen() == [1, 3, 5]


async def test_a_follower_is_told_of_events_that_were_trimmed_before_it_read_them(world: World, reader: Reader) -> None:
    follower = Follower(world.db, "slow", reader, from_start=True)
    await write(world, "one", "two", "three")
    async with world.db.tx() as tx:
        await tx.execute("delete from event where seq < 3")
    await follower.catch_up()
    assert (await reader.seen(), reader.gaps) == ([3], 1)
    await write(world, "four")
    async with world.db.tx() as tx:
        await tx.execute("delete from event")
    await follower.catch_up()
    assert reader.gaps == 2
    await write(world, "five")
    await follower.catch_up()
    assert (await reader.seen(), reader.gaps) == ([3, 5], 2)


async def test_a_follower_may_append_to_the_log_it_reads(world: World) -> None:
    async def echo(tx: Tx, batch: Batch) -> bool:
        heard = [event for event in batch.events if event.type == "label_changed"]
        if heard:
            w = await lock(tx, batch.workspace_id)
            w.append("label_removed", {"id": len(heard)}, actor=SYSTEM, audience=Audience(), at=NOON)
            await w.flush()
        return bool(heard)

    follower = Follower(world.db, "echo", echo, from_start=True)
    await write(world, "one")
    assert await follower.catch_up() == 2
    async with world.db.connection() as connection:
        assert await connection.fetchval("select seq from workspace_seq where workspace_id = $1", world.workspace) == 2
