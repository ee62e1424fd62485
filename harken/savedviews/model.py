"""Saved views: a list kept under a name. They grant nothing: whoever opens one sees what they may see anyway. Pure."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

ListedView = Literal["inbox", "yours", "open", "automated", "closed", "active"]
Scope = Literal["mine", "everyone"]


_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
HandlerId = Annotated[str, msgspec.Meta(pattern=rf"^(?:none|{_ID})\Z")]  # an agent's, a bot's, or nobody


class ListFilter(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a list is narrowed to and ordered by: the parameters of GET /api/conversations. Left out: not narrowed."""

    team_id: UUID | None = None
    channel_id: UUID | None = None
    label: UUID | None = None
    unread: bool = False
    waiting: bool = False
    priority: Literal["low", "normal", "high", "urgent"] | None = None
    handler_id: HandlerId | None = None
    sort: Literal["default", "newest", "oldest", "waiting", "priority"] = "default"
    snoozed: Literal["only", "any"] | None = None


class SavedView(msgspec.Struct, frozen=True):
    """`everyone` may use one of that scope. `position`: they are shown in its order, then by name."""

    id: UUID
    name: str
    scope: Scope
    owner_id: UUID
    view: ListedView
    filter: ListFilter
    position: int = 0
