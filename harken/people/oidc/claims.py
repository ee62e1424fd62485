"""An ID token judged (OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725). Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import urlsplit

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from harken.kit.crypto import same
from harken.people.oidc.model import Person, SignInFailed

ALGORITHMS: Final = ("RS256", "ES256")  # never none, never one whose key would be the client's secret
_SKEW: Final = 60  # seconds between their clock and ours
_OLDEST: Final = 600  # seconds since it was issued
_KEY_KINDS: Final = {"RS256": RSAKey, "ES256": ECKey}


class Expected(msgspec.Struct, frozen=True):
    issuer: str
    client_id: str
    nonce: str


def verified_claims(token: str, keys: Mapping[str, Any], expected: Expected, now: datetime) -> dict[str, Any]:
    """What a token says that the provider signed for us, now, for this sign-in. Raises SignInFailed (refused)."""
    claims = _signed_claims(token, keys)
    at = now.timestamp()
    if claims.get("iss") != expected.issuer:
        raise _refused("the token is another issuer's")
    _check_audience(claims, expected.client_id)
    if not _number(claims, "exp") > at - _SKEW:
        raise _refused("the token has expired")
    if not at - _OLDEST < _number(claims, "iat") < at + _SKEW:
        raise _refused("the token was not issued just now")
    if "nbf" in claims and not _number(claims, "nbf") < at + _SKEW:
        raise _refused("the token is not valid yet")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not same(nonce, expected.nonce):
        raise _refused("the token belongs to another sign-in")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise _refused("the token names nobody")
    return claims


def person_of(claims: Mapping[str, Any], issuer: str) -> Person:
    """Who the claims of the ID token, completed by those of UserInfo, speak of."""
    email, name = claims.get("email"), claims.get("name")
    return Person(
        str(claims["sub"]),
        email.strip() if isinstance(email, str) else "",
        _says_yes(claims.get("email_verified")) or _microsoft_verified(claims, issuer),
        name if isinstance(name, str) else "",
    )


def _signed_claims(token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a token that one of the keys has signed. Raises SignInFailed."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise _refused("the ID token is no signed token") from error
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise _refused(f"the ID token is signed with {str(algorithm)[:20]}, which is not accepted")
    for key in _candidates(keys, str(algorithm), header.get("kid")):
        try:
            return jwt.decode(token, key, algorithms=[str(algorithm)]).claims
        except (JoseError, ValueError, TypeError):
            continue
    raise _refused("none of the provider's keys has signed the ID token")


def _candidates(keys: Mapping[str, Any], algorithm: str, kid: object) -> Iterator[RSAKey | ECKey]:
    """The provider's public keys of the algorithm's kind; with a key id, those of that id alone."""
    for item in _list(keys.get("keys")):
        data = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
        if data.get("use", "sig") != "sig" or data.get("alg", algorithm) != algorithm:
            continue
        if kid is not None and data.get("kid") != kid:
            continue
        try:
            key = JWKRegistry.import_key(data)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if type(key) is _KEY_KINDS[algorithm]:
            yield key


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience, party = claims.get("aud"), claims.get("azp")
    named = [audience] if isinstance(audience, str) else _list(audience)
    if client_id not in named:
        raise _refused("the token is for another application")
    if (party is not None or len(named) > 1) and party != client_id:
        raise _refused("the token was given to another application")


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(f"the token lacks {name}")
    return float(value)


def _says_yes(value: object) -> bool:
    return value is True or value == "true"  # Amazon Cognito writes it as text


def _microsoft_verified(claims: Mapping[str, Any], issuer: str) -> bool:
    """Entra ID knows no email_verified; its optional claim xms_edov says that the tenant owns the address's domain."""
    ours = urlsplit(issuer).hostname == "login.microsoftonline.com"
    return ours and claims.get("xms_edov") in (True, 1, "1", "true")


def _refused(text: str) -> SignInFailed:
    return SignInFailed("refused", text)
