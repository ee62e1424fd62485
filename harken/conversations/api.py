"""Conversations read over HTTP: the snapshot, the views, one conversation, its thread. And the routes of this domain."""

from typing import Annotated, Literal, cast
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import Parameter
from msgspec.structs import replace

from harken.conversations import (
    actions_api,
    agents_api,
    desk_api,
    drafts_api,
    files_api,
    merges_api,
    store,
    uploads_api,
)
from harken.conversations.counts import view_counts
from harken.conversations.listing import (
    MOST,
    ListedView,
    ListQuery,
    Page,
    count_lists,
    handler_from,
    list_conversations,
    query_of,
)
from harken.conversations.listing_sql import Sort
from harken.conversations.model import Conversation, Message, Priority
from harken.conversations.snapshot import Snapshot, read_snapshot
from harken.kit.db import Tx
from harken.kit.errors import Invalid, NotFound
from harken.people.model import Caller
from harken.port.services import Services
from harken.savedviews.store import list_usable

_Limit = Annotated[int, Parameter(ge=1, le=MOST)]
_encoder = msgspec.json.Encoder()
_MOST_SEQ = 2_147_483_647


class MessagePage(msgspec.Struct, frozen=True):
    """In order of seq. `next_cursor`: the `before` (or `after`) of the next page."""

    items: list[Message]
    next_cursor: str | None


class SavedViewCounts(msgspec.Struct, frozen=True):
    """By id."""

    counts: dict[UUID, int]


@get("/api/snapshot", tags=["conversations"])
async def get_snapshot(caller: Caller, services: Services) -> Snapshot:
    """What a page starts with; the live socket goes on from its seq."""
    return await read_snapshot(services.db, caller, services.connectors)


@get("/api/conversations", tags=["conversations"])
async def get_conversations(
    caller: Caller, services: Services, view: ListedView = "inbox", team_id: UUID | None = None,
    channel_id: UUID | None = None, label: UUID | None = None, contact_id: UUID | None = None, unread: bool = False,
    waiting: bool = False, priority: Priority | None = None, handler_id: str | None = None, sort: Sort = "default",
    snoozed: Literal["only", "any"] | None = None, limit: _Limit = 50, cursor: str | None = None, counts: bool = False,
) -> Response[Page]:  # fmt: skip
    """One view, in its order or another; `active` is all that is open. `handler_id`: an agent's, a bot's, or "none".

    What was put aside is left out, unless `snoozed` asks for it alone or too. `counts` adds the views' numbers.
    """
    query = ListQuery(
        view, team_id, channel_id, label, contact_id, unread, limit, cursor, waiting, priority,
        handler_from(handler_id), sort, snoozed,
    )  # fmt: skip
    async with services.db.connection() as connection:
        page = await list_conversations(connection, caller, query)
        if counts:
            page = replace(page, counts=await view_counts(connection, caller))
    return cast("Response[Page]", Response(_encoder.encode(page), media_type="application/json"))


@get("/api/saved-views/counts", tags=["saved views"])
async def get_saved_view_counts(caller: Caller, services: Services) -> SavedViewCounts:
    """How many conversations the caller finds in each saved view, at most 1000; none where counting takes too long."""
    async with services.db.tx() as tx:
        usable = await list_usable(tx, caller)
        lists = {saved.id: query_of(saved) for saved in usable}
        return SavedViewCounts(await count_lists(tx, caller, lists))


@get("/api/conversations/{conversation_id:uuid}", tags=["conversations"])
async def get_conversation(caller: Caller, services: Services, conversation_id: UUID) -> Conversation:
    """One conversation, with the caller's own read_count."""
    async with services.db.connection() as connection:
        return await store.get_visible(connection, caller, conversation_id)


@get("/api/conversations/{conversation_id:uuid}/messages", tags=["conversations"])
async def get_messages(
    caller: Caller, services: Services, conversation_id: UUID, before: str | None = None, after: str | None = None,
    limit: _Limit = 50,
) -> MessagePage:  # fmt: skip
    """The thread: the newest, those before a message, or those after one; it is named by its seq or its id."""
    async with services.db.connection() as connection:
        await store.get_visible(connection, caller, conversation_id)
        found = await store.list_messages(
            connection, caller.workspace_id, conversation_id, limit=limit,
            before=await _seq_of(connection, caller, conversation_id, ("before", before)),
            after=await _seq_of(connection, caller, conversation_id, ("after", after)),
        )  # fmt: skip
    return MessagePage(found, _next(found, forward=after is not None, limit=limit))


async def _seq_of(tx: Tx, caller: Caller, conversation_id: UUID, given: tuple[str, str | None]) -> int | None:
    """Raises Invalid for what is neither a seq nor the id of one of the conversation's messages."""
    field, named = given
    if named is None:
        return None
    if named.isascii() and named.isdigit() and int(named[:11]) <= _MOST_SEQ:
        return int(named[:11])
    try:
        message = await store.get_message(tx, caller.workspace_id, UUID(named))
    except (ValueError, NotFound) as error:
        raise Invalid((field, "unknown")) from error
    if message.conversation_id != conversation_id:
        raise Invalid((field, "unknown"))
    return message.seq


def _next(found: list[Message], *, forward: bool, limit: int) -> str | None:
    if forward:
        return str(found[-1].seq) if len(found) == limit else None
    return str(found[0].seq) if found and found[0].seq > 1 else None


ROUTES = [
    get_snapshot, get_conversations, get_saved_view_counts, get_conversation, get_messages, *actions_api.ROUTES, *desk_api.ROUTES, *agents_api.ROUTES,
    *files_api.ROUTES, *uploads_api.ROUTES, *drafts_api.ROUTES, *merges_api.ROUTES,
]  # fmt: skip
