"""What addresses, attributes, notes and merges of contacts may be. Pure."""

import re
import zoneinfo
from collections.abc import Mapping
from typing import Any, Final

from harken.contacts.model import Brought, Contact
from harken.kit.errors import Invalid
from harken.kit.text import one_line, storable

LONGEST_NAME: Final = 200
MOST_LABELS: Final = 50
MOST_IDENTITIES: Final = 50
_LONGEST_ADDRESS: Final = 320
_LONGEST_NOTE: Final = 10_000
_MOST_ATTRIBUTES: Final = 64
_LONGEST_KEY: Final = 100
_LARGEST_VALUE: Final = 2048  # bytes
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


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


def checked_timezone(name: str) -> str:
    """An IANA name, or nothing. Raises Invalid."""
    if name and (len(name) > 64 or name not in zoneinfo.available_timezones()):
        raise Invalid(("timezone", "unknown"))
    return name


def checked_language(tag: str) -> str:
    """A BCP 47 tag, or nothing. Raises Invalid."""
    if tag and not _LANGUAGE.fullmatch(tag):
        raise Invalid(("language", "invalid"))
    return tag


def checked_note(text: str) -> str:
    """Raises Invalid."""
    clean = storable(text, _LONGEST_NOTE + 1).strip()
    if not clean or len(clean) > _LONGEST_NOTE:
        raise Invalid(("text", "too_long" if clean else "required"))
    return clean


def merged_attributes(stored: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Key by key; null takes one away. Raises Invalid, naming the key, for what is no value, too long or too many."""
    changed = {_checked_key(key): _checked_value(key, value) for key, value in given.items()}
    merged = {key: value for key, value in {**stored, **changed}.items() if value is not None}
    if len(merged) > max(_MOST_ATTRIBUTES, len(stored)):
        raise Invalid(("attributes", "too_many"))
    return merged


def _checked_key(key: str) -> str:
    clean = one_line(key, _LONGEST_KEY + 1)
    if not clean or len(clean) > _LONGEST_KEY:
        raise Invalid(("attributes", "too_long" if clean else "required"))
    return clean


def _checked_value(key: str, value: object) -> str | float | bool | None:
    match value:
        case None | bool():
            return value
        case int() | float() if abs(value) < 1e300:  # not made a float: an integer may be too long
            return value
        case str():
            clean = storable(value, _LARGEST_VALUE + 1).strip()
            if len(clean.encode()) > _LARGEST_VALUE:
                raise Invalid((f"attributes.{key}", "too_long"))
            return clean
        case _:
            raise Invalid((f"attributes.{key}", "invalid"))


def brought_by(stays: Contact, other: Contact) -> Brought:
    """What merging `other` into `stays` adds: what stays wins, and who was blocked stays blocked."""
    return Brought(
        name="" if stays.name else other.name,
        timezone="" if stays.timezone else other.timezone,
        language="" if stays.language else other.language,
        attributes={key: value for key, value in other.attributes.items() if key not in stays.attributes},
        label_ids=[label for label in other.label_ids if label not in stays.label_ids],
        blocked=stays.blocked is None and other.blocked is not None,
    )


class Traits(Brought, frozen=True):
    """What a merge may change of the contact that stays, as it shall be."""


def with_brought(stays: Contact, brought: Brought) -> Traits:
    """The contact that stays, after the merge."""
    return Traits(
        name=stays.name or brought.name,
        timezone=stays.timezone or brought.timezone,
        language=stays.language or brought.language,
        attributes={**stays.attributes, **brought.attributes},
        label_ids=[*stays.label_ids, *brought.label_ids],
        blocked=stays.blocked is not None or brought.blocked,
    )


def without_brought(stays: Contact, brought: Brought) -> Traits:
    """The same before it: what the merge brought goes, unless an agent has changed it since."""

    def left(now: str, came: str) -> str:
        return "" if came and now == came else now

    def came(key: str, value: object) -> bool:
        return key in brought.attributes and brought.attributes[key] == value

    return Traits(
        name=left(stays.name, brought.name),
        timezone=left(stays.timezone, brought.timezone),
        language=left(stays.language, brought.language),
        attributes={key: value for key, value in stays.attributes.items() if not came(key, value)},
        label_ids=[label for label in stays.label_ids if label not in brought.label_ids],
        blocked=stays.blocked is not None and not brought.blocked,
    )
