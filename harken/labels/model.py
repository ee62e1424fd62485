"""Labels. Pure."""

from uuid import UUID

import msgspec


class Label(msgspec.Struct, frozen=True):
    """A label (snapshot.labels, event label_changed)."""

    id: UUID
    name: str
    color: str
