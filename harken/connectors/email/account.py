"""A mail channel's settings with their types and defaults. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

SECURITY = ("tls", "starttls", "none")


class Server(msgspec.Struct, frozen=True):
    """Where to reach one of the two services. Without a password no login is tried (a relay that trusts its network)."""

    host: str
    port: int
    security: str
    user: str
    password: str


class Account(msgspec.Struct, frozen=True):
    address: str  # lower case
    display_name: str
    imap: Server
    smtp: Server
    reply_secret: str
    plus_addressing: bool

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def account_of(settings: Mapping[str, Any]) -> Account:
    address = _text(settings, "address").strip().lower()
    return Account(
        address=address,
        display_name=_text(settings, "display_name"),
        imap=_server(settings, "imap", 993, "tls", address),
        smtp=_server(settings, "smtp", 587, "starttls", address),
        reply_secret=_text(settings, "reply_secret"),
        plus_addressing=settings.get("plus_addressing") is not False,
    )


def _server(settings: Mapping[str, Any], prefix: str, port: int, security: str, user: str) -> Server:
    return Server(
        host=_text(settings, f"{prefix}_host").strip(),
        port=int(settings.get(f"{prefix}_port") or port),
        security=_text(settings, f"{prefix}_security") or security,
        user=_text(settings, f"{prefix}_user").strip() or user,
        password=_text(settings, f"{prefix}_password"),
    )


def _text(settings: Mapping[str, Any], name: str) -> str:
    value = settings.get(name)
    return "" if value is None else str(value)
