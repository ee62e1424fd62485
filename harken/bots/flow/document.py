"""The document of a flow bot: named steps, each of which says what comes next. Kept as YAML, as its author wrote it. Pure.

A step without `next` ends the flow: the conversation then goes to a person, so that nothing is left lying.
Texts are one string, or one for each language; `{{contact.first_name|there}}` and `{{fields.order}}` are filled in.
"""

from collections.abc import Iterator
from typing import Any, Literal, cast

import msgspec
import yaml

Text = str | dict[str, str]  # by language (BCP 47)
MOST_STEPS = 500
MOST_BYTES = 256 * 1024


class Malformed(ValueError):
    """No flow document; the text says where and why."""


class _Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    next: str | None = None


class MessageStep(_Step, frozen=True, tag="message"):
    text: Text


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an answer must be. `mask`: 9 a digit, A a letter, * either, all else itself. `min` and `max`: of a number, or of a text's length."""

    kind: Literal["text", "email", "phone", "number", "date", "yes_no", "mask"] = "text"
    mask: str = ""
    min: float | None = None
    max: float | None = None


class QuestionStep(_Step, frozen=True, tag="question"):
    """Asks, and keeps the answer as `fields.<field>`. After `tries` wrong answers it goes on at `failed`, or to a person."""

    text: Text
    field: str
    check: Check = Check()
    error: Text = ""
    tries: int = 3
    failed: str | None = None


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`words`: what else means it, besides its title, its value and its number."""

    title: Text
    next: str | None = None
    value: str = ""
    words: list[str] = []


class ChoiceStep(_Step, frozen=True, tag="choice"):
    """Offers options. An answer that is none of them is asked for again, `tries` times; `next` is for options without their own."""

    text: Text
    options: list[Option]
    field: str | None = None
    error: Text = ""
    tries: int = 2
    failed: str | None = None


class Test(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`of`: a name as in a text: fields.order, contact.attributes.plan, channel.connector, message.text."""

    of: str
    test: Literal["equals", "contains", "begins", "above", "below", "known", "unknown"] = "equals"
    value: str | float = ""


class Branch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Taken when all of its tests hold."""

    when: list[Test]
    next: str


class ConditionStep(_Step, frozen=True, tag="condition"):
    """The first branch that holds, else `next`."""

    branches: list[Branch]


class LabelStep(_Step, frozen=True, tag="label"):
    add: list[str] = []
    remove: list[str] = []


class SetStep(_Step, frozen=True, tag="set"):
    """Attributes of the contact, from texts."""

    fields: dict[str, Text]


class CallStep(_Step, frozen=True, tag="call"):
    """Calls a URL. Values filled into the URL are escaped, into the body they are JSON strings.

    `save`: field to dotted path in the JSON answer ("status": "order.state"). `failed`: where to go on an error, else a person.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = {}
    body: dict[str, Any] = {}
    save: dict[str, str] = {}
    seconds: float = 5
    failed: str | None = None


class HandOffStep(_Step, frozen=True, tag="handoff"):
    reason: Text
    text: Text = ""
    team: str | None = None  # by id


class CloseStep(_Step, frozen=True, tag="close"):
    text: Text = ""
    reason: str = ""


Step = (
    MessageStep | QuestionStep | ChoiceStep | ConditionStep | LabelStep | SetStep | CallStep | HandOffStep | CloseStep
)


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    start: str
    steps: dict[str, Step]


class _Plain(yaml.SafeLoader):
    """YAML 1.2's words: `no` and `on` are texts, as their author means them, and so is a date."""


_Plain.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(source: str) -> Flow:
    """Raises Malformed. Only the YAML of plain values is read; aliases are not, as they grow what they name."""
    if len(source.encode()) > MOST_BYTES:
        raise Malformed(f"longer than {MOST_BYTES // 1024} KB")
    try:
        scanned = cast("Iterator[object]", yaml.scan(source))  # pyright: ignore[reportUnknownMemberType]
        if any(isinstance(token, yaml.AliasToken) for token in scanned):
            raise Malformed("aliases (*name) are not read")
        return msgspec.convert(yaml.load(source, _Plain), Flow)
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise Malformed(f"{place}{getattr(error, 'problem', None) or error}") from error
    except msgspec.ValidationError as error:
        raise Malformed(str(error)) from error
    except RecursionError as error:
        raise Malformed("nested too deeply") from error


def in_language(text: Text, language: str | None) -> str:
    """The text in a language, else in its base language, else the first there is."""
    if isinstance(text, str):
        return text
    wanted = (language or "").lower()
    by_code = {code.lower(): value for code, value in text.items()}
    return by_code.get(wanted) or by_code.get(wanted.partition("-")[0]) or next(iter(text.values()), "")
