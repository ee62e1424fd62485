"""What an agent's e-mail has beside its text, from the reply to the mail that leaves."""

import json
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import msgspec
import pytest

from harken.connectors.email import CONNECTOR
from harken.connectors.email.account import account_of
from harken.connectors.email.compose import compose, recipients
from harken.connectors.email.inbound import item_of
from harken.conversations.actions.delivery_claim import claim
from harken.conversations.actions.mailing import Mailing
from harken.conversations.actions.outlet import Outlet
from harken.conversations.actions.reply import Reply, reply
from harken.conversations.model import Message
from harken.events.log import writing
from harken.kit.errors import Invalid
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.messages import ChannelConfig, InboundMessage, OutboundMessage
from tests.desk import Desk
from tests.world import World, add_channel, add_conversation, add_message, caller_of

SETTINGS: dict[str, Any] = {"address": "help@shop.example", "display_name": "Shop", "reply_secret": "key"}


def no_id(_channel: UUID, _message: UUID, _at: datetime) -> str | None:
    """None is kept: the mail's own is made of the message's."""
    return None


class Mailbox:
    def __init__(self, desk: Desk, ada: Caller, conversation: UUID, channel: ChannelConfig) -> None:
        self.desk, self.ada, self.conversation, self.channel = desk, ada, conversation, channel

    async def reply(self, text: str = "Yes", **given: Any) -> Message:
        mailing = Mailing(**{name: given.pop(name) for name in list(given) if name in Mailing.__struct_fields__})
        submitted = Reply(str(new_id()), text, mailing=mailing, **given)
        return (await self.desk.do(reply, self.ada, self.conversation, submitted, Outlet(CONNECTOR, self.channel)))[0]

    async def leaves(self, message: Message) -> tuple[OutboundMessage, EmailMessage]:
        async with self.desk.db.connection() as connection:
            await connection.execute("update delivery set run_at = now()")
        async with writing(self.desk.db, self.desk.world.workspace) as w:
            [held] = await claim(w, [(message.id, 0)], no_id, 15, self.desk.clock.now())
        raw = compose(held.outbound, account_of(SETTINGS), self.channel.id, []).as_bytes()
        return held.outbound, message_from_bytes(raw, policy=default)


@pytest.fixture
async def mailbox(world: World) -> Mailbox:
    channel = await add_channel(world.db, world.workspace, "email", "Help", settings=SETTINGS)
    conversation = await add_conversation(world, channel=channel)
    config = ChannelConfig(channel, world.workspace, "Help", SETTINGS, "http://testserver")
    return Mailbox(Desk(world), await caller_of(world, world.ada), conversation, config)


async def test_copies_go_to_everybody_and_bcc_is_in_no_header(mailbox: Mailbox) -> None:
    message = await mailbox.reply(cc=["Fay@Example.org", "bo@example.com"], bcc=["boss@shop.example"], subject="Boxes")
    assert message.recipients is not None
    assert (message.recipients.cc, message.recipients.bcc) == (["fay@example.org"], ["boss@shop.example"])
    outbound, mail = await mailbox.leaves(message)
    assert (mail["cc"], mail["bcc"]) == ("fay@example.org", None)
    assert "boss@" not in mail.as_string()
    assert recipients(outbound)[1:] == ["fay@example.org", "boss@shop.example"]
    assert mail["subject"].endswith("Boxes")


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"cc": ["nobody"]}, ("cc", "invalid")),
        ({"bcc": ["a@b.example\r\nTo: x@y.example"]}, ("bcc", "invalid")),
        ({"cc": [f"a{n}@example.org" for n in range(51)]}, ("cc", "too_many")),
        ({"quote": new_id()}, ("quote", "unknown")),
    ],
)
async def test_what_is_no_address_is_refused(mailbox: Mailbox, given: dict[str, Any], fault: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        await mailbox.reply(**given)
    assert refused.value.fields["errors"] == [{"field": fault[0], "code": fault[1]}]


async def test_formatting_signature_and_history_are_in_both_parts(mailbox: Mailbox) -> None:
    desk = mailbox.desk
    asked = await add_message(desk.world, mailbox.conversation, "Where is <it>?\nBo")
    async with desk.db.connection() as connection:
        await connection.execute(
            "update agent set preferences = $1 where id = $2", {"signature": "**Ada**\nShop"}, mailbox.ada.agent_id
        )
    message = await mailbox.reply("It is _here_", format="markdown", quote=asked)
    assert message.signature == "**Ada**\nShop" and message.quoted is not None
    _, mail = await mailbox.leaves(message)
    plain, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    assert plain.startswith("It is here\n\n-- \nAda\nShop\n\nOn ")
    assert plain.rstrip().endswith("wrote:\n> Where is <it>?\n> Bo")
    assert "It is <em>here</em>" in html and "<strong>Ada</strong>" in html
    assert "Where is &lt;it&gt;?" in html and '<blockquote type="cite"' in html
    left_out = await mailbox.reply("Bare", signature=False)
    assert (left_out.signature, left_out.quoted) == (None, None)


async def test_a_quote_says_in_the_customers_language_who_wrote_it_else_in_the_agents(mailbox: Mailbox) -> None:
    world = mailbox.desk.world
    asked = await add_message(world, mailbox.conversation, "Wo ist es?")
    async with mailbox.desk.db.connection() as connection:
        await connection.execute(
            "update agent set preferences = $1 where id = $2", {"language": "es"}, mailbox.ada.agent_id
        )
    own = await mailbox.reply("Hier", quote=asked)
    assert own.quoted and own.quoted.splitlines()[0].endswith(" UTC, Bo escribió:")
    async with mailbox.desk.db.connection() as connection:
        await connection.execute("update contact set language = 'de-AT' where id = $1", world.bo)
    theirs = await mailbox.reply("Da", quote=asked)
    assert theirs.quoted and theirs.quoted.splitlines()[0].endswith(" UTC schrieb Bo:")


def test_who_else_a_mail_was_sent_to_is_kept_without_ourselves() -> None:
    raw = (
        b"From: Eve <eve@example.org>\r\nTo: help@shop.example, Fay <fay@example.org>\r\n"
        b"Cc: help+tag@shop.example, gus@example.org, fay@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nHello"
    )
    channel = ChannelConfig(UUID(int=1), UUID(int=2), "Help", SETTINGS, "")
    [event] = CONNECTOR.parse(item_of(raw), channel)
    assert isinstance(event, InboundMessage) and event.cc == ("fay@example.org", "gus@example.org")


async def test_a_channel_without_copies_takes_none(world: World) -> None:
    desk, ada = Desk(world), await caller_of(world, world.ada)
    conversation = await add_conversation(world)
    for mailing in (Mailing(cc=["a@b.example"]), Mailing(subject="Hi"), Mailing(quote=new_id())):
        with pytest.raises(Invalid, match=r".*"):
            await desk.reply(ada, conversation, "Hello", mailing=mailing)
    message, _ = await desk.reply(ada, conversation, "**Hello**", format="markdown")
    assert json.loads(msgspec.json.encode(message))["format"] == "markdown"
