"""The Automated view: agents watch a bot at work, step in, and give a conversation back. The bot is another party, over HTTP."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, FrameLocator, Locator, Page, expect

from tests.e2e.acts import field, go, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.e2e.test_widget_rich import visiting
from tests.http_peer import Asked, HttpPeer
from tests.program import Program


class Helper:
    """A webhook bot: answers what the test says, and not before it lets go."""

    def __init__(self) -> None:
        self.id = ""
        self.answer: dict[str, Any] = say("How can I help?")
        self.go = threading.Event()
        self.go.set()
        self.peer = HttpPeer(self._reply)

    def _reply(self, asked: Asked) -> tuple[int, Any]:
        answer = self.answer
        self.go.wait(30)
        return 200, answer

    async def asked_for(self, text: str, *, seconds: int = 30) -> None:
        """Until the bot has been asked this."""
        for _ in range(10 * seconds):
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
    bot.id = made["id"]
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


async def test_those_that_may_need_somebody_stand_under_a_heading_and_a_chip_shows_one_bots(
    browser: Browser, program: Program, api_channel: dict[str, Any], helper: Helper
) -> None:
    other = await asyncio.to_thread(program.call, "POST", "/api/bots", {"name": "Idler", "url": helper.peer.url})
    helper.answer = say("Sorry?", missed=True, step="Which order", knows={"Order": "4711"})
    await write_in(program, api_channel, "Hedi Heading", "gibberish")
    page = await signed_in(browser, program)
    await go(page, "Automated")
    await expect(row(page, "Hedi Heading")).to_contain_text("Did not understand")
    await expect(page.get_by_text("May need you")).to_be_visible()
    helper.answer = say("Sure.")
    await write_in(program, api_channel, "Willy Well", "hello")
    await expect(page.get_by_text("Going well")).to_be_visible()
    tops = [
        (await each.bounding_box() or {})["y"]
        for each in (row(page, "Hedi Heading"), page.get_by_text("Going well"), row(page, "Willy Well"))
    ]
    assert tops == sorted(tops), "the heading stands between them"
    await expect(row(page, "Hedi Heading")).to_have_accessible_description(re.compile("May need you"))
    await expect(row(page, "Willy Well")).to_have_accessible_description(re.compile("Going well"))
    await page.get_by_role("button", name="Idler", exact=True).click()
    await expect(row(page, "Hedi Heading")).to_have_count(0)
    await page.get_by_role("button", name="Helper", exact=True).click()
    await open_row(page, "Hedi Heading")
    knows = page.get_by_role("region", name="Helper knows")
    await expect(knows).to_contain_text("4711")
    await expect(knows).to_contain_text("Which order")
    await expect(page.get_by_role("region", name="Why it may need you")).to_contain_text("Did not understand")
    await asyncio.to_thread(program.call, "DELETE", f"/api/bots/{other['id']}")


async def test_in_approve_mode_the_bot_drafts_and_an_agent_sends(
    browser: Browser, program: Program, api_channel: dict[str, Any], helper: Helper
) -> None:
    """And one may whisper what is to be drafted: it leaves a line for agents, and no message."""
    await asyncio.to_thread(program.call, "PATCH", f"/api/bots/{helper.id}", {"mode": "approve"})
    helper.answer = say("We send it tomorow.")
    await write_in(program, api_channel, "Appe Approve", "When do you send it?")
    page = await watched(browser, program, "Appe Approve")
    await expect(row(page, "Appe Approve")).to_contain_text("Waits for approval")
    draft = page.get_by_role("region", name="The bot suggests")
    await expect(draft).to_contain_text("We send it tomorow.")
    assert await page.get_by_role("log").locator(".msg.bot").count() == 0
    helper.answer = say("We send it tomorrow, by post.")
    await bar(page).get_by_role("button", name="Whisper").click()
    await bar(page).get_by_label("Tell the bot what to do").fill("Say that it goes by post")
    await bar(page).get_by_role("button", name="Tell the bot").click()
    await helper.asked_for("Say that it goes by post")
    await expect(draft).to_contain_text("by post")
    await draft.get_by_role("button", name="Edit").click()
    await draft.get_by_label("What will be sent").fill("We send it tomorrow by post.")
    await draft.get_by_role("button", name="Send").click()
    said = page.get_by_role("log").locator(".msg.bot")
    await expect(said).to_contain_text("We send it tomorrow by post.")
    await expect(draft).to_have_count(0)
    await expect(bar(page)).to_be_visible()
    whispered = page.get_by_role("log").get_by_text("Say that it goes by post")
    await expect(whispered).to_have_count(1)
    assert await whispered.locator("xpath=ancestor::*[contains(@class, 'msg')]").count() == 0, "a line, and no message"


async def test_a_visitor_sees_nothing_of_being_watched_and_is_told_once_of_the_hand_off(
    browser: Browser, program: Program, helper: Helper
) -> None:
    """The widget is open beside the agent's page: no typing, no whisper, and no late answer after the take-over."""
    channel = await asyncio.to_thread(program.call, "POST", "/api/channels", {
        "name": "Watched site", "connector": "webchat", "settings": {"allowed_origins": [program.url]},
        "bot": {"id": helper.id, "when": "always"},
    })  # fmt: skip
    shop, frame = await visiting(browser, program, channel)
    await frame.get_by_role("textbox", name="Write a message").fill("Anybody at the shop?")
    await frame.get_by_role("button", name="Send").click()
    await expect(frame.get_by_text("How can I help?")).to_be_visible()
    page = await signed_in(browser, program)
    await go(page, "Automated")
    await page.locator("[data-conversation]").filter(has_text="How can I help?").first.click()
    await expect(bar(page)).to_be_visible()
    before = await seen(frame)
    await field(page).press_sequentially("I look at this")
    await expect(bar(page)).to_contain_text("paused,")
    assert await seen(frame) == before, "typing over a bot shows nothing to the customer"
    await field(page).fill("")
    helper.answer = say("Far too late.")
    helper.go.clear()
    await frame.get_by_role("textbox", name="Write a message").fill("Hello there?")
    await frame.get_by_role("button", name="Send").click()
    await helper.asked_for("Hello there?", seconds=60)
    await bar(page).get_by_role("button", name="Take over").click()
    await expect(bar(page)).to_have_count(0)
    helper.go.set()
    await field(page).fill("It is Ada now.")
    await field(page).press("Enter")
    await expect(frame.get_by_text("It is Ada now.")).to_be_visible()
    await expect(frame.get_by_text("Far too late.")).to_have_count(0)
    await shop.close()
    again, frame = await visiting(browser, program, channel)
    helper.answer = {"answers": [{"type": "handoff", "reason": "refund"}]}
    await frame.get_by_role("textbox", name="Write a message").fill("I want my money back")
    await frame.get_by_role("button", name="Send").click()
    told = frame.get_by_text("handing you over to a colleague")
    await expect(told).to_have_count(1)
    await go(page, "Inbox")
    await expect(page.locator("[data-conversation]").filter(has_text="I want my money back").or_(
        page.locator("[data-conversation]").filter(has_text="handing you over to a colleague")
    ).first).to_be_visible()  # fmt: skip
    await expect(told).to_have_count(1)
    await again.close()


async def seen(frame: FrameLocator) -> str:
    return await frame.locator("body").inner_text()


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
