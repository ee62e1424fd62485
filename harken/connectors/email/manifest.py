"""What the mail connector says of itself: its settings, what it can do, and what is wrong with given settings. Pure."""

from collections.abc import Mapping
from typing import Any

from harken.connectors.email.account import SECURITY
from harken.connectors.email.headers import is_address
from harken.port.capabilities import Capabilities, FileRule
from harken.port.connector import Manifest, Setting

MAX_ATTACHMENTS = 25 * 1024 * 1024  # bytes in one outbound mail, before base64; most servers refuse more than that
TEXT_LIMIT = 1_000_000

MANIFEST = Manifest(
    kind="email",
    title="E-mail",
    description="A mailbox that Harken reads by IMAP and answers by SMTP.",
    settings=(
        Setting("address", "text", "Address", required=True, help="The address that customers write to."),
        Setting("display_name", "text", "Name", default="", help="Shown as the sender: “Ada via NAME”."),
        Setting("imap_host", "text", "IMAP server", required=True),
        Setting("imap_port", "number", "IMAP port", default=993),
        Setting("imap_security", "choice", "IMAP security", default="tls", choices=SECURITY),
        Setting("imap_user", "text", "IMAP user", default="", help="The address when left out."),
        Setting("imap_password", "secret", "IMAP password", required=True),
        Setting("smtp_host", "text", "SMTP server", required=True),
        Setting("smtp_port", "number", "SMTP port", default=587),
        Setting("smtp_security", "choice", "SMTP security", default="starttls", choices=SECURITY),
        Setting("smtp_user", "text", "SMTP user", default="", help="The address when left out."),
        Setting("smtp_password", "secret", "SMTP password", help="Empty for a relay that asks for none."),
        Setting(
            "plus_addressing",
            "boolean",
            "Reply address with a tag",
            default=True,
            help="Answers come back to address+tag@domain. Turn it off when your mail server refuses such addresses.",
        ),
        Setting("reply_secret", "secret", "Key of the reply addresses", generated=True),
    ),
)

CAPABILITIES = Capabilities(
    text_limit=TEXT_LIMIT,
    files=[FileRule(types=["*/*"], max_bytes=MAX_ATTACHMENTS)],
    max_files=20,
    captions=True,
    subject=True,
    html=True,
    can_start=True,
    address_kind="email",
    threads=True,
    shared_identities=True,
    formatting=["bold", "italic", "code"],
    cc=True,
    voice="audio/mp4",  # as phones and mail programs play it
    undo_seconds=5,
)


def settings_errors(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    errors: list[tuple[str, str]] = []
    if settings.get("address") and not is_address(str(settings["address"]).strip()):
        errors.append(("address", "invalid"))
    for name in ("imap_port", "smtp_port"):
        port = settings.get(name)
        if port is not None and (isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536):
            errors.append((name, "invalid"))
    for name in ("imap_host", "smtp_host"):
        host = str(settings.get(name) or "").strip()
        if host and (any(c.isspace() or c in "/@\\" for c in host) or len(host) > 253):
            errors.append((name, "invalid"))
    for name in ("imap_security", "smtp_security"):
        if settings.get(name) and settings[name] not in SECURITY:
            errors.append((name, "invalid"))
    return errors
