"""Recorded audio, with the browser's fake microphone, which beeps: recorded, heard, sent, and what was sent measured (R19)."""

import contextlib
import io
import re
from array import array
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import av
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.chromium import CHROMIUM, FLAGS, MICROPHONE
from tests.e2e.acts import field, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.e2e.test_attachments import content, settled
from tests.program import Program

# What is heard from now on: how many at once at most, and what the bar says while something else is read.
HEARD = """() => {
  const playing = new Set();
  window.heard = { most: 0, elsewhere: [] };
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    for (const [event, change] of [["playing", "add"], ["pause", "delete"], ["ended", "delete"]])
      this.addEventListener(event, () => { playing[change](this); window.heard.most = Math.max(window.heard.most, playing.size); });
    return play.call(this);
  };
  setInterval(() => window.heard.elsewhere.push(document.querySelector("[aria-label='Now playing'] small")?.textContent ?? ""), 50);
}"""
SOUND = "--autoplay-policy=no-user-gesture-required"


@contextlib.asynccontextmanager
async def launched(*flags: str) -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, SOUND, *flags])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def speaking() -> AsyncIterator[Browser]:
    """A browser whose microphone beeps once a second, and may be used."""
    async with launched(*MICROPHONE) as browser:
        yield browser


async def begin(browser: Browser, program: Program, channel: dict[str, Any], *names: str) -> Page:
    for name in names:
        await write_in(program, channel, name, "Can you explain?")
    page = await signed_in(browser, program, service_workers="block")
    await open_row(page, names[0])
    return page


def bar(page: Page) -> Locator:
    return page.get_by_role("group", name="Recording", exact=True)


async def record(page: Page) -> None:
    await page.get_by_role("button", name="Record a voice message").click()
    await expect(bar(page).get_by_role("button", name="Pause recording")).to_be_visible()


async def recorded(page: Page, at_least: int) -> None:
    """Waits until the clock of the recording shows that many seconds."""
    await page.wait_for_function(
        "(least) => { const [m, s] = document.querySelector('.composer time').textContent.split(':'); return +m * 60 + +s >= least; }",
        arg=at_least,
    )


def measured(data: bytes) -> tuple[float, str, int, float]:
    """Seconds, codec, channels and the loudest sample of what was sent, decoded to its end."""
    with av.open(io.BytesIO(data), mode="r") as container:
        stream = container.streams.audio[0]
        plain = av.AudioResampler(format="s16", layout="mono", rate=8000)
        wave = array("h")
        for frame in container.decode(stream):
            for piece in plain.resample(frame):
                wave.frombytes(bytes(piece.planes[0])[: piece.samples * 2])
        loudest = max(max(wave), -min(wave)) / 32768
        return len(wave) / 8000, stream.codec_context.name, stream.codec_context.channels, loudest


async def test_a_recording_is_paused_heard_gone_on_with_over_another_conversation_and_sent(
    speaking: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(speaking, program, api_channel, "Vico Voice", "Otto Other")
    await record(page)
    await expect(bar(page).get_by_role("button", name="Pause recording")).to_be_focused()
    await recorded(page, 2)
    await expect(bar(page).get_by_role("meter", name="Level")).to_be_visible()
    await bar(page).get_by_role("button", name="Pause recording").click()
    await expect(bar(page).get_by_role("button", name="Go on recording")).to_be_visible()
    stopped = await page.locator(".composer time").text_content()
    await bar(page).get_by_role("button", name="Listen").click()
    await expect(bar(page).get_by_role("button", name="Stop listening")).to_be_visible()
    await expect(bar(page).get_by_role("button", name="Listen", exact=True)).to_be_visible(timeout=20_000)  # to its end
    assert await page.locator(".composer time").text_content() == stopped
    await bar(page).get_by_role("button", name="Go on recording").click()

    await row(page, "Otto Other").click()
    await expect(page.get_by_role("main", name="Otto Other")).to_be_visible()
    elsewhere = page.get_by_role("region", name="Recording for Vico Voice")
    await expect(elsewhere).to_contain_text(re.compile(r"Recording · 0:0[4-9]"), timeout=20_000)
    await elsewhere.get_by_role("button", name="Recording for Vico Voice").click()
    await expect(page.get_by_role("main", name="Vico Voice")).to_be_visible()
    await bar(page).get_by_role("button", name="Pause recording").click()
    seconds = await page.evaluate("document.querySelector('.composer time').textContent.split(':')")
    shown = int(seconds[0]) * 60 + int(seconds[1])
    await bar(page).get_by_role("button", name="Send recording").click()
    (message,) = await settled(program, page, 1)
    (file,) = message["attachments"]
    assert (file["kind"], file["details"]["voice"]) == ("audio", True)
    duration, codec, channels, loudest = measured(await content(program, file["id"]))
    assert abs(duration - shown - 0.5) <= 1, (duration, shown)  # the clock shows whole seconds
    assert abs(duration - file["details"]["duration"]) <= 0.5
    assert (codec, channels) == ("opus", 1)
    assert loudest > 0.01
    assert len(file["details"]["peaks"]) > 10
    await expect(bar(page)).to_have_count(0)


async def test_what_plays_goes_on_elsewhere_and_only_one_plays_at_a_time(
    speaking: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(speaking, program, api_channel, "Paula Player", "Otto Other")
    for count in (1, 2):
        await record(page)
        await recorded(page, 5)
        await bar(page).get_by_role("button", name="Send recording").click()
        await settled(program, page, count)
    first, second = page.locator("[data-recording]").first, page.locator("[data-recording]").last
    await first.get_by_role("slider", name="Position").focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Home")
    await expect(first.get_by_role("slider")).to_have_attribute("aria-valuetext", re.compile("^0:00 of 0:0[5-9]"))
    await first.get_by_role("button", name="Speed: 1×").click()
    await first.get_by_role("button", name="Speed: 1.5×").click()
    await first.get_by_role("button", name="Speed: 2×").click()
    await expect(first.get_by_role("button", name="Speed: 1×")).to_be_visible()
    await first.get_by_role("slider", name="Position").focus()
    await page.evaluate(HEARD)
    await page.keyboard.press(" ")
    await second.get_by_role("button", name="Play").click()
    await row(page, "Otto Other").click()
    playing = page.get_by_role("region", name="Now playing")
    await expect(playing).to_be_visible()
    await page.wait_for_function("() => window.heard.elsewhere.some((text) => /^0:0[1-9]/.test(text))")
    assert await page.evaluate("window.heard.most") == 1
    await expect(playing.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)  # to its end
    await playing.get_by_role("button", name="Go there").click()
    await expect(page.get_by_role("main", name="Paula Player")).to_be_visible()
    await expect(playing).to_have_count(0)


async def test_a_recording_that_was_cut_off_is_found_again(
    speaking: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(speaking, program, api_channel, "Cleo Crash")
    await record(page)
    await recorded(page, 3)
    await page.reload()
    await expect(page.get_by_text("This recording was interrupted. It is kept here.")).to_be_visible()
    await bar(page).get_by_role("button", name="Send recording").click()
    (message,) = await settled(program, page, 1)
    assert measured(await content(program, message["attachments"][0]["id"]))[0] >= 1


async def test_with_words_in_the_field_a_recording_waits_beside_them_and_discarded_it_leaves_nothing(
    speaking: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(speaking, program, api_channel, "Dora Discard")
    await record(page)
    await bar(page).get_by_role("button", name="Discard recording").click()
    await expect(bar(page)).to_have_count(0)
    await expect(field(page)).to_be_focused()
    await field(page).fill("Listen to this")
    await record(page)
    await recorded(page, 1)
    await bar(page).get_by_role("button", name="Attach recording").click()
    await expect(page.get_by_role("list", name="Files of this message")).to_contain_text("Voice message")
    await expect(field(page)).to_have_value("Listen to this")
    await field(page).press("Enter")
    (message,) = await settled(program, page, 1)
    assert (message["text"], len(message["attachments"])) == ("Listen to this", 1)


async def test_a_recording_that_is_kept_while_one_writes_a_note_is_shown_where_it_waits(
    speaking: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await begin(speaking, program, api_channel, "Nele Note")
    await record(page)
    await recorded(page, 1)
    await page.get_by_role("tab", name="Note").click()
    await bar(page).get_by_role("button", name="Attach recording").click()
    await expect(page.get_by_role("tab", name="Reply")).to_have_attribute("aria-selected", "true")
    await expect(page.get_by_role("list", name="Files of this message")).to_contain_text("Voice message")


async def test_no_microphone_and_one_that_is_not_allowed_are_told_apart_in_place(
    program: Program, api_channel: dict[str, Any]
) -> None:
    async with launched("--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser:
        page = await begin(browser, program, api_channel, "Nina Not")
        await page.get_by_role("button", name="Record a voice message").click()
        await expect(page.get_by_text("The microphone is not allowed here.")).to_be_visible()
        await page.get_by_role("button", name="Put away").click()
        await expect(page.get_by_text("The microphone is not allowed here.")).to_have_count(0)
    async with launched("--use-fake-ui-for-media-stream") as browser:
        page = await signed_in(browser, program)
        await open_row(page, "Nina Not")
        await page.get_by_role("button", name="Record a voice message").click()
        await expect(page.get_by_text("No microphone was found.")).to_be_visible()
