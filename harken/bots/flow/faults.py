"""What is wrong with a flow before it runs: steps that are not there, or not reached, or run in a circle for ever. Pure."""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from harken.bots.flow.document import (
    MOST_STEPS,
    CallStep,
    ChoiceStep,
    CloseStep,
    ConditionStep,
    Flow,
    HandOffStep,
    MessageStep,
    QuestionStep,
    Step,
    Text,
)


class Fault(msgspec.Struct, frozen=True):
    """`step`: where; empty for the whole. `severity` warning: it runs, but is hardly meant so."""

    code: str
    step: str = ""
    what: str = ""
    severity: str = "error"


def faults(flow: Flow) -> list[Fault]:
    return [*_whole(flow), *(fault for name, step in flow.steps.items() for fault in _of_step(flow, name, step))]


def targets(step: Step) -> list[str | None]:
    """Where a step may go on; None is a person."""
    match step:
        case ChoiceStep():
            return [*(option.next or step.next for option in step.options), step.failed]
        case ConditionStep():
            return [*(branch.next for branch in step.branches), step.next]
        case QuestionStep() | CallStep():
            return [step.next, step.failed]
        case HandOffStep() | CloseStep():
            return []
        case _:
            return [step.next]


def _whole(flow: Flow) -> Iterator[Fault]:
    if flow.start not in flow.steps:
        yield Fault("unknown_step", what=flow.start)
        return
    if len(flow.steps) > MOST_STEPS:
        yield Fault("too_many_steps")
    reached, waiting = {flow.start}, [flow.start]
    while waiting:
        for target in targets(flow.steps[waiting.pop()]):
            if target in flow.steps and target not in reached:
                reached.add(target)
                waiting.append(target)
    for name in flow.steps:
        if name not in reached:
            yield Fault("unreached", name, severity="warning")
    yield from (Fault("circle", name) for name in _circles(flow))


def _of_step(flow: Flow, name: str, step: Step) -> Iterator[Fault]:
    for target in targets(step):
        if target is not None and target not in flow.steps:
            yield Fault("unknown_step", name, target)
    if isinstance(step, MessageStep | QuestionStep | ChoiceStep) and not _said(step.text):
        yield Fault("empty_text", name)
    match step:
        case QuestionStep(tries=tries) | ChoiceStep(tries=tries) if not 1 <= tries <= 10:
            yield Fault("tries_between_1_and_10", name)
        case ChoiceStep(options=[]):
            yield Fault("no_options", name)
        case QuestionStep(check=check) if check.kind == "mask" and not check.mask:
            yield Fault("no_mask", name)
        case CallStep(url=url) if not url.startswith(("https://", "http://")) or "{{" in url.split("/", 3)[2]:
            yield Fault("url", name, url)
        case HandOffStep(team=str(team)) if not _is_uuid(team):
            yield Fault("team_is_an_id", name, team)
        case CallStep(seconds=seconds) if not 0 < seconds <= 20:
            yield Fault("seconds_up_to_20", name)
        case _:
            pass
    if None in targets(step) and not isinstance(step, QuestionStep | CallStep | ChoiceStep):
        yield Fault("ends_with_a_person", name, severity="warning")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _said(text: Text) -> bool:
    return bool(text) and (isinstance(text, str) or all(text.values()))


def _circles(flow: Flow) -> list[str]:
    """Steps from which one comes back without ever waiting for the customer."""
    talking = {name for name, step in flow.steps.items() if isinstance(step, QuestionStep | ChoiceStep)}
    safe = set(talking)
    while True:
        more = {
            name
            for name, step in flow.steps.items()
            if name not in safe and all(target is None or target in safe for target in targets(step))
        }
        if not more:
            return [name for name in flow.steps if name not in safe and _returns(flow, name, talking)]
        safe |= more


def _returns(flow: Flow, start: str, talking: set[str]) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in targets(flow.steps[waiting.pop()]):
            if target == start:
                return True
            if target in flow.steps and target not in talking and target not in seen:
                seen.add(target)
                waiting.append(target)
    return False
