"""What admins do about bots: make, change, pause, remove. Secrets go in sealed and come out only once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from harken.bots import store
from harken.bots.admission import admitted
from harken.bots.brains import Kind
from harken.bots.kinds import KINDS
from harken.bots.model import Bot, Disclosure, Mode
from harken.channels.wire import open_secrets, seal_secrets
from harken.conversations.bots import Limits
from harken.conversations.snapshot import BotEntry
from harken.events.log import Writer
from harken.events.types import Actor, Audience
from harken.kit.crypto import Sealer, new_token, token_hash
from harken.kit.errors import Conflict, Invalid, NotFound
from harken.kit.ids import new_id
from harken.kit.text import one_line
from harken.people.model import Caller

TOKEN_PREFIX = "hkb_"
_LONGEST_NAME = 80
_LONGEST_DISCLOSURE = 500
_ALWAYS_DISCLOSED: Final = ("model",)  # of what a model writes, whoever reads it knows


class NewBot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`url`: the same as `settings.url`, for a webhook."""

    name: str
    kind: str = "webhook"
    url: str | None = None
    settings: dict[str, Any] = {}
    mode: Mode = "live"
    limits: Limits = msgspec.field(default_factory=Limits)
    channel_ids: list[UUID] = []
    disclosure: Disclosure = msgspec.field(default_factory=Disclosure)


class BotPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays. `settings` are merged name by name; changed ones make a new version. A secret set to null or ""
    is made anew."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    url: str | msgspec.UnsetType = msgspec.UNSET
    settings: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    mode: Mode | msgspec.UnsetType = msgspec.UNSET
    limits: Limits | msgspec.UnsetType = msgspec.UNSET
    channel_ids: list[UUID] | msgspec.UnsetType = msgspec.UNSET
    disclosure: Disclosure | msgspec.UnsetType = msgspec.UNSET


class Shown(msgspec.Struct, frozen=True):
    """What is shown this once."""

    id: UUID
    token: str | None = None
    secrets: dict[str, str] = {}


async def create_bot(w: Writer, sealer: Sealer, caller: Caller, new: NewBot, at: datetime) -> Shown:
    """Raises Forbidden, Invalid."""
    caller.require("admin")
    kind = KINDS.get(new.kind)
    if kind is None:
        raise Invalid(("kind", "unknown"))
    given = new.settings if new.url is None else {**new.settings, "url": new.url}
    settings, secrets, shown = _checked(kind, given, {}, {})
    _check_limits(new.limits)
    _check_disclosure(new.disclosure, new.kind)
    await _check_channels(w, new.channel_ids)
    id, token = new_id(), new_token(TOKEN_PREFIX)
    await store.Q.run(
        w.tx, "insert_bot", id=id, workspace_id=w.workspace_id, name=_name(new.name), kind=new.kind, settings=settings,
        sealed=seal_secrets(sealer, secrets), token_hash=token_hash(token), mode=new.mode, limits=new.limits,
        channel_ids=new.channel_ids, disclosure=new.disclosure, at=at,
    )  # fmt: skip
    await _insert_version(w, caller, id, 1, settings, at)
    await _announce(w, caller, id, at)
    return Shown(id, token, shown)


async def change_bot(w: Writer, sealer: Sealer, caller: Caller, bot_id: UUID, patch: BotPatch, at: datetime) -> Shown:
    """Raises Forbidden, NotFound, Invalid. In shadow mode it handles nothing: what it has goes to the Inbox."""
    caller.require("admin")
    before = await get_record(w.tx, w.workspace_id, bot_id)
    kind = KINDS.get(before["kind"])
    if kind is None:
        raise Invalid(("kind", "unknown"))
    given = {} if isinstance(patch.settings, msgspec.UnsetType) else dict(patch.settings)
    if not isinstance(patch.url, msgspec.UnsetType):
        given["url"] = patch.url
    known = open_secrets(sealer, before["sealed"])
    settings, secrets, shown = (
        _checked(kind, given, before["settings"], known) if given else (before["settings"], known, {})
    )
    row = {
        field: _given(getattr(patch, field), before[field]) for field in ("mode", "limits", "channel_ids", "disclosure")
    }
    _check_limits(msgspec.convert(row["limits"], Limits))
    if not isinstance(patch.disclosure, msgspec.UnsetType):
        _check_disclosure(patch.disclosure, before["kind"])
    await _check_channels(w, row["channel_ids"])
    version = before["version"] + (settings != before["settings"])
    await store.Q.run(
        w.tx, "save_bot", workspace_id=w.workspace_id, id=bot_id, name=_name(_given(patch.name, before["name"])),
        settings=settings, sealed=seal_secrets(sealer, secrets), version=version, **row,
    )  # fmt: skip
    if version != before["version"]:
        await _insert_version(w, caller, bot_id, version, settings, at)
    await _announce(w, caller, bot_id, at)
    if row["mode"] == "shadow":
        await send_home(w, caller, bot_id, at)
    return Shown(bot_id, None, shown)


async def restore_version(w: Writer, caller: Caller, bot_id: UUID, version: int, at: datetime) -> None:
    """A new version with the settings of an older one; nothing where they are those of today. Raises Forbidden, NotFound,
    Invalid when they make no bot any more."""
    caller.require("admin")
    before = await get_record(w.tx, w.workspace_id, bot_id)
    kind = KINDS.get(before["kind"])
    if kind is None:
        raise Invalid(("kind", "unknown"))
    then = await store.Q.row(w.tx, "find_version", workspace_id=w.workspace_id, bot_id=bot_id, version=version)
    if then is None:
        raise NotFound("no such version of the bot")
    settings = kind.check(then["settings"])
    if settings == before["settings"]:
        return
    kept = {name: before[name] for name in ("name", "sealed", "mode", "limits", "channel_ids", "disclosure")}
    next = before["version"] + 1
    await store.Q.run(
        w.tx, "save_bot", workspace_id=w.workspace_id, id=bot_id, settings=settings, version=next, **kept
    )  # fmt: skip
    await _insert_version(w, caller, bot_id, next, settings, at)
    await _announce(w, caller, bot_id, at)


async def set_state(
    w: Writer, caller: Caller, bot_id: UUID, state: Literal["on", "paused", "removed"], at: datetime
) -> None:
    """A bot that stops gives every conversation to the Inbox, in the same transaction. Raises Forbidden, NotFound."""
    caller.require("admin" if state == "removed" else "supervisor")
    await get_record(w.tx, w.workspace_id, bot_id)
    await store.Q.run(w.tx, "set_state", workspace_id=w.workspace_id, id=bot_id, state=state)
    if state == "removed":
        await store.Q.run(w.tx, "leave_channels", workspace_id=w.workspace_id, id=bot_id)
        w.append("bot_removed", {"id": bot_id}, actor=_actor(caller), audience=Audience(), at=at)
    else:
        await _announce(w, caller, bot_id, at)
    if state != "on":
        await send_home(w, caller, bot_id, at)


async def set_state_of_all(w: Writer, caller: Caller, state: Literal["on", "paused"], at: datetime) -> None:
    caller.require("supervisor")
    other = "paused" if state == "on" else "on"
    for row in await store.Q.rows(w.tx, "list_bot_ids", workspace_id=w.workspace_id, state=other):
        await set_state(w, caller, row["id"], state, at)


async def renew_token(w: Writer, caller: Caller, bot_id: UUID) -> str:
    """The old one opens nothing any more. Raises Forbidden, NotFound."""
    caller.require("admin")
    await get_record(w.tx, w.workspace_id, bot_id)
    token = new_token(TOKEN_PREFIX)
    await store.Q.run(w.tx, "set_token", workspace_id=w.workspace_id, id=bot_id, token_hash=token_hash(token))
    return token


async def send_home(w: Writer, caller: Caller, bot_id: UUID, at: datetime) -> int:
    """Every conversation of a bot to the Inbox, each with its line; customers are told nothing new."""
    bot = await store.get_bot(w.tx, w.workspace_id, bot_id)
    rows = await store.Q.rows(w.tx, "list_handled", workspace_id=w.workspace_id, bot_id=bot_id)
    for row in rows:
        try:
            admission = await admitted(
                w, bot, row["conversation_id"], row["epoch"], None, at, even_paused=True, actor=_actor(caller)
            )
        except (Conflict, NotFound):
            continue
        await admission.hand_off("paused", tell=False)
        await admission.commit()
    return len(rows)


async def get_record(tx: Any, workspace_id: UUID, bot_id: UUID) -> asyncpg.Record:
    """Raises NotFound, also for one that is removed."""
    row = await store.Q.row(tx, "list_details", workspace_id=workspace_id, id=bot_id)
    if row is None:
        raise NotFound("no such bot")
    return row


def detail_from(row: asyncpg.Record, sealer: Sealer, shown: Shown | None = None) -> Bot:
    """What admins see. `shown`: the secrets that were made or changed now."""
    names = sorted(name for name, value in open_secrets(sealer, row["sealed"]).items() if value)
    secrets = shown.secrets if shown else {}
    disclosure = msgspec.convert(row["disclosure"], Disclosure)
    return Bot(
        row["id"], row["name"], row["kind"], row["state"], row["mode"], row["version"], row["settings"], names,
        msgspec.convert(row["limits"], Limits), row["channel_ids"],
        replace(disclosure, on=disclosure.on or row["kind"] in _ALWAYS_DISCLOSED), row["handling"], row["away_until"], row["failed_text"], row["created_at"], shown.token if shown else None,
        secrets or None, secrets.get("secret"),
    )  # fmt: skip


def entry_from(row: asyncpg.Record) -> BotEntry:
    """What everybody sees."""
    return BotEntry(row["id"], row["name"], row["kind"], row["state"], row["mode"])


def _checked(
    kind: Kind, given: Mapping[str, Any], settings: Mapping[str, Any], secrets: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str], dict[str, str]]:
    """Settings and secrets as they are stored, and the secrets to be shown. Raises Invalid."""
    kept, shown = dict(secrets), dict[str, str]()
    for name in kind.secrets:
        value = given.get(name, kept.get(name))
        if not isinstance(value, str | None) or (value and len(value) > 1000):
            raise Invalid((f"settings.{name}", "invalid"))
        if not value and name in kind.generated:
            value = shown[name] = kind.generated[name]()
        kept[name] = value or ""
    plain = {**settings, **{name: value for name, value in given.items() if name not in kind.secrets}}
    return kind.check({k: v for k, v in plain.items() if v is not None}), {k: v for k, v in kept.items() if v}, shown


def _check_limits(limits: Limits) -> None:
    ranges = {
        "max_turns": (1, 1000), "messages_per_minute": (1, 120), "timeout_seconds": (1, 300), "idle_hours": (1, 720),
        "held_minutes": (1, 10_080),
    }  # fmt: skip
    wrong = [name for name, (least, most) in ranges.items() if not least <= getattr(limits, name) <= most]
    if wrong:
        raise Invalid(*((f"limits.{name}", "out_of_range") for name in wrong))


def _check_disclosure(disclosure: Disclosure, kind: str) -> None:
    if kind in _ALWAYS_DISCLOSED and not disclosure.on:
        raise Invalid(("disclosure.on", "required"))
    for language, text in disclosure.texts.items():
        if not language or len(language) > 35:
            raise Invalid(("disclosure", "language"))
        if not text.strip() or len(text) > _LONGEST_DISCLOSURE:
            raise Invalid((f"disclosure.{language}", "too_long" if text.strip() else "required"))


async def _check_channels(w: Writer, ids: list[UUID]) -> None:
    if ids and await store.Q.value(w.tx, "count_channels", workspace_id=w.workspace_id, ids=ids) != len(set(ids)):
        raise Invalid(("channel_ids", "unknown"))


async def _insert_version(
    w: Writer, caller: Caller, bot_id: UUID, version: int, settings: dict[str, Any], at: datetime
) -> None:
    await store.Q.run(
        w.tx, "insert_version", workspace_id=w.workspace_id, bot_id=bot_id, version=version, settings=settings,
        created_by=caller.agent_id, at=at,
    )  # fmt: skip


async def _announce(w: Writer, caller: Caller, bot_id: UUID, at: datetime) -> None:
    entry = entry_from(await get_record(w.tx, w.workspace_id, bot_id))
    w.append("bot_changed", {"bot": entry}, actor=_actor(caller), audience=Audience(), at=at)


def _given(value: Any, before: Any) -> Any:
    return before if isinstance(value, msgspec.UnsetType) else value


def _name(name: str) -> str:
    clean = one_line(name, _LONGEST_NAME + 1)
    if not clean or len(clean) > _LONGEST_NAME:
        raise Invalid(("name", "too_long" if clean else "required"))
    return clean


def _actor(caller: Caller) -> Actor:
    return Actor("agent", caller.agent_id, caller.name)
