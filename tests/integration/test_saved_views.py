"""Saved views, and one action on many conversations, over HTTP."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from harken.kit.ids import new_id
from harken.port.services import Services
from tests.apply import frames_since
from tests.web import serving
from tests.world import World, add_conversation, caller_of

SAVED = "/api/saved-views"


async def make(client: httpx.AsyncClient, name: str, scope: str = "mine", **given: Any) -> dict[str, Any]:
    answer = await client.post(SAVED, json={"name": name, "scope": scope, "view": "inbox", **given})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def names(client: httpx.AsyncClient) -> list[str]:
    snapshot = (await client.get("/api/snapshot")).json()["saved_views"]
    assert snapshot == (await client.get(SAVED)).json()["items"]
    return [saved["name"] for saved in snapshot]


async def test_ones_own_are_for_oneself_and_shared_ones_are_made_by_supervisors(
    world: World, services: Services
) -> None:
    async with serving(services) as web:
        ben, cleo, sue = [await web.signed_in(agent) for agent in (world.ben, world.cleo, world.sue)]
        mine = await make(ben, "Mine", position=2)
        refused = await ben.post(SAVED, json={"name": "All", "scope": "everyone", "view": "inbox"})
        assert refused.status_code == 403
        shared = await make(sue, "Urgent", "everyone", filter={"priority": "urgent", "sort": "priority"}, position=1)
        assert (await names(ben), await names(cleo), await names(sue)) == (["Urgent", "Mine"], ["Urgent"], ["Urgent"])
        assert (await cleo.get(f"{SAVED}/{mine['id']}")).status_code == 404
        assert (await cleo.patch(f"{SAVED}/{shared['id']}", json={"name": "Mine now"})).status_code == 403
        assert (await sue.patch(f"{SAVED}/{mine['id']}", json={"name": "Hers now"})).status_code == 404
        assert (await ben.patch(f"{SAVED}/{mine['id']}", json={"scope": "everyone"})).status_code == 403
        renamed = await sue.patch(f"{SAVED}/{shared['id']}", json={"name": "Now", "filter": {}})
        assert (renamed.json()["name"], renamed.json()["filter"]) == ("Now", {})
        assert (await cleo.delete(f"{SAVED}/{shared['id']}")).status_code == 403
        assert (await sue.delete(f"{SAVED}/{shared['id']}")).status_code == 204
        assert await names(ben) == ["Mine"]


async def test_only_those_who_may_use_a_view_are_told_of_it(world: World, services: Services) -> None:
    async with serving(services) as web:
        ben, sue = await web.signed_in(world.ben), await web.signed_in(world.sue)
        await make(ben, "Mine")
        shared = await make(sue, "Ours", "everyone")
        await sue.patch(f"{SAVED}/{shared['id']}", json={"scope": "mine"})
    heard = {
        name: [f["type"] for f in await frames_since(services.db, await caller_of(world, agent), 0)]
        for name, agent in (("Ben", world.ben), ("Cleo", world.cleo), ("Sue", world.sue))
    }
    changed, removed = "saved_view_changed", "saved_view_removed"
    assert heard == {
        "Ben": [changed, changed, removed], "Cleo": [changed, removed], "Sue": [changed, removed, changed],
    }  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""}, {"name": "x" * 81}, {"view": "nowhere"}, {"filter": {"sort": "random"}}, {"position": -1},
        {"filter": {"handler_id": "me"}}, {"filter": {"no": 1}}, {"scope": "all"}, {"filter": {"team_id": "x"}},
    ],
)  # fmt: skip
async def test_a_view_that_lists_nothing_we_know_is_refused(
    world: World, services: Services, given: dict[str, Any]
) -> None:
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        assert (await ben.post(SAVED, json={"name": "N", "view": "inbox", **given})).status_code == 422


async def test_each_saved_view_says_how_much_its_caller_finds_in_it(world: World, services: Services) -> None:
    for place, team in enumerate([None, world.orders, world.returns, world.returns]):
        await add_conversation(world, thread_key=str(place), team=team)
    async with serving(services) as web:
        sue, ben = await web.signed_in(world.sue), await web.signed_in(world.ben)
        everything = await make(sue, "All", "everyone")
        returns = await make(sue, "Returns", "everyone", filter={"team_id": str(world.returns), "waiting": True})
        nobody = await make(sue, "None", "everyone", filter={"handler_id": str(new_id())})
        ids = [everything["id"], returns["id"], nobody["id"]]
        for client, expected in ((sue, [4, 2, 0]), (ben, [2, 0, 0])):
            counts = (await client.get(f"{SAVED}/counts")).json()["counts"]
            assert [counts[id] for id in ids] == expected


async def test_one_action_on_many_is_done_where_it_may_be(world: World, services: Services) -> None:
    mine, theirs, hidden = [
        await add_conversation(world, thread_key=key, team=team, handler=agent)
        for key, team, agent in (("a", None, None), ("b", None, world.cleo), ("c", world.returns, None))
    ]
    async with serving(services) as web:
        ben, sue = await web.signed_in(world.ben), await web.signed_in(world.sue)

        async def act(client: httpx.AsyncClient, *ids: UUID, **action: Any) -> list[tuple[bool, str | None]]:
            body = {"ids": [str(id) for id in ids], "action": action}
            answer = await client.post("/api/conversations/bulk", json=body)
            assert answer.status_code == 200, answer.text
            items = answer.json()["items"]
            assert [item["id"] for item in items] == [str(id) for id in ids]
            return [(item["ok"], item.get("problem", {}).get("code")) for item in items]

        label = (await sue.post("/api/labels", json={"name": "VIP"})).json()["id"]
        assert await act(ben, mine, hidden, kind="label", labels=[label]) == [(True, None), (False, "not_found")]
        assert await act(ben, mine, kind="priority", priority="high") == [(True, None)]
        assert await act(ben, mine, theirs, kind="pick") == [(True, None), (True, None)]
        forward = await act(ben, mine, kind="forward", to="none", team_id=str(world.orders))
        assert forward == [(True, None)]
        assert await act(ben, mine, kind="snooze", until=None) == [(True, None)]
        shown = (await ben.get(f"/api/conversations/{mine}")).json()
        assert (shown["labels"], shown["priority"], shown["team_id"]) == ([label], "high", str(world.orders))
        assert shown["snoozed"]["by"]["name"] == "Ben"
        assert await act(ben, mine, kind="unlabel", labels=[label]) == [(True, None)]
        assert await act(ben, mine, theirs, hidden, kind="close") == [(True, None), (True, None), (False, "not_found")]
        assert await act(ben, mine, kind="snooze", until=None) == [(False, "conversation_closed")]
        assert await act(ben, theirs, kind="read") == [(True, None)]
        bad: list[dict[str, Any]] = [{"ids": []}, {"ids": [str(mine)], "action": {"kind": "delete"}}]
        for body in bad:
            answer = await ben.post("/api/conversations/bulk", json={"action": {"kind": "read"}, **body})
            assert answer.status_code == 422


async def test_a_list_that_takes_too_long_to_count_has_no_number(world: World, services: Services) -> None:
    await add_conversation(world)
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        saved = await make(ben, "Mine")
        async with world.db.tx() as tx:
            await tx.execute("lock table conversation in access exclusive mode")
            answer = await ben.get(f"{SAVED}/counts")
        assert (answer.status_code, answer.json()) == (200, {"counts": {}})
        assert (await ben.get(f"{SAVED}/counts")).json() == {"counts": {saved["id"]: 1}}
