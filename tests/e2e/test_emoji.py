"""The emoji menu as an agent uses it: by keyboard, in their language, at the caret."""

from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.acts import field, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.program import Program

CARET = "document.activeElement.selectionStart"


def menu(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Emoji")


async def composing(browser: Browser, program: Program, channel: dict[str, Any], name: str) -> Page:
    page = await signed_in(browser, program)
    await write_in(program, channel, name, "Hello")
    await open_row(page, name)
    await field(page).click()
    return page


async def test_an_emoji_is_found_and_inserted_at_the_caret_by_keyboard_alone(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await composing(browser, program, api_channel, "Emma")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    await page.keyboard.type("Thank you")
    for _ in " you":
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Insert an emoji")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(menu(page).get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("lamp")
    await expect(menu(page).get_by_role("option").first).to_be_visible()
    await page.keyboard.press("ArrowDown")
    chosen = await menu(page).locator(".emoji-menu .active").inner_text()
    await page.keyboard.press("Enter")
    await expect(menu(page)).to_be_hidden()
    await expect(field(page)).to_be_focused()
    await expect(field(page)).to_have_value(f"Thank{chosen} you")
    await page.keyboard.press("Control+z")
    await expect(field(page)).to_have_value("Thank you")
    await page.keyboard.press("Control+Shift+z")
    await page.keyboard.type("!")
    await expect(field(page)).to_have_value(f"Thank{chosen}! you")
    caret = await page.evaluate(CARET)
    await page.get_by_role("button", name="Insert an emoji").press("Enter")
    await expect(menu(page).get_by_role("combobox")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(menu(page)).to_be_hidden()
    await expect(field(page)).to_be_focused()
    assert await page.evaluate(CARET) == caret
    assert not said, said


async def test_a_skin_tone_and_what_was_used_last_are_kept(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await composing(browser, program, api_channel, "Tona")
    await page.get_by_role("button", name="Insert an emoji").click()
    await menu(page).get_by_role("button", name="Choose a skin tone").click()
    await menu(page).get_by_role("listbox", name="Skin tones").get_by_role("option", name="Medium-Dark").click()
    await menu(page).get_by_role("combobox").fill("waving hand")
    await menu(page).get_by_role("option", name="waving hand").first.click()
    await expect(field(page)).to_have_value("👋🏾")
    await page.reload()
    await expect(page.get_by_role("log")).to_be_visible()
    await page.get_by_role("button", name="Insert an emoji").click()
    favourites = menu(page).locator(".favorites")
    await expect(favourites.get_by_role("menuitem").first).to_have_text("👋🏾")


async def test_the_search_speaks_the_language_of_the_interface(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await composing(browser, program, api_channel, "Gerda")
    await page.evaluate("localStorage.setItem('language', 'de')")
    await page.route("**/api/me/preferences", lambda route: route.abort())
    await page.reload()
    await page.get_by_role("button", name="Emoji einfügen").click()
    await menu(page).get_by_role("combobox").fill("Glühbirne")
    await menu(page).get_by_role("option", name="Glühbirne").first.click()
    await expect(page.get_by_role("textbox", name="Gerda").first).to_have_value("💡")


async def test_colon_and_letters_complete_and_times_and_addresses_do_not(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await composing(browser, program, api_channel, "Colin")
    choices = page.get_by_role("listbox", name="Emoji")
    await page.keyboard.type("At 10:30 see http://a.example :) ")
    await page.keyboard.type("well :smil")
    await expect(choices).to_be_visible()
    await expect(choices.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(choices).to_be_hidden()
    value = await field(page).input_value()
    assert value.startswith("At 10:30 see http://a.example :) well ") and ":smil" not in value
    assert await row(page, "Colin").count()
    await page.keyboard.type(":smile:")
    await expect(field(page)).to_have_value(value + "😄")
    await page.keyboard.press("Control+z")
    await expect(field(page)).to_have_value(value + ":smile:")
    await page.keyboard.type(" :tada")
    await expect(choices).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(choices).to_be_hidden()
    await expect(field(page)).to_be_focused()


async def test_a_time_and_an_address_open_nothing(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    page = await composing(browser, program, api_channel, "Tim")
    await page.keyboard.type(":sm")
    await expect(page.get_by_role("listbox", name="Emoji")).to_be_visible()
    for words in ("at 10:30", "http://shop", "well :)", "Re:smile"):
        await field(page).fill("")
        await page.keyboard.type(words)
        await expect(page.get_by_role("listbox", name="Emoji")).to_have_count(0)


async def test_a_reaction_may_be_any_emoji(browser: Browser, program: Program, api_channel: dict[str, Any]) -> None:
    page = await composing(browser, program, api_channel, "Rhea")
    await page.get_by_role("article").first.hover()
    await page.get_by_role("button", name="Message actions").first.click()
    await page.get_by_role("menuitem", name="More emoji").click()
    await expect(menu(page).get_by_role("combobox")).to_be_focused()
    await menu(page).get_by_role("combobox").fill("light bulb")
    await menu(page).get_by_role("option", name="light bulb").first.click()
    await expect(page.get_by_role("list", name="Reactions").get_by_role("button")).to_contain_text("💡")
