"""Files in the composer and in the thread, in a real browser (R18)."""

import asyncio
import base64
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload, Locator, Page, Request, Route, expect

from tests.e2e.acts import field, open_row, write_in
from tests.e2e.conftest import signed_in
from tests.program import Program

LOCAL = re.compile("^blob:")
PAGE = b"<!doctype html><html><script>document.title = 'caught'</script></html>"
DROP = """([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const on = document.querySelector("[role=log]");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    on.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
  }
}"""
KEPT = """(count) => new Promise((resolve) => {
  const opening = indexedDB.open("harken-files");
  opening.onsuccess = () => {
    const asked = opening.result.transaction("files").objectStore("files").count();
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result === count); };
  };
  opening.onerror = () => resolve(false);
})"""
PASTE = """([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const on = document.querySelector(".composer textarea");
  on.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: carried }));
}"""


def png(width: int = 300, height: int = 200, colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "png")
    return out.getvalue()


def picture(name: str, data: bytes | None = None) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": data or png()}


def carried(file: FilePayload) -> list[str]:
    return [file["name"], file["mimeType"], base64.b64encode(file["buffer"]).decode()]


async def choose(page: Page, *files: FilePayload) -> None:
    await page.locator(".composer input[type=file]").set_input_files(list(files))


def chosen(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Files of this message").get_by_role("listitem").filter(has_text=name)


async def sent(program: Program, page: Page) -> list[dict[str, Any]]:
    """What the agents have sent in the conversation on screen, in order."""
    conversation = page.url.split("/")[4].split("?")[0]
    path = f"/api/conversations/{conversation}/messages?limit=50"
    items = (await asyncio.to_thread(program.call, "GET", path))["items"]
    return sorted((m for m in items if m["direction"] == "out"), key=lambda m: m["seq"])


async def settled(program: Program, page: Page, count: int) -> list[dict[str, Any]]:
    """Once that many have been sent: the page says of none that it is on its way."""
    messages = page.locator("[data-message].out")
    await expect(messages).to_have_count(count, timeout=30_000)
    await expect(page.locator('[data-message^="pending:"]')).to_have_count(0, timeout=30_000)
    return await sent(program, page)


async def content(program: Program, file_id: str) -> bytes:
    def fetch() -> bytes:
        with program.client() as client:
            return client.get(f"/files/{file_id}").raise_for_status().content

    return await asyncio.to_thread(fetch)


async def limited(page: Page, **capabilities: Any) -> None:
    """The page's channels have these abilities from its next load on."""

    async def answer(route: Route) -> None:
        snapshot = await (await route.fetch()).json()
        for channel in snapshot["channels"]:
            channel["capabilities"] |= capabilities
        await route.fulfill(json=snapshot)

    await page.route("**/api/snapshot", answer)
    await page.reload()


async def begin(browser: Browser, program: Program, channel: dict[str, Any], name: str) -> Page:
    await write_in(program, channel, name, "Can you send it?")
    page = await signed_in(browser, program, service_workers="block")
    await open_row(page, name)
    return page


async def test_files_are_chosen_dropped_and_pasted_put_in_order_and_arrive_as_they_were(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Fay Files")
    letter: FilePayload = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"Dear Fay"}
    front, back = picture("front.png"), picture("back.png", png(colour="maroon"))
    await choose(page, letter)
    await page.evaluate(DROP, carried(front))
    await page.evaluate(PASTE, carried(back))
    for name in ("letter.txt", "front.png", "back.png"):
        await expect(chosen(page, name)).to_be_visible()
    await chosen(page, "letter.txt").get_by_role("button", name="Arrow keys change the order").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_text("letter.txt is now 2 of 3")).to_be_attached()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_text("letter.txt is now 3 of 3")).to_be_attached()
    await field(page).fill("Here it is")
    await field(page).press("Enter")
    (message,) = await settled(program, page, 1)
    assert message["text"] == "Here it is"
    assert [file["name"] for file in message["attachments"]] == ["front.png", "back.png", "letter.txt"]
    assert await content(program, message["attachments"][2]["id"]) == b"Dear Fay"
    await expect(page.locator("[data-picture]")).to_have_count(2)
    await expect(page.get_by_role("list", name="Files of this message")).to_have_count(0)


async def test_what_the_channel_does_not_take_is_refused_when_chosen_and_nothing_of_it_is_sent(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Rita Refused")
    await limited(page, files=[{"types": ["image/*"], "max_bytes": 100_000}], max_files=2)
    await expect(field(page)).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/files" in request.url else None)
    pdf: FilePayload = {"name": "label.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    await choose(page, pdf)
    await expect(page.get_by_text("label.pdf: this channel does not take files of this kind.")).to_be_visible()
    await choose(page, {"name": "none.png", "mimeType": "image/png", "buffer": b""})
    await expect(page.get_by_text("none.png is empty (0 bytes).")).to_be_visible()
    await choose(page, picture("wide.png", png() + bytes(100_000)))
    await expect(page.get_by_text("wide.png is too large: this channel takes files up to 100 kB.")).to_be_visible()
    assert asked == []
    await choose(page, picture("1.png"), picture("2.png"), picture("3.png"))
    await expect(page.get_by_text("This channel takes up to 2 files at a time.")).to_be_visible()
    await expect(chosen(page, "2.png")).to_be_visible()
    await expect(chosen(page, "3.png")).to_have_count(0)


async def test_a_page_that_calls_itself_a_picture_is_told_and_is_never_shown_as_one(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Mia Mask")
    await choose(page, picture("holiday.png", PAGE))
    await expect(chosen(page, "holiday.png")).to_contain_text("Really text/html")
    await field(page).press("Enter")
    (message,) = await settled(program, page, 1)
    (file,) = message["attachments"]
    assert (file["type"], file["kind"]) == ("text/html", "file")
    card = page.get_by_role("link", name="Download holiday.png")
    await expect(card).to_be_visible()
    await expect(page.locator("[data-picture]")).to_have_count(0)
    async with page.expect_download() as download:
        await card.click()
    assert (await download.value).suggested_filename == "holiday.png"
    assert await page.title() != "caught"


async def test_what_the_server_refuses_says_why_in_its_place_and_can_be_tried_again(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Sven Server")

    async def refuse(route: Route) -> None:
        problem = {"code": "unsupported_type", "title": "Unsupported", "detail": "no", "media_type": "text/html"}
        await route.fulfill(status=415, content_type="application/problem+json", body=json.dumps(problem))

    await page.route("**/api/files", refuse)
    await choose(page, picture("photo.png"))
    await expect(chosen(page, "photo.png")).to_contain_text("photo.png is really of the type text/html")
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    await page.unroute("**/api/files")
    await chosen(page, "photo.png").get_by_role("button", name="Try photo.png again").click()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    await chosen(page, "photo.png").get_by_role("button", name="Remove photo.png").click()
    await expect(chosen(page, "photo.png")).to_have_count(0)
    await expect(field(page)).to_be_focused()


async def test_a_large_file_goes_on_where_the_connection_broke_off(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Lars Large")
    data = bytes(range(256)) * 4096 * 4  # 4 MiB
    offsets: list[int] = []
    back = asyncio.Event()

    async def part(route: Route) -> None:
        """Half of the first one arrives before the line breaks."""
        request = route.request
        if request.method != "PATCH":
            return await route.fallback()
        offsets.append(int(request.headers["upload-offset"]))
        if len(offsets) == 1:
            headers = {name: request.headers[name] for name in ("upload-offset", "content-type", "x-csrf-token")}
            await page.request.patch(request.url, data=data[: len(data) // 2], headers=headers)
        if back.is_set():
            return await route.continue_()
        await route.abort("connectionreset")

    await page.route("**/api/uploads/*", part)
    await choose(page, {"name": "film.bin", "mimeType": "application/octet-stream", "buffer": data})
    await expect(chosen(page, "film.bin")).to_contain_text("Waiting for the network", timeout=30_000)
    await expect(chosen(page, "film.bin").get_by_role("progressbar")).to_be_visible()
    back.set()
    await expect(chosen(page, "film.bin").get_by_role("button", name="Remove film.bin")).to_be_visible(timeout=60_000)
    assert offsets[-1] == len(data) // 2, offsets  # what had arrived did not go again
    assert offsets.count(0) == 1, offsets  # what had arrived did not go again
    await field(page).press("Enter")
    (message,) = await settled(program, page, 1)
    got = await content(program, message["attachments"][0]["id"])
    assert hashlib.sha256(got).hexdigest() == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("early", [False, True], ids=["under way", "before the server has answered"])
async def test_a_cancelled_upload_is_gone_here_and_there(
    browser: Browser, program: Program, api_channel: dict[str, Any], early: bool
) -> None:
    page = await begin(browser, program, api_channel, "Cora Cancel")
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method != "PATCH":
            return await route.fallback()
        await held.wait()
        await route.abort()

    await page.route("**/api/uploads/*", hold)

    async def late(route: Route) -> None:
        await asyncio.sleep(2)
        await route.fallback()

    if early:
        await page.route("**/api/uploads", late)
    begun = asyncio.Event()
    page.on("response", lambda answer: begun.set() if answer.url.endswith("/api/uploads") else None)

    def dropped(request: Request) -> bool:
        return request.method == "DELETE" and "/api/uploads/" in request.url

    data = bytes(2_000_000)
    await choose(page, {"name": "wrong.bin", "mimeType": "application/octet-stream", "buffer": data})
    await expect(chosen(page, "wrong.bin").get_by_role("progressbar")).to_be_visible()
    if not early:
        await begun.wait()
    async with page.expect_request(dropped) as gone:
        await chosen(page, "wrong.bin").get_by_role("button", name="Cancel wrong.bin").click()
    await expect(chosen(page, "wrong.bin")).to_have_count(0)
    upload = (await gone.value).url
    held.set()
    answer = await (await gone.value).response()
    assert answer
    assert answer.status == 204
    assert (await page.request.get(upload)).status == 404


async def test_a_message_is_on_screen_with_its_pictures_at_once_and_waits_for_them_over_a_reload(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Olga Offline")
    await page.route("**/api/files", lambda route: route.abort("internetdisconnected"))
    await choose(page, picture("proof.png"))
    await expect(chosen(page, "proof.png")).to_contain_text("Waiting for the network")
    await field(page).fill("With the picture")
    await field(page).press("Enter")
    mine = page.locator('[data-message^="pending:"]')
    await expect(mine).to_contain_text("With the picture")
    await expect(mine.locator("img")).to_have_attribute("src", LOCAL)
    await expect(mine).to_contain_text("Waiting for the network")
    await page.wait_for_function(KEPT, arg=1)
    await page.reload()
    await expect(mine).to_contain_text("With the picture")
    await expect(mine.locator("img")).to_have_attribute("src", LOCAL)
    await expect(page.get_by_role("list", name="Files of this message")).to_have_count(0)
    assert await sent(program, page) == []
    await page.unroute("**/api/files")
    (message,) = await settled(program, page, 1)
    assert [file["name"] for file in message["attachments"]] == ["proof.png"]
    await page.wait_for_function(KEPT, arg=0)


async def test_a_message_whose_file_is_refused_says_why_and_is_retried_or_taken_back(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Rolf Retry")
    said = asyncio.Event()

    async def refuse(route: Route) -> None:
        await said.wait()
        await route.fulfill(
            status=507, content_type="application/problem+json", body='{"code": "full", "title": "Full"}'
        )

    await page.route("**/api/files", refuse)
    await choose(page, picture("late.png"))
    await field(page).fill("Soon")
    await field(page).press("Enter")
    mine = page.locator("[data-message].out")
    await expect(mine).to_contain_text("Soon")
    said.set()
    await expect(mine).to_contain_text("The server has no room for files left.")
    await mine.get_by_role("button", name="Edit").click()
    await expect(field(page)).to_have_value("Soon")
    await expect(chosen(page, "late.png")).to_contain_text("no room")
    await expect(mine).to_have_count(0)
    await page.unroute("**/api/files")
    await chosen(page, "late.png").get_by_role("button", name="Try late.png again").click()
    await expect(chosen(page, "late.png").get_by_role("button", name="Remove late.png")).to_be_visible()
    await field(page).press("Enter")
    (message,) = await settled(program, page, 1)
    assert (message["text"], [file["name"] for file in message["attachments"]]) == ("Soon", ["late.png"])


async def test_where_a_message_takes_one_file_several_go_in_order_each_with_its_caption(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Carl Caption")
    await limited(page, max_files=1, captions=True)
    await choose(page, picture("front.png"), picture("back.png"))
    await expect(page.get_by_text("Goes as 2 messages, in this order")).to_be_visible()
    await page.get_by_label("Caption for front.png").fill("The front")
    await page.get_by_label("Caption for back.png").fill("And the back")
    await field(page).fill("Two of them")
    await field(page).press("Enter")
    messages = await settled(program, page, 3)
    assert [(m["text"], [f["name"] for f in m["attachments"]]) for m in messages] == [
        ("Two of them", []),
        ("The front", ["front.png"]),
        ("And the back", ["back.png"]),
    ]


async def test_a_picture_of_a_phone_is_seen_though_the_browser_knows_nothing_of_such(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Ida Iphone")
    content = (Path(__file__).parent.parent / "examples" / "pictures" / "turned.heic").read_bytes()
    await choose(page, {"name": "IMG_1.heic", "mimeType": "", "buffer": content})
    await expect(chosen(page, "IMG_1.heic").locator("img")).to_have_js_property("naturalWidth", 48)
    await field(page).press("Enter")
    await settled(program, page, 1)
    await expect(page.locator("[data-picture] img")).to_have_js_property("naturalWidth", 48)
    await page.get_by_role("button", name="IMG_1.heic").click()
    await expect(page.get_by_role("dialog").get_by_role("img", name="IMG_1.heic")).to_have_js_property(
        "naturalWidth", 48
    )


async def test_pictures_are_looked_at_by_keyboard_and_the_focus_comes_back(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(browser, program, api_channel, "Vera Viewer")
    await choose(page, picture("one.png", png(1600, 900)), picture("two.png", png(400, 1200, "olive")))
    await field(page).press("Enter")
    await settled(program, page, 1)
    await page.get_by_role("button", name="Open one.png").press("Enter")
    viewer = page.get_by_role("dialog", name="Pictures")
    shown = viewer.get_by_role("img")
    await expect(shown).to_have_attribute("alt", "one.png")
    await expect(viewer).to_contain_text("1 of 2")
    await page.keyboard.press("ArrowRight")
    await expect(shown).to_have_attribute("alt", "two.png")
    await page.keyboard.press("+")
    scale = "img => new DOMMatrix(getComputedStyle(img).transform).a"
    assert await shown.evaluate(scale) > 1.4
    await page.keyboard.press("0")
    assert await shown.evaluate(scale) == 1
    await page.keyboard.press("ArrowLeft")
    await expect(shown).to_have_attribute("alt", "one.png")
    async with page.expect_download() as download:
        await viewer.get_by_role("link", name="Download one.png").click()
    assert (await download.value).suggested_filename == "one.png"
    await page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)
    await expect(page.get_by_role("button", name="Open one.png")).to_be_focused()
