"""Every screen of the agent app, as one gets there: axe looks at each (tests/e2e), and `make screenshots` takes its picture.

The stage is tests/stage.py: the demo, and what its history lacks. The texts by which things are found are the English ones.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Page, Route, TimeoutError, expect

from harken.simulators.demo.seed import PASSWORD
from tests.chromium import PHONE
from tests.stage import ADA, BEN, ELIF, Stage

Step = Callable[[Page], Awaitable[None]]
Who = Literal["ada", "ben", "nobody"]
ADDRESSES: dict[Who, str] = {"ada": ADA, "ben": BEN}
_PROJECT = Path(__file__).parents[1]
_FILES = [_PROJECT / "docs" / "screenshots" / f"inbox-{look}.png" for look in ("light", "dark")]
_GONE = "0198c0de-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Screen:
    """`path` leads there ("{yours}": an address of the stage); `before` is done on the page first, `steps` do the rest.

    `who` has signed in: an admin, an agent or nobody. `wide` or `phone` false: it does not exist at that width.
    """

    name: str
    path: str
    steps: Step | None = None
    before: Step | None = None
    who: Who = "ada"
    wide: bool = True
    phone: bool = True


async def signed_in(browser: Browser, url: str, who: Who, **context: Any) -> BrowserContext:
    """A context with the session of that agent: its pages open where they are sent."""
    made = await browser.new_context(locale="en-GB", **context)
    if who != "nobody":
        page = await made.new_page()
        await sign_in(page, url, ADDRESSES[who])
        await page.close()
    return made


async def sign_in(page: Page, url: str, address: str, password: str = PASSWORD) -> None:
    await page.goto(f"{url}/sign-in")
    await page.get_by_label("E-mail").fill(address)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.locator("h1").filter(has_text="Inbox")).to_be_visible()


async def show(page: Page, stage: Stage, screen: Screen) -> None:
    """Goes there on a fresh page and waits until nothing loads any more."""
    if screen.before:
        await screen.before(page)
    await page.goto(stage.url + screen.path.format(**stage.paths))
    await settled(page)
    if screen.steps:
        await screen.steps(page)
        await settled(page)


_TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_UNSETTLED = """() => {
  const still = (each) => each.playState !== "running" || each.effect?.getTiming().iterations === Infinity;
  return [
    ...(document.querySelector("#app")?.childElementCount ? [] : [`the app: ${document.readyState}, worker ${navigator.serviceWorker?.controller?.state}, loaded `
      + performance.getEntriesByType("resource").map((each) => `${each.name.split("/").pop()} ${Math.round(each.responseEnd)}`).join(" ")]),
    ...(document.querySelector("[role=status][aria-label=Loading]") ? ["what is loaded"] : []),
    ...document.getAnimations().filter((each) => !still(each)).map((each) => `an animation of ${each.effect?.target?.outerHTML?.slice(0, 120)}`),
    ...(document.fonts.status === "loaded" ? [] : ["fonts"]),
    ...[...document.images].filter((each) => !each.complete && each.loading !== "lazy").map((each) => `a picture: ${each.src}`),
  ];
}"""


async def settled(page: Page) -> None:
    """What is known is on screen: no skeleton, pictures and fonts there, no animation running."""
    await page.evaluate(_TWO_FRAMES)  # what a new theme or step sets in motion is moving now
    held = await page.evaluate("() => window.held === true")
    if not held:
        try:
            await page.wait_for_function(f"() => ({_UNSETTLED})().length === 0")
        except TimeoutError as error:
            raise AssertionError(f"not settled: {await page.evaluate(_UNSETTLED)}") from error
    await page.evaluate(_TWO_FRAMES)


def _after(*steps: Step) -> Step:
    async def step(page: Page) -> None:
        for each in steps:
            await each(page)

    return step


def _press(*keys: str) -> Step:
    async def step(page: Page) -> None:
        for key in keys:
            await page.keyboard.press(key)

    return step


def _click(role: Any, name: str | re.Pattern[str]) -> Step:
    async def step(page: Page) -> None:
        await page.get_by_role(role, name=name).first.click()

    return step


def _see(selector: str) -> Step:
    async def step(page: Page) -> None:
        await expect(page.locator(selector).first).to_be_visible()

    return step


def _row(view: str) -> Step:
    async def step(page: Page) -> None:
        await page.locator(f"a[href*='/{view}/']").first.click()
        await expect(page.get_by_role("log")).to_be_visible()

    return step


_thread = _see("[role=log] .msg")
_dialog = _see("dialog[open]")
_popover = _see("[popover]:popover-open")


async def _write_note(page: Page) -> None:
    await page.get_by_role("tab", name="Note").click()
    await page.get_by_role("textbox", name="Note for your colleagues").fill("She asked twice: send a new one? @B")
    await expect(page.get_by_role("listbox").or_(page.locator(".composer [role=option]")).first).to_be_visible()


async def _quick_replies(page: Page) -> None:
    await page.get_by_role("textbox", name="Reply to").fill("/")
    await expect(page.get_by_role("listbox", name="Quick replies").get_by_role("option").first).to_be_visible()


async def _unfilled(page: Page) -> None:
    field = page.get_by_role("textbox", name="Reply to")
    await field.fill("Your plan: {{contact.attributes.shoe_size}}")
    await page.get_by_role("button", name="Send", exact=True).click()  # at phone width Enter breaks the line
    await expect(page.get_by_role("alertdialog")).to_be_visible()


async def _attach(page: Page) -> None:
    """Drafts last: what an earlier visit has left is not put there again."""
    files = page.get_by_role("list", name="Files of this message").get_by_role("listitem")
    if await files.count() == 0:
        await page.locator(".composer input[type=file]").set_input_files(_FILES)
    await expect(files).to_have_count(2)
    await expect(files.get_by_text("0%")).to_have_count(0)


async def _emoji(page: Page) -> None:
    await page.get_by_role("button", name="Insert an emoji").click()
    await expect(page.locator("emoji-picker").get_by_role("menuitem").first).to_be_visible()


async def _record(page: Page) -> None:
    await page.get_by_role("button", name="Record a voice message").click()
    await page.wait_for_timeout(2_500)  # of the beeping microphone
    await page.get_by_role("button", name="Pause recording").click()
    await expect(page.get_by_role("button", name="Go on recording")).to_be_visible()


async def _view_picture(page: Page) -> None:
    await page.locator("[role=log] [data-picture]").last.click()
    await _dialog(page)


async def _message_menu(page: Page) -> None:
    message = page.locator("[role=log] .msg").last
    if page.viewport_size == PHONE:
        await message.dispatch_event("contextmenu")  # where a long press leads
    else:
        await message.hover()
        await message.get_by_role("button", name="Message actions").click()
    await _popover(page)


async def _card_menu(page: Page) -> None:
    await page.locator(".card button[aria-haspopup=menu]").first.click()


async def _model_bot(page: Page) -> None:
    await page.get_by_role("dialog").get_by_label("Kind").select_option("model")
    await page.get_by_role("dialog").get_by_role("button", name="Add a call").click()
    await page.get_by_role("dialog").get_by_role("button", name="Add an article").click()
    await page.get_by_role("dialog").get_by_text("Own wording, by language").click()


def _bot_tab(name: str) -> Step:
    return _after(
        _click("button", re.compile("^Edit the bot: Helper")), _click("tab", name), _see("[role=tabpanel] :is(ul, h2)")
    )


async def _list_menu(page: Page) -> None:
    await page.locator(".contacts header button[aria-haspopup=menu]").click()


async def _search_palette(page: Page) -> None:
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("invoice")
    await expect(page.get_by_role("option").first).to_be_visible()


async def _code_step(page: Page) -> None:
    await page.get_by_label("E-mail").fill(ELIF)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="One more step")).to_be_visible()


async def _fresh_setup(page: Page) -> None:
    async def needed(route: Route) -> None:
        await route.fulfill(json={"needed": True})

    await page.route("**/api/setup", needed)


async def _list_fails(page: Page) -> None:
    """The list cannot be loaded: everything else works."""

    async def fail(route: Route) -> None:
        await route.fulfill(status=500, json={"title": "Broken", "code": "internal"})

    await page.route("**/api/conversations?**", fail)


async def _list_hangs(page: Page) -> None:
    async def hang(_: Route) -> None:
        return

    await page.add_init_script("window.held = true")
    await page.route("**/api/conversations?**", hang)


async def _thread_fails(page: Page) -> None:
    async def fail(route: Route) -> None:
        await route.fulfill(status=500, json={"title": "Broken", "code": "internal"})

    await page.route("**/api/conversations/*/messages**", fail)


async def _go_offline(page: Page) -> None:
    await page.context.set_offline(True)
    await expect(page.get_by_text("You are offline")).to_be_visible(timeout=20_000)


_SETTINGS = (
    "channels", "teams", "agents", "bots", "labels", "hours", "sign-in", "profile", "notifications", "appearance", "quick-replies", "views",
    "keys", "security",
)  # fmt: skip

SCREENS: tuple[Screen, ...] = (
    # before one has signed in
    Screen("sign-in", "/sign-in", who="nobody"),
    Screen("sign-in-code", "/sign-in", _code_step, who="nobody"),
    Screen("setup", "/setup", before=_fresh_setup, who="nobody"),
    Screen("invitation", "{invitation}", who="nobody"),
    Screen("invitation-gone", "/invite/nothing-of-this-kind", who="nobody"),
    # the views
    Screen("list", "/inbox", wide=False),
    Screen("inbox", "/inbox", _row("inbox")),
    Screen("yours", "{yours}", _thread),
    Screen("open", "/open", _row("open")),
    Screen("automated", "/automated", _row("automated")),
    Screen("closed", "{closed}", _thread),
    Screen("all", "/all"),
    Screen("mail", "{mail}", _thread),
    Screen("filtered", "/inbox?unread=1&priority=urgent&waiting=1"),
    Screen("filtered-empty", "/yours?priority=urgent&unread=1&waiting=1", _see("h2")),
    Screen("snoozed", "/yours?snoozed=1", _see("[role=list] a")),
    Screen("gone", f"/inbox/{_GONE}", _see("h2")),
    Screen("missing", "/nowhere/at/all"),
    Screen("more", "/inbox", _click("button", "More"), wide=False),
    Screen("selection", "/inbox", _after(_click("link", re.compile(".")), _press("x")), phone=False),
    # the thread
    Screen("note", "{note}", _after(_thread, _write_note)),
    Screen("quick-replies", "{yours}", _after(_thread, _quick_replies)),
    Screen("quick-reply-unfilled", "{yours}", _after(_thread, _unfilled)),
    Screen("attached", "{pictures}", _after(_thread, _attach)),
    Screen("emoji", "{yours}", _after(_thread, _emoji)),
    Screen("recording", "/open", _after(_row("open"), _record), who="ben"),
    Screen("picture", "{pictures}", _after(_thread, _view_picture)),
    Screen("message-menu", "{yours}", _after(_thread, _message_menu)),
    Screen("thread-menu", "{yours}", _after(_thread, _click("button", "More"), _popover)),
    Screen("snooze", "{yours}", _after(_thread, _press("s"), _popover), phone=False),
    Screen("labels", "{yours}", _after(_thread, _press("l"), _popover), phone=False),
    Screen("priority", "{yours}", _after(_thread, _press("!"), _popover), phone=False),
    Screen("forward", "{yours}", _after(_thread, _press("a"), _dialog), phone=False),
    Screen("customer", "{yours}", _after(_thread, _click("button", "More"), _click("menuitem", "Customer")), wide=False),
    # what lies over everything
    Screen("new-conversation", "/inbox", _after(_press("c"), _dialog), phone=False),
    Screen("palette", "/inbox", _search_palette, phone=False),
    Screen("keys-help", "/inbox", _after(_press("?"), _dialog), phone=False),
    Screen("notifications", "/inbox", _after(_click("button", re.compile("^Notifications")), _popover), phone=False),
    Screen("me-menu", "/inbox", _after(_click("button", re.compile("Available|Away")), _popover), phone=False),
    Screen("sort-menu", "/inbox", _after(_click("button", "Order"), _popover)),
    Screen("save-view", "/inbox?waiting=1", _after(_click("button", re.compile("^Save")), _dialog)),
    # finding
    Screen("search-start", "/search"),
    Screen("search", "/search?q=invoice", _see("mark")),
    Screen("search-nothing", "/search?q=zzzzqqq", _see("h2")),
    Screen("contacts", "/contacts", _see("[role=listitem]")),
    Screen("contact", "{contact}", _see("[role=listitem], .card h1, .card h2")),
    Screen("contact-merge", "{contact}", _after(_see(".card h1, .card h2"), _card_menu, _click("menuitem", re.compile("^Merge")), _dialog)),
    Screen("contact-gone", f"/contacts/{_GONE}", _see("h2")),
    Screen("contacts-import", "/contacts", _after(_list_menu, _click("menuitem", re.compile("^Import")), _dialog)),
    Screen("contacts-new", "/contacts", _after(_press("c"), _dialog), phone=False),
    # settings
    Screen("settings", "/settings", wide=False),
    *(Screen(f"settings-{page}", f"/settings/{page}", _see(".page h1")) for page in _SETTINGS),
    Screen("channel", "/settings/channels", _after(_click("button", "Website"), _dialog)),
    Screen("channel-automatic", "/settings/channels", _after(_click("button", re.compile("^Automatic messages: Website")), _see("form textarea"))),
    Screen("channel-choose", "/settings/channels", _after(_click("button", "Add a channel"), _dialog)),
    Screen("bot-new", "/settings/bots", _after(_click("button", "Add a bot"), _dialog)),
    Screen("bot-new-model", "/settings/bots", _after(_click("button", "Add a bot"), _dialog, _model_bot)),
    Screen("bot", "/settings/bots", _after(_click("button", re.compile("^Edit the bot: Guide")), _see("form textarea, form input"))),
    Screen("bot-versions", "/settings/bots", _bot_tab("Versions")),
    Screen("bot-version", "/settings/bots", _after(_bot_tab("Versions"), _click("button", re.compile("^Look at version")), _dialog)),
    Screen("bot-shadow", "/settings/bots", _bot_tab("Shadow answers")),
    Screen("bot-keys", "/settings/bots", _bot_tab("Keys")),
    Screen("bot-gone", f"/settings/bots/{_GONE}", _see("h2")),
    Screen("quick-reply", "/settings/quick-replies", _after(_click("button", re.compile("^Edit .")), _dialog)),
    Screen("quick-replies-import", "/settings/quick-replies", _after(_click("button", "Import CSV"), _dialog)),
    Screen("invite", "/settings/agents", _after(_click("button", "Invite"), _dialog)),
    Screen("no-permission", "/settings/channels", _see("h2"), who="ben"),
    # what goes wrong
    Screen("list-loading", "/inbox", before=_list_hangs, steps=_see("[role=status][aria-label=Loading]")),
    Screen("list-failed", "/open", before=_list_fails, steps=_see("[role=alert], .error")),
    Screen("thread-failed", "{closed}", before=_thread_fails, steps=_see("[role=alert], .error")),
    Screen("offline", "/yours", _go_offline),
)  # fmt: skip
