"""A new workspace with its first admin: by the first-run page, once, or by the command line, as often as wanted."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from harken.kit.clock import SystemClock
from harken.kit.db import Database, Tx
from harken.kit.errors import Conflict
from harken.kit.ids import new_id
from harken.people.passwords import check_password, hash_password
from harken.people.rules import checked_email, checked_name
from harken.people.store import Q


class NewWorkspace(NamedTuple):
    workspace_id: UUID
    agent_id: UUID


async def create_workspace(
    db: Database, name: str, admin_email: str, admin_name: str, admin_password: str
) -> NewWorkspace:
    """For the command line. Raises Invalid."""
    check_password(admin_password)
    hashed = await hash_password(admin_password)
    async with db.tx() as tx:
        return await _insert(tx, name, admin_email, admin_name, hashed, SystemClock().now())


async def is_set_up(tx: Tx) -> bool:
    return bool(await Q.value(tx, "any_workspace"))


async def set_up(tx: Tx, name: str, email: str, admin_name: str, password_hash: str, now: datetime) -> NewWorkspace:
    """The first workspace of an installation. Raises Conflict (already_set_up), also for the slower of two at once."""
    await Q.value(tx, "lock_setup")
    if await is_set_up(tx):
        raise Conflict("this installation has been set up", code="already_set_up")
    return await _insert(tx, name, email, admin_name, password_hash, now)


async def _insert(tx: Tx, name: str, email: str, admin_name: str, password_hash: str, now: datetime) -> NewWorkspace:
    new = NewWorkspace(new_id(), new_id())
    checked = checked_name(name, "workspace_name", 200)
    await Q.run(tx, "insert_workspace", id=new.workspace_id, name=checked, now=now)
    await Q.run(tx, "insert_workspace_seq", workspace_id=new.workspace_id)
    await Q.run(
        tx, "insert_agent", id=new.agent_id, workspace_id=new.workspace_id, email=checked_email(email),
        name=checked_name(admin_name), role="admin", password_hash=password_hash, now=now,
    )  # fmt: skip
    return new
