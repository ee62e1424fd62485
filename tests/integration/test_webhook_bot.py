"""A bot outside: set up by an admin, asked over real HTTP, answering in the response or later by the bot API."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import httpx
import pytest

from harken.port.services import Services
from tests.bots import BotStage
from tests.integration.bot_server import BotServer, bot_server, outcome
from tests.routes import BOT_CONVERSATION, ROUTES
from tests.web import Web, serving
from tests.world import World

SAY = {"type": "say", "text": "Hello!"}


class Outside:
    """A stage whose bot is the server, with a client that has the bot's token."""

    def __init__(
        self, stage: BotStage, server: BotServer, web: Web, ada: httpx.AsyncClient, bot: httpx.AsyncClient
    ) -> None:
        self.stage, self.server, self.web, self.ada, self.bot = stage, server, web, ada, bot

    async def post(self, conversation: UUID, what: str, **body: Any) -> httpx.Response:
        return await self.bot.post(f"/api/bot/conversations/{conversation}/{what}", json={"epoch": 1, **body})

    async def reason(self, conversation: UUID) -> str | None:
        lines = [m.line for m in await self.stage.desk.thread(conversation) if m.line and m.line.type == "handed_off"]
        return lines[-1].reason if lines else None

    async def texts(self, conversation: UUID) -> list[str]:
        return [
            m.text for m in await self.stage.desk.thread(conversation) if m.author.kind == "bot" and m.kind == "message"
        ]


@contextlib.asynccontextmanager
async def at_work(services: Services, world: World) -> AsyncGenerator[Outside]:
    async with serving(services) as web, bot_server() as server:
        ada = await web.signed_in(world.ada)
        new = {
            "name": "Robo",
            "kind": "webhook",
            "url": server.url,
            "disclosure": {"on": False},
            "limits": {"timeout_seconds": 1},
        }
        made = await ada.post("/api/bots", json=new)
        assert made.status_code == 201, made.text
        server.secret = made.json()["secret"]
        bound = await ada.patch(
            f"/api/channels/{world.api_channel}", json={"bot": {"id": made.json()["id"], "when": "always"}}
        )
        assert bound.json()["bot"]["id"] == made.json()["id"]
        async with world.db.tx() as tx:
            await tx.execute(
                "update channel set settings = $2 where id = $1",
                world.api_channel,
                {"callback_url": "http://127.0.0.1:9/"},
            )
        client = await web.nobody()
        client.headers["Authorization"] = f"Bearer {made.json()['token']}"
        yield Outside(BotStage(services, world, UUID(made.json()["id"])), server, web, ada, client)


@pytest.fixture
async def outside(services: Services, world: World) -> AsyncGenerator[Outside]:
    """Entered and left in one task, as the application wants it."""
    ready: asyncio.Future[Outside] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def hold() -> None:
        async with at_work(services, world) as there:
            ready.set_result(there)
            await over.wait()

    holding = asyncio.create_task(hold())
    await asyncio.wait([holding, ready], return_when=asyncio.FIRST_COMPLETED)
    if holding.done():
        await holding
    yield await ready
    over.set()
    await holding


async def test_a_signed_turn_is_answered_in_the_response(outside: Outside) -> None:
    outside.server.answer = outcome(SAY, state={"n": 1}, step="greeted")
    conversation = await outside.stage.says("Hi")
    await outside.stage.turn()
    asked = outside.server.asked[0]
    assert (asked["type"], asked["epoch"], asked["message"]["text"]) == ("conversation_started", 1, "Hi")
    assert asked["conversation"]["channel"]["connector"] == "api"
    assert await outside.texts(conversation) == ["Hello!"]
    await outside.stage.says("And?")
    await outside.stage.turn()
    assert (outside.server.asked[1]["type"], outside.server.asked[1]["state"]) == ("message_added", {"n": 1})
    assert outside.server.refused == 0


async def test_it_may_answer_later_and_twice_is_once(outside: Outside) -> None:
    conversation = await outside.stage.says("Hi")
    await outside.stage.turn()
    first = await outside.post(conversation, "messages", client_message_id="m1", text="Later")
    again = await outside.post(conversation, "messages", client_message_id="m1", text="Later")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["message_id"] == again.json()["message_id"]
    assert await outside.texts(conversation) == ["Later"]
    await outside.stage.later(minutes=3)
    assert (await outside.stage.desk.get(conversation)).handler.kind == "bot", "it has answered"


async def test_after_a_take_over_it_gets_lease_lost_for_everything_and_is_told(outside: Outside) -> None:
    conversation = await outside.stage.says("Hi")
    await outside.stage.turn()
    taken = await outside.ada.put(f"/api/conversations/{conversation}/handler", json={"kind": "agent", "id": "me"})
    assert taken.status_code == 200
    for what, body in (
        ("messages", {"client_message_id": "m1", "text": "Late"}), ("handoff", {}), ("closure", {}),
        ("note", {"text": "x"}), ("suggestion", {"text": "x"}), ("typing", {}),
    ):  # fmt: skip
        answer = await outside.post(conversation, what, **body)
        assert (answer.status_code, answer.json()["code"], answer.json()["epoch"]) == (409, "lease_lost", 2), what
    await outside.stage.turn()
    assert outside.server.asked[-1]["type"] == "conversation_taken_over"
    assert await outside.texts(conversation) == []


@pytest.mark.parametrize("kind", ["never", "garbage", "error", "gone"])
async def test_whatever_goes_wrong_it_is_tried_once_more_and_then_a_person_has_it(outside: Outside, kind: str) -> None:
    async def answer(turn: dict[str, Any]) -> tuple[int, bytes]:
        if kind == "never":
            await asyncio.sleep(20)
        return (500, b"") if kind == "error" else (200, b"<html>Hello</html>")

    outside.server.answer = answer
    if kind == "gone":
        changed = await outside.ada.patch(f"/api/bots/{outside.stage.bot}", json={"url": "http://127.0.0.1:9/"})
        assert changed.json()["version"] == 2
    conversation = await outside.stage.says("Hi")
    await outside.stage.turn()
    assert (await outside.stage.desk.get(conversation)).handler.kind == "bot"
    await outside.stage.later(seconds=2)
    await outside.stage.turn()
    expected = {"never": "timeout", "garbage": "garbage", "error": "error", "gone": "unreachable"}
    assert await outside.reason(conversation) == expected[kind]
    assert len(outside.server.asked) == (0 if kind == "gone" else 2)


async def test_a_bot_that_keeps_failing_is_left_alone_and_tried_again_later(outside: Outside) -> None:
    async def broken(turn: dict[str, Any]) -> tuple[int, bytes]:
        return 500, b""

    outside.server.answer = broken
    for n in range(3):
        await outside.stage.says("Hi", who=f"c{n}@example.com")
        await outside.stage.turn()
        await outside.stage.later(seconds=2)
        await outside.stage.turn()
    asked = len(outside.server.asked)
    alone = await outside.stage.says("Hi", who="next@example.com")
    assert (await outside.stage.desk.get(alone)).handler.kind == "none", "straight to the Inbox"
    assert asked == len(outside.server.asked)
    outside.server.answer = outcome(SAY)
    await outside.stage.later(minutes=2)
    probe = await outside.stage.says("Hi", who="probe@example.com")
    await outside.stage.turn()
    assert await outside.texts(probe) == ["Hello!"]
    shown = (await outside.ada.get(f"/api/bots/{outside.stage.bot}")).json()
    assert (shown["away_until"], shown["failed_text"]) == (None, "")


async def test_it_hands_off_closes_and_notes_by_the_bot_api(outside: Outside) -> None:
    one = await outside.stage.says("Hi", who="one@example.com")
    two = await outside.stage.says("Hi", who="two@example.com")
    await outside.stage.turn()
    assert (await outside.post(one, "note", text="A regular")).status_code == 201
    assert (
        await outside.post(one, "handoff", reason="refund", summary="Wants 5", fields={"order": 1})
    ).status_code == 200
    line = next(m.line for m in await outside.stage.desk.thread(one) if m.line)
    assert line and (line.reason, line.summary, line.fields) == ("refund", "Wants 5", {"order": 1})
    await outside.stage.says("wait", who="two@example.com")
    assert (await outside.post(two, "closure", reason="done")).json()["code"] == "customer_waits"
    await outside.stage.turn()
    assert (await outside.post(two, "closure", reason="done")).status_code == 200
    closed = await outside.stage.desk.get(two)
    assert closed.closed and (closed.closed.by.kind, closed.closed.reason) == ("bot", "done")
    trailing = await outside.post(two, "messages", client_message_id="m9", text="Bye")
    assert (trailing.status_code, trailing.json()["code"]) == (409, "lease_lost")
    assert (await outside.stage.desk.get(two)).status == "closed"


@pytest.mark.parametrize("ending", ["handoff", "closure"])
async def test_what_trails_behind_its_own_ending_is_refused_and_changes_nothing(outside: Outside, ending: str) -> None:
    """Neither with the old epoch nor with the present one, whatever it asks for."""
    conversation = await outside.stage.says("Hi")
    await outside.stage.turn()
    assert (await outside.post(conversation, ending, reason="done")).status_code == 200
    ended, thread = await outside.stage.desk.get(conversation), await outside.stage.desk.thread(conversation)
    assert (ended.status, ended.handler.kind) == ("closed" if ending == "closure" else "open", "none")
    for name, rule in ROUTES.items():
        if rule.who == "bot" and BOT_CONVERSATION in name:
            for epoch in (1, ended.epoch):
                refused = await outside.post(
                    conversation, name.rsplit("/", 1)[1], **{**(rule.body or {}), "epoch": epoch}
                )
                assert (refused.status_code, refused.json()["code"]) == (409, "lease_lost"), name
                assert refused.json()["epoch"] == ended.epoch
    await outside.stage.turn()
    assert await outside.stage.desk.get(conversation) == ended
    assert await outside.stage.desk.thread(conversation) == thread


async def test_what_trails_behind_a_hand_off_in_one_answer_is_not_said(outside: Outside) -> None:
    outside.server.answer = outcome(
        {"type": "handoff", "reason": "refund"}, {"type": "say", "text": "And one more thing"}
    )
    handed = await outside.stage.says("Hi", who="one@example.com")
    await outside.stage.turn()
    outside.server.answer = outcome({"type": "close", "reason": "done"}, {"type": "say", "text": "Bye"})
    closed = await outside.stage.says("Hi", who="two@example.com")
    await outside.stage.turn()
    assert [await outside.texts(each) for each in (handed, closed)] == [[], []]
    assert (await outside.stage.desk.get(handed)).handler.kind == "none"
    assert (await outside.stage.desk.get(closed)).status == "closed"


async def test_only_the_bots_own_token_opens_the_bot_api(outside: Outside, world: World) -> None:
    conversation = await outside.stage.says("Hi")
    nobody, agent = await outside.web.nobody(), await outside.web.with_token(world.ada)
    for name, rule in ROUTES.items():
        if rule.who == "bot" and BOT_CONVERSATION in name:
            path = name.removeprefix("POST ").replace(BOT_CONVERSATION, f"/api/bot/conversations/{conversation}")
            for client in (nobody, agent):
                assert (await client.post(path, json=rule.body)).status_code == 401, name
            answer = await outside.bot.post(path.replace(str(conversation), str(outside.stage.bot)), json=rule.body)
            assert answer.status_code == 404, name
    assert (await outside.bot.get("/api/conversations")).status_code == 401, "it is no agent"
    await outside.ada.post(f"/api/bots/{outside.stage.bot}/token")
    assert (await outside.post(conversation, "note", text="x")).status_code == 401


async def test_who_types_is_waited_for_and_who_whispers_is_heard(outside: Outside) -> None:
    outside.server.answer = outcome(SAY)
    conversation = await outside.stage.says("Hi")
    paused = await outside.ada.put(f"/api/conversations/{conversation}/bot/pause")
    assert paused.json()["bot"]["paused_until"]
    assert await outside.stage.turn() == 0
    refused = await outside.post(conversation, "messages", client_message_id="m1", text="Now")
    assert (refused.status_code, refused.json()["code"]) == (409, "bot_paused")
    await outside.stage.later(seconds=21)
    assert await outside.stage.turn() == 1
    told = await outside.ada.post(f"/api/conversations/{conversation}/bot/instruction", json={"text": "Offer a refund"})
    assert told.status_code == 200
    outside.server.answer = outcome({"type": "say", "text": "You get it back."})
    await outside.stage.turn()
    asked = outside.server.asked[-1]
    assert (asked["instructions"], asked["message"]) == (["Offer a refund"], None)
    lines = [m.line.type for m in await outside.stage.desk.thread(conversation) if m.line]
    assert lines == ["instructed"]


async def test_in_approve_mode_an_agent_sends_what_the_bot_drafts(outside: Outside) -> None:
    outside.server.answer = outcome(SAY)
    await outside.ada.patch(f"/api/bots/{outside.stage.bot}", json={"mode": "approve"})
    conversation = await outside.stage.says("Hi")
    await outside.stage.turn()
    waiting = await outside.stage.desk.get(conversation)
    assert waiting.bot and waiting.bot.help and waiting.bot.help.reason == "waiting"
    assert await outside.texts(conversation) == []
    [suggestion] = waiting.bot.suggestions
    sent = await outside.ada.post(
        f"/api/conversations/{conversation}/bot/suggestions/{suggestion.id}/send", json={"text": "Hello, Bo!"}
    )
    assert sent.status_code == 201, sent.text
    assert sent.json()["bot"]["approved_by"] == str(outside.stage.world.ada)
    after = await outside.stage.desk.get(conversation)
    assert after.handler.kind == "bot" and after.bot and not after.bot.suggestions and after.bot.help is None
    await outside.stage.says("And?")
    outside.server.answer = outcome({"type": "say", "text": "More"})
    await outside.stage.turn()
    await outside.stage.later(minutes=31)
    assert await outside.reason(conversation) == "waiting", "an agent who does not decide leaves nobody in limbo"


async def test_pausing_sends_every_conversation_to_the_inbox_and_those_that_come(outside: Outside) -> None:
    conversations = [await outside.stage.says("Hi", who=f"c{n}@example.com") for n in range(3)]
    assert (await outside.ada.post(f"/api/bots/{outside.stage.bot}/pause")).json()["state"] == "paused"
    conversations.append(await outside.stage.says("Hi", who="new@example.com"))
    for conversation in conversations:
        assert (await outside.stage.desk.get(conversation)).handler.kind == "none"
    back = await outside.ada.put(
        f"/api/conversations/{conversations[0]}/handler", json={"kind": "bot", "id": str(outside.stage.bot)}
    )
    assert (back.status_code, back.json()["code"]) == (409, "bot_off")
    assert (await outside.ada.delete("/api/bots/pause")).status_code == 204
    body = {"kind": "bot", "id": str(outside.stage.bot), "goal": "Ask for the number"}
    given = await outside.ada.put(f"/api/conversations/{conversations[0]}/handler", json=body)
    assert given.json()["bot"]["goal"] == "Ask for the number"
    await outside.stage.turn()
    asked = outside.server.asked[-1]
    assert (asked["goal"], asked["message"]["text"]) == ("Ask for the number", "Hi")
