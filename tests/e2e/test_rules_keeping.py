"""Rules 4 to 7 of the interface: where one was is kept, what was typed is never lost, and what fails stays on screen."""

import re
from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.acts import BEN, answer, field, go, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.e2e.test_installed_app import worker_of
from tests.program import Program

TOP = "() => Math.round(document.querySelector('[role=log]').scrollTop)"
MANY = [f"Line {number}\n" * 3 for number in range(40)]


async def draft_kept(page: Page) -> None:
    """A pause in typing: it is kept after 300 ms."""
    await page.wait_for_function("() => Object.keys(localStorage).some((key) => key.includes('draft'))")


async def test_a_conversation_opens_where_one_left_it_with_its_draft(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Dora Draft", *MANY)
    await write_in(program, api_channel, "Otto Other", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Dora Draft")
    log = page.get_by_role("log")
    await expect(log.get_by_text("New", exact=True)).to_be_in_viewport()  # the unread line
    await log.evaluate("(log) => log.scrollTo({ top: 700 })")
    await page.wait_for_function(f"() => ({TOP})() === 700")
    await field(page).fill("Half a sentence")
    await draft_kept(page)
    await open_row(page, "Otto Other")
    await expect(field(page)).to_have_value("")
    await page.go_back()
    await expect(page.get_by_role("main", name="Dora Draft")).to_be_visible()
    await expect(field(page)).to_have_value("Half a sentence")
    await page.wait_for_function(f"() => Math.abs(({TOP})() - 700) < 4")
    await page.go_forward()
    await expect(page.get_by_role("main", name="Otto Other")).to_be_visible()
    await page.go_back()
    await page.reload()
    await expect(page.get_by_role("main", name="Dora Draft")).to_be_visible()
    await expect(field(page)).to_have_value("Half a sentence")


async def test_a_copied_link_opens_the_same_list_conversation_and_message(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Lina Link", "The first of many", *MANY)
    page = await signed_in(browser, program)
    await page.goto(f"{program.url}/inbox?sort=newest&waiting=1")
    await open_row(page, "Lina Link")
    assert re.search(r"/inbox/[0-9a-f-]+\?waiting=1&sort=newest$", page.url)
    first = program.call("GET", f"/api/conversations/{page.url.split('/')[4].split('?')[0]}/messages?limit=1&after=0")
    link = f"{page.url}&message={first['items'][0]['id']}"
    other = await page.context.new_page()
    await other.goto(link)
    await expect(other.get_by_role("main", name="Lina Link")).to_be_visible()
    await expect(other.get_by_role("log").get_by_text("The first of many")).to_be_in_viewport()
    await expect(row(other, "Lina Link")).to_have_attribute("aria-current", "page")
    stranger = await (await browser.new_context()).new_page()
    await stranger.goto(link)
    await expect(stranger).to_have_url(re.compile(r"/sign-in\?next=%2Finbox"))


async def test_two_tabs_agree_about_a_draft(browser: Browser, program: Program, api_channel: dict[str, Any]) -> None:
    await write_in(program, api_channel, "Tabea Tabs", "Hello")
    one = await signed_in(browser, program)
    await open_row(one, "Tabea Tabs")
    two = await one.context.new_page()
    await two.goto(one.url)
    await expect(field(two)).to_have_value("")
    await field(one).fill("Written in the first")
    await expect(field(two)).to_have_value("Written in the first")
    await field(two).fill("Written in the first, and the second")
    await expect(field(one)).to_have_value("Written in the first, and the second")
    await field(two).press("Enter")
    await expect(one.get_by_role("log").get_by_text("and the second")).to_be_visible()
    await expect(field(one)).to_have_value("")


async def test_sending_over_a_message_that_one_has_not_seen_asks_once(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Uwe Unseen", *MANY)
    page = await signed_in(browser, program)
    await open_row(page, "Uwe Unseen")
    log = page.get_by_role("log")
    await log.evaluate("(log) => log.scrollTo({ top: 0 })")
    await field(page).press_sequentially("We send it")
    await write_in(program, api_channel, "Uwe Unseen", "Do NOT send it, I am away")
    await expect(page.get_by_role("button", name="1 new")).to_be_visible()
    await field(page).press("Enter")
    question = page.get_by_role("alertdialog")
    await expect(question.get_by_text("Do NOT send it, I am away")).to_be_visible()
    await expect(log.get_by_text("We send it")).to_have_count(0)
    await question.get_by_role("button", name="Send anyway").click()
    await expect(log.get_by_text("We send it")).to_have_count(1)
    await answer(page, "And something else")
    await expect(log.get_by_text("And something else")).to_be_visible()
    await expect(question).to_be_hidden()


async def test_offline_and_on_reload_nothing_typed_is_lost_and_it_goes_out_once(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Olaf Offline", "Are you there?")
    page = await signed_in(browser, program)
    await open_row(page, "Olaf Offline")
    await expect(page.get_by_role("log").get_by_text("Are you there?")).to_be_visible()
    await worker_of(page)
    await page.wait_for_function(
        "() => localStorage.getItem('harken.offline') !== null"
    )  # what is seen is kept at pauses
    await page.context.set_offline(True)
    await expect(page.get_by_text("You are offline")).to_be_visible()
    await answer(page, "Sent into the dark")
    await expect(page.get_by_role("log").get_by_text("Sent into the dark")).to_be_visible()
    await field(page).fill("And a half-written one")
    await draft_kept(page)
    await page.wait_for_timeout(400)  # the pause after which it is kept
    await page.reload()
    await expect(page.get_by_role("main", name="Olaf Offline")).to_be_visible()
    await expect(page.get_by_role("log").get_by_text("Are you there?")).to_be_visible()
    await expect(page.get_by_role("log").get_by_text("Sent into the dark")).to_be_visible()
    await expect(field(page)).to_have_value("And a half-written one")
    await page.context.set_offline(False)
    await expect(page.get_by_role("log").get_by_text("Sent", exact=True)).to_be_visible(timeout=30_000)
    await expect(page.get_by_role("log").get_by_text("Sent into the dark")).to_have_count(1)
    await expect(field(page)).to_have_value("And a half-written one")
    await go(page, "Yours")
    await expect(row(page, "Olaf Offline")).to_be_visible()


async def test_signing_out_asks_about_what_is_only_here_and_leaves_nothing_behind(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Lena Leaving", "Hello")
    page = await signed_in(browser, program, BEN)
    await open_row(page, "Lena Leaving")
    await page.route("**/draft", lambda route: route.abort())  # the server does not get it
    await field(page).press_sequentially("Only here")
    await page.evaluate("localStorage.setItem('theme', 'dark')")

    async def sign_out() -> None:
        await page.get_by_role("button", name=re.compile("Available|Away")).click()
        await page.get_by_role("menuitem", name="Sign out").click()

    await sign_out()
    dialog = page.get_by_role("dialog", name="Sign out?")
    await expect(dialog).to_contain_text("in this browser alone")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(field(page)).to_have_value("Only here")
    await sign_out()
    await dialog.get_by_role("button", name="Sign out and remove").click()
    await expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    await page.wait_for_function(
        "() => Object.keys(localStorage).every((key) => ['theme', 'density', 'language', 'single-keys'].includes(key))"
    )
    kept = await page.evaluate("""async () => {
      const found = [];
      for (const { name } of await indexedDB.databases()) {
        const db = await new Promise((done) => { indexedDB.open(name).onsuccess = (event) => done(event.target.result); });
        for (const store of db.objectStoreNames)
          found.push(await new Promise((done) => { db.transaction(store).objectStore(store).count().onsuccess = (event) => done(event.target.result); }));
        db.close();
      }
      return found;
    }""")
    assert sum(kept) == 0
    assert await page.evaluate("localStorage.getItem('theme')") == "dark"


async def test_a_change_of_a_contact_that_reached_nobody_is_there_after_a_reload_with_why(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Olga Offline", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Olga Offline")

    async def lost(route: Route) -> None:
        await (route.abort() if route.request.method == "PATCH" else route.continue_())

    await page.route("**/api/contacts/*", lost)
    await page.get_by_role("heading", level=2).get_by_role("button", name="Olga Offline").click()
    await page.get_by_role("textbox", name="Name", exact=True).fill("Olga Online")
    await page.keyboard.press("Enter")
    refused = page.get_by_role("alert").filter(has_text="Not saved")
    await expect(refused).to_be_visible()
    await page.unroute("**/api/contacts/*")
    await page.reload()
    await expect(refused).to_be_visible()
    await refused.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", level=2).get_by_role("button", name="Olga Online")).to_be_visible()
    await expect(refused).to_have_count(0)
    await page.context.close()
