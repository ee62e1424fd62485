"""Whatever happened to the server, the network or the machine: an open page ends in the state of a fresh load."""

import asyncio
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.e2e.acts import answer, go, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.program import Program

# What is on screen, without what only the clock changes.
STATE = """() => ({
  rows: [...document.querySelectorAll("a[data-conversation]")].map((each) => [each.dataset.conversation, each.querySelector("b").textContent, each.querySelector(".preview")?.textContent, each.classList.contains("unread")]),
  counts: [...document.querySelectorAll("nav.side a")].map((each) => each.textContent.trim()),
  thread: [...document.querySelectorAll("[role=log] .msg .bubble, [role=log] .line")].map((each) => each.textContent.replace(/\\d\\d:\\d\\d/, "").trim()),
  title: document.title,
})"""


async def same_as_fresh(page: Page, last: str) -> None:
    """`last`: the text that must have arrived before the two are compared."""
    await expect(page.get_by_role("log").get_by_text(last)).to_be_visible(timeout=40_000)
    fresh = await page.context.new_page()
    await fresh.goto(page.url)
    await expect(fresh.get_by_role("log").get_by_text(last)).to_be_visible()
    old, new = {}, {}
    for _ in range(100):
        old, new = await page.evaluate(STATE), await fresh.evaluate(STATE)
        if old == new:
            break
        await asyncio.sleep(0.1)
    assert old == new
    assert new["rows"]
    assert new["thread"]
    await fresh.close()


async def things_happen(program: Program, channel: dict[str, Any], name: str) -> None:
    """Messages, a new conversation, one that is closed, one that moves to a colleague, a label."""
    await write_in(program, channel, name, "While you were away")
    await write_in(program, channel, f"{name} New", "Somebody new")
    for other, act in (("Closes", "closure"), ("Moves", "handler")):
        found = await asyncio.to_thread(program.call, "GET", "/api/conversations?view=inbox&limit=100")
        which = next(one for one in found["items"] if one["contact"]["name"] == f"{name} {other}")
        body = {"kind": "agent", "id": "me"} if act == "handler" else {}
        await asyncio.to_thread(
            program.call, "PUT" if act == "handler" else "POST", f"/api/conversations/{which['id']}/{act}", body
        )
    await write_in(program, channel, name, "And the last of it")


async def opened(browser: Browser, program: Program, channel: dict[str, Any], name: str) -> Page:
    for other in (name, f"{name} Closes", f"{name} Moves"):
        await write_in(program, channel, other, "Before")
    page = await signed_in(browser, program)
    await row(page, name).and_(page.locator(f"[data-conversation]:has(b:text-is('{name}'))")).first.click()
    await expect(page.get_by_role("log").get_by_text("Before", exact=True)).to_be_visible()
    await page.mouse.move(1300, 850)  # the list holds still under the pointer
    await page.get_by_role("log").focus()
    return page


async def test_a_restart_of_the_server(browser: Browser, program: Program, api_channel: dict[str, Any]) -> None:
    page = await opened(browser, program, api_channel, "Rosa")
    await asyncio.to_thread(program.kill)
    await answer(page, "Written while it was down")
    await asyncio.to_thread(program.start)
    await things_happen(program, api_channel, "Rosa")
    await same_as_fresh(page, "And the last of it")
    await expect(page.get_by_role("log").get_by_text("Written while it was down")).to_have_count(1)


async def test_a_lost_network(browser: Browser, program: Program, api_channel: dict[str, Any]) -> None:
    page = await opened(browser, program, api_channel, "Nils")
    await page.context.set_offline(True)
    await answer(page, "Written into the dark")
    await things_happen(program, api_channel, "Nils")
    await asyncio.sleep(20)  # longer than a heartbeat: the server has given the socket up
    await page.context.set_offline(False)
    await same_as_fresh(page, "And the last of it")
    await expect(page.get_by_role("log").get_by_text("Written into the dark")).to_have_count(1)


async def test_a_laptops_sleep(browser: Browser, program: Program, api_channel: dict[str, Any]) -> None:
    page = await opened(browser, program, api_channel, "Sven")
    session: Any = await page.context.new_cdp_session(page)
    await session.send("Page.setWebLifecycleState", {"state": "frozen"})
    await things_happen(program, api_channel, "Sven")
    await asyncio.to_thread(program.kill)  # what held the connection is gone, and the page was not told
    await asyncio.to_thread(program.start)
    await session.send("Page.setWebLifecycleState", {"state": "active"})
    await same_as_fresh(page, "And the last of it")


async def test_two_agents_at_once_see_each_other_soon(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Zoe Together", "Hello both")
    await asyncio.to_thread(program.call, "POST", "/api/labels", {"name": "together"})
    ada, ben = await signed_in(browser, program), await signed_in(browser, program, "ben@example.com")
    for page in (ada, ben):
        await open_row(page, "Zoe Together")
    soon = 3_000  # ms, on a machine that does much else
    await expect(ada.get_by_text("Also here: Ben Osei").first).to_be_visible()
    await ben.get_by_role("textbox", name="Reply to").press_sequentially("I am on it", delay=5)
    await expect(ada.get_by_text("Ben Osei is writing a reply").first).to_be_visible(timeout=soon)
    await ada.get_by_role("log").focus()
    await ada.keyboard.press("l")
    await ada.get_by_role("combobox", name="Label").fill("together")
    await ada.keyboard.press("Enter")
    await expect(row(ben, "Zoe Together").get_by_text("together", exact=True)).to_be_visible(timeout=soon)
    await ada.keyboard.press("Escape")
    await ada.get_by_role("log").focus()
    await ada.keyboard.press("s")
    await ada.get_by_role("menuitem", name="Until the customer replies").click()
    await expect(ben.get_by_role("log").get_by_text("Ada snoozed it")).to_be_visible(timeout=soon)
    await go(ben, "Inbox")
    await expect(row(ben, "Zoe Together")).to_have_count(0)
    await go(ada, "Closed")
    await write_in(program, api_channel, "Zoe Together", "One more thing")
    await expect(row(ben, "Zoe Together")).to_be_visible()
