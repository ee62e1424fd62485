"""The stories' stage: the whole program as a process, a mail server that stands in, and Debian's Chromium.

One browser and one event loop for all of them: starting Chromium costs more than most stories.
"""

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from harken.simulators.mail import MailServer
from tests.chromium import WIDE, chromium
from tests.program import EMAIL, PASSWORD, Program
from tests.stage import Stage, set_stage

expect.set_options(timeout=15_000)
FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents and inspect.iscoroutinefunction(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Acme, with Ada (admin) and Ben (agent), and a channel of each kind as a story asks for it."""
    running = Program(tmp_path_factory.mktemp("e2e") / "data", env={"HARKEN_ALLOW_PRIVATE_URLS": "true"}).set_up()
    with running:
        running.start()
        running.add_agent("Ben Osei")
        yield running


class _Taken(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", "0")))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="session")
def customers() -> Iterator[str]:
    """The service behind the `api` channels of the stories: takes every answer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Taken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The demo with everything that the screens show."""
    made = set_stage(tmp_path_factory.mktemp("stage"))
    with made.program:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def browser(one_browser: Browser) -> AsyncIterator[Browser]:
    """The session's browser; what a story opens in it is closed with the story."""
    before = list(one_browser.contexts)
    yield one_browser
    for context in one_browser.contexts:
        if context not in before:
            await context.close()


@pytest_asyncio.fixture(loop_scope="session")
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
    await expect(page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    return page


async def new_context(browser: Browser, **options: Any) -> BrowserContext:
    return await browser.new_context(viewport=WIDE, locale="en-GB", **options)


@pytest_asyncio.fixture(loop_scope="session")
async def api_channel(program: Program, customers: str) -> dict[str, Any]:
    """A channel of its own for the story; what is answered there arrives. What earlier ones have left in the views is closed: a new row is in sight."""
    await asyncio.to_thread(close_all, program)
    body = {"name": "Shop", "connector": "api", "settings": {"callback_url": customers}}
    return await asyncio.to_thread(program.call, "POST", "/api/channels", body)


def close_all(program: Program) -> None:
    for view in ("inbox", "yours", "open"):
        found = program.call("GET", f"/api/conversations?view={view}&snoozed=any&limit=100")["items"]
        if found:
            body = {"ids": [one["id"] for one in found], "action": {"kind": "close"}}
            program.call("POST", "/api/conversations/bulk", body)
