"""The customer panel: what is known shows before anything is asked, and what is answered moves nothing."""

import asyncio
from typing import Any

from playwright.async_api import Browser, Route, expect

from tests.e2e.acts import open_row, write_in
from tests.e2e.conftest import signed_in
from tests.program import Program


async def test_what_the_conversation_says_shows_before_the_contact_is_loaded_and_stays_in_its_place(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Pia Panel", "Hello")
    conversation = program.call("GET", "/api/conversations?view=inbox&limit=1")["items"][0]
    label = program.call("POST", "/api/labels", {"name": "Panelled", "color": "teal"})
    program.call("PUT", f"/api/conversations/{conversation['id']}/labels", {"labels": [label["id"]]})
    contact = f"/api/contacts/{conversation['contact']['id']}"
    program.call("POST", f"{contact}/identities", {"channel_id": api_channel["id"], "address": "a-pia"})
    page = await signed_in(browser, program)
    answered = asyncio.Event()

    async def held(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await page.route("**/api/contacts/**", held)
    await open_row(page, "Pia Panel")
    panel = page.get_by_role("complementary", name="Customer")
    known = [
        panel.get_by_role("heading", name="Pia Panel"),
        panel.get_by_text(f"#{conversation['number']}", exact=True),
        panel.get_by_role("listitem").filter(has_text="Panelled"),
        panel.get_by_text("pia panel", exact=True),
    ]
    for each in known:
        await expect(each).to_be_visible()
    await expect(panel.get_by_role("heading", name="Notes")).to_have_count(0)
    before = [await each.bounding_box() for each in known]
    answered.set()
    await expect(panel.get_by_role("heading", name="Notes")).to_be_visible()
    await expect(panel.get_by_text("a-pia", exact=True)).to_be_visible()
    after = [await each.bounding_box() for each in known]
    assert [(box and (box["x"], box["y"])) for box in after] == [(box and (box["x"], box["y"])) for box in before]


async def test_a_contact_is_shown_as_the_list_knows_it_before_it_is_loaded(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Lia Listed", "Hello")
    found = program.call("GET", "/api/contacts?q=lia")["items"][0]
    program.call("PATCH", f"/api/contacts/{found['id']}", {"attributes": {"plan": "gold"}})
    page = await signed_in(browser, program)
    await page.get_by_role("link", name="Contacts").first.click()
    await page.get_by_role("searchbox").fill("lia listed")
    answered = asyncio.Event()

    async def held(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await page.route(f"**/api/contacts/{found['id']}", held)
    await page.get_by_role("link", name="Lia Listed").click()
    card = page.get_by_role("main")
    known = [
        card.get_by_role("heading", name="Lia Listed"),
        card.get_by_text("lia listed", exact=True),
        card.get_by_text("gold", exact=True),
    ]
    for each in known:
        await expect(each).to_be_visible()
    await expect(card.get_by_role("heading", name="Notes")).to_have_count(0)
    before = [await each.bounding_box() for each in known]
    answered.set()
    await expect(card.get_by_role("heading", name="Notes")).to_be_visible()
    assert [await each.bounding_box() for each in known] == before
