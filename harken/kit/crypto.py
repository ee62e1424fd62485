"""Secrets: random tokens, their hashes, sealing of channel credentials, signatures, constant-time compares."""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken


def new_token(prefix: str = "") -> str:
    """256 random bits, URL-safe, with a prefix that tells a leaked one's kind."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored instead of a random token (SHA-256 suffices: the token has 256 bits)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def sign(secret: str, text: bytes) -> str:
    """HMAC-SHA256, hex."""
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def new_webhook_secret() -> str:
    """As Standard Webhooks write one: every library of theirs takes it as it is."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def standard_webhook_signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature` (Standard Webhooks 1.0: symmetric, `v1,` + base64 of HMAC-SHA256).

    `secret` is used as its UTF-8 bytes, or base64-decoded after the prefix `whsec_`.
    """
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def standard_webhook_headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Of a signed JSON request. Raises ValueError for a secret that is not base64 after `whsec_`."""
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": standard_webhook_signature(secret, message_id, timestamp, body),
    }


def same(a: str | bytes, b: str | bytes) -> bool:
    """Compares in constant time; text is compared as UTF-8."""
    left = a.encode("utf-8", "surrogatepass") if isinstance(a, str) else a
    right = b.encode("utf-8", "surrogatepass") if isinstance(b, str) else b
    return hmac.compare_digest(left, right)


class Sealer:
    """Seals channel credentials with the installation's key (Fernet: AES-128-CBC and HMAC-SHA256)."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)
        self._key = key

    @classmethod
    def from_file(cls, path: Path) -> "Sealer":
        """The key in `path`, made (mode 0600) when there is none."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(Fernet.generate_key())
        return cls(path.read_bytes().strip())

    def mac(self, purpose: str, content: bytes) -> bytes:
        """16 bytes that only this installation can make. Each purpose has a key of its own, made of the installation's."""
        key = hmac.new(self._key, f"harken {purpose}".encode(), hashlib.sha256).digest()
        return hmac.new(key, content, hashlib.sha256).digest()[:16]

    def seal(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """Raises ValueError when the key is another or the bytes were changed."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise ValueError("sealed with another key, or damaged") from error
