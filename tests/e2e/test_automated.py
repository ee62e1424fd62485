"""The Automated view: agents watch a bot at work, step in, and give a conversation back. The bot is another party, over HTTP."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.acts import field, go, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.http_peer import Asked, HttpPeer
from tests.program import Program


class Helper:
    """A webhook bot: answers what the test says, and not before it lets go."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = say("How can I help?")
        self.go = threading.Event()
        self.go.set()
        self.peer = HttpPeer(self._reply)

    def _reply(self, asked: Asked) -> tuple[int, Any]:
        answer = self.answer
        self.go.wait(30)
        return 200, answer

    async def asked_for(self, text: str) -> None:
        """Until the bot has been asked this."""
        for _ in range(300):
            if any(text in asked.body.decode() for asked in list(self.peer.asked)):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the bot was never asked {text!r}")


def say(text: str, **more: Any) -> dict[str, Any]:
    return {"answers": [{"type": "say", "text": text}], **more}


@pytest_asyncio.fixture(loop_scope="session")
async def helper(program: Program, api_channel: dict[str, Any]) -> AsyncIterator[Helper]:
    """A bot that has every new conversation of the story's channel."""
    bot = Helper()
    bot.peer.start()
    new = {"name": "Helper", "url": bot.peer.url, "disclosure": {"on": False}, "limits": {"timeout_seconds": 60}}
    made = await asyncio.to_thread(program.call, "POST", "/api/bots", new)
    bound = {"bot": {"id": made["id"], "when": "always"}}
    await asyncio.to_thread(program.call, "PATCH", f"/api/channels/{api_channel['id']}", bound)
    yield bot
    bot.go.set()
    await asyncio.to_thread(program.call, "DELETE", f"/api/bots/{made['id']}")
    await asyncio.to_thread(bot.peer.stop)


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Helper is answering")


async def watched(browser: Browser, program: Program, name: str) -> Page:
    """A page at the customer's conversation in Automated."""
    page = await signed_in(browser, program)
    await go(page, "Automated")
    await open_row(page, name)
    await expect(bar(page)).to_be_visible()
    return page


async def test_watching_says_nothing_and_typing_makes_the_bot_wait(
    browser: Browser, program: Program, api_channel: dict[str, Any], helper: Helper
) -> None:
    await write_in(program, api_channel, "Wanda Watched", "Where is my lamp?")
    page = await watched(browser, program, "Wanda Watched")
    log = page.get_by_role("log")
    await expect(log.get_by_text("How can I help?")).to_be_visible()
    helper.answer = say("Lamps are on their way.", step="lamps")
    await write_in(program, api_channel, "Wanda Watched", "the green one")
    await expect(log.get_by_text("Lamps are on their way.")).to_be_visible()
    await expect(bar(page)).to_contain_text("step lamps")
    await field(page).press_sequentially("Let me")
    await expect(bar(page)).to_contain_text("paused,")
    helper.answer = say("Now I may speak.")
    await write_in(program, api_channel, "Wanda Watched", "are you there?")
    await expect(log.get_by_text("are you there?")).to_be_visible()
    await expect(log.get_by_text("Now I may speak.")).to_be_visible(timeout=60_000)
    assert await log.locator(".msg.bot").count() == 3


async def test_what_the_bot_says_late_reaches_nobody_after_an_agent_took_over(
    browser: Browser, program: Program, api_channel: dict[str, Any], helper: Helper
) -> None:
    """Sending asks once; the answer that the bot had under way is refused."""
    helper.go.clear()
    helper.answer = say("Too late.")
    await write_in(program, api_channel, "Otto Over", "Where is my cupboard?")
    await helper.asked_for("Where is my cupboard?")
    page = await watched(browser, program, "Otto Over")
    log = page.get_by_role("log")
    await field(page).fill("I am here, Otto.")
    await field(page).press("Enter")
    question = page.get_by_role("alertdialog", name="Helper is answering")
    await expect(question).to_be_visible()
    await expect(log.get_by_text("I am here, Otto.")).to_have_count(0)
    await question.get_by_role("button", name="Take over and send").click()
    await expect(log.get_by_text("I am here, Otto.")).to_be_visible()
    await expect(bar(page)).to_have_count(0)
    helper.go.set()
    await expect(log.get_by_text("took over from Helper")).to_be_visible()
    await write_in(program, api_channel, "Otto Over", "thank you")
    await expect(log.get_by_text("thank you")).to_be_visible()
    await expect(log.get_by_text("Too late.")).to_have_count(0)


async def test_a_bot_that_does_not_understand_rises_to_the_top_and_says_why(
    browser: Browser, program: Program, api_channel: dict[str, Any], helper: Helper
) -> None:
    helper.answer = say("Sorry?", missed=True)
    await write_in(program, api_channel, "Mona Missed", "gibberish")
    page = await signed_in(browser, program)
    await go(page, "Automated")
    await expect(row(page, "Mona Missed")).to_contain_text("Did not understand")
    helper.answer = say("Sure.")
    await write_in(program, api_channel, "Nils Newer", "hello")
    await expect(row(page, "Nils Newer")).to_contain_text("Sure.")
    await expect(page.locator("[role=listitem]").filter(has_text="Mona Missed")).to_have_attribute("aria-posinset", "1")


async def test_a_conversation_goes_back_to_the_bot_with_a_goal(
    browser: Browser, program: Program, api_channel: dict[str, Any], helper: Helper
) -> None:
    await write_in(program, api_channel, "Hanna Back", "My order is wrong")
    page = await watched(browser, program, "Hanna Back")
    await bar(page).get_by_role("button", name="Take over").click()
    await expect(bar(page)).to_have_count(0)
    await page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_text("Helper").click()
    await dialog.get_by_label("What the bot is to do").fill("Ask for the order number")
    await dialog.get_by_role("button", name="Forward").click()
    await expect(bar(page)).to_contain_text("Goal: Ask for the order number")
    await helper.asked_for("Ask for the order number")
