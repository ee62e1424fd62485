"""Tables as CSV: reading what people bring, whatever wrote it, and writing what spreadsheets open safely. Pure."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from harken.kit.errors import Invalid

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 200
_LONGEST_CELL: Final = 32_767  # what a spreadsheet's cell holds
_DELIMITERS: Final = ",;\t|"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


class Table(msgspec.Struct, frozen=True):
    """`rows` are as wide as `header`; `lines`: where each begins in the file, from 1."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    delimiter: str
    encoding: str


def read_table(data: bytes) -> Table:
    """Raises Invalid for field `file`, with what is wrong and where."""
    if len(data) > MOST_BYTES:
        raise refusal("too_large", f"at most {MOST_BYTES // (1024 * 1024)} MB")
    text, encoding = _decoded(data)
    delimiter = _delimiter(text)
    records, lines = _records(text, delimiter)
    if not records:
        raise refusal("empty", "there is nothing in the file")
    header = [cell.strip() for cell in records[0]]
    if len(header) > MOST_COLUMNS:
        raise refusal("too_many_columns", f"{len(header)} columns; at most {MOST_COLUMNS}")
    rows: list[list[str]] = []
    for record, line in zip(records[1:], lines[1:], strict=True):
        if len(record) > len(header) and any(cell.strip() for cell in record[len(header) :]):
            raise refusal("ragged", f"line {line} has {len(record)} cells, the header {len(header)}", line)
        rows.append([plain(cell) for cell in record[: len(header)]] + [""] * (len(header) - len(record)))
    return Table(header, rows, lines[1:], delimiter, encoding.removesuffix("-sig"))


def refusal(code: str, detail: str, line: int | None = None) -> Invalid:
    error = Invalid(("file", code), detail=detail)
    error.fields = {**error.fields, **({"line": line} if line else {})}
    return error


def plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `plain` makes it what it was."""
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA) else cell


def written(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV text (RFC 4180), defused."""
    out = io.StringIO()
    csv.writer(out).writerows([[defused(cell) for cell in row] for row in rows])
    return out.getvalue()


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refusal("spreadsheet", "this is a spreadsheet; save it as CSV first")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return _without_nul(data.decode(encoding)), encoding
            except UnicodeDecodeError as error:
                raise refusal("encoding", f"the file says {encoding} and is not") from error
    try:
        return _without_nul(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _without_nul(data.decode("cp1252", "replace")), "windows-1252"


def _without_nul(text: str) -> str:
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise refusal("not_text", f"line {line} holds a NUL: this is no text file", line)
    return text


def _delimiter(text: str) -> str:
    """The one that the header has most of, outside of quotes."""
    outside: list[str] = []
    quoted = False
    for character in text[:100_000].lstrip():
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted:
            break
        elif not quoted:
            outside.append(character)
    return max(_DELIMITERS, key=outside.count)


def _records(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    lines: list[int] = []
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                if len(records) > MOST_ROWS:
                    raise refusal("too_many_rows", f"at most {MOST_ROWS} rows")
                if max(map(len, record)) > _LONGEST_CELL:
                    raise refusal("cell_too_long", f"line {line} has a cell of more than {_LONGEST_CELL} letters", line)
                records.append(record)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise _csv_refusal(str(error), line) from error
    return records, lines


def _csv_refusal(why: str, line: int) -> Invalid:
    if "field limit" in why:
        return refusal("cell_too_long", f"line {line} has a cell of more than {_LONGEST_CELL} letters", line)
    if "unexpected end" in why:
        return refusal("unclosed_quote", f"a quote that opens in line {line} is never closed", line)
    return refusal("quotes", f"line {line}: {why}", line)
