"""The conformance kit finds nothing wrong with a good bot, and what is wrong with bad ones."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from harken.entry.cli import app
from harken.kit.crypto import same, standard_webhook_signature
from tests.http_peer import Asked, http_peer

SECRET = "whsec_c2VjcmV0c2VjcmV0"


def signed(asked: Asked) -> bool:
    id, at = asked.headers.get("webhook-id", ""), int(asked.headers.get("webhook-timestamp", "0"))
    right = standard_webhook_signature(SECRET, id, at, asked.body)
    return same(asked.headers.get("webhook-signature", ""), right) and abs(time.time() - at) < 300


def good(asked: Asked) -> tuple[int, Any]:
    if not signed(asked):
        return 401, {}
    turn = asked.json
    if turn["type"] in ("conversation_taken_over", "conversation_closed"):
        return 200, b""
    if "person" in turn["message"]["text"]:
        return 200, {"answers": [{"type": "handoff", "reason": "asked"}]}
    return 200, {
        "answers": [{"type": "say", "text": f"You said {turn['message']['text'][:20] or 'a file'}"}],
        "state": {"n": 1},
    }


def checked(reply: Callable[[Asked], tuple[int, Any]]) -> tuple[int, str]:
    with http_peer(reply) as peer:
        result = CliRunner().invoke(app, ["bot", "check", peer.url, "--secret", SECRET], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_a_good_bot_passes() -> None:
    code, said = checked(good)
    assert "wrong" not in said.replace("a wrong signature", ""), said
    assert "warning" not in said, said
    assert code == 0
    assert said.count("ok") >= 12


def instead(status: int, answer: Any, *, of: str = "") -> Callable[[Asked], tuple[int, Any]]:
    """A good bot but for signed events in which `of` stands."""

    def reply(asked: Asked) -> tuple[int, Any]:
        return (status, answer) if signed(asked) and of.encode() in asked.body else good(asked)

    return reply


def trusting(asked: Asked) -> tuple[int, Any]:
    return 200, {"answers": []}


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (trusting, "a request without a signature is refused"),
        (instead(500, b"", of='"mood"'), "a field that it does not know"),
        (instead(200, b"<html>"), "its answer is not one"),
        (instead(200, {"answers": [{"type": "say", "text": "x"}] * 11}), "more than 10 answers"),
        (instead(200, {"answers": [{"type": "say"}]}), "it says nothing"),
        (instead(500, b"", of="conversation_closed"), "conversation_closed is taken"),
    ],
)
def test_what_a_bot_gets_wrong_is_told(fault: Callable[[Asked], tuple[int, Any]], told: str) -> None:
    code, said = checked(fault)
    assert told in said
    assert code == 1


def test_a_bot_that_answers_anew_each_time_is_warned_about() -> None:
    def moody(asked: Asked) -> tuple[int, Any]:
        status, answer = good(asked)
        return status, {
            "answers": [{"type": "say", "text": str(time.time_ns())}]
        } if status == 200 and answer else answer

    code, said = checked(moody)
    assert "It was answered differently" in said
    assert "It does not hand off" in said
    assert code == 0


def test_a_bot_that_is_not_there_is_told() -> None:
    result = CliRunner().invoke(
        app, ["bot", "check", "http://127.0.0.1:9/", "--secret", SECRET], env={"COLUMNS": "200"}
    )
    assert result.exit_code == 1
    assert "ConnectError" in result.output
