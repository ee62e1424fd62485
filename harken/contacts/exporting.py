"""Contacts written as a table, a piece at a time, however many there are."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec

from harken.contacts.columns import cell_of
from harken.contacts.listing import ContactQuery, list_contacts
from harken.contacts.model import Contact
from harken.contacts.store import Q
from harken.kit.db import Database, Queries
from harken.kit.table import written
from harken.people.model import Caller

_Q = Queries(Path(__file__).with_suffix(".sql"))
_FIXED: Final = ["id", "name"]
_LAST: Final = ["labels", "timezone", "language", "blocked", "created_at"]


async def export(db: Database, caller: Caller, query: ContactQuery) -> AsyncIterator[str]:
    """UTF-8 text with a mark, which spreadsheets need: a header, then a row for each contact that the query finds."""
    async with db.connection() as tx:
        connectors = [
            row["connector"] for row in await _Q.rows(tx, "list_connectors", workspace_id=caller.workspace_id)
        ]
        keys = [row["key"] for row in await _Q.rows(tx, "list_keys", workspace_id=caller.workspace_id)]
        labels = await Q.rows(tx, "list_label_names", workspace_id=caller.workspace_id)
    names = {row["id"]: row["name"] for row in labels}
    addresses = [f"{connector}:address" for connector in connectors]
    header = [*_FIXED, *addresses, *_LAST, *(f"attributes.{key}" for key in keys)]
    yield "\ufeff" + written([header])
    cursor: str | None = None
    while True:
        page = await list_contacts(db, caller, msgspec.structs.replace(query, sort="name", limit=100, cursor=cursor))
        yield written([
            [
                str(contact.id), contact.name, *(_addresses(contact, connector) for connector in connectors),
                "; ".join(names[label] for label in contact.label_ids if label in names), contact.timezone,
                contact.language, "true" if contact.blocked else "", contact.created_at.isoformat(),
                *(cell_of(contact.attributes[key]) if key in contact.attributes else "" for key in keys),
            ]
            for contact in page.items
        ])  # fmt: skip
        cursor = page.next_cursor
        if cursor is None:
            return


def _addresses(contact: Contact, connector: str) -> str:
    return "; ".join(identity.address for identity in contact.identities if identity.connector == connector)
