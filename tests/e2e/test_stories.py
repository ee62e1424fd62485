"""What a person does, agent and customer side by side, in a real browser against the whole program."""

import asyncio
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, expect

from harken.simulators.demo.files import pdf
from harken.simulators.mail import MailServer
from tests.e2e.acts import BEN, answer, go, open_row, write_in
from tests.e2e.conftest import new_context, signed_in
from tests.program import Program


async def test_a_visitor_writes_an_agent_answers_and_the_visitor_reads_it(browser: Browser, program: Program) -> None:
    channel = await asyncio.to_thread(
        program.call, "POST", "/api/channels",
        {"name": "Website", "connector": "webchat", "settings": {"allowed_origins": [program.url]}},
    )  # fmt: skip
    agent = await signed_in(browser, program)
    visitor = await (await new_context(browser)).new_page()
    requests: list[str] = []
    visitor.on("request", lambda request: requests.append(request.url))
    await visitor.goto(f"{program.url}/widget/demo?channel={channel['id']}")
    await visitor.wait_for_timeout(500)
    assert not [url for url in requests if "/widget/frame" in url or "/widget/api" in url], (
        "asked before the visitor acted"
    )
    await visitor.get_by_role("button", name="chat").click()
    frame = visitor.frame_locator("iframe")
    box = frame.get_by_role("textbox")
    await box.fill("One lamp arrived with a crack 😕")
    await box.press("Enter")
    await agent.get_by_text("One lamp arrived with a crack 😕").first.click()
    await answer(agent, "I'm sorry to hear that!")
    await expect(frame.get_by_text("I'm sorry to hear that!")).to_be_visible()
    await expect(
        agent.get_by_role("log").locator(".msg", has_text="I'm sorry to hear that!").get_by_text("Read", exact=True)
    ).to_be_visible()
    await visitor.reload()
    await visitor.get_by_role("button", name="chat").click()
    await expect(visitor.frame_locator("iframe").get_by_text("I'm sorry to hear that!")).to_be_visible()


async def test_a_mail_is_answered_with_a_pdf_and_arrives_threaded(
    browser: Browser, program: Program, mail: MailServer
) -> None:
    settings = {
        "address": "help@acme.example", "display_name": "Acme", "imap_host": "127.0.0.1", "imap_port": mail.imap_port,
        "imap_security": "none", "imap_user": "help@acme.example", "imap_password": "x", "smtp_host": "127.0.0.1",
        "smtp_port": mail.smtp_port, "smtp_security": "none", "smtp_user": "", "smtp_password": "",
    }  # fmt: skip
    body = {"name": "help@acme.example", "connector": "email", "settings": settings}
    channel = await asyncio.to_thread(program.call, "POST", "/api/channels", body)
    await _until_healthy(program, channel["id"])
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Bo Lind <bo@mail.example>", "help@acme.example", "Invoice 1187"
    letter["Message-ID"] = "<first@mail.example>"
    letter.set_content("Where is my invoice?")
    await mail.deliver("help@acme.example", letter.as_bytes())
    page = await signed_in(browser, program)
    await page.get_by_text("Where is my invoice?").first.click()
    await page.locator("input[type=file]").first.set_input_files(
        {"name": "invoice-1187.pdf", "mimeType": "application/pdf", "buffer": pdf("Invoice 1187", ["42.00"])}
    )
    await expect(page.get_by_text("invoice-1187.pdf").first).to_be_visible()
    await answer(page, "Here it is.")
    for _ in range(150):
        if mail.sent_to("bo@mail.example"):
            break
        await asyncio.sleep(0.1)
    (sent,) = mail.sent_to("bo@mail.example")
    assert sent["In-Reply-To"] == "<first@mail.example>"
    assert str(sent["Subject"]).endswith("Invoice 1187")
    (attached,) = list(sent.iter_attachments())
    assert attached.get_content_type() == "application/pdf"
    assert bytes(attached.get_content()).startswith(b"%PDF")


async def _until_healthy(program: Program, channel: str) -> None:
    found: dict[str, Any] = {}
    for _ in range(100):
        found = await asyncio.to_thread(program.call, "GET", f"/api/channels/{channel}")
        if found["health"]["state"] == "ok":
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the mailbox was never reached: {found['health']}")


async def test_two_agents_collide_and_the_second_keeps_every_word(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Marta Collides", "The parcel arrived damaged")
    ada, ben = await signed_in(browser, program), await signed_in(browser, program, BEN)
    for page in (ada, ben):
        await open_row(page, "Marta Collides")
    await ben.get_by_role("textbox", name="Reply to").fill("I can help with that, Marta.")
    await ben.context.set_offline(True)
    await answer(ada, "A replacement is on its way.")
    await expect(
        ada.get_by_role("log").locator(".msg", has_text="A replacement is on its way.").get_by_text("Sent", exact=True)
    ).to_be_visible()
    await ben.get_by_role("textbox", name="Reply to").press("Enter")
    await ben.context.set_offline(False)
    await expect(ben.get_by_text("Ada took this conversation while you wrote.")).to_be_visible(timeout=20_000)
    await expect(ben.get_by_text("I can help with that, Marta.").first).to_be_visible()
    await ben.get_by_role("button", name="Send anyway").click()
    await expect(ada.get_by_role("log").get_by_text("I can help with that, Marta.")).to_be_visible()
    await expect(ada.get_by_role("log").get_by_text("Ben Osei took over")).to_be_visible()


async def test_an_agent_jumps_in_from_open(browser: Browser, program: Program, api_channel: dict[str, Any]) -> None:
    await write_in(program, api_channel, "Jonas Waits", "Can I still change the address?")
    ada, ben = await signed_in(browser, program), await signed_in(browser, program, BEN)
    await open_row(ben, "Jonas Waits")
    await ben.get_by_role("button", name="Pick").click()
    await go(ada, "Open")
    await open_row(ada, "Jonas Waits")
    await ada.get_by_role("button", name="Take over").first.click()
    await expect(ada.get_by_role("log").get_by_text("You took over")).to_be_visible()
    await expect(ben.get_by_role("log").get_by_text("took over from")).to_be_visible()
    await go(ada, "Yours")
    await expect(ada.get_by_role("link", name="Jonas Waits")).to_be_visible()


async def test_a_closed_conversation_is_reopened_by_the_customer(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Klara Closes", "Thank you!")
    page = await signed_in(browser, program)
    await open_row(page, "Klara Closes")
    await answer(page, "You're welcome.")
    await page.get_by_role("button", name="Close", exact=True).first.click()
    await expect(page.get_by_role("log").get_by_text("You closed it")).to_be_visible()
    await write_in(program, api_channel, "Klara Closes", "One more thing")
    await go(page, "Yours")
    await expect(page.get_by_role("link", name="Klara Closes")).to_be_visible()
    await open_row(page, "Klara Closes")
    await expect(page.get_by_role("log").get_by_text("One more thing")).to_be_visible()


async def test_a_colleague_is_invited_by_link_and_signs_in(browser: Browser, program: Program) -> None:
    body: dict[str, Any] = {"email": "cleo@example.com", "role": "agent", "team_ids": []}
    invitation = await asyncio.to_thread(program.call, "POST", "/api/invitations", body)
    page = await (await new_context(browser)).new_page()
    await page.goto(invitation["link"])
    await page.get_by_label("Your name").fill("Cleo Park")
    await page.get_by_label("Password").fill("correct horse battery staple")
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_role("navigation").get_by_role("link", name="Inbox")).to_be_visible()


async def test_the_first_page_of_an_empty_harken_makes_the_workspace(browser: Browser, tmp_path: Path) -> None:
    with Program(tmp_path / "empty") as empty:
        await asyncio.to_thread(empty.start)
        page = await (await new_context(browser)).new_page()
        await page.goto(empty.url)
        await page.get_by_label("Company or team").fill("Acme")
        await page.get_by_label("Your name").fill("Ada")
        await page.get_by_label("E-mail").fill("ada@example.com")
        await page.get_by_label("Password").fill("correct horse battery staple")
        await page.get_by_role("button", name="Create workspace").click()
        await expect(page.get_by_role("navigation").get_by_text("Acme", exact=True)).to_be_visible()


async def test_a_failed_answer_says_why_and_retry_really_sends_again(browser: Browser, program: Program) -> None:
    taken: list[bytes] = []
    status = 410

    async def service(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        taken.append(await reader.readexactly(length))
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(service, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    body = {"name": "Gone", "connector": "api", "settings": {"callback_url": url}}
    channel = await asyncio.to_thread(program.call, "POST", "/api/channels", body)
    await write_in(program, channel, "Fred Fails", "Are you there?")
    page = await signed_in(browser, program)
    await open_row(page, "Fred Fails")
    await answer(page, "Yes, we are.")
    log = page.get_by_role("log")
    await expect(log.get_by_role("article").filter(has_text="Yes, we are.").get_by_text("410")).to_be_visible()
    status = 200
    await log.get_by_role("button", name="Send again").or_(log.get_by_role("button", name="Try again")).first.click()
    await expect(log.get_by_text("Sent", exact=True)).to_be_visible()
    assert len(taken) == 2
    server.close()
