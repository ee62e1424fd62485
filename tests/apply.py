"""What a browser does with events, in plain Python: the mirror of web/app/src/sync/apply.ts, and what it is compared with.

A state is JSON as the API sends it: {seq, me, agents, teams, channels, labels, saved_views: by id, views, conversations: by id}.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from harken.conversations.listing import ListedView, ListQuery, list_conversations
from harken.conversations.model import Place
from harken.conversations.rules import access_of, may_see, views_for
from harken.conversations.snapshot import read_snapshot
from harken.events.log import Event, read_since
from harken.kit.db import Database
from harken.people.model import Caller
from harken.port.connector import Connector

State = dict[str, Any]
VIEWS: tuple[ListedView, ...] = ("inbox", "open", "automated", "closed")


async def fresh_state(db: Database, caller: Caller, connectors: dict[str, Connector]) -> State:
    """What a page that has just been opened knows, with every list read to its end."""
    snapshot = msgspec.to_builtins(await read_snapshot(db, caller, connectors))
    state: State = {key: snapshot[key] for key in ("seq", "me", "views")}
    for kind in ("agents", "teams", "channels", "labels", "saved_views"):
        state[kind] = {entry["id"]: entry for entry in snapshot[kind]}
    state["drafts"] = {draft["conversation_id"]: draft for draft in snapshot["drafts"]}
    lists = [await read_view(db, caller, view, snoozed="any") for view in VIEWS]
    state["conversations"] = {c["id"]: c for entries in lists for c in sorted(entries, key=lambda c: c["id"])}
    return state


async def read_view(
    db: Database, caller: Caller, view: ListedView, *, team_id: UUID | None = None, **given: Any
) -> list[Any]:
    """A whole view, page by page."""
    found: list[Any] = []
    cursor = None
    while True:
        async with db.connection() as connection:
            page = await list_conversations(
                connection, caller, ListQuery(view, team_id, limit=7, cursor=cursor, **given)
            )
        found += [msgspec.json.decode(item) for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


async def frames_since(db: Database, caller: Caller, seq: int) -> list[dict[str, Any]]:
    """The events that a socket of the caller gets, as frames."""
    async with db.connection() as connection:
        events = await read_since(connection, caller.workspace_id, seq, 1000)
    frames: list[dict[str, Any]] = []
    previous = seq
    for event in events:
        frame = _frame(caller, event)
        if frame:
            frames.append({"seq": event.seq, "prev": previous, **frame})
            previous = event.seq
    return frames


def _frame(caller: Caller, event: Event) -> dict[str, Any] | None:
    data, audience = msgspec.json.decode(event.payload), event.audience
    whole = {
        "type": event.type, "at": msgspec.to_builtins(event.at), "actor": msgspec.json.decode(event.actor), "data": data,
    }  # fmt: skip
    match audience.kind:
        case "workspace":
            return whole
        case "agent":
            return whole if audience.agent_id == caller.agent_id else None
        case "team":
            return whole if audience.team_id in caller.team_ids else None
        case "conversation":
            assert audience.after is not None
            if may_see(caller, audience.after):
                return whole
            if audience.before is None or not may_see(caller, audience.before):
                return None
            hidden = {"conversation_id": str(event.conversation_id), "previous": data["previous"]}
            return {**whole, "type": "conversation_hidden", "data": hidden}


def apply(state: State, frames: Iterable[dict[str, Any]], caller: Caller) -> State:
    """The state after the frames. Nothing of the given one is changed."""
    state = msgspec.json.decode(msgspec.json.encode(state))
    for frame in frames:
        if frame["seq"] > state["seq"]:
            _take(state, frame["type"], frame["data"], caller)
            state["seq"] = frame["seq"]
    return state


def as_known(fresh: State, applied: State) -> State:
    """The fresh state with what no event can tell taken out: seqs of others' events, read marks of what was out of sight."""
    fresh = msgspec.json.decode(msgspec.json.encode(fresh))
    fresh["seq"] = applied["seq"]
    for id, conversation in applied["conversations"].items():
        if conversation["read_count"] is None and id in fresh["conversations"]:
            fresh["conversations"][id]["read_count"] = None
    return fresh


def _take(state: State, kind: str, data: dict[str, Any], caller: Caller) -> None:
    conversations = state["conversations"]
    match kind:
        case "delivery_changed" | "message_changed" | "rights_changed" | "bot_changed" | "bot_removed":
            return
        case "draft_changed":
            draft = data["draft"]
            state["drafts"][draft["conversation_id"]] = draft
            if draft["revision"] == 0:
                del state["drafts"][draft["conversation_id"]]
        case "conversation_hidden":
            _recount(state, data["previous"], None, caller)
            conversations.pop(data["conversation_id"], None)
        case "conversation_read":
            known = conversations[data["conversation_id"]]
            known["read_count"] = max(known["read_count"] or 0, data["inbound_count"])
        case "contact_changed":
            for conversation in conversations.values():
                if conversation["contact"]["id"] == data["contact"]["id"]:
                    conversation["contact"] = data["contact"]
                    conversation["reply"] = _reply_to(data["contact"], conversation["reply"])
        case "identities_moved":
            for conversation in conversations.values():
                if conversation["identity_id"] in data["identity_ids"]:
                    conversation["contact"] = data["contact"]
        case "saved_view_changed":
            state["saved_views"][data["saved_view"]["id"]] = data["saved_view"]
        case "saved_view_removed":
            state["saved_views"].pop(data["id"], None)
        case "label_removed":
            del state["labels"][data["id"]]
            for conversation in conversations.values():
                conversation["labels"] = [label for label in conversation["labels"] if label != data["id"]]
        case "team_removed" | "channel_removed":
            del state[f"{kind.partition('_')[0]}s"][data["id"]]
        case "team_changed":
            known = state["teams"].get(data["team"]["id"], {"open_count": 0})
            state["teams"][data["team"]["id"]] = {**data["team"], "open_count": known["open_count"]}
        case "agent_changed" | "channel_changed" | "label_changed":
            name = kind.partition("_")[0]
            state[f"{name}s"][data[name]["id"]] = data[name]
        case _:
            _changed(state, data, caller)


def _changed(state: State, data: dict[str, Any], caller: Caller) -> None:
    conversation, previous = data["conversation"], data["previous"]
    known = state["conversations"].get(conversation["id"])
    _recount(state, previous, conversation, caller)
    # Of one that comes into sight only now the caller's own mark is not known; a page asks for it when it shows it.
    read_count = known["read_count"] if known else None if previous else 0
    state["conversations"][conversation["id"]] = {**conversation, "read_count": read_count}


def _recount(state: State, before: Any, after: Any, caller: Caller) -> None:
    for shape, by in ((before, -1), (after, 1)):
        if shape is None:
            continue
        place = msgspec.convert({key: shape[key] for key in ("status", "handler", "team_id")}, Place)
        if shape["snoozed"] or not may_see(caller, access_of(place)):
            continue
        for view in views_for(place, caller.agent_id):
            if view != "closed":
                state["views"][view]["count"] += by
        if place.status == "open" and place.team_id:
            state["teams"][str(place.team_id)]["open_count"] += by


def _reply_to(contact: dict[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
    """A blocked contact is written to by nobody; a channel that is off stays off."""
    if contact["blocked"] and reply["allowed"]:
        return {"allowed": False, "reason": "blocked", "window_ends_at": None}
    if not contact["blocked"] and reply["reason"] == "blocked":
        return {"allowed": True, "reason": None, "window_ends_at": None}
    return reply
