"""The tools of a model: those that its admin allows, and nothing else."""

import asyncio
import json
from typing import Any, Final

import httpx
import msgspec

from harken.bots.answers.embedding import Space
from harken.bots.answers.matching import NO_MEANING, Knowledge
from harken.bots.language_model.settings import ModelSettings, UrlTool
from harken.bots.protocol import Close, HandOff, Turn
from harken.kit.http import client

_MOST_BYTES: Final = 32 * 1024
_MOST_FOUND: Final = 4  # entries
_PATIENCE: Final = 2.0  # seconds for what the embedding model has not read yet
_TEXT: Final = {"type": "string"}
_BUILT_IN: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "search_knowledge": ("Finds what the company says on a matter.", {"question": _TEXT}),
    "get_customer": ("What is known of the customer: name and attributes.", {}),
    "hand_off": ("Hands the conversation to a person.", {"reason": _TEXT, "summary": _TEXT}),
    "close_conversation": ("Ends the conversation, when the customer's matter is done.", {"reason": _TEXT}),
}


class _HandOffArguments(msgspec.Struct):
    reason: str = "asked_by_model"
    summary: str = ""


class _CloseArguments(msgspec.Struct):
    reason: str = "solved"


class Toolbox:
    """What a model may use in one turn."""

    def __init__(
        self, settings: ModelSettings, turn: Turn, knowledge: Knowledge | None, space: Space | None = None
    ) -> None:
        self._turn, self._knowledge, self._space = turn, knowledge, space
        self._allowed = {*settings.tools, "hand_off"}
        self._urls = {tool.name: tool for tool in settings.urls}

    def described(self) -> list[dict[str, Any]]:
        """As the endpoint is told."""
        built_in = [
            _described(name, text, {"type": "object", "properties": properties, "required": list(properties)})
            for name, (text, properties) in _BUILT_IN.items()
            if name in self._allowed
        ]
        return built_in + [_described(tool.name, tool.description, tool.parameters) for tool in self._urls.values()]

    async def use(self, name: str, arguments: str) -> str | HandOff | Close:
        """What the tool yields, as text for the model, or how the turn ends. One that is not allowed yields an error."""
        try:
            if name == "hand_off":
                given = msgspec.json.decode(arguments, type=_HandOffArguments)
                return HandOff(given.reason[:500], given.summary[:4_000])
            if name == "close_conversation" and name in self._allowed:
                return Close(msgspec.json.decode(arguments, type=_CloseArguments).reason[:200])
            values: dict[str, Any] = msgspec.json.decode(arguments or "{}", type=dict[str, Any])
        except msgspec.DecodeError:
            return json.dumps({"error": "the arguments are not what the tool takes"})
        if name == "search_knowledge" and name in self._allowed:
            return await self._search(str(values.get("question", "")))
        if name == "get_customer" and name in self._allowed:
            contact = self._turn.conversation.contact
            return json.dumps({"name": contact.name, "attributes": contact.attributes}, ensure_ascii=False)
        if tool := self._urls.get(name):
            return await _call(tool, values)
        return json.dumps({"error": "there is no such tool"})

    async def _search(self, question: str) -> str:
        if self._knowledge is None:
            return "[]"
        near = await self._space.scores(self._knowledge, question, patience=_PATIENCE) if self._space else NO_MEANING
        found = await asyncio.to_thread(
            self._knowledge.best, question, self._turn.conversation.language, _MOST_FOUND, near
        )
        told = [{"title": each.entry.title, "text": each.entry.body[:2_000], "url": each.entry.url} for each in found]
        return json.dumps(told, ensure_ascii=False)


def _described(name: str, text: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "description": text, "parameters": parameters}}


async def _call(tool: UrlTool, values: dict[str, Any]) -> str:
    try:
        async with asyncio.timeout(tool.seconds):
            response = await client().post(tool.url, json=values)
    except (httpx.HTTPError, TimeoutError) as error:
        return json.dumps({"error": type(error).__name__})
    if not 200 <= response.status_code < 300:
        return json.dumps({"error": f"status {response.status_code}"})
    return response.text[:_MOST_BYTES]
