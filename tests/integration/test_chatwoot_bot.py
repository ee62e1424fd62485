"""A bot written for Chatwoot: its events out, its REST calls in, with the field types of Chatwoot's published API."""

import contextlib
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import httpx
import pytest

from harken.kit.http import close_client
from harken.port.services import Services
from tests.bots import BotStage
from tests.http_peer import HttpPeer, http_peer
from tests.web import serving
from tests.world import World


class OldBot:
    """Speaks as such bots do: answers incoming messages of pending conversations by the REST API, hands off by status `open`."""

    def __init__(self, peer: HttpPeer, client: httpx.AsyncClient, token: str) -> None:
        self.peer, self.client = peer, client
        self._headers = {"api_access_token": token}
        self._read = 0

    async def post(self, number: int, what: str, body: dict[str, Any]) -> httpx.Response:
        path = f"/compat/chatwoot/api/v1/accounts/1/conversations/{number}/{what}"
        return await self.client.post(path, json=body, headers=self._headers)

    async def work(self) -> list[httpx.Response]:
        """What came since the last time, answered."""
        events, self._read = [asked.json for asked in self.peer.asked[self._read :]], len(self.peer.asked)
        return [answer for event in events for answer in await self._answers(event)]

    async def _answers(self, event: dict[str, Any]) -> list[httpx.Response]:
        if event["event"] != "message_created" or event["message_type"] != "incoming":
            return []
        assert event["conversation"]["status"] == "pending"
        number, said = event["conversation"]["id"], event["content"]
        match said:
            case "sizes?":
                items = [{"title": "Small", "value": "s"}, {"title": "Large", "value": "l"}]
                body = {"content": "Which?", "content_type": "input_select", "content_attributes": {"items": items}}
                return [await self.post(number, "messages", body)]
            case "a machine cannot know this":
                note = await self.post(number, "messages", {"content": "Too hard for me", "private": True})
                return [note, await self.post(number, "toggle_status", {"status": "open"})]
            case "bye":
                label = await self.post(number, "labels", {"labels": ["done", "unheard of"]})
                return [label, await self.post(number, "toggle_status", {"status": "resolved"})]
            case _:
                sent = {"content": f"You said {said}", "message_type": "outgoing", "private": False}
                return [await self.post(number, "messages", sent)]


class Scene:
    def __init__(self, stage: BotStage, bot: OldBot, ada: httpx.AsyncClient) -> None:
        self.stage, self.bot, self.ada = stage, bot, ada

    async def says(self, text: str) -> tuple[UUID, list[httpx.Response]]:
        conversation = await self.stage.says(text)
        await self.stage.turn()
        return conversation, await self.bot.work()


@contextlib.asynccontextmanager
async def scene_of(services: Services, world: World) -> AsyncGenerator[Scene]:
    with http_peer(lambda _: (200, {})) as peer:
        async with serving(services) as web:
            ada = await web.signed_in(world.ada)
            new = {
                "name": "Old",
                "kind": "chatwoot",
                "settings": {"url": f"{peer.url}/hook"},
                "disclosure": {"on": False},
            }
            made = await ada.post("/api/bots", json=new)
            assert made.status_code == 201, made.text
            bot = UUID(made.json()["id"])
            async with world.db.tx() as tx:
                await tx.execute(
                    "update channel set bot_id = $2, settings = $3 where id = $1", world.api_channel, bot,
                    {"callback_url": "http://127.0.0.1:9/"},
                )  # fmt: skip
            yield Scene(BotStage(services, world, bot), OldBot(peer, await web.nobody(), made.json()["token"]), ada)
    await close_client()


async def texts(scene: Scene, conversation: UUID, kind: str = "message") -> list[str]:
    return [m.text for m in await scene.stage.desk.thread(conversation) if m.author.kind == "bot" and m.kind == kind]


async def test_it_answers_in_fields_of_the_published_types(services: Services, world: World) -> None:
    async with scene_of(services, world) as scene:
        conversation, answers = await scene.says("Hello")
        assert [answer.status_code for answer in answers] == [200]
        shown = answers[0].json()
        assert (shown["content"], shown["message_type"], shown["private"]) == ("You said Hello", 1, False)
        assert all(isinstance(shown[name], int) for name in ("id", "account_id", "conversation_id", "created_at"))
        assert await texts(scene, conversation) == ["You said Hello"]
        event = scene.bot.peer.asked[0].json
        for path in ("id", "account.id", "inbox.id", "sender.id", "conversation.id", "conversation.contact_inbox.id"):
            value: Any = event
            for part in path.split("."):
                value = value[part]
            assert isinstance(value, int), path
            assert 0 < value < 2**53, path
        assert (event["sender"]["type"], event["content_type"], event["private"]) == ("contact", "text", False)
        assert event["conversation"]["meta"]["assignee"] is None


async def test_choices_are_shown_and_hand_off_and_close_do_what_they_say(services: Services, world: World) -> None:
    async with scene_of(services, world) as scene:
        async with world.db.tx() as tx:
            await tx.execute(
                "insert into label (id, workspace_id, name) values (gen_random_uuid(), $1, 'Done')", world.workspace
            )
        conversation, _ = await scene.says("sizes?")
        assert await texts(scene, conversation) == ["Which?"]
        shown = (await scene.stage.desk.thread(conversation))[-1].buttons
        assert [button.title for button in shown] == ["Small", "Large"]
        _, answers = await scene.says("bye")
        assert answers[0].json() == {"payload": ["Done"]}
        assert answers[1].json()["payload"]["current_status"] == "resolved"
        closed = await scene.stage.desk.get(conversation)
        assert closed.closed is not None
        assert (closed.status, closed.closed.by.kind) == ("closed", "bot")


async def test_it_hands_off_with_a_note_and_says_nothing_more(services: Services, world: World) -> None:
    async with scene_of(services, world) as scene:
        conversation, answers = await scene.says("a machine cannot know this")
        assert [answer.status_code for answer in answers] == [200, 200]
        assert await texts(scene, conversation, "note") == ["Too hard for me"]
        after = await scene.stage.desk.get(conversation)
        assert (after.status, after.handler.kind) == ("open", "none")
        late = await scene.bot.post(after.number, "messages", {"content": "And another thing"})
        assert (late.status_code, late.json()["code"]) == (409, "lease_lost")


@pytest.mark.parametrize("last", ["a machine cannot know this", "bye"])
async def test_what_trails_behind_its_hand_off_or_close_is_refused_and_reopens_nothing(
    services: Services, world: World, last: str
) -> None:
    async with scene_of(services, world) as scene:
        conversation, _ = await scene.says(last)
        ended, thread = await scene.stage.desk.get(conversation), await scene.stage.desk.thread(conversation)
        assert (ended.status, ended.handler.kind) == ("closed" if last == "bye" else "open", "none")
        trailing: list[tuple[str, dict[str, Any]]] = [
            ("messages", {"content": "Was there anything else?"}),
            ("messages", {"content": "It was about a lamp", "private": True}),
            ("toggle_status", {"status": "pending"}),
            ("toggle_status", {"status": "open"}),
            ("toggle_status", {"status": "resolved"}),
            ("assignments", {"assignee_id": 1}),
            ("labels", {"labels": []}),
        ]
        for what, body in trailing:
            refused = await scene.bot.post(ended.number, what, body)
            assert (refused.status_code, refused.json()["code"]) == (409, "lease_lost"), (what, body)
        await scene.stage.turn()
        assert await scene.stage.desk.get(conversation) == ended
        assert await scene.stage.desk.thread(conversation) == thread


async def test_after_a_take_over_it_is_told_and_refused(services: Services, world: World) -> None:
    async with scene_of(services, world) as scene:
        conversation, _ = await scene.says("Hello")
        taken = await scene.ada.put(f"/api/conversations/{conversation}/handler", json={"kind": "agent", "id": "me"})
        number = taken.json()["number"]
        calls: dict[str, dict[str, Any]] = {
            "messages": {"content": "x"}, "toggle_status": {"status": "resolved"}, "labels": {"labels": []},
        }  # fmt: skip
        for what, body in calls.items():
            assert (await scene.bot.post(number, what, body)).status_code == 409, what
        await scene.stage.turn()
        told = scene.bot.peer.asked[-1].json
        assert (told["event"], told["status"], told["id"]) == ("conversation_opened", "open", number)


async def test_only_its_own_token_opens_only_its_own_conversations(services: Services, world: World) -> None:
    async with scene_of(services, world) as scene:
        conversation, _ = await scene.says("Hello")
        number = (await scene.stage.desk.get(conversation)).number
        stranger = OldBot(scene.bot.peer, scene.bot.client, "hkb_wrong")
        assert (await stranger.post(number, "messages", {"content": "x"})).status_code == 401
        assert (await scene.bot.post(number + 1000, "messages", {"content": "x"})).status_code == 404
