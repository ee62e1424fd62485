"""Web push: encrypted for the browser, signed by us, silent once it was read, and ended with its session."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from harken.conversations.actions.note import note
from harken.events.follow import Follower
from harken.kit.clock import Clock, ManualClock
from harken.kit.http import FetchFailed
from harken.kit.ids import new_id
from harken.kit.queue import GiveUp, Task
from harken.kit.settings import Settings
from harken.notifications.following import PUSH, Teller
from harken.notifications.push import push_notification
from harken.port.services import Services
from tests.desk import Desk
from tests.integration.push_service import PushService, push_service
from tests.web import serving
from tests.world import World, add_conversation, caller_of


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, allow_private_urls=True, mail_from="desk@acme.example")


@pytest.fixture
async def pushes() -> AsyncIterator[PushService]:
    async with push_service() as service:
        yield service


async def mention(services: Services, world: World, text: str = "Please look") -> UUID:
    """Sue mentions Ben; the conversation."""
    follower = Follower(services.db, "notifications", Teller(services.clock))
    await follower.catch_up()
    conversation = await add_conversation(world, thread_key=text)
    sue = await caller_of(world, world.sue)
    await Desk(world).do(note, sue, conversation, text, [world.ben], str(new_id()))
    await follower.catch_up()
    return conversation


async def tasks(services: Services) -> list[Task]:
    async with services.db.connection() as connection:
        rows = await connection.fetch("select id, workspace_id, kind, payload from task where kind = $1", PUSH)
    return [Task(row["id"], row["workspace_id"], row["kind"], row["payload"], 1) for row in rows]


async def run(services: Services) -> None:
    for task in await tasks(services):
        await push_notification(services, task)


async def subscriptions(services: Services) -> int:
    async with services.db.connection() as connection:
        return int(await connection.fetchval("select count(*) from push_subscription"))


async def test_a_browser_gets_what_only_it_can_read_signed_with_the_key_it_asked_for(
    services: Services, world: World, pushes: PushService
) -> None:
    browser = pushes.browser()
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        answer = await ben.post("/api/push-subscriptions", json=browser.subscription)
        assert answer.status_code == 201, answer.text
        again = await ben.post("/api/push-subscriptions", json=browser.subscription)
        assert again.json() == answer.json(), "the same browser is one subscription"
        key = (await ben.get("/api/push/key")).json()["key"]
    conversation = await mention(services, world)
    await run(services)
    [(path, headers, body)] = pushes.taken
    assert (path, headers["content-encoding"], headers["urgency"]) == ("/push/one", "aes128gcm", "high")
    assert len(headers["topic"]) == 32 and int(headers["ttl"]) > 0
    assert b"Please look" not in body
    opened = browser.open(body)
    assert (opened["notification"]["preview"], opened["unread"]) == ("Please look", 1)
    assert opened["notification"]["conversation_id"] == str(conversation)
    signer, claims = pushes.signed_by(headers)
    assert signer == key
    assert (claims["aud"], claims["sub"]) == (f"http://127.0.0.1:{pushes.port}", "mailto:desk@acme.example")


async def test_what_was_read_in_the_meantime_is_not_pushed(
    services: Services, world: World, pushes: PushService
) -> None:
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        await ben.post("/api/push-subscriptions", json=pushes.browser().subscription)
        conversation = await mention(services, world)
        async with services.db.connection() as connection:
            ahead = await connection.fetchval("select min(run_at) from task where kind = $1", PUSH)
        assert timedelta(seconds=5) < ahead - services.clock.now() < timedelta(seconds=12)
        await ben.put("/api/notifications/read", json={"conversation_id": str(conversation)})
    await run(services)
    assert pushes.taken == []


async def test_two_notifications_of_one_conversation_replace_each_other_on_their_way(
    services: Services, world: World, pushes: PushService
) -> None:
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        await ben.post("/api/push-subscriptions", json=pushes.browser().subscription)
    for text in ("one", "two"):
        await mention(services, world, text)
    await run(services)
    topics = {headers["topic"] for _, headers, _ in pushes.taken}
    assert len(pushes.taken) == 2 and len(topics) == 2, "two conversations have two topics"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(
    services: Services, world: World, pushes: PushService, status: int
) -> None:
    async with serving(services) as web:
        await (await web.signed_in(world.ben)).post("/api/push-subscriptions", json=pushes.browser().subscription)
    await mention(services, world)
    pushes.answers = [status]
    await run(services)
    assert await subscriptions(services) == 0


@pytest.mark.parametrize(("status", "error"), [(429, FetchFailed), (503, FetchFailed), (400, GiveUp), (413, GiveUp)])
async def test_what_may_pass_is_tried_again_and_what_will_not_is_given_up(
    services: Services, world: World, pushes: PushService, status: int, error: type[Exception]
) -> None:
    async with serving(services) as web:
        await (await web.signed_in(world.ben)).post("/api/push-subscriptions", json=pushes.browser().subscription)
    await mention(services, world)
    pushes.answers = [status]
    with pytest.raises(error):
        await run(services)
    assert await subscriptions(services) == 1


async def test_signing_out_ends_the_pushes_of_that_browser_alone(
    services: Services, world: World, pushes: PushService
) -> None:
    async with serving(services) as web:
        here, there = await web.signed_in(world.ben), await web.signed_in(world.ben)
        await here.post("/api/push-subscriptions", json=pushes.browser("here").subscription)
        await there.post("/api/push-subscriptions", json=pushes.browser("there").subscription)
        await here.delete("/api/session")
    await mention(services, world)
    await run(services)
    assert [path for path, *_ in pushes.taken] == ["/push/there"]


async def test_a_browser_belongs_to_who_signed_in_there_last(
    services: Services, world: World, pushes: PushService
) -> None:
    browser = pushes.browser()
    async with serving(services) as web:
        ben, cleo = await web.signed_in(world.ben), await web.signed_in(world.cleo)
        await ben.post("/api/push-subscriptions", json=browser.subscription)
        mine = (await cleo.post("/api/push-subscriptions", json=browser.subscription)).json()["id"]
        await mention(services, world)
        assert await tasks(services) == []
        assert (await ben.delete(f"/api/push-subscriptions/{mine}")).status_code == 404
        assert await subscriptions(services) == 1, "not his any more"
        await cleo.delete(f"/api/push-subscriptions/{mine}")
        assert await subscriptions(services) == 0


async def test_a_trial_reaches_ones_own_browsers(services: Services, world: World, pushes: PushService) -> None:
    browser = pushes.browser()
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        await ben.post("/api/push-subscriptions", json=browser.subscription)
        assert (await ben.post("/api/push/test")).json() == {"browsers": 1}
    await run(services)
    assert browser.open(pushes.taken[0][2])["notification"] is None


async def test_quiet_hours_hold_pushes_back(
    services: Services, world: World, pushes: PushService, clock: Clock
) -> None:
    assert isinstance(clock, ManualClock)
    quiet = {"on": True, "from": "11:00", "to": "13:00", "zone": "UTC"}
    async with services.db.tx() as tx:
        await tx.execute("update agent set preferences = $2 where id = $1", world.ben, {"quiet": quiet})
    async with serving(services) as web:
        await (await web.signed_in(world.ben)).post("/api/push-subscriptions", json=pushes.browser().subscription)
    await mention(services, world)
    await run(services)
    assert pushes.taken == []


async def test_an_endpoint_in_our_own_network_and_broken_keys_are_refused(
    services: Services, world: World, pushes: PushService
) -> None:
    outside = msgspec.structs.replace(services.settings, allow_private_urls=False)
    guarded = Services(outside, services.db, services.blobs, services.clock, services.sealer, services.connectors)
    good = pushes.browser().subscription
    async with serving(guarded) as web:
        ben = await web.signed_in(world.ben)

        async def refused(field: str, **changed: Any) -> bool:
            answer = await ben.post("/api/push-subscriptions", json={**good, **changed})
            return answer.status_code == 422 and field in answer.text

        for endpoint in (
            good["endpoint"], "https://127.0.0.1/x", "https://[::1]/", "https://169.254.169.254/latest", "ftp://x.test/", "", "https://u:p@example.com/",
        ):  # fmt: skip
            assert await refused("endpoint", endpoint=endpoint), endpoint
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        for keys in ({"p256dh": "", "auth": ""}, {**good["keys"], "auth": "AA"}, {**good["keys"], "p256dh": "B" * 87}):
            assert await refused("keys", keys=keys), keys
    assert await subscriptions(services) == 0
