"""The kind `chatwoot`: posts its events, and is answered by the REST calls of chatwoot/api.py."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from harken.bots.brains import BotConfig
from harken.bots.chatwoot.wire import event
from harken.bots.protocol import BotFailed, Brain, Outcome, Turn
from harken.kit.errors import Invalid
from harken.kit.http import client
from harken.port.services import Services


class ChatwootBrain:
    """`url`: the bot's outgoing URL, as it was set in Chatwoot."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def answer(self, turn: Turn) -> Outcome:
        """What the response says is not looked at: such a bot answers by calls of its own."""
        try:
            response = await client().post(self._url, json=event(turn))
        except httpx.TimeoutException as error:
            raise BotFailed("timeout", "It did not answer in time.") from error
        except httpx.HTTPError as error:
            raise BotFailed("unreachable", f"It cannot be reached ({type(error).__name__}).") from error
        if not 200 <= response.status_code < 300:
            raise BotFailed("error", f"It answered {response.status_code}.")
        return Outcome(later=True)


class ChatwootKind:
    secrets: frozenset[str] = frozenset()
    generated: Mapping[str, Callable[[], str]] = {}
    model = False

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        url = settings.get("url")
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise Invalid(("settings.url", "invalid"))
        return {"url": url}

    def brain(self, config: BotConfig, services: Services) -> Brain:
        return ChatwootBrain(config.settings["url"])


KIND: Final = ChatwootKind()
