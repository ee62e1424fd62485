"""Which conversation a mail belongs to, by signed reply address and by References; never by its subject. Pure.

A reply address is `local+TOKEN@domain`. TOKEN is base32 of the conversation's id (16 bytes) and the first 8 bytes of an
HMAC-SHA256 over channel and conversation with the channel's `reply_secret`: a stranger cannot make one.
The token says which conversation, not who writes: ingest still compares the sender with the conversation's identity.
"""

import base64
import binascii
import hashlib
import hmac
from email.message import Message
from uuid import UUID

import msgspec

from harken.connectors.email.headers import addresses, message_ids

_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_TOKEN = 39  # characters of 24 bytes in base32, without padding
_LOCAL = 64  # RFC 5321, 4.5.3.1.1


class Thread(msgspec.Struct, frozen=True):
    key: str  # the root's Message-ID
    replies_to: tuple[str, ...]  # nearest first
    conversation: UUID | None  # by a reply address whose signature is good


def thread_of(message: Message, own_id: str, address: str, channel_id: UUID, secret: str) -> Thread:
    references = message_ids(message, "references")
    answered = message_ids(message, "in-reply-to")
    nearest = [i for i in dict.fromkeys([*answered, *reversed(references)]) if i != own_id]
    root = next(iter([*references, *answered]), own_id)
    return Thread(
        key=root, replies_to=tuple(nearest[:50]), conversation=_by_address(message, address, channel_id, secret)
    )


def reply_address(address: str, channel_id: UUID, conversation_id: UUID, secret: str) -> str | None:
    """None when there is no secret, or when the local part has no room for a token."""
    local, _, domain = address.partition("@")
    if not secret or len(local) + 1 + _TOKEN > _LOCAL:
        return None
    return f"{local}+{_token(channel_id, conversation_id, secret)}@{domain}"


def is_own(address: str, own: str) -> bool:
    """The channel's address, with or without a tag."""
    local, _, domain = own.partition("@")
    other, _, other_domain = address.lower().partition("@")
    return other_domain == domain and (other == local or other.startswith(f"{local}+"))


def _by_address(message: Message, own: str, channel_id: UUID, secret: str) -> UUID | None:
    if not secret:
        return None
    for box in addresses(message, *_RECIPIENTS):
        local, _, _ = box.address.partition("@")
        found = _conversation(local.rpartition("+")[2], channel_id, secret) if is_own(box.address, own) else None
        if found:
            return found
    return None


def _conversation(token: str, channel_id: UUID, secret: str) -> UUID | None:
    if len(token) != _TOKEN:
        return None
    try:
        raw = base64.b32decode(token.upper() + "=")
    except (binascii.Error, ValueError):
        return None
    conversation_id = UUID(bytes=raw[:16])
    good = hmac.compare_digest(raw[16:], _mac(channel_id, conversation_id, secret))
    return conversation_id if good else None


def _token(channel_id: UUID, conversation_id: UUID, secret: str) -> str:
    raw = conversation_id.bytes + _mac(channel_id, conversation_id, secret)
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _mac(channel_id: UUID, conversation_id: UUID, secret: str) -> bytes:
    signed = b"reply-address:" + channel_id.bytes + conversation_id.bytes
    return hmac.new(secret.encode(), signed, hashlib.sha256).digest()[:8]
