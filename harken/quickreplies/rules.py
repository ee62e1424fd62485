"""Who uses and changes a Quick Reply, and what may be written in one. Pure."""

import re
from typing import Final

from harken.events.types import Audience
from harken.kit.errors import Forbidden, Invalid
from harken.kit.text import one_line, storable
from harken.people.model import Caller
from harken.quickreplies.model import QuickReply, Wording

MOST: Final = 20_000  # of a workspace
MOST_FILES: Final = 10
LONGEST_SHORTCUT: Final = 40
LONGEST_TITLE: Final = 120
LONGEST_BODY: Final = 10_000
_SHORTCUT: Final = re.compile(r"[^\W_][\w.+-]*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def may_use(caller: Caller, reply: QuickReply) -> bool:
    """One's own, one's teams' and everybody's. What is another team's is not for supervisors either."""
    match reply.scope:
        case "mine":
            return reply.owner_id == caller.agent_id
        case "team":
            return reply.team_id in caller.team_ids
        case "everyone":
            return True


def require_scope(caller: Caller, wording: Wording) -> None:
    """Who may keep one there: for oneself anybody, for a team its members, for everybody supervisors and admins.

    Raises Forbidden, Invalid.
    """
    if (wording.scope == "team") != (wording.team_id is not None):
        raise Invalid(("team_id", "required" if wording.team_id is None else "not_a_team"))
    if wording.scope == "team" and wording.team_id not in caller.team_ids:
        raise Forbidden("a team's Quick Replies are written by its members", code="not_in_team")
    if wording.scope == "everyone" and not caller.sees_all:
        raise Forbidden("Quick Replies for everyone are written by supervisors", code="supervisors_only")


def may_change(caller: Caller, reply: QuickReply) -> bool:
    return may_use(caller, reply) and (reply.scope != "everyone" or caller.sees_all)


def audience_of(reply: QuickReply) -> Audience:
    match reply.scope:
        case "mine":
            return Audience("agent", agent_id=reply.owner_id)
        case "team":
            return Audience("team", team_id=reply.team_id)
        case "everyone":
            return Audience()


def checked(wording: Wording) -> Wording:
    """As it is stored. Raises Invalid with each field that cannot be."""
    shortcut = one_line(wording.shortcut.strip().lstrip("/\\"), LONGEST_SHORTCUT + 2)
    title = one_line(wording.title, LONGEST_TITLE + 2)
    body = checked_body(wording.body)
    language = (wording.language or "").strip() or None
    files = list(dict.fromkeys(wording.attachment_ids))
    faults = [
        ("shortcut", "required", not shortcut),
        ("shortcut", "too_long", len(shortcut) > LONGEST_SHORTCUT),
        ("shortcut", "not_one_word", bool(shortcut) and not _SHORTCUT.fullmatch(shortcut)),
        ("title", "too_long", len(title) > LONGEST_TITLE),
        ("body", "required", not body and not files),
        ("body", "too_long", len(body) > LONGEST_BODY),
        ("language", "unknown", language is not None and not _LANGUAGE.fullmatch(language)),
        ("attachment_ids", "too_many", len(files) > MOST_FILES),
    ]
    found = [(field, code) for field, code, wrong in faults if wrong]
    if found:
        raise Invalid(*found)
    return Wording(shortcut, body, title, wording.scope, wording.team_id, language, files)


def checked_body(body: str) -> str:
    """Line ends as one character, nothing around it: the same whichever way it came."""
    text = storable(body.replace("\r\n", "\n").replace("\r", "\n"), len(body))
    return text.strip().lstrip("\ufeff").strip()
