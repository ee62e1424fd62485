"""What a visitor's socket carries of a bot at work: what it says, and nothing of what agents do about it."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec

from harken.port.services import Services
from tests.bots import add_bot
from tests.integration.bot_server import bot_server, outcome
from tests.integration.test_webchat import Chat, chat
from tests.world import World

__all__ = ["chat"]  # the fixture
SECRET = "whsec_c2VjcmV0"


async def bot_on(chat: Chat, services: Services, world: World, url: str) -> UUID:
    sealed = services.sealer.seal(msgspec.json.encode({"secret": SECRET}))
    robo = await add_bot(world, settings={"url": url}, sealed=sealed)
    async with world.db.tx() as tx:
        await tx.execute("update channel set bot_id = $2, bot_when = 'always' where id = $1", chat.channel, robo)
    return robo


async def until(page: Any, text: str) -> None:
    async with asyncio.timeout(20):
        while True:
            frame = await page.next(20)
            if frame["type"] == "message" and frame["message"]["text"] == text:
                return


async def test_a_whisper_a_pause_and_what_the_bot_notes_never_reach_the_visitors_socket(
    chat: Chat, services: Services, world: World
) -> None:
    async with bot_server() as bot:
        bot.secret = SECRET
        bot.answer = outcome(
            {"type": "say", "text": "Hello!"},
            {"type": "note", "text": "SECRET note"},
            {"type": "suggest", "text": "SECRET draft"},
            {"type": "fields", "fields": {"mood": "SECRET mood"}},
            step="SECRET step",
        )
        await bot_on(chat, services, world, bot.url)
        bo = await chat.visitor()
        page = await bo.page(bo.session["cursor"])
        await bo.send("Hi")
        await until(page, "Hello!")
        ada = await chat.agent(world.ada)
        answer = await ada.get("/api/conversations", params={"view": "automated"})
        [conversation] = answer.json()["items"]
        assert conversation["bot"]["step"] == "SECRET step", "agents see all of it"
        path = f"/api/conversations/{conversation['id']}"
        bot.answer = outcome({"type": "say", "text": "It goes by post."})
        told = await ada.post(f"{path}/bot/instruction", json={"text": "SECRET: say it goes by post"})
        assert told.status_code == 200, told.text
        await until(page, "It goes by post.")
        assert (await ada.put(f"{path}/bot/pause")).status_code == 200
        taken = await ada.post(f"{path}/messages", json={"text": "It is Ada now.", "take_over": True})
        assert taken.status_code == 201, taken.text
        await until(page, "It is Ada now.")
        carried = msgspec.json.encode([page.frames, await bo.messages()]).decode()
    assert "SECRET" not in carried
    said = [m["text"] for m in (frame["message"] for frame in page.frames if frame["type"] == "message") if m["text"]]
    assert said == ["Hi", "Hello!", "It goes by post.", "It is Ada now."]
    thread = (await ada.get(f"{path}/messages")).text
    assert thread.count("SECRET") == 2, "agents have both in the thread"
