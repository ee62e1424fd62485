"""The live socket: no gap, no repeat, and never more than one may see (R4, R5, R30)."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from websockets.exceptions import InvalidStatus

from harken.events.log import last_seq, writing
from harken.events.types import SYSTEM, Access, Audience, EventType
from harken.kit.clock import ManualClock
from harken.kit.ids import new_id
from harken.live.subscriber import MAX_QUEUED_FRAMES, SLOW_SECONDS
from harken.port.services import Services
from tests.live import Page, Server, running
from tests.world import NOON, World, add_conversation, build_world

_EVERYBODY = Audience("conversation", after=Access())


async def tell(
    world: World, *, audience: Audience = _EVERYBODY, type: EventType = "message_added", data: object = None
) -> int:
    """An event as an action would append it; its seq."""
    async with writing(world.db, world.workspace) as w:
        return w.append(
            type,
            data or {"previous": None},
            actor=SYSTEM,
            audience=audience,
            at=NOON,
            conversation_id=new_id(),
        )


async def seq_of(world: World) -> int:
    async with world.db.connection() as connection:
        return await last_seq(connection, world.workspace)


async def test_a_page_that_comes_back_again_and_again_gets_every_event_once(services: Services, world: World) -> None:
    start = await seq_of(world)
    told: list[int] = []
    done = asyncio.Event()

    async def write() -> None:
        for number in range(60):
            audience = _EVERYBODY if number % 3 else Audience("conversation", after=Access(team_id=world.returns))
            seq = await tell(world, audience=audience)
            if number % 3:
                told.append(seq)
            await asyncio.sleep(0.005)
        done.set()

    async with running(services) as server:
        writing_task = asyncio.create_task(write())
        position = start
        seqs: list[int] = []
        while not done.is_set() or position < told[-1]:
            page = await server.page(world.ben, position)
            for frame in await page.quiet(0.05):
                if "seq" in frame:
                    assert frame["prev"] == position
                    position = frame["seq"]
                    seqs.append(position)
            await page.socket.close()
        await writing_task
    assert seqs == told


async def test_events_of_a_foreign_team_reach_only_those_who_may_see_them(services: Services, world: World) -> None:
    async with running(services) as server:
        ben, cleo, sue = [await server.page(agent) for agent in (world.ben, world.cleo, world.sue)]
        await tell(world, audience=Audience("conversation", after=Access(team_id=world.returns)))
        await tell(world, audience=Audience("agent", agent_id=world.cleo), type="conversation_read")
        last = await tell(world)
        for page, count in ((ben, 1), (cleo, 3), (sue, 2)):
            await page.wait("message_added", seq=last)
            assert len(page.events) == count
            prevs = [frame["prev"] for frame in page.events]
            assert prevs == [page.frames[0]["seq"], *(frame["seq"] for frame in page.events[:-1])]


async def test_who_loses_sight_of_a_conversation_is_told_where_it_was_and_no_more(
    services: Services, world: World
) -> None:
    place = {"status": "open", "handler": {"kind": "none", "id": None}, "team_id": str(world.orders)}
    moved = Audience("conversation", after=Access(team_id=world.returns), before=Access(team_id=world.orders))
    async with running(services) as server:
        ben, cleo = await server.page(world.ben), await server.page(world.cleo)
        data: dict[str, object] = {"previous": place, "conversation": {"secret": "of Returns"}, "messages": []}
        await tell(world, audience=moved, type="conversation_assigned", data=data)
        hidden = await ben.wait("conversation_hidden")
        assert set(hidden["data"]) == {"conversation_id", "previous"}
        assert hidden["data"]["previous"] == place
        assert (await cleo.wait("conversation_assigned"))["data"]["conversation"] == {"secret": "of Returns"}


@pytest.mark.parametrize("since", ["trimmed", "future"])
async def test_a_page_that_cannot_resume_is_told_to_resync(services: Services, world: World, since: str) -> None:
    start = await seq_of(world)
    for _ in range(3):
        await tell(world)
    async with world.db.connection() as connection:
        await connection.execute("delete from event where seq <= $1", start + 1)
    async with running(services) as server:
        page = await server.page(world.ben, start if since == "trimmed" else start + 1000)
        assert page.frames == [{"type": "resync"}]
        assert await page.closed() == 4001
        resumed = await server.page(world.ben, start + 1)
        assert resumed.frames[0] == {"type": "hello", "seq": start + 1}


async def test_changed_rights_end_the_page_s_stream_with_a_resync(services: Services, world: World) -> None:
    async with running(services) as server:
        ben, cleo = await server.page(world.ben), await server.page(world.cleo)
        before = await seq_of(world)
        audience = Audience("agent", agent_id=world.ben)
        await tell(world, audience=audience, type="rights_changed", data={"agent_id": world.ben})
        await tell(world)
        assert await ben.closed() == 4001
        assert [frame["type"] for frame in ben.frames if frame["type"] != "presence"] == ["hello", "resync"]
        await cleo.wait("message_added")
        late = await server.page(world.ben, before)
        assert await late.closed() == 4001
        assert late.frames[-1] == {"type": "resync"}


async def test_a_team_that_an_agent_left_without_an_event_ends_their_stream_too(
    services: Services, world: World
) -> None:
    async with running(services) as server:
        ben = await server.page(world.ben)
        async with world.db.connection() as connection:
            await connection.execute("delete from team_member where agent_id = $1", world.ben)
        assert await ben.closed() == 4001


@pytest.mark.parametrize(
    "ending",
    [
        "update agent set active = false where id = $1",
        "delete from session where agent_id = $1",
    ],
)
async def test_a_deactivated_or_signed_out_agent_s_socket_closes_within_seconds(
    services: Services, world: World, ending: str
) -> None:
    async with running(services) as server:
        ben = await server.page(world.ben)
        async with world.db.connection() as connection:
            await connection.execute(ending, world.ben)
        assert await ben.closed() == 4003


async def test_a_session_that_expires_ends_its_socket(services: Services, world: World, clock: ManualClock) -> None:
    async with running(services) as server:
        ben = await server.page(world.ben)
        clock.advance(timedelta(days=31))
        assert await ben.closed() == 4003


@pytest.mark.slow
async def test_a_page_that_does_not_read_is_cut_and_delays_nobody(services: Services, world: World) -> None:
    async with running(services) as server:
        slow, quick = await server.page(world.ben), await server.page(world.cleo)
        slow.socket.transport.pause_reading()
        data = {"previous": None, "text": "x" * 40_000}
        rounds = 4
        for _ in range(rounds):
            async with writing(world.db, world.workspace) as w:
                for _ in range(MAX_QUEUED_FRAMES // 10):
                    w.append("message_added", data, actor=SYSTEM, audience=_EVERYBODY, at=NOON)
            await quick.quiet(0.1)
        last = await tell(world)
        await quick.wait("message_added", seq=last)
        assert len(quick.events) == rounds * MAX_QUEUED_FRAMES // 10 + 1
        assert await _subscribers(server, world, most=1) == 1
        await asyncio.sleep(SLOW_SECONDS + 1)
        slow.socket.transport.resume_reading()
        await slow.closed()
        assert len(slow.events) < len(quick.events)


async def test_a_burst_larger_than_the_bound_reaches_a_page_that_reads(services: Services, world: World) -> None:
    async with running(services) as server:
        ben = await server.page(world.ben)
        async with writing(world.db, world.workspace) as w:
            for _ in range(2 * MAX_QUEUED_FRAMES):
                w.append("message_added", {"previous": None}, actor=SYSTEM, audience=_EVERYBODY, at=NOON)
        last = await seq_of(world)
        await ben.wait("message_added", seq=last)
        assert len(ben.events) == 2 * MAX_QUEUED_FRAMES


async def _subscribers(server: Server, world: World, *, most: int) -> int:
    """How many sockets the workspace's tail still serves, once it is `most` or after 5 s."""
    count = 0
    for _ in range(100):
        tail = await server.hub.take(world.workspace)
        count = len(tail.subscribers)
        server.hub.release(tail)
        if count <= most:
            break
        await asyncio.sleep(0.05)
    return count


async def test_typing_and_viewing_reach_only_those_who_may_see_the_conversation(
    services: Services, world: World
) -> None:
    conversation = await add_conversation(world, team=world.returns)
    async with running(services) as server:
        ben, cleo, sue = [await server.page(agent) for agent in (world.ben, world.cleo, world.sue)]
        await ben.say({"type": "typing", "conversation_id": conversation, "active": True})
        for type in ("viewing", "typing"):
            await cleo.say({"type": type, "conversation_id": conversation, "active": True})
            frame = await sue.wait(type)
            assert (frame["actor"]["id"], frame["active"]) == (str(world.cleo), True)
        await cleo.socket.close()
        gone = [await sue.wait(type, active=False) for type in ("viewing", "typing")]
        assert {frame["actor"]["id"] for frame in gone} == {str(world.cleo)}
        assert not [frame for frame in await ben.quiet() if frame["type"] in ("typing", "viewing")]
        assert str(world.ben) not in {frame["actor"]["id"] for frame in sue.frames if "actor" in frame}


async def test_a_second_process_hears_who_types_and_who_is_there(services: Services, world: World) -> None:
    conversation = await add_conversation(world)
    async with running(services) as one, running(services) as two:
        ben = await one.page(world.ben)
        cleo = await two.page(world.cleo)
        await _present(ben, {world.ben, world.cleo})
        await cleo.say({"type": "typing", "conversation_id": conversation, "active": True})
        assert (await ben.wait("typing"))["actor"]["name"] == "Cleo"
        await cleo.socket.close()
        await _present(ben, {world.ben})


async def _present(page: Page, agents: set[UUID]) -> None:
    wanted = sorted(str(agent) for agent in agents)
    while (await page.wait("presence", timeout=8))["agents"] != wanted:
        pass


@pytest.mark.parametrize(
    "garbage",
    [
        "{",
        '{"type":"typing"}',
        '{"type":"shout"}',
        '{"type":"ping","x":1}',
        '{"type":"typing","conversation_id":"1","active":true}',
        "x" * 5000,
    ],
)
async def test_a_page_that_talks_garbage_is_closed(services: Services, world: World, garbage: str) -> None:
    async with running(services) as server:
        ben = await server.page(world.ben)
        await ben.socket.send(garbage)
        assert await ben.closed() == 1008


async def test_a_page_that_floods_is_closed(services: Services, world: World) -> None:
    async with running(services) as server:
        ben = await server.page(world.ben)
        for _ in range(200):
            await ben.say({"type": "ping"})
        assert await ben.closed() == 1008


async def test_nobody_and_other_sites_get_no_stream(services: Services, world: World) -> None:
    async with running(services) as server:
        nobody = await server.open("/api/live")
        assert await nobody.closed() == 4003
        token, _ = await server.session(world.ben)
        with pytest.raises(InvalidStatus):
            await server.open("/api/live", {"Cookie": f"harken_session={token}"}, origin="https://evil.example")


async def test_a_second_workspace_s_events_stay_there(services: Services, world: World) -> None:
    other = await build_world(world.db, "Other")
    async with running(services) as server:
        ada = await server.page(world.ada)
        await tell(other)
        last = await tell(world)
        assert (await ada.wait("message_added"))["seq"] == last
        assert len(ada.events) == 1
