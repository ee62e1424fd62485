"""The stories' stage: the whole program as a process, a mail server that stands in, and Debian's Chromium."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from harken.simulators.mail import MailServer
from tests.program import EMAIL, PASSWORD, Program

CHROMIUM = os.environ.get("HARKEN_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage"]
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Acme, with Ada (admin) and Ben (agent), and a channel of each kind as a story asks for it."""
    running = Program(tmp_path_factory.mktemp("e2e") / "data", env={"HARKEN_ALLOW_PRIVATE_URLS": "true"}).set_up()
    with running:
        running.start()
        running.add_agent("Ben Osei")
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


async def signed_in(browser: Browser, program: Program, email: str = EMAIL, **context: Any) -> Page:
    """A page of an agent who has signed in, at the Inbox."""
    page = await (await new_context(browser, **context)).new_page()
    await page.goto(program.url)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("navigation").get_by_text("Inbox").first).to_be_visible()
    return page


async def new_context(browser: Browser, **options: Any) -> BrowserContext:
    return await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", **options)


@pytest.fixture
async def api_channel(program: Program) -> dict[str, Any]:
    return await asyncio.to_thread(
        program.call, "POST", "/api/channels", {"name": "Shop", "connector": "api", "settings": {"callback_url": ""}}
    )


__all__ = ["Path", "api_channel", "browser", "mail", "program", "signed_in"]
