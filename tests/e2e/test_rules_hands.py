"""Rules 8 to 11 of the interface: the keyboard does the whole day, limits speak early, notes look like notes, notifications ask first."""

from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.e2e.acts import answer, field, open_row, row, write_in
from tests.e2e.conftest import signed_in
from tests.program import Program

WATCH = """
  window.told = []; window.asked = 0;
  ServiceWorkerRegistration.prototype.showNotification = async function (title) { window.told.push(title); };
  const ask = Notification.requestPermission.bind(Notification);
  Notification.requestPermission = () => { window.asked++; return ask(); };
"""


async def labelled(program: Program, *names: str) -> None:
    for name in names:
        program.call("POST", "/api/labels", {"name": name})


async def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        await page.keyboard.press(key)


async def test_the_keyboard_alone_does_the_whole_day(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    """Open, answer, label, snooze, forward, close, find again: not one event of a pointer."""
    await labelled(program, "Keyboard")
    await write_in(program, api_channel, "Kaya Keys", "My xylophone arrived without mallets")
    page = await signed_in(browser, program)
    await page.evaluate(
        "() => { window.pointers = 0; for (const kind of ['pointerdown', 'mousedown', 'touchstart']) addEventListener(kind, () => window.pointers++, true); }"
    )
    await expect(row(page, "Kaya Keys")).to_be_visible()
    shown = page.get_by_role("main", name="Kaya Keys")
    for _ in range(60):  # j, until it is open
        await keys(page, "j")
        if await shown.is_visible():
            break
    log = page.get_by_role("log")
    await expect(log.get_by_text("xylophone")).to_be_visible()
    await keys(page, "r")
    await expect(field(page)).to_be_focused()
    await page.keyboard.type("The mallets are on their way.")
    await keys(page, "Enter", "Escape")
    await expect(log.get_by_text("The mallets are on their way.")).to_be_visible()
    await keys(page, "l")
    await expect(page.get_by_role("combobox", name="Label")).to_be_focused()
    await page.keyboard.type("Keyb")
    await keys(page, "Enter", "Escape")
    await expect(log.get_by_text("You changed the labels: +Keyboard")).to_be_visible()
    await keys(page, "s")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await page.get_by_role("menuitem", name="Until the customer replies").focus()
    await keys(page, "Enter")
    await expect(page.get_by_text("Snoozed until the customer replies").first).to_be_visible()
    await keys(page, "a")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.type("Ben")
    await keys(page, "Tab", "Space", "Tab")
    await page.keyboard.type("Please finish this")
    await keys(page, "Tab", "Tab", "Enter")
    await expect(log.get_by_text("forwarded it to Ben Osei")).to_be_visible()
    await keys(page, "e")
    await expect(log.get_by_text("You closed it")).to_be_visible()
    await _find_again(page)
    await expect(log.get_by_text("xylophone arrived")).to_be_visible()
    await keys(page, "?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts").get_by_text("Next conversation")).to_be_visible()
    assert await page.evaluate("window.pointers") == 0


async def _find_again(page: Page) -> None:
    """From the Inbox, by the palette."""
    await keys(page, "g", "i")
    await expect(page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    await keys(page, "Control+k")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("xylophone mallets")
    await expect(page.get_by_role("option", name="xylophone").first).to_be_visible()
    await keys(page, "ArrowDown", "ArrowUp")
    while not await page.get_by_role("option", selected=True).filter(has_text="xylophone").count():
        await keys(page, "ArrowDown")
    await keys(page, "Enter")


async def test_single_keys_are_off_in_fields_and_can_be_switched_off(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Silke Single", "Hello")
    page = await signed_in(browser, program, "ben@example.com")
    await open_row(page, "Silke Single")
    await field(page).press_sequentially("e a p ?")
    await expect(field(page)).to_have_value("e a p ?")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.goto(f"{program.url}/settings/keys")
    await page.get_by_role("checkbox", name="Single-key shortcuts").uncheck()
    await page.goto(f"{program.url}/inbox")
    await expect(row(page, "Silke Single")).to_be_visible()
    await keys(page, "?")
    await keys(page, "Control+k")
    await expect(page.get_by_role("combobox")).to_be_visible()
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_have_count(0)


async def test_limits_speak_before_the_failure(
    browser: Browser, program: Program, api_channel: dict[str, Any], tmp_path: Path
) -> None:
    await write_in(program, api_channel, "Lutz Limits", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Lutz Limits")
    uploads: list[str] = []
    page.on("request", lambda request: uploads.append(request.url) if request.url.endswith("/api/files") else None)
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(600 * 1024 * 1024)
    await page.locator(".composer input[type=file]").set_input_files(huge)
    await expect(page.get_by_text("huge.bin is too large: this channel takes files up to")).to_be_visible()
    assert uploads == []
    await field(page).fill("a" * 20_007)
    await expect(page.get_by_text("7 too many")).to_be_visible()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    await field(page).fill("short")
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()


async def test_a_note_is_another_surface_with_a_lock_and_a_word(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Nils Note", "Hello")
    page = await signed_in(browser, program)
    await open_row(page, "Nils Note")
    composer = page.locator(".composer")
    reply = await composer.evaluate("(each) => getComputedStyle(each).backgroundColor")
    await page.get_by_role("tab", name="Note").click()
    await expect(page.get_by_role("tab", name="Note").locator("svg")).to_be_visible()
    await expect(composer.get_by_text("Only colleagues see this")).to_be_visible()
    assert await composer.evaluate("(each) => getComputedStyle(each).backgroundColor") != reply
    await page.get_by_role("textbox", name="Note for your colleagues").fill("She is a reseller")
    await page.get_by_role("button", name="Add note").click()
    note = page.get_by_role("log").locator(".msg").filter(has_text="She is a reseller")
    await expect(note.get_by_text("Internal note")).to_be_visible()
    assert await note.locator(".by svg").count() >= 1
    assert await note.locator(".bubble").evaluate("(each) => getComputedStyle(each).borderStyle") == "dashed"


async def test_notifications_are_asked_for_only_after_a_gesture(browser: Browser, program: Program) -> None:
    page = await signed_in(browser, program)
    await page.add_init_script(WATCH)
    for path in ("/inbox", "/settings/notifications"):
        await page.goto(program.url + path)
        await expect(page.get_by_role("heading", level=1).first).to_be_visible()
    await page.wait_for_timeout(700)  # whatever would ask by itself has asked
    assert await page.evaluate("window.asked") == 0
    await page.get_by_role("button", name="Turn on").first.click()
    await page.wait_for_function("() => window.asked === 1")


async def test_a_notification_is_silent_while_a_tab_shows_the_conversation(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Tina Tells", "Hello")
    looking = await signed_in(browser, program, permissions=["notifications"])
    await looking.context.add_init_script(WATCH)
    await looking.reload()
    await open_row(looking, "Tina Tells")
    await answer(looking, "I look at it")
    await expect(looking.get_by_role("log").get_by_text("Sent", exact=True)).to_be_visible()
    await looking.reload()
    await expect(looking.get_by_role("log").get_by_text("I look at it")).to_be_visible()
    elsewhere = await looking.context.new_page()
    await elsewhere.goto(f"{program.url}/settings/profile")
    await expect(elsewhere.get_by_role("heading", name="Your profile")).to_be_visible()
    await write_in(program, api_channel, "Tina Tells", "Seen at once")
    await expect(looking.get_by_role("log").get_by_text("Seen at once")).to_be_visible()
    await elsewhere.wait_for_timeout(1_500)  # whatever would be told has been
    assert await elsewhere.evaluate("window.told") == [], "the other tab shows it"
    await looking.goto(f"{program.url}/closed")
    await expect(looking.get_by_role("heading", name="Closed", level=1)).to_be_visible()
    await write_in(program, api_channel, "Tina Tells", "Seen by nobody")
    told = "window.told.length"
    for _ in range(100):
        counts = [await page.evaluate(told) for page in (looking, elsewhere)]
        if sum(counts):
            break
        await elsewhere.wait_for_timeout(100)
    await elsewhere.wait_for_timeout(500)  # a second one would come now
    titles = [title for page in (looking, elsewhere) for title in await page.evaluate("window.told")]
    assert len(titles) == 1, "one for what nobody looked at, in one of the tabs; none for what was on screen"
