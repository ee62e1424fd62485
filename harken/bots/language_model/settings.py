"""What an admin decides of a model bot. Pure."""

import re
from typing import Any, Final, Literal

import msgspec

from harken.bots.answers.settings import Article, check_articles, is_url
from harken.kit.errors import Invalid

BuiltIn = Literal["search_knowledge", "get_customer", "hand_off", "close_conversation"]
_MOST_TOOLS: Final = 20
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")
_BUILT_IN: Final = frozenset({"search_knowledge", "get_customer", "hand_off", "close_conversation"})


class UrlTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call that the model may make: its arguments are posted to the URL as JSON. `parameters`: JSON Schema of an object."""

    name: str
    description: str
    url: str
    parameters: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "object", "properties": {}})
    seconds: float = 8


class ModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`tools`: the built-in ones that it may use; handing off is always among them. `answer_tokens`: of one answer.

    `turn_calls`: requests to the model in one turn. `conversation_tokens`: in and out, after which a person takes over.
    `quick_replies`, `articles`: where search_knowledge looks; by words, and with an `embedding_model` of the same endpoint by meaning too.
    """

    base_url: str
    model: str
    instructions: str = ""
    tools: list[BuiltIn] = msgspec.field(default_factory=lambda: ["search_knowledge", "hand_off"])
    urls: list[UrlTool] = []
    answer_tokens: int = 600
    turn_calls: int = 5
    conversation_tokens: int = 50_000
    temperature: float | None = None
    quick_replies: bool = True
    embedding_model: str = ""
    articles: list[Article] = []


def checked(settings: dict[str, Any]) -> ModelSettings:
    """Raises Invalid."""
    try:
        wanted = msgspec.convert(settings, ModelSettings)
    except msgspec.ValidationError as error:
        raise Invalid(("settings", "malformed"), detail=str(error)) from error
    names = [tool.name for tool in wanted.urls]
    wrong = [
        ("base_url", "invalid", not is_url(wanted.base_url)),
        ("model", "required", not wanted.model.strip()),
        ("instructions", "too_long", len(wanted.instructions) > 20_000),
        ("urls", "too_many", len(names) > _MOST_TOOLS),
        ("urls", "name", not all(map(_NAME.fullmatch, names)) or bool(_BUILT_IN & set(names)) or len(set(names)) < len(names)),
        ("urls", "url", not all(is_url(tool.url) for tool in wanted.urls)),
        ("urls", "parameters", any(tool.parameters.get("type") != "object" for tool in wanted.urls)),
        ("urls", "seconds", any(not 0 < tool.seconds <= 30 for tool in wanted.urls)),
        ("answer_tokens", "between_50_and_8000", not 50 <= wanted.answer_tokens <= 8_000),
        ("turn_calls", "between_1_and_10", not 1 <= wanted.turn_calls <= 10),
        ("conversation_tokens", "too_few", wanted.conversation_tokens < 1_000),
        ("temperature", "between_0_and_2", wanted.temperature is not None and not 0 <= wanted.temperature <= 2),
    ]  # fmt: skip
    found = [(f"settings.{field}", code) for field, code, bad in wrong if bad]
    if found:
        raise Invalid(*found)
    check_articles(wanted.articles)
    return wanted
