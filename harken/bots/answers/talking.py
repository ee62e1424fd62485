"""An answers bot's turn: the customer's question or choice in, what it says out. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from harken.bots.answers.deciding import PERSON, Bounds, Choices, Miss, Verbatim, decide
from harken.bots.answers.matching import NO_MEANING, Entry, Knowledge
from harken.bots.answers.wording import wording
from harken.bots.protocol import Answer, AnswerFile, Button, Close, HandOff, Outcome, Say, Turn
from harken.kit.tokens import folded

_YES, _NO = "helped", "not_helped"
_VARIABLE: Final = re.compile(r"\{\{\s*([\w.]{1,100})\s*(?:\|([^{}]{0,200}))?\}\}")


class Memory(msgspec.Struct):
    """Between turns. `offered`: the entries among which the customer was asked to choose. `said`: the last one that was said."""

    offered: list[str] = []
    said: str | None = None


def talk(
    turn: Turn, knowledge: Knowledge, bounds: Bounds, near: Mapping[str, float] = NO_MEANING, *, may_close: bool
) -> Outcome:
    """Never makes an answer up: what it says of a matter is an entry, word for word. `near`: see deciding.decide."""
    language = turn.conversation.language
    memory = _memory(turn.state)
    if turn.message is None:
        return _outcome([Say(wording("greeting", language))], memory, "greeting")
    match _choice(turn, memory, language):
        case "person":
            return _outcome([HandOff("asked")], memory, "handed_off")
        case "not_helped":
            return _outcome([HandOff("not_helped", fields={"answer": memory.said or ""})], memory, "handed_off")
        case "helped":
            glad: list[Answer] = [Say(wording("glad", language))]
            return _outcome([*glad, Close("solved")] if may_close else glad, Memory(), "solved")
        case str(key) if entry := knowledge.entry(key):
            return _verbatim(turn, entry)
        case _:
            return _decided(turn, knowledge, bounds, near)


def sayable(body: str) -> bool:
    """Whether a bot can fill in what stands in it: an agent's name is not a bot's."""
    return all(match[1].startswith("contact.") or match[2] is not None for match in _VARIABLE.finditer(body))


def _decided(turn: Turn, knowledge: Knowledge, bounds: Bounds, near: Mapping[str, float]) -> Outcome:
    assert turn.message
    language = turn.conversation.language
    match decide(knowledge, turn.message.text, language, bounds, near):
        case Verbatim(entry):
            return _verbatim(turn, entry)
        case Choices(entries):
            buttons = [Button(entry.title[:80], entry.key) for entry in entries]
            asked = Say(wording("offer", language), [*buttons, Button(wording("person", language), PERSON)])
            return _outcome([asked], Memory([entry.key for entry in entries]), "offered")
        case Miss():
            return _outcome([Say(wording("missed", language))], Memory(), "missed", missed=True)


def _verbatim(turn: Turn, entry: Entry) -> Outcome:
    language = turn.conversation.language
    text = _filled(entry.body, turn) + (f"\n{entry.url}" if entry.url else "")
    files = [AnswerFile(file_id=UUID(file)) for file in entry.file_ids]
    buttons = [Button(wording("yes", language), _YES), Button(wording("no", language), _NO)]
    return _outcome(
        [Say(text, attachments=files), Say(wording("helped", language), buttons)], Memory(said=entry.title), "answered"
    )


def _choice(turn: Turn, memory: Memory, language: str | None) -> str | None:
    """The value of the button that was chosen, also when its title was typed; None for a question of its own."""
    assert turn.message
    value, said = turn.message.value, folded(turn.message.text).strip(" .!")
    if memory.said is not None:
        values = {_YES: wording("yes", language), _NO: wording("no", language)}
        found = next((key for key, title in values.items() if value == key or said == folded(title)), None)
        return found or (_NO if said in ("no", "nein", "لا") else None)
    if value == PERSON or (memory.offered and said == folded(wording("person", language))):
        return PERSON
    return value if value in memory.offered else None


def _filled(body: str, turn: Turn) -> str:
    contact = turn.conversation.contact
    known: dict[str, Any] = {"contact.name": contact.name, "contact.first_name": contact.name.partition(" ")[0]}
    known |= {f"contact.attributes.{name}": value for name, value in contact.attributes.items()}
    return _VARIABLE.sub(lambda match: str(known.get(match[1]) or (match[2] or "").strip()), body)


def _memory(state: dict[str, Any]) -> Memory:
    try:
        return msgspec.convert(state, Memory)
    except msgspec.ValidationError:
        return Memory()


def _outcome(answers: list[Answer], memory: Memory, step: str, *, missed: bool = False) -> Outcome:
    return Outcome(answers, state=msgspec.to_builtins(memory), step=step, missed=missed)
