"""Quick answers as other parties meet them, through the whole program: a service on the `api` channel, and the bot behind it.

What is pressed has other words than its button: words alone, which may be a title, would not find the value.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from harken.port.services import Services
from tests.bots import add_bot
from tests.http_peer import Asked, HttpPeer, http_peer
from tests.integration.bot_server import BotServer, bot_server
from tests.live import running
from tests.world import World

SECRET = "whsec_c2VjcmV0"
PATIENCE = 30  # seconds, of a loaded machine


async def until(find: Callable[[], Any]) -> Any:
    """What `find` answers as soon as that is something."""
    async with asyncio.timeout(PATIENCE):
        while not (found := find()):  # noqa: ASYNC110 - another thread's server, without an event
            await asyncio.sleep(0.02)
        return found


def called_back(shop: HttpPeer, text: str) -> dict[str, Any] | None:
    return next((asked.json for asked in shop.asked if asked.json.get("text") == text), None)


async def set_up(services: Services, world: World, shop: HttpPeer, bot: Any) -> None:
    sealed = services.sealer.seal(msgspec.json.encode({"secret": SECRET}))
    async with services.db.tx() as tx:
        await tx.execute(
            "update channel set bot_id = $2, settings = $3, sealed = $4 where id = $1", world.api_channel, bot,
            {"callback_url": shop.url}, sealed,
        )  # fmt: skip


async def writes(server: Any, world: World, id: str, text: str, **given: str) -> None:
    client = await server.client()
    answer = await client.post(
        f"/in/api/{world.api_channel}",
        json={"id": id, "from": {"id": "bo@example.com", "name": "Bo"}, "text": text, **given},
        headers={"authorization": f"Bearer {SECRET}"},
    )
    assert answer.status_code == 200, answer.text


def lamps(bot: BotServer) -> None:
    async def answer(turn: dict[str, Any]) -> tuple[int, bytes]:
        buttons = [{"title": "Blue", "value": "b"}, {"title": "Red", "value": "/choose{red}"}]
        first = {"type": "say", "text": "Which?", "buttons": buttons}
        return 200, msgspec.json.encode(
            {"answers": [first if len(bot.asked) == 1 else {"type": "say", "text": "Fine."}]}
        )

    bot.secret, bot.answer = SECRET, answer


async def test_a_service_gets_the_buttons_with_its_callback_and_its_press_reaches_the_bot_by_value(
    services: Services, world: World
) -> None:
    async with bot_server() as bot, running(services, worker=True) as server:
        lamps(bot)
        with http_peer(lambda _: (200, {})) as shop:
            sealed = services.sealer.seal(msgspec.json.encode({"secret": SECRET}))
            await set_up(services, world, shop, await add_bot(world, settings={"url": bot.url}, sealed=sealed))
            await writes(server, world, "m1", "A lamp")
            asked = await until(lambda: called_back(shop, "Which?"))
            assert asked["buttons"] == [{"title": "Blue", "value": "b"}, {"title": "Red", "value": "/choose{red}"}]
            assert asked["author"] == {"kind": "bot", "name": "Robo"}
            await writes(server, world, "m2", "That one", pressed="/choose{red}")
            assert (await until(lambda: called_back(shop, "Fine.")))["buttons"] == []
            assert [(turn["message"]["text"], turn["message"]["value"]) for turn in bot.asked] == [
                ("A lamp", None), ("That one", "/choose{red}"),
            ]  # fmt: skip


def pizza_place(asked: Asked) -> tuple[int, Any]:
    to = {"recipient_id": asked.json["sender"]}
    if asked.json["message"] == "/affirm":
        return 200, [{**to, "text": "Good."}]
    return 200, [{**to, "text": "Hungry?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}]


async def test_a_press_comes_back_to_rasa_as_the_payload_of_its_button(services: Services, world: World) -> None:
    async with running(services, worker=True) as server:
        with http_peer(pizza_place) as rasa, http_peer(lambda _: (200, {})) as shop:
            await set_up(services, world, shop, await add_bot(world, kind="rasa", settings={"url": rasa.url}))
            await writes(server, world, "m1", "hi")
            offered = await until(lambda: called_back(shop, "Hungry?"))
            assert offered["buttons"] == [{"title": "Yes", "value": "/affirm"}]
            await writes(server, world, "m2", "Sure", pressed="/affirm")
            await until(lambda: called_back(shop, "Good."))
            assert [asked.json["message"] for asked in rasa.asked] == ["hi", "/affirm"]
            assert len({asked.json["sender"] for asked in rasa.asked}) == 1, "Rasa knows it as the same conversation"
