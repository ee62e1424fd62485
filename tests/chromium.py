"""Debian's Chromium, as every story and every picture uses it."""

import contextlib
import os
from collections.abc import AsyncGenerator

from playwright.async_api import Browser, ViewportSize, async_playwright

CHROMIUM = os.environ.get("HARKEN_CHROMIUM", "/usr/bin/chromium")
# A microphone that beeps, allowed without a question.
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage"]
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@contextlib.asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *MICROPHONE])
        yield browser
        await browser.close()
