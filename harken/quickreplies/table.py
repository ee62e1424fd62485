"""Quick Replies as a table: what a row of a CSV says, and the rows that one writes. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from harken.kit.errors import Forbidden, Invalid
from harken.kit.table import Table, refusal
from harken.people.model import Caller
from harken.quickreplies.model import QuickReply, Wording
from harken.quickreplies.rules import checked, require_scope

HEADER: Final = (
    "shortcut", "title", "body", "language", "scope", "team", "attachments", "usage_count", "last_used_at",
)  # fmt: skip
_NAMES: Final[Mapping[str, str]] = {
    **{name: name for name in HEADER}, "name": "title", "text": "body", "message": "body", "reply": "body",
    "kürzel": "shortcut", "titel": "title", "sprache": "language", "atajo": "shortcut", "título": "title",
    "texto": "body", "idioma": "language", "short code": "shortcut", "shortcode": "shortcut", "content": "body",
}  # fmt: skip
Key = tuple[str, UUID | None, str, str]


def columns_of(table: Table) -> dict[str, int]:
    """Where each known column stands. Raises Invalid when a shortcut or a body is in none, or one is there twice."""
    found: dict[str, int] = {}
    for at, title in enumerate(table.header):
        name = _NAMES.get(title.strip().casefold())
        if name in found:
            raise refusal("doubled_column", f"more than one column is taken for the same: {title}")
        if name:
            found[name] = at
    for name in ("shortcut", "body"):
        if name not in found:
            raise refusal("no_known_column", f"there is no column for the {name}")
    return found


def wording_of(columns: Mapping[str, int], row: Sequence[str], teams: Mapping[str, UUID], caller: Caller) -> Wording:
    """`teams`: the caller's, by name in small letters. Raises Invalid, naming the column."""
    cells = {name: row[at] for name, at in columns.items()}
    scope = cells.get("scope", "").casefold() or ("team" if cells.get("team") else "mine")
    if scope not in ("mine", "team", "everyone"):
        raise Invalid(("scope", "unknown"), detail=scope[:80])
    team_id = _team(cells.get("team", ""), teams) if scope == "team" else None
    wanted = checked(
        Wording(
            cells["shortcut"], cells["body"], cells.get("title", ""), scope, team_id,
            cells.get("language") or None, [],
        )
    )  # fmt: skip
    try:
        require_scope(caller, wanted)
    except Forbidden as error:
        raise Invalid(("scope", error.code), detail=scope) from error
    return wanted


def key_of(reply: QuickReply | Wording) -> Key:
    """What is unique, of one that the caller may use: the scope says whose it is."""
    return reply.scope, reply.team_id, reply.shortcut.lower(), reply.language or ""


def row_of(reply: QuickReply, teams: Mapping[UUID, str]) -> list[str]:
    return [
        reply.shortcut, reply.title, reply.body, reply.language or "", reply.scope,
        teams.get(reply.team_id, "") if reply.team_id else "", "; ".join(file.name for file in reply.attachments),
        str(reply.usage_count), reply.last_used_at.isoformat() if reply.last_used_at else "",
    ]  # fmt: skip


def _team(name: str, teams: Mapping[str, UUID]) -> UUID:
    if not name:
        raise Invalid(("team", "required"))
    if name.casefold() not in teams:
        raise Invalid(("team", "unknown"), detail=name[:80])
    return teams[name.casefold()]
