"""Numbers beside the views are written as the chosen language writes them."""

import re
from typing import Any

from playwright.async_api import Browser, expect

from tests.e2e.acts import write_in
from tests.e2e.conftest import signed_in
from tests.program import Program


async def test_the_sidebar_and_the_tab_count_in_the_figures_of_the_language(
    browser: Browser, program: Program, api_channel: dict[str, Any]
) -> None:
    await write_in(program, api_channel, "Fifi Figure", "One")
    await write_in(program, api_channel, "Fara Figure", "Two")
    page = await signed_in(browser, program)
    inbox = page.get_by_role("navigation").locator('a[href="/inbox"]').first
    await expect(inbox).to_contain_text("2")
    await page.add_init_script("Object.defineProperty(navigator, 'languages', { value: ['ar-EG'] })")
    await page.reload()
    await expect(inbox).to_contain_text("٢")
    link, number = await inbox.bounding_box(), await inbox.get_by_text("٢").bounding_box()
    assert link and number and number["x"] < link["x"] + link["width"] / 4, (
        "from right to left it stands at the left edge"
    )
    await expect(page).to_have_title(re.compile(r"^\(٢\)"))
