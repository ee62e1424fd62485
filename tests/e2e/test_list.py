"""The list among a hundred thousand conversations: it scrolls, follows what happens and keeps the focus, by the main thread's own time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.conftest import signed_in
from tests.program import Program

CROWD = (Path(__file__).parent / "crowded_inbox.js").read_text()
ROWS = 100_000
PER_SECOND = 20  # events
SECONDS = 4


async def crowded(browser: Browser, program: Program) -> Page:
    """An Inbox of 100,000, scrolled through to its end and back to its top."""
    page = await signed_in(browser, program)
    await page.context.add_init_script(f"{CROWD}\ncrowd.rows = {ROWS}; crowd.page = 5_000")
    await page.goto(f"{program.url}/inbox")
    await expect(rows(page).first).to_be_visible()
    await page.wait_for_function(
        "rows => { const list = document.querySelector('section.list [role=list]'); list.scrollTop = 1e9; return list.scrollHeight >= 84 * rows }",
        arg=ROWS, polling=50, timeout=60_000,
    )  # fmt: skip
    await page.evaluate("document.querySelector('section.list [role=list]').scrollTop = 0")
    await page.wait_for_timeout(500)
    return page


def rows(page: Page) -> Locator:
    return page.locator("section.list a[data-conversation]")


async def busy(page: Page, during: Callable[[], Awaitable[Any]]) -> float:
    """The share of the time in which the page's main thread worked: its own clock, so that a busy machine changes little."""
    cdp: Any = await page.context.new_cdp_session(page)
    await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    before, begun = await task_time(cdp), time.monotonic()
    await during()
    share = (await task_time(cdp) - before) / (time.monotonic() - begun)
    await cdp.detach()
    return share


async def heap(page: Page) -> float:
    """Megabytes in use after the garbage is collected."""
    cdp: Any = await page.context.new_cdp_session(page)
    await cdp.send("HeapProfiler.collectGarbage")
    used = await cdp.send("Runtime.getHeapUsage")
    await cdp.detach()
    return float(used["usedSize"] + used["backingStorageSize"]) / 1e6


async def rest() -> None:
    await asyncio.sleep(SECONDS)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_hundred_thousand_rows_follow_twenty_events_a_second_and_scroll_within_80_mb_and_keep_the_focus(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await crowded(browser, program)
    assert await rows(page).count() < 40  # few of them are drawn
    await page.evaluate(f"void (window.quiet = crowd.bustle({PER_SECOND}, crowd.rows))")

    await page.mouse.move(1200, 400)
    assert await busy(page, rest) < 0.3, "following what happens, the pointer elsewhere"
    await page.mouse.move(400, 400)
    await rest()  # what is held is looked up once
    assert await busy(page, rest) < 0.2, "following what happens, the list held under the pointer"

    async def wheel() -> None:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            await page.mouse.wheel(0, 300)
            await asyncio.sleep(0.016)

    assert await busy(page, wheel) < 0.35, "scrolling"
    assert await heap(page) < 80, "all 100,000 known"

    await page.evaluate("window.quiet()")
    assert await page.evaluate("crowd.told") > SECONDS * PER_SECOND
    await rows(page).nth(3).focus()
    for key in ("End", "PageUp", "PageUp", "Home", "PageDown", "ArrowDown", "ArrowDown"):
        before = await focused(page)
        await page.keyboard.press(key)
        await page.wait_for_function(
            "before => ![before, undefined].includes(document.activeElement.dataset.conversation)", arg=before
        )
    assert await page.evaluate(
        "(() => { const box = document.activeElement.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight })()"
    )


async def task_time(cdp: Any) -> float:
    metrics: list[dict[str, Any]] = (await cdp.send("Performance.getMetrics"))["metrics"]
    return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")


async def focused(page: Page) -> Any:
    return await page.evaluate("document.activeElement.dataset.conversation")
