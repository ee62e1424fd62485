"""A flow bot as a brain: its document, and how it calls URLs."""

import asyncio
from typing import Final

import httpx
import msgspec

from harken.bots.flow.document import CallStep, Flow, Malformed, read
from harken.bots.flow.filling import Names, at_path, kept
from harken.bots.flow.running import Place, Walk
from harken.bots.protocol import BotFailed, Outcome, Turn
from harken.kit.http import client

_MOST_BYTES: Final = 256 * 1024


class FlowBrain:
    """`source`: the document of the version that runs."""

    def __init__(self, source: str) -> None:
        try:
            self._flow: Flow = read(source)
        except Malformed as error:
            raise BotFailed("misconfigured", f"Its flow cannot be read: {error}") from error

    async def answer(self, turn: Turn) -> Outcome:
        """A place that this version of the flow does not know begins anew, with the fields that were given."""
        if turn.type in ("conversation_taken_over", "conversation_closed"):
            return Outcome()
        try:
            place = msgspec.convert(turn.state, Place)
        except msgspec.ValidationError:
            place = Place()
        return await Walk(self._flow, turn, place, call_url).run()


async def call_url(step: CallStep, names: Names) -> dict[str, str] | None:
    """What the answer holds of what is to be saved; None when the call failed. An admin chose the host."""
    url, headers = names.fill_url(step.url), {key: names.fill(value) for key, value in step.headers.items()}
    body = {"json": names.fill_all(step.body)} if step.method == "POST" else {}
    try:
        async with (
            asyncio.timeout(step.seconds),
            client().stream(step.method, url, headers=headers, **body) as response,
        ):
            if not 200 <= response.status_code < 300:
                return None
            found = msgspec.json.decode(await _bounded(response)) if step.save else None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError):
        return None
    return {field: kept(at_path(found, path)) for field, path in step.save.items()}


async def _bounded(response: httpx.Response) -> bytes:
    held = bytearray()
    async for chunk in response.aiter_bytes():
        held += chunk
        if len(held) > _MOST_BYTES:
            raise ValueError("the answer is too big")
    return bytes(held)
