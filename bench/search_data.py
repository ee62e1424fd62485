"""Messages for the bench of search, with a fixed seed, by COPY: words as often as languages use them, in time order, each
conversation's near each other, with their index entries as the program makes them."""

import itertools
import struct
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from harken.kit.ids import new_id
from harken.search.indexing import SEGMENT
from harken.search.lexemes import Indexed, lexemes_of, segment_key

RARE, RARE_EVERY = "zanzibar", 250_000  # messages between two that have it
PHRASE = "lost in transit"  # its words are common, together they are not
PHRASE_EVERY = 40_000
TEXTS = 200_000  # different ones, but for what is added to some
_SENTENCE = (
    "the to and a of is i it my you for in have not that with on be order we this was are can when please but from your they"
    " will if at so has what me do delivery how get been there refund would no number any up one just time still about help"
    " received package yesterday today account address transit lost"
)
_FREQUENT = _SENTENCE.split()
_HAN = "我們想問一下訂單什麼時候可以收到貨物謝謝你的幫助退款需要多久地址電話號碼快遞公司沒有回應產品壞了要換新的"
_COLUMNS = [
    "id", "workspace_id", "conversation_id", "channel_id", "seq", "kind", "direction", "author_kind", "author_id",
    "author_name", "text", "attachments", "revision", "created_at",
]  # fmt: skip

# Those that no constraint stands on: they hold nothing up while the rows come in.
_INDEXES = """
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made
    from pg_index i
    where i.indrelid in ('message'::regclass, 'message_search'::regclass)
        and not i.indisunique
"""


async def fill(dsn: str, messages: Mapping[UUID, int]) -> None:
    """So many into the conversations that each workspace has. The indexes are made when all rows are there."""
    connection = await asyncpg.connect(dsn, command_timeout=4 * 3600)
    try:
        await _prepare(connection)
        indexes = await connection.fetch(_INDEXES)
        for index in indexes:
            await connection.execute(f"drop index {index['name']}")
        for workspace, count in messages.items():
            await _fill(connection, workspace, count)
        for index in indexes:
            begun = time.monotonic()
            await connection.execute(index["made"])
            print(f"{index['name']} made in {time.monotonic() - begun:.0f} s", flush=True)
        await connection.execute("vacuum analyze message, message_search, search_segment")
    finally:
        await connection.close()


async def second_workspace(dsn: str, conversations: int) -> UUID:
    """Another company, whose words must not cost the first one anything."""
    workspace, channel, contact, identity = (new_id() for _ in range(4))
    connection = await asyncpg.connect(dsn, command_timeout=600)
    try:
        await connection.execute("insert into workspace (id, name) values ($1, 'Other')", workspace)
        await connection.execute("insert into workspace_seq (workspace_id, seq) values ($1, 0)", workspace)
        await connection.execute(
            "insert into channel (id, workspace_id, connector, name) values ($1, $2, 'api', 'Other')",
            channel,
            workspace,
        )
        await connection.execute(
            "insert into contact (id, workspace_id, name) values ($1, $2, 'Customer')", contact, workspace
        )
        await connection.execute(
            "insert into identity (id, workspace_id, contact_id, connector, address) values ($1, $2, $3, 'api', 'other')",
            identity, workspace, contact,
        )  # fmt: skip
        await connection.execute(
            "insert into conversation (id, workspace_id, number, channel_id, identity_id, contact_id, thread_key, revision,"
            " last_activity_at, created_at) select gen_random_uuid(), $1, n, $2, $3, $4, n::text, 0, now(), now()"
            " from generate_series(1, $5::int) n",
            workspace, channel, identity, contact, conversations,
        )  # fmt: skip
    finally:
        await connection.close()
    return workspace


async def _prepare(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec("tsvector", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda value: b"\x01" + value, decoder=bytes, format="binary"
    )
    await connection.execute("set session_replication_role = replica")  # what refers to another row is made with it
    await connection.execute("set synchronous_commit = off")
    await connection.execute("set maintenance_work_mem = '1GB'")


async def _fill(connection: "asyncpg.Connection[asyncpg.Record]", workspace: UUID, messages: int) -> None:
    await connection.execute(
        "insert into search_history (workspace_id, indexed_to, finished) values ($1, $2, true)"
        " on conflict (workspace_id) do update set finished = true",
        workspace, UUID(int=2**128 - 1),
    )  # fmt: skip
    rows = await connection.fetch(
        "select id, channel_id from conversation where workspace_id = $1 order by id", workspace
    )
    conversations = [(row["id"], row["channel_id"]) for row in rows]
    del rows
    begun, made = time.monotonic(), _messages(workspace, messages, conversations)
    for done in itertools.count(SEGMENT, SEGMENT):
        some = list(itertools.islice(made, SEGMENT))
        if not some:
            return
        await _segment(connection, workspace, some)
        if done % (SEGMENT * 20) == 0:
            print(f"{done} messages in {time.monotonic() - begun:.0f} s", flush=True)


async def _segment(
    connection: "asyncpg.Connection[asyncpg.Record]", workspace: UUID, some: list[tuple[Any, ...]]
) -> None:
    segment = await connection.fetchval(
        "insert into search_segment (workspace_id, first_message_id, last_message_id, messages, oldest_at, newest_at)"
        " values ($1, $2, $3, $4, $5, $6) returning id",
        workspace, some[0][0], some[-1][0], len(some), some[0][-1], some[-1][-1],
    )  # fmt: skip
    await connection.copy_records_to_table("message", columns=_COLUMNS, records=some, timeout=600)
    await connection.copy_records_to_table(
        "message_search", columns=["workspace_id", "message_id", "conversation_id", "segment", "at", "tokens"],
        records=((workspace, r[0], r[2], segment, r[-1], _tokens(r, segment)) for r in some), timeout=600,
    )  # fmt: skip


def _tokens(row: tuple[Any, ...], segment: int) -> bytes:
    """As tsvectorrecv reads what the program makes of the message; what came before is not read again."""
    key = segment_key(segment).encode()
    author = (row[7], row[8] if row[7] == "agent" else None, row[9])
    words = (*_words(row[10]), *_facets(author, row[3], row[11] != b"[]", row[5] == "note"))
    return struct.pack("!I", len(words)) + key + key.join(words)


@lru_cache(maxsize=TEXTS)
def _words(text: str) -> tuple[bytes, ...]:
    found = lexemes_of(Indexed(text, None, (), "system", None, "", UUID(int=0), False), 0)
    return tuple(_binary(word, positions) for word, positions in found.items() if positions)


@lru_cache(maxsize=10_000)
def _facets(author: tuple[str, UUID | None, str], channel: UUID, file: bool, note: bool) -> tuple[bytes, ...]:
    files = (("receipt.pdf", "file"),) if file else ()
    found = lexemes_of(Indexed("", None, files, *author, channel, note), 0)
    return tuple(_binary(word, positions) for word, positions in found.items())


def _binary(word: str, positions: list[int]) -> bytes:
    """Without the key of its segment."""
    end = struct.pack(f"!{1 + len(positions)}H", len(positions), *positions)
    return word.removeprefix(segment_key(0)).encode() + b"\0" + end


def _messages(
    workspace: UUID, count: int, conversations: list[tuple[UUID, UUID]]
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    random, texts = Random(5), _texts(Random(6), count)
    seqs, agents = [0] * len(conversations), [(new_id(), f"Agent {n}") for n in range(40)]
    begin, step = datetime(2024, 11, 22, tzinfo=UTC), timedelta(days=730) / count
    file = b'[{"id": "00000000-0000-7000-8000-000000000000", "name": "receipt.pdf", "type": "application/pdf", "size": 1, "kind": "file"}]'
    for number, text in enumerate(texts):
        place = min(len(conversations) - 1, int(number / count * len(conversations) + random.expovariate(1 / 300)))
        conversation, channel = conversations[place]
        seqs[place] += 1
        inbound, note = random.random() < 0.55, random.random() < 0.04
        author, name = (conversation, "Customer") if inbound else random.choice(agents)
        kind, direction = ("note", "none") if note and not inbound else ("message", "in" if inbound else "out")
        yield (
            new_id(), workspace, conversation, channel, seqs[place], kind, direction, "contact" if inbound else "agent", author,
            name, text, file if random.random() < 0.03 else b"[]", 1, begin + step * number,
        )  # fmt: skip


def _texts(random: Random, count: int) -> Iterator[str]:
    """By Zipf's law, beside some in Chinese, and order numbers."""
    rest = ["".join(random.choices("etaoinshrdlucmfwypbgkj", k=random.randint(4, 9))) for _ in range(60_000)]
    vocabulary = [*_FREQUENT, *rest]
    weights = list(itertools.accumulate(1 / (n + 2.7) for n in range(len(vocabulary))))

    def made() -> str:
        if random.random() < 0.05:
            return "".join(random.choices(_HAN, k=random.randint(4, 30)))
        return " ".join(random.choices(vocabulary, cum_weights=weights, k=1 + int(random.lognormvariate(2.5, 0.7))))

    texts = [
        made() + (f" A-{random.randint(1, 10**7)}" if random.random() < 0.1 else "") for _ in range(min(count, TEXTS))
    ]
    for number in range(count):
        text = random.choice(texts)
        if number % RARE_EVERY == 77:
            text += f" {RARE}"
        if number % PHRASE_EVERY == 99:
            text += f" {PHRASE}"
        yield text
