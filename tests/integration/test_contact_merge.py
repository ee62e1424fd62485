"""Merging contacts and taking it back: exact, whatever came before, between and at the same time (R22)."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harken.contacts.actions.contact import ContactPatch, change_contact
from harken.contacts.actions.merge import merge, undo_merge
from harken.contacts.actions.notes import NoteText, add_note
from harken.contacts.model import Contact
from harken.contacts.rules import brought_by, with_brought, without_brought
from harken.contacts.store import get_detail
from harken.conversations.actions.receive import Incoming, receive
from harken.events.log import writing
from harken.kit.errors import NotFound
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.messages import InboundMessage
from tests.desk import Desk
from tests.world import NOON, World, add_contact, add_conversation, caller_of

_T = TypeVar("_T")


async def test_a_merge_moves_addresses_conversations_notes_and_what_the_other_lacked(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    theirs = await add_conversation(world)
    await desk.do(change_contact, ben, world.bo, ContactPatch(attributes={"plan": "gold"}))
    await desk.do(change_contact, ben, cy, ContactPatch(attributes={"plan": "free", "city": "Lima"}, language="es"))
    await desk.do(add_note, ben, cy, NoteText("Prefers mornings"))
    await written_by(desk, "cy-7", "m1")
    seq = (await desk.events())[-1].seq
    merged = await desk.do(merge, ben, world.bo, cy)
    assert [identity.address for identity in merged.identities] == ["bo@example.com", "cy-7"]
    assert (merged.attributes, merged.language) == ({"plan": "gold", "city": "Lima"}, "es")
    assert [note.text for note in merged.notes] == ["Prefers mornings"]
    assert [(m.name, m.by_name) for m in merged.merges] == [("Cy", "Ben")]
    moved = (await desk.events(seq))[0]
    told: dict[str, Any] = json.loads(moved.payload)
    assert (moved.type, told["contact"]["id"], len(told["identity_ids"])) == ("identities_moved", str(world.bo), 1)
    rows = await conversations(world)
    assert {row["contact_id"] for row in rows.values()} == {world.bo}
    assert {id: row["revision"] for id, row in rows.items() if id != theirs} == {
        next(id for id in rows if id != theirs): moved.seq
    }
    with pytest.raises(NotFound):
        await detail(world, ben, cy)


async def test_a_message_after_the_merge_lands_with_who_stayed_and_goes_back_with_the_address(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    merged = await desk.do(merge, ben, world.bo, cy)
    since = await written_by(desk, "cy-7", "m1")
    assert (await conversations(world))[since]["contact_id"] == world.bo
    await desk.do(undo_merge, ben, world.bo, merged.merges[0].id)
    assert (await conversations(world))[since]["contact_id"] == cy
    assert (await detail(world, ben, cy)).name == "Cy"
    assert [i.address for i in (await detail(world, ben, world.bo)).identities] == ["bo@example.com"]


async def test_undoing_keeps_what_was_changed_since_the_merge(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    await desk.do(change_contact, ben, cy, ContactPatch(attributes={"city": "Lima", "size": 3}))
    merged = await desk.do(merge, ben, world.bo, cy)
    await desk.do(change_contact, ben, world.bo, ContactPatch(attributes={"city": "Quito"}))
    left = await desk.do(undo_merge, ben, world.bo, merged.merges[0].id)
    assert (left.attributes, left.merges) == ({"city": "Quito"}, [])


async def test_of_a_chain_of_merges_the_last_is_undone_first(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    di, _ = await add_contact(world.db, world.workspace, "Di", "api", "di", scope=str(world.api_channel))
    first = await desk.do(merge, ben, cy, di)
    second = await desk.do(merge, ben, world.bo, cy)
    with pytest.raises(NotFound):
        await desk.do(undo_merge, ben, cy, first.merges[0].id)
    await desk.do(undo_merge, ben, world.bo, second.merges[0].id)
    back = await desk.do(undo_merge, ben, cy, first.merges[0].id)
    assert [identity.address for identity in back.identities] == ["cy-7"]
    assert [identity.address for identity in (await detail(world, ben, di)).identities] == ["di"]


async def test_messages_that_arrive_while_contacts_are_merged_and_separated_all_belong_to_their_address(
    world: World,
) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)

    async def back_and_forth() -> None:
        for _ in range(15):
            merged = await desk.do(merge, ben, world.bo, cy)
            await asyncio.sleep(0)
            await desk.do(undo_merge, ben, world.bo, merged.merges[0].id)

    async def write(address: str) -> None:
        for number in range(30):
            await written_by(desk, address, f"{address}-{number}", thread=str(number % 3))

    await asyncio.gather(back_and_forth(), write("cy-7"), write("bo@example.com"))
    async with world.db.connection() as tx:
        strays = await tx.fetchval(
            "select count(*) from conversation c join identity i on i.id = c.identity_id where i.contact_id <> c.contact_id"
        )
        messages = await tx.fetchval("select count(*) from message where direction = 'in'")
        wrong = await tx.fetchval(
            "select count(*) from identity i where (i.address = 'cy-7') <> (i.contact_id = $1)", cy
        )
    assert (strays, messages, wrong) == (0, 60, 0)


async def test_of_two_merges_the_other_way_round_one_wins(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    for _ in range(10):
        done = await at_once(desk.do(merge, ben, world.bo, cy), desk.do(merge, ben, cy, world.bo))
        won = [outcome for outcome in done if not isinstance(outcome, BaseException)]
        assert [type(o) for o in done if isinstance(o, BaseException)] == [NotFound]
        assert len(won[0].identities) == 2
        await desk.do(undo_merge, ben, won[0].id, won[0].merges[0].id)


async def test_of_two_who_undo_a_merge_one_does(world: World) -> None:
    desk, ben, cy = Desk(world), await caller_of(world, world.ben), await add_cy(world)
    for _ in range(10):
        merged = await desk.do(merge, ben, world.bo, cy)
        undo = [desk.do(undo_merge, ben, world.bo, merged.merges[0].id) for _ in range(2)]
        assert sorted(type(outcome).__name__ for outcome in await at_once(*undo)) == ["ContactDetail", "NotFound"]


_LABELS = [UUID(int=n) for n in range(4)]
_TRAITS = st.builds(
    Contact,
    id=st.just(new_id()), name=st.sampled_from(["", "Bo", "Cy"]),
    attributes=st.dictionaries(st.sampled_from("abcd"), st.one_of(st.text(max_size=2), st.integers(0, 2), st.booleans())),
    identities=st.just([]), label_ids=st.lists(st.sampled_from(_LABELS), unique=True),
    timezone=st.sampled_from(["", "Europe/Lisbon"]), language=st.sampled_from(["", "pt", "de"]),
    blocked=st.none(), revision=st.just(1), created_at=st.just(NOON), last_activity_at=st.none(),
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stays=_TRAITS, other=_TRAITS)
def test_what_a_merge_brought_is_all_that_its_undoing_takes(stays: Contact, other: Contact) -> None:
    brought = brought_by(stays, other)
    merged = with_brought(stays, brought)
    after = Contact(**{
        name: getattr(merged if hasattr(merged, name) and name != "blocked" else stays, name)
        for name in Contact.__struct_fields__
    })  # fmt: skip
    left = without_brought(after, brought)
    for trait in ("name", "timezone", "language", "attributes", "label_ids"):
        assert getattr(left, trait) == getattr(stays, trait)
    assert set(stays.attributes.items()) <= set(merged.attributes.items())


async def add_cy(world: World) -> UUID:
    return (await add_contact(world.db, world.workspace, "Cy", "api", "cy-7", scope=str(world.api_channel)))[0]


async def written_by(desk: Desk, address: str, external_id: str, *, thread: str = "") -> UUID:
    """A message from an address; its conversation."""
    message = InboundMessage(external_id, address, "Hello", name="", thread_key=thread)
    async with writing(desk.db, desk.world.workspace) as w:
        incoming = Incoming(desk.world.api_channel, "api", False, message)
        return (await receive(w, [incoming], desk.clock.now()))[0].conversation_id


async def conversations(world: World) -> dict[UUID, Any]:
    async with world.db.connection() as tx:
        rows = await tx.fetch("select id, contact_id, revision from conversation")
    return {row["id"]: row for row in rows}


async def detail(world: World, caller: Caller, contact: UUID) -> Any:
    async with world.db.connection() as tx:
        return await get_detail(tx, caller, contact)


async def at_once(*actions: Awaitable[_T]) -> list[_T | BaseException]:
    return list(await asyncio.gather(*actions, return_exceptions=True))
