"""What names, addresses and colours of people may be. Pure."""

import re
from typing import Final

from harken.kit.errors import Invalid
from harken.kit.text import one_line
from harken.people.model import Agent

COLORS: Final = ("blue", "green", "amber", "red", "purple", "teal", "pink", "grey")
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.?[^@\s,;<>\"]*")
_LONGEST_EMAIL: Final = 254


def checked_name(name: str, field: str = "name", limit: int = 80) -> str:
    """On one line. Raises Invalid when it is empty or too long."""
    clean = one_line(name, limit + 1)
    if not clean:
        raise Invalid((field, "required"))
    if len(clean) > limit:
        raise Invalid((field, "too_long"))
    return clean


def checked_email(email: str, field: str = "email") -> str:
    """Without white space around it. Raises Invalid when it is no address."""
    clean = email.strip()
    if len(clean) > _LONGEST_EMAIL or not _EMAIL.fullmatch(clean) or not clean.isprintable():
        raise Invalid((field, "not_an_address"))
    return clean


def checked_color(color: str) -> str:
    """A named colour or #rrggbb. Raises Invalid."""
    if color in COLORS or re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        return color
    raise Invalid(("color", "unknown_color"))


def rights_differ(before: Agent, after: Agent) -> bool:
    """Whether what the agent may see or do has changed: their open pages must load again."""
    return (before.role, before.active, set(before.team_ids)) != (after.role, after.active, set(after.team_ids))
