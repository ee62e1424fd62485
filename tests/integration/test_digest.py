"""Digests by mail: what stays unread, once, to those who are not there."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import msgspec
import pytest

from harken.conversations.actions.note import note
from harken.events.follow import Follower
from harken.kit.clock import Clock, ManualClock
from harken.kit.ids import new_id
from harken.kit.queue import GiveUp, Task
from harken.kit.settings import Settings
from harken.notifications.following import Teller
from harken.notifications.mail import MailFailed, mail_server
from harken.notifications.store import Q
from harken.notifications.tasks import LOOK, MAIL, look_for_digests, mail_digest
from harken.port.services import Services
from harken.simulators.mail import MailServer
from tests.desk import Desk
from tests.world import World, add_conversation, caller_of


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def settings(settings: Settings, mails: MailServer) -> Settings:
    url = f"smtp://desk:secret@127.0.0.1:{mails.smtp_port}"
    return msgspec.structs.replace(settings, mail_url=url, mail_from="desk@acme.example")


class Post:
    """What happens around Ben's mail."""

    def __init__(self, services: Services, world: World, mails: MailServer) -> None:
        assert isinstance(services.clock, ManualClock)
        self.services, self.world, self.mails, self.clock = services, world, mails, services.clock
        self.desk = Desk(world)
        self.desk.clock = services.clock

    async def mention(self, *texts: str) -> list[UUID]:
        follower = Follower(self.services.db, "notifications", Teller(self.clock))
        await follower.catch_up()
        sue, made = await caller_of(self.world, self.world.sue), list[UUID]()
        for text in texts:
            made.append(await add_conversation(self.world, thread_key=str(new_id())))
            await self.desk.do(note, sue, made[-1], text, [self.world.ben], str(new_id()))
        await follower.catch_up()
        return made

    async def prefer(self, **preferences: object) -> None:
        async with self.services.db.tx() as tx:
            await tx.execute("update agent set preferences = $2 where id = $1", self.world.ben, preferences)

    async def look(self, after: timedelta = timedelta()) -> list[Task]:
        """The scheduled task, some time later; the mails that wait then."""
        self.clock.advance(after)
        await look_for_digests(self.services, Task(new_id(), None, LOOK, {}, 1))
        async with self.services.db.connection() as connection:
            rows = await connection.fetch("select id, workspace_id, kind, payload from task where kind = $1", MAIL)
        return [Task(row["id"], row["workspace_id"], row["kind"], row["payload"], 1) for row in rows]

    def sent(self) -> list[EmailMessage]:
        stored = self.mails.mailbox("ben@example.com").mails
        return [message_from_bytes(one.raw, policy=default) for one in stored]


@pytest.fixture
def post(services: Services, world: World, mails: MailServer) -> Post:
    return Post(services, world, mails)


async def test_what_stays_unread_for_an_hour_is_in_one_mail_and_in_no_other(post: Post) -> None:
    conversations = await post.mention("Look at <this>", "And at that")
    assert await post.look(timedelta(minutes=50)) == []
    [task] = await post.look(timedelta(minutes=15))
    assert await post.look(timedelta(hours=3)) == [task], "nothing is mailed twice"
    await mail_digest(post.services, task)
    [mail] = post.sent()
    assert mail["Subject"] == "2 unread notifications · Acme"
    assert mail["List-Unsubscribe"] == "<http://testserver/settings/notifications>"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain and html
    for conversation in conversations:
        assert f"http://testserver/all/{conversation}?message=" in plain.get_content()
    assert "Sue mentioned you: Bo\n  Look at <this>" in plain.get_content().replace("\r", "")
    assert "Look at &lt;this&gt;" in html.get_content()


async def test_two_workers_that_look_at_once_queue_one_mail(post: Post) -> None:
    await post.mention("one", "two", "three")
    post.clock.advance(timedelta(hours=2))
    await asyncio.gather(*(post.look() for _ in range(4)))
    [task] = await post.look()
    assert len(task.payload["ids"]) == 3


async def test_what_was_read_before_the_mail_left_is_not_in_it(post: Post) -> None:
    await post.mention("one", "two")
    [task] = await post.look(timedelta(hours=2))
    async with post.services.db.tx() as tx:
        await tx.execute("update notification set read_at = now() where preview = 'one'")
    await mail_digest(post.services, task)
    assert [mail["Subject"] for mail in post.sent()] == ["1 unread notification · Acme"]
    async with post.services.db.tx() as tx:
        await tx.execute("update notification set read_at = now()")
    await mail_digest(post.services, task)
    assert len(post.sent()) == 1


async def test_nobody_is_mailed_who_has_a_page_open_or_wants_no_mail(post: Post) -> None:
    await post.mention("one")
    post.clock.advance(timedelta(hours=2))
    async with post.services.db.tx() as tx:
        await Q.run(tx, "seen", workspace_id=post.world.workspace, agent_ids=[post.world.ben], at=post.clock.now())
    assert await post.look() == []
    await post.prefer(digest="off")
    assert await post.look(timedelta(days=2)) == []
    await post.prefer(digest="daily")
    assert len(await post.look()) == 1


async def test_a_mail_server_that_is_away_is_asked_again_and_one_that_refuses_is_not(post: Post) -> None:
    await post.mention("one")
    [task] = await post.look(timedelta(hours=2))
    post.mails.refused.add("ben@example.com")
    with pytest.raises(GiveUp):
        await mail_digest(post.services, task)
    post.mails.refused.clear()
    await post.mails.stop()
    with pytest.raises(MailFailed):
        await mail_digest(post.services, task)


async def test_without_a_mail_server_nothing_is_marked_as_mailed(post: Post, clock: Clock) -> None:
    await post.mention("one")
    there = post.services
    silent = msgspec.structs.replace(there.settings, mail_url=None)
    post.services = Services(silent, there.db, there.blobs, clock, there.sealer, there.connectors)
    assert await post.look(timedelta(days=1)) == []
    post.services = there
    assert len(await post.look()) == 1


async def test_the_mail_is_in_the_language_of_the_agent(post: Post) -> None:
    await post.prefer(language="de")
    await post.mention("eins")
    [task] = await post.look(timedelta(hours=2))
    await mail_digest(post.services, task)
    assert post.sent()[0]["Subject"] == "1 ungelesene Benachrichtigung · Acme"


@pytest.mark.parametrize("url", ["http://x", "smtp://", "desk@acme.example"])
def test_a_mail_server_that_cannot_be_read_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="HARKEN_MAIL_URL"):
        mail_server(Settings(mail_url=url, mail_from="desk@acme.example"))
