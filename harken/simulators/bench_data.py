"""Data for the bench, with a fixed seed, by COPY: conversations skewed as real ones are (few contacts write often, nearly all
are closed, teams differ in size)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from harken.kit.clock import Clock
from harken.kit.db import Database, Tx
from harken.kit.ids import new_id

TEAMS = 10
OPEN_SHARE = {"none": 0.002, "agent": 0.012, "bot": 0.006}  # the rest is closed
BATCH = 50_000
AGENT_EMAIL = "bench-agent@example.com"  # a member of two of the ten teams


async def fill(db: Database, clock: Clock, conversations: int) -> None:
    """Adds `conversations` to the installation's first workspace. Foreign keys are not checked row by row while it loads
    (session_replication_role): the rows are right by construction."""
    random = Random(20_261_122)
    async with db.tx() as tx:
        await tx.execute("set local session_replication_role = replica; set local statement_timeout = 0")
        workspace = UUID(str(await tx.fetchval("select id from workspace order by created_at limit 1")))
        teams, agents = await _people(tx, workspace)
        channel = new_id()
        await tx.execute(
            "insert into channel (id, workspace_id, connector, name) values ($1, $2, 'api', 'Bench data')",
            channel,
            workspace,
        )
        bot = new_id()
        await tx.execute("insert into bot (id, workspace_id, name) values ($1, $2, 'Bench bot')", bot, workspace)
        identities = await _contacts(tx, workspace, channel, max(1, conversations * 3 // 10), clock.now())
        rows = _conversations(random, conversations, workspace, channel, teams, agents, bot, identities, clock.now())
        batch: list[tuple[Any, ...]] = []
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                await tx.copy_records_to_table("conversation", columns=COLUMNS, records=batch, timeout=600)
                batch.clear()
        await tx.copy_records_to_table("conversation", columns=COLUMNS, records=batch, timeout=600)
        await tx.execute(_LEASES, workspace)
        await tx.execute(
            "update workspace_seq set seq = greatest(seq, 1), conversation_number = conversation_number + $2 where workspace_id = $1",
            workspace, conversations,
        )  # fmt: skip
    async with db.connection() as connection:
        await connection.execute("vacuum analyze conversation, contact, identity", timeout=600)


async def _people(tx: Tx, workspace: UUID) -> tuple[list[UUID], list[UUID]]:
    teams, agents = [new_id() for _ in range(TEAMS)], [new_id() for _ in range(40)]
    await tx.executemany(
        "insert into team (id, workspace_id, name) values ($1, $2, $3)",
        [(team, workspace, f"Team {number}") for number, team in enumerate(teams)],
    )
    await tx.executemany(
        "insert into agent (id, workspace_id, email, name, role) values ($1, $2, $3, $4, 'agent')",
        [
            (agent, workspace, f"agent{n}@example.com" if n else AGENT_EMAIL, f"Agent {n}")
            for n, agent in enumerate(agents)
        ],
    )
    members = {(teams[n % TEAMS], agent) for n, agent in enumerate(agents)} | {(teams[1], agents[0])}
    await tx.executemany(
        "insert into team_member (workspace_id, team_id, agent_id) values ($1, $2, $3)",
        [(workspace, *pair) for pair in members],
    )
    return teams, agents


async def _contacts(tx: Tx, workspace: UUID, channel: UUID, count: int, now: datetime) -> list[tuple[UUID, UUID]]:
    pairs = [(new_id(), new_id()) for _ in range(count)]
    await tx.copy_records_to_table(
        "contact", columns=["id", "workspace_id", "name", "created_at"], timeout=600,
        records=((contact, workspace, f"Customer {n}", now) for n, (contact, _) in enumerate(pairs)),
    )  # fmt: skip
    await tx.copy_records_to_table(
        "identity", columns=["id", "workspace_id", "contact_id", "connector", "scope", "address"], timeout=600,
        records=((identity, workspace, contact, "api", str(channel), f"c{n}") for n, (contact, identity) in enumerate(pairs)),
    )  # fmt: skip
    return pairs


# Without one a bot's conversations are given to the Inbox, a hundred a second.
_LEASES = """
insert into bot_lease (
    workspace_id, conversation_id, bot_id, epoch, version, timeout_seconds, phase, deadline, asked_seq, started_at
)
select workspace_id, id, handler_id, epoch, 1, 20, 'idle', now() + interval '30 days', message_count, created_at
from conversation
where workspace_id = $1
  and handler_kind = 'bot'
"""
COLUMNS = [
    "id", "workspace_id", "number", "channel_id", "identity_id", "thread_key", "contact_id", "team_id", "status", "handler_kind",
    "handler_id", "epoch", "revision", "message_count", "inbound_count", "last_message", "last_activity_at", "last_inbound_at",
    "waiting_since", "closed_at", "closed_by_kind", "closed_by_id", "created_at",
]  # fmt: skip


def _conversations(
    random: Random, count: int, workspace: UUID, channel: UUID, teams: list[UUID], agents: list[UUID], bot: UUID,
    identities: list[tuple[UUID, UUID]], now: datetime,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    weights = [1 / (n + 1) for n in range(len(teams))]
    kinds = random.choices([*OPEN_SHARE, "closed"], [*OPEN_SHARE.values(), 1 - sum(OPEN_SHARE.values())], k=count)
    chosen = random.choices(teams, weights, k=count)
    for number, (kind, team) in enumerate(zip(kinds, chosen, strict=True), 1):
        contact, identity = identities[min(int(random.paretovariate(0.6)) - 1, len(identities) - 1)]
        agent = random.choice(agents)
        handler = {"agent": agent, "bot": bot}.get(kind)
        age = (
            timedelta(minutes=random.expovariate(1 / 200))
            if kind != "closed"
            else timedelta(hours=random.uniform(1, 17_000))
        )
        at, closed = now - age, kind == "closed"
        last = {
            "id": str(identity), "kind": "message", "direction": "in", "preview": "Where is my order? It should have come on Monday.",
            "author": {"kind": "contact", "id": str(contact), "name": "Customer"}, "attachment": None, "created_at": at.isoformat(),
        }  # fmt: skip
        yield (
            new_id(), workspace, 10_000_000 + number, channel, identity, "" if closed else f"t{number}", contact,
            team if random.random() < 0.95 else None, "closed" if closed else "open", "none" if closed else kind, handler, 1, 1,
            6, 3, last, at, at, None if kind in ("closed", "bot") else at, at if closed else None, "agent" if closed else None,
            agent if closed else None, at,
        )  # fmt: skip
