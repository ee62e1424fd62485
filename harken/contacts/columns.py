"""What the columns of a table of contacts mean, by their headers, and what a row says. Pure.

`name`, `email`, `phone`, `<connector>:address`, `labels`, `timezone`, `language`, `attributes.<key>`, `id`; a header that is
none of these is an attribute of that name. An address of a connector that has no channel here is left out.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, cast
from uuid import UUID

import msgspec

from harken.contacts.rules import (
    checked_language,
    checked_name,
    checked_timezone,
    merged_attributes,
    normal_address,
)
from harken.kit.errors import Invalid
from harken.kit.table import refusal
from harken.kit.text import one_line

_NAMES: Final[Mapping[str, str]] = {
    "name": "name", "full name": "name", "contact": "name", "customer": "name", "nombre": "name", "الاسم": "name",
    "email": "email", "e-mail": "email", "mail": "email", "email address": "email", "e-mail-adresse": "email",
    "correo": "email", "phone": "phone", "phone number": "phone", "mobile": "phone", "telefon": "phone",
    "teléfono": "phone", "tel": "phone", "labels": "labels", "tags": "labels", "timezone": "timezone",
    "time zone": "timezone", "language": "language", "id": "id",
}  # fmt: skip
_IGNORED: Final = ("created_at", "blocked")
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?")
_SEVERAL: Final = re.compile(r"\s*;\s*")

Target = Literal["name", "identity", "labels", "timezone", "language", "id", "attribute", "ignored"]


class Outlet(msgspec.Struct, frozen=True):
    """Where an address can be: on a channel of a connector."""

    connector: str
    scope: str
    kind: str


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a column is taken for. `key`: the attribute's, or the connector of an identity."""

    header: str
    target: Target
    key: str = ""


class Entry(msgspec.Struct, frozen=True):
    """What one row says of a contact."""

    id: UUID | None
    name: str
    addresses: list[tuple[str, str, str]]  # connector, scope, address
    attributes: dict[str, Any]
    label_ids: list[UUID]
    timezone: str
    language: str


def columns_of(header: Sequence[str], outlets: Sequence[Outlet]) -> list[Column]:
    """Raises Invalid when there is nothing by which a contact is known."""
    columns = [_column(title, outlets) for title in header]
    if not any(column.target in ("name", "identity", "id") for column in columns):
        raise refusal("no_known_column", "there is no column for a name or an address")
    doubled = {
        c.header for c in columns if c.target in ("name", "id") and sum(o.target == c.target for o in columns) > 1
    }
    if doubled:
        raise refusal("doubled_column", f"more than one column is taken for the same: {', '.join(sorted(doubled))}")
    return columns


def _column(title: str, outlets: Sequence[Outlet]) -> Column:
    clean = one_line(title, 100)
    known = _NAMES.get(clean.casefold(), "")
    connector, colon, field = clean.casefold().rpartition(":")
    if clean.casefold().startswith("attributes."):
        return Column(title, "attribute", clean[len("attributes.") :])
    if not clean or clean.casefold() in _IGNORED:
        return Column(title, "ignored")
    if known in ("email", "phone") or (colon and field == "address"):
        outlet = next((o for o in outlets if (o.kind == known if known else o.connector == connector)), None)
        if outlet is None and not known:
            return Column(title, "ignored")
        return Column(title, "identity", outlet.connector) if outlet else Column(title, "attribute", clean)
    if known:
        return Column(title, known)  # pyright: ignore[reportArgumentType]
    return Column(title, "attribute", clean)


def entry_of(
    columns: Sequence[Column], row: Sequence[str], outlets: Sequence[Outlet], labels: Mapping[str, UUID]
) -> Entry:
    """Raises Invalid, naming the column. `labels`: by name in small letters."""
    cells = {c.target: cell for c, cell in zip(columns, row, strict=True) if c.target not in ("attribute", "identity")}
    attributes = {c.key: _value(cell) for c, cell in zip(columns, row, strict=True) if c.target == "attribute" and cell}
    addresses = [
        _address(column, part, outlets)
        for column, cell in zip(columns, row, strict=True)
        if column.target == "identity"
        for part in _SEVERAL.split(cell)
        if part
    ]
    entry = Entry(
        _id(cells.get("id", "")), checked_name(cells.get("name", "")), list(dict.fromkeys(addresses)),
        merged_attributes({}, attributes), _labels(cells.get("labels", ""), labels),
        checked_timezone(cells.get("timezone", "")), checked_language(cells.get("language", "")),
    )  # fmt: skip
    if not (entry.id or entry.name or entry.addresses):
        raise Invalid(("name", "required"))
    return entry


def _id(cell: str) -> UUID | None:
    try:
        return UUID(cell) if cell else None
    except ValueError as error:
        raise Invalid(("id", "invalid")) from error


def _address(column: Column, part: str, outlets: Sequence[Outlet]) -> tuple[str, str, str]:
    outlet = next(o for o in outlets if o.connector == column.key)
    try:
        return outlet.connector, outlet.scope, normal_address(part, outlet.kind)
    except Invalid as error:
        raise Invalid((column.header, reason_of(error)[1]), detail=part[:100]) from error


def _labels(cell: str, labels: Mapping[str, UUID]) -> list[UUID]:
    found: list[UUID] = []
    for name in filter(None, _SEVERAL.split(cell)):
        if name.casefold() not in labels:
            raise Invalid(("labels", "unknown"), detail=name[:80])
        found.append(labels[name.casefold()])
    return list(dict.fromkeys(found))


def _value(cell: str) -> str | float | bool:
    """As it was before it was written: true, false, a number, or text (a date is its text)."""
    if cell in ("true", "false"):
        return cell == "true"
    if _NUMBER.fullmatch(cell) and cell != "-0":
        return float(cell) if "." in cell else int(cell)
    return cell


def cell_of(value: object) -> str:
    """An attribute's value as a cell."""
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def reason_of(error: Invalid) -> tuple[str, str, str]:
    """Field, code and what it was, for the report of a row."""
    errors = cast("list[dict[str, str]]", error.fields["errors"])
    return errors[0]["field"], errors[0]["code"], error.detail
