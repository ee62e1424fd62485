"""A turn of a model bot: asks the model, does what tools it calls, until it has an answer or a budget ends."""

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import msgspec

from harken.bots.answers.embedding import Space
from harken.bots.answers.kind import Library
from harken.bots.language_model.prompt import history, system
from harken.bots.language_model.settings import ModelSettings
from harken.bots.language_model.tools import Toolbox
from harken.bots.protocol import Answer, BotFailed, Close, HandOff, Outcome, Say, Turn
from harken.kit.http import client

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion, ChatCompletionMessage

_MOST_TOOL_CALLS: Final = 8  # of one answer


class Spent(msgspec.Struct):
    """Between turns: the tokens that the conversation has cost."""

    tokens: int = 0


class ModelBrain:
    def __init__(self, settings: ModelSettings, api_key: str, library: Library, space: Space | None = None) -> None:
        """`space`: of the embedding model, where there is one."""
        self._settings, self._key, self._library, self._space = settings, api_key, library, space

    async def answer(self, turn: Turn) -> Outcome:
        if turn.type in ("conversation_taken_over", "conversation_closed"):
            return Outcome()
        spent = Spent(_tokens(turn.state))
        if spent.tokens >= self._settings.conversation_tokens:
            return self._outcome([HandOff("budget")], spent)
        knowledge = None
        if "search_knowledge" in self._settings.tools:
            knowledge = await self._library.of_channel(turn.conversation.channel.id)
        tools = Toolbox(self._settings, turn, knowledge, self._space)
        messages = [{"role": "system", "content": system(self._settings.instructions, turn)}, *history(turn)]
        return await self._talk(messages, tools, spent)

    async def _talk(self, messages: list[dict[str, Any]], tools: Toolbox, spent: Spent) -> Outcome:
        for _ in range(self._settings.turn_calls):
            completion = await self._ask(messages, tools)
            spent.tokens += completion.usage.total_tokens if completion.usage else 0
            if not completion.choices:
                raise BotFailed("garbage", "Its answer has no choice.")
            message = completion.choices[0].message
            said: list[Answer] = [Say(message.content.strip())] if message.content and message.content.strip() else []
            if not message.tool_calls:
                if not said:
                    raise BotFailed("garbage", "It said nothing.")
                return self._outcome(said, spent, completion.model)
            ended = await _use_all(messages, message, tools)
            if ended:
                return self._outcome([*said, ended], spent, completion.model)
        return self._outcome([HandOff("turns")], spent)

    async def _ask(self, messages: list[dict[str, Any]], tools: Toolbox) -> "ChatCompletion":
        api = await self._client()
        import openai

        asked: dict[str, Any] = {
            "model": self._settings.model, "messages": messages, "tools": tools.described(),
            "max_tokens": self._settings.answer_tokens,
        }  # fmt: skip
        if self._settings.temperature is not None:
            asked["temperature"] = self._settings.temperature
        try:
            create: Any = api.chat.completions.create
            return await create(**asked)
        except openai.APITimeoutError as error:
            raise BotFailed("timeout", "It did not answer in time.") from error
        except openai.APIConnectionError as error:
            raise BotFailed("unreachable", "It cannot be reached.") from error
        except openai.APIStatusError as error:
            raise BotFailed("error", f"It answered {error.status_code}.") from error
        except (openai.OpenAIError, ValueError) as error:
            raise BotFailed("garbage", "Its answer cannot be read.") from error

    async def _client(self) -> "AsyncOpenAI":
        """Over our own HTTP client. The library is a big one, so it is loaded when first needed, apart from the event loop."""
        await asyncio.to_thread(import_module, "openai")
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            base_url=self._settings.base_url,
            api_key=self._key or "none",
            max_retries=0,
            timeout=60,
            http_client=client(),
        )

    def _outcome(self, answers: list[Answer], spent: Spent, model: str | None = None) -> Outcome:
        step = "handed_off" if any(isinstance(answer, HandOff) for answer in answers) else "answered"
        return Outcome(answers, state=msgspec.to_builtins(spent), step=step, model=model or self._settings.model)


async def _use_all(
    messages: list[dict[str, Any]], message: "ChatCompletionMessage", tools: Toolbox
) -> HandOff | Close | None:
    """Does the calls of one answer, in order, and adds what they yield; the first that ends the turn ends it."""
    calls = [call for call in message.tool_calls or [] if call.type == "function"][:_MOST_TOOL_CALLS]
    messages.append({
        "role": "assistant", "content": message.content or "",
        "tool_calls": [
            {"id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": call.function.arguments}}
            for call in calls
        ],
    })  # fmt: skip
    for call in calls:
        yielded = await tools.use(call.function.name, call.function.arguments)
        if not isinstance(yielded, str):
            return yielded
        messages.append({"role": "tool", "tool_call_id": call.id, "content": yielded})
    return None


def _tokens(state: dict[str, Any]) -> int:
    try:
        return msgspec.convert(state, Spent).tokens
    except msgspec.ValidationError:
        return 0
