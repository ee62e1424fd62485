"""Quick answers of a bot in the widget: pressed by keyboard, gone then, marked in the agent's thread; and the bot seen typing."""

import asyncio
import json
from typing import Any

import httpx
from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.e2e.conftest import new_context, signed_in
from tests.http_peer import Asked, HttpPeer
from tests.program import Program


def _asks(asked: Asked) -> tuple[int, Any]:
    """A question with buttons first; the answer to what was pressed comes later."""
    if "transcript" in asked.body.decode() and json.loads(asked.body)["message"]["text"] == "Hello":
        buttons = [{"title": "The blue lamp", "value": "blue"}, {"title": "The red lamp", "value": "red"}]
        return 200, {"answers": [{"type": "say", "text": "Which one is it about?", "buttons": buttons}]}
    return 202, b""


async def visiting(browser: Browser, program: Program, channel: dict[str, Any]) -> tuple[Page, FrameLocator]:
    page = await (await new_context(browser)).new_page()
    await page.goto(f"{program.url}/widget/demo?channel={channel['id']}")
    await page.get_by_role("button", name="chat").click()
    return page, page.frame_locator("iframe")


async def test_a_button_is_pressed_and_the_bot_is_seen_typing(browser: Browser, program: Program) -> None:
    peer = HttpPeer(_asks)
    peer.start()
    call = program.call
    new = {"name": "Chooser", "url": peer.url, "disclosure": {"on": False}, "limits": {"timeout_seconds": 60}}
    bot = await asyncio.to_thread(call, "POST", "/api/bots", new)
    body = {"name": "Lamps", "connector": "webchat", "settings": {"allowed_origins": [program.url]}}
    channel = await asyncio.to_thread(call, "POST", "/api/channels", body)
    bound = {"bot": {"id": bot["id"], "when": "always"}}
    await asyncio.to_thread(call, "PATCH", f"/api/channels/{channel['id']}", bound)

    page, frame = await visiting(browser, program, channel)
    box = frame.get_by_role("textbox", name="Write a message")
    await box.fill("Hello")
    await box.press("Enter")
    red = frame.get_by_role("group", name="Quick answers").get_by_role("button", name="The red lamp")
    await red.focus()
    await page.keyboard.press("Enter")
    await expect(frame.get_by_role("group", name="Quick answers")).to_have_count(0)
    await expect(frame.locator(".own .bubble").last).to_have_text("The red lamp")
    await expect(box).to_be_focused()

    turn = await pressed(peer)
    assert (turn["message"]["text"], turn["message"]["value"]) == ("The red lamp", "red")
    async with httpx.AsyncClient(base_url=program.url, headers={"authorization": f"Bearer {bot['token']}"}) as http:
        at = f"/api/bot/conversations/{turn['conversation']['id']}"
        typed = await http.post(f"{at}/typing", json={"epoch": turn["epoch"]})
        assert typed.status_code == 204
        await expect(frame.get_by_text("Chooser is typing")).to_be_visible()
        told = {"epoch": turn["epoch"], "client_message_id": "one", "text": "The red one, then."}
        assert (await http.post(f"{at}/messages", json=told)).status_code == 201
    await expect(frame.get_by_text("The red one, then.")).to_be_visible()
    await expect(frame.get_by_text("Chooser is typing")).to_have_count(0)

    agent = await signed_in(browser, program)
    await agent.goto(f"{program.url}/automated/{turn['conversation']['id']}")
    chips = agent.get_by_role("list", name="Quick answers for the customer")
    await expect(chips.get_by_role("listitem")).to_have_count(2)
    await expect(chips.get_by_role("listitem").filter(has_text="Chosen:")).to_contain_text("The red lamp")
    await asyncio.to_thread(call, "DELETE", f"/api/bots/{bot['id']}")
    await asyncio.to_thread(peer.stop)


async def pressed(peer: HttpPeer) -> dict[str, Any]:
    for _ in range(200):
        for asked in list(peer.asked):
            turn: dict[str, Any] = json.loads(asked.body)
            message: dict[str, Any] = turn.get("message") or {}
            if message.get("value"):
                return turn
        await asyncio.sleep(0.1)
    raise AssertionError("the bot was never told what was pressed")
