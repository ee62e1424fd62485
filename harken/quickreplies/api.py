"""/api/quick-replies: what the caller may use. Sending counts a use: `quick_reply_ids` of a message."""

import hashlib
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.params import Parameter, QueryParameter
from msgspec.structs import replace

from harken.events.log import writing
from harken.kit.errors import Invalid
from harken.people.model import Caller
from harken.port.services import Services
from harken.quickreplies import store, table_api
from harken.quickreplies.actions.quick_reply import (
    change_quick_reply,
    create_quick_reply,
    delete_quick_reply,
    wording_of,
)
from harken.quickreplies.model import QuickReplies, QuickReply, Scope, Wording
from harken.quickreplies.rules import MOST
from harken.quickreplies.store import ListQuery

_Whose = Annotated[Scope | None, QueryParameter(name="scope")]  # `scope` itself is the request's
_Limit = Annotated[int, Parameter(ge=1, le=500)]


class NewQuickReply(msgspec.Struct, forbid_unknown_fields=True):
    """`attachment_ids`: files that the caller may read; they are copied by reference."""

    shortcut: str
    body: str = ""
    title: str = ""
    scope: Scope = "mine"
    team_id: UUID | None = None
    language: str | None = None
    attachment_ids: list[UUID] = []


class QuickReplyPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays; a scope other than `team` has no team; `language` null is any."""

    shortcut: str | msgspec.UnsetType = msgspec.UNSET
    body: str | msgspec.UnsetType = msgspec.UNSET
    title: str | msgspec.UnsetType = msgspec.UNSET
    scope: Scope | msgspec.UnsetType = msgspec.UNSET
    team_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    language: str | msgspec.UnsetType | None = msgspec.UNSET
    attachment_ids: list[UUID] | msgspec.UnsetType = msgspec.UNSET


class QuickReplyPage(msgspec.Struct, frozen=True):
    items: list[QuickReply]
    next_cursor: str | None = None


class AllQuickReplies(msgspec.Struct, frozen=True):
    """`state` is that of the snapshot."""

    state: QuickReplies
    items: list[QuickReply]


@get("/api/quick-replies", tags=["quick replies"])
async def list_quick_replies(
    caller: Caller, services: Services, q: str | None = None, whose: _Whose = None, team_id: UUID | None = None,
    language: str | None = None, limit: _Limit = 100, cursor: str | None = None,
) -> QuickReplyPage:  # fmt: skip
    """Those that the caller may use, by shortcut. `q`: stands in the shortcut, the title or the body."""
    query = ListQuery(whose, team_id, language, (q or "")[:200] or None, _after(cursor), limit + 1)
    async with services.db.connection() as connection:
        found = await store.list_usable(connection, caller, query)
    more = len(found) > limit
    return QuickReplyPage(found[:limit], f"{found[limit - 1].id}:{found[limit - 1].shortcut.lower()}" if more else None)


@get("/api/quick-replies/all", tags=["quick replies"])
async def all_quick_replies(
    request: Request[Any, Any, Any], caller: Caller, services: Services
) -> Response[AllQuickReplies | None]:
    """All that the caller may use, for a menu that searches them itself. 304 while nothing has changed but usage."""
    async with services.db.consistent() as tx:
        state = await store.state_of_usable(tx, caller)
        headers = {"etag": _etag(caller, state), "cache-control": "private, no-cache", "vary": "Cookie, Authorization"}
        if request.headers.get("if-none-match", "").removeprefix("W/") == headers["etag"]:
            return Response(None, status_code=304, headers=headers)
        items = await store.list_usable(tx, caller, ListQuery(limit=MOST))
    return Response(AllQuickReplies(state, items), headers=headers)


@get("/api/quick-replies/{quick_reply_id:uuid}", tags=["quick replies"])
async def get_quick_reply(caller: Caller, services: Services, quick_reply_id: UUID) -> QuickReply:
    """One that the caller may use."""
    async with services.db.connection() as connection:
        return await store.get_usable(connection, caller, quick_reply_id)


@post("/api/quick-replies", tags=["quick replies"])
async def post_quick_reply(caller: Caller, services: Services, data: NewQuickReply) -> QuickReply:
    """For oneself; for a team as its member; for everyone as a supervisor or admin. 409 shortcut_taken."""
    wording = Wording(
        data.shortcut, data.body, data.title, data.scope, data.team_id, data.language, data.attachment_ids
    )
    async with writing(services.db, caller.workspace_id) as w:
        return await create_quick_reply(w, caller, wording, services.clock.now())


@patch("/api/quick-replies/{quick_reply_id:uuid}", tags=["quick replies"])
async def patch_quick_reply(
    caller: Caller, services: Services, quick_reply_id: UUID, data: QuickReplyPatch
) -> QuickReply:
    """What the caller may write, as for making one. 409 shortcut_taken."""
    changes = {k: v for k, v in msgspec.structs.asdict(data).items() if not isinstance(v, msgspec.UnsetType)}
    if changes.get("scope") in ("mine", "everyone"):
        changes["team_id"] = None
    async with writing(services.db, caller.workspace_id) as w:
        before = wording_of(await store.get_usable(w.tx, caller, quick_reply_id))
        return await change_quick_reply(w, caller, quick_reply_id, replace(before, **changes), services.clock.now())


@delete("/api/quick-replies/{quick_reply_id:uuid}", tags=["quick replies"])
async def remove_quick_reply(caller: Caller, services: Services, quick_reply_id: UUID) -> None:
    """As for changing it. What was sent with it stays."""
    async with writing(services.db, caller.workspace_id) as w:
        await delete_quick_reply(w, caller, quick_reply_id, services.clock.now())


def _after(cursor: str | None) -> tuple[str, UUID] | None:
    if not cursor:
        return None
    id, _, shortcut = cursor.partition(":")
    try:
        return shortcut, UUID(id)
    except ValueError as error:
        raise Invalid(("cursor", "invalid")) from error


def _etag(caller: Caller, state: QuickReplies) -> str:
    """Whose, and of what: a change raises the revision, and a deletion lowers the count."""
    whose = hashlib.sha256(str((caller.agent_id, sorted(caller.team_ids))).encode()).hexdigest()[:16]
    return f'"{state.count}-{state.revision}-{whose}"'


ROUTES: Final[list[Any]] = [
    list_quick_replies, all_quick_replies, get_quick_reply, post_quick_reply, patch_quick_reply, remove_quick_reply,
    *table_api.ROUTES,
]  # fmt: skip
