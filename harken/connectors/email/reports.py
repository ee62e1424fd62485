"""News of our own mails that comes as a mail: bounces (RFC 3464) and read receipts (RFC 8098). Pure."""

import re
from email.message import Message
from uuid import UUID

from harken.connectors.email.headers import children, decoded_words, message_ids, raw_fields
from harken.kit.text import one_line
from harken.port.messages import InboundDelivery, InboundEvent, Unknown

_PERMANENT = re.compile(r"^\s*5\.\d{1,3}\.\d{1,3}")


def report_of(message: Message) -> InboundEvent | None:
    """None when the mail is no report."""
    if message.get_content_type() != "multipart/report":
        return None
    parts = [part for _, part in zip(range(100), message.walk(), strict=False)]
    kinds = {part.get_content_type(): part for part in reversed(parts)}
    if "message/delivery-status" in kinds:
        return _bounce(kinds["message/delivery-status"], parts)
    if "message/disposition-notification" in kinds:
        return _receipt(kinds["message/disposition-notification"])
    return None


def own_message_id(external_id: str, domain: str) -> UUID | None:
    """The message that a Message-ID of ours names (`UUID@domain`)."""
    local, _, host = external_id.partition("@")
    if host.lower() != domain:
        return None
    try:
        return UUID(local)
    except ValueError:
        return None


def _bounce(status: Message, parts: list[Message]) -> InboundEvent:
    original = _original_id(parts)
    if original is None:
        return Unknown("a delivery report that does not say of which mail")
    for recipient in _blocks(status):
        action = _first(recipient, "action").lower()
        code = _first(recipient, "status")
        if action == "failed" and (_PERMANENT.match(code) or not code):
            return InboundDelivery("failed", provider_id=original, error=_reason(recipient, code))
        if action == "delivered":
            return InboundDelivery("delivered", provider_id=original)
    return Unknown("a delivery report of a delay; the mail server goes on trying")


def _reason(recipient: Message, code: str) -> str:
    diagnostic = _first(recipient, "diagnostic-code").partition(";")
    text = (diagnostic[2] or diagnostic[0]).strip()
    return one_line(f"The mail came back: {text or code or 'no reason given'}", 500)


def _receipt(disposition: Message) -> InboundEvent:
    for block in _blocks(disposition):
        ids = message_ids(block, "original-message-id")
        if ids and "displayed" in _first(block, "disposition").lower():
            return InboundDelivery("read", provider_id=ids[0])
    return Unknown("a receipt that does not say that a mail was read")


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report; the parser makes a message of each."""
    return children(part)[:100]


def _original_id(parts: list[Message]) -> str | None:
    """From the returned mail, or from its header alone (`text/rfc822-headers`)."""
    for part in parts[1:]:
        if part.get_content_type() == "text/rfc822-headers":
            text = str(part.get_payload())
            match = re.search(r"^message-id:\s*<([^<>\s]{3,998})>", text[:100_000], re.IGNORECASE | re.MULTILINE)
            if match:
                return match[1]
        elif part.get_content_type() == "message/rfc822":
            ids = [i for inner in children(part) for i in message_ids(inner, "message-id")]
            if ids:
                return ids[0]
    return None


def _first(block: Message, name: str) -> str:
    return decoded_words(next(raw_fields(block, name), "")).strip()
