"""Quick answers below a message: what is a usable one, and whether a channel shows them or they go as numbered text. Pure."""

from collections.abc import Sequence
from typing import Final

import msgspec

from harken.kit.text import one_line, storable
from harken.port.capabilities import Capabilities

MOST: Final = 10  # of one message
TITLE: Final = 80  # characters
VALUE: Final = 1000


class Button(msgspec.Struct, frozen=True):
    """A quick answer. `value` comes back when it is chosen; empty: the title."""

    title: str
    value: str = ""


def usable(buttons: Sequence[Button]) -> list[Button]:
    """Those with a title and a value of their own, ten at most, as they can be stored; a longer value than can come back is none."""
    kept: dict[str, Button] = {}
    for button in buttons:
        title = one_line(storable(button.title, 10_000), TITLE)
        value = storable(button.value, VALUE + 1) or title
        if title and len(value) <= VALUE:
            kept.setdefault(value, Button(title, value))
    return list(kept.values())[:MOST]


def button_faults(buttons: Sequence[Button]) -> list[tuple[str, str]]:
    """(field, code) of what a caller is told to correct."""
    faults: list[tuple[str, str]] = []
    if len(buttons) > MOST:
        faults.append(("buttons", "too_many"))
    if any(not button.title.strip() for button in buttons):
        faults.append(("buttons", "required"))
    if any(len(button.title) > TITLE or len(button.value) > VALUE for button in buttons):
        faults.append(("buttons", "too_long"))
    values = [button.value or button.title for button in buttons]
    if len(set(values)) < len(values):
        faults.append(("buttons", "duplicate"))
    return faults


def offered(capabilities: Capabilities, text: str, buttons: Sequence[Button]) -> tuple[str, list[Button]]:
    """What leaves: the text with its buttons where the channel shows as many, else the text with the choices numbered."""
    if not buttons:
        return text, []
    if len(buttons) <= capabilities.buttons:
        return text, list(buttons)
    lines = [f"{place}. {button.title}" for place, button in enumerate(buttons, 1)]
    return "\n".join([*([text, ""] if text else []), *lines]), []
