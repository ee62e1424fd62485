"""A channel's settings against its connector's manifest: what is known, of the right kind, secret or open. Pure."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from harken.kit.crypto import new_token, new_webhook_secret
from harken.kit.errors import Invalid
from harken.port.connector import Connector, Manifest, Setting

_LONGEST = 10_000
_MOST_ITEMS = 200


class Checked(msgspec.Struct, frozen=True):
    """Open settings and secrets apart; `shown`: secrets that were generated now."""

    settings: dict[str, Any]
    secrets: dict[str, str]
    shown: dict[str, str]


def check_settings(
    connector: Connector, given: Mapping[str, Any], settings: Mapping[str, Any], secrets: Mapping[str, str]
) -> Checked:
    """`given` merged over what is stored (null takes a setting away; an emptied generated secret is made anew).

    Raises Invalid with every field that is wrong.
    """
    manifest = connector.manifest
    known = {setting.name: setting for setting in manifest.settings}
    wrong = [(f"settings.{name}"[:200], "unknown_setting") for name in given if name not in known]
    wrong += [
        (f"settings.{name}", code)
        for name, value in given.items()
        if name in known and (code := _wrong(known[name], value))
    ]
    if wrong:
        raise Invalid(*wrong)
    merged = _merged(manifest, given, {**settings, **secrets})
    made = _generated(manifest, merged)
    whole = {**merged, **made}
    wrong = [(f"settings.{s.name}", "required") for s in manifest.settings if s.required and _empty(whole.get(s.name))]
    wrong = wrong or [(f"settings.{field}", code) for field, code in connector.validate(whole)]
    if wrong:
        raise Invalid(*wrong)
    secret_names = {s.name for s in manifest.settings if s.kind == "secret"}
    return Checked(
        {name: value for name, value in whole.items() if name not in secret_names},
        {name: value for name, value in whole.items() if name in secret_names},
        made,
    )


def _merged(manifest: Manifest, given: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {s.name: s.default for s in manifest.settings if s.default is not None and s.name not in given}
    whole = {**defaults, **stored, **given}
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in whole.items() if value is not None
    }


def _generated(manifest: Manifest, merged: Mapping[str, Any]) -> dict[str, str]:
    return {
        s.name: new_webhook_secret() if s.signs else new_token()
        for s in manifest.settings
        if s.generated and _empty(merged.get(s.name))
    }


def _empty(value: object) -> bool:
    return value is None or value == ""


def _wrong(setting: Setting, value: object) -> str | None:
    """The code of what is wrong with a value; None when it is of the setting's kind, or null."""
    if value is None:
        return None
    match setting.kind:
        case "text" | "secret" | "color":
            return _wrong_text(value)
        case "number":
            return (
                None
                if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53
                else "type"
            )
        case "boolean":
            return None if isinstance(value, bool) else "type"
        case "choice":
            return None if value in setting.choices else "not_a_choice"
        case "list":
            if not isinstance(value, list):
                return "type"
            items = cast("list[object]", value)
            if len(items) > _MOST_ITEMS:
                return "too_long"
            return next((code for item in items if (code := _wrong_text(item))), None)
        case _:
            return "unknown_setting"


def _wrong_text(value: object) -> str | None:
    if not isinstance(value, str):
        return "type"
    return "too_long" if len(value) > _LONGEST else None
