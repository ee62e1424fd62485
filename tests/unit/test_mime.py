"""What a mail from anywhere becomes: text, safe HTML, folded quotes, files; and never an exception."""

from email import message_from_bytes
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harken.connectors.email import CONNECTOR
from harken.connectors.email.html import cut_quote, sanitised, text_of
from harken.connectors.email.inbound import item_of
from harken.connectors.email.quotes import folded
from harken.port.messages import ChannelConfig, InboundDelivery, InboundMessage, Unknown

CHANNEL = ChannelConfig(
    id=UUID(int=1),
    workspace_id=UUID(int=2),
    name="Help",
    settings={"address": "help@shop.example", "display_name": "Shop", "reply_secret": "key"},
    public_url="http://localhost",
)
BO = b"From: Bo <bo@example.org>\r\nTo: help@shop.example\r\nMessage-ID: <1@example.org>\r\n"


def read(raw: bytes) -> InboundMessage:
    [event] = CONNECTOR.parse(item_of(raw), CHANNEL)
    assert isinstance(event, InboundMessage), event
    return event


def mail(body: str = "Hello") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = (
        "Bo <bo@example.org>",
        "help@shop.example",
        "<1@example.org>",
    )
    message["Subject"] = "A question"
    message.set_content(body)
    return message


def test_a_mail_with_text_html_inline_image_and_attachment_keeps_all_of_them() -> None:
    message = mail("Look\n")
    message.add_alternative('<p>Look <img src="cid:cat%40home"></p>', subtype="html")
    message.get_payload()[1].add_related(b"GIF89a", "image", "gif", cid="<cat@home>")  # type: ignore[union-attr]
    message.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="Rechnung März.pdf")
    event = read(message.as_bytes())
    assert (event.text, event.subject, event.name, event.address) == ("Look", "A question", "Bo", "bo@example.org")
    assert event.html is not None
    assert 'src="cid:cat@home"' in event.html
    assert [(f.name, f.content_id, f.data) for f in event.files] == [
        ("image.gif", "cat@home", b"GIF89a"),
        ("Rechnung März.pdf", None, b"%PDF-1"),
    ]


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("iso-8859-1", "Grüße – 10 €".encode("cp1252")),
        ("gb2312", "退款".encode("gb18030")),
        ("no-such-charset", "Grüße".encode()),
        ("us-ascii", "Grüße".encode()),
        ("utf-8", "Grüße".encode("cp1252")),
        ("shift_jis", "こんにちは①".encode("cp932")),
    ],
)
def test_text_is_read_in_the_charset_that_the_sender_meant(charset: str, raw: bytes) -> None:
    event = read(BO + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + raw)
    assert event.text in {"Grüße – 10 €", "退款", "Grüße", "こんにちは①"}


def test_headers_in_raw_eight_bit_and_in_encoded_words_are_read() -> None:
    raw = (
        b"From: =?utf-8?B?QsO2?= <bo@example.org>\r\nSubject: Gr\xc3\xbc\xc3\x9fe =?iso-8859-1?q?aus_K=F6ln?=\r\n\r\nx"
    )
    assert (read(raw).name, read(raw).subject) == ("Bö", "Grüße aus Köln")


def test_a_mail_without_message_id_is_the_same_mail_the_second_time_and_another_is_not() -> None:
    one, other = b"From: bo@example.org\r\n\r\nHello", b"From: bo@example.org\r\n\r\nHello again"
    assert item_of(one).dedupe_key == item_of(one).dedupe_key != item_of(other).dedupe_key
    assert len(item_of(b"Message-ID: <" + b"x" * 900 + b"@y>\r\n\r\n").dedupe_key) <= 200


def test_a_forwarded_mail_and_winmail_dat_are_files() -> None:
    message = mail("See below")
    message.add_attachment(mail("Inner"))
    message.add_attachment(b"x\x9f", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    files = read(message.as_bytes()).files
    assert [f.name for f in files] == ["A question.eml", "winmail.dat"]
    assert b"Inner" in (files[0].data or b"")


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        b"Content-Type: multipart/mixed\r\n\r\nHello, no boundary",
        b"Content-Type: text/plain; charset*=%%%''x; format=\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64",
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA",
        b'Content-Type: text/html; charset="\r\nContent-Disposition: ;;=;filename*0*=x\r\n\r\n<p>Hi',
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=q\r\n\r\n--q\r\n\r\n",
        b"Subject: =?utf-8?b?!!?= =?x?q?=ZZ?=\r\nDate: nonsense\r\nReferences: <<>>><a\r\n\r\n\x00\xff",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(2000)),
    ],
)
def test_a_broken_mail_is_shown_as_well_as_it_can_be(body: bytes) -> None:
    [event] = CONNECTOR.parse(item_of(BO + body), CHANNEL)
    assert isinstance(event, (InboundMessage, Unknown)), event


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_whatsoever_raise(raw: bytes) -> None:
    for body in (raw, BO + raw, BO + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + raw):
        [event] = CONNECTOR.parse(item_of(body), CHANNEL)
        if isinstance(event, InboundMessage):
            event.text.encode()  # raises on a lone surrogate


HOSTILE = """<script>alert(1)</script><p onclick="x()" style="color:red;position:fixed;width:expression(alert(1));
background:url(http://e.example/b)">Hi</p><img src="http://e.example/t.gif" onerror="x()"><a href="javascript:x()">a</a>
<iframe src="http://e.example"></iframe><svg><script>x</script></svg><form action="http://e.example"><input></form>
<style>@import url(http://e.example/s)</style><a href="data:text/html,x">b</a><base href="http://e.example/">
<img srcset="http://e.example/u.gif 2x"><table background="http://e.example/v.gif"><td>c</table><math><mtext>"""


def test_nothing_active_and_nothing_that_loads_by_itself_is_left_of_hostile_html() -> None:
    html = sanitised(HOSTILE).html
    for bad in (
        "script",
        "onclick",
        "onerror",
        "position",
        "expression",
        "url(",
        "iframe",
        "form",
        "svg",
        "base",
        "@import",
    ):
        assert bad not in html
    assert 'style="color: red"' in html
    assert html.count("e.example") == 1
    assert '<img data-remote-src="http://e.example/t.gif">' in html
    assert "srcset" not in html.replace("data-remote-src", "")


def test_a_picture_in_the_html_itself_becomes_a_file() -> None:
    event = read(BO + b'Content-Type: text/html\r\n\r\n<p>Hi<img src="data:image/png;base64,aGVsbG8="></p>')
    assert event.html == '<p>Hi<img src="cid:data-01"></p>'
    assert [(f.content_id, f.data) for f in event.files] == [("data-01", b"hello")]


def test_html_beyond_the_bound_is_a_file_and_its_text_is_shown() -> None:
    event = read(BO + b"Content-Type: text/html\r\n\r\n" + b"<p>word</p>" * 40_000)
    assert event.html is None
    assert event.text.startswith("word\n\nword")
    assert [f.name for f in event.files] == ["original.html"]


def test_text_is_made_of_html_when_there_is_none() -> None:
    source = "<h1>Order</h1><p>Dear&nbsp;Ada,<br>two things:</p><ul><li>one<li>two</ul><div>a</div><div>b</div>"
    assert text_of(source) == "Order\n\nDear Ada,\ntwo things:\n\n- one\n- two\na\nb"


@pytest.mark.parametrize(
    ("text", "new", "quoted"),
    [
        ("Yes\n\nOn 3 May 2026, Ada <a@b> wrote:\n> old\n> older", "Yes", "On 3 May 2026"),
        ("Ja\n\nAm 03.05.2026 um 10:00 schrieb Ada\n<help@shop.example>:\n\n> alt", "Ja", "Am 03.05.2026"),
        ("Oui\n\nLe 3 mai 2026 à 10:00, Ada a écrit :\n> vieux", "Oui", "Le 3 mai"),
        ("Yes\n\n-----Original Message-----\nFrom: Ada\nSent: today\nTo: Bo\n\nold", "Yes", "-----Original"),
        ("Yes\n________________________________\nVon: Ada\nGesendet: heute\nAn: Bo\n\nold", "Yes", "____"),
        ("Yes\n\nFrom: Ada\nSent: today\nTo: Bo\nSubject: x\n\nold", "Yes", "From: Ada"),
        ("> question\nanswer between\n> more\nand below", None, None),
        ("> only a quote", None, None),
        ("From: my house\nto yours", None, None),
        ("I wrote:\nnothing", None, None),
    ],
)
def test_what_a_plain_answer_quotes_is_folded_unless_it_answers_in_between(
    text: str, new: str | None, quoted: str | None
) -> None:
    first, rest = folded(text)
    assert first == (text if new is None else new)
    assert rest is None if quoted is None else (rest or "").startswith(quoted)


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote"><div class="gmail_attr">On x Ada wrote:</div><blockquote>old</blockquote></div><br>',
        '<blockquote type="cite"><div>old</div></blockquote>',
        '<div class="moz-cite-prefix">On x:</div><blockquote type="cite">old</blockquote>',
        '<hr><div id="divRplyFwdMsg">From: Ada</div><div>old</div>',
    ],
)
def test_what_an_html_answer_quotes_is_cut_unless_it_answers_below(quote: str) -> None:
    new, rest = cut_quote(f"<div>Yes</div>{quote}")
    assert text_of(new) == "Yes"
    assert "old" in rest
    assert cut_quote(quote)[1] == "" or "divRplyFwdMsg" in quote
    if "divRplyFwdMsg" not in quote:
        assert cut_quote(f"<div>Yes</div>{quote}<p>below</p>")[1] == ""


def test_hostile_text_is_folded_in_linear_time() -> None:
    assert folded("On " * 100_000 + "\n" * 50_000 + "> " * 10)[0]
    assert text_of("<!-- " * 100_000 + "<a <" * 50_000) is not None


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "Return-Path: <>",
        "List-Id: <l.x>",
    ],
)
def test_automatic_mails_are_marked(header: str) -> None:
    assert read(header.encode() + b"\r\n" + BO + b"\r\nAway").automatic
    assert not read(b"Auto-Submitted: no\r\n" + BO + b"\r\nHere").automatic


def bounce(action: str = "failed", status: str = "5.1.1") -> bytes:
    return (
        b"From: MAILER-DAEMON@mx.example\r\nMessage-ID: <b1@mx.example>\r\nAuto-Submitted: auto-replied\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nSorry\r\n--x\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; bo@x\r\n"
        b"Action: "
        + action.encode()
        + b"\r\nStatus: "
        + status.encode()
        + b"\r\nDiagnostic-Code: smtp; 550 no such user\r\n"
        b"\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <00000000-0000-0000-0000-000000000009@shop.example>\r\n"
        b"From: help@shop.example\r\n\r\nHi\r\n--x--\r\n"
    )


def test_a_bounce_fails_the_message_that_came_back_and_a_delay_does_not() -> None:
    assert CONNECTOR.parse(item_of(bounce()), CHANNEL) == [
        InboundDelivery(
            "failed",
            provider_id="00000000-0000-0000-0000-000000000009@shop.example",
            message_id=UUID(int=9),
            error="The mail came back: 550 no such user",
        )
    ]
    [event] = CONNECTOR.parse(item_of(bounce("delayed", "4.4.1")), CHANNEL)
    assert isinstance(event, Unknown)


def test_a_mail_too_large_to_take_in_still_tells_who_wrote() -> None:
    from harken.connectors.email.imap import too_large

    event = read(
        too_large(BO + b"Subject: Film\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n", 61 * 1024 * 1024)
    )
    assert (event.address, event.subject, event.external_id) == ("bo@example.org", "Film", "1@example.org")
    assert "61 MB" in event.text
    assert message_from_bytes(BO)["from"] == "Bo <bo@example.org>"
