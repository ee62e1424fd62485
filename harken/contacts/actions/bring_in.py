"""Importing a table of contacts: each row finds its contact by an address, its id or its name, or makes one.

Rows are taken a batch at a time, each batch in a transaction of its own, so that nobody waits long for the workspace; who
imports the same table again changes nothing. A dry run decides the same and writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from harken.contacts.audience import audiences_of, places_of
from harken.contacts.columns import Column, Entry, Outlet, cell_of, columns_of, entry_of, reason_of
from harken.contacts.model import ContactSummary
from harken.contacts.rules import MOST_IDENTITIES, MOST_LABELS, merged_attributes
from harken.contacts.store import Q
from harken.events.log import Writer
from harken.events.types import Actor, Audience
from harken.kit.db import Queries, Tx
from harken.kit.errors import Invalid
from harken.kit.ids import new_id
from harken.kit.table import Table
from harken.people.model import Caller
from harken.port.connector import Connector

_Q = Queries(Path(__file__).with_suffix(".sql"))
BATCH: Final = 250
Address = tuple[str, str, str]
Outcome = Literal["created", "updated", "unchanged", "error"]


class RowResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a row. `line`: where it begins in the file. An error says which field, why, and what stood there."""

    line: int
    outcome: Outcome
    name: str
    field: str = ""
    code: str = ""
    detail: str = ""


@dataclass(slots=True)
class _Known:
    """A contact as it is after the rows so far."""

    id: UUID
    name: str
    attributes: dict[str, Any]
    label_ids: list[UUID]
    timezone: str
    language: str
    addresses: list[str]  # connector and address, whatever the channel
    new: bool = False
    blocked: bool = False


@dataclass(slots=True)
class Import:
    """One run over a table; `take` is called for each batch, in order."""

    table: Table
    columns: list[Column]
    outlets: list[Outlet]
    labels: Mapping[str, UUID]
    _contacts: dict[UUID, _Known] = field(
        default_factory=dict[UUID, _Known]
    )  # of this batch, and those made in this run
    _owners: dict[Address, UUID] = field(default_factory=dict[Address, UUID])
    _named: dict[str, UUID] = field(default_factory=dict[str, UUID])  # without any address, by name in small letters

    def entries(self) -> list[Entry | RowResult]:
        """Every row read; pure, and long for a long table."""
        return [self._entry(row, line) for row, line in zip(self.table.rows, self.table.lines, strict=True)]

    def _entry(self, row: list[str], line: int) -> Entry | RowResult:
        try:
            return entry_of(self.columns, row, self.outlets, self.labels)
        except Invalid as error:
            return _failed(line, row[0][:80], error)

    async def take(
        self, tx: Tx, workspace_id: UUID, batch: Sequence[tuple[int, Entry | RowResult]]
    ) -> tuple[list[RowResult], "Changes"]:
        """What becomes of the rows, and what has to be written for it. `tx` is a transaction."""
        await _Q.row(tx, "plan_by_keys")
        await self._load(tx, workspace_id, [entry for _, entry in batch if isinstance(entry, Entry)])
        changes = Changes()
        results = [e if isinstance(e, RowResult) else self._decide(line, e, changes) for line, e in batch]
        return results, changes

    def forget(self) -> None:
        """What was taken is written: the next batch reads it, and what others did meanwhile."""
        self._contacts.clear()
        self._owners.clear()
        self._named.clear()

    async def _load(self, tx: Tx, workspace_id: UUID, entries: Sequence[Entry]) -> None:
        addresses = list({address for entry in entries for address in entry.addresses} - self._owners.keys())
        rows = await _Q.rows(
            tx, "find_owners", workspace_id=workspace_id, connectors=[a[0] for a in addresses],
            scopes=[a[1] for a in addresses], addresses=[a[2] for a in addresses],
        )  # fmt: skip
        self._owners |= {(row["connector"], row["scope"], row["address"]): row["contact_id"] for row in rows}
        names = {entry.name.lower() for entry in entries if entry.name and not entry.addresses}
        found = await _Q.rows(tx, "find_named", workspace_id=workspace_id, names=list(names - self._named.keys()))
        self._named |= {row["name"]: row["id"] for row in found}
        wanted = {row["contact_id"] for row in rows} | {row["id"] for row in found} | {e.id for e in entries if e.id}
        for row in await _Q.rows(tx, "list_known", workspace_id=workspace_id, ids=list(wanted - self._contacts.keys())):
            self._contacts[row["id"]] = _Known(**dict(row))

    def _decide(self, line: int, entry: Entry, changes: "Changes") -> RowResult:
        name = entry.name or (entry.addresses[0][2] if entry.addresses else "")
        try:
            known = self._match(entry)
            if known is None:
                self._create(entry, changes)
                return RowResult(line, "created", name)
            return RowResult(
                line, "updated" if self._update(known, entry, changes) else "unchanged", name or known.name
            )
        except Invalid as error:
            return _failed(line, name, error)

    def _match(self, entry: Entry) -> _Known | None:
        owners = {self._owners[address] for address in entry.addresses if address in self._owners}
        if entry.id is not None and entry.id in self._contacts:
            owners.add(entry.id)
        if len(owners) > 1:
            raise Invalid(("address", "two_contacts"), detail=", ".join(a[2] for a in entry.addresses))
        if not owners and not entry.addresses and entry.name.lower() in self._named:
            owners = {self._named[entry.name.lower()]}
        return self._contacts[owners.pop()] if owners else None

    def _create(self, entry: Entry, changes: "Changes") -> None:
        known = _Known(
            new_id(), entry.name, dict(entry.attributes), entry.label_ids, entry.timezone, entry.language,
            [], new=True,
        )  # fmt: skip
        self._contacts[known.id] = known
        if not entry.addresses:
            self._named[entry.name.lower()] = known.id
        changes.created[known.id] = known
        self._add(known, entry.addresses, changes)

    def _update(self, known: _Known, entry: Entry, changes: "Changes") -> bool:
        """Whether the row says something new."""
        before = (known.name, known.attributes, known.label_ids, known.timezone, known.language)
        fresh = [a for a in entry.addresses if a not in self._owners and f"{a[0]} {a[2]}" not in known.addresses]
        labels = [*known.label_ids, *(label for label in entry.label_ids if label not in known.label_ids)]
        if len(known.addresses) + len(fresh) > MOST_IDENTITIES or len(labels) > max(MOST_LABELS, len(known.label_ids)):
            raise Invalid(("labels" if len(labels) > MOST_LABELS else "address", "too_many"))
        said = {
            k: v
            for k, v in entry.attributes.items()
            if k not in known.attributes or cell_of(known.attributes[k]) != cell_of(v)
        }
        known.attributes = merged_attributes(known.attributes, said) if said else known.attributes
        known.name, known.label_ids = entry.name or known.name, labels
        known.timezone, known.language = entry.timezone or known.timezone, entry.language or known.language
        self._add(known, fresh, changes)
        changed = bool(fresh) or before != (
            known.name,
            known.attributes,
            known.label_ids,
            known.timezone,
            known.language,
        )
        if changed and known.id not in changes.created:
            changes.updated[known.id] = known
        return changed

    def _add(self, known: _Known, addresses: Sequence[Address], changes: "Changes") -> None:
        for address in addresses:
            self._owners[address] = known.id
            known.addresses = [*known.addresses, f"{address[0]} {address[2]}"]
            changes.identities.append((known.id, known.name, address))


@dataclass(slots=True)
class Changes:
    """What a batch has to write."""

    created: dict[UUID, _Known] = field(default_factory=dict[UUID, _Known])
    updated: dict[UUID, _Known] = field(default_factory=dict[UUID, _Known])
    identities: list[tuple[UUID, str, Address]] = field(default_factory=list[tuple[UUID, str, Address]])

    async def save(self, w: Writer, caller: Caller, at: datetime) -> None:
        """Those made are told of by one event, of the last of them: nobody shows them yet but lists, which then ask again."""
        actor = Actor("agent", caller.agent_id, caller.name)
        rows = [_row(known, w.revision) for known in self.created.values()]
        if rows:
            last = ContactSummary(rows[-1]["id"], rows[-1]["name"], w.revision)
            w.append("contact_changed", {"contact": last}, actor=actor, audience=Audience(), at=at)
        places = await places_of(w.tx, w.workspace_id, self.updated)
        updated: list[dict[str, Any]] = []
        for known in self.updated.values():
            updated.append(_row(known, w.revision))
            summary = ContactSummary(known.id, known.name, w.revision, known.blocked)
            for audience in audiences_of(places.get(known.id, [])) or [Audience()]:
                w.append("contact_changed", {"contact": summary}, actor=actor, audience=audience, at=at)
        identities = [
            {"id": new_id(), "contact_id": id, "connector": a[0], "scope": a[1], "address": a[2], "name": name}
            for id, name, a in self.identities
        ]
        await _Q.run(w.tx, "insert_contacts", workspace_id=w.workspace_id, rows=rows, now=at)
        await _Q.run(w.tx, "update_contacts", workspace_id=w.workspace_id, rows=updated)
        await _Q.run(w.tx, "insert_identities", workspace_id=w.workspace_id, rows=identities, now=at)


def _row(known: _Known, revision: int) -> dict[str, Any]:
    return {
        "id": known.id, "name": known.name, "attributes": known.attributes, "label_ids": known.label_ids,
        "timezone": known.timezone, "language": known.language, "revision": revision,
    }  # fmt: skip


def _failed(line: int, name: str, error: Invalid) -> RowResult:
    which, code, detail = reason_of(error)
    return RowResult(line, "error", name, which, code, detail)


async def open_import(tx: Tx, caller: Caller, connectors: Mapping[str, Connector], table: Table) -> Import:
    """Raises Invalid when the columns say nothing of contacts."""
    outlets = await outlets_of(tx, caller.workspace_id, connectors)
    labels = await Q.rows(tx, "list_label_names", workspace_id=caller.workspace_id)
    return Import(
        table, columns_of(table.header, outlets), outlets, {row["name"].casefold(): row["id"] for row in labels}
    )


async def outlets_of(tx: Tx, workspace_id: UUID, connectors: Mapping[str, Connector]) -> list[Outlet]:
    """One for each connector: its oldest active channel."""
    found: dict[str, Outlet] = {}
    for row in await Q.rows(tx, "list_channels", workspace_id=workspace_id):
        kind: str = row["connector"]
        if kind in connectors and kind not in found:
            capabilities = connectors[kind].capabilities(row["settings"])
            scope = "" if capabilities.shared_identities else str(row["id"])
            found[kind] = Outlet(kind, scope, capabilities.address_kind)
    return list(found.values())
