"""Files from the upload to what leaves: what they may be, what they tell, what a channel gets of them."""

import base64
import io
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from PIL import Image

from harken.connectors.api import CONNECTOR
from harken.conversations.files import file_name
from harken.conversations.upload_parts import add_part, read_parts
from harken.kit.clock import ManualClock
from harken.kit.ids import new_id
from harken.kit.queue import Task
from harken.pipeline.deliver import Deliverer
from harken.pipeline.recordings import convert_recording
from harken.pipeline.unused import remove_unused
from harken.port.capabilities import Capabilities, FileRule
from harken.port.connector import Connector, SendContext
from harken.port.messages import ChannelConfig, OutboundMessage, SendResult
from harken.port.services import Services
from harken.simulators.demo.files import pdf
from tests.unit.test_media_process import bomb
from tests.unit.test_pictures import GPS, photo
from tests.unit.test_recordings import measured, recording
from tests.web import Web, serving
from tests.world import World, add_channel, add_conversation, add_message

RIGHT_TO_LEFT, NOTHING = "\u202e", "\x00"


class Line:
    """A service with abilities that the test chooses; what it is given to send is kept."""

    def __init__(self, **abilities: Any) -> None:
        given: dict[str, Any] = {
            "text_limit": 1000,
            "files": [FileRule(["*/*"], 9_000_000)],
            "max_files": 5,
            "captions": True,
        }
        self._abilities = Capabilities(**(given | abilities))
        self.sent: list[tuple[OutboundMessage, list[bytes]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(CONNECTOR, name)

    def capabilities(self, settings: object) -> Capabilities:
        return self._abilities

    async def send(self, message: OutboundMessage, channel: ChannelConfig, context: SendContext) -> SendResult:
        self.sent.append((message, [await context.read(file) for file in message.files]))
        return SendResult()


class Phone:
    """Ada at work on a channel of a Line, with a conversation."""

    def __init__(
        self, services: Services, web: Web, line: Line, ada: httpx.AsyncClient, channel: UUID, conversation: UUID
    ) -> None:
        self.services, self.web, self.line, self.ada = services, web, line, ada
        self.channel, self.conversation = channel, conversation

    async def upload(self, content: bytes, name: str, **more: Any) -> httpx.Response:
        return await self.ada.post(
            "/api/files", files={"file": (name, content)}, data={"channel_id": str(self.channel), **more}
        )

    async def reply(self, *files: str, text: str = "") -> dict[str, Any]:
        answer = await self.ada.post(
            f"/api/conversations/{self.conversation}/messages",
            json={"text": text, "attachment_ids": files, "client_message_id": str(new_id())},
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def deliver(self) -> None:
        deliverer = Deliverer(self.services, self.web.app.state.directory)
        while await deliverer.step():
            await deliverer.idle()

    async def convert(self) -> int:
        """Runs the tasks that wait; returns how many."""
        async with self.services.db.connection() as connection:
            rows = await connection.fetch(
                "delete from task where kind = 'convert_recording' returning payload, workspace_id"
            )
        for row in rows:
            task = Task(new_id(), row["workspace_id"], "convert_recording", row["payload"], 1)
            await convert_recording(self.services, task)
        return len(rows)

    async def delivery(self, message: dict[str, Any]) -> dict[str, Any]:
        thread = (await self.ada.get(f"/api/conversations/{self.conversation}/messages")).json()["items"]
        return next(m["delivery"] for m in thread if m["id"] == message["id"])


@asynccontextmanager
async def at_the_phone(services: Services, world: World, **abilities: Any) -> AsyncGenerator[Phone]:
    line = Line(**abilities)
    services = replace(services, connectors={**services.connectors, "line": cast("Connector", line)})
    channel = await add_channel(world.db, world.workspace, "line", "Line")
    conversation = await add_conversation(world, channel=channel)
    await add_message(world, conversation, "Hello")
    async with serving(services) as web:
        yield Phone(services, web, line, await web.with_token(world.ada), channel, conversation)


@pytest.mark.parametrize(
    ("content", "name", "status", "media_type"),
    [
        (b"<!doctype html><script>alert(1)</script>", "photo.png", 415, "text/html"),
        (b"MZ" + bytes(200) + b"PE\x00\x00" + bytes(200), "photo.jpg", 415, None),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "photo.png", 415, "image/svg+xml"),
    ],
)
async def test_the_content_decides_what_a_channel_takes(
    services: Services, world: World, content: bytes, name: str, status: int, media_type: str | None
) -> None:
    only_photos = [FileRule(["image/png", "image/jpeg"], 5_000_000)]
    async with at_the_phone(services, world, files=only_photos) as phone:
        answer = await phone.upload(content, name)
        assert answer.status_code == status
        problem = answer.json()
        assert problem["accepted"][0]["types"] == ["image/png", "image/jpeg"]
        assert media_type is None or problem["media_type"] == media_type
        announced = {"name": name, "size": 100, "channel_id": str(phone.channel)}
        assert (await phone.ada.post("/api/uploads", json={**announced, "type": "application/zip"})).status_code == 415
        for unknown in ("", "application/octet-stream"):
            assert (await phone.ada.post("/api/uploads", json={**announced, "type": unknown})).status_code == 201
        begun = await phone.ada.post("/api/uploads", json={**announced, "type": "image/png", "size": len(content)})
        path = f"/api/uploads/{begun.json()['id']}"
        last = await phone.ada.patch(path, content=content, headers={"Upload-Offset": "0"})
        assert last.status_code == 415
        assert (await phone.ada.get(path)).status_code == 404


async def test_an_empty_file_is_refused_with_its_reason(services: Services, world: World) -> None:
    async with at_the_phone(services, world) as phone:
        answer = await phone.upload(b"", "empty.txt")
        assert answer.status_code == 422 and answer.json()["errors"] == [{"field": "file", "code": "empty"}]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        (f"invoice{RIGHT_TO_LEFT}gpj.exe", "invoicegpj.exe"),
        ("Größe – 東京.pdf", "Größe – 東京.pdf"),
        ("..", "file"),
        ("x" * 300 + ".pdf", None),
    ],
)
async def test_a_name_is_made_safe_and_stays_readable(
    services: Services, world: World, given: str, shown: str | None
) -> None:
    async with at_the_phone(services, world) as phone:
        assert file_name(f"a{NOTHING}b.txt") == "ab.txt"
        file = (await phone.upload(b"hello", given)).json()
        assert file["name"] == shown if shown else (len(file["name"]) <= 200 and file["name"].endswith("….pdf"))
        disposition = (await phone.ada.get(f"/files/{file['id']}")).headers["content-disposition"]
        assert disposition.startswith("attachment; ") and "filename*=UTF-8''" in disposition
        assert disposition.isascii() and "/" not in disposition


async def test_hostile_files_become_cards_and_are_served_as_nothing_active(services: Services, world: World) -> None:
    async with at_the_phone(services, world) as phone:
        huge = (await phone.upload(bomb(50_000), "photo.png")).json()
        assert huge["type"] == "image/png" and "thumbnail" not in huge["details"]
        assert (await phone.ada.get(f"/files/{huge['id']}/thumbnail")).status_code == 404
        broken = (await phone.upload(b"OggS" + bytes(500), "voice.ogg")).json()
        assert (broken["kind"], broken["details"]) == ("audio", {})
        assert (await phone.ada.get(f"/files/{broken['id']}?as=audio/mp4")).status_code == 404
        scripted = pdf("Invoice", ["Pay"]).replace(
            b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
        )
        letter = (await phone.upload(scripted, "letter.pdf")).json()
        served = await phone.ada.get(f"/files/{letter['id']}")
        assert "default-src 'none'" in served.headers["content-security-policy"]
        assert "script-src" not in served.headers["content-security-policy"]
        assert served.headers["x-content-type-options"] == "nosniff"


async def test_a_picture_leaves_without_its_place_unless_it_is_kept_on_purpose(
    services: Services, world: World
) -> None:
    async with at_the_phone(services, world) as phone:
        content = photo("jpeg")
        clean = (await phone.upload(content, "photo.jpg")).json()
        kept = (await phone.upload(content, "photo.jpg", keep_metadata="true")).json()
        assert kept["size"] == len(content) > clean["size"]
        await phone.reply(clean["id"], kept["id"])
        await phone.deliver()
        [(message, [first, second])] = phone.line.sent
        assert [file.id for file in message.files] == [UUID(clean["id"]), UUID(kept["id"])]
        assert not Image.open(io.BytesIO(first)).getexif().get_ifd(GPS) and second == content


async def test_a_recorded_message_waits_until_it_is_what_the_channel_plays(services: Services, world: World) -> None:
    abilities = {"files": [FileRule(["audio/ogg"], 9_000_000)], "voice": "audio/ogg"}
    async with at_the_phone(services, world, **abilities) as phone:
        content = recording("webm", "libopus", "stereo")
        assert (await phone.upload(content, "song.webm")).status_code == 415, "a file is taken as it is"
        note = (await phone.upload(content, "voice.webm", voice="true")).json()
        assert note["details"]["voice"] and note["details"]["duration"] == pytest.approx(2, abs=0.1)
        message = await phone.reply(note["id"])
        await phone.deliver()
        assert not phone.line.sent and (await phone.delivery(message))["state"] == "queued"
        assert await phone.convert() == 1
        await phone.deliver()
        [(out, [sent])] = phone.line.sent
        assert (out.files[0].type, out.files[0].name, out.files[0].voice) == ("audio/ogg", "voice.ogg", True)
        sound = measured(sent)
        assert (sound.codec, sound.channels) == ("opus", 1) and sound.seconds == pytest.approx(2, abs=0.1)
        assert len(sent) == out.files[0].size
        assert (await phone.ada.get(f"/files/{note['id']}")).content == content, "the original is kept"


async def test_a_recording_that_cannot_be_converted_fails_with_its_reason_and_a_retry_tries_again(
    services: Services, world: World
) -> None:
    async with at_the_phone(services, world, voice="audio/ogg") as phone:
        note = (await phone.upload(b"OggS" + bytes(900), "voice.ogg", voice="true")).json()
        message = await phone.reply(note["id"])
        await phone.convert()
        await phone.deliver()
        failed = await phone.delivery(message)
        assert failed["state"] == "failed" and "recording" in failed["error"]["text"]
        assert not phone.line.sent
        path = f"/api/conversations/{phone.conversation}/messages/{message['id']}/retry"
        assert (await phone.ada.post(path)).is_success
        assert await phone.convert() == 1


async def test_a_recording_is_heard_in_what_the_browser_plays(services: Services, world: World) -> None:
    async with at_the_phone(services, world) as phone:
        note = (await phone.upload(recording("amr", "libopencore_amrnb"), "voice.amr")).json()
        for _ in range(2):
            played = await phone.ada.get(f"/files/{note['id']}?as=audio/mp4", headers={"range": "bytes=0-"})
            assert played.headers["content-type"] == "audio/mp4"
            assert measured(played.content).codec == "aac"
        part = await phone.ada.get(f"/files/{note['id']}?as=audio/mp4", headers={"range": "bytes=4-7"})
        assert (part.status_code, part.content) == (206, b"ftyp")
        assert (await phone.ada.get(f"/files/{note['id']}?as=text/html")).status_code == 422


async def test_what_a_channel_does_not_take_goes_as_a_link_that_ends_and_can_be_taken_back(
    services: Services, world: World
) -> None:
    clock = cast("ManualClock", services.clock)
    async with at_the_phone(services, world, files=[], max_files=0, captions=False, file_links=True) as phone:
        file = (await phone.upload(pdf("Invoice", ["Pay"]), "Invoice 7.pdf")).json()
        await phone.reply(file["id"], text="Here it is")
        await phone.deliver()
        [(message, files)] = phone.line.sent
        said, _, url = message.text.rpartition(": ")
        assert (said, files) == ("Here it is\nInvoice 7.pdf", [])
        path = url.removeprefix("http://testserver")
        customer = await phone.web.nobody()
        served = await customer.get(path)
        assert served.content.startswith(b"%PDF") and served.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in served.headers
        assert (await customer.get(f"/files/{file['id']}")).status_code == 401
        assert [(await customer.get(wrong)).status_code for wrong in tampered(path)] == [404] * 5
        clock.advance(timedelta(days=29))
        assert (await customer.get(path)).status_code == 200
        clock.advance(timedelta(days=2))
        assert (await customer.get(path)).status_code == 404
        clock.advance(timedelta(days=-20))
        assert (await phone.ada.delete(f"/api/files/{file['id']}/links")).status_code == 204
        assert (await customer.get(path)).status_code == 404


def tampered(path: str) -> list[str]:
    """With another end, another file, another signature, cut, and nonsense."""
    raw = bytearray(base64.urlsafe_b64decode(path.removeprefix("/f/") + "=="))
    later, other, unsigned = bytearray(raw), bytearray(raw), bytearray(raw)
    later[16:20] = struct.pack(">I", 4_000_000_000)
    other[0] ^= 1
    unsigned[-1] ^= 1
    tokens = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in (later, other, unsigned, raw[:-1])]
    return [f"/f/{token}" for token in (*tokens, "nonsense.pdf")]


async def test_a_message_has_no_more_files_than_its_channel_takes_in_one(services: Services, world: World) -> None:
    async with at_the_phone(services, world, max_files=1) as phone:
        files = [(await phone.upload(b"hello", name)).json()["id"] for name in ("a.txt", "b.txt")]
        body = {"text": "", "attachment_ids": files, "client_message_id": "m1"}
        answer = await phone.ada.post(f"/api/conversations/{phone.conversation}/messages", json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"field": "attachment_ids", "code": "too_many"}]


async def test_files_that_no_message_took_go_after_a_day_and_shared_content_stays(
    services: Services, world: World
) -> None:
    async with at_the_phone(services, world) as phone:
        used, unused, alone = [(await phone.upload(c, "a.txt")).json()["id"] for c in (b"same", b"same", b"alone")]
        begun = await phone.ada.post("/api/uploads", json={"name": "b.txt", "size": 9})
        await phone.ada.patch(f"/api/uploads/{begun.json()['id']}", content=b"half", headers={"Upload-Offset": "0"})
        await phone.reply(used)
        await _age(services)
        cast("ManualClock", services.clock).advance(datetime.now(UTC) + timedelta(hours=2) - services.clock.now())
        task = Task(new_id(), None, "remove_unused_files", {}, 1)
        await remove_unused(services, task)
        left = [(await phone.ada.get(f"/files/{id}")).status_code for id in (used, unused, alone)]
        assert left == [200, 404, 404]
        assert (await phone.ada.get(f"/api/uploads/{begun.json()['id']}")).status_code == 404
        assert len([key async for key in services.blobs.keys("")]) == 1


async def test_what_a_visitor_did_not_finish_to_upload_goes_after_a_day(services: Services) -> None:
    channel, upload, clock = new_id(), new_id(), cast("ManualClock", services.clock)
    assert await add_part(services.blobs, channel, upload, 0, b"half") == 4
    clock.advance(datetime.now(UTC) + timedelta(hours=20) - clock.now())
    for hours, left in ((0, b"half"), (5, b"")):
        clock.advance(timedelta(hours=hours))
        await remove_unused(services, Task(new_id(), None, "remove_unused_files", {}, 1))
        assert await read_parts(services.blobs, channel, upload) == left


async def _age(services: Services) -> None:
    """All that is there came two days ago by the clock of the task."""
    async with services.db.connection() as connection:
        created = services.clock.now() - timedelta(days=2)
        await connection.execute("update file set created_at = $1", created)
        await connection.execute("update upload set created_at = $1", created)
