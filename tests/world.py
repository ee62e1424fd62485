"""The small named world of the tests, inserted by plain SQL so that no test leans on the code it tests.

Ada (admin) and Ben (agent) work at Acme; Ben and Cleo (agent) are in the team Orders, Cleo also in Returns; Sue is the
supervisor. Bo is a customer on the channel `api`. Nobody else exists until a test adds them.
Everybody's password is PASSWORD.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher

from harken.kit.db import Database
from harken.kit.ids import new_id
from harken.people.model import Caller, Role

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class World:
    """Ids of who and what is there. `db` is where."""

    db: Database
    workspace: UUID
    ada: UUID
    sue: UUID
    ben: UUID
    cleo: UUID
    orders: UUID
    returns: UUID
    api_channel: UUID  # of no team; connector `api`
    bo: UUID  # contact
    bo_identity: UUID  # address bo@example.com on api_channel


async def build_world(db: Database, name: str = "Acme") -> World:
    """One workspace; call it again with another name for a second, foreign one."""
    workspace = await add_workspace(db, name)
    ada = await add_agent(db, workspace, "Ada", "admin")
    sue = await add_agent(db, workspace, "Sue", "supervisor")
    ben = await add_agent(db, workspace, "Ben", "agent")
    cleo = await add_agent(db, workspace, "Cleo", "agent")
    orders = await add_team(db, workspace, "Orders", [ben, cleo])
    returns = await add_team(db, workspace, "Returns", [cleo])
    channel = await add_channel(db, workspace, "api", "Shop")
    bo, bo_identity = await add_contact(db, workspace, "Bo", "api", "bo@example.com", scope=str(channel))
    return World(db, workspace, ada, sue, ben, cleo, orders, returns, channel, bo, bo_identity)


async def add_workspace(db: Database, name: str) -> UUID:
    workspace = new_id()
    async with db.tx() as tx:
        await tx.execute("insert into workspace (id, name) values ($1, $2)", workspace, name)
        await tx.execute("insert into workspace_seq (workspace_id) values ($1)", workspace)
    return workspace


@cache
def _password_hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)


async def add_agent(db: Database, workspace: UUID, name: str, role: Role, *, email: str | None = None) -> UUID:
    """The address is the name at example.com unless given."""
    agent = new_id()
    async with db.tx() as tx:
        await tx.execute(
            "insert into agent (id, workspace_id, email, name, role, password_hash) values ($1, $2, $3, $4, $5, $6)",
            agent, workspace, email or f"{name.lower()}@example.com", name, role, _password_hash(),
        )  # fmt: skip
    return agent


async def add_team(db: Database, workspace: UUID, name: str, members: Sequence[UUID] = ()) -> UUID:
    team = new_id()
    async with db.tx() as tx:
        await tx.execute("insert into team (id, workspace_id, name) values ($1, $2, $3)", team, workspace, name)
        for member in members:
            await tx.execute(
                "insert into team_member (workspace_id, team_id, agent_id) values ($1, $2, $3)", workspace, team, member
            )
    return team


async def add_channel(
    db: Database, workspace: UUID, connector: str, name: str, *,
    team: UUID | None = None, settings: dict[str, Any] | None = None, sealed: bytes | None = None,
) -> UUID:  # fmt: skip
    """`sealed`: the secret settings, as JSON, sealed by the services' sealer."""
    channel = new_id()
    async with db.tx() as tx:
        await tx.execute(
            "insert into channel (id, workspace_id, connector, name, team_id, settings, sealed)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            channel, workspace, connector, name, team, settings or {}, sealed,
        )  # fmt: skip
    return channel


async def add_contact(
    db: Database, workspace: UUID, name: str, connector: str, address: str, *, scope: str = ""
) -> tuple[UUID, UUID]:
    """The contact's and the identity's id."""
    contact, identity = new_id(), new_id()
    async with db.tx() as tx:
        await tx.execute("insert into contact (id, workspace_id, name) values ($1, $2, $3)", contact, workspace, name)
        await tx.execute(
            "insert into identity (id, workspace_id, contact_id, connector, scope, address, display_name)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            identity, workspace, contact, connector, scope, address, name,
        )  # fmt: skip
    return contact, identity


async def add_conversation(
    world: World, *, team: UUID | None = None, handler: UUID | None = None, thread_key: str = "",
    channel: UUID | None = None, at: datetime = NOON,
) -> UUID:  # fmt: skip
    """An open conversation with Bo, waiting in an Inbox or handled by an agent, without messages.

    One channel holds one open conversation of Bo per thread_key (R2).
    """
    conversation = new_id()
    async with world.db.tx() as tx:
        row = await tx.fetchrow(
            "update workspace_seq set seq = seq + 1, conversation_number = conversation_number + 1"
            " where workspace_id = $1 returning seq, conversation_number",
            world.workspace,
        )
        assert row is not None
        seq, number = row["seq"], row["conversation_number"]
        await tx.execute(
            "insert into conversation (id, workspace_id, number, channel_id, identity_id, contact_id, thread_key, team_id,"
            " handler_kind, handler_id, revision, last_activity_at, waiting_since, created_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $12)",
            conversation, world.workspace, number, channel or world.api_channel, world.bo_identity, world.bo, thread_key,
            team, "agent" if handler else "none", handler, seq, at,
        )  # fmt: skip
    return conversation


async def add_message(world: World, conversation: UUID, text: str, *, at: datetime = NOON) -> UUID:
    """A message of Bo's, the conversation's next. No event is written."""
    message = new_id()
    async with world.db.tx() as tx:
        row = await tx.fetchrow(
            "update conversation set message_count = message_count + 1, inbound_count = inbound_count + 1,"
            " last_activity_at = $3, last_inbound_at = $3 where workspace_id = $1 and id = $2"
            " returning message_count, channel_id, revision",
            world.workspace, conversation, at,
        )  # fmt: skip
        assert row is not None
        await tx.execute(
            "insert into message (id, workspace_id, conversation_id, channel_id, seq, kind, direction, author_kind,"
            " author_id, author_name, text, revision, created_at)"
            " values ($1, $2, $3, $4, $5, 'message', 'in', 'contact', $6, 'Bo', $7, $8, $9)",
            message, world.workspace, conversation, row["channel_id"], row["message_count"], world.bo, text,
            row["revision"], at,
        )  # fmt: skip
    return message


async def caller_of(world: World, agent: UUID) -> Caller:
    """The agent as a caller with a session, with the teams they are in now."""
    async with world.db.connection() as connection:
        row = await connection.fetchrow("select name, role from agent where id = $1", agent)
        assert row is not None
        teams = await connection.fetch("select team_id from team_member where agent_id = $1", agent)
    return Caller(world.workspace, agent, row["name"], row["role"], frozenset(team["team_id"] for team in teams))
