"""The kind `webhook`: its settings, and one turn over HTTP.

A response of 2xx with a body is an Outcome as JSON; without one (or with `{"later": true}`) the bot answers by the bot API.
`webhook-id` is the turn's id: a bot that gets it twice has been asked twice, and may answer the same.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec

from harken.bots.brains import BotConfig
from harken.bots.protocol import BotFailed, Outcome, Turn
from harken.kit.crypto import new_webhook_secret, standard_webhook_headers
from harken.kit.errors import Invalid
from harken.kit.http import client
from harken.port.services import Services

_MOST_BYTES: Final = 256 * 1024
_LONGEST_URL: Final = 2000


class WebhookKind:
    """Its one setting is the URL; its secret is made when it is not given."""

    secrets = frozenset({"secret"})
    generated: Mapping[str, Callable[[], str]] = {"secret": new_webhook_secret}
    model = False

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        url = settings.get("url", "")
        if not isinstance(url, str) or len(url) > _LONGEST_URL:
            raise Invalid(("settings.url", "invalid"))
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid(("settings.url", "required" if not url else "invalid"))
        if unknown := set(settings) - {"url"}:
            raise Invalid(*((f"settings.{name}", "unknown") for name in sorted(unknown)))
        return {"url": url}

    def brain(self, config: BotConfig, services: Services) -> "Webhook":
        return Webhook(config)


class Webhook:
    """One bot at its URL."""

    def __init__(self, config: BotConfig) -> None:
        self._url = str(config.settings.get("url", ""))
        self._secret = config.secrets.get("secret", "")

    async def answer(self, turn: Turn) -> Outcome:
        body = msgspec.json.encode(turn)
        try:
            headers = standard_webhook_headers(self._secret, str(turn.id), int(time.time()), body)
            async with client().stream("POST", self._url, content=body, headers=headers) as response:
                _judge(response.status_code)
                return _read(await _bounded(response))
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise BotFailed("misconfigured", "Its URL is not one.") from error
        except httpx.TimeoutException as error:
            raise BotFailed("timeout", "It did not answer in time.") from error
        except (httpx.HTTPError, OSError) as error:
            raise BotFailed("unreachable", f"It cannot be reached ({type(error).__name__}).") from error
        except ValueError as error:
            raise BotFailed("misconfigured", "Its secret is not base64 after whsec_.") from error


def _judge(status: int) -> None:
    if not 200 <= status < 300:
        raise BotFailed("error", f"It answered {status}.")


async def _bounded(response: httpx.Response) -> bytes:
    data = b""
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > _MOST_BYTES:
            raise BotFailed("garbage", "Its answer is too big.")
    return data


def _read(data: bytes) -> Outcome:
    if not data.strip():
        return Outcome(later=True)
    try:
        return msgspec.json.decode(data, type=Outcome)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BotFailed("garbage", f"Its answer is not one: {str(error)[:200]}") from error


KIND: Final = WebhookKind()
