"""Every screen, in both themes, wide and on a phone: axe finds nothing, nothing overflows, and at 400 % zoom all is reachable."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from tests.chromium import PHONE, WIDE
from tests.screens import SCREENS, Screen, Who, settled, show, signed_in
from tests.stage import Stage

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %: WCAG 1.4.10
# Customers' mails are shown in frames without scripts, where axe cannot run and whose content is theirs.
RUN = """(tags) => axe.run(document, { runOnly: { type: "tag", values: tags }, iframes: false, resultTypes: ["violations"] })
  .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
    nodes.map((each) => `${id}: ${each.target.join(" ")} (${(each.any[0] ?? each.all[0] ?? each.none[0])?.message ?? ""})`)))"""
CUT_OFF = (Path(__file__).parent / "cut_off.js").read_text()

CASES = [
    pytest.param(screen, width, id=f"{screen.name}-{width}")
    for width in ("wide", "phone")
    for screen in SCREENS
    if (screen.wide if width == "wide" else screen.phone)
]


class Contexts:
    """A signed-in context for each agent and width, shared by the screens; each screen gets a page of its own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url
        self._made: dict[tuple[Who, str], BrowserContext] = {}

    async def get(self, who: Who, width: str) -> BrowserContext:
        if (who, width) not in self._made:
            options: dict[str, Any] = (
                {"viewport": WIDE} if width == "wide" else {"viewport": PHONE, "has_touch": True, "is_mobile": True}
            )
            made = await signed_in(self._browser, self._url, who, **options)
            await made.add_init_script(path=AXE)
            self._made[who, width] = made
        return self._made[who, width]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def contexts(one_browser: Browser, stage: Stage) -> AsyncIterator[Contexts]:
    yield Contexts(one_browser, stage.url)


@pytest_asyncio.fixture(loop_scope="session")
async def opened(contexts: Contexts, stage: Stage, screen: Screen, width: str) -> AsyncIterator[Page]:
    context = await contexts.get(screen.who, width)
    page = await context.new_page()
    page.set_default_timeout(20_000)
    try:
        await show(page, stage, screen)
        yield page
    finally:
        await context.set_offline(False)
        await page.close()


async def _findings(page: Page, screen: Screen, theme: Literal["light", "dark"]) -> list[str]:
    await page.emulate_media(color_scheme=theme)
    await settled(page)
    return [f"{screen.name}, {theme}: {each}" for each in await page.evaluate(RUN, TAGS)]


@pytest.mark.parametrize(("screen", "width"), CASES)
async def test_axe_finds_nothing_and_nothing_overflows(opened: Page, screen: Screen, width: str) -> None:
    found = await _findings(opened, screen, "light") + await _findings(opened, screen, "dark")
    assert not found, "\n".join(found)
    overflow = await opened.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"{screen.name}: the document is {overflow} px too wide"
    if width == "wide" and screen.phone:
        await opened.set_viewport_size(ZOOMED)
        await settled(opened)
        cut_off = await opened.evaluate(CUT_OFF)
        assert not cut_off, f"{screen.name} at 400 %: " + "\n".join(cut_off)
