"""Which conversation a mail belongs to, by signed reply address and by References; never by its subject. Pure.

A reply address is `local+TOKEN@domain`. TOKEN is base32 of the conversation's id (16 bytes) and the first 8 bytes of an
HMAC-SHA256 over channel, conversation and contact's address with the channel's `reply_secret`: a stranger cannot make
one, and one that was passed on says nothing when another address writes to it. That mail begins a conversation of its own.
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


class Seal(msgspec.Struct, frozen=True):
    """What signs the reply addresses of a channel."""

    address: str
    channel_id: UUID
    secret: str

    def mac(self, conversation_id: UUID, contact: str) -> bytes:
        signed = b"reply-address:" + self.channel_id.bytes + conversation_id.bytes + contact.lower().encode()
        return hmac.new(self.secret.encode(), signed, hashlib.sha256).digest()[:8]


def thread_of(message: Message, own_id: str, sender: str, seal: Seal) -> Thread:
    references = message_ids(message, "references")
    answered = message_ids(message, "in-reply-to")
    nearest = [i for i in dict.fromkeys([*answered, *reversed(references)]) if i != own_id]
    root = next(iter([*references, *answered]), own_id)
    return Thread(key=root, replies_to=tuple(nearest[:50]), conversation=_by_address(message, sender, seal))


def reply_address(seal: Seal, conversation_id: UUID, contact: str) -> str | None:
    """None when there is no secret, or when the local part has no room for a token."""
    local, _, domain = seal.address.partition("@")
    if not seal.secret or len(local) + 1 + _TOKEN > _LOCAL:
        return None
    token = base64.b32encode(conversation_id.bytes + seal.mac(conversation_id, contact)).decode().rstrip("=").lower()
    return f"{local}+{token}@{domain}"


def is_own(address: str, own: str) -> bool:
    """The channel's address, with or without a tag."""
    local, _, domain = own.partition("@")
    other, _, other_domain = address.lower().partition("@")
    return other_domain == domain and (other == local or other.startswith(f"{local}+"))


def _by_address(message: Message, sender: str, seal: Seal) -> UUID | None:
    if not seal.secret:
        return None
    for box in addresses(message, *_RECIPIENTS):
        tag = box.address.partition("@")[0].rpartition("+")[2]
        found = _conversation(tag, sender, seal) if is_own(box.address, seal.address) else None
        if found:
            return found
    return None


def _conversation(token: str, sender: str, seal: Seal) -> UUID | None:
    if len(token) != _TOKEN:
        return None
    try:
        raw = base64.b32decode(token.upper() + "=")
    except (binascii.Error, ValueError):
        return None
    conversation_id = UUID(bytes=raw[:16])
    return conversation_id if hmac.compare_digest(raw[16:], seal.mac(conversation_id, sender)) else None
