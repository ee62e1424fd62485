"""A workspace's providers: made, changed, taken away, tried; and what the workspace asks of who signs in."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from harken.kit.crypto import Sealer
from harken.kit.db import Tx
from harken.kit.errors import Conflict, Invalid, NotFound
from harken.kit.ids import new_id
from harken.people.oidc.arrival import Q
from harken.people.oidc.claims import ALGORITHMS
from harken.people.oidc.model import Provider, SignInFailed
from harken.people.oidc.wire import Wire, error_of, is_address
from harken.people.rules import checked_name

_LONGEST: Final = 500
# Where anybody can have an address: agents are not made of them.
_PUBLIC_DOMAINS: Final = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com",
    "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "mail.ru", "yandex.ru", "qq.com", "163.com",
    "proton.me", "protonmail.com",
})  # fmt: skip


class Wanted(msgspec.Struct, frozen=True):
    """A provider as an admin wants it. `secret` None: kept as it is; empty: a public client."""

    name: str
    button: str
    issuer: str
    client_id: str
    secret: str | None
    allowed_domains: Sequence[str]
    creates_agents: bool


class Rules(msgspec.Struct, frozen=True):
    """`provider_works`: somebody has come in through one."""

    second_factor_required: bool
    password_sign_in: bool
    provider_works: bool


class Tested(msgspec.Struct, frozen=True):
    ok: bool
    text: str


async def list_providers(tx: Tx, workspace_id: UUID) -> list[Provider]:
    return [_provider(row) for row in await Q.rows(tx, "list_providers", workspace_id=workspace_id)]


async def get_provider(tx: Tx, workspace_id: UUID, provider_id: UUID) -> Provider:
    """Raises NotFound."""
    return _found(await Q.row(tx, "find_provider", workspace_id=workspace_id, id=provider_id))


async def get_any_provider(tx: Tx, provider_id: UUID) -> Provider:
    """For who is not signed in yet. Raises NotFound."""
    return _found(await Q.row(tx, "find_any_provider", id=provider_id))


async def get_rules(tx: Tx, workspace_id: UUID) -> Rules:
    """Raises NotFound."""
    row = await Q.row(tx, "find_sign_in_rules", workspace_id=workspace_id)
    if row is None:
        raise NotFound("no such workspace")
    return msgspec.convert(dict(row), Rules)


async def save_rules(tx: Tx, workspace_id: UUID, rules: Rules, before: Rules) -> None:
    """Who has no second factor where one is needed from now on has to sign in again. Raises Conflict (no_working_provider)."""
    if not rules.password_sign_in and before.password_sign_in and not before.provider_works:
        raise Conflict("first somebody must have come in through a provider", code="no_working_provider")
    await Q.run(
        tx, "save_sign_in_rules", workspace_id=workspace_id, second_factor_required=rules.second_factor_required,
        password_sign_in=rules.password_sign_in,
    )  # fmt: skip
    if rules.second_factor_required and not before.second_factor_required:
        await Q.run(tx, "end_weak_sessions", workspace_id=workspace_id)


async def create(tx: Tx, sealer: Sealer, workspace_id: UUID, wanted: Wanted, plain: bool, now: datetime) -> Provider:
    """`plain`: whether http is let in. Raises Invalid."""
    values, provider_id = _checked(wanted, plain), new_id()
    sealed = sealer.seal(wanted.secret.encode()) if wanted.secret else None
    await Q.run(
        tx, "insert_provider", id=provider_id, workspace_id=workspace_id, sealed=sealed, now=now, **values
    )  # fmt: skip
    return await get_provider(tx, workspace_id, provider_id)


async def change(tx: Tx, sealer: Sealer, before: Provider, wanted: Wanted, plain: bool) -> Provider:
    """Under another issuer, whom it knew is forgotten. Raises Invalid, Conflict (provider_needed)."""
    values, sealed = _checked(wanted, plain), before.sealed
    if wanted.secret is not None:
        sealed = sealer.seal(wanted.secret.encode()) if wanted.secret else None
    await Q.run(tx, "save_provider", id=before.id, workspace_id=before.workspace_id, sealed=sealed, **values)
    if values["issuer"] != before.issuer:
        await Q.run(tx, "delete_logins", workspace_id=before.workspace_id, provider_id=before.id)
    await _keep_a_way_in(tx, before.workspace_id)
    return await get_provider(tx, before.workspace_id, before.id)


async def remove(tx: Tx, workspace_id: UUID, provider_id: UUID) -> None:
    """Raises NotFound, Conflict (provider_needed)."""
    if not await Q.run(tx, "delete_provider", workspace_id=workspace_id, id=provider_id):
        raise NotFound("no such provider")
    await _keep_a_way_in(tx, workspace_id)


async def tried(wire: Wire, provider: Provider, callback_url: str) -> Tested:
    """Whether signing in can work: discovery, keys, and whether the provider takes our name and secret."""
    try:
        there = await wire.discover(provider.issuer, fresh=True)
        keys = await wire.keys(there)
        # A code that is none: only a client whom the provider knows is told so.
        reply = await wire.ask_for_tokens(provider, there, "harken-test", "0" * 64, callback_url)
    except SignInFailed as failure:
        return Tested(False, str(failure))
    if not keys.get("keys"):
        return Tested(False, "The provider publishes no keys.")
    if "code" not in there.response_types_supported:
        return Tested(False, "The provider does not offer the authorization code flow.")
    if not set(ALGORITHMS) & set(there.id_token_signing_alg_values_supported):
        return Tested(False, f"The provider signs with none of {', '.join(ALGORITHMS)}.")
    methods = there.code_challenge_methods_supported
    if methods is not None and "S256" not in methods:
        return Tested(False, "The provider does not offer PKCE with S256.")
    if reply.status == 401 or error_of(reply) in ("invalid_client", "unauthorized_client"):
        return Tested(False, "The provider does not accept the client ID or its secret.")
    return Tested(True, "The provider answers and accepts the client.")


def _checked(wanted: Wanted, plain: bool) -> dict[str, Any]:
    issuer, client_id = wanted.issuer.strip(), wanted.client_id.strip()
    if len(issuer) > _LONGEST or not issuer.isprintable() or not is_address(issuer, plain=plain):
        raise Invalid(("issuer", "not_an_address"))
    if not 0 < len(client_id) <= _LONGEST or not client_id.isprintable():
        raise Invalid(("client_id", "required" if not client_id else "too_long"))
    if wanted.secret is not None and len(wanted.secret) > _LONGEST * 4:
        raise Invalid(("client_secret", "too_long"))
    domains = _domains(wanted.allowed_domains)
    if wanted.creates_agents and _PUBLIC_DOMAINS & set(domains):
        raise Invalid(("allowed_domains", "public_domain"), detail="anybody can have an address there")
    button = wanted.button.strip() and checked_name(wanted.button, "button")
    return {
        "name": checked_name(wanted.name), "button": button, "issuer": issuer, "client_id": client_id,
        "allowed_domains": domains, "creates_agents": wanted.creates_agents,
    }  # fmt: skip


def _domains(given: Iterable[str]) -> list[str]:
    domains = list(dict.fromkeys(d.strip().lower().removeprefix("@") for d in given if d.strip()))
    if not domains:
        raise Invalid(("allowed_domains", "required"))
    if len(domains) > 50 or not all("." in d and len(d) <= 253 and d.isprintable() and "@" not in d for d in domains):
        raise Invalid(("allowed_domains", "not_a_domain"))
    return domains


async def _keep_a_way_in(tx: Tx, workspace_id: UUID) -> None:
    rules = await get_rules(tx, workspace_id)
    if not rules.password_sign_in and not rules.provider_works:
        raise Conflict("while passwords are off, agents need a provider that works", code="provider_needed")


def _found(row: asyncpg.Record | None) -> Provider:
    if row is None:
        raise NotFound("no such provider")
    return _provider(row)


def _provider(row: asyncpg.Record) -> Provider:
    return msgspec.convert(dict(row), Provider)
