"""The files of a message that is being written, after a reload, on two machines and in two tabs: there, in one order, and sent once (R16, R18)."""

import asyncio
from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.acts import field, open_row
from tests.e2e.conftest import signed_in
from tests.e2e.test_attachments import KEPT, begin, carried, choose, chosen, limited, picture, png, settled
from tests.program import Program

# At the very moment at which a draft knows that many files, before anything else is written down.
RELOAD_ONCE_DRAFTED = """(count) => {
  const watching = setInterval(() => {
    const drafts = Object.entries(localStorage).filter(([key]) => key.startsWith("harken.draft."));
    if (!drafts.some(([, draft]) => JSON.parse(draft).files?.length === count)) return;
    clearInterval(watching);
    location.reload();
  }, 1);
}"""
# Copied from a page, a picture has its HTML with it; copied from a table, cells have a picture with them.
PASTE_BOTH = """([name, type, data, words]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type }));
  carried.setData("text/html", words ? `<table><td>${words}</td></table>` : "<img src='https://elsewhere.example/picture'>");
  if (words) carried.setData("text/plain", words);
  const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: carried });
  document.querySelector(".composer textarea").dispatchEvent(event);
  return event.defaultPrevented;
}"""


async def names(page: Page, *wanted: str) -> None:
    await expect(page.get_by_role("list", name="Files of this message").locator(".name")).to_have_text(list(wanted))


async def test_a_picture_copied_from_a_page_is_pasted_and_cells_are_words(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Petra Paste")
    assert await page.evaluate(PASTE_BOTH, [*carried(picture("image.png")), ""])
    await names(page, "image.png")
    assert not await page.evaluate(PASTE_BOTH, [*carried(picture("image.png")), "7"])  # the browser puts the words in
    await names(page, "image.png")


async def test_files_of_an_unsent_message_are_there_after_a_reload(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Nora Night")
    await choose(page, picture("one.png"), picture("two.png"))
    await expect(chosen(page, "two.png").get_by_role("button", name="Remove two.png")).to_be_visible()
    await page.wait_for_function(KEPT, arg=2)
    await page.reload()
    await expect(chosen(page, "one.png")).to_be_visible()
    await expect(chosen(page, "two.png")).to_be_visible()
    await page.get_by_role("button", name="Remove two.png").click()
    await expect(chosen(page, "two.png")).to_have_count(0)
    async with page.expect_navigation():
        await page.evaluate(RELOAD_ONCE_DRAFTED, 2)
        await choose(page, picture("two.png"))
    await expect(chosen(page, "one.png")).to_have_count(1)
    await expect(chosen(page, "two.png")).to_have_count(1)
    await field(page).press("Enter")
    (message,) = await settled(program, page, 1)
    assert [file["name"] for file in message["attachments"]] == ["one.png", "two.png"]


async def test_the_words_of_each_file_are_on_another_machine_and_there_after_a_reload(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Cora Caption")
    other = await signed_in(browser, program, service_workers="block")
    await open_row(other, "Cora Caption")
    for each in (page, other):
        await limited(each, max_files=1, captions=True)
    await choose(page, picture("front.png"), picture("back.png", png(colour="navy")))
    front, back = page.get_by_label("Caption for front.png"), page.get_by_label("Caption for back.png")
    await front.fill("The front")
    await expect(other.get_by_label("Caption for front.png")).to_have_value("The front")
    await other.get_by_label("Caption for back.png").fill("And the back")
    await expect(back).to_have_value("And the back")
    await page.reload()
    await expect(front).to_have_value("The front")
    await expect(back).to_have_value("And the back")
    await page.get_by_role("button", name="Send", exact=True).click()
    messages = await settled(program, page, 2)
    assert [message["text"] for message in messages] == ["The front", "And the back"]
    await names(other)


async def test_files_are_in_order_on_another_machine_and_gone_there_once_they_are_sent(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Mara Machine")
    other = await signed_in(browser, program, service_workers="block")
    await open_row(other, "Mara Machine")
    await choose(page, picture("1.png"), picture("2.png", png(colour="navy")), picture("3.png", png(colour="olive")))
    await names(page, "1.png", "2.png", "3.png")
    await expect(other.get_by_role("button", name="Remove 3.png")).to_be_visible()
    await chosen(page, "3.png").get_by_role("button", name="Arrow keys change the order").focus()
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    await names(page, "3.png", "1.png", "2.png")
    await names(other, "3.png", "1.png", "2.png")
    await other.get_by_role("button", name="Remove 1.png").click()
    await names(page, "3.png", "2.png")
    await field(page).press("Enter")
    (message,) = await settled(program, page, 1)
    assert [file["name"] for file in message["attachments"]] == ["3.png", "2.png"]
    await names(other)
    await other.wait_for_function(KEPT, arg=0)
    await other.reload()
    await expect(field(other)).to_be_visible()
    await names(other)
    await names(page)


async def test_a_file_that_one_tab_sends_while_it_is_on_its_way_is_not_left_in_the_other(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Theo Tabs")
    go = asyncio.Event()

    async def held(route: Route) -> None:
        await go.wait()
        await route.continue_()

    await page.context.route("**/api/files", held)
    await choose(page, picture("slow.png"))
    await page.wait_for_function(KEPT, arg=1)
    other = await page.context.new_page()
    await other.goto(page.url)
    await names(other, "slow.png")
    await field(page).fill("Once")
    await field(page).press("Enter")
    go.set()
    await settled(program, page, 1)
    await names(other)
    await other.reload()
    await expect(field(other)).to_be_visible()
    await names(other)
    await expect(other.locator("[data-picture]")).to_have_count(1)


async def test_a_file_is_dragged_by_its_picture_and_a_tap_on_it_moves_it_ahead(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Dario Drag")
    await choose(page, picture("1.png"), picture("2.png"), picture("3.png"))
    await expect(page.get_by_role("button", name="Remove 3.png")).to_be_visible()
    handles = page.get_by_role("button", name="Arrow keys change the order")
    last, first = await handles.nth(2).bounding_box(), await handles.nth(0).bounding_box()
    assert last
    assert first
    await page.mouse.move(last["x"] + 10, last["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(last["x"] - 10, last["y"] + 10, steps=4)
    await page.mouse.move(first["x"] + 10, first["y"] + 10, steps=8)
    await page.mouse.up()
    await names(page, "3.png", "1.png", "2.png")
    await handles.nth(2).click()
    await names(page, "3.png", "2.png", "1.png")
    await handles.nth(0).click()
    await names(page, "2.png", "1.png", "3.png")
    await expect(page.get_by_text("3.png is now 3 of 3")).to_be_attached()


async def test_a_pdf_that_one_has_sent_opens_from_the_server_under_its_name(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Pia Page")
    await choose(page, {"name": "terms.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"})
    await expect(page.get_by_role("button", name="Remove terms.pdf")).to_be_visible()
    await field(page).press("Enter")
    (message,) = await settled(program, page, 1)
    card = page.get_by_role("log").get_by_role("link", name="terms.pdf")
    await expect(card).to_have_attribute("href", f"/files/{message['attachments'][0]['id']}")
