"""Conversations and messages as the API and the events show them. Pure.

These are the shapes of the wire; the browser's store keeps them by id and applies one only if its revision is newer.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from harken.contacts.model import ContactSummary
from harken.port.buttons import Button

View = Literal["inbox", "yours", "open", "automated", "closed"]
HandlerKind = Literal["none", "agent", "bot"]
AuthorKind = Literal["contact", "agent", "bot", "system"]
DeliveryState = Literal["queued", "sending", "sent", "delivered", "read", "failed", "uncertain"]
MessageKind = Literal["message", "note", "event"]
Priority = Literal["low", "normal", "high", "urgent"]
LineType = Literal[
    "picked", "taken_over", "forwarded", "returned", "closed", "reopened", "started", "handed_to_bot", "labelled",
    "snoozed", "woken", "prioritised", "handed_off", "instructed", "withdrawn", "merged", "separated",
]  # fmt: skip


HelpReason = Literal["asked", "missed", "repeated", "unhappy", "waiting", "slow"]
Format = Literal["plain", "markdown"]  # markdown: the subset of kit/formatting.py
BotMode = Literal["live", "approve"]


class Handler(msgspec.Struct, frozen=True):
    kind: HandlerKind
    id: UUID | None = None


class Place(msgspec.Struct, frozen=True):
    """What decides a conversation's view and who sees it (rules.view_of, rules.may_see)."""

    status: Literal["open", "closed"]
    handler: Handler
    team_id: UUID | None
    snoozed: bool = False  # it stays in its view, folded away and not counted


class Author(msgspec.Struct, frozen=True):
    kind: AuthorKind
    id: UUID | None
    name: str


class LastMessage(msgspec.Struct, frozen=True):
    """The row's preview: of the newest message or note (not of lines of what happened)."""

    id: UUID
    kind: MessageKind
    direction: Literal["in", "out", "none"]
    author: Author
    preview: str  # at most 140 characters, one line
    attachment: Literal["image", "audio", "video", "file"] | None  # of the first one
    created_at: datetime


class Closed(msgspec.Struct, frozen=True):
    by: Author
    at: datetime
    reason: str | None


class ReplyAllowed(msgspec.Struct, frozen=True):
    allowed: bool
    reason: str | None = None
    window_ends_at: datetime | None = None


class Conversation(msgspec.Struct, frozen=True):
    """One conversation. The same for everybody who may see it, but for `read_count`, which is the caller's own and stands
    only in answers of the API: unread = inbound_count - read_count."""

    id: UUID
    number: int
    revision: int
    status: Literal["open", "closed"]
    handler: Handler
    epoch: int
    team_id: UUID | None
    channel_id: UUID
    contact: ContactSummary
    address: str  # the identity's: where a reply goes
    subject: str
    labels: list[UUID]
    waiting_since: datetime | None
    last_activity_at: datetime
    created_at: datetime
    last_message: LastMessage | None
    message_count: int
    inbound_count: int
    closed: Closed | None
    reply: ReplyAllowed
    previous_id: UUID | None = None
    identity_id: UUID | None = None  # the contact's identity that it is with
    priority: Priority = "normal"
    snoozed: "Snooze | None" = None
    bot: "BotState | None" = None  # while a bot handles it
    handed_off: str | None = None  # why a bot gave it to people, until somebody takes it: on top of the Inbox
    read_count: int | None = None


class Snooze(msgspec.Struct, frozen=True):
    """Put aside until a time, or (`until` null) until the customer writes; the customer's message ends either."""

    until: datetime | None
    at: datetime
    by: Author


class Help(msgspec.Struct, frozen=True):
    """Why a person should look: asked for one, missed (it did not understand), repeated (itself), unhappy (the customer), waiting
    (for an agent: approve mode), slow (the bot)."""

    reason: HelpReason
    since: datetime


class Suggestion(msgspec.Struct, frozen=True):
    """What the bot would say: an agent sends it or does not."""

    id: UUID
    text: str
    at: datetime


class BotState(msgspec.Struct, frozen=True):
    """Where the bot is that handles the conversation. `turns`: those it has answered. `goal`: why an agent gave it to the bot.
    `knows`: what it has found out here, by name."""

    mode: BotMode = "live"
    turns: int = 0
    step: str | None = None
    knows: dict[str, Any] = {}
    help: Help | None = None
    paused_until: datetime | None = None
    goal: str | None = None
    suggestions: list[Suggestion] = []


class BotMark(msgspec.Struct, frozen=True):
    """What wrote a bot's message. `approved_by`: the agent who sent it, in approve mode."""

    version: str
    model: str | None = None
    approved_by: UUID | None = None


class Reaction(msgspec.Struct, frozen=True):
    """One of each author and message: another emoji takes its place."""

    emoji: str
    author: Author
    at: datetime


class Attachment(msgspec.Struct, frozen=True):
    """A file of a message. Its content: GET /files/{id}; `thumbnail` when there is GET /files/{id}/thumbnail."""

    id: UUID
    name: str
    type: str
    size: int
    kind: Literal["image", "audio", "video", "file"]
    state: Literal["ready", "pending", "failed"] = "ready"
    inline: bool = False  # shown inside the HTML body
    details: dict[str, Any] = {}  # width, height (px), duration (s), peaks (0..1 list)


class Line(msgspec.Struct, frozen=True):
    """A line of what happened (kind `event`). `target`: the agent, team or bot it went to; of `taken_over`, whom it was taken from;
    of `merged` and `separated`, the contact that stayed (`reason`: the other one's name). `summary` and `fields`: what a bot
    says of a conversation that it hands off."""

    type: LineType
    target_kind: Literal["agent", "team", "bot", "contact", "none"] = "none"
    target_id: UUID | None = None
    target_name: str = ""
    reason: str | None = None
    summary: str | None = None
    fields: dict[str, Any] | None = None


class DeliveryError(msgspec.Struct, frozen=True):
    kind: str
    text: str


class Delivery(msgspec.Struct, frozen=True):
    state: DeliveryState
    error: DeliveryError | None = None
    held_until: datetime | None = None  # it can be taken back until then


class Recipients(msgspec.Struct, frozen=True):
    """Who else an e-mail is for, beside the customer. `bcc` is for agents to see, and for no header."""

    cc: list[str] = []
    bcc: list[str] = []


class Message(msgspec.Struct, frozen=True):
    """One entry of a thread, in order of `seq` (no gaps)."""

    id: UUID
    conversation_id: UUID
    seq: int
    revision: int
    kind: MessageKind
    direction: Literal["in", "out", "none"]
    author: Author
    text: str
    attachments: list[Attachment]
    created_at: datetime
    html: str | None = None
    quoted: str | None = None
    subject: str | None = None
    line: Line | None = None
    delivery: Delivery | None = None
    sent_at: datetime | None = None  # by the sender's clock, when the service says
    client_message_id: str | None = None
    reply_to: UUID | None = None
    mentions: list[UUID] = []
    reactions: list[Reaction] = []
    bot: BotMark | None = None  # of a bot's
    format: Format = "plain"
    recipients: Recipients | None = None
    signature: str | None = None  # below an agent's e-mail
    buttons: list[Button] = []  # quick answers that the channel shows below it
    pressed: str | None = None  # the value of the one that the customer pressed


class ConversationChanged(msgspec.Struct, frozen=True):
    """The data of a conversation event. `previous` is null when the conversation is new."""

    conversation: Conversation
    previous: Place | None
    messages: list[Message]


class MessageChanged(msgspec.Struct, frozen=True):
    conversation_id: UUID
    message: Message


class ConversationRead(msgspec.Struct, frozen=True):
    conversation_id: UUID
    inbound_count: int
    message_seq: int


class ViewCount(msgspec.Struct, frozen=True):
    count: int


class Views(msgspec.Struct, frozen=True):
    inbox: ViewCount
    yours: ViewCount
    open: ViewCount
    automated: ViewCount
    closed: dict[str, int]  # empty: Closed shows no number
