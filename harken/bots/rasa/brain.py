"""The kind `rasa`: asks a Rasa server over its REST channel."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec

from harken.bots.brains import BotConfig
from harken.bots.protocol import BotFailed, Brain, Outcome, Turn
from harken.bots.rasa.wire import RasaMessage, outcome, question
from harken.kit.errors import Invalid
from harken.kit.http import client
from harken.port.services import Services

_PATH: Final = "/webhooks/rest/webhook"
_MOST_BYTES: Final = 1024 * 1024
_messages = msgspec.json.Decoder(list[RasaMessage])


class RasaBrain:
    """`url`: of the server, without a path. `token`: of a server that runs with --auth-token."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/") + _PATH
        self._params = {"token": token} if token else {}

    async def answer(self, turn: Turn) -> Outcome:
        asked = question(turn)
        if turn.type in ("conversation_taken_over", "conversation_closed") or asked is None:
            return Outcome()
        try:
            response = await client().post(self._url, params=self._params, json=asked)
        except httpx.TimeoutException as error:
            raise BotFailed("timeout", "It did not answer in time.") from error
        except httpx.HTTPError as error:
            raise BotFailed("unreachable", f"It cannot be reached ({type(error).__name__}).") from error
        if response.status_code != 200:
            raise BotFailed("error", f"It answered {response.status_code}.")
        if len(response.content) > _MOST_BYTES:
            raise BotFailed("garbage", "Its answer is too big.")
        try:
            return outcome(_messages.decode(response.content))
        except msgspec.DecodeError as error:
            raise BotFailed("garbage", "Its answer is not a list of messages.") from error


class RasaKind:
    secrets = frozenset({"token"})
    generated: Mapping[str, Callable[[], str]] = {}
    model = False

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        url = settings.get("url")
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise Invalid(("settings.url", "invalid"))
        token = settings.get("token", "")
        if not isinstance(token, str):
            raise Invalid(("settings.token", "invalid"))
        return {"url": url, **({"token": token} if token else {})}

    def brain(self, config: BotConfig, services: Services) -> Brain:
        return RasaBrain(config.settings["url"], config.secrets.get("token", ""))


KIND: Final = RasaKind()
