"""Setting a bot up over HTTP: where it answers, its versions, its keys, and what it would have said."""

import contextlib
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx

from harken.port.services import Services
from tests.bots import bot_stage
from tests.http_peer import Asked, http_peer
from tests.integration.test_model_bot import completion
from tests.web import serving
from tests.world import World, caller_of

FIRST = {"document": "start: a\nsteps:\n  a: {type: close, text: First, reason: done}\n"}
SECOND = {"document": "start: a\nsteps:\n  a: {type: close, text: Second, reason: done}\n"}


@contextlib.asynccontextmanager
async def admin(services: Services, world: World) -> AsyncGenerator[httpx.AsyncClient]:
    async with serving(services) as web:
        yield await web.signed_in(world.ada)


async def made(ada: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await ada.post("/api/bots", json={"name": "Robo", "kind": "flow", "settings": FIRST, **given})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_another_binding_of_the_same_bot_keeps_its_time_out(services: Services, world: World) -> None:
    async with admin(services, world) as ada:
        bot, other = await made(ada), await made(ada, name="Other")

        async def bound(**binding: Any) -> Any:
            answer = await ada.patch(f"/api/channels/{world.api_channel}", json={"bot": binding})
            assert answer.status_code == 200, answer.text
            return answer.json()["bot"]["timeout_seconds"]

        assert await bound(id=bot["id"], when="always", timeout_seconds=7) == 7
        assert await bound(id=bot["id"], when="delegated") == 7
        assert await bound(id=bot["id"], when="delegated", timeout_seconds=None) is None
        assert await bound(id=bot["id"], when="always", timeout_seconds=9) == 9
        assert await bound(id=other["id"], when="always") is None


async def test_its_versions_tell_who_made_them_when_and_what_changed(services: Services, world: World) -> None:
    async with admin(services, world) as ada:
        bot = await made(ada)
        path = f"/api/bots/{bot['id']}"
        for settings in (SECOND, FIRST):
            assert (await ada.patch(path, json={"settings": settings})).status_code == 200
        assert (await ada.patch(path, json={"name": "Robot"})).json()["version"] == 3  # what it says is as it was
        page = (await ada.get(f"{path}/versions", params={"limit": 2})).json()
        told = [(each["version"], each["changed"], each["same_as"]) for each in page["items"]]
        assert told == [(3, ["document"], 1), (2, ["document"], None)]
        assert {each["created_by"] for each in page["items"]} == {str(world.ada)}
        rest = (await ada.get(f"{path}/versions", params={"limit": 2, "cursor": page["next_cursor"]})).json()
        assert ([each["version"] for each in rest["items"]], rest["next_cursor"]) == ([1], None)
        assert (await ada.get(f"{path}/versions/2")).json()["settings"] == SECOND
        assert (await ada.get(f"{path}/versions/9")).status_code == 404


async def test_going_back_makes_a_new_version_of_an_old_one(services: Services, world: World) -> None:
    async with admin(services, world) as ada:
        bot = await made(ada, limits={"max_turns": 7})
        path = f"/api/bots/{bot['id']}"
        await ada.patch(path, json={"settings": SECOND, "name": "Robot"})
        back = (await ada.post(f"{path}/versions/1/restore")).json()
        assert (back["version"], back["settings"], back["name"], back["limits"]["max_turns"]) == (3, FIRST, "Robot", 7)
        again = (await ada.post(f"{path}/versions/1/restore")).json()
        assert again["version"] == 3  # it is that one already
        assert (await ada.post(f"{path}/versions/9/restore")).status_code == 404


async def test_a_setting_that_the_older_version_did_not_have_is_gone_again(services: Services, world: World) -> None:
    async with admin(services, world) as ada:
        model = {"base_url": "https://llm.example/v1", "model": "small", "api_key": "sk-1"}
        bot = await made(ada, kind="model", settings=model)
        path = f"/api/bots/{bot['id']}"
        await ada.patch(path, json={"settings": {"temperature": 0.5}})
        back = (await ada.post(f"{path}/versions/1/restore")).json()
        assert back["settings"]["temperature"] is None
        assert back["secret_names"] == ["api_key"]  # keys are today's, of no version


async def test_a_renewed_token_is_shown_once_and_the_old_one_opens_nothing(services: Services, world: World) -> None:
    stage = await bot_stage(services, world)
    async with serving(services) as web:
        ada, outside = await web.signed_in(world.ada), await web.nobody()
        conversation = await stage.says("Hello")
        said = {"epoch": 1, "client_message_id": "one", "text": "Hello!"}

        async def says(token: str) -> int:
            answer = await outside.post(
                f"/api/bot/conversations/{conversation}/messages",
                json=said,
                headers={"Authorization": f"Bearer {token}"},
            )
            return answer.status_code

        old = (await ada.post(f"/api/bots/{stage.bot}/token")).json()["token"]
        assert await says(old) in (200, 201)
        new = (await ada.post(f"/api/bots/{stage.bot}/token")).json()["token"]
        assert [await says(old), await says(new) in (200, 201)] == [401, True]
        assert new not in (await ada.get(f"/api/bots/{stage.bot}")).text


async def test_a_renewed_signing_secret_is_shown_once_and_makes_no_version(services: Services, world: World) -> None:
    async with admin(services, world) as ada:
        bot = await made(ada, kind="webhook", settings={"url": "https://bot.example/"})
        path = f"/api/bots/{bot['id']}"
        renewed = (await ada.patch(path, json={"settings": {"secret": None}})).json()
        assert renewed["secret"].startswith("whsec_")
        assert (renewed["secret"] != bot["secret"], renewed["version"]) == (True, 1)
        assert "secret" not in {name for name, value in (await ada.get(path)).json().items() if value}


async def test_a_shadow_answer_stands_beside_what_was_asked_and_really_said(services: Services, world: World) -> None:
    stage = await bot_stage(services, world, mode="shadow")
    conversation = await stage.says("Hello")
    await stage.says("Where is my order?")
    await stage.turn()
    ben = await caller_of(world, world.ben)
    await stage.desk.reply(ben, conversation, "On its way.")
    await stage.says("Thank you")
    await stage.turn()
    async with admin(services, world) as ada:
        path = f"/api/bots/{stage.bot}/shadow"
        first = (await ada.get(path, params={"limit": 1})).json()
        assert (first["items"][0]["asked"], first["items"][0]["really"]) == ("Thank you", [])
        second = (await ada.get(path, params={"limit": 1, "cursor": first["next_cursor"]})).json()["items"][0]
        assert second["asked"] == "Hello\n\nWhere is my order?"
        assert [(each["author"]["kind"], each["text"]) for each in second["really"]] == [("agent", "On its way.")]
        assert second["conversation_id"] == str(conversation)


async def test_its_own_words_of_disclosure_are_looked_at(services: Services, world: World) -> None:
    async with admin(services, world) as ada:
        assert "Mensch" in (await ada.get("/api/bots/wording")).json()["disclosure"]["de"]
        bot = await made(ada, disclosure={"on": False, "texts": {"en": "I am a robot."}})
        refused = await ada.patch(f"/api/bots/{bot['id']}", json={"disclosure": {"texts": {"de": " "}}})
        assert refused.json()["errors"] == [{"field": "disclosure.de", "code": "required"}]


async def test_a_model_bot_always_says_what_it_is(services: Services, world: World) -> None:
    model = {"base_url": "https://models.example/v1", "model": "small"}
    required = [{"field": "disclosure.on", "code": "required"}]
    async with admin(services, world) as ada:
        silent = {"name": "Silent", "kind": "model", "settings": model, "disclosure": {"on": False}}
        assert (await ada.post("/api/bots", json=silent)).json()["errors"] == required
        bot = await made(ada, kind="model", settings=model)
        refused = await ada.patch(f"/api/bots/{bot['id']}", json={"disclosure": {"on": False}})
        assert refused.json()["errors"] == required
        async with world.db.tx() as tx:
            await tx.execute("update bot set disclosure = $1", {"on": False, "texts": {}})
        assert (await ada.get(f"/api/bots/{bot['id']}")).json()["disclosure"]["on"], (
            "kept from before, and never heeded"
        )
        assert (await ada.patch(f"/api/bots/{bot['id']}", json={"name": "Modest"})).status_code == 200


async def test_a_model_bot_finds_its_own_articles(services: Services, world: World) -> None:
    def reply(asked: Asked) -> tuple[int, Any]:
        last = asked.json["messages"][-1]
        if last["role"] == "tool":
            return 200, completion(json.loads(last["content"])[0]["text"])
        return 200, completion(None, ("search_knowledge", {"question": "return a lamp"}))

    article = {"title": "Return a lamp", "text": "Within 30 days.", "url": "https://shop.example/returns"}
    with http_peer(reply) as server:
        model = {"base_url": f"{server.url}/v1", "model": "small", "articles": [article]}
        async with admin(services, world) as ada:
            body = {"kind": "model", "settings": model, "messages": [{"author": "contact", "text": "Can I return it?"}]}
            answer = await ada.post("/api/bots/rehearsal", json=body)
            assert [each["text"] for each in answer.json()["outcome"]["answers"]] == ["Within 30 days."]
            body["settings"] = {**model, "articles": [{**article, "url": "javascript:alert(1)"}]}
            refused = await ada.post("/api/bots/rehearsal", json=body)
            assert refused.json()["errors"] == [{"field": "settings.articles", "code": "url"}]
