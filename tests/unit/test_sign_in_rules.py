"""One-time codes, ID tokens and where a sign-in may go on to, judged without a database."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from harken.kit.crypto import Sealer
from harken.people import totp
from harken.people.attempts import network_of
from harken.people.browsers import browser_of
from harken.people.oidc.claims import Expected, person_of, verified_claims
from harken.people.oidc.journey import inside, packed, set_out, unpacked
from harken.people.oidc.model import SignInFailed

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ISSUER = "https://id.example"
EXPECTED = Expected(ISSUER, "harken", "the-nonce")
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
KEYS: dict[str, Any] = {"keys": [RSA.as_dict(private=False), EC.as_dict(private=False), {"kty": "XX", "kid": "new"}]}


def claims(**changed: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    good = {"iss": ISSUER, "aud": "harken", "sub": "s-1", "exp": at + 300, "iat": at, "nonce": "the-nonce"}
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def signed(key: Any = RSA, alg: str = "RS256", kid: str | None = "rsa", **changed: Any) -> str:
    header = {"alg": alg, **({"kid": kid} if kid else {})}
    return jwt.encode(header, claims(**changed), key, algorithms=[alg])


def by_hand(header: dict[str, str], key: bytes) -> str:
    """What no library likes to make: no signature at all, or an HMAC with the provider's public key."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims())]
    text = b".".join(parts)
    mark = hmac.digest(key, text, "sha256") if key else b""
    return (text + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


def refused(token: str, keys: dict[str, Any] = KEYS) -> str:
    with pytest.raises(SignInFailed) as failed:
        verified_claims(token, keys, EXPECTED, NOW)
    assert failed.value.problem == "refused"
    return str(failed.value)


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    assert totp.code_at(b"12345678901234567890", at // 30) == code


def test_a_phone_may_be_half_a_minute_off_and_no_more() -> None:
    secret = totp.new_secret()
    step = int(NOW.timestamp()) // 30
    found = [totp.matching_step(secret, totp.code_at(secret, step + skew), NOW) for skew in (-2, -1, 0, 1, 2)]
    assert found == [None, step - 1, step, step + 1, None]


def test_codes_are_read_however_they_are_typed() -> None:
    assert totp.plain_code(" 123 456 ") == "123456"
    assert totp.plain_code("ABCD-efgh–jkmn pqrs") == "abcdefghjkmnpqrs"
    assert totp.is_totp("123456")
    assert not totp.is_totp("12345６")


def test_a_token_that_the_provider_signed_for_us_now_is_taken() -> None:
    tokens = [signed(), signed(EC, "ES256", "ec"), signed(kid=None), signed(aud=["harken", "other"], azp="harken")]
    assert [verified_claims(token, KEYS, EXPECTED, NOW)["sub"] for token in tokens] == ["s-1"] * 4


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"}, {"aud": "other"}, {"aud": ["harken", "other"]}, {"azp": "other"},
        {"aud": None}, {"nonce": "another"}, {"nonce": None}, {"exp": 1}, {"exp": None}, {"exp": "soon"},
        {"iat": int(NOW.timestamp()) + 600}, {"iat": int(NOW.timestamp()) - 3600}, {"iat": None}, {"sub": ""},
        {"sub": None}, {"nbf": int(NOW.timestamp()) + 600},
    ],
)  # fmt: skip
def test_a_token_of_another_issuer_audience_sign_in_or_time_is_refused(changed: dict[str, Any]) -> None:
    refused(signed(**changed))


def test_a_token_without_a_signature_or_signed_with_what_everybody_knows_is_refused() -> None:
    assert "none" in refused(by_hand({"alg": "none", "kid": "rsa"}, b""))
    assert "HS256" in refused(by_hand({"alg": "HS256", "kid": "rsa"}, RSA.as_pem(private=False)))
    assert "no signed token" in refused("nothing")


def test_a_token_signed_by_a_key_that_the_provider_does_not_publish_is_refused() -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "rsa"})
    refused(signed(stranger))
    refused(signed(kid="unknown"))
    refused(signed(), {"keys": [{**RSA.as_dict(private=False), "use": "enc"}]})
    refused(signed(), {"keys": "none"})
    head, body, mark = signed().split(".")
    refused(f"{head}.{signed(sub='other').split('.')[1]}.{mark}")
    assert body


def test_an_address_counts_as_verified_only_when_the_provider_says_so() -> None:
    said = {"sub": "s-1", "email": "ada@example.com"}
    entra = "https://login.microsoftonline.com/t/v2.0"
    verified: list[Callable[[], bool]] = [
        lambda: person_of({**said, "email_verified": True}, ISSUER).email_verified,
        lambda: person_of({**said, "email_verified": "true"}, ISSUER).email_verified,
        lambda: person_of({**said, "xms_edov": 1}, entra).email_verified,
    ]
    assert all(each() for each in verified)
    for more in ({}, {"email_verified": False}, {"email_verified": "yes"}, {"email_verified": 1}, {"xms_edov": 1}):
        assert not person_of({**said, **more}, ISSUER).email_verified


@pytest.mark.parametrize(
    "next",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/\n/evil.example", "evil", "",
     "javascript:alert(1)", "/a\\b", "/\x00", "/auth/oidc/x/start", "/api/session", "/é", "/" + "a" * 3000],
)  # fmt: skip
def test_a_sign_in_goes_on_to_no_other_site(next: str) -> None:
    assert inside(next) == "/"


def test_a_sign_in_goes_on_to_pages_of_the_app() -> None:
    for path in ("/", "/inbox/0198?unread=1", "/search?q=%2F%2Fevil", "/settings/channels"):
        assert inside(path) == path


def test_a_journey_ends_in_its_own_browser_at_its_own_provider_in_time() -> None:
    sealer, provider = Sealer(b"x" * 43 + b"="), uuid4()
    journey = set_out(provider, "/inbox", NOW)
    cookie = packed(journey, sealer)
    assert unpacked(cookie, sealer, provider, journey.state, NOW) == journey
    wrong = [
        ("", provider, journey.state, NOW),
        (cookie[:-3] + "abc", provider, journey.state, NOW),
        (packed(journey, Sealer(b"y" * 43 + b"=")), provider, journey.state, NOW),
        (cookie, uuid4(), journey.state, NOW),
        (cookie, provider, "another", NOW),
        (cookie, provider, "", NOW),
        (cookie, provider, journey.state, NOW + timedelta(minutes=11)),
    ]
    for case in wrong:
        with pytest.raises(SignInFailed) as failed:
            unpacked(case[0], sealer, *case[1:])
        assert failed.value.problem == "expired"


def test_who_has_many_ipv6_addresses_has_one_count() -> None:
    one, two, other = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"
    assert network_of(one) == network_of(two) != network_of(other)
    assert [network_of(ip) for ip in ("203.0.113.9", "::ffff:203.0.113.9", "")] == ["203.0.113.9", "203.0.113.9", ""]


def test_browsers_are_told_in_words() -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"
    assert [tuple(browser_of(text)) for text in (firefox, edge, phone, "")] == [
        ("Firefox", "Linux"), ("Edge", "Windows"), ("Safari", "iPhone"), ("", ""),
    ]  # fmt: skip
