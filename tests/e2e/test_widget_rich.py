"""The widget beyond text: emoji, files, pictures, and voice messages both ways, with Chromium's own microphone."""

import asyncio
import contextlib
import io
import re
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, FrameLocator, Page, async_playwright, expect

from tests.chromium import CHROMIUM, FLAGS, MICROPHONE
from tests.e2e.conftest import new_context, signed_in
from tests.program import Program

SENT = re.compile(r"\bSent$")  # after the time; "Not sent" is something else


@contextlib.asynccontextmanager
async def launched(*flags: str) -> AsyncGenerator[Browser]:
    """Chromium, without a microphone unless `flags` are MICROPHONE."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield browser
        await browser.close()


async def website(program: Program) -> dict[str, Any]:
    body = {"name": "Website", "connector": "webchat", "settings": {"allowed_origins": [program.url]}}
    return await asyncio.to_thread(program.call, "POST", "/api/channels", body)


async def visiting(browser: Browser, program: Program, channel: dict[str, Any]) -> tuple[Page, FrameLocator]:
    page = await (await new_context(browser)).new_page()
    await page.goto(f"{program.url}/widget/demo?channel={channel['id']}")
    await page.get_by_role("button", name="chat").click()
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_role("textbox", name="Write a message")).to_be_visible()
    return page, frame


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "PNG")
    return out.getvalue()


async def test_a_visitor_finds_an_emoji_by_keyboard_and_it_arrives(browser: Browser, program: Program) -> None:
    channel = await website(program)
    page, frame = await visiting(browser, program, channel)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    box = frame.get_by_role("textbox", name="Write a message")
    await box.fill("Hello there")
    await box.press("Home")
    await box.press("Shift+Tab")
    await expect(frame.get_by_role("button", name="Insert an emoji")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(frame.get_by_role("searchbox", name="Search emoji")).to_be_focused()
    assert any("emoji-set-en" in url for url in asked), "the names are loaded when the menu is"
    assert not [url for url in asked if not url.startswith(program.url)], "everything is served by Harken"
    await page.keyboard.type("light bulb")
    await expect(frame.get_by_role("button", name="light bulb")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(box).to_be_focused()
    await expect(box).to_have_value("💡Hello there")
    await page.keyboard.press("Control+z")
    await expect(box).to_have_value("Hello there")
    await page.keyboard.press("Control+Shift+z")
    await box.press("Enter")
    await expect(frame.get_by_text(SENT)).to_be_visible()
    await frame.get_by_role("button", name="Insert an emoji").click()
    await expect(frame.get_by_role("heading", name="Recently used")).to_be_visible()
    await expect(frame.get_by_role("dialog", name="Emoji").locator("section").first).to_contain_text("💡")
    await page.keyboard.press("Escape")
    await expect(frame.get_by_role("dialog", name="Emoji")).to_be_hidden()
    await expect(box).to_be_focused()
    agent = await signed_in(browser, program)
    await agent.get_by_text("💡Hello there").first.click()
    await expect(agent.get_by_role("log").get_by_text("💡Hello there")).to_be_visible()


async def test_files_show_their_way_and_what_is_refused_says_why(browser: Browser, program: Program) -> None:
    channel = await website(program)
    page, frame = await visiting(browser, program, channel)
    await expect(frame.get_by_role("button", name="Attach a file")).to_be_visible()  # what the channel takes is known
    chooser = frame.locator("form > input[type=file]")
    await chooser.set_input_files({"name": "setup.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"})
    await expect(frame.get_by_role("alert")).to_have_text("setup.exe cannot be sent here")
    await chooser.set_input_files({"name": "big.png", "mimeType": "image/png", "buffer": bytes(21 * 1024 * 1024)})
    await expect(frame.get_by_role("alert")).to_have_text("big.png is too large: at most 20 MB")
    held = asyncio.Event()

    async def hold(route: Any) -> None:
        await held.wait()
        with contextlib.suppress(Exception):
            await route.abort()

    await page.route("**/widget/api/*/uploads/*", hold)
    await chooser.set_input_files({"name": "lamp.png", "mimeType": "image/png", "buffer": picture("red")})
    await expect(frame.get_by_role("progressbar", name="lamp.png")).to_be_visible()
    await frame.get_by_role("button", name="Cancel lamp.png").click()
    await expect(frame.get_by_role("progressbar")).to_have_count(0)
    await chooser.set_input_files({"name": "lamp.png", "mimeType": "image/png", "buffer": picture("red")})
    await expect(frame.get_by_role("progressbar", name="lamp.png")).to_be_visible()
    held.set()
    await page.unroute("**/widget/api/*/uploads/*")
    await expect(frame.get_by_role("button", name="Remove lamp.png")).to_be_visible()  # it went on by itself
    await chooser.set_input_files({"name": "box.png", "mimeType": "image/png", "buffer": picture("blue")})
    await expect(frame.get_by_role("button", name="Remove box.png")).to_be_visible()
    await frame.get_by_role("button", name="Send", exact=True).click()
    await frame.get_by_role("button", name="lamp.png").click()
    viewer = frame.get_by_role("dialog", name="lamp.png")
    await expect(viewer.get_by_role("img", name="lamp.png")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(frame.get_by_role("dialog", name="box.png")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(frame.get_by_role("dialog")).to_have_count(0)
    await expect(frame.get_by_role("button", name="lamp.png")).to_be_visible()


async def test_voice_messages_go_both_ways(browser: Browser, program: Program, tmp_path: Path) -> None:
    channel = await website(program)
    async with launched(*MICROPHONE) as heard:
        _, frame = await visiting(heard, program, channel)
        await frame.get_by_role("button", name="Record a voice message").click()
        recorder = frame.get_by_role("group", name="Voice message")
        await expect(recorder.get_by_role("timer")).to_have_text("0:02")
        await recorder.get_by_role("button", name="Pause").click()
        await expect(recorder.get_by_role("group", name="Listen").get_by_role("button", name="Play")).to_be_visible()
        await recorder.get_by_role("button", name="Go on").click()
        await expect(recorder.get_by_role("timer")).to_have_text("0:03")
        await recorder.get_by_role("button", name="Send voice message").click()
        await expect(frame.get_by_text(SENT)).to_be_visible()
        await expect(frame.get_by_role("textbox", name="Write a message")).to_be_focused()
        agent = await signed_in(heard, program)
        await agent.locator("a[data-conversation]").filter(has_text="Voice message").first.click()
        theirs = agent.get_by_role("log").get_by_role("slider")
        await expect(theirs).to_be_visible()
        await agent.get_by_role("log").get_by_role("button", name="Play").click()
        await expect(agent.get_by_role("log").get_by_role("button", name="Pause")).to_be_visible()
        await expect(theirs).not_to_have_attribute("aria-valuenow", "0")
        kept = await asyncio.to_thread(spoken, program, agent.url.rsplit("/", 1)[-1])
        assert kept["kind"] == "audio" and 2.5 < kept["details"]["duration"] < 8
        assert max(kept["details"]["peaks"]) > 0.2, "the beep is seen in the waveform"
        await agent.get_by_role("button", name="Record a voice message").click()
        await expect(agent.get_by_role("group", name="Recording").get_by_text("0:02")).to_be_visible()
        await agent.get_by_role("button", name="Send recording").click()
        ours = frame.locator(".agent .player")
        await expect(ours).to_be_visible()
        await ours.get_by_role("button", name="Play").click()
        await expect(ours.get_by_role("button", name="Pause")).to_be_visible()
        await ours.get_by_role("slider").press("End")


async def test_without_a_microphone_a_recording_is_attached(program: Program) -> None:
    channel = await website(program)
    async with launched() as browser:
        _, frame = await visiting(browser, program, channel)
        await frame.get_by_role("button", name="Record a voice message").click()
        await expect(frame.get_by_role("alert")).to_contain_text("microphone")
        await expect(frame.get_by_text("Attach a recording")).to_be_visible()
        await frame.get_by_role("button", name="Cancel").click()
        await expect(frame.get_by_role("textbox", name="Write a message")).to_be_focused()


async def test_what_an_agent_marks_is_bold_in_the_widget_and_never_markup(browser: Browser, program: Program) -> None:
    channel = await website(program)
    _, frame = await visiting(browser, program, channel)
    box = frame.get_by_role("textbox", name="Write a message")
    await box.fill("Is **mine** on its way?")
    await box.press("Enter")
    await expect(frame.get_by_text(SENT)).to_be_visible()
    found = await asyncio.to_thread(
        program.call, "GET", f"/api/conversations?view=inbox&channel_id={channel['id']}&limit=1"
    )
    body = {"client_message_id": "marked", "text": "**Today**, <i>surely</i>", "format": "markdown"}
    await asyncio.to_thread(program.call, "POST", f"/api/conversations/{found['items'][0]['id']}/messages", body)
    bubble = frame.locator(".agent .bubble")
    await expect(bubble).to_have_text("Today, <i>surely</i>")
    await expect(bubble.locator("b")).to_have_text("Today")
    await expect(frame.locator(".own .bubble")).to_have_text("Is **mine** on its way?")


def spoken(program: Program, conversation: str) -> dict[str, Any]:
    """The first file of the conversation, once the server has listened to it."""
    files: list[dict[str, Any]] = []
    for _ in range(100):
        messages = program.call("GET", f"/api/conversations/{conversation}/messages")["items"]
        files = [file for message in messages for file in message["attachments"]]
        if files and files[0]["state"] == "ready" and files[0]["details"].get("peaks"):
            return files[0]
        time.sleep(0.1)
    raise AssertionError(f"no waveform: {files}")
