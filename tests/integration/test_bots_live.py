"""Automated as an agent sees it, through the whole program: live, unseen by customer and bot, and waited for when typing."""

from harken.port.services import Services
from tests.bots import BotStage, add_bot
from tests.integration.bot_server import bot_server, outcome
from tests.live import running
from tests.world import World

SECRET = "whsec_c2VjcmV0"


async def test_one_watches_a_bot_live_types_and_takes_over(services: Services, world: World) -> None:
    async with bot_server() as bot, running(services, worker=True) as server:
        bot.secret, bot.answer = SECRET, outcome({"type": "say", "text": "Hello!"}, step="greeting")
        sealed = services.sealer.seal(b'{"secret": "%s"}' % SECRET.encode())
        robo = await add_bot(world, settings={"url": bot.url}, sealed=sealed)
        async with world.db.tx() as tx:
            await tx.execute(
                "update channel set bot_id = $2, settings = $3 where id = $1", world.api_channel, robo,
                {"callback_url": "http://127.0.0.1:9/"},
            )  # fmt: skip
        ben, sue = await server.page(world.ben), await server.page(world.sue)
        stage = BotStage(services, world, robo)
        conversation = await stage.says("Hi")
        while True:
            frame = await ben.wait("message_added", timeout=20)
            if frame["data"]["messages"][-1]["author"]["kind"] == "bot":
                break
        shown = frame["data"]["conversation"]
        assert (shown["handler"]["kind"], shown["bot"]["step"]) == ("bot", "greeting")
        asked = len(bot.asked)
        await ben.say({"type": "viewing", "conversation_id": str(conversation), "active": True})
        await sue.wait("viewing")
        await ben.say({"type": "typing", "conversation_id": str(conversation), "active": True})
        moved = await ben.wait("bot_moved", timeout=20)
        assert moved["data"]["conversation"]["bot"]["paused_until"]
        await stage.says("Are you there?")
        assert len(bot.asked) == asked, "watching and typing tell the bot nothing, and it waits"
        client = await server.client(world.ben)
        answer = await client.post(
            f"/api/conversations/{conversation}/messages", json={"text": "I am.", "take_over": True}
        )
        assert answer.status_code == 201, answer.text
        taken = await client.get(f"/api/conversations/{conversation}")
        assert (taken.json()["handler"]["kind"], taken.json()["bot"]) == ("agent", None)
        async with world.db.connection() as connection:
            assert await connection.fetchval("select count(*) from bot_lease") == 0
