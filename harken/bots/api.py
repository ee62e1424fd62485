"""Bots over HTTP, for agents: everybody sees which there are, supervisors pause them, admins set them up."""

from uuid import UUID

import msgspec
from litestar import delete, get, patch, post

from harken.bots import bot_api, past_api, rehearsal_api, setup, store, watching_api
from harken.bots.model import Bot
from harken.bots.setup import BotPatch, NewBot, Shown
from harken.bots.wording import DISCLOSURE
from harken.conversations.snapshot import BotEntry
from harken.events.log import writing
from harken.people.model import Caller
from harken.port.services import Services

_ONE = "/api/bots/{bot_id:uuid}"


class BotPage(msgspec.Struct, frozen=True):
    items: list[Bot]
    next_cursor: str | None = None


class BotEntryPage(msgspec.Struct, frozen=True):
    """For who is no admin."""

    items: list[BotEntry]
    next_cursor: str | None = None


class BotWording(msgspec.Struct, frozen=True):
    """Harken's own words, by language, for what a bot does not word itself."""

    disclosure: dict[str, str]


class BotToken(msgspec.Struct, frozen=True):
    token: str


@get("/api/bots", tags=["bots"])
async def get_bots(services: Services, caller: Caller) -> BotPage | BotEntryPage:
    """Every bot: with all of its setup for admins."""
    async with services.db.connection() as connection:
        rows = await store.Q.rows(connection, "list_details", workspace_id=caller.workspace_id, id=None)
    if _sets_up(caller):
        return BotPage([setup.detail_from(row, services.sealer) for row in rows])
    return BotEntryPage([setup.entry_from(row) for row in rows])


@get("/api/bots/wording", tags=["bots"])
async def get_bot_wording(caller: Caller) -> BotWording:
    """What a bot says of itself where its `disclosure.texts` have no words of their own. For admins."""
    caller.require("admin")
    return BotWording(dict(DISCLOSURE))


@get(_ONE, tags=["bots"])
async def get_bot(services: Services, caller: Caller, bot_id: UUID) -> Bot | BotEntry:
    """With settings for admins, without for the others. Secrets are never shown."""
    async with services.db.connection() as connection:
        row = await setup.get_record(connection, caller.workspace_id, bot_id)
    return setup.detail_from(row, services.sealer) if _sets_up(caller) else setup.entry_from(row)


@post("/api/bots", tags=["bots"])
async def post_bot(services: Services, caller: Caller, data: NewBot) -> Bot:
    """Makes a bot; its token, and a webhook's secret, are shown this once. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        shown = await setup.create_bot(w, services.sealer, caller, data, services.clock.now())
    return await _detail(services, caller, shown)


@patch(_ONE, tags=["bots"])
async def patch_bot(services: Services, caller: Caller, bot_id: UUID, data: BotPatch) -> Bot:
    """Changes what is given; other settings are a new version. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        shown = await setup.change_bot(w, services.sealer, caller, bot_id, data, services.clock.now())
    return await _detail(services, caller, shown)


@delete(_ONE, tags=["bots"], status_code=204)
async def delete_bot(services: Services, caller: Caller, bot_id: UUID) -> None:
    """Its conversations go to the Inbox; what it said stays. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        await setup.set_state(w, caller, bot_id, "removed", services.clock.now())


@post(_ONE + "/token", tags=["bots"], status_code=200)
async def post_bot_token(services: Services, caller: Caller, bot_id: UUID) -> BotToken:
    """A new token for the bot API, shown this once; the old one opens nothing any more. For admins."""
    caller.require("admin")
    async with writing(services.db, caller.workspace_id) as w:
        return BotToken(await setup.renew_token(w, caller, bot_id))


@post(_ONE + "/pause", tags=["bots"], status_code=200)
async def pause_one_bot(services: Services, caller: Caller, bot_id: UUID) -> BotEntry:
    """It answers nobody, and every conversation that it has goes to the Inbox. For supervisors."""
    async with writing(services.db, caller.workspace_id) as w:
        await setup.set_state(w, caller, bot_id, "paused", services.clock.now())
        return setup.entry_from(await setup.get_record(w.tx, w.workspace_id, bot_id))


@delete(_ONE + "/pause", tags=["bots"], status_code=200)
async def resume_one_bot(services: Services, caller: Caller, bot_id: UUID) -> BotEntry:
    """It answers again what comes from now on. For supervisors."""
    async with writing(services.db, caller.workspace_id) as w:
        await setup.set_state(w, caller, bot_id, "on", services.clock.now())
        return setup.entry_from(await setup.get_record(w.tx, w.workspace_id, bot_id))


@post("/api/bots/pause", tags=["bots"], status_code=204)
async def pause_all_bots(services: Services, caller: Caller) -> None:
    """All of them. For supervisors."""
    async with writing(services.db, caller.workspace_id) as w:
        await setup.set_state_of_all(w, caller, "paused", services.clock.now())


@delete("/api/bots/pause", tags=["bots"], status_code=204)
async def resume_all_bots(services: Services, caller: Caller) -> None:
    """All that are paused. For supervisors."""
    async with writing(services.db, caller.workspace_id) as w:
        await setup.set_state_of_all(w, caller, "on", services.clock.now())


def _sets_up(caller: Caller) -> bool:
    return caller.role == "admin" and caller.has_scope("admin")


async def _detail(services: Services, caller: Caller, shown: Shown) -> Bot:
    async with services.db.connection() as connection:
        row = await setup.get_record(connection, caller.workspace_id, shown.id)
    return setup.detail_from(row, services.sealer, shown)


ROUTES = [
    get_bots, get_bot_wording, get_bot, post_bot, patch_bot, delete_bot, post_bot_token, pause_one_bot, resume_one_bot, pause_all_bots,
    resume_all_bots, *bot_api.ROUTES, *watching_api.ROUTES, *rehearsal_api.ROUTES, *past_api.ROUTES,
]  # fmt: skip
