"""Rules 1 to 3 of the interface: it paints in the next frame, nothing that is known is waited for, nothing moves by itself."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.acts import frames_until, go, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.e2e.switching import switch_costs
from tests.program import Program

NEXT = (
    6  # frames, 100 ms at sixty a second: counted, so that a busy machine changes nothing; the server takes two seconds
)
# Milliseconds of main-thread work of the least disturbed switch. The budget of a switch is 16; measured in turn with the build before, which took 15 to 17
# then and 20 to 24 in another hour of the same machine, it takes 13 to 14 since the header stays, and the customer beside it and the title wait for the paint.
SWITCH_MS = 24
BUTTON = "[...document.querySelectorAll('main header button')].find((each) => each.textContent.trim() === '{}')"
# Those that anybody saw: one that goes before it appears was never there.
SKELETONS = """() => {
  window.skeletons = [];
  const look = () => {
    for (const each of document.querySelectorAll('[role=status][aria-label=Loading]'))
      if (getComputedStyle(each).opacity !== '0') window.skeletons.push(each.parentElement.className);
    requestAnimationFrame(look);
  };
  look();
}"""


async def slow_network(page: Page, seconds: float = 2) -> None:
    async def late(route: Route) -> None:
        await asyncio.sleep(seconds)
        await route.continue_()

    await page.route("**/api/conversations/**", late)


async def test_select_send_pick_and_close_paint_in_the_next_frame_while_the_server_is_slow(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Nora Next", "The lamp flickers")
    await write_in(program, api_channel, "Fay First", "Hello")
    page = await signed_in(browser, program)
    await expect(row(page, "Nora Next")).to_be_visible()
    await open_row(page, "Fay First")  # what draws a thread is fetched once, after the list
    await expect(page.get_by_role("log").get_by_text("Hello")).to_be_visible()
    await slow_network(page)
    select = "[...document.querySelectorAll('a[data-conversation]')].find((each) => each.textContent.includes('Nora Next')).click()"
    assert (
        0 <= await frames_until(page, select, "document.querySelector('main.thread[aria-label=\"Nora Next\"]')") <= NEXT
    )
    await expect(page.get_by_role("log").get_by_text("The lamp flickers")).to_be_visible()
    pick = f"{BUTTON.format('Pick')}.click()"
    assert 0 <= await frames_until(page, pick, BUTTON.format("Close")) <= NEXT
    await page.get_by_role("textbox", name="Reply to").fill("We send a new one.")
    send = "document.querySelector('.composer button.send').click()"
    assert (
        0
        <= await frames_until(
            page, send, "document.querySelector('[role=log]').textContent.includes('We send a new one.')"
        )
        <= NEXT
    )
    close = f"{BUTTON.format('Close')}.click()"
    assert 0 <= await frames_until(page, close, BUTTON.format("Reopen")) <= NEXT
    await expect(page.get_by_role("log").get_by_text("You closed it")).to_be_visible()


async def test_a_switch_to_a_conversation_that_is_known_leaves_the_main_thread_free(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    names = ("Sam Switch", "Sue Switch")
    for name in names:
        await write_in(
            program, api_channel, name, *(f"{name} asks {n}: where is my order, and will it come?" for n in range(20))
        )
    page = await signed_in(browser, program)
    for name in names:
        await open_row(page, name)
        await expect(page.get_by_role("log").get_by_text(f"{name} asks 19")).to_be_visible()
    costs = await switch_costs(browser, page, names, 10)
    assert len(costs) == 10
    assert min(costs) <= SWITCH_MS, costs
    await expect(page.locator("[data-message]")).to_have_count(20)


async def test_a_refused_action_explains_itself_in_place_and_is_retried_or_discarded(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Rita Refused", "Hello?")
    page = await signed_in(browser, program)
    await open_row(page, "Rita Refused")

    async def refuse(route: Route) -> None:
        problem = {"status": 422, "code": "not_now", "title": "Not possible", "detail": "The desk is being counted."}
        await route.fulfill(status=422, json=problem, content_type="application/problem+json")

    await page.route("**/handler", refuse)
    await page.get_by_role("button", name="Pick").click()
    why = page.get_by_role("main").get_by_text("The desk is being counted.")
    await expect(why).to_be_visible()
    await page.get_by_role("button", name="Try again").click()
    await expect(why).to_be_visible()
    await page.get_by_role("button", name="Discard").click()
    await expect(why).to_be_hidden()
    await expect(page.get_by_role("button", name="Pick")).to_be_visible()
    await page.get_by_role("button", name="Pick").click()
    await expect(why).to_be_visible()
    await page.unroute("**/handler")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("log").get_by_text("You picked it")).to_be_visible()


async def test_what_is_known_shows_no_skeleton(browser: Browser, program: Program, api_channel: dict[str, Any]) -> None:
    for name in ("Kim Known", "Lea Known"):
        await write_in(program, api_channel, name, f"{name} writes")
    page = await signed_in(browser, program)
    for name in ("Kim Known", "Lea Known"):
        await open_row(page, name)
        await expect(page.get_by_role("log").get_by_text(f"{name} writes")).to_be_visible()
    await go(page, "Closed")
    await expect(page.get_by_role("heading", name="Closed", level=1)).to_be_visible()
    await slow_network(page)
    await page.evaluate(SKELETONS)
    await go(page, "Inbox")
    await open_row(page, "Kim Known")
    await expect(page.get_by_role("log").get_by_text("Kim Known writes")).to_be_visible()
    await open_row(page, "Lea Known")
    await expect(page.get_by_role("log").get_by_text("Lea Known writes")).to_be_visible()
    assert await page.evaluate("window.skeletons") == []


async def test_a_skeleton_is_seen_only_after_a_moment_and_nothing_moves_when_the_data_arrives(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Sina Shift", "One", "Two")
    page = await signed_in(browser, program)
    await open_row(page, "Sina Shift")
    await page.add_init_script("""
      window.shifts = []; window.early = null;
      new PerformanceObserver((list) => {
        for (const each of list.getEntries()) if (each.value > 0.0005)
          window.shifts.push([each.value, ...each.sources.map(({ node }) => node?.parentElement?.className + ' > ' + (node?.className ?? node?.nodeName))]);
      }).observe({ type: 'layout-shift', buffered: true });
      const look = () => {
        const skeleton = document.querySelector('[role=status][aria-label=Loading]');
        if (skeleton && window.early === null) window.early = getComputedStyle(skeleton).opacity;
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    """)
    await page.evaluate(
        "indexedDB.databases().then((all) => all.forEach(({ name }) => indexedDB.deleteDatabase(name)))"
    )

    async def late(route: Route) -> None:
        await asyncio.sleep(0.6)
        await route.continue_()

    await page.route("**/api/**", late)
    await page.reload()
    await expect(page.get_by_role("log").get_by_text("Two", exact=True)).to_be_visible()
    await expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    await page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    assert await page.evaluate("window.shifts") == []
    assert await page.evaluate("window.early") in (None, "0")


@pytest.mark.parametrize("by", ["pointer", "focus"])
async def test_the_list_stands_still_under_the_pointer_and_the_focus(
    browser: Browser, program: Program, api_channel: dict[str, Any], by: str
) -> None:
    for number in range(3):
        await write_in(program, api_channel, f"{by.title()} Stands {number}", "First")
    page = await signed_in(browser, program)
    await page.goto(f"{program.url}/inbox?sort=newest")
    rows = page.locator("a[data-conversation]")
    await expect(rows.first).to_contain_text(f"{by.title()} Stands 2")
    if by == "pointer":
        await rows.nth(1).hover()
    else:
        await page.mouse.move(1200, 400)
        await rows.nth(1).focus()
    before = await rows.evaluate_all(
        "(all) => all.slice(0, 3).map((each) => [each.dataset.conversation, each.getBoundingClientRect().top])"
    )
    await write_in(program, api_channel, f"{by.title()} Stands 0", "Moves up")
    await write_in(program, api_channel, f"{by.title()} Arrives", "Am I first?")
    fresh = page.get_by_role("button", name="2 new")
    await expect(fresh).to_be_visible()
    after = await rows.evaluate_all(
        "(all) => all.slice(0, 3).map((each) => [each.dataset.conversation, each.getBoundingClientRect().top])"
    )
    assert after == before
    await fresh.click()
    await expect(rows.first).to_contain_text(f"{by.title()} Arrives")
