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
    await page.wait_for_function(f"async () => (await {WORKER}) === 'activated'")
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
    one, other = "0190a000-0000-7000-8000-000000000001", "0190a000-0000-7000-8000-000000000002"
    await page.wait_for_timeout(3_000)  # the page has taken away what it found, as nothing is unread
    assert await told_of(page, program, one, "Is anybody there?") == ["Mira hat geschrieben: Is anybody there?"]
    await page.goto(f"{program.url}/all/{other}")
    await worker_of(page)
    await expect(page.get_by_role("heading", name="This conversation is not here")).to_be_visible()
    assert await told_of(page, program, other, "And here?") == [], "somebody looks at it"


async def test_a_page_hears_the_worker_before_anything_else_of_it_is_loaded(browser: Browser, program: Program) -> None:
    page = await signed_in(browser, program)
    await worker_of(page)
    await page.evaluate("localStorage.setItem('language', 'de')")  # a catalogue that is to be fetched first
    await page.add_init_script("""
      const listen = navigator.serviceWorker.addEventListener;
      navigator.serviceWorker.addEventListener = function (kind, ...more) {
        if (kind === "message") globalThis.listening ??= !globalThis.parsed;
        return listen.call(this, kind, ...more);
      };
      addEventListener("DOMContentLoaded", () => (globalThis.parsed = true));
    """)
    await page.reload()
    await expect(page.get_by_role("heading", name="Eingang", level=1)).to_be_visible()
    assert await page.evaluate("globalThis.listening"), (
        "the browser hands out what the worker says once the page is parsed"
    )


async def told_of(page: Page, program: Program, conversation: str, preview: str) -> list[str]:
    """What is shown for a push until the worker no longer waits for a page's answer."""
    looking = asyncio.ensure_future(
        page.evaluate(
            f"""async (preview) => {{
          const seen = new Set();
          for (const end = Date.now() + 7_000; Date.now() < end && seen.size === 0;) {{
            for (const each of await {SHOWN}) if (each[1].includes(preview)) seen.add(each.join(": "));
            await new Promise((done) => setTimeout(done, 50));
          }}
          return [...seen];
        }}""",
            preview,
        )
    )
    await push(page, program, pushed(conversation, preview))
    return await looking


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
