"""Rules 12 to 14 of the interface: every state is designed, everybody can use it, in every direction of writing."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from tests.chromium import PHONE
from tests.e2e.acts import BEN, go, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.program import Program

SOURCES = Path(__file__).parents[2] / "web" / "app" / "src"
PHYSICAL = re.compile(
    r"(?:^|[;{\s])((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)|left|right|float|text-align:\s*(?:left|right))\s*[:;]"
)
# What Intl writes for the moment of a <time>, in the page's language or the browser's variant of it.
INTL = """(each) => {
  const language = document.documentElement.lang;
  const locales = [language, ...navigator.languages.filter((one) => one.startsWith(language))];
  const moment = new Date(each.dateTime);
  const write = (locale, hour) => new Intl.DateTimeFormat(locale, { hour, minute: "2-digit" }).format(moment);
  return [each.textContent, locales.flatMap((one) => [write(one, "numeric"), write(one, "2-digit")])];
}"""
SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, [role=option], [role^=menuitem]")].flatMap((each) => {
  const target = each.closest("label") ?? each;
  const box = target.getBoundingClientRect();
  if (!each.checkVisibility() || getComputedStyle(each).opacity === "0" || box.width < 2 || each.closest("p, .unseen, .text")) return [];
  return box.width < 24 || box.height < 24 ? [`${each.outerHTML.slice(0, 120)}: ${box.width} x ${box.height}`] : [];
})"""


async def failing(route: Route) -> None:
    await route.fulfill(status=500, json={"status": 500, "code": "internal", "title": "Broken"})


async def held(_: Route) -> None:
    return


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/open", "**/api/conversations?**"), ("/contacts", "**/api/contacts**"), ("/search?q=hello", "**/api/search**")],
)
async def test_loading_and_failing_are_said_in_place_and_tried_again(
    browser: Browser, program: Program, path: str, asked: str
) -> None:
    page = await signed_in(browser, program)
    await page.route(asked, held)
    await page.goto(program.url + path)
    await expect(page.get_by_role("status", name="Loading").first).to_be_visible()
    await page.unroute(asked)
    await page.route(asked, failing)
    await page.goto(program.url + path)
    again = page.get_by_role("button", name="Try again").first
    await expect(again).to_be_visible(timeout=30_000)
    await page.unroute(asked)
    await again.click()
    await expect(again).to_be_hidden()


async def test_what_is_empty_says_so_and_what_one_may_not_change_too(browser: Browser, program: Program) -> None:
    page = await signed_in(browser, program, BEN)
    for path, words in (
        ("/automated", "No bot is answering"),
        ("/inbox?priority=urgent&unread=1&waiting=1", "Nothing matches"),
        ("/yours?snoozed=1", "Nothing is snoozed"),
        ("/search?q=qqqzzz", "Nothing found"),
        ("/contacts?q=qqqzzz", "Nobody matches"),
        ("/settings/channels", "For admins"),
        ("/inbox/0198c0de-0000-7000-8000-000000000000", "This conversation is not here"),
        ("/nowhere", "There is nothing here"),
    ):
        await page.goto(program.url + path)
        await expect(page.get_by_text(words).first, path).to_be_visible()


async def test_offline_it_is_said_and_what_was_known_stays(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Ines Offline", "Still here")
    page = await signed_in(browser, program)
    await open_row(page, "Ines Offline")
    await page.context.set_offline(True)
    await expect(page.get_by_text("You are offline")).to_be_visible()
    await expect(page.get_by_role("log").get_by_text("Still here")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("You are offline")).to_be_hidden()


async def test_a_screen_reader_is_told_what_is_where_and_what_is_new(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Rosa Reader", "First")
    page = await signed_in(browser, program)
    rows = page.get_by_role("listitem").filter(has=page.locator("a[data-conversation]"))
    await expect(rows.first).to_have_attribute("aria-posinset", "1")
    size = int(await rows.first.get_attribute("aria-setsize") or 0)
    assert size == -1 or size >= await rows.count()
    await open_row(page, "Rosa Reader")
    await expect(page.get_by_role("log", name="Messages")).to_have_attribute("aria-live", "off")  # one region speaks
    await write_in(program, api_channel, "Rosa Reader", "Second thought")
    await expect(page.locator("[aria-live=polite]")).to_have_text("Rosa Reader: Second thought")
    await go(page, "Inbox")
    await write_in(program, api_channel, "Rosa Reader", "Third")
    await expect(page.locator("[aria-live=polite]")).to_have_text("New message from Rosa Reader")
    await go(page, "Closed")  # it is nobody's, and no longer in the list on screen
    await write_in(program, api_channel, "Rosa Reader", "Fourth")
    await go(page, "Inbox")
    await expect(row(page, "Rosa Reader")).to_contain_text("Fourth")
    await expect(page.locator("[aria-live=polite]")).to_have_text("New message from Rosa Reader")


@pytest.mark.parametrize("size", ["wide", "phone"])
async def test_targets_are_24_pixels(
    browser: Browser, program: Program, api_channel: dict[str, Any], size: str
) -> None:
    await write_in(program, api_channel, "Tilda Targets", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Tilda Targets")
    if size == "phone":
        await page.set_viewport_size(PHONE)
    for path in (
        page.url.removeprefix(program.url),
        "/inbox",
        "/contacts",
        "/search?q=hello",
        "/settings/channels",
        "/settings/profile",
        "/settings/keys",
    ):
        await page.goto(program.url + path)
        await expect(page.get_by_role("heading", level=1).first).to_be_visible()
        assert await page.evaluate(SMALL) == [], path


async def test_the_focus_is_always_visible(browser: Browser, program: Program, api_channel: dict[str, Any]) -> None:
    await write_in(program, api_channel, "Fria Focus", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Fria Focus")
    looks = """() => { const each = document.activeElement; const style = (node) => { const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(node); return [outlineStyle === 'none' ? '' : outlineWidth, boxShadow, borderColor].join(); };
      const chain = [each, each.closest('label'), each.parentElement, each.closest('.composer, .wave')].filter(Boolean);
      const focused = chain.map(style).join('|'); const name = each.outerHTML.slice(0, 90); const at = each.getBoundingClientRect();
      const seen = at.width > 1 && at.bottom > 0 && at.top < innerHeight;
      each.blur(); const blurred = chain.map(style).join('|'); each.focus({ focusVisible: true, preventScroll: true });
      return each === document.body ? null : [name, focused !== blurred && seen]; }"""
    await page.get_by_role("navigation").get_by_role("link").first.focus()  # from the beginning on
    stops = 0
    for _ in range(45):
        await page.keyboard.press("Tab")
        found = await page.evaluate(looks)
        if found is None:
            break
        stops += 1
        assert found[1], f"the focus cannot be seen on {found[0]}"
    assert stops > 15


async def test_reduced_motion_moves_nothing(browser: Browser, program: Program, api_channel: dict[str, Any]) -> None:
    await write_in(program, api_channel, "Mo Motion", "Hello")
    page = await signed_in(browser, program, reduced_motion="reduce")
    await open_row(page, "Mo Motion")
    await page.keyboard.press("Control+k")
    moving = "() => document.getAnimations().filter((each) => (each.effect?.getComputedTiming().activeDuration ?? 0) > 2).length"
    assert await page.evaluate(moving) == 0


async def test_arabic_is_mirrored_and_speaks_arabic(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Amal Arabic", "مرحبا، أين طلبي؟")
    page = await signed_in(browser, program)
    await page.evaluate("localStorage.setItem('language', 'ar')")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await expect(page.locator("html")).to_have_attribute("lang", "ar")
    await page.locator("a[data-conversation]").filter(has_text="Amal Arabic").click()
    await expect(page.get_by_role("log")).to_be_visible()
    side, middle, log = [
        await page.locator(each).first.bounding_box() for each in ("nav.side", "section.list", "[role=log]")
    ]
    assert side and middle and log
    assert side["x"] > middle["x"] > log["x"], "the sidebar is at the right, then the list, then the thread"
    inbound = await page.locator("[role=log] .msg.in .bubble").first.bounding_box()
    assert inbound and inbound["x"] + inbound["width"] > log["x"] + log["width"] * 0.7, "who writes in is at the start"
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    words = await page.locator("nav.side").inner_text()
    assert not re.search(r"\b(Inbox|Yours|Open|Closed|Settings|Contacts)\b", words), words


async def test_dates_are_written_as_the_language_does(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Dina Dates", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Dina Dates")
    for language in ("en", "de", "ar"):
        await page.evaluate("(language) => localStorage.setItem('language', language)", language)
        await page.reload()
        stamp = page.locator("[role=log] time").first
        await expect(stamp).to_be_visible()
        shown, written = await stamp.evaluate(INTL)
        assert shown in written, language


def test_no_style_names_left_or_right() -> None:
    found: list[str] = []
    for path in [*SOURCES.rglob("*.svelte"), *SOURCES.rglob("*.css")]:
        text = path.read_text()
        styles = text if path.suffix == ".css" else "\n".join(re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL))
        styles = re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)
        found += [f"{path.relative_to(SOURCES)}: {match.group(1)}" for match in PHYSICAL.finditer(styles)]
    assert found == []


def test_dates_and_numbers_are_written_by_intl_alone() -> None:
    by_hand = re.compile(r"toLocale(?:Date|Time)?String|toDateString|toTimeString|toUTCString")
    found = [
        f"{path.relative_to(SOURCES)}: {match.group()}"
        for path in [*SOURCES.rglob("*.ts"), *SOURCES.rglob("*.svelte")]
        for match in by_hand.finditer(path.read_text())
    ]
    assert found == []
