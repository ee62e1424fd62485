"""The composer as a person uses it: input methods, undo, formatting, drafts everywhere, taking an e-mail back."""

import asyncio
import re
from typing import Any

from playwright.async_api import Browser, Page, expect

from harken.simulators.mail import MailServer
from tests.chromium import PHONE
from tests.e2e.acts import field, frames_until, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.program import Program


async def draft_of(page: Page) -> str:
    return await page.evaluate(
        "fetch(`/api/conversations/${location.pathname.match(/[0-9a-f-]{36}/)[0]}/draft`).then(r => r.json()).then(d => d.text)"
    )


async def test_an_input_method_composes_undisturbed_and_undo_knows_what_was_inserted(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Imelda", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Imelda")
    await field(page).click()
    keys: Any = await page.context.new_cdp_session(page)
    await keys.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    await page.evaluate(
        "document.querySelector('.composer textarea').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await expect(page.get_by_role("log")).not_to_contain_text("にほん")
    await keys.send("Input.insertText", {"text": "日本"})
    await expect(field(page)).to_have_value("日本")
    await field(page).fill("say it now")
    await field(page).press("Control+Shift+ArrowLeft")
    await field(page).press("Control+b")
    await expect(field(page)).to_have_value("say it **now**")
    await field(page).press("Control+z")
    await expect(field(page)).to_have_value("say it now")
    await field(page).press("Control+Shift+z")
    await expect(field(page)).to_have_value("say it **now**")
    await field(page).press("Enter")
    await expect(page.get_by_role("log").locator(".bold")).to_have_text("now")
    await page.context.close()


async def test_a_draft_is_there_after_a_crash_in_two_tabs_and_on_another_machine(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Drago", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Drago")
    await field(page).press_sequentially("Not sent yet")
    tab = await page.context.new_page()
    await tab.goto(page.url)
    await expect(field(tab)).to_have_value("Not sent yet")
    await field(tab).press("End")
    await field(tab).press_sequentially(", but soon")
    await expect(field(page)).to_have_value("Not sent yet, but soon")
    for _ in range(50):
        if await draft_of(tab) == "Not sent yet, but soon":
            break
        await tab.wait_for_timeout(100)
    address = page.url
    await page.context.close()  # the whole browser is gone
    other = await signed_in(browser, program)
    await other.goto(address)
    await expect(field(other)).to_have_value("Not sent yet, but soon")
    await field(other).press("Enter")
    await expect(other.get_by_role("log")).to_contain_text("Not sent yet, but soon")
    for _ in range(50):
        if await draft_of(other) == "":
            break
        await other.wait_for_timeout(100)
    assert await draft_of(other) == ""
    await other.context.close()


async def test_ctrl_enter_sends_where_it_is_preferred_and_offline_a_message_goes_exactly_once(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Ottla", "Hello")
    page = await signed_in(browser, program)
    await prefer(page, "mod_enter")
    await open_row(page, "Ottla")
    await field(page).fill("one")
    await field(page).press("Enter")
    await field(page).press_sequentially("two")
    await expect(field(page)).to_have_value("one\ntwo")
    await page.context.set_offline(True)
    await field(page).press("Control+Enter")
    await expect(page.get_by_role("log")).to_contain_text("two")
    await page.context.set_offline(False)
    sent = page.get_by_role("log").locator("[data-message]:not([data-message^=pending])").filter(has_text="two")
    await expect(sent).to_have_count(1)
    await page.reload()
    await expect(page.get_by_role("log").get_by_text(re.compile("one\\s+two"))).to_have_count(1)
    await prefer(page, "enter")
    await page.context.close()


async def test_on_a_phone_enter_breaks_the_line_and_the_button_sends(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Thea Thumb", "Hello")
    page = await signed_in(browser, program, has_touch=True, is_mobile=True)
    await page.set_viewport_size({"width": 390, "height": 844})
    await open_row(page, "Thea Thumb")
    await field(page).fill("one")
    await expect(field(page)).to_have_attribute("enterkeyhint", "enter")
    await field(page).press("Enter")
    await field(page).press_sequentially("two")
    await expect(field(page)).to_have_value("one\ntwo")
    await page.get_by_role("button", name="Send", exact=True).tap()
    await expect(field(page)).to_have_value("")
    await expect(page.get_by_role("log").get_by_text(re.compile("^one\\s+two$"))).to_have_count(1)
    await page.context.close()


async def prefer(page: Page, keys: str) -> None:
    await page.evaluate(
        """async (send_with) => {
          const token = document.cookie.match(/csrf_token=([^;]+)/)[1];
          const headers = { "content-type": "application/json", "x-csrf-token": token };
          await fetch("/api/me", { method: "PATCH", headers, body: JSON.stringify({ preferences: { send_with } }) });
        }""",
        keys,
    )


async def test_an_email_has_subject_and_copies_and_can_be_taken_back(
    browser: Browser, program: Program, mail: MailServer
) -> None:
    settings = {
        "address": "post@acme.example", "imap_host": "127.0.0.1", "imap_port": mail.imap_port, "imap_security": "none",
        "imap_password": "x", "smtp_host": "127.0.0.1", "smtp_port": mail.smtp_port, "smtp_security": "none",
    }  # fmt: skip
    body = {"name": "Post", "connector": "email", "settings": settings}
    channel = await asyncio.to_thread(program.call, "POST", "/api/channels", body)
    started = {
        "channel_id": channel["id"], "address": "mia@mail.example", "name": "Mia", "subject": "Boxes", "text": "First",
    }  # fmt: skip
    conversation = await asyncio.to_thread(program.call, "POST", "/api/conversations", started)
    page = await signed_in(browser, program)
    await page.goto(f"{program.url}/open/{conversation['id']}")
    await expect(page.get_by_label("Subject")).to_have_value("Re: Boxes")
    await page.get_by_role("button", name="Add Cc").click()
    copies = page.get_by_role("textbox", name="Cc: add an address")
    await copies.fill("nobody")
    await copies.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("nobody is no e-mail address")
    await copies.fill("fay@mail.example")
    await copies.press("Enter")
    await page.get_by_label("Subject").fill("Crates")
    await field(page).fill("Wrong answer")
    await field(page).press("Enter")
    held = page.get_by_role("article").filter(has_text="Wrong answer")
    await field(page).press("x")  # another one is begun meanwhile
    await held.get_by_role("button", name="Undo").click()
    await expect(field(page)).to_have_value("Wrong answer\nx")
    await expect(page.get_by_label("Subject")).to_have_value("Crates")
    await expect(page.get_by_role("button", name="Remove fay@mail.example")).to_be_visible()
    await expect(page.get_by_role("log")).to_contain_text("took a message back")


async def test_on_a_phone_nothing_moves_away_under_a_finger_that_presses_a_button(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Philippa", "Hello")
    page = await signed_in(browser, program)
    await page.set_viewport_size(PHONE)
    await open_row(page, "Philippa")
    await expect(page.get_by_role("navigation")).to_be_visible()
    buttons = page.locator(".composer button:visible")
    for writing in (False, True):
        if writing:
            await field(page).fill("Hi")
            await expect(page.get_by_role("navigation")).to_be_hidden()
        await expect(buttons.nth(5)).to_be_visible()
        for button in await buttons.all():
            box = await button.bounding_box()
            assert box
            await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            await page.mouse.down()
            assert await button.bounding_box() == box, await button.inner_text()
            await page.mouse.move(box["x"], 100)
            await page.mouse.up()
    await page.context.close()


async def test_the_field_keeps_room_for_words_however_narrow_the_thread_is(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Narrow Nora", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Narrow Nora")
    for width in (1440, 1280, 1100, 700, 390):
        await page.set_viewport_size({"width": width, "height": 800})
        await expect(field(page)).to_be_visible()
        found = await page.evaluate(
            """() => {
              const line = document.querySelector('.composer .line').getBoundingClientRect();
              const buttons = [...document.querySelectorAll('.composer .line button')].map((one) => one.getBoundingClientRect());
              return { field: document.querySelector('.composer textarea').clientWidth, outside: buttons.filter((one) => one.left < line.left || one.right > line.right).length };
            }"""
        )
        assert found["field"] >= 125, f"{width}: {found}"
        assert found["outside"] == 0, f"{width}: {found}"
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    await page.context.close()


async def test_a_row_says_that_a_draft_waits_in_it_until_it_is_sent_or_gone(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Dora Drafts", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Dora Drafts")
    mark = row(page, "Dora Drafts").locator(".preview").get_by_text("Draft", exact=True)
    await expect(mark).to_have_count(0)
    await field(page).click()
    typed = "const f = document.querySelector('.composer textarea'); f.value = 'Soon'; f.dispatchEvent(new InputEvent('input', {bubbles: true}))"
    marked = "document.querySelector('section.list .draft') !== null"
    assert 0 <= await frames_until(page, typed, marked) <= 6, "it waits for no network"
    await expect(mark).to_be_visible()
    await field(page).press("Enter")
    await expect(mark).to_have_count(0)
    await page.context.close()
