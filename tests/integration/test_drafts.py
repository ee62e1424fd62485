"""Drafts: one for each agent and conversation, agreed on by all pages, gone with the message that they become."""

from uuid import uuid4

import msgspec
import pytest

from harken.conversations.actions.note import note
from harken.conversations.drafts import DraftBody, delete_draft, get_draft, list_drafts, save_draft
from harken.kit.errors import Conflict
from harken.port.services import Services
from tests.desk import Desk
from tests.web import serving
from tests.world import World, add_conversation, caller_of


@pytest.fixture
async def desk(world: World) -> Desk:
    return Desk(world)


async def test_a_draft_is_there_on_the_next_machine_with_its_mode_and_fields(desk: Desk) -> None:
    ada = await caller_of(desk.world, desk.world.ada)
    conversation = await add_conversation(desk.world)
    body = DraftBody("Dear Bo", note="ask Cleo", mode="note", subject="Re: boxes", cc=["eve@example.com"], began=3)
    saved = await desk.do(save_draft, ada, conversation, body, [], 0)
    async with desk.db.connection() as connection:
        assert await get_draft(connection, ada, conversation) == saved
        assert await list_drafts(connection, ada) == [saved]
    assert (saved.text, saved.note, saved.mode, saved.subject, saved.cc) == (
        "Dear Bo", "ask Cleo", "note", "Re: boxes", ["eve@example.com"],
    )  # fmt: skip


async def test_a_draft_has_the_words_of_each_of_its_files_and_of_no_other(services: Services, world: World) -> None:
    async with serving(services) as web:
        ada = await web.with_token(world.ada)
        path = f"/api/conversations/{await add_conversation(world)}/draft"
        form = {"channel_id": str(world.api_channel)}
        front, back = [
            (await ada.post("/api/files", data=form, files={"file": (name, b"Dear Bo")})).json()["id"]
            for name in ("front.txt", "back.txt")
        ]
        captions = {front: "The front", str(uuid4()): "of nobody's"}
        saved = await ada.put(path, json={"attachment_ids": [back, front], "captions": captions})
        assert saved.status_code == 200, saved.text
        kept = (await ada.get(path)).json()
        assert (kept["attachment_ids"], kept["captions"]) == ([back, front], {front: "The front"})


async def test_two_pages_that_write_at_once_never_overwrite_one_another(desk: Desk) -> None:
    ada = await caller_of(desk.world, desk.world.ada)
    conversation = await add_conversation(desk.world)
    first = await desk.do(save_draft, ada, conversation, DraftBody("one"), [], 0)
    with pytest.raises(Conflict) as refused:
        await desk.do(save_draft, ada, conversation, DraftBody("two"), [], 0)
    there = refused.value.fields["draft"]
    assert refused.value.code == "draft_changed" and isinstance(there, dict) and there["text"] == "one"
    both = DraftBody("two", other="one")
    after = await desk.do(save_draft, ada, conversation, both, [], first.revision)
    assert (after.text, after.other) == ("two", "one")


async def test_a_reply_takes_its_draft_with_it_and_leaves_the_note(desk: Desk) -> None:
    ada = await caller_of(desk.world, desk.world.ada)
    conversation = await add_conversation(desk.world)
    draft = await desk.do(save_draft, ada, conversation, DraftBody("Hello", note="later"), [], None)
    await desk.reply(ada, conversation, "Hello", draft_revision=draft.revision)
    async with desk.db.connection() as connection:
        left = await get_draft(connection, ada, conversation)
    assert (left.text, left.note) == ("", "later")
    await desk.do(note, ada, conversation, "later", [], str(uuid4()))
    async with desk.db.connection() as connection:
        assert (await get_draft(connection, ada, conversation)).revision == 0


async def test_what_was_typed_after_sending_stays(desk: Desk) -> None:
    ada = await caller_of(desk.world, desk.world.ada)
    conversation = await add_conversation(desk.world)
    sent = await desk.do(save_draft, ada, conversation, DraftBody("Hello"), [], 0)
    newer = await desk.do(save_draft, ada, conversation, DraftBody("And another"), [], sent.revision)
    await desk.reply(ada, conversation, "Hello", draft_revision=sent.revision)
    async with desk.db.connection() as connection:
        assert await get_draft(connection, ada, conversation) == newer


async def test_only_its_own_agent_hears_of_a_draft(desk: Desk) -> None:
    ada, cleo = [await caller_of(desk.world, one) for one in (desk.world.ada, desk.world.cleo)]
    conversation = await add_conversation(desk.world)
    await desk.do(save_draft, ada, conversation, DraftBody("Secret"), [], None)
    told = [event for event in await desk.events() if event.type == "draft_changed"]
    assert [(event.audience.kind, event.audience.agent_id) for event in told] == [("agent", ada.agent_id)]
    async with desk.db.connection() as connection:
        assert (await get_draft(connection, cleo, conversation)).text == ""
    await desk.do(delete_draft, ada, conversation, None)
    last = [event for event in await desk.events() if event.type == "draft_changed"][-1]
    assert msgspec.json.decode(last.payload)["draft"]["revision"] == 0


async def test_saving_the_same_again_tells_nobody(desk: Desk) -> None:
    ada = await caller_of(desk.world, desk.world.ada)
    conversation = await add_conversation(desk.world)
    first = await desk.do(save_draft, ada, conversation, DraftBody("Hello"), [], 0)
    assert await desk.do(save_draft, ada, conversation, DraftBody("Hello"), [], first.revision) == first
