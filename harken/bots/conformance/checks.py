"""What a bot must do, each with how it is found out."""

import time
from typing import Any, Final, Literal

import httpx
import msgspec

from harken.bots.conformance.script import ODD, begin
from harken.bots.protocol import (
    MOST_ANSWERS,
    STATE_BYTES,
    HandOff,
    Outcome,
    Say,
    Turn,
)
from harken.kit.crypto import standard_webhook_headers
from harken.port.buttons import MOST, TITLE, VALUE, button_faults

_OLD: Final = 600  # seconds: older than any clock is wrong
_SLOW: Final = 5.0
_BUTTON_FAULTS: Final = {
    "too_many": f"more than {MOST} buttons",
    "required": "a button without a title",
    "too_long": f"a button with a title over {TITLE} or a value over {VALUE} characters",
    "duplicate": "two buttons with the same value",
}


class Finding(msgspec.Struct, frozen=True):
    """`level`: `error` breaks conversations; `warning` works, but customers would notice."""

    level: Literal["ok", "warning", "error"]
    check: str
    text: str


class Heard(msgspec.Struct, frozen=True):
    """What came back. `status` 0: nothing did, and `body` says why."""

    status: int
    body: bytes
    seconds: float


async def check_bot(url: str, secret: str, timeout: float) -> list[Finding]:
    """Every check, whatever the ones before found."""
    async with httpx.AsyncClient(timeout=timeout) as client:
        kit = _Kit(client, url, secret)
        await kit.conversation()
        await kit.signatures()
        await kit.strange_things()
        await kit.endings()
        return kit.findings


class _Kit:
    def __init__(self, client: httpx.AsyncClient, url: str, secret: str) -> None:
        self._client, self._url, self._secret = client, url, secret
        self.findings: list[Finding] = []

    async def conversation(self) -> None:
        play = begin()
        first = await self._asked("a first message is answered", play.turn("conversation_started", "Hello"))
        state = (first and first.state) or {}
        turn = play.turn("message_added", "Where is my order NW-1234?", state=state)
        second = await self._asked("a second message with the state is answered", turn)
        again = await self._asked("the same event twice is no error", turn)
        if second and again and not _alike(second, again):
            self._find(
                "warning", "the same event twice", "It was answered differently: after a retry both may be seen."
            )
        person = await self._asked("a wish for a person is answered", play.turn("message_added", "I want to talk to a person", state=state))  # fmt: skip
        if person and not person.later and not any(isinstance(answer, HandOff) for answer in person.answers):
            self._find(
                "warning", "a wish for a person", "It does not hand off. Harken does it before the bot is asked."
            )

    async def signatures(self) -> None:
        turn = begin().turn("conversation_started", "Hello")
        wrong = await self._post(turn, secret="whsec_" + "d3Jvbmc=")
        self._refused("a wrong signature is refused", wrong)
        self._refused(
            "an old timestamp is refused", await self._post(turn, at=int(time.time()) - _OLD), level="warning"
        )
        self._refused("a request without a signature is refused", await self._post(turn, signed=False))

    async def strange_things(self) -> None:
        play = begin()
        await self._asked("odd and long text is answered", play.turn("conversation_started", ODD))
        await self._asked("a file without words is answered", play.turn("message_added", "", file=True))
        newer: dict[str, Any] = {
            **msgspec.to_builtins(play.turn("message_added", "Hello again")),
            "mood": {"new": True},
        }
        heard = await self._post(newer)
        self._judge("a field that it does not know is no error", heard)

    async def endings(self) -> None:
        play = begin()
        play.turn("conversation_started", "Hello")
        for type in ("conversation_taken_over", "conversation_closed"):
            outcome = await self._asked(f"{type} is taken", play.turn(type))
            if outcome and outcome.answers:
                self._find("warning", f"{type}", "It answers: nothing of that reaches anybody.")

    async def _asked(self, check: str, turn: Turn) -> Outcome | None:
        return self._judge(check, await self._post(turn))

    async def _post(
        self, turn: Turn | dict[str, Any], *, secret: str | None = None, at: int | None = None, signed: bool = True
    ) -> Heard:
        body = msgspec.json.encode(turn)
        id = turn["id"] if isinstance(turn, dict) else str(turn.id)
        headers = standard_webhook_headers(secret or self._secret, id, at or int(time.time()), body)
        if not signed:
            del headers["webhook-signature"]
        began = time.monotonic()
        try:
            response = await self._client.post(self._url, content=body, headers=headers)
        except httpx.TimeoutException:
            return Heard(0, b"nothing within the time-out", time.monotonic() - began)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Heard(0, f"{type(error).__name__}: {error}".encode(), time.monotonic() - began)
        return Heard(response.status_code, response.content, time.monotonic() - began)

    def _judge(self, check: str, heard: Heard) -> Outcome | None:
        """None when there is nothing to look at."""
        if not 200 <= heard.status < 300:
            why = heard.body.decode("utf-8", "replace")[:200] if heard.status == 0 else f"it answered {heard.status}"
            self._find("error", check, why)
            return None
        if not heard.body.strip():
            outcome = Outcome(later=True)
        else:
            try:
                outcome = msgspec.json.decode(heard.body, type=Outcome)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                self._find("error", check, f"its answer is not one: {error}")
                return None
        faults = _faults(outcome)
        for fault in faults:
            self._find("error", check, fault)
        if heard.seconds > _SLOW:
            self._find("warning", check, f"it took {heard.seconds:.1f} s")
        elif not faults:
            self._find("ok", check, f"{heard.seconds * 1000:.0f} ms" + (", later" if outcome.later else ""))
        return outcome

    def _refused(self, check: str, heard: Heard, *, level: Literal["warning", "error"] = "error") -> None:
        if heard.status in (400, 401, 403):
            self._find("ok", check, str(heard.status))
        else:
            self._find(level, check, f"it answered {heard.status}: anybody may speak in Harken's name")

    def _find(self, level: Literal["ok", "warning", "error"], check: str, text: str) -> None:
        self.findings.append(Finding(level, check, text))


def _faults(outcome: Outcome) -> list[str]:
    found: list[str] = []
    if len(outcome.answers) > MOST_ANSWERS:
        found.append(f"more than {MOST_ANSWERS} answers in one turn")
    if len(msgspec.json.encode(outcome.state or {})) > STATE_BYTES:
        found.append(f"its state is over {STATE_BYTES // 1024} KB")
    for answer in outcome.answers:
        if isinstance(answer, Say):
            if not answer.text.strip() and not answer.attachments and not answer.buttons:
                found.append("it says nothing")
            found += [_BUTTON_FAULTS[code] for _, code in button_faults(answer.buttons)]
    return found


def _alike(one: Outcome, other: Outcome) -> bool:
    return msgspec.json.encode(one.answers) == msgspec.json.encode(other.answers)
