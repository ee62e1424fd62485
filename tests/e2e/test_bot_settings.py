"""Settings of bots and channels, as an admin uses them: automatic messages, the way back to a version, new keys."""

import asyncio
import re
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import signed_in
from tests.program import Program

FIRST = "start: a\nsteps:\n  a: {type: close, text: First words, reason: done}\n"
SECOND = FIRST.replace("First", "Second")


async def _bot(program: Program, **new: Any) -> dict[str, Any]:
    return await asyncio.to_thread(program.call, "POST", "/api/bots", new)


async def _remove(program: Program, bot: dict[str, Any]) -> None:
    await asyncio.to_thread(program.call, "DELETE", f"/api/bots/{bot['id']}")


async def test_automatic_messages_are_written_in_two_languages_and_stay(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await signed_in(browser, program)
    path = f"/api/channels/{api_channel['id']}/automatic"
    await page.goto(f"{program.url}/settings/channels/{api_channel['id']}")
    await page.get_by_label("Greeting").fill("Hello! We answer soon.")
    await expect(page.get_by_role("figure", name=re.compile("In business hours"))).to_contain_text("We answer soon.")
    silent = page.get_by_role("region", name="Silent customers, while a person is answering or nobody yet")
    await silent.get_by_role("checkbox", name="Remind after").check()
    await page.get_by_role("button", name="Save").click()
    await expect(silent.get_by_role("alert")).to_have_text("Needed here.")  # a reminder needs words
    await silent.get_by_role("textbox", name="Reminder").fill("Are you still there?")
    await silent.get_by_label("Remind after: How long").fill("36")
    await silent.get_by_label("Remind after: Unit").select_option("hours")
    await expect(silent.get_by_role("figure")).to_contain_text("after 36 hours")
    await page.get_by_label("Add a language").select_option("de")
    await page.get_by_label("Greeting").fill("Hallo! Wir antworten bald.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()

    set_now = await asyncio.to_thread(program.call, "GET", path)
    assert set_now["greeting"] == {"en": "Hello! We answer soon.", "de": "Hallo! Wir antworten bald."}
    assert (set_now["language"], set_now["people"]["remind_after"]) == ("en", 36 * 60)
    assert set_now["people"]["reminder"] == {"en": "Are you still there?"}
    assert set_now["bots"]["remind_after"] is None

    await page.get_by_role("button", name=re.compile("^English")).click()
    await page.get_by_label("Away message").fill("x" * 2_001)
    await expect(page.get_by_text("1 too many")).to_be_visible()
    await page.get_by_role("link", name="Bots").click()  # what is not saved is still there for who comes back
    await page.get_by_role("link", name="Channels").click()
    await page.get_by_role("button", name=re.compile("^Automatic messages: Shop")).last.click()
    await expect(page.get_by_label("Greeting")).to_have_value("Hello! We answer soon.")
    await expect(page.get_by_label("Away message")).to_have_value("x" * 2_001)


async def test_one_goes_back_to_a_version_after_seeing_what_it_changes(browser: Browser, program: Program) -> None:
    bot = await _bot(program, name="Traveller", kind="flow", settings={"document": FIRST})
    page = await signed_in(browser, program)
    await page.goto(f"{program.url}/settings/bots")
    await page.get_by_role("button", name="Edit the bot: Traveller").click()
    await page.get_by_label("Steps (YAML)").fill(SECOND)
    await page.get_by_role("spinbutton", name="Messages in one minute").fill("5")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Version 2")).to_be_visible()

    await page.get_by_role("tab", name="Versions").click()
    await expect(page).to_have_url(re.compile("/versions$"))
    await page.reload()
    await expect(page.get_by_role("tab", name="Versions", selected=True)).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="Changed: Steps")).to_contain_text("Ada")
    await page.get_by_role("button", name="Look at version 1").click()
    dialog = page.get_by_role("dialog", name="Version 1")
    await expect(dialog.locator("del")).to_contain_text("Second words")
    await expect(dialog.locator("ins")).to_contain_text("First words")
    await dialog.get_by_role("button", name="Go back to it").click()
    await expect(page.get_by_role("listitem").filter(has_text="as version 1")).to_contain_text("In use")

    now = await asyncio.to_thread(program.call, "GET", f"/api/bots/{bot['id']}")
    assert (now["version"], now["settings"]["document"]) == (3, FIRST)
    assert now["limits"]["messages_per_minute"] == 5
    await page.get_by_role("tab", name="Setup").click()
    await expect(page.get_by_label("Steps (YAML)")).to_have_value(FIRST)
    await _remove(program, bot)


async def test_a_renewed_token_is_shown_once_and_the_binding_keeps_its_time_out(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    bot = await _bot(program, name="Keyholder", kind="webhook", url="https://bot.example/")
    channel = f"/api/channels/{api_channel['id']}"
    bound = {"bot": {"id": bot["id"], "when": "always", "timeout_seconds": 7}}
    await asyncio.to_thread(program.call, "PATCH", channel, bound)
    page = await signed_in(browser, program)
    await page.goto(f"{program.url}/settings/bots/{bot['id']}")
    await page.get_by_role("tab", name="Keys").click()
    token = await _renewed(page, "Renew token")
    secret = await _renewed(page, "Renew signing secret")
    assert token.startswith("hkb_")
    assert token != bot["token"]
    assert secret.startswith("whsec_")
    assert secret != bot["secret"]
    await expect(page.get_by_text(token)).to_have_count(0)

    await page.get_by_role("tab", name="Setup").click()
    await page.locator(f"[id='when-{api_channel['id']}']").select_option("delegated")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    now = await asyncio.to_thread(program.call, "GET", channel)
    assert now["bot"] == {"id": bot["id"], "when": "delegated", "timeout_seconds": 7}
    await _remove(program, bot)


async def test_without_a_connection_a_bots_page_says_so_keeps_what_was_written_and_goes_on(
    browser: Browser, program: Program
) -> None:
    bot = await _bot(program, name="Lineman", kind="flow", settings={"document": FIRST})
    page = await signed_in(browser, program)
    await page.goto(f"{program.url}/settings/bots")
    await page.get_by_role("link", name="Lineman").click()
    await page.get_by_label("Steps (YAML)").fill(SECOND)
    said = page.get_by_role("alert").filter(has_text="Harken cannot be reached")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Save").click()
    await expect(said).to_be_visible()
    await page.get_by_placeholder("Write as a customer").fill("Hello?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(said).to_have_count(2)
    for tab in ("Versions", "Shadow answers"):
        await page.get_by_role("tab", name=tab).click()
        await expect(said).to_be_visible()
        await expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_text("No shadow answers yet")).to_be_visible()
    await page.get_by_role("tab", name="Setup").click()
    await expect(page.get_by_label("Steps (YAML)")).to_have_value(SECOND)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Version 2")).to_be_visible()
    await _remove(program, bot)


async def _renewed(page: Page, name: str) -> str:
    await page.get_by_role("button", name=name).click()
    await page.get_by_role("dialog").get_by_role("button", name=name).click()
    shown = page.get_by_role("dialog", name=re.compile("^New "))
    key = await shown.locator("code").inner_text()
    await shown.get_by_role("button", name="Close this window").last.click()
    return key
