"""The browser's way through a provider: there with start, back with callback. Failures come back to the sign-in page."""

import logging
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import Cookie, State
from litestar.params import QueryParameter

from harken.kit.errors import HarkenError, NotFound
from harken.people.oidc.arrival import Q, agent_of
from harken.people.oidc.claims import Expected, person_of, verified_claims
from harken.people.oidc.journey import COOKIE, LASTS, Journey, authorization_url, inside, packed, set_out, unpacked
from harken.people.oidc.model import Person, Provider, SignInFailed
from harken.people.oidc.providers import get_any_provider
from harken.people.oidc.wire import Wire
from harken.people.session_api import enter, session_cookies
from harken.port.services import Services

_log = logging.getLogger("harken.sign_in")
_PATH = "/auth/oidc"


class ProviderButton(msgspec.Struct, frozen=True):
    """`button`: what stands on it, when the workspace has chosen that."""

    id: UUID
    name: str
    button: str


class WaysIn(msgspec.Struct, frozen=True):
    """`password`: whether others than admins can sign in with one."""

    providers: list[ProviderButton]
    password: bool


@get("/api/sign-in", opt={"anonymous": True}, tags=["session"])
async def get_ways_in(services: Services) -> WaysIn:
    """What the sign-in page offers."""
    async with services.db.connection() as connection:
        rows = await Q.rows(connection, "list_buttons")
        password = bool(await Q.value(connection, "any_password_sign_in"))
    return WaysIn([ProviderButton(row["id"], row["name"], row["button"]) for row in rows], password or not rows)


@get("/auth/oidc/{provider_id:uuid}/start", opt={"anonymous": True}, tags=["session"])
async def start(
    state: State, services: Services, provider_id: UUID, next_path: Annotated[str, QueryParameter(name="next")] = "/"
) -> Response[None]:
    """Sends the browser to the provider, with a cookie that only this browser brings back."""
    journey = set_out(provider_id, next_path, services.clock.now())
    try:
        provider = await _provider(services, provider_id)
        there = await _wire(state).discover(provider.issuer)
        url = authorization_url(provider, there, journey, callback_url(services, provider_id))
    except SignInFailed as failure:
        return _failed(services, failure, provider_id, journey.next)
    return _redirect(url, [_cookie(services, packed(journey, services.sealer), int(LASTS.total_seconds()))])


@get("/auth/oidc/{provider_id:uuid}/callback", opt={"anonymous": True}, tags=["session"])
async def callback(
    request: Request[Any, Any, Any], state: State, services: Services, provider_id: UUID
) -> Response[None]:
    """Where the provider sends the browser back to: signs in, or tells on the sign-in page why not."""
    journey: Journey | None = None
    try:
        journey = unpacked(
            request.cookies.get(COOKIE, ""), services.sealer, provider_id, request.query_params.get("state", ""),
            services.clock.now(),
        )  # fmt: skip
        provider = await _provider(services, provider_id)
        person = await _person(_wire(state), services, provider, journey, request)
        agent_id = await agent_of(services.db, provider, person, services.clock.now())
    except SignInFailed as failure:
        return _failed(services, failure, provider_id, journey.next if journey else "/")
    except HarkenError as error:
        failure = SignInFailed("refused", str(error))
        return _failed(services, failure, provider_id, journey.next if journey else "/")
    session = await enter(request, services, provider.workspace_id, agent_id, "provider")
    _log.info("signed in", extra={"agent_id": str(agent_id), "provider_id": str(provider_id)})
    return _redirect(journey.next, [*session_cookies(services, session), _cookie(services, "", 0)])


def callback_url(services: Services, provider_id: UUID) -> str:
    return f"{services.settings.public_url}{_PATH}/{provider_id}/callback"


async def _person(
    wire: Wire, services: Services, provider: Provider, journey: Journey, request: Request[Any, Any, Any]
) -> Person:
    query = request.query_params
    if error := query.get("error"):
        problem = "cancelled" if error in ("access_denied", "login_required", "interaction_required") else "unreachable"
        raise SignInFailed(problem, f"the provider said {error[:80]}")
    if query.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise SignInFailed("refused", "the answer is another issuer's")
    if not (code := query.get("code")):
        raise SignInFailed("refused", "the answer has no code")
    there = await wire.discover(provider.issuer)
    redirect_uri = callback_url(services, provider.id)
    tokens = await wire.exchange(provider, there, code[:4096], journey.verifier, redirect_uri)
    expected = Expected(provider.issuer, provider.client_id, journey.nonce)
    claims = verified_claims(tokens.id_token, await wire.keys(there), expected, services.clock.now())
    if "email" not in claims:
        told = await wire.userinfo(there, tokens.access_token)
        if told and told.get("sub") != claims["sub"]:  # OpenID Connect Core 1.0, section 5.3.2
            raise SignInFailed("refused", "UserInfo speaks of somebody else")
        claims = {**told, **claims}
    return person_of(claims, provider.issuer)


async def _provider(services: Services, provider_id: UUID) -> Provider:
    async with services.db.connection() as connection:
        try:
            return await get_any_provider(connection, provider_id)
        except NotFound as error:
            raise SignInFailed("unreachable", "there is no such provider") from error


def _wire(state: State) -> Wire:
    return state.wire


def _failed(services: Services, failure: SignInFailed, provider_id: UUID, next_path: str) -> Response[None]:
    told = {"provider_id": str(provider_id), "problem": failure.problem, "why": str(failure)}
    _log.warning("sign-in failed", extra=told)
    onward = {"next": inside(next_path)} if next_path != "/" else {}
    return _redirect(f"/sign-in?{urlencode({'problem': failure.problem, **onward})}", [_cookie(services, "", 0)])


def _redirect(url: str, cookies: list[Cookie]) -> Response[None]:
    headers = {"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(None, status_code=303, headers=headers, cookies=cookies)


def _cookie(services: Services, value: str, seconds: int) -> Cookie:
    return Cookie(
        COOKIE, value=value, max_age=seconds, path=_PATH, secure=services.settings.secure_cookies, httponly=True,
        samesite="lax",
    )  # fmt: skip


ROUTES = [get_ways_in, start, callback]
