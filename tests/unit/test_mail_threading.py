"""Which conversation a mail belongs to, who may say so, and what leaves as an answer."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import msgspec
import pytest

from harken.connectors.email import CONNECTOR
from harken.connectors.email.account import account_of
from harken.connectors.email.compose import Enclosure, compose
from harken.connectors.email.inbound import item_of
from harken.connectors.email.threading import Seal, reply_address
from harken.kit.formatting import html_of
from harken.port.errors import BadSignature, Malformed, RecipientRefused
from harken.port.messages import ChannelConfig, InboundMessage, OutboundMessage, RawRequest, Unknown

SETTINGS: dict[str, Any] = {"address": "help@shop.example", "display_name": "Shop", "reply_secret": "key"}
CHANNEL = ChannelConfig(UUID(int=1), UUID(int=2), "Help", SETTINGS, "http://localhost")
CONVERSATION = UUID("0192aaaa-0000-7000-8000-000000000003")
SEAL = Seal("help@shop.example", CHANNEL.id, "key")
ANSWER = OutboundMessage(
    message_id=UUID(int=9),
    conversation_id=CONVERSATION,
    conversation_number=7,
    address="bo@example.org",
    contact_name="Bo",
    author_kind="agent",
    author_name="Ada",
    text="Yes <b> & https://shop.example/a?b=1.\nBye",
    thread_key="root@example.org",
    external_id="00000000-0000-0000-0000-000000000009@shop.example",
    subject="A question",
    files=(),
    reply_headers={"message_id": "2@example.org", "references": ["root@example.org"], "from": "bo@example.org"},
    references=("root@example.org", "2@example.org"),
    created_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    attempt=1,
)


def read(*fields: str, sender: str = "Bo <bo@example.org>") -> InboundMessage:
    lines = "\r\n".join([f"From: {sender}", "Message-ID: <new@example.org>", *fields, "", "Hello"])
    [event] = CONNECTOR.parse(item_of(lines.encode()), CHANNEL)
    assert isinstance(event, InboundMessage), event
    return event


def composed(**changes: object) -> EmailMessage:
    message = msgspec.structs.replace(ANSWER, **changes)
    raw = compose(message, account_of(SETTINGS), CHANNEL.id, []).as_bytes()
    return message_from_bytes(raw, policy=default)


def test_a_first_mail_is_the_root_of_its_thread() -> None:
    event = read("Subject: Re: A question")
    assert (event.thread_key, event.replies_to, event.conversation_hint) == ("new@example.org", (), None)


def test_an_answer_names_what_it_answers_nearest_first_and_belongs_to_the_root() -> None:
    event = read("References: <root@x> <a@x>\r\n <b@x>", "In-Reply-To: <b@x>")
    assert (event.thread_key, event.replies_to) == ("root@x", ("b@x", "a@x", "root@x"))


@pytest.mark.parametrize("field", ["To", "Cc", "Delivered-To", "X-Original-To"])
def test_a_signed_reply_address_names_the_conversation(field: str) -> None:
    address = reply_address(SEAL, CONVERSATION, "bo@example.org") or ""
    assert len(address.partition("@")[0]) <= 64
    assert read(f"{field}: Shop <{address.upper()}>").conversation_hint == CONVERSATION


def test_a_reply_address_that_is_forged_or_passed_on_names_nothing() -> None:
    good = reply_address(SEAL, CONVERSATION, "bo@example.org") or ""
    token = good.partition("+")[2].partition("@")[0]
    forged = f"help+{token[:-1]}{'a' if token[-1] != 'a' else 'q'}@shop.example"
    assert read(f"To: {forged}").conversation_hint is None
    assert read("To: help+sale@shop.example").conversation_hint is None
    assert read(f"To: help+{token}@other.example").conversation_hint is None
    assert read(f"To: {good}", sender="Eve <eve@example.org>").conversation_hint is None
    other_channel = reply_address(Seal("help@shop.example", UUID(int=5), "key"), CONVERSATION, "bo@example.org")
    assert read(f"To: {other_channel}").conversation_hint is None


def test_a_mail_from_our_own_address_is_a_loop_except_from_a_web_form() -> None:
    for sender in ("Ada <HELP@shop.example>", "help+x@shop.example"):
        raw = f"From: {sender}\r\nMessage-ID: <l@x>\r\nReply-To: help+y@shop.example\r\n\r\nHi".encode()
        assert isinstance(CONNECTOR.parse(item_of(raw), CHANNEL)[0], Unknown)
    good = reply_address(SEAL, CONVERSATION, "bo@example.org")
    event = read("Reply-To: bo@example.org", "References: <r@x>", f"To: {good}", sender="help@shop.example")
    assert (event.address, event.conversation_hint, event.replies_to) == ("bo@example.org", None, ())


def test_an_answer_is_threaded_signed_and_reads_as_text_and_html() -> None:
    mail = composed()
    assert mail["from"] == "Ada via Shop <help@shop.example>"
    assert (mail["to"], mail["subject"]) == ("Bo <bo@example.org>", "Re: A question")
    assert mail["message-id"] == "<00000000-0000-0000-0000-000000000009@shop.example>"
    assert mail["in-reply-to"] == "<2@example.org>"
    assert mail["references"] == "<root@example.org> <2@example.org>"
    assert read(f"To: {mail['reply-to']}").conversation_hint == CONVERSATION
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == ANSWER.text + "\n"
    link = '<a href="https://shop.example/a?b=1">https://shop.example/a?b=1</a>'
    assert f"Yes &lt;b&gt; &amp; {link}.<br>\nBye" in html.get_content().replace("\r\n", "\n")


def test_nothing_that_people_type_becomes_a_header() -> None:
    evil = "x\r\nBcc: eve@example.org\r\n\r\nbody"
    mail = composed(author_name=evil, contact_name=evil, subject=evil, references=(evil, "a@b>\r\nBcc: <c@d"))
    assert "bcc" not in {name.lower() for name in mail}
    raw = compose(ANSWER, account_of(SETTINGS), CHANNEL.id, [Enclosure(evil, "text/plain\r\nBcc: x", b"x")]).as_bytes()
    assert b"\nBcc:" not in raw
    with pytest.raises(RecipientRefused):
        composed(address="bo@example.org\r\nBcc: eve@example.org", reply_headers={})


def test_a_long_thread_keeps_its_root_and_its_last_twenty() -> None:
    ids = tuple(f"{'m' * 60}{i}@example.org" for i in range(60))
    mail = composed(references=ids, reply_headers={"message_id": ids[-1]})
    assert mail["references"].split() == [f"<{i}>" for i in (ids[0], *ids[-20:])]
    assert mail["in-reply-to"].strip() == f"<{ids[-1]}>"
    lines = (
        compose(msgspec.structs.replace(ANSWER, references=ids), account_of(SETTINGS), CHANNEL.id, [])
        .as_bytes()
        .split(b"\r\n")
    )
    assert max(map(len, lines)) <= 998


def test_an_answer_goes_where_the_customer_asked_and_a_first_mail_has_its_own_subject() -> None:
    asked = composed(reply_headers={"from": "bo@example.org", "reply_to": ["office@example.org"], "message_id": "2@x"})
    assert asked["to"].addresses[0].addr_spec == "office@example.org"
    other = composed(reply_headers={"from": "al@example.org", "reply_to": ["office@example.org"], "message_id": "2@x"})
    assert other["to"].addresses[0].addr_spec == "bo@example.org"
    first = composed(reply_headers={}, references=())
    assert (first["subject"], first["references"], first["in-reply-to"]) == ("A question", None, None)


def test_what_no_person_wrote_is_marked_as_automatic() -> None:
    assert composed(author_kind="system")["auto-submitted"] == "auto-replied"
    assert composed()["auto-submitted"] is None


def test_links_cannot_break_out_of_their_attribute() -> None:
    html = html_of('https://a.example/"x onclick=alert(1) https://b.example/<script>', formatted=False)
    assert '<a href="https://a.example/">' in html
    assert "<script>" not in html


def test_no_webhook_leads_to_mail() -> None:
    request = RawRequest("POST", "/in/email/1", "", {}, b"x")
    with pytest.raises(BadSignature):
        CONNECTOR.verify(request, CHANNEL)
    with pytest.raises(Malformed):
        CONNECTOR.split(request, CHANNEL)


def test_settings_that_cannot_work_are_named() -> None:
    settings = {"address": "no address", "imap_port": 0, "smtp_host": "a b", "smtp_security": "ssl"}
    assert set(CONNECTOR.validate(settings)) == {
        ("address", "invalid"),
        ("imap_port", "invalid"),
        ("smtp_host", "invalid"),
        ("smtp_security", "invalid"),
    }
    assert CONNECTOR.validate(SETTINGS) == []
