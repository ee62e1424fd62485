"""Who a visitor is: signed identities of the host page, tokens, and signed references to files. Pure.

All is signed with keys made from the channel's `identity_secret`: a new secret ends everything that was signed.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Final, Literal, TypeVar
from uuid import UUID

import msgspec

from harken.kit.crypto import same, sign
from harken.kit.errors import Forbidden
from harken.kit.text import one_line
from harken.port.messages import ChannelConfig

TOKEN_LIFETIME: Final = timedelta(days=365)
LINK_LIFETIME: Final = timedelta(days=1)
_MAX_TOKEN: Final = 3_000
_B64: Final = re.compile(r"[A-Za-z0-9_-]+")
_encoder = msgspec.json.Encoder()
_T = TypeVar("_T", bound=msgspec.Struct)


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the host page says of its user. `hash`: hex HMAC-SHA256(identity_secret, user_id)."""

    user_id: str | int | None = None
    name: str | None = None
    email: str | None = None
    hash: str | None = None


class Claims(msgspec.Struct, frozen=True, array_like=True):
    """A token's content."""

    address: str
    name: str
    email: str
    until: int

    @property
    def known(self) -> bool:
        return self.address.startswith("user:")


class Upload(msgspec.Struct, frozen=True, array_like=True):
    """A file that a visitor has stored and not sent yet."""

    address: str
    digest: str
    name: str
    type: str
    size: int
    until: int


def claims_for(channel: ChannelConfig, identity: Identity | None, held: Claims | None, now: datetime) -> Claims:
    """Whom a session is for. Raises Forbidden `identity_refused` or `identity_required`."""
    given = identity or Identity()
    user_id = "" if given.user_id is None else str(given.user_id)
    name, email = one_line(given.name or "", 200), one_line(given.email or "", 320)
    until = int((now + TOKEN_LIFETIME).timestamp())
    if user_id:
        _require_signature(channel, user_id, given.hash or "")
        return Claims(f"user:{user_id}", name or (held.name if held else ""), email, until)
    if channel.settings.get("identity_required"):
        raise Forbidden("only signed-in users may write here", code="identity_required")
    if held is not None and not held.known:
        return Claims(held.address, name or held.name, email or held.email, until)
    number = secrets.token_hex(16)
    return Claims(f"visitor:{number}", name or f"Visitor {number[:4].upper()}", email, until)


def _require_signature(channel: ChannelConfig, user_id: str, given: str) -> None:
    expected = sign(_secret(channel), user_id.encode("utf-8", "surrogatepass"))
    if len(user_id) > 200 or not same(given.lower(), expected):
        raise Forbidden("the signature of the user's id is wrong", code="identity_refused")


def token_of(channel: ChannelConfig, claims: Claims) -> str:
    return _signed(channel, "token", claims)


def claims_of(channel: ChannelConfig, token: str, now: datetime) -> Claims | None:
    """None for a token that is not this channel's, was changed, or has ended."""
    claims = _opened(channel, "token", token, Claims)
    return claims if claims is not None and claims.until > now.timestamp() else None


def signed_upload(channel: ChannelConfig, upload: Upload) -> str:
    return _signed(channel, "upload", upload)


def upload_of(channel: ChannelConfig, address: str, id: str, now: datetime) -> Upload | None:
    """None for one that is not this visitor's, or has ended."""
    upload = _opened(channel, "upload", id, Upload)
    valid = upload is not None and upload.address == address and upload.until > now.timestamp()
    return upload if valid else None


def link_signature(channel: ChannelConfig, file_id: UUID, until: int) -> str:
    """Of a link to a file that the visitor was shown."""
    return _mac(channel, "file", f"{file_id}:{until}".encode())


def may_fetch(channel: ChannelConfig, file_id: UUID, until: int, signature: str, now: datetime) -> bool:
    return same(signature, link_signature(channel, file_id, until)) and until > now.timestamp()


def _secret(channel: ChannelConfig) -> str:
    """Without one everybody could sign: raises Forbidden."""
    secret = str(channel.settings.get("identity_secret") or "")
    if not secret:
        raise Forbidden("the channel has no identity secret", code="identity_refused")
    return secret


def _mac(channel: ChannelConfig, purpose: Literal["token", "upload", "file"], body: bytes) -> str:
    """The key is derived by a plain digest: no user id can be chosen so that its signature would be a key."""
    key = hashlib.sha256(f"harken webchat {purpose} {channel.id} {_secret(channel)}".encode()).digest()
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def _signed(channel: ChannelConfig, purpose: Literal["token", "upload"], content: Claims | Upload) -> str:
    body = base64.urlsafe_b64encode(_encoder.encode(content)).rstrip(b"=")
    return f"{body.decode()}.{_mac(channel, purpose, body)}"


def _opened(channel: ChannelConfig, purpose: Literal["token", "upload"], text: str, shape: type[_T]) -> _T | None:
    body, _, mac = text.partition(".")
    if len(text) > _MAX_TOKEN or not _B64.fullmatch(body) or not same(mac, _mac(channel, purpose, body.encode())):
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=shape)
    except (msgspec.MsgspecError, ValueError):
        return None
