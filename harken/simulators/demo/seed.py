"""Writes the demo's workspace: agents, teams, channels and a few hundred conversations in all views, from a fixed seed.

History is written as rows, since the pipeline would stamp it with today; what happens from then on goes through the
real connectors (traffic.py).
"""

from collections.abc import Mapping
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from harken.kit.crypto import new_token
from harken.kit.db import Tx
from harken.kit.ids import new_id
from harken.people.actions import create_workspace
from harken.people.passwords import hash_password
from harken.port.services import Services
from harken.simulators.demo.bots import set_up_bots
from harken.simulators.demo.cast import customers
from harken.simulators.demo.desk import arrange
from harken.simulators.demo.history import History, Stage, make_files
from harken.simulators.demo.prepared import prepare, put_files

ADDRESS, PASSWORD = "ada@northwind.example", "northwind-demo"
WORKSPACE = "Northwind Support"
AGENTS = (("Ben Osei", "ben", "agent"), ("Chiara Russo", "chiara", "agent"), ("Dev Raman", "dev", "supervisor"),
          ("Elif Kaya", "elif", "agent"))  # fmt: skip
TEAMS = (("Orders", "green", ("ben", "chiara", "ada")), ("Billing", "amber", ("elif", "ada")))
LABELS = (("delivery", "blue"), ("invoice", "purple"), ("refund", "amber"), ("warranty", "green"), ("vip", "red"))
MAIL_ADDRESS = "support@northwind.example"
SEED = 20_261_122


async def seed(services: Services) -> str:
    """Makes the demo's workspace unless there is one already; returns how to sign in, and where to write in oneself."""
    async with services.db.connection() as connection:
        there = await connection.fetchval("select 1 from workspace limit 1")
    if not there:
        await _make(services)
    async with services.db.connection() as connection:
        shop = await connection.fetchval(
            "select id from channel where connector = 'webchat' and active order by created_at"
        )
    return f"{ADDRESS} / {PASSWORD}\nA shop to write in from: {services.settings.public_url}/widget/demo?channel={shop}"


async def _make(services: Services) -> None:
    random = Random(SEED)
    workspace_id, ada = await create_workspace(services.db, WORKSPACE, ADDRESS, "Ada Lindqvist", PASSWORD)
    password = await hash_password(PASSWORD)
    async with services.db.tx() as tx:
        agents = {"ada": ada} | await _insert_agents(tx, workspace_id, password)
        teams = await _insert_teams(tx, workspace_id, agents)
        labels = await _insert_labels(tx, workspace_id)
        bot = new_id()
        await tx.execute("insert into bot (id, workspace_id, name) values ($1, $2, 'Helper')", bot, workspace_id)
        channels = await _insert_channels(tx, workspace_id, services)
    files = await make_files(services, workspace_id, random)
    stage = Stage(workspace_id, agents, teams, labels, channels, bot, services.clock.now(), files)
    history = History(stage, random)
    for customer in customers(random, 330):
        history.add(customer)
    await put_files(services, workspace_id)
    async with services.db.tx() as tx:
        await history.write(tx)
        await set_up_bots(tx, workspace_id, ada, bot, channels["api"], Random(SEED), services.clock.now())
        await prepare(tx, services, workspace_id, agents, teams, random)
        await arrange(tx, workspace_id, agents, labels, services.clock.now())


async def _insert_agents(tx: Tx, workspace_id: UUID, password: str) -> dict[str, UUID]:
    made = {short: new_id() for _, short, _ in AGENTS}
    for name, short, role in AGENTS:
        await tx.execute(
            "insert into agent (id, workspace_id, email, name, password_hash, role) values ($1, $2, $3, $4, $5, $6)",
            made[short], workspace_id, f"{short}@northwind.example", name, password, role,
        )  # fmt: skip
    return made


async def _insert_teams(tx: Tx, workspace_id: UUID, agents: Mapping[str, UUID]) -> dict[str, UUID]:
    made = {name: new_id() for name, _, _ in TEAMS}
    for name, color, members in TEAMS:
        await tx.execute(
            "insert into team (id, workspace_id, name, color) values ($1, $2, $3, $4)",
            made[name],
            workspace_id,
            name,
            color,
        )
        await tx.executemany(
            "insert into team_member (workspace_id, team_id, agent_id) values ($1, $2, $3)",
            [(workspace_id, made[name], agents[member]) for member in members],
        )
    return made


async def _insert_labels(tx: Tx, workspace_id: UUID) -> dict[str, UUID]:
    made = {name: new_id() for name, _ in LABELS}
    await tx.executemany(
        "insert into label (id, workspace_id, name, color) values ($1, $2, $3, $4)",
        [(made[name], workspace_id, name, color) for name, color in LABELS],
    )
    return made


async def _insert_channels(tx: Tx, workspace_id: UUID, services: Services) -> dict[str, UUID]:
    """The simulators' addresses are filled in when they start (traffic.py)."""
    rows: tuple[tuple[str, str, dict[str, Any], dict[str, str]], ...] = (
        ("webchat", "Website", {"allowed_origins": [services.settings.public_url], "accent": "#2f62c8",
                                "greeting": "Hi! How can we help?", "identity_required": False},
         {"identity_secret": new_token()}),
        ("email", MAIL_ADDRESS, {"address": MAIL_ADDRESS, "display_name": WORKSPACE, "imap_host": "127.0.0.1", "imap_port": 1,
                                 "imap_security": "none", "imap_user": MAIL_ADDRESS, "smtp_host": "127.0.0.1", "smtp_port": 1,
                                 "smtp_security": "none", "smtp_user": ""},
         {"imap_password": "demo", "smtp_password": "", "reply_secret": new_token()}),
        ("api", "Northwind app", {"callback_url": ""}, {"secret": new_token()}),
    )  # fmt: skip
    made: dict[str, UUID] = {}
    for connector, name, settings, secrets in rows:
        made[connector] = new_id()
        await tx.execute(
            "insert into channel (id, workspace_id, connector, name, settings, sealed) values ($1, $2, $3, $4, $5, $6)",
            made[connector], workspace_id, connector, name, settings, services.sealer.seal(msgspec.json.encode(secrets)),
        )  # fmt: skip
    return made
