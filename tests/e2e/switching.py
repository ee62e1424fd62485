"""What a switch to another conversation costs the main thread: CPU time, which a busy machine does not count in, from the press to the paint."""

import json
from typing import Any

from playwright.async_api import Browser, Page

BEGIN, END = "switch-begin", "switch-end"
# One task at a time until the frame is painted: a message that is posted from its animation frame comes after the paint.
SWITCH = f"""(name) => new Promise((done) => {{
  const link = [...document.querySelectorAll('a[data-conversation]')].find((each) => each.textContent.includes(name));
  requestAnimationFrame(() => setTimeout(() => {{
    performance.mark('{BEGIN}');
    link.click();
    requestAnimationFrame(() => {{
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {{ performance.mark('{END}'); done(); }};
      channel.port2.postMessage(0);
    }});
  }}));
}})"""


async def switch_costs(browser: Browser, page: Page, names: tuple[str, str], times: int) -> list[float]:
    """Milliseconds of main-thread work of each switch between two conversations that were open before."""
    for name in names * 2:
        await page.evaluate(SWITCH, name)
        await page.wait_for_timeout(300)
    await browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing"])
    for turn in range(times):
        await page.evaluate(SWITCH, names[turn % 2])
        await page.wait_for_timeout(300)
    events: list[dict[str, Any]] = json.loads(await browser.stop_tracing())["traceEvents"]
    marks = sorted((one["ts"], one["name"]) for one in events if one.get("name") in (BEGIN, END))
    main = next((one["pid"], one["tid"]) for one in events if one.get("name") == BEGIN)
    tasks = [
        one for one in events if one.get("name") == "ThreadControllerImpl::RunTask" and (one["pid"], one["tid"]) == main
    ]
    return [
        sum(task.get("tdur", 0) for task in tasks if task["ts"] + task["dur"] > begin and task["ts"] <= end) / 1000
        for (begin, _), (end, _) in zip(marks[::2], marks[1::2], strict=True)
    ]
