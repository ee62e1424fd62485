"""Turns as Chatwoot's webhook events, with its names and field types. Pure.

Source: Chatwoot's user guide, "How to use webhooks" (objects and events), and its API reference, "Messages" and
"Conversations". Ids there are integers: a conversation's is its number, the others are made from ours.
"""

import hashlib
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from harken.bots.protocol import Turn, TurnMessage

ACCOUNT: Final = 1  # there is one: the workspace of the bot
_INCOMING, _OUTGOING, _ACTIVITY = 0, 1, 2
_CHANNELS: Final = {"webchat": "Channel::WebWidget", "email": "Channel::Email", "whatsapp": "Channel::Whatsapp"}
_EVENTS: Final = {
    "conversation_started": "message_created", "message_added": "message_created",
    "conversation_taken_over": "conversation_opened", "conversation_closed": "conversation_resolved",
}  # fmt: skip
_STATUS: Final = {"conversation_opened": "open", "conversation_resolved": "resolved"}


def number_of(id: UUID) -> int:
    """An integer that stands for one of our ids, the same each time, exact in JavaScript."""
    return int.from_bytes(hashlib.blake2b(id.bytes, digest_size=6).digest())


def event(turn: Turn) -> dict[str, Any]:
    """What is posted to the bot."""
    name = _EVENTS[turn.type]
    conversation = _conversation(turn, _STATUS.get(name, "pending"))
    if name != "message_created":
        return {"event": name, **conversation}
    message = turn.message or _newest_of_contact(turn)
    if message is None:  # handed to the bot before anybody wrote
        return {
            "event": "webwidget_triggered",
            "account": _account(),
            "inbox": _inbox(turn),
            "conversation": conversation,
        }
    return {
        "event": name,
        "id": number_of(message.id),
        "content": message.text,
        "message_type": "incoming",
        "content_type": "text",
        "content_attributes": {"submitted_values": [{"value": message.value}]} if message.value else {},
        "created_at": _time(message.at),
        "private": False,
        "source_id": str(message.id),
        "sender": _sender(turn),
        "account": _account(),
        "inbox": _inbox(turn),
        "conversation": conversation,
        "additional_attributes": {},
    }


def message(
    id: UUID, conversation_number: int, text: str, at: datetime, *, private: bool, content_type: str
) -> dict[str, Any]:
    """The answer to a bot that posted a message."""
    return {
        "id": number_of(id),
        "content": text,
        "account_id": ACCOUNT,
        "conversation_id": conversation_number,
        "message_type": _OUTGOING,
        "content_type": content_type,
        "content_attributes": {},
        "created_at": int(at.timestamp()),
        "private": private,
        "status": "sent",
        "source_id": str(id),
    }


def _conversation(turn: Turn, status: str) -> dict[str, Any]:
    conversation = turn.conversation
    messages = [_entry(turn, each) for each in turn.transcript[-1:]]
    return {
        "id": conversation.number,
        "account_id": ACCOUNT,
        "inbox_id": number_of(conversation.channel.id),
        "channel": _CHANNELS.get(conversation.channel.connector, "Channel::Api"),
        "status": status,
        "can_reply": True,
        "labels": conversation.labels,
        "messages": messages,
        "meta": {"sender": _sender(turn), "assignee": None, "team": None, "hmac_verified": False},
        "contact_inbox": {
            "id": number_of(conversation.id),
            "contact_id": number_of(conversation.contact.id),
            "inbox_id": number_of(conversation.channel.id),
            "source_id": str(conversation.contact.id),
        },
        "custom_attributes": {},
        "additional_attributes": {"browser_language": conversation.language} if conversation.language else {},
        "unread_count": 1 if turn.message else 0,
        "priority": None,
        "snoozed_until": None,
        "timestamp": int(turn.at.timestamp()),
        "created_at": int((turn.transcript[0].at if turn.transcript else turn.at).timestamp()),
        "agent_last_seen_at": 0,
        "contact_last_seen_at": 0,
    }


def _entry(turn: Turn, message: TurnMessage) -> dict[str, Any]:
    kinds = {"contact": _INCOMING, "system": _ACTIVITY}
    return {
        "id": number_of(message.id),
        "content": message.text,
        "account_id": ACCOUNT,
        "inbox_id": number_of(turn.conversation.channel.id),
        "conversation_id": turn.conversation.number,
        "message_type": kinds.get(message.author, _OUTGOING),
        "created_at": int(message.at.timestamp()),
        "private": False,
        "status": "sent",
        "content_type": "text",
    }


def _sender(turn: Turn) -> dict[str, Any]:
    contact = turn.conversation.contact
    return {
        "id": number_of(contact.id),
        "name": contact.name,
        "email": contact.attributes.get("email"),
        "phone_number": contact.attributes.get("phone"),
        "identifier": str(contact.id),
        "type": "contact",
        "custom_attributes": contact.attributes,
        "additional_attributes": {},
        "account": _account(),
    }


def _account() -> dict[str, Any]:
    return {"id": ACCOUNT, "name": "Harken"}


def _inbox(turn: Turn) -> dict[str, Any]:
    return {"id": number_of(turn.conversation.channel.id), "name": turn.conversation.channel.name}


def _newest_of_contact(turn: Turn) -> TurnMessage | None:
    return next((each for each in reversed(turn.transcript) if each.author == "contact"), None)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
