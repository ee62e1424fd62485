"""What the connector `api` says of itself, and what its settings may be. Pure."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from harken.port.capabilities import Capabilities, FileRule
from harken.port.connector import Manifest, Setting

MAX_FILE_BYTES = 5 * 1024 * 1024  # files travel in base64 inside the JSON

MANIFEST = Manifest(
    kind="api",
    title="API",
    description="A service of your own: it posts what customers write and gets what agents answer.",
    settings=(
        Setting(
            "callback_url", "text", "Callback URL",
            help="Answers are POSTed here, signed (Standard Webhooks). Empty: messages come in, answers cannot leave.",
        ),
        Setting(
            "secret", "secret", "Secret", generated=True, signs=True,
            help="Your service sends it as a bearer token, and checks our signatures with it.",
        ),
    ),
)  # fmt: skip


def api_capabilities(settings: Mapping[str, Any]) -> Capabilities:
    may_start = bool(settings.get("callback_url"))
    return Capabilities(
        text_limit=20_000,
        files=[FileRule(["*/*"], MAX_FILE_BYTES)],
        max_files=10,
        captions=True,
        delivered=True,
        read=True,
        reactions=may_start,
        replies=True,
        formatting=["bold", "italic", "code"],
        buttons=10,
        can_start=may_start,
        start_refusal="" if may_start else "The channel has no callback URL: nothing can be sent over it.",
    )


def wrong_settings(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    wrong: list[tuple[str, str]] = []
    url = settings.get("callback_url") or ""
    if url and not _is_http_url(url):
        wrong.append(("callback_url", "not_an_http_url"))
    if not _usable_secret(settings.get("secret") or ""):
        wrong.append(("secret", "not_base64_after_whsec"))
    return wrong


def _is_http_url(url: object) -> bool:
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _usable_secret(secret: object) -> bool:
    """Standard Webhooks: what follows `whsec_` is base64."""
    if not isinstance(secret, str):
        return False
    try:
        base64.b64decode(secret[6:] if secret.startswith("whsec_") else "", validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
