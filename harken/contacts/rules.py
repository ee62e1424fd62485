"""What addresses and attributes of contacts may be. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from harken.kit.errors import Invalid
from harken.kit.text import one_line

LONGEST_NAME: Final = 200
_LONGEST_ADDRESS: Final = 320
_LARGEST_ATTRIBUTES: Final = 32_768
_MOST_ATTRIBUTES: Final = 100


def normal_address(given: str, kind: str) -> str:
    """As a connector with this `address_kind` would report it. Raises Invalid."""
    address = one_line(given, _LONGEST_ADDRESS + 1)
    if not address or len(address) > _LONGEST_ADDRESS:
        raise Invalid(("address", "too_long" if address else "required"))
    match kind:
        case "email":
            local, at, domain = address.lower().rpartition("@")
            if not (local and at and domain) or any(c in address for c in ' <>,;"'):
                raise Invalid(("address", "not_an_address"))
            return f"{local}@{domain}"
        case "phone":
            digits = "".join(c for c in address if c.isascii() and c.isdigit())
            if not 6 <= len(digits) <= 15:
                raise Invalid(("address", "not_a_number"))
            return f"+{digits}"
        case _:
            return address


def checked_name(name: str) -> str:
    """On one line; may be empty. Raises Invalid."""
    clean = one_line(name, LONGEST_NAME + 1)
    if len(clean) > LONGEST_NAME:
        raise Invalid(("name", "too_long"))
    return clean


def merged_attributes(stored: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Key by key; null takes one away. Raises Invalid when there are too many or they are too long."""
    merged = {key: value for key, value in {**stored, **given}.items() if value is not None}
    if len(merged) > _MOST_ATTRIBUTES or len(msgspec.json.encode(merged)) > _LARGEST_ATTRIBUTES:
        raise Invalid(("attributes", "too_long"))
    return merged
