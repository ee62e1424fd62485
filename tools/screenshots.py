"""`make screenshots`: every screen of tests/screens.py in docs/screenshots, in light, dark and on a phone.

`python -m tools.screenshots inbox search` takes only those.
"""

import asyncio
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Error, Page

from tests.chromium import PHONE, WIDE, chromium
from tests.screens import SCREENS, Screen, Who, settled, show, signed_in
from tests.stage import Stage, set_stage

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
LOOKS = ("light", "dark", "phone")
_ON_PHONE: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def _there(screen: Screen, look: str) -> bool:
    return screen.phone if look == "phone" else screen.wide


def _write(name: str, picture: bytes) -> None:
    """A palette of 255 colours is enough for surfaces and text, and a third of the size."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(255, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


async def _take(page: Page, name: str) -> None:
    await settled(page)
    await page.wait_for_timeout(300)  # what comes in by itself: presence, a picture in a mail
    _write(name, await page.screenshot(animations="disabled"))


class _Camera:
    def __init__(self, browser: Browser, stage: Stage) -> None:
        self._browser, self._stage = browser, stage
        self._contexts: dict[tuple[Who, bool], BrowserContext] = {}
        self.failed: list[str] = []

    async def _page(self, who: Who, phone: bool) -> Page:
        if (who, phone) not in self._contexts:
            options = _ON_PHONE if phone else {"viewport": WIDE}
            self._contexts[who, phone] = await signed_in(self._browser, self._stage.url, who, **options)
        page = await self._contexts[who, phone].new_page()
        page.set_default_timeout(15_000)
        return page

    async def take(self, screen: Screen, *, phone: bool) -> None:
        page = await self._page(screen.who, phone)
        try:
            await show(page, self._stage, screen)
            if phone:
                await _take(page, f"{screen.name}-phone")
            else:
                await _take(page, f"{screen.name}-light")
                await page.emulate_media(color_scheme="dark")
                await _take(page, f"{screen.name}-dark")
        except (Error, AssertionError) as error:
            self.failed.append(f"{screen.name}{' on a phone' if phone else ''}: {str(error).splitlines()[0]}")
        finally:
            await page.context.set_offline(False)
            await page.close()


async def _run(stage: Stage, screens: list[Screen]) -> list[str]:
    async with chromium() as browser:
        camera = _Camera(browser, stage)
        for screen in screens:
            if screen.wide:
                await camera.take(screen, phone=False)
            if screen.phone:
                await camera.take(screen, phone=True)
    return camera.failed


def _tidy() -> None:
    """Pictures of screens that are no more."""
    known = {f"{screen.name}-{look}.png" for screen in SCREENS for look in LOOKS if _there(screen, look)}
    for picture in FOLDER.glob("*.png"):
        if picture.name not in known:
            picture.unlink()


def main() -> None:
    wanted = sys.argv[1:]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="harken-pictures-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # the embedded PostgreSQL may run as another user
        stage = set_stage(Path(folder))
        with stage.program:
            failed = asyncio.run(_run(stage, [screen for screen in SCREENS if not wanted or screen.name in wanted]))
    _tidy()
    if failed:
        sys.exit("These screens were not reached:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
