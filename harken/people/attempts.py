"""Failed attempts, counted in the database for all processes: guessing becomes slow, and nobody else is locked out.

Passwords are counted by address and where the attempt came from, so that a stranger elsewhere locks nobody out. Codes of
the second factor are counted by account, but only who knows the password gets as far; an account whose codes are used up
can still be entered with a recovery code, which is too long to guess and counted apart.
"""

import ipaddress
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from harken.kit.crypto import token_hash
from harken.kit.db import Database, Tx
from harken.kit.errors import TooMany
from harken.people.store import Q

WINDOW: Final = timedelta(minutes=15)


class Limit(NamedTuple):
    """`most` failures of `key` within the window."""

    key: str
    most: int


def password_limits(email: str, ip: str) -> tuple[Limit, ...]:
    where = network_of(ip)
    return Limit(f"password {email.strip().lower()[:254]} {where}", 10), Limit(f"address {where}", 100)


def proof_limits(agent_id: UUID) -> tuple[Limit, ...]:
    """Of somebody signed in who proves themselves once more."""
    return (Limit(f"proof {agent_id}", 10),)


def code_limits(agent_id: UUID) -> tuple[Limit, ...]:
    return (Limit(f"totp {agent_id}", 5),)


def recovery_limits(agent_id: UUID) -> tuple[Limit, ...]:
    return (Limit(f"recovery {agent_id}", 20),)


async def count(db: Database, now: datetime, limits: tuple[Limit, ...]) -> None:
    """Counts one before it is judged, so that guesses at the same time count too. Raises TooMany."""
    async with db.connection() as connection:
        for limit in limits:
            row = await Q.row(
                connection, "count_attempt", key=token_hash(limit.key), now=now, window_began=now - WINDOW
            )
            if row is not None and row["failed"] > limit.most:
                wait = int((row["since"] + WINDOW - now).total_seconds()) + 1
                raise TooMany("too many failed attempts", retry_after=max(wait, 1))


async def forgive(db: Database, limits: tuple[Limit, ...]) -> None:
    """It was none of the failed ones: the first limit's count ends, the others lose this one."""
    async with db.connection() as connection:
        await Q.run(connection, "forget_attempts", key=token_hash(limits[0].key))
        for limit in limits[1:]:
            await Q.run(connection, "forgive_attempt", key=token_hash(limit.key))


def network_of(ip: str) -> str:
    """Where an attempt comes from: an IPv4 address, or the /64 of an IPv6 one, of which everybody has plenty."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if address.version == 4:
        return ip
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))


async def delete_old_attempts(tx: Tx, now: datetime) -> None:
    await Q.run(tx, "delete_old_attempts", before=now - WINDOW)
