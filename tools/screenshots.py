"""`make screenshots`: pictures of the demo in docs/screenshots, in light, dark and on a phone."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from harken.simulators.demo.seed import ADDRESS, PASSWORD
from tests.program import Program

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
CHROMIUM = os.environ.get("HARKEN_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


async def _signed_in(browser: Browser, url: str, **context: Any) -> Page:
    page = await (await browser.new_context(locale="en-GB", **context)).new_page()
    await page.goto(url)
    await page.get_by_label("E-mail").fill(ADDRESS)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("log").or_(page.get_by_role("heading", name="Inbox")).first.wait_for()
    return page


async def _take(page: Page, name: str) -> None:
    await page.wait_for_timeout(900)  # pictures and fonts
    await page.screenshot(path=FOLDER / f"{name}.png")


async def _agent(browser: Browser, url: str, name: str, *, phone: bool = False, **context: Any) -> None:
    page = await _signed_in(browser, url, viewport=PHONE if phone else WIDE, **context)
    await _take(page, f"inbox-{name}")
    for view in ("yours", "automated"):
        await page.goto(f"{url}/{view}")
        row = page.locator("a[href*='/" + view + "/']").first
        await row.click()
        await page.get_by_role("log").wait_for()
        await _take(page, f"{view}-{name}")
    await page.goto(f"{url}/settings/channels")
    await _take(page, f"channels-{name}")
    await page.context.close()


async def _run(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        await _agent(browser, url, "light", color_scheme="light")
        await _agent(browser, url, "dark", color_scheme="dark")
        await _agent(browser, url, "phone", phone=True, color_scheme="light")
        await browser.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="harken-pictures-") as folder,
        Program(Path(folder) / "data", demo=True) as program,
    ):
        program.start()
        asyncio.run(_run(program.url))


if __name__ == "__main__":
    main()
