"""One mail to one event: a customer's message, news of one of ours, or nothing. Pure and total."""

import hashlib
from collections.abc import Mapping
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

from harken.connectors.email.account import Account, account_of
from harken.connectors.email.headers import Mailbox, addresses, field, message_ids, normalised_id, raw_fields, sent_at
from harken.connectors.email.mime import body_of, parsed
from harken.connectors.email.reports import own_message_id, report_of
from harken.connectors.email.threading import Seal, Thread, is_own, thread_of
from harken.kit.text import one_line
from harken.port.messages import Broken, ChannelConfig, InboundDelivery, InboundEvent, InboundMessage, RawItem, Unknown

_MOST_OTHERS = 50


def item_of(raw: bytes) -> RawItem:
    """A mail as an item, keyed by its Message-ID, or by what it says when it has none."""
    return RawItem(dedupe_key=key_of(raw), body=raw)


def key_of(raw: bytes) -> str:
    header = BytesHeaderParser().parsebytes(raw[: 256 * 1024])
    own = next((normalised_id(value) for value in raw_fields(header, "message-id")), "")
    return own or _fingerprint(header, raw)


def event_of(item: RawItem, channel: ChannelConfig) -> InboundEvent:
    """Never raises: a mail that cannot be read is Broken, and its receipt is kept."""
    try:
        return _event_of(item, channel)
    except Exception as error:  # a stranger's bytes: whatever went wrong, the mail must be kept and the rest go on
        return Broken(f"{type(error).__name__} while reading a mail")


def _event_of(item: RawItem, channel: ChannelConfig) -> InboundEvent:
    account = account_of(channel.settings)
    message = parsed(item.body)
    report = report_of(message)
    if report is not None:
        return _with_message_id(report, account)
    sender, is_form = _sender(message, account)
    if sender is None:
        return Unknown("sent from the channel's own address, or without a sender")
    thread = thread_of(
        message, item.dedupe_key, sender.address, Seal(account.address, channel.id, account.reply_secret)
    )
    if is_form:
        thread = Thread(item.dedupe_key, (), None)
    return _message(item, message, sender, thread, account)


def _message(item: RawItem, message: Message, sender: Mailbox, thread: Thread, account: Account) -> InboundMessage:
    body = body_of(message, item.body)
    return InboundMessage(
        external_id=item.dedupe_key,
        address=sender.address,
        name=sender.name,
        text=body.text,
        html=body.html,
        quoted=body.quoted,
        files=body.files,
        subject=one_line(field(message, "subject"), 500) or None,
        thread_key=thread.key,
        replies_to=thread.replies_to,
        conversation_hint=thread.conversation,
        sent_at=sent_at(message),
        automatic=_is_automatic(message, thread),
        headers=_kept(message, sender),
        cc=_others(message, sender, account),
    )


def _sender(message: Message, account: Account) -> tuple[Mailbox | None, bool]:
    """Who writes, and whether a web form does so in our name.

    A form on one's own site sends from the channel's address, with the customer in Reply-To: theirs is a new thread,
    whatever it refers to. Any other mail from our own address is a loop.
    """
    sender = next(iter(addresses(message, "from", "sender")), None)
    if sender is None or not is_own(sender.address, account.address):
        return sender, False
    others = [box for box in addresses(message, "reply-to") if not is_own(box.address, account.address)]
    return (others[0], True) if others else (None, False)


def _is_automatic(message: Message, thread: Thread) -> bool:
    """RFC 3834 and what programs did before it. A person who answers through a list is no automaton."""
    submitted = field(message, "auto-submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(field(message, name) for name in ("x-auto-response-suppress", "x-autoreply", "x-autorespond")):
        return True
    if next((value.strip() for value in raw_fields(message, "return-path")), None) == "<>":
        return True
    if field(message, "precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    return bool(field(message, "list-id")) and not thread.replies_to


def _kept(message: Message, sender: Mailbox) -> Mapping[str, Any]:
    """What an answer needs: whom it answers, and where to."""
    reply_to = [box.address for box in addresses(message, "reply-to") if box.address != sender.address]
    kept: dict[str, Any] = {
        "message_id": next(iter(message_ids(message, "message-id")), ""),
        "references": message_ids(message, "references") or message_ids(message, "in-reply-to"),
        "from": sender.address,
    }
    if reply_to:
        kept["reply_to"] = reply_to[:1]
    copies = [box.address for box in addresses(message, "cc")]
    return kept | ({"cc": copies[:50]} if copies else {})


def _others(message: Message, sender: Mailbox, account: Account) -> tuple[str, ...]:
    """Who else the mail was sent to: an answer to all goes to them too."""
    boxes = [box.address for box in addresses(message, "to", "cc")]
    others = [a for a in dict.fromkeys(boxes) if a != sender.address and not is_own(a, account.address)]
    return tuple(others[:_MOST_OTHERS])


def _with_message_id(report: InboundEvent, account: Account) -> InboundEvent:
    if not isinstance(report, InboundDelivery) or report.provider_id is None:
        return report
    return InboundDelivery(
        state=report.state,
        provider_id=report.provider_id,
        message_id=own_message_id(report.provider_id, account.domain),
        error=report.error,
        at=report.at,
    )


def _fingerprint(header: Message, raw: bytes) -> str:
    digest = hashlib.sha256()
    for name in ("date", "from", "to", "subject"):
        digest.update(next(raw_fields(header, name), "").encode("utf-8", "replace") + b"\x00")
    ends = [at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0]
    digest.update(raw[min(ends) :].strip() if ends else raw)
    return "sha256:" + digest.hexdigest()
