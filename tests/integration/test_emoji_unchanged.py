"""Every emoji of Unicode's emoji-test.txt, sequences and all, comes out as it went in: store, channels and back (R17).

The list is the `emoji` package's, which carries every status: fully, minimally and unqualified, and components.
"""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Final

import emoji
import httpx
import msgspec
import pytest

from harken.connectors.email import CONNECTOR as EMAIL
from harken.connectors.email.account import account_of
from harken.connectors.email.compose import compose
from harken.connectors.email.inbound import item_of
from harken.conversations.emoji import is_emoji
from harken.port.messages import InboundMessage
from harken.port.services import Services
from tests.integration.test_webchat import SHOP
from tests.live import Server, running
from tests.unit.test_mail_threading import ANSWER, CHANNEL, SETTINGS
from tests.world import World, add_channel

ALL: Final = sorted(emoji.EMOJI_DATA)
_LINE, _MESSAGE = 20, 300
LINES: Final = [" ".join(ALL[at : at + _LINE]) for at in range(0, len(ALL), _LINE)]
TEXTS: Final = ["\n".join(LINES[at : at + _MESSAGE // _LINE]) for at in range(0, len(LINES), _MESSAGE // _LINE)]
SECRET: Final = "the channel's secret"


class Shop:
    """A service behind an `api` channel: what it is sent, it keeps."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        self.got.put_nowait(msgspec.json.decode(await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def server(services: Services) -> AsyncIterator[Server]:
    async with running(services, worker=True) as server:
        yield server


def test_the_list_is_the_whole_of_it() -> None:
    assert len(ALL) > 5_000
    assert {"👩🏽‍❤️‍💋‍👨🏿", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇺🇳", "#️⃣", "☺", "🫱🏻‍🫲🏿", "🏳️‍🌈"} <= set(ALL)
    assert " ".join(ALL).split() == "\n".join(TEXTS).split() == ALL


async def test_all_emoji_go_through_an_api_channel_and_back(services: Services, world: World, server: Server) -> None:
    shop = Shop()
    listening = await asyncio.start_server(shop.answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    sealed = services.sealer.seal(msgspec.json.encode({"secret": SECRET}))
    channel = await add_channel(world.db, world.workspace, "api", "Shop", settings={"callback_url": url}, sealed=sealed)
    customer, ben = await server.client(), await server.client(world.ben)
    said = [
        {"id": f"m{at}", "from": {"id": "bo", "name": "Bo 🫱🏻‍🫲🏿"}, "text": text} for at, text in enumerate(TEXTS)
    ]
    answer = await customer.post(f"/in/api/{channel}", json=said, headers={"authorization": f"Bearer {SECRET}"})
    assert {item["outcome"] for item in answer.json()["items"]} == {"ingested"}
    [conversation] = (await ben.get("/api/conversations?view=inbox")).json()["items"]
    assert conversation["contact"]["name"] == "Bo 🫱🏻‍🫲🏿"
    path = f"/api/conversations/{conversation['id']}/messages"
    assert await _texts(ben, path, "in") == TEXTS
    for at, text in enumerate(TEXTS):
        sent = await ben.post(path, json={"client_message_id": f"client-{at}", "text": text})
        assert sent.status_code == 201, sent.text
    posted = [(await asyncio.wait_for(shop.got.get(), 20))["text"] for _ in TEXTS]
    assert sorted(posted) == sorted(TEXTS)
    assert await _texts(ben, path, "out") == TEXTS
    for one in ALL[::40]:
        found = await ben.get("/api/search", params={"q": one})
        assert found.status_code == 200, (one, found.text)
    listening.close()
    await listening.wait_closed()


async def test_all_emoji_go_through_the_web_chat_and_back(services: Services, world: World, server: Server) -> None:
    sealed = services.sealer.seal(msgspec.json.encode({"identity_secret": "key"}))
    channel = await add_channel(
        world.db, world.workspace, "webchat", "Website", settings={"allowed_origins": [SHOP]}, sealed=sealed
    )
    visitor, ben = await server.client(), await server.client(world.ben)
    api = f"/widget/api/{channel}"
    session = (await visitor.post(f"{api}/session", json={"origin": SHOP})).json()
    visitor.headers["Authorization"] = f"Bearer {session['token']}"
    for at, text in enumerate(TEXTS):
        body = {"client_message_id": f"visitor-{at}", "text": text}
        assert (await visitor.post(f"{api}/messages", json=body)).json()["message"]["text"] == text
    [conversation] = (await ben.get("/api/conversations?view=inbox")).json()["items"]
    path = f"/api/conversations/{conversation['id']}/messages"
    assert await _texts(ben, path, "in") == TEXTS
    for at, text in enumerate(TEXTS):
        assert (await ben.post(path, json={"client_message_id": f"client-{at}", "text": text})).status_code == 201
    read: list[str] = []
    for _ in range(200):
        page = (await visitor.get(f"{api}/messages?limit=200")).json()["messages"]
        read = [message["text"] for message in page if message["from"] == "agent" and message["kind"] == "message"]
        if len(read) == len(TEXTS):
            break
        await asyncio.sleep(0.1)
    assert read == TEXTS


def test_all_emoji_go_out_by_mail_and_come_back() -> None:
    for text in TEXTS:
        out = msgspec.structs.replace(ANSWER, text=text)
        raw = compose(out, account_of(SETTINGS), CHANNEL.id, []).as_bytes(policy=SMTP)
        leaving = message_from_bytes(raw, policy=SMTP)
        assert isinstance(leaving, EmailMessage)
        body = leaving.get_body(("plain",))
        assert body is not None and body.get_content().strip().split() == text.split()
        back = EmailMessage()
        back["From"], back["To"], back["Message-ID"] = "Bo <bo@example.org>", "help@shop.example", "<9@example.org>"
        back["Subject"] = f"Re: {text.split()[0]}"
        back.set_content(body.get_content())
        [event] = EMAIL.parse(item_of(back.as_bytes()), CHANNEL)
        assert isinstance(event, InboundMessage)
        assert event.text.split() == text.split()


@pytest.mark.parametrize("status", ["fully_qualified", "minimally_qualified", "unqualified"])
def test_each_of_them_may_be_a_reaction(status: str) -> None:
    wanted = emoji.STATUS[status]
    refused = [one for one, data in emoji.EMOJI_DATA.items() if data["status"] == wanted and not is_emoji(one)]
    assert not refused


async def _texts(client: httpx.AsyncClient, path: str, direction: str) -> list[str]:
    """All messages of one direction, oldest first."""
    answer = await client.get(path, params={"limit": 100})
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return [item["text"] for item in items if item["direction"] == direction and item["kind"] == "message"]
