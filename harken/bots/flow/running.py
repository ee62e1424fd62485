"""A flow's walk through one turn: from where it waits, over every step that needs nobody, to where it waits again.

Calling a URL is given in, so that the walk itself has no network.
"""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import msgspec

from harken.bots.flow.checking import accepted
from harken.bots.flow.document import (
    CallStep,
    ChoiceStep,
    CloseStep,
    ConditionStep,
    Flow,
    HandOffStep,
    LabelStep,
    MessageStep,
    Option,
    QuestionStep,
    SetStep,
    Step,
    Test,
    Text,
    in_language,
)
from harken.bots.flow.filling import Names
from harken.bots.protocol import Answer, Button, Close, HandOff, Outcome, Say, SetFields, SetLabels, Turn
from harken.kit.tokens import folded

MOST_AT_ONCE: Final = 50  # steps of one turn
_NOT_UNDERSTOOD: Final[Text] = {
    "en": "Sorry, I did not get that.", "de": "Das habe ich leider nicht verstanden.",
    "es": "Perdón, no lo he entendido.", "ar": "عذرًا، لم أفهم ذلك.",
}  # fmt: skip

# Saves what the URL answered, by field; None when the call failed.
Calling = Callable[[CallStep, Names], Awaitable[dict[str, str] | None]]


class Place(msgspec.Struct):
    """Where a conversation stands in its flow: the step that waits for the customer, and what they said so far."""

    at: str | None = None
    fields: dict[str, str] = {}
    wrong: int = 0  # answers that this step did not take


class Walk:
    def __init__(self, flow: Flow, turn: Turn, place: Place, call: Calling) -> None:
        self._flow, self._turn, self._call = flow, turn, call
        self._language = turn.conversation.language
        self._place = place
        self._names = Names(turn, place.fields)
        self._answers: list[Answer] = []
        self._missed = False

    async def run(self) -> Outcome:
        """Always ends at a step that waits, or with a hand-off or a close."""
        waiting_at = self._flow.steps.get(self._place.at or "")
        if waiting_at is None or self._turn.message is None:
            going: str | None = self._place.at if waiting_at else self._flow.start
        else:
            going = self._take(waiting_at)
        for _ in range(MOST_AT_ONCE):
            if going is None or self._done():
                break
            self._place.at = going
            going = await self._step(self._flow.steps[going])
        if going is not None and not self._done():
            self._answers.append(HandOff("flow_in_a_circle", fields=dict(self._place.fields)))
        state = msgspec.to_builtins(self._place)
        return Outcome(
            self._answers, state=state, step=self._place.at, knows=dict(self._place.fields), missed=self._missed
        )

    def _done(self) -> bool:
        return bool(self._answers) and isinstance(self._answers[-1], HandOff | Close)

    def _take(self, step: Step) -> str | None:
        """The customer's answer to the step that waits: where to go on; None to go on waiting (what is said is said)."""
        assert self._turn.message
        match step:
            case QuestionStep():
                value = accepted(step.check, self._turn.message.text)
                if value is None:
                    return self._wrong(step, step.failed)
                return self._given(step.field, value, step.next)
            case ChoiceStep():
                option = self._chosen(step.options)
                if option is None:
                    return self._wrong(step, step.failed)
                value = option.value or in_language(option.title, self._language)
                return self._given(step.field, value, option.next or step.next)
            case _:
                return self._place.at

    def _given(self, field: str | None, value: str, onward: str | None) -> str | None:
        self._place.wrong = 0
        if field:
            self._place.fields[field] = value
        return onward if onward else self._end()

    def _wrong(self, step: QuestionStep | ChoiceStep, failed: str | None) -> str | None:
        self._place.wrong += 1
        self._missed = True
        if self._place.wrong >= step.tries:
            self._place.wrong = 0
            return failed if failed else self._end("not_understood")
        error = self._text(step.error) or self._text(_NOT_UNDERSTOOD)
        options = step.options if isinstance(step, ChoiceStep) else []
        self._answers.append(Say(error, buttons=self._buttons(options)))
        return None

    def _end(self, reason: str = "flow_ended") -> None:
        self._answers.append(HandOff(reason, fields=dict(self._place.fields)))

    async def _step(self, step: Step) -> str | None:
        """Does a step; returns the next, or None to wait or end."""
        match step:
            case MessageStep():
                self._say(step.text)
            case QuestionStep():
                self._say(step.text)
                return None
            case ChoiceStep():
                self._answers.append(Say(self._text(step.text), buttons=self._buttons(step.options)))
                return None
            case ConditionStep():
                taken = (branch.next for branch in step.branches if all(map(self._holds, branch.when)))
                return next(taken, step.next) or self._end()
            case LabelStep():
                self._answers.append(SetLabels(step.add, step.remove))
            case SetStep():
                self._answers.append(SetFields({name: self._text(text) for name, text in step.fields.items()}))
            case CallStep():
                saved = await self._call(step, self._names)
                if saved is None:
                    return step.failed or self._end("call_failed")
                self._place.fields.update(saved)
            case HandOffStep():
                self._say(step.text)
                self._answers.append(self._handoff(step))
                return None
            case CloseStep():
                self._say(step.text)
                self._answers.append(Close(step.reason))
                return None
        return step.next or self._end()

    def _handoff(self, step: HandOffStep) -> HandOff:
        team = UUID(step.team) if step.team else None
        return HandOff(self._text(step.reason), fields=dict(self._place.fields), team_id=team)

    def _say(self, text: Text) -> None:
        if words := self._text(text):
            self._answers.append(Say(words))

    def _text(self, text: Text) -> str:
        return self._names.fill(in_language(text, self._language))

    def _buttons(self, options: list[Option]) -> list[Button]:
        return [Button(in_language(option.title, self._language), option.value) for option in options]

    def _chosen(self, options: list[Option]) -> Option | None:
        """By the button's value, the number, the title in any language, or one of its words."""
        message = self._turn.message
        assert message
        said = folded(message.value or message.text).strip(" .!?")
        for number, option in enumerate(options, start=1):
            titles = [option.title] if isinstance(option.title, str) else list(option.title.values())
            if said in {str(number), folded(option.value), *map(folded, titles), *map(folded, option.words)} - {""}:
                return option
        meant = [option for option in options if any(folded(word) in said.split() for word in option.words)]
        return meant[0] if len(meant) == 1 else None

    def _holds(self, test: Test) -> bool:
        value, wanted = self._names.value(test.of), test.value
        match test.test:
            case "known":
                return value != ""
            case "unknown":
                return value == ""
            case "equals":
                return folded(value) == folded(_plain(wanted))
            case "contains":
                return folded(_plain(wanted)) in folded(value)
            case "begins":
                return folded(value).startswith(folded(_plain(wanted)))
            case "above" | "below":
                return _compared(value, wanted, above=test.test == "above")


def _plain(value: str | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _compared(value: str, wanted: str | float, *, above: bool) -> bool:
    try:
        left, right = float(value), float(wanted)
    except ValueError:
        return False
    return left > right if above else left < right
