"""What the browser carries from start to callback: sealed, short-lived, for this browser alone. Pure but for chance."""

import base64
import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from harken.kit.crypto import Sealer, same
from harken.people.oidc.model import Provider, SignInFailed
from harken.people.oidc.wire import Discovered

COOKIE: Final = "harken_sign_in"
LASTS: Final = timedelta(minutes=10)
_PATH: Final = re.compile(r"/(?![/\\])[!-\[\]-~]{0,1999}")  # printable ASCII without blanks and backslashes


class Journey(msgspec.Struct, frozen=True):
    """One sign-in on its way. `verifier` proves to the provider that who started it ends it (PKCE)."""

    provider_id: UUID
    state: str
    nonce: str
    verifier: str
    next: str
    until: datetime


def set_out(provider_id: UUID, next: str, now: datetime) -> Journey:
    return Journey(
        provider_id,
        secrets.token_urlsafe(24),
        secrets.token_urlsafe(24),
        secrets.token_urlsafe(48),
        inside(next),
        now + LASTS,
    )


def authorization_url(provider: Provider, there: Discovered, journey: Journey, redirect_uri: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(journey.verifier.encode()).digest()).rstrip(b"=").decode()
    query = urlencode(
        {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email profile",
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
    )
    return there.authorization_endpoint + ("&" if "?" in there.authorization_endpoint else "?") + query


def packed(journey: Journey, sealer: Sealer) -> str:
    """The value of the cookie."""
    return sealer.seal(msgspec.json.encode(journey)).decode()


def unpacked(cookie: str, sealer: Sealer, provider_id: UUID, state: str, now: datetime) -> Journey:
    """The journey that comes back with `state`. Raises SignInFailed (expired): none, too old, or not this browser's."""
    try:
        journey = msgspec.json.decode(sealer.open(cookie.encode("utf-8", "surrogatepass")), type=Journey)
    except (ValueError, msgspec.DecodeError) as error:
        raise SignInFailed("expired", "this browser has begun no sign-in") from error
    if journey.provider_id != provider_id or not same(journey.state, state):
        raise SignInFailed("expired", "this browser has begun another sign-in")
    if journey.until < now:
        raise SignInFailed("expired", "it took too long")
    return journey


def inside(path: str) -> str:
    """A path of the app to go on to; "/" for anything that a browser could take for another site's address."""
    return path if _PATH.fullmatch(path) and not path.startswith(("/api/", "/auth/")) else "/"
