"""Header fields of a mail from anywhere: decoded, bounded, and never an exception. Pure.

The parsed message has the policy compat32: `policy.default` raises inside its own header parser on some broken fields.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import cast

import msgspec

from harken.kit.text import one_line

_ID = re.compile(r"<\s*([^<>\s]{3,998})\s*>")
_BARE_ID = re.compile(r"[^<>\s,;\"()]+@[^<>\s,;\"()]+")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x20\x7f]{1,64}@[^\s@<>()\[\],;:\"\\_\x00-\x20\x7f]{1,253}")
_CHARSETS = {  # what a mail says -> the superset that its sender means
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-8-i": "iso-8859-8",
    "utf8": "utf-8",
}
MAX_KEY = 180


class Mailbox(msgspec.Struct, frozen=True):
    address: str  # lower case
    name: str


def decoded(raw: bytes, charset: str | None) -> str:
    """Bytes as text, whatever they claim to be: the claimed charset, else UTF-8, else Windows-1252, else marks."""
    claimed = (charset or "utf-8").strip().strip("'\"").lower()
    for name in (_CHARSETS.get(claimed, claimed), "utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("utf-8", "replace")


def raw_fields(message: Message, name: str) -> Iterator[str]:
    """The unfolded values of a field, still encoded; 8-bit bytes read as UTF-8, else as Windows-1252."""
    for field, value in message.raw_items():
        if field.lower() == name:
            yield _unfolded(str(value))


def field(message: Message, name: str) -> str:
    """The first field of that name, decoded, on one line; "" when there is none."""
    return decoded_words(next(raw_fields(message, name), ""))


def decoded_words(raw: str) -> str:
    """RFC 2047's encoded words decoded."""
    try:
        parts = decode_header(raw)
    except Exception:  # binascii and email.errors raise several kinds on broken encoded words; the raw text is shown
        return one_line(raw, 10_000)
    text = "".join(p if isinstance(p, str) else _word(p, charset) for p, charset in parts)
    return one_line(text, 10_000)


def addresses(message: Message, *names: str) -> list[Mailbox]:
    """The mailboxes of address fields (at most 200), those without a usable address left out."""
    raw = [value[:20_000] for name in names for value in raw_fields(message, name)]
    try:
        pairs = getaddresses(raw)
    except (ValueError, IndexError, TypeError):
        pairs = []
    found = [Mailbox(a.strip().lower(), one_line(decoded_words(n), 200)) for n, a in pairs[:200]]
    found = [box for box in found if is_address(box.address)]
    if found or not raw:
        return found
    return [Mailbox(a.lower(), "") for a in _ADDRESS.findall(raw[0])[:1] if is_address(a)]


def children(part: Message) -> list[Message]:
    """The parts of a multipart, the mail in a message/rfc822; [] for a leaf."""
    payload: object = part.get_payload()
    if not isinstance(payload, list):
        return []
    return [cast("Message", child) for child in cast("list[object]", payload) if isinstance(child, Message)]


def is_address(text: str) -> bool:
    """An address that can be written to and stored."""
    return len(text) <= 254 and bool(_ADDRESS.fullmatch(text)) and ".." not in text.rpartition("@")[2]


def message_ids(message: Message, *names: str) -> list[str]:
    """The Message-IDs of fields in their order, normalised, without repeats, the first 10 and the last 90."""
    found: dict[str, None] = {}
    for name in names:
        for value in raw_fields(message, name):
            bounded = value[:50_000]
            ids = _ID.findall(bounded) or _BARE_ID.findall(bounded)
            found.update(dict.fromkeys(normalised_id(i) for i in ids))
    ids = list(found)
    return ids if len(ids) <= 100 else ids[:10] + ids[-90:]


def normalised_id(text: str) -> str:
    """A Message-ID without its brackets; one too long for a key becomes its hash."""
    bare = "".join(c for c in text.strip().strip("<>").strip() if c.isprintable() and not c.isspace())
    if len(bare) <= MAX_KEY:
        return bare
    return "sha256:" + hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()


def sent_at(message: Message) -> datetime | None:
    """The Date field with its zone (UTC when it has none); None when it cannot be read."""
    try:
        at = parsedate_to_datetime(next(raw_fields(message, "date"), ""))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if 1990 <= at.year <= 2200 else None


def _unfolded(value: str) -> str:
    text = value.replace("\r", "").replace("\n", "")
    if any("\udc80" <= c <= "\udcff" for c in text):
        return decoded(text.encode("utf-8", "surrogateescape"), "utf-8")
    return text


def _word(raw: bytes, charset: str | None) -> str:
    # decode_header hands the text between encoded words over as bytes in raw-unicode-escape
    return decoded(raw, charset) if charset else raw.decode("raw-unicode-escape", "replace")
