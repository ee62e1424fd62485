"""An answers bot with an embedding model as customers and admins meet it: through the runner, and over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from harken.bots.answers.kind import KIND
from harken.port.services import Services
from tests.bots import BotStage, bot_stage
from tests.http_peer import HttpPeer, http_peer
from tests.integration.test_answers_embedding import ARTICLES, Model, unhurried
from tests.integration.test_answers_knowledge import reply_of
from tests.web import serving
from tests.world import World, build_world

KEY = "sk-never-to-be-seen"
MONEY = "When do I get my money?"


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def server(model: Model) -> Iterator[HttpPeer]:
    with http_peer(model.reply) as peer:
        yield peer


@pytest.fixture(autouse=True)
def unhurried_model(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


def settings_of(server: HttpPeer, **more: Any) -> dict[str, Any]:
    articles = [{"title": title, "text": body} for title, body in ARTICLES]
    return {"articles": articles, "embedding_url": f"{server.url}/v1", "embedding_model": "small", **more}


async def stage_of(services: Services, world: World, server: HttpPeer, **columns: Any) -> BotStage:
    return await bot_stage(services, world, kind="answers", settings=KIND.check(settings_of(server)), **columns)


async def texts_of(stage: BotStage, conversation: UUID) -> list[str]:
    return [message.text for message in await stage.desk.thread(conversation) if message.author.kind == "bot"]


async def test_a_customer_is_answered_by_meaning_and_after_the_endpoints_end_by_words(
    services: Services, world: World, server: HttpPeer, model: Model
) -> None:
    stage = await stage_of(services, world, server)
    asked = await stage.says(MONEY)
    await stage.turn()
    assert "We pay within five days." in await texts_of(stage, asked)
    model.broken = lambda _: (503, {})
    after = await stage.says("Opening hours?", who="cy@example.com")
    await stage.turn()
    assert "Nine to five." in await texts_of(stage, after)
    assert (await stage.desk.get(after)).handler.id == stage.bot
    async with world.db.connection() as connection:
        assert await connection.fetchval("select failures from bot where id = $1", stage.bot) == 0


async def test_a_bot_with_less_time_than_a_slow_endpoint_takes_answers_when_it_is_asked_once_more(
    services: Services, world: World, server: HttpPeer, model: Model
) -> None:
    stage = await stage_of(services, world, server, limits={"timeout_seconds": 3})
    with model.held():
        conversation = await stage.says("Opening hours?")
        await stage.turn()
        assert await texts_of(stage, conversation) == []
        stage.clock.advance(timedelta(seconds=2))
        await stage.turn()
    assert "Nine to five." in await texts_of(stage, conversation)
    assert (await stage.desk.get(conversation)).handler.id == stage.bot


async def test_no_other_teams_or_companys_reply_leaves_for_the_endpoint(
    services: Services, world: World, server: HttpPeer, model: Model
) -> None:
    other = await build_world(world.db, "Other")
    await reply_of(world, "Gift wrapping", "Costs 3 euros.", 1)
    await reply_of(world, "Of a team", "The team Orders says two years.", 2, scope="team", team_id=world.orders)
    await reply_of(world, "Of an agent", "Only Ben knows.", 3, scope="mine", owner_id=world.ben)
    await reply_of(other, "Of a rival", "Only Other knows.", 1)
    ours = await stage_of(services, world, server)
    await ours.says(MONEY)
    await ours.turn()
    read = set(model.texts)
    assert "Costs 3 euros." in read
    assert not read & {"The team Orders says two years.", "Only Ben knows.", "Only Other knows."}
    model.texts.clear()
    theirs = await stage_of(services, other, server)
    await theirs.says(MONEY)
    await theirs.turn()
    assert {"Only Other knows.", "Warranty"} <= set(model.texts), "what one company's bot read serves no other's"
    assert "Costs 3 euros." not in model.texts


async def test_its_key_goes_to_the_endpoint_and_is_never_shown(
    services: Services, world: World, server: HttpPeer, model: Model
) -> None:
    async with serving(services) as web:
        ada = await web.signed_in(world.ada)
        seen: list[str] = []

        async def sent(method: str, path: str, **body: Any) -> Any:
            answer = await ada.request(method, path, json=body or None)
            assert answer.status_code < 300, answer.text
            seen.append(answer.text)
            return answer.json()

        bot = await sent("POST", "/api/bots", name="Answers", kind="answers", settings=settings_of(server, api_key=KEY))
        path = f"/api/bots/{bot['id']}"
        changed = await sent("PATCH", path, settings={"sure": 0.7})
        assert (changed["secret_names"], changed["version"]) == (["api_key"], 2)
        for each in ("/api/bots", path, f"{path}/versions", f"{path}/versions/1", "/api/snapshot"):
            await sent("GET", each)
        tried = {"kind": "answers", "bot_id": bot["id"], "messages": [{"author": "contact", "text": MONEY}]}
        outcome = (await sent("POST", "/api/bots/rehearsal", settings=settings_of(server), **tried))["outcome"]
        assert outcome["answers"][0]["text"] == "We pay within five days."
        assert next(iter(outcome["knows"].items()))[0] == "Refund", "an admin sees what came near, and how near"
        assert outcome["knows"]["Refund"] > 0.6
        model.broken = lambda _: (401, {})
        failed = await sent("POST", "/api/bots/rehearsal", settings=settings_of(server), **tried)
        assert "401" in failed["error"]
        assert model.keys == {f"Bearer {KEY}"}
        assert not any(KEY in text for text in seen)
    async with world.db.connection() as connection:
        kept = await connection.fetchrow("select settings::text, sealed from bot where id = $1", UUID(bot["id"]))
        assert kept and KEY not in kept["settings"] and KEY.encode() not in bytes(kept["sealed"])
