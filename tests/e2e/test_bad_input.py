"""Bad input on screen: absurd names, ten thousand labels, a message of a megabyte, every direction at once. Nothing breaks the layout."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.chromium import PHONE, WIDE
from tests.conftest import run_sql, with_database
from tests.e2e.acts import answer, field, row, write_in
from tests.e2e.conftest import signed_in
from tests.program import Program

ZALGO = "".join(
    letter + "".join(chr(0x300 + (at * 7 + n) % 0x6F) for n in range(24)) for at, letter in enumerate("Zalgo he comes")
)
NAMES = {
    "long": "A" * 300,
    "words": "Wolfeschlegelsteinhausenbergerdorff " * 8,
    "zalgo": ZALGO,
    "override": "\u202eadnaloY\u202d \u2067dloG\u2066 Override",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈👨🏿‍🦱" * 20,
    "mixed": "Ahmed أحمد 123 (שלום) ـمرحبا <b>bold</b> &amp; 日本語",
    "newlines": "One\nTwo\tThree\u2028Four",
}
NARROW: ViewportSize = {"width": 1000, "height": 700}
TEXTS = (
    "x" * 5_000,
    "\u202eright to left override",
    "مرحبا abc שלום 123 " * 60,
    ZALGO * 10,
    "line\n" * 400,
    "<script>alert(1)</script>",
)
# Panes and what stands in them: nothing sticks out of its own pane, and no two panes lie over each other.
BROKEN = """() => {
  const found = [];
  const clipped = (each, pane) => each !== pane && each !== null && (getComputedStyle(each).overflowX !== "visible" || clipped(each.parentElement, pane));
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the document is ${document.documentElement.scrollWidth} wide`);
  const panes = [...document.querySelectorAll("nav.side, section.list, main, aside")].filter((each) => each.checkVisibility());
  for (const pane of panes) {
    const box = pane.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1) found.push(`${pane.tagName}.${pane.className} is outside`);
    for (const other of panes) {
      const its = other.getBoundingClientRect();
      if (other !== pane && !pane.contains(other) && !other.contains(pane) && box.left < its.right - 1 && its.left < box.right - 1 && box.top < its.bottom - 1 && its.top < box.bottom - 1)
        found.push(`${pane.className} lies over ${other.className}`);
    }
    for (const each of pane.querySelectorAll("button, h1, h2, .bubble, time, textarea, .badge, .who")) {
      const its = each.getBoundingClientRect();
      if (its.width > 0 && each.checkVisibility() && !each.closest(".unseen") && !clipped(each.parentElement, pane) && (its.left < box.left - 1 || its.right > box.right + 1))
        found.push(`${each.tagName}.${each.className} sticks out of ${pane.className}: ${Math.round(its.left)}-${Math.round(its.right)} of ${Math.round(box.left)}-${Math.round(box.right)}`);
    }
  }
  const rows = [...document.querySelectorAll("a[data-conversation]")].map((each) => Math.round(each.getBoundingClientRect().height));
  if (new Set(rows).size > 1) found.push(`rows of different heights: ${rows}`);
  return found.slice(0, 10);
}"""
# How long the page could not answer, in ms, each time it was more than 50.
TASKS = """() => {
  window.long = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => window.long.push(Math.round(duration)))).observe({ type: 'longtask' });
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def absurd(dsn: str, tmp_path_factory: Any) -> AsyncIterator[tuple[Program, dict[str, Any]]]:
    """A workspace of its own, with ten thousand labels and customers of the worst names."""
    name = f"harken_absurd_{Path(tmp_path_factory.getbasetemp()).name.replace('-', '_')}"
    await asyncio.to_thread(run_sql, dsn, f"drop database if exists {name} with (force)", f"create database {name}")
    env = {"HARKEN_DATABASE_URL": with_database(dsn, name)}
    program = await asyncio.to_thread(Program(tmp_path_factory.mktemp("absurd") / "data", env=env).set_up)
    connection = await asyncpg.connect(with_database(dsn, name))
    labels = "insert into label (id, workspace_id, name, color) select gen_random_uuid(), id, 'label ' || n, 'blue' from workspace, generate_series(1, 10000) n"
    await connection.execute(labels)
    await connection.close()
    with program:
        await asyncio.to_thread(program.start)
        body = {"name": "Shop " * 12, "connector": "api", "settings": {"callback_url": ""}}
        channel = await asyncio.to_thread(program.call, "POST", "/api/channels", body)
        for each in NAMES.values():
            await write_in(program, channel, each, *TEXTS)
        yield program, channel
    await asyncio.to_thread(run_sql, dsn, f"drop database if exists {name} with (force)")


async def unbroken(page: Page, where: str) -> None:
    found = await page.evaluate(BROKEN)
    assert not found, f"{where}: " + "; ".join(found)


async def test_no_name_and_no_text_breaks_the_layout(browser: Browser, absurd: tuple[Program, dict[str, Any]]) -> None:
    program, _ = absurd
    found = await asyncio.to_thread(program.call, "GET", "/api/conversations?view=inbox&limit=50")
    assert len(found["items"]) == len(NAMES)
    page = await signed_in(browser, program)
    raised: list[str] = []
    page.on("pageerror", lambda error: raised.append(str(error)))
    page.on("dialog", lambda dialog: raised.append(dialog.message))
    for size in (WIDE, NARROW, PHONE):
        await page.set_viewport_size(size)
        for one in found["items"]:
            await page.goto(f"{program.url}/inbox/{one['id']}")
            await expect(page.get_by_role("log").locator(".bubble").first).to_be_visible()
            await unbroken(page, f"{one['contact']['name'][:20]!r} at {size['width']}")
        for path in ("/inbox", "/contacts", f"/contacts/{found['items'][0]['contact']['id']}", "/search?q=line"):
            await page.goto(program.url + path)
            await expect(page.get_by_role("heading", level=1).first).to_be_visible()
            await unbroken(page, f"{path} at {size['width']}")
    assert raised == []


async def test_ten_thousand_labels_and_a_megabyte_keep_the_page_awake(
    browser: Browser, absurd: tuple[Program, dict[str, Any]]
) -> None:
    program, channel = absurd
    await write_in(program, channel, "Max Megabyte", "word " * 200_000, "after it")
    page = await signed_in(browser, program)
    await expect(row(page, "Max Megabyte")).to_be_visible()
    await page.evaluate(TASKS)
    await row(page, "Max Megabyte").click()
    await expect(page.get_by_role("log").get_by_text("after it")).to_be_visible()
    await page.get_by_role("log").focus()
    await page.keyboard.press("l")
    await page.get_by_role("combobox", name="Label").fill("label 9999")
    await expect(page.get_by_role("option", name="label 9999")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(row(page, "Max Megabyte").get_by_text("label 9999")).to_be_visible()
    await field(page).fill("A quick answer")
    await answer(page, "A quick answer")
    await expect(page.get_by_role("log").get_by_text("A quick answer")).to_be_visible()
    await unbroken(page, "a megabyte")
    await awake(page)
    await page.goto(f"{program.url}/settings/labels")
    await expect(page.get_by_text("label 1", exact=True)).to_be_visible()
    await page.evaluate(TASKS)
    await page.mouse.move(800, 500)
    await page.mouse.wheel(0, 40_000)
    await expect(page.get_by_text("label 1095", exact=True)).to_be_attached()  # more follow as one scrolls
    await page.get_by_role("searchbox", name="Find a label").fill("LABEL 9876")
    await expect(page.get_by_text("label 9876", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Add a label").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await awake(page)


async def awake(page: Page) -> None:
    slow = [each for each in await page.evaluate("window.long") if each > 500]
    assert not slow, f"the page did not answer for {slow} ms"
