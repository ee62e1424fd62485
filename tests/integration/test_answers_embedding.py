"""The answers bot with an embedding model: a small endpoint that speaks OpenAI's embeddings and knows some synonyms."""

import asyncio
import math
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from harken.bots.answers import embedding, kind
from harken.bots.answers.kind import AnswersKind
from harken.bots.brains import BotConfig
from harken.bots.protocol import BotFailed, Outcome, Say, Turn, TurnChannel, TurnContact, TurnConversation, TurnMessage
from harken.kit.errors import Invalid
from harken.kit.ids import new_id
from harken.kit.tokens import tokens_of
from harken.port.services import Services
from tests.http_peer import Asked, HttpPeer, http_peer
from tests.integration.test_answers_knowledge import reply_of
from tests.world import NOON, World

SYNONYMS = {
    "money": "refund",
    "cash": "refund",
    "post": "shipping",
    "parcel": "shipping",
    "bill": "invoice",
    "login": "password",
}
EMPTY = {
    "a",
    "an",
    "the",
    "i",
    "my",
    "do",
    "get",
    "when",
    "where",
    "is",
    "what",
    "about",
    "how",
    "you",
    "it",
    "me",
    "in",
    "we",
}
ARTICLES = [
    ("Refund", "We pay within five days."), ("Opening hours", "Nine to five."), ("Shipping", "Free above 50 euros."),
    ("Invoice", "Under Orders."), ("Password", "Use the link."), ("Warranty", "Two years."), ("Voucher", "At the till."),
]  # fmt: skip


def vector(text: str) -> list[float]:
    """Sum of a direction for each meaning, and one that all texts share."""
    total = [3.0] + [0.0] * 63
    for word in tokens_of(text):
        if word not in EMPTY:
            chance = Random(SYNONYMS.get(word, word))
            total = [a + chance.gauss(0, 1) for a in total]
    return total


class Model:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.keys: set[str] = set()
        self.waited_for = False  # somebody had the patience that it takes while it is held
        self.broken: Callable[[list[str]], tuple[int, Any]] | None = None

    @contextmanager
    def held(self) -> Generator[None]:
        """It answers nothing until the end of the block."""
        let_go = threading.Event()

        def wait(texts: list[str]) -> tuple[int, Any]:
            self.waited_for = not let_go.wait(20)
            return 500, {}

        self.broken = wait
        try:
            yield
        finally:
            let_go.set()
            self.broken = None

    def reply(self, asked: Asked) -> tuple[int, Any]:
        texts: list[str] = asked.json["input"]
        assert (asked.path, asked.json["model"], asked.json["encoding_format"]) == ("/v1/embeddings", "small", "float")
        self.texts += texts
        self.keys.add(asked.headers.get("authorization", ""))
        if self.broken:
            return self.broken(texts)
        data = [{"object": "embedding", "index": n, "embedding": vector(text)} for n, text in enumerate(texts)]
        return 200, {"object": "list", "data": data[::-1], "model": "small", "usage": {"total_tokens": 1}}


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def server(model: Model) -> Iterator[HttpPeer]:
    with http_peer(model.reply) as peer:
        yield peer


Ask = Callable[..., Awaitable[Outcome]]


def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a busy machine is not taken for a slow endpoint."""
    monkeypatch.setattr(kind, "_PATIENCE", {False: 30.0, True: 30.0})
    monkeypatch.setattr(embedding, "_QUESTION_SECONDS", 30.0)


@pytest.fixture
def ask(services: Services, world: World, server: HttpPeer, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """A question to a bot with those articles; `version` 0 is a rehearsal."""
    unhurried(monkeypatch)
    monkeypatch.setattr(embedding, "_REST_SECONDS", 0.0)
    answers, bot = AnswersKind(), new_id()

    async def put(
        text: str, *, version: int = 1, value: str | None = None, key: str = "sk-1", **settings: Any
    ) -> Outcome:
        given = {
            "articles": [{"title": title, "text": body} for title, body in ARTICLES],
            "embedding_url": f"{server.url}/v1/", "embedding_model": "small", **settings,
        }  # fmt: skip
        config = BotConfig(bot, world.workspace, "Answers", "answers", version, answers.check(given), {"api_key": key})
        conversation = TurnConversation(
            new_id(), 1, TurnChannel(world.api_channel, "Shop", "api"), TurnContact(world.bo, "Bo")
        )
        message = TurnMessage(new_id(), "contact", "Bo", text, NOON, value=value)
        return await answers.brain(config, services).answer(
            Turn(new_id(), "message_added", NOON, 1, conversation, message)
        )

    return put


def said(outcome: Outcome) -> str:
    first = outcome.answers[0]
    assert isinstance(first, Say)
    return first.text


async def test_what_is_asked_in_other_words_is_answered_only_with_the_model(ask: Ask, model: Model) -> None:
    assert said(await ask("When do I get my money?")) == "We pay within five days."
    assert model.keys == {"Bearer sk-1"}
    without = await ask("When do I get my money?", version=2, embedding_url="", embedding_model="")
    assert without.missed
    assert (await ask("Is there a swimming pool?")).missed, "nothing comes near"


async def test_two_that_are_as_near_are_offered_and_not_guessed_at(ask: Ask) -> None:
    asked = await ask("money or parcel")
    assert asked.step == "offered"
    first = asked.answers[0]
    assert isinstance(first, Say)
    assert {button.title for button in first.buttons} >= {"Refund", "Shipping"}


async def test_knowledge_is_read_once_and_then_what_is_new_in_it(ask: Ask, model: Model, world: World) -> None:
    await reply_of(world, "Gift wrapping", "Costs 3 euros.", 1)
    await reply_of(world, "Secret discount", "Only Ben knows.", 2, scope="mine", owner_id=world.ben)
    await ask("bill")
    read = list(model.texts)
    assert "Costs 3 euros." in read
    assert "Only Ben knows." not in read, "what the bot may not say leaves for nowhere"
    model.texts.clear()
    await ask("the cash?")
    assert model.texts == ["the cash?"]
    await reply_of(world, "Repairs", "Within a week.", 3)
    model.texts.clear()
    await ask("the cash?", version=2)
    assert sorted(model.texts) == ["Repairs", "Within a week.", "repairs", "the cash?"]


async def test_many_who_ask_at_once_wait_for_one_reading(ask: Ask, model: Model) -> None:
    found = await asyncio.gather(*(ask("When do I get my money?") for _ in range(6)))
    assert {said(each) for each in found} == {"We pay within five days."}
    assert (model.texts.count("Warranty"), model.texts.count("When do I get my money?")) == (1, 6)


async def test_two_bots_that_begin_at_once_are_both_read(ask: Ask, model: Model) -> None:
    other = [{"title": title, "text": f"{body} Elsewhere."} for title, body in ARTICLES]
    one, two = await asyncio.gather(ask("When do I get my money?"), ask("Where is my cash?", version=2, articles=other))
    assert (said(one), said(two)) == ("We pay within five days.", "We pay within five days. Elsewhere.")


async def test_of_too_few_entries_no_question_is_sent(ask: Ask, model: Model) -> None:
    few = [{"title": title, "text": body} for title, body in ARTICLES[:4]]
    assert said(await ask("What are the opening hours?", articles=few)) == "Nine to five."
    assert "What are the opening hours?" not in model.texts


async def test_long_texts_are_cut_to_what_small_models_read(ask: Ask, model: Model) -> None:
    long = [*({"title": title, "text": body} for title, body in ARTICLES), {"title": "长", "text": "é退款说明" * 900}]
    await ask("怎么退款" * 900, articles=long)
    assert max(len(text.encode()) for text in model.texts) <= 1_500
    assert not any("\ufffd" in text for text in model.texts)


async def test_what_was_chosen_by_a_button_is_not_sent_to_the_model(ask: Ask, model: Model) -> None:
    await ask("Opening hours", value="article:1")
    assert model.texts == []


def short(texts: list[str]) -> tuple[int, Any]:
    return 200, {"data": [{"index": 0, "embedding": [1.0, 2.0]}][: len(texts) - 1]}


def uneven(texts: list[str]) -> tuple[int, Any]:
    return 200, {"data": [{"index": n, "embedding": [1.0] * (n + 1)} for n in range(len(texts))]}


def zeros(texts: list[str]) -> tuple[int, Any]:
    return 200, {"data": [{"index": n, "embedding": [0.0] * 8} for n in range(len(texts))]}


def huge(texts: list[str]) -> tuple[int, Any]:
    return 200, b" " * (embedding._MOST_BYTES + 2)  # pyright: ignore[reportPrivateUsage]


BROKEN: dict[str, Callable[[list[str]], tuple[int, Any]]] = {
    "status": lambda _: (500, {}), "no key": lambda _: (401, {}), "no json": lambda _: (200, b"<html>"),
    "not a number": lambda texts: (200, b'{"data":[{"index":0,"embedding":[NaN]}]}'), "too few": short, "sizes": uneven,
    "zeros": zeros, "too much": huge, "nothing": lambda _: (200, b""),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
async def test_an_endpoint_that_fails_leaves_the_words_and_never_an_error(ask: Ask, model: Model, fault: str) -> None:
    model.broken = BROKEN[fault]
    assert said(await ask("What are the opening hours?")) == "Nine to five."
    assert (await ask("When do I get my money?")).missed
    with pytest.raises(BotFailed, match="embedding model"):
        await ask("What are the opening hours?", version=0)
    model.broken = None
    assert said(await ask("When do I get my money?")) == "We pay within five days.", "it works again"


async def test_another_model_under_the_same_name_is_read_anew(ask: Ask, model: Model) -> None:
    await ask("When do I get my money?")
    model.broken = lambda texts: (
        200, {"data": [{"index": n, "embedding": vector(text)[:40]} for n, text in enumerate(texts)]},
    )  # fmt: skip
    await ask("When do I get my money?")
    assert said(await ask("When do I get my money?")) == "We pay within five days."


async def test_a_slow_endpoint_is_not_waited_for_and_then_left_alone(
    ask: Ask, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask("When do I get my money?")
    monkeypatch.setattr(embedding, "_QUESTION_SECONDS", 0.3)
    monkeypatch.setattr(embedding, "_REST_SECONDS", 600.0)
    with model.held():
        assert said(await ask("opening hours")) == "Nine to five."
        assert not model.waited_for
    asked = len(model.texts)
    assert said(await ask("opening hours")) == "Nine to five."
    assert len(model.texts) == asked, "it is left alone for a while"


async def test_a_key_or_an_address_that_no_request_can_carry_leaves_the_words(ask: Ask) -> None:
    for version, odd in enumerate([{"key": "ключ"}, {"key": "a\nb"}, {"embedding_url": "http://a:99999/v1"}], start=2):
        assert said(await ask("opening hours", version=version, **odd)) == "Nine to five."
        with pytest.raises(BotFailed, match="cannot be reached"):
            await ask("opening hours", version=0, **odd)


async def test_nobody_there_is_said_in_a_rehearsal_and_to_no_customer(ask: Ask) -> None:
    nowhere = {"embedding_url": "http://127.0.0.1:9/v1"}
    assert said(await ask("opening hours", **nowhere)) == "Nine to five."
    with pytest.raises(BotFailed, match="cannot be reached"):
        await ask("opening hours", version=0, **nowhere)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"embedding_url": "localhost:11434"}, "embedding_url"), ({"embedding_url": "https://a.example/v1"}, "embedding_model"),
        ({"embedding_model": "small"}, "embedding_url"), ({"embedding_url": "http://[::1"}, "embedding_url"), ({"api_key": 7}, "api_key"),
    ],
)  # fmt: skip
def test_half_a_model_is_refused(settings: dict[str, Any], field: str) -> None:
    given = {"embedding_model": "small"} if settings == {"embedding_url": "localhost:11434"} else {}
    with pytest.raises(Invalid) as refused:
        AnswersKind().check({**given, **settings})
    assert f"'settings.{field}'" in str(refused.value.fields["errors"])


def test_the_endpoint_of_these_tests_knows_synonyms() -> None:
    one, other = vector("money"), vector("Refund")
    assert math.isclose(sum(a * b for a, b in zip(one, other, strict=True)), sum(a * a for a in one))
