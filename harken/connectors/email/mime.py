"""The body of a mail from anywhere: text, safe HTML, what it quotes, and its files. Pure and total.

A tree that is broken, too deep or too wide still yields a text and the original as an attachment.
"""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from html import escape

import msgspec

from harken.connectors.email.headers import children, decoded, decoded_words, field
from harken.connectors.email.html import MAX_SHOWN, MAX_SOURCE, cut_quote, sanitised, text_of
from harken.connectors.email.quotes import folded
from harken.kit.text import one_line, storable
from harken.port.messages import InboundFile

MAX_TEXT = 1_000_000  # characters
_MAX_DEPTH = 20
_MAX_PARTS = 200


class Body(msgspec.Struct, frozen=True):
    text: str  # what is new
    html: str | None
    quoted: str | None
    files: tuple[InboundFile, ...]


class _Segment(msgspec.Struct):
    """One piece of the body: a text, an HTML text, or both as alternatives of each other."""

    text: str | None = None
    html: str | None = None


class _Found(msgspec.Struct):
    segments: list[_Segment]
    files: list[InboundFile]
    parts: int = 0


def parsed(raw: bytes) -> Message:
    """The mail as a tree; one whose nesting cannot be parsed keeps its header and has the rest as its text."""
    try:
        return message_from_bytes(raw)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError):
        return BytesHeaderParser().parsebytes(raw)


def body_of(message: Message, raw: bytes) -> Body:
    found = _Found([], [])
    try:
        _collect(message, found, 0)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError):
        text = decoded(raw[: MAX_TEXT // 10], "utf-8")
        return Body(storable(text, MAX_TEXT), None, None, (_original(raw),))
    return _assembled(found)


def _collect(part: Message, found: _Found, depth: int) -> None:
    found.parts += 1
    if found.parts > _MAX_PARTS or depth > _MAX_DEPTH:
        found.files.append(InboundFile(name="more.eml", data=_bytes_of(part), type="message/rfc822"))
        return
    kind = part.get_content_type()
    inner = children(part)[:_MAX_PARTS]
    if kind.startswith("message/") and inner:
        found.files.append(_attached_mail(part, inner))
    elif part.is_multipart():
        if kind == "multipart/alternative":
            _collect_alternatives(inner, found, depth)
        else:
            for child in inner:
                _collect(child, found, depth + 1)
    else:
        _collect_leaf(part, kind, found)


def _collect_alternatives(parts: list[Message], found: _Found, depth: int) -> None:
    """The alternatives of one text become one segment; what is no text among them (an invitation) is a file."""
    inner = _Found([], found.files, found.parts)
    for child in parts:
        _collect(child, inner, depth + 1)
    found.parts = inner.parts
    text = next((s.text for s in inner.segments if s.text and s.text.strip()), None)
    html = next((s.html for s in reversed(inner.segments) if s.html and s.html.strip()), None)
    if text is not None or html is not None:
        found.segments.append(_Segment(text, html))


def _collect_leaf(part: Message, kind: str, found: _Found) -> None:
    data = _content(part)
    name = _file_name(part)
    attached = part.get_content_disposition() == "attachment" or bool(name)
    if kind in ("text/plain", "text/html") and not attached:
        text = decoded(data, _charset(part)).replace("\r\n", "\n").replace("\r", "\n")
        found.segments.append(_Segment(html=text) if kind == "text/html" else _Segment(text=_unflowed(part, text)))
    elif data or name:
        found.files.append(
            InboundFile(name=name or _default_name(kind), data=data, content_id=_content_id(part), type=kind)
        )


def _assembled(found: _Found) -> Body:
    files = list(found.files)
    oversized = any(s.html and len(s.html) > MAX_SOURCE for s in found.segments)
    if oversized or not any(s.html for s in found.segments):
        text, quoted = folded(storable("\n\n".join(_plain(s) for s in found.segments), MAX_TEXT))
        return Body(text, None, quoted, (*files, *(_originals(found) if oversized else ())))
    source = "<hr>".join(s.html if s.html is not None else _as_html(s.text or "") for s in found.segments)
    new_html, rest_html = cut_quote(source)
    safe = sanitised(new_html)
    files += [
        InboundFile(name=f"{i.content_id}.{i.type[6:]}", data=i.data, content_id=i.content_id, type=i.type)
        for i in safe.images
    ]
    text, quoted = _texts(found, new_html, rest_html)
    if len(safe.html.encode("utf-8", "replace")) > MAX_SHOWN:
        return Body(text, None, quoted, (*files, *_originals(found)))
    return Body(text, storable(safe.html, MAX_SHOWN), quoted, tuple(files))


def _texts(found: _Found, new_html: str, rest_html: str) -> tuple[str, str | None]:
    """Text and quote that fit what the HTML shows: from the text parts when they fold alike, else from the HTML."""
    if all(s.text and s.text.strip() for s in found.segments):
        whole = storable("\n\n".join(s.text or "" for s in found.segments), MAX_TEXT)
        text, quoted = folded(whole)
        if bool(quoted) == bool(rest_html):
            return text, quoted
        if not rest_html:
            return whole.strip(), None
    text = storable(text_of(new_html), MAX_TEXT)
    return text, storable(text_of(rest_html), MAX_TEXT) or None


def _plain(segment: _Segment) -> str:
    if segment.text is not None and segment.text.strip():
        return segment.text
    return text_of((segment.html or "")[:MAX_SOURCE])


def _as_html(text: str) -> str:
    return "<div>" + escape(text.strip()).replace("\n", "<br>") + "</div>"


def _originals(found: _Found) -> Iterator[InboundFile]:
    for segment in found.segments:
        if segment.html:
            data = segment.html.encode("utf-8", "replace")
            yield InboundFile(name="original.html", data=data, type="text/html")


def _original(raw: bytes) -> InboundFile:
    return InboundFile(name="original.eml", data=raw, type="message/rfc822")


def _attached_mail(part: Message, inner: list[Message]) -> InboundFile:
    subject = field(inner[0], "subject")
    name = _file_name(part) or one_line(_safe_name(subject), 80) or "message"
    data = b"\n\n".join(_bytes_of(mail) for mail in inner)
    return InboundFile(name=name if name.lower().endswith(".eml") else f"{name}.eml", data=data, type="message/rfc822")


def _bytes_of(part: Message) -> bytes:
    try:
        return part.as_bytes()
    except Exception:  # the generator raises many kinds on trees that the parser took; the text is kept
        return str(part.get_payload()).encode("utf-8", "replace")


def _content(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        data = None
    if isinstance(data, bytes):
        return data
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _charset(part: Message) -> str | None:
    try:
        charset = part.get_param("charset")
    except (ValueError, LookupError, TypeError, IndexError):
        return None
    return str(charset[2] if isinstance(charset, tuple) else charset) if charset else None


def _unflowed(part: Message, text: str) -> str:
    """RFC 3676: a line that ends with a space goes on in the next."""
    try:
        flowed = str(part.get_param("format") or "").lower() == "flowed"
        deleted = str(part.get_param("delsp") or "").lower() == "yes"
    except (ValueError, LookupError, TypeError, IndexError):
        return text
    if not flowed:
        return text
    lines: list[str] = []
    open_line = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        content = line if quoted or line == "-- " else line.removeprefix(" ")
        if open_line and not quoted and lines and not lines[-1].startswith(">"):
            lines[-1] += content
        else:
            lines.append(content)
        open_line = content.endswith(" ") and content != "-- "
        if open_line and deleted:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError, IndexError, AttributeError):
        name = None
    if name is None:
        return ""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return one_line(_safe_name(decoded_words(text)), 200)


def _safe_name(name: str) -> str:
    return "".join(" " if c in '/\\:*?"<>|' else c for c in name).strip(" .")


def _default_name(kind: str) -> str:
    main, _, sub = kind.partition("/")
    extension = "".join(c for c in sub.removeprefix("x-") if c.isalnum())[:10]
    known = {"plain": "txt", "jpeg": "jpg", "calendar": "ics", "octetstream": "bin"}
    return f"{'image' if main == 'image' else 'file'}.{known.get(extension, extension or 'bin')}"


def _content_id(part: Message) -> str | None:
    raw = part.get("content-id")
    text = one_line(str(raw).strip().strip("<>").strip(), 250) if raw is not None else ""
    return text or None
