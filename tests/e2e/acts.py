"""What people do in the stories: customers of an `api` channel, and agents in front of a page."""

import uuid
from typing import Any

import httpx
from playwright.async_api import Locator, Page, expect

from tests.program import Program

BEN = "ben@example.com"


async def write_in(program: Program, channel: dict[str, Any], name: str, *texts: str) -> None:
    """A customer of the `api` channel writes, one message after the other."""
    url = f"{program.url}/in/api/{channel['id']}"
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {channel['secret']}"}) as client:
        for text in texts:
            item = {"id": uuid.uuid4().hex, "from": {"id": name.lower(), "name": name}, "text": text}
            answer = await client.post(url, json=item)
            assert answer.status_code == 200, answer.text


def row(page: Page, name: str) -> Locator:
    return page.locator("a[data-conversation]").filter(has_text=name)


async def open_row(page: Page, name: str) -> None:
    await row(page, name).first.click()
    await expect(page.get_by_role("main", name=name)).to_be_visible()
    await expect(page.get_by_role("log")).to_be_visible()


async def go(page: Page, view: str) -> None:
    await page.get_by_role("navigation").get_by_role("link", name=view).first.click()


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Reply to")


async def answer(page: Page, text: str) -> None:
    await field(page).fill(text)
    await field(page).press("Enter")


async def frames_until(page: Page, act: str, shown: str) -> int:
    """Frames that are painted after `act` until `shown` holds (both JavaScript, run in the page); -1: not in 120."""
    loop = f"""async () => {{
      {act};
      for (let frame = 0; frame < 120; frame++) {{ if ({shown}) return frame; await new Promise(requestAnimationFrame); }}
      return -1;
    }}"""
    return int(await page.evaluate(loop))
