"""Who wrote: the identities and contacts of a batch of inbound messages, found or made."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from harken.contacts.audience import audiences_of, places_of
from harken.contacts.model import ContactSummary
from harken.events.log import Writer
from harken.events.types import Access, Actor
from harken.kit.db import Queries
from harken.kit.ids import new_id
from harken.port.messages import InboundMessage

PersonKey = tuple[str, str, str]  # connector, scope, address


@dataclass(slots=True)
class Person:
    """A sender: their identity, and whether it has to be written."""

    key: PersonKey
    identity_id: UUID
    contact_id: UUID
    display_name: str
    verified: bool
    new: bool
    changed: bool = False


class People:
    """The senders of a batch, and their contacts as they are after what was taken so far."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries
        self._people: dict[PersonKey, Person] = {}
        self._contacts: dict[UUID, ContactSummary] = {}
        self._named: set[UUID] = set()
        self._places: dict[UUID, list[Access]] = {}  # of contacts that may get a name
        self._owners: dict[UUID, tuple[str, UUID]] = {}  # by identity: its address and contact

    async def load(self, w: Writer, keys: Sequence[PersonKey]) -> None:
        wanted = list(dict.fromkeys(keys))
        rows = await self._queries.rows(
            w.tx, "find_identities", workspace_id=w.workspace_id, connectors=[k[0] for k in wanted],
            scopes=[k[1] for k in wanted], addresses=[k[2] for k in wanted],
        )  # fmt: skip
        for row in rows:
            place: int = row["place"]
            key = wanted[place]
            self._people[key] = Person(
                key, row["id"], row["contact_id"], row["display_name"], row["verified"], new=False
            )
            self._know(row["id"], key[2], ContactSummary(row["contact_id"], row["name"], row["revision"]))
        nameless = {row["contact_id"] for row in rows if not row["name"]}
        if nameless:
            self._places = await places_of(w.tx, w.workspace_id, nameless)

    async def load_owners(self, w: Writer, identity_ids: Iterable[UUID]) -> None:
        """Who stands behind identities that did not write themselves."""
        new = {person.identity_id for person in self._people.values() if person.new}
        unknown = [identity for identity in identity_ids if identity not in self._owners and identity not in new]
        rows = (
            await self._queries.rows(w.tx, "find_owners", workspace_id=w.workspace_id, ids=unknown) if unknown else []
        )
        for row in rows:
            self._know(row["id"], row["address"], ContactSummary(row["contact_id"], row["name"], row["revision"]))

    def owner_of(self, identity_id: UUID) -> tuple[str, ContactSummary]:
        """The address and the contact of a loaded identity."""
        address, contact_id = self._owners[identity_id]
        return address, self._contacts[contact_id]

    def _know(self, identity_id: UUID, address: str, contact: ContactSummary) -> None:
        self._owners[identity_id] = (address, contact.id)
        self._contacts.setdefault(contact.id, contact)

    def identity_of(self, key: PersonKey) -> UUID:
        """The identity of an address; a new one, which `take` will complete, for a stranger."""
        if key not in self._people:
            self._people[key] = Person(key, new_id(), new_id(), "", verified=False, new=True)
        return self._people[key].identity_id

    def take(
        self, w: Writer, key: PersonKey, message: InboundMessage, begun: Callable[[UUID], Iterable[Access]], now: datetime,
    ) -> tuple[Person, ContactSummary]:  # fmt: skip
        """The sender of a message, with what it says of them; a contact without a name gets one (contact_changed).

        `begun`: where a contact's conversations of this batch stand.
        """
        person = self._people[key]
        if person.contact_id not in self._contacts:
            self._contacts[person.contact_id] = ContactSummary(person.contact_id, message.name, w.revision)
        if message.name and message.name != person.display_name:
            person.display_name, person.changed = message.name, True
        if message.verified and not person.verified:
            person.verified, person.changed = True, True
        contact = self._contacts[person.contact_id]
        if message.name and not contact.name:
            stored = self._places.get(contact.id, [])
            contact = self._name(w, person, message.name, [*stored, *begun(contact.id)], now)
        return person, contact

    def _name(self, w: Writer, person: Person, name: str, places: Iterable[Access], now: datetime) -> ContactSummary:
        """One event for each place where there are conversations; the message's own tells of a first one."""
        contact = ContactSummary(person.contact_id, name, w.revision)
        actor = Actor("contact", person.contact_id, name)
        for audience in audiences_of(places):
            w.append("contact_changed", {"contact": contact}, actor=actor, audience=audience, at=now)
        self._contacts[contact.id] = contact
        self._named.add(contact.id)
        person.changed = True
        return contact

    async def save(self, w: Writer, now: datetime) -> None:
        fresh = [self._new_row(person, now) for person in self._people.values() if person.new]
        if fresh:
            await self._queries.run(w.tx, "insert_people", workspace_id=w.workspace_id, rows=fresh)
        changed = [self._changed_row(p) for p in self._people.values() if p.changed and not p.new]
        if changed:
            await self._queries.run(w.tx, "update_people", workspace_id=w.workspace_id, rows=changed)

    def _new_row(self, person: Person, now: datetime) -> dict[str, object]:
        connector, scope, address = person.key
        contact = self._contacts[person.contact_id]
        return {
            "contact_id": person.contact_id, "identity_id": person.identity_id, "connector": connector, "scope": scope,
            "address": address, "name": contact.name, "verified": person.verified, "revision": contact.revision,
            "created_at": now,
        }  # fmt: skip

    def _changed_row(self, person: Person) -> dict[str, object]:
        contact = self._contacts[person.contact_id]
        return {
            "contact_id": person.contact_id, "identity_id": person.identity_id, "name": person.display_name,
            "contact_name": contact.name if contact.id in self._named else None, "verified": person.verified,
            "revision": contact.revision,
        }  # fmt: skip
