"""What the service worker does, in a real browser: the app opens offline, pushes are shown, and not while one looks."""

import asyncio
from typing import Any

import msgspec
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import signed_in
from tests.program import Program

WORKER = "navigator.serviceWorker.ready.then(worker => worker.active.state)"
SHOWN = """navigator.serviceWorker.ready.then(worker => worker.getNotifications())
    .then(shown => shown.map(each => [each.title, each.body]))"""


async def worker_of(page: Page) -> None:
    """Waits until it has kept the app and is in charge of the page."""
    assert await page.evaluate(WORKER) == "activated"
    await page.wait_for_function("() => navigator.serviceWorker.controller !== null")


async def push(page: Page, program: Program, pushed: dict[str, Any]) -> None:
    """As the browser's push service would hand it over."""
    session: Any = await page.context.new_cdp_session(page)
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def registered(event: dict[str, Any]) -> None:
        for registration in event["registrations"]:
            if not registration["isDeleted"] and not found.done():
                found.set_result(registration["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", registered)
    await session.send("ServiceWorker.enable")
    message = {"origin": program.url, "registrationId": await found, "data": msgspec.json.encode(pushed).decode()}
    await session.send("ServiceWorker.deliverPushMessage", message)
    await session.detach()


def pushed(conversation: str, preview: str) -> dict[str, Any]:
    notification = {
        "id": "n1", "kind": "message", "conversation_id": conversation, "message_id": None, "actor_name": "Mira",
        "contact_name": "Mira", "preview": preview, "count": 1, "updated_at": "2026-11-20T12:00:00Z",
        "read": False,
    }  # fmt: skip
    return {"notification": notification, "unread": 1, "language": "de"}


async def test_the_app_opens_without_a_network_and_the_api_is_never_answered_from_the_cache(
    browser: Browser, program: Program
) -> None:
    page = await signed_in(browser, program)
    await worker_of(page)
    await page.context.set_offline(True)
    await page.goto(f"{program.url}/settings/notifications")
    await expect(page.locator("#app")).not_to_be_empty()
    assert await page.evaluate("fetch('/api/session').then(() => 'answered', () => 'no network')") == "no network"
    kept = await page.evaluate(
        "caches.keys().then(async names => (await Promise.all(names.map(async name => (await (await caches.open(name)).keys())))).flat().map(each => new URL(each.url).pathname))"
    )
    assert [path for path in kept if not path.startswith("/assets/")] == [
        "/index.html",
        "/icon.svg",
        "/manifest.webmanifest",
    ]
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.get_by_role("heading", name="Notifications")).to_be_visible()


async def test_a_push_is_shown_in_ones_language_unless_the_conversation_is_on_screen(
    browser: Browser, program: Program
) -> None:
    page = await signed_in(browser, program, permissions=["notifications"])
    await worker_of(page)
    await push(page, program, pushed("0190a000-0000-7000-8000-000000000001", "Is anybody there?"))
    shown: list[list[str]] = []
    while not shown:
        shown = await page.evaluate(SHOWN)
    assert shown == [["Mira hat geschrieben", "Is anybody there?"]]
    await page.goto(f"{program.url}/all/0190a000-0000-7000-8000-000000000002")
    await worker_of(page)
    await page.wait_for_function(
        f"async () => (await {SHOWN}).length === 0"
    )  # the one before goes, as nothing is unread
    await push(page, program, pushed("0190a000-0000-7000-8000-000000000002", "Is anybody there?"))
    await push(page, program, pushed("0190a000-0000-7000-8000-000000000003", "Another one"))
    await page.wait_for_function(f"async () => (await {SHOWN}).some(([, body]) => body === 'Another one')")
    shown = await page.evaluate(SHOWN)
    assert shown == [["Mira hat geschrieben", "Another one"]], (
        "the worker asked of the one before first: it is looked at"
    )


async def test_it_can_be_installed(browser: Browser, program: Program) -> None:
    page = await signed_in(browser, program)
    await worker_of(page)
    session: Any = await page.context.new_cdp_session(page)
    assert (await session.send("Page.getInstallabilityErrors"))["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],  # what the test's browser is, not the app
    )
    manifest = await session.send("Page.getAppManifest")
    assert manifest["errors"] == []
