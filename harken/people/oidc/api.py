"""The workspace's rules and providers over HTTP, for admins; and the browser's way through a provider."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post
from litestar.datastructures import State

from harken.kit.errors import Conflict
from harken.people.model import Caller
from harken.people.oidc import providers, sign_in_api
from harken.people.oidc.arrival import Q
from harken.people.oidc.model import Provider
from harken.people.oidc.providers import Rules, Tested, Wanted
from harken.people.oidc.sign_in_api import callback_url
from harken.people.second_factor import Owner, get_factor
from harken.port.services import Services


class ShownProvider(msgspec.Struct, frozen=True):
    """`callback_url`: what the provider has to be told. `worked_at`: when somebody came in through it last."""

    id: UUID
    name: str
    button: str
    issuer: str
    client_id: str
    has_secret: bool
    allowed_domains: list[str]
    creates_agents: bool
    worked_at: datetime | None
    callback_url: str


class ProviderPage(msgspec.Struct, frozen=True):
    items: list[ShownProvider]
    next_cursor: str | None = None


class NewProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`client_secret`: sealed, never shown again; empty for a public client."""

    name: str
    issuer: str
    client_id: str
    allowed_domains: list[str]
    client_secret: str = ""
    button: str = ""
    creates_agents: bool = False


class ProviderPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays."""

    name: str | None = None
    button: str | None = None
    issuer: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    allowed_domains: list[str] | None = None
    creates_agents: bool | None = None


class AgentFactors(msgspec.Struct, frozen=True):
    """How an agent can sign in."""

    id: UUID
    name: str
    email: str
    password: bool
    second_factor: bool
    provider_ids: list[UUID]


class SignInRules(msgspec.Struct, frozen=True):
    second_factor_required: bool
    password_sign_in: bool
    provider_works: bool
    agents: list[AgentFactors]


class RulesPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays."""

    second_factor_required: bool | None = None
    password_sign_in: bool | None = None


@get("/api/workspace/sign-in", tags=["people"])
async def get_rules(services: Services, caller: Caller) -> SignInRules:
    """What is asked of who signs in, and how each active agent can. For admins."""
    caller.require("admin")
    return await _rules(services, caller)


@patch("/api/workspace/sign-in", tags=["people"])
async def patch_rules(services: Services, caller: Caller, data: RulesPatch) -> SignInRules:
    """409 own_factor_first, no_working_provider. For admins."""
    caller.require("admin")
    async with services.db.tx() as tx:
        before = await providers.get_rules(tx, caller.workspace_id)
        factor, password = data.second_factor_required, data.password_sign_in
        after = Rules(
            before.second_factor_required if factor is None else factor,
            before.password_sign_in if password is None else password,
            before.provider_works,
        )
        if after.second_factor_required and not before.second_factor_required:
            own = await get_factor(tx, Owner(caller.workspace_id, caller.agent_id))
            if own["sealed"] is None and own["password_hash"] is not None:
                raise Conflict("set up a second factor of your own first", code="own_factor_first")
        await providers.save_rules(tx, caller.workspace_id, after, before)
    return await _rules(services, caller)


@get("/api/oidc-providers", tags=["people"])
async def get_providers(services: Services, caller: Caller) -> ProviderPage:
    """The workspace's providers. For admins."""
    caller.require("admin")
    async with services.db.connection() as connection:
        found = await providers.list_providers(connection, caller.workspace_id)
    return ProviderPage([_shown(services, provider) for provider in found])


@get("/api/oidc-providers/{provider_id:uuid}", tags=["people"])
async def get_one_provider(services: Services, caller: Caller, provider_id: UUID) -> ShownProvider:
    """One provider. For admins."""
    caller.require("admin")
    async with services.db.connection() as connection:
        return _shown(services, await providers.get_provider(connection, caller.workspace_id, provider_id))


@post("/api/oidc-providers", tags=["people"])
async def post_provider(services: Services, caller: Caller, data: NewProvider) -> ShownProvider:
    """Makes a provider. For admins."""
    caller.require("admin")
    wanted = Wanted(
        data.name, data.button, data.issuer, data.client_id, data.client_secret, data.allowed_domains,
        data.creates_agents,
    )  # fmt: skip
    async with services.db.tx() as tx:
        made = await providers.create(
            tx, services.sealer, caller.workspace_id, wanted, _plain(services), services.clock.now()
        )
    return _shown(services, made)


@patch("/api/oidc-providers/{provider_id:uuid}", tags=["people"])
async def patch_provider(services: Services, caller: Caller, provider_id: UUID, data: ProviderPatch) -> ShownProvider:
    """409 provider_needed while passwords are off and it is not known to work so. For admins."""
    caller.require("admin")
    async with services.db.tx() as tx:
        before = await providers.get_provider(tx, caller.workspace_id, provider_id)
        wanted = Wanted(
            before.name if data.name is None else data.name,
            before.button if data.button is None else data.button,
            before.issuer if data.issuer is None else data.issuer,
            before.client_id if data.client_id is None else data.client_id,
            data.client_secret,
            before.allowed_domains if data.allowed_domains is None else data.allowed_domains,
            before.creates_agents if data.creates_agents is None else data.creates_agents,
        )
        after = await providers.change(tx, services.sealer, before, wanted, _plain(services))
    return _shown(services, after)


@delete("/api/oidc-providers/{provider_id:uuid}", tags=["people"], status_code=204)
async def delete_provider(services: Services, caller: Caller, provider_id: UUID) -> None:
    """409 provider_needed while passwords are off and no other works. For admins."""
    caller.require("admin")
    async with services.db.tx() as tx:
        await providers.remove(tx, caller.workspace_id, provider_id)


@post("/api/oidc-providers/{provider_id:uuid}/test", tags=["people"], status_code=200)
async def test_provider(state: State, services: Services, caller: Caller, provider_id: UUID) -> Tested:
    """Asks the provider, and says what is wrong. For admins."""
    caller.require("admin")
    async with services.db.connection() as connection:
        provider = await providers.get_provider(connection, caller.workspace_id, provider_id)
    return await providers.tried(state.wire, provider, callback_url(services, provider_id))


async def _rules(services: Services, caller: Caller) -> SignInRules:
    async with services.db.connection() as connection:
        rules = await providers.get_rules(connection, caller.workspace_id)
        rows = await Q.rows(connection, "list_factors", workspace_id=caller.workspace_id)
    agents = [msgspec.convert(dict(row), AgentFactors) for row in rows]
    return SignInRules(rules.second_factor_required, rules.password_sign_in, rules.provider_works, agents)


def _shown(services: Services, provider: Provider) -> ShownProvider:
    return ShownProvider(
        provider.id, provider.name, provider.button, provider.issuer, provider.client_id, provider.sealed is not None,
        provider.allowed_domains, provider.creates_agents, provider.worked_at, callback_url(services, provider.id),
    )  # fmt: skip


def _plain(services: Services) -> bool:
    return services.settings.allow_private_sign_in or services.settings.allow_private_urls


ROUTES = [
    get_rules, patch_rules,
    get_providers, get_one_provider, post_provider, patch_provider, delete_provider, test_provider,
    *sign_in_api.ROUTES,
]  # fmt: skip
