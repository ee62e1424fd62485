"""An agent's message as a mail: threaded, with text and HTML, and with no way to smuggle in a header. Pure."""

import mimetypes
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import cast
from uuid import UUID

import msgspec

from harken.connectors.email.account import Account
from harken.connectors.email.headers import is_address
from harken.connectors.email.threading import Seal, reply_address
from harken.kit.formatting import html_of, plain_of
from harken.kit.text import one_line, storable
from harken.port.errors import RecipientRefused
from harken.port.messages import OutboundMessage

_POLICY = SMTP.clone(max_line_length=78)
_ID = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # printable ASCII without angle brackets
_CID = re.compile(r"<img[^>]*\ssrc=[\"']?cid:[^>]*>", re.IGNORECASE)  # pictures that the quoted mail brought along
_LAST = 20  # References: the root and this many of the newest (RFC 5322, 3.6.4 sets no bound; servers do)


class Enclosure(msgspec.Struct, frozen=True):
    name: str
    type: str
    data: bytes


def message_id(identifier: UUID, account: Account) -> str:
    """The Message-ID of an outbound message, without brackets."""
    return f"{identifier}@{account.domain}"


def recipient(message: OutboundMessage) -> str:
    """Where the answer goes: where the customer's newest mail asked for it, else to the customer's address."""
    if message.reply_headers.get("from") == message.address:
        for address in _texts(message.reply_headers.get("reply_to")):
            if is_address(address):
                return address
    if not is_address(message.address):
        raise RecipientRefused(f"“{one_line(message.address, 100)}” is no e-mail address.")
    return message.address


def compose(
    message: OutboundMessage, account: Account, channel_id: UUID, enclosures: Sequence[Enclosure]
) -> EmailMessage:
    """The mail as it is sent, the same at every attempt. Raises RecipientRefused."""
    own_id = message.external_id or message_id(message.message_id, account)
    references = _references(message, own_id)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _sender(message, account)
    mail["To"] = _address(message.contact_name, recipient(message))
    copies = [_address("", address) for address in message.cc if is_address(address)]
    if copies:
        mail["Cc"] = copies
    mail["Subject"] = _subject(message, account, is_reply=bool(references))
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{own_id}>"
    if references:
        mail["In-Reply-To"] = f"<{_answered(message, references)}>"
        mail["References"] = " ".join(f"<{i}>" for i in references)
    if account.plus_addressing:
        seal = Seal(account.address, channel_id, account.reply_secret)
        tagged = reply_address(seal, message.conversation_id, message.address)
        if tagged:
            mail["Reply-To"] = _address(account.display_name, tagged)
    if message.author_kind != "agent":
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(_crlf_free(plain_body(message)), cte="quoted-printable")
    mail.add_alternative(html_body(message), subtype="html", cte="quoted-printable")
    for enclosure in enclosures:
        main, sub = _type(enclosure)
        mail.add_attachment(
            enclosure.data, maintype=main, subtype=sub, filename=one_line(enclosure.name, 150) or "file"
        )
    return mail


def recipients(message: OutboundMessage) -> list[str]:
    """Every address that the mail is handed over for, the customer's first. Raises RecipientRefused."""
    others = [address for address in (*message.cc, *message.bcc) if is_address(address)]
    return list(dict.fromkeys([recipient(message), *others]))


def plain_body(message: OutboundMessage) -> str:
    """The text, the signature after RFC 3676's mark, and what is quoted."""
    text = plain_of(message.text) if message.formatted else message.text
    signature = f"-- \n{plain_of(message.signature)}" if message.signature else ""
    return "\n\n".join(part for part in (text, signature, message.quoted) if part)


def html_body(message: OutboundMessage) -> str:
    """The same as a document; what is quoted is the earlier message's own HTML where it has one."""
    parts = [f'<div dir="auto">{html_of(message.text, formatted=message.formatted)}</div>']
    if message.signature:
        signature = html_of(message.signature, formatted=True)
        parts.append(f'<br>\n<div dir="auto" class="signature">{signature}</div>')
    if message.quoted:
        parts.append(_quotation(message))
    return f"<!doctype html>\n<html><body>{''.join(parts)}</body></html>\n"


def _quotation(message: OutboundMessage) -> str:
    intro, _, lines = message.quoted.partition("\n")
    words = "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines.split("\n"))
    inner = message.quoted_html or f'<div dir="auto">{html_of(words, formatted=False)}</div>'
    inner = _CID.sub("", inner).replace(" data-remote-src=", " src=")
    return (
        f'<br>\n<div dir="auto" class="quote-attribution">{escape(intro)}</div>\n'
        f'<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">{inner}</blockquote>'
    )


def _sender(message: OutboundMessage, account: Account) -> Address:
    author, shop = _name(message.author_name), _name(account.display_name)
    name = f"{author} via {shop}" if author and shop and message.author_kind == "agent" else shop or author
    return _address(name, account.address)


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(_name(name), local, domain)


def _name(text: str) -> str:
    return one_line(storable(text, 1000), 100)


def _subject(message: OutboundMessage, account: Account, *, is_reply: bool) -> str:
    subject = one_line(storable(message.subject or "", 2000), 300) or _name(account.display_name) or account.address
    if not is_reply or re.match(r"(re|aw|sv|rv|antw|odp)\s?:", subject, re.IGNORECASE):
        return subject
    return f"Re: {subject}"


def _references(message: OutboundMessage, own_id: str) -> list[str]:
    """The thread's Message-IDs, the root first: those of the customer's newest mail, then what we know since."""
    headers = message.reply_headers
    ids = [*_texts(headers.get("references")), *message.references, *_texts([headers.get("message_id")])]
    known = [i for i in dict.fromkeys(ids) if _ID.fullmatch(i) and i != own_id]
    known = [i for i in known if len(i) <= 250]
    if len(known) <= _LAST + 1:
        return known
    return [known[0], *known[-_LAST:]]


def _answered(message: OutboundMessage, references: list[str]) -> str:
    newest = str(message.reply_headers.get("message_id") or "")
    return newest if newest in references else references[-1]


def _type(enclosure: Enclosure) -> tuple[str, str]:
    guessed = enclosure.type or mimetypes.guess_type(enclosure.name)[0] or ""
    if not re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}", guessed) or guessed.startswith(
        ("multipart/", "message/")
    ):
        return "application", "octet-stream"
    main, _, sub = guessed.partition("/")
    return main, sub


def _crlf_free(text: str) -> str:
    return storable(text, 1_000_000).replace("\r\n", "\n").replace("\r", "\n") + "\n"


def _texts(value: object) -> list[str]:
    members = cast("list[object]", value) if isinstance(value, list) else []
    return [member for member in members if isinstance(member, str) and member]
