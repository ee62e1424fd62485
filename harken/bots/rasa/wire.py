"""Rasa's REST channel: what is posted to /webhooks/rest/webhook, and what comes back. Pure.

Source: Rasa's documentation, "Your own website", section "RestInput": a POST of `sender` and `message` (and `metadata`)
is answered with a list of messages, each with `recipient_id` and `text`, `image`, `buttons`, `attachment` or `custom`.
"""

from typing import Any, cast

import msgspec

from harken.bots.protocol import Answer, AnswerFile, Button, HandOff, Outcome, Say, Turn, TurnMessage


class RasaButton(msgspec.Struct, frozen=True):
    title: str
    payload: str = ""


class RasaMessage(msgspec.Struct, frozen=True):
    """`custom` is the bot's own JSON: `{"handoff": true | {"reason", "summary", "fields"}}` hands the conversation to a person."""

    text: str | None = None
    image: str | None = None
    buttons: list[RasaButton] = []
    attachment: Any = None
    custom: Any = None


def question(turn: Turn) -> dict[str, Any] | None:
    """What is posted; None when the customer has not said anything yet."""
    said = turn.message or _newest_of_contact(turn)
    if said is None:
        return None
    conversation = turn.conversation
    metadata = {
        "conversation_id": str(conversation.id),
        "channel": conversation.channel.connector,
        "contact": {"id": str(conversation.contact.id), "name": conversation.contact.name},
        "language": conversation.language,
        "goal": turn.goal,
    }
    return {"sender": str(conversation.id), "message": said.value or said.text, "metadata": metadata}


def outcome(messages: list[RasaMessage]) -> Outcome:
    """A bot that has nothing to say has not understood."""
    answers = [answer for message in messages for answer in _answers(message)]
    return Outcome(answers, missed=not answers)


def _answers(message: RasaMessage) -> list[Answer]:
    url = message.image or _attached(message.attachment)
    files = [AnswerFile(url=url)] if url else []
    buttons = [Button(button.title, button.payload) for button in message.buttons]
    said: list[Answer] = []
    if message.text or files or buttons:
        said.append(Say(message.text or "", buttons, files))
    if asked := _member(message.custom, "handoff"):
        said.append(_handoff(asked))
    return said


def _attached(attachment: Any) -> str | None:
    """A URL, or Messenger's shape of one: {"type", "payload": {"src" | "url"}}."""
    payload = _member(attachment, "payload")
    url = _member(payload, "src") or _member(payload, "url") or attachment
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None


def _member(value: Any, name: str) -> Any:
    return cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None


def _handoff(asked: Any) -> HandOff:
    try:
        return msgspec.convert(asked, HandOff)
    except msgspec.ValidationError:
        return HandOff("asked_by_bot")


def _newest_of_contact(turn: Turn) -> TurnMessage | None:
    return next((each for each in reversed(turn.transcript) if each.author == "contact"), None)
