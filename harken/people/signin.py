"""The proof of who somebody is: an address and a password, over all workspaces that know the address."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from harken.kit.db import Database
from harken.kit.errors import Conflict, Forbidden, NotSignedIn
from harken.people.passwords import hash_password, needs_rehash, verify_password
from harken.people.store import Q


class Proved(msgspec.Struct, frozen=True):
    workspace_id: UUID
    agent_id: UUID


class _Match(msgspec.Struct, frozen=True):
    workspace_id: UUID
    agent_id: UUID
    workspace_name: str
    password_hash: str
    password_suffices: bool


async def prove(db: Database, email: str, password: str, workspace_id: UUID | None) -> Proved:
    """Raises NotSignedIn (wrong_credentials), whether the address is unknown or the password wrong, after the same time;
    Conflict (several_workspaces) with `choices` when the password fits in more than one workspace; Forbidden
    (password_sign_in_off) when it is right and the workspace lets only admins in with one."""
    async with db.connection() as connection:
        rows = await Q.rows(connection, "list_sign_ins", email=email.strip(), workspace_id=workspace_id)
    if not rows:
        await verify_password(password, None)
    matches = [
        _Match(row["workspace_id"], row["id"], row["workspace_name"], row["password_hash"], row["password_suffices"])
        for row in rows
        if await verify_password(password, row["password_hash"])
    ]
    if not matches:
        raise NotSignedIn("the e-mail address or the password is wrong", code="wrong_credentials")
    if len(matches) > 1:
        raise _which(matches)
    if not matches[0].password_suffices:
        raise Forbidden("this workspace signs in through a provider", code="password_sign_in_off")
    await _strengthen(db, matches[0], password)
    return Proved(matches[0].workspace_id, matches[0].agent_id)


def _which(matches: Sequence[_Match]) -> Conflict:
    choices = [{"workspace_id": m.workspace_id, "name": m.workspace_name} for m in matches]
    return Conflict("which workspace?", code="several_workspaces", fields={"choices": choices})


async def _strengthen(db: Database, match: _Match, password: str) -> None:
    """A hash made with weaker parameters is made anew."""
    if not needs_rehash(match.password_hash):
        return
    stronger = await hash_password(password)
    async with db.tx() as tx:
        await Q.run(
            tx, "save_password", workspace_id=match.workspace_id, id=match.agent_id, password_hash=stronger
        )  # fmt: skip
