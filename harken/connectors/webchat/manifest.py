"""What the web chat says of itself, and what its settings may be. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import urlsplit

from harken.port.capabilities import Capabilities, FileRule
from harken.port.connector import Manifest, Setting

KIND: Final = "webchat"
TEXT_LIMIT: Final = 10_000
MAX_FILES: Final = 10
MAX_FILE_BYTES: Final = 20 * 1024 * 1024
DEFAULT_ACCENT: Final = "#2f62c8"
_MAX_GREETING: Final = 500
_MAX_TITLE: Final = 60
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
_TYPES: Final = [
    "image/*", "audio/*", "video/*", "application/pdf", "text/plain", "text/csv", "text/markdown",
    "application/zip", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
    _OFFICE + "wordprocessingml.document", _OFFICE + "spreadsheetml.sheet", _OFFICE + "presentationml.presentation",
    _OPEN + "text", _OPEN + "spreadsheet", _OPEN + "presentation",
]  # fmt: skip

MANIFEST: Final = Manifest(
    kind=KIND,
    title="Web chat",
    description="A chat on your own website: one script tag.",
    settings=(
        Setting(
            "allowed_origins", "list", "Allowed websites", default=[],
            help="Where the chat may be embedded, one origin a line: https://shop.example. Nowhere else when empty.",
        ),
        Setting("title", "text", "Title", default="", help="At the top of the chat. Your company's name when empty."),
        Setting("greeting", "text", "Greeting", default="", help="The first thing a visitor reads."),
        Setting("accent", "color", "Colour", default=DEFAULT_ACCENT, help="Of the header and the button."),
        Setting(
            "side", "choice", "Side of the page", default="end", choices=("end", "start"),
            help="Where the button is: at the end of a line (right in English), or at its start.",
        ),
        Setting(
            "identity_required", "boolean", "Known users only", default=False,
            help="Visitors must be signed in on your website, which signs who they are.",
        ),
        Setting(
            "identity_secret", "secret", "Identity secret", generated=True,
            help="Your server signs a user's id with it: HMAC-SHA256, hex. A new one signs every visitor out.",
        ),
    ),
)  # fmt: skip


def abilities() -> Capabilities:
    return Capabilities(
        text_limit=TEXT_LIMIT,
        files=[FileRule(_TYPES, MAX_FILE_BYTES)],
        max_files=MAX_FILES,
        captions=True,
        typing_in=True,
        typing_out=True,
        delivered=True,
        read=True,
        reactions=True,
        replies=True,
        can_start=False,
        start_refusal="Visitors write first on a web chat. Reopen the visitor's last conversation instead.",
        address_kind="visitor",
        voice="audio/mp4",  # every browser plays it
        formatting=["bold", "italic", "code"],
        buttons=10,
    )  # fmt: skip


def wrong_settings(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    wrong: list[tuple[str, str]] = []
    origins: object = settings.get("allowed_origins") or []
    if not isinstance(origins, list) or not all(exact_origin(str(o)) for o in cast(list[object], origins)):
        wrong.append(("allowed_origins", "not_an_origin"))
    accent = settings.get("accent") or DEFAULT_ACCENT
    if not isinstance(accent, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        wrong.append(("accent", "not_a_colour"))
    for name, most in (("greeting", _MAX_GREETING), ("title", _MAX_TITLE)):
        text = settings.get(name) or ""
        if not isinstance(text, str) or len(text) > most:
            wrong.append((name, "too_long"))
    if not isinstance(settings.get("identity_required") or False, bool):
        wrong.append(("identity_required", "not_a_boolean"))
    return wrong


def exact_origin(text: str) -> str | None:
    """The origin as browsers write it: scheme, host and a port that is not the scheme's own; None when it is none."""
    try:
        parts = urlsplit(text.strip().lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    rest = parts.path.rstrip("/") or parts.query or parts.fragment or parts.username
    if rest or parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:]+", host):
        return None
    shown = f"[{host}]" if ":" in host else host
    standard = port is None or port == (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{shown}" if standard else f"{parts.scheme}://{shown}:{port}"


def allowed_origins(settings: Mapping[str, Any], public_url: str) -> list[str]:
    """The channel's, and Harken's own, for the page where one tries it."""
    origins: list[object] = settings.get("allowed_origins") or []
    listed = [exact_origin(str(origin)) for origin in origins]
    return list(dict.fromkeys(origin for origin in [exact_origin(public_url), *listed] if origin))


def takes(media_type: str) -> bool:
    """Whether a visitor may send a file of this type (the part of abilities() that the server checks)."""
    if media_type == "image/svg+xml":
        return False
    return any(
        media_type.startswith(pattern[:-1]) if pattern.endswith("*") else media_type == pattern
        for rule in abilities().files
        for pattern in rule.types
    )
