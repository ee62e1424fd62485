"""The provider's HTTP: discovery, the code for tokens, keys, UserInfo. Guarded, bounded, outside of transactions.

Keys are fetched anew for each sign-in, so that the provider may change them at any time; discovery, which a stranger can
ask for, is kept for a while.
"""

import base64
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec

from harken.kit.crypto import Sealer
from harken.kit.http import FetchFailed, FetchRefused, Reply, ask
from harken.kit.settings import Settings
from harken.people.oidc.model import Provider, SignInFailed

_MAX_BYTES: Final = 512 * 1024
_KEEP_SECONDS: Final = 600.0
_KEEP_FAILURE_SECONDS: Final = 10.0
_KEPT: Final = 1000


class Discovered(msgspec.Struct, frozen=True):
    """What of the provider's discovery document is used (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    code_challenge_methods_supported: tuple[str, ...] | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    response_types_supported: tuple[str, ...] = ("code",)


class Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str = ""


class Wire:
    """One per process; remembers discovery documents, and for seconds that there was none."""

    def __init__(self, settings: Settings, sealer: Sealer) -> None:
        self._private = settings.allow_private_sign_in or settings.allow_private_urls
        self._sealer = sealer
        self._known: dict[str, tuple[float, Discovered | SignInFailed]] = {}

    async def discover(self, issuer: str, *, fresh: bool = False) -> Discovered:
        """Raises SignInFailed (unreachable)."""
        until, found = self._known.get(issuer, (0.0, None))
        if found is None or fresh or until < time.monotonic():
            try:
                found, keep = await self._discover(issuer), _KEEP_SECONDS
            except SignInFailed as failure:
                found, keep = failure, _KEEP_FAILURE_SECONDS
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[issuer] = (time.monotonic() + keep, found)
        if isinstance(found, SignInFailed):
            raise SignInFailed(found.problem, str(found))
        return found

    async def exchange(
        self, provider: Provider, there: Discovered, code: str, verifier: str, redirect_uri: str
    ) -> Tokens:
        """The tokens for a code. Raises SignInFailed."""
        reply = await self.ask_for_tokens(provider, there, code, verifier, redirect_uri)
        if reply.status != 200:
            told = f"the token endpoint answered {reply.status} {error_of(reply)}"
            raise SignInFailed("expired" if error_of(reply) == "invalid_grant" else "unreachable", told)
        return _decoded(reply.data, Tokens, "the token endpoint")

    async def ask_for_tokens(
        self, provider: Provider, there: Discovered, code: str, verifier: str, redirect_uri: str
    ) -> Reply:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"accept": "application/json"}
        methods = there.token_endpoint_auth_methods_supported
        if provider.sealed is None:
            form["client_id"] = provider.client_id
        else:
            secret = self._sealer.open(provider.sealed).decode()
            if "client_secret_basic" in methods or "client_secret_post" not in methods:
                headers["authorization"] = _basic(provider.client_id, secret)
            else:
                form |= {"client_id": provider.client_id, "client_secret": secret}
        return await self._ask(there.token_endpoint, form=form, headers=headers)

    async def keys(self, there: Discovered) -> dict[str, Any]:
        """The provider's keys as they are now (RFC 7517). Raises SignInFailed (unreachable)."""
        return await self._document(there.jwks_uri, dict[str, Any], "the key set")

    async def userinfo(self, there: Discovered, access_token: str) -> dict[str, Any]:
        """What UserInfo adds. Raises SignInFailed (unreachable)."""
        if not there.userinfo_endpoint or not access_token:
            return {}
        headers = {"authorization": f"Bearer {access_token}", "accept": "application/json"}
        return await self._document(there.userinfo_endpoint, dict[str, Any], "UserInfo", headers)

    async def _discover(self, issuer: str) -> Discovered:
        url = issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = await self._document(url, Discovered, "the discovery document")
        if found.issuer != issuer:
            raise _unreachable(f"the provider calls itself {found.issuer[:200]}: write the issuer exactly so")
        if not is_address(found.authorization_endpoint, plain=self._private):
            raise _unreachable("the provider's sign-in page has no https address")
        return found

    async def _document(self, url: str, kind: type[Any], what: str, headers: Mapping[str, str] | None = None) -> Any:
        reply = await self._ask(url, headers=headers)
        if reply.status != 200:
            raise _unreachable(f"{what} at {url[:200]} is not there: {reply.status}")
        return _decoded(reply.data, kind, what)

    async def _ask(
        self, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        if not is_address(url, plain=self._private):
            raise _unreachable(f"{url[:200]} is not an https address")
        try:
            return await ask(url, form=form, headers=headers, max_bytes=_MAX_BYTES, allow_private=self._private)
        except (FetchFailed, FetchRefused) as error:
            hint = "" if self._private or "private" not in str(error) else " (HARKEN_ALLOW_PRIVATE_SIGN_IN lets it in)"
            raise _unreachable(f"{urlsplit(url).netloc} cannot be reached: {error}{hint}") from error


def is_address(url: str, *, plain: bool) -> bool:
    """https, or http where the operator lets providers be in their own network."""
    parts = urlsplit(url) if url.isascii() and url.isprintable() else urlsplit("")
    return parts.scheme in (("https", "http") if plain else ("https",)) and bool(parts.hostname)


def error_of(reply: Reply) -> str:
    """The `error` of an OAuth 2.0 error answer (RFC 6749, section 5.2)."""
    try:
        return str(msgspec.json.decode(reply.data, type=dict[str, Any]).get("error", ""))[:80]
    except (msgspec.DecodeError, RecursionError):
        return ""


def _decoded(data: bytes, kind: type[Any], what: str) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _unreachable(f"{what} cannot be read: {error}") from error


def _basic(client_id: str, secret: str) -> str:
    """RFC 6749, section 2.3.1: both are form-encoded first."""
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _unreachable(text: str) -> SignInFailed:
    return SignInFailed("unreachable", text)
