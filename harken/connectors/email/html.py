"""HTML of a mail from a stranger: its quote cut off, sanitised to an allow-list, and as text. Pure, never an exception.

What is left has no script, form, class, id, foreign CSS or anything that loads by itself: remote images wait in
`data-remote-src` until an agent asks for them. It is still to be shown in a sandboxed frame.
"""

import base64
import binascii
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import msgspec
import nh3

MAX_SOURCE = 4 * 1024 * 1024  # characters that are looked at; a longer mail is an attachment
MAX_SHOWN = 256 * 1024  # bytes of sanitised HTML

# fmt: off
_TAGS = {
    "a", "abbr", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd",
    "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd",
    "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
}
# fmt: on
_ATTRIBUTES = {
    "*": {"align", "bgcolor", "color", "dir", "lang", "style", "title", "valign", "width", "height"},
    "a": {"href", "name"},
    "img": {"src", "alt"},
    "font": {"face", "size"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_DROPPED = {"script", "style", "title", "noscript", "template", "iframe", "object", "svg", "math", "xml", "textarea"}
_PROPERTIES = re.compile(
    r"color|background-color|font|font-(?:family|size|style|weight|variant)|line-height|letter-spacing|text-align|"
    r"text-decoration(?:-line|-color|-style)?|text-indent|text-transform|vertical-align|white-space|word-break|"
    r"word-wrap|overflow-wrap|direction|display|width|height|(?:min|max)-(?:width|height)|"
    r"(?:margin|padding)(?:-(?:top|right|bottom|left))?|"
    r"border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width))?|border-(?:radius|collapse|spacing)|"
    r"list-style-type|table-layout"
)
_VALUE = re.compile(r"[\w\s#.,%'\"+!-]{1,200}|rgba?\([\d\s.,%]{1,40}\)")
_DATA_IMAGE = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,([A-Za-z0-9+/=\s%]+)", re.IGNORECASE)
_REMOTE = "https://remote-image.invalid/?"  # marks a remote image between the two passes


class InlineImage(msgspec.Struct, frozen=True):
    """A picture that stood in the HTML itself as a data: URL."""

    content_id: str
    type: str
    data: bytes


class Sanitised(msgspec.Struct, frozen=True):
    html: str
    images: tuple[InlineImage, ...]


def sanitised(source: str) -> Sanitised:
    """Safe HTML. `src` of an inline image stays `cid:ID`; the app puts the stored file's address in its place."""
    images: list[InlineImage] = []

    def allowed(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return _style(value)
        if attribute == "href":
            return value if value.strip().lower().startswith(("http:", "https:", "mailto:", "tel:", "#")) else None
        if tag == "img" and attribute == "src":
            return _source(value, images)
        return value if len(value) <= 1000 else None

    html = nh3.clean(
        source,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=allowed,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
    )
    return Sanitised(html.replace(f' src="{_REMOTE}', ' data-remote-src="').strip(), tuple(images))


def _source(value: str, images: list[InlineImage]) -> str | None:
    url = value.strip()
    if url[:4].lower() == "cid:":
        return "cid:" + unquote(url[4:])
    if url[:5].lower() in ("http:", "https"):
        return _REMOTE + url
    match = _DATA_IMAGE.fullmatch(url)
    if match is None or len(images) >= 50:
        return None
    try:
        data = base64.b64decode(unquote(match[2]), validate=False)
    except (binascii.Error, ValueError):
        return None
    image = InlineImage(f"data-{len(images) + 1:02}", f"image/{match[1].lower()}", data)
    images.append(image)
    return "cid:" + image.content_id


def _style(value: str) -> str | None:
    kept: list[str] = []
    for declaration in value[:4000].split(";"):
        name, _, content = declaration.partition(":")
        name, content = name.strip().lower(), content.strip()
        if _PROPERTIES.fullmatch(name) and _VALUE.fullmatch(content):
            kept.append(f"{name}: {content}")
    return "; ".join(kept) or None


def cut_quote(source: str) -> tuple[str, str]:
    """(the new part, the quoted rest or ""), both as well-formed HTML that is not yet safe to show.

    Looks for the marks of Apple Mail and Thunderbird (`blockquote type=cite`, `.moz-cite-prefix`), Gmail
    (`.gmail_quote`), Outlook (`#divRplyFwdMsg`, `#appendonsend`) and Yahoo (`.yahoo_quoted`). Nothing is cut when text
    follows the quote (an answer between or below it) or when nothing is before it.
    """
    tidy = nh3.clean(
        source,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes={k: v | {"class", "id", "type"} for k, v in _ATTRIBUTES.items()}
        | {"img": {"src", "alt", "width", "height", "style"}},
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    )
    finder = _QuoteFinder(tidy)
    if not finder.spans:
        return tidy, ""
    start = finder.spans[0][0]
    ends = [end for _, end in finder.spans]
    starts = [begin for begin, _ in finder.spans[1:]] + [len(tidy)]
    between = "".join(tidy[end:begin] for end, begin in zip(ends, starts, strict=True))
    new = tidy[:start]
    if not ("<img" in new or text_of(new)) or (not finder.to_the_end and text_of(between)):
        return tidy, ""
    return new, tidy[start:]


class _QuoteFinder(HTMLParser):
    """Finds the outermost quotes. Fed with well-formed HTML only."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.spans: list[tuple[int, int]] = []
        self.to_the_end = False
        self._start = 0
        self._depth = 0  # of open elements inside the quote
        self._offsets = _line_offsets(source)
        self._source = source
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        mark = _mark(tag, dict(attrs))
        if self._depth == 0 and mark:
            self._start = self._position()
            self.to_the_end = self.to_the_end or mark == "all"
            self._depth = 1
        elif self._depth:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in _VOID:
            self._depth -= 1
            if self._depth == 0:
                self.spans.append((self._start, self._source.find(">", self._position()) + 1))

    def _position(self) -> int:
        line, column = self.getpos()
        return self._offsets[line - 1] + column


_VOID = {"br", "hr", "img", "wbr", "col"}


def _mark(tag: str, attributes: dict[str, str | None]) -> str | None:
    classes = set((attributes.get("class") or "").split())
    name = attributes.get("id") or ""
    if name.endswith(("divRplyFwdMsg", "appendonsend")):
        return "all"
    if (tag == "blockquote" and (attributes.get("type") or "").lower() == "cite") or classes & _CLASSES:
        return "block"
    return None


_CLASSES = {"gmail_quote", "gmail_quote_container", "moz-cite-prefix", "yahoo_quoted", "gmail_attr"}


def _line_offsets(source: str) -> list[int]:
    offsets = [0]
    for match in re.finditer("\n", source):
        offsets.append(match.end())
    return offsets


def text_of(source: str) -> str:
    """HTML as plain text: paragraphs, list marks and line breaks kept. Tidied first, so that parsing stays linear."""
    reader = _TextReader()
    reader.feed(nh3.clean(source, tags=_TAGS, clean_content_tags=_DROPPED, attributes={"img": {"alt"}}, link_rel=None))
    reader.close()
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._verbatim += tag == "pre"
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self._break(1)
            self.parts.append("- ")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")
        else:
            self._break(_BREAKS.get(tag, 0))

    def handle_endtag(self, tag: str) -> None:
        self._verbatim -= tag == "pre"
        self._break(_BREAKS.get(tag, 0))

    def handle_data(self, data: str) -> None:
        text = data if self._verbatim else re.sub(r"\s+", " ", data)
        if text and (self._verbatim or text != " " or not self._at_line_start()):
            self.parts.append(text)

    def _break(self, lines: int) -> None:
        """At least so many line ends here."""
        present = next((i for i, part in enumerate(reversed(self.parts[-2:])) if part != "\n"), 2)
        self.parts.extend(["\n"] * (lines - present))

    def _at_line_start(self) -> bool:
        return not self.parts or self.parts[-1] == "\n"


_BREAKS = {  # line ends around a block
    **dict.fromkeys(("div", "tr", "table", "ul", "ol", "dl", "dt", "dd", "center", "caption"), 1),
    **dict.fromkeys(("p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"), 2),
}
