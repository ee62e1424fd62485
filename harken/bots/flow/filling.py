"""`{{name|otherwise}}` in a flow's texts, and the same names in its conditions. Pure."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from harken.bots.protocol import Turn

_NAME = re.compile(r"\{\{\s*([\w.]{1,100})\s*(?:\|([^{}]{0,200}))?\}\}")


class Names:
    """What a name stands for in one turn: fields.*, contact.*, channel.*, conversation.*, message.text."""

    def __init__(self, turn: Turn, fields: dict[str, str]) -> None:
        contact, conversation = turn.conversation.contact, turn.conversation
        self._known: dict[str, Any] = {
            "fields": fields,
            "contact": {
                "name": contact.name,
                "first_name": contact.name.split(" ", 1)[0],
                "attributes": contact.attributes,
            },
            "channel": {"name": conversation.channel.name, "connector": conversation.channel.connector},
            "conversation": {"number": conversation.number, "subject": conversation.subject},
            "message": {"text": turn.message.text if turn.message else ""},
        }

    def value(self, name: str) -> str:
        """Empty for what is not known."""
        found = at_path(self._known, name)
        if found is None or isinstance(found, dict | list):
            return ""
        return "yes" if found is True else "no" if found is False else str(found)

    def fill(self, text: str) -> str:
        return _NAME.sub(lambda match: self.value(match[1]) or (match[2] or "").strip(), text)

    def fill_url(self, url: str) -> str:
        """A value cannot leave its place in the path or the query."""
        return _NAME.sub(lambda match: quote(self.value(match[1]) or (match[2] or "").strip(), safe=""), url)

    def fill_all(self, body: Any) -> Any:
        """Every text of a JSON body."""
        return _mapped(body, self.fill)


def at_path(root: Any, path: str) -> Any:
    """What stands at a dotted path; numbers count in lists. None when nothing does."""
    for part in path.split("."):
        if isinstance(root, dict):
            root = root.get(part)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        elif isinstance(root, list) and part.isdecimal() and int(part) < len(root):  # pyright: ignore[reportUnknownArgumentType]
            root = root[int(part)]  # pyright: ignore[reportUnknownVariableType]
        else:
            return None
    return root  # pyright: ignore[reportUnknownVariableType]


def kept(found: Any) -> str:
    """A value of an answer as a field keeps it, at most 2,000 characters."""
    if found is None:
        return ""
    return (found if isinstance(found, str) else json.dumps(found, ensure_ascii=False))[:2_000]


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(each, change) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_mapped(each, change) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value
