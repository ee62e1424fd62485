"""The second factor of an agent: set up, asked for at the sign-in, renewed, taken away.

The secret is sealed; a code of the app is good once, in whichever process; recovery codes are kept as hashes.
"""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from harken.kit.crypto import token_hash
from harken.kit.db import Tx
from harken.kit.errors import Conflict, Invalid, NotFound, NotSignedIn
from harken.people import attempts, totp
from harken.people.passwords import verify_password
from harken.people.store import Q
from harken.port.services import Services

_LONGEST_PASSWORD: Final = 1000


class Owner(msgspec.Struct, frozen=True):
    """Whose second factor."""

    workspace_id: UUID
    agent_id: UUID


class Enrolment(msgspec.Struct, frozen=True):
    """What goes into the app: by camera, or typed."""

    secret: str
    uri: str
    qr_svg: str


async def get_factor(tx: Tx, owner: Owner) -> asyncpg.Record:
    """The row of find_totp. Raises NotFound."""
    row = await Q.row(tx, "find_totp", **_whose(owner))
    if row is None:
        raise NotFound("no such agent")
    return row


async def ask_second_factor(services: Services, owner: Owner, given: str | None) -> None:
    """At the sign-in, after the right password. Raises NotSignedIn (totp_required, totp_wrong), TooMany."""
    async with services.db.connection() as connection:
        row = await get_factor(connection, owner)
    if row["sealed"] is None:
        return
    if not given or not given.strip():
        raise NotSignedIn("the code of the second factor is needed", code="totp_required")
    if not await _use_code(services, owner, row["sealed"], given):
        raise NotSignedIn("the code is wrong, too old or was used", code="totp_wrong")


async def prove_again(services: Services, owner: Owner, password: str | None, code: str | None) -> None:
    """Somebody who is signed in shows that it is them: by the password, or by a code. Raises Invalid, TooMany."""
    async with services.db.connection() as connection:
        row = await get_factor(connection, owner)
    if code and row["sealed"] is not None:
        if not await _use_code(services, owner, row["sealed"], code):
            raise Invalid(("code", "wrong_code"), detail="the code is wrong, too old or was used")
        return
    limits, now = attempts.proof_limits(owner.agent_id), services.clock.now()
    await attempts.count(services.db, now, limits)
    if not await verify_password((password or "")[:_LONGEST_PASSWORD], row["password_hash"]):
        raise Invalid(("password", "wrong_password"), detail="the password is not right")
    await attempts.forgive(services.db, limits)


async def begin(services: Services, owner: Owner, password: str, code: str | None) -> Enrolment:
    """A secret that waits for its first code. Who has a second factor already proves themselves by it too.

    Raises Invalid, TooMany; Conflict (no_password) for who only comes in through a provider: theirs asks.
    """
    async with services.db.connection() as connection:
        row = await get_factor(connection, owner)
    if row["password_hash"] is None:
        raise Conflict("a second factor belongs to a password, and you sign in through a provider", code="no_password")
    await prove_again(services, owner, password, None)
    if row["sealed"] is not None and not (code and await _use_code(services, owner, row["sealed"], code)):
        raise Invalid(("code", "wrong_code" if code else "required"), detail="a code of the present app is needed")
    secret = totp.new_secret()
    async with services.db.connection() as connection:
        await Q.run(connection, "save_pending_totp", pending=services.sealer.seal(secret), **_whose(owner))
    uri = totp.setup_uri(secret, row["workspace_name"], row["email"])
    return Enrolment(totp.key_text(secret), uri, await asyncio.to_thread(totp.qr_svg, uri))


async def confirm(services: Services, owner: Owner, code: str) -> list[str]:
    """The first code of the waiting secret makes it the second factor; returns the recovery codes, which are shown once.

    Raises Invalid, TooMany.
    """
    now, limits = services.clock.now(), attempts.code_limits(owner.agent_id)
    async with services.db.connection() as connection:
        pending = (await get_factor(connection, owner))["pending"]
    if pending is None:
        raise Invalid(("code", "not_begun"), detail="begin with POST /api/me/totp")
    await attempts.count(services.db, now, limits)
    step = totp.matching_step(services.sealer.open(pending), totp.plain_code(code), now)
    if step is None:
        raise Invalid(("code", "wrong_code"), detail="the code is not the app's code of now")
    async with services.db.tx() as tx:
        if not await Q.run(tx, "confirm_totp", step=step, now=now, pending=pending, **_whose(owner)):
            raise Invalid(("code", "not_begun"), detail="another set-up was begun meanwhile")
        codes = await renew_recovery_codes(tx, owner)
    await attempts.forgive(services.db, limits)
    return codes


async def renew_recovery_codes(tx: Tx, owner: Owner) -> list[str]:
    """Ten new ones; the old are worth nothing any more."""
    codes = [totp.new_recovery_code() for _ in range(totp.RECOVERY_CODES)]
    await Q.run(tx, "delete_recovery_codes", **_whose(owner))
    await Q.run(tx, "insert_recovery_codes", hashes=_hashes(owner, codes), **_whose(owner))
    return codes


async def remove(tx: Tx, owner: Owner) -> None:
    """Nothing is asked besides the password from now on."""
    await Q.run(tx, "delete_totp", **_whose(owner))
    await Q.run(tx, "delete_recovery_codes", **_whose(owner))


async def _use_code(services: Services, owner: Owner, sealed: bytes, typed: str) -> bool:
    """Whether it is a code of the app or a recovery code that is good now; it is used up. Raises TooMany."""
    code, now = totp.plain_code(typed), services.clock.now()
    by_app = totp.is_totp(code)
    limits = (attempts.code_limits if by_app else attempts.recovery_limits)(owner.agent_id)
    await attempts.count(services.db, now, limits)
    step = totp.matching_step(services.sealer.open(sealed), code, now) if by_app else None
    async with services.db.connection() as connection:
        if not by_app:
            used = await Q.run(
                connection, "use_recovery_code", code_hash=_hashes(owner, [code])[0], **_whose(owner)
            )  # fmt: skip
        else:
            used = 0 if step is None else await Q.run(connection, "use_step", step=step, **_whose(owner))
    if used:
        await attempts.forgive(services.db, limits)
    return bool(used)


def _hashes(owner: Owner, codes: Sequence[str]) -> list[bytes]:
    return [token_hash(f"{owner.agent_id} {totp.plain_code(code)}") for code in codes]


def _whose(owner: Owner) -> dict[str, object]:
    return {"workspace_id": owner.workspace_id, "agent_id": owner.agent_id}
