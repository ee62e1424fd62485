"""What agents do to conversations, over HTTP: each call is one transaction and one action."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, delete, post, put
from litestar.datastructures import State

from harken.conversations import store
from harken.conversations.actions.change import lock_visible
from harken.conversations.actions.close import close, reopen
from harken.conversations.actions.delivery import retry
from harken.conversations.actions.handler import Assignment, assign
from harken.conversations.actions.label import put_labels
from harken.conversations.actions.mailing import Mailing
from harken.conversations.actions.note import note
from harken.conversations.actions.read import mark_read
from harken.conversations.actions.reply import Reply, reply
from harken.conversations.actions.start import Start, start
from harken.conversations.actions.withdraw import Withdrawn, withdraw
from harken.conversations.model import Conversation, ConversationRead, Format, HandlerKind, Message
from harken.conversations.outlets import outlet_of
from harken.events.log import writing
from harken.kit.errors import Invalid, NotFound
from harken.kit.ids import new_id
from harken.people.model import Caller
from harken.port.services import Services

# What a client chooses to know its submit by: storable, and short enough for an index.
_ClientId = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[\x20-\x7e]+\Z")]
_ONE = "/api/conversations/{conversation_id:uuid}"


class NewConversation(msgspec.Struct, forbid_unknown_fields=True):
    channel_id: UUID
    contact_id: UUID | None = None
    address: str | None = None
    name: str = ""
    subject: str = ""
    text: str = ""
    attachment_ids: list[UUID] = []
    client_message_id: _ClientId | None = None
    quick_reply_ids: Annotated[list[UUID], msgspec.Meta(max_length=20)] = []


class NewReply(msgspec.Struct, forbid_unknown_fields=True):
    """`epoch`: of the conversation as its author saw it. `quick_reply_ids`: those that it was written with: each counts a use.
    Of an e-mail: `subject` (else the conversation's), `cc`, `bcc`, whether the author's `signature` goes below it, and the
    message that it quotes (`quote`). `draft_revision`: of the draft that it was, which is gone with it."""

    text: str = ""
    attachment_ids: list[UUID] = []
    client_message_id: _ClientId | None = None
    reply_to: UUID | None = None
    epoch: int | None = None
    take_over: bool = False
    quick_reply_ids: Annotated[list[UUID], msgspec.Meta(max_length=20)] = []
    format: Format = "plain"
    subject: str | None = None
    cc: list[str] = []
    bcc: list[str] = []
    signature: bool = True
    quote: UUID | None = None
    draft_revision: int | None = None


class NewNote(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    mentions: list[UUID] = []
    client_message_id: _ClientId | None = None
    draft_revision: int | None = None


class NewHandler(msgspec.Struct, forbid_unknown_fields=True):
    """`id`: an agent's or a bot's, or "me". `team_id`: whose it is then; left out, it stays; null is everybody's. `goal`: what a bot
    is to do with it."""

    kind: HandlerKind
    id: str | None = None
    team_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    epoch: int | None = None
    note: str | None = None
    goal: Annotated[str, msgspec.Meta(max_length=500)] | None = None


class NewClosure(msgspec.Struct, forbid_unknown_fields=True):
    reason: str | None = None
    epoch: int | None = None


class ReadUpTo(msgspec.Struct, forbid_unknown_fields=True):
    """Left out: up to the newest."""

    message_id: UUID | None = None


class Labelling(msgspec.Struct, forbid_unknown_fields=True):
    labels: list[UUID]


@post("/api/conversations", tags=["conversations"])
async def start_conversation(
    caller: Caller, services: Services, state: State, data: NewConversation
) -> Response[Conversation]:
    """Writes first (R3). 201; 200 with the one that is open already; 409 cannot_start with the reason."""
    if (data.contact_id is None) == (data.address is None):
        raise Invalid(("contact_id", "one_of_contact_id_and_address"))
    outlet = await outlet_of(services, state, caller.workspace_id, data.channel_id)
    if outlet is None:
        raise NotFound("no such channel")
    wanted = Start(
        data.client_message_id or str(new_id()), data.text, data.contact_id, data.address, data.name, data.subject,
        data.attachment_ids, data.quick_reply_ids,
    )  # fmt: skip
    async with writing(services.db, caller.workspace_id) as w:
        conversation, new = await start(w, caller, outlet, wanted, services.clock.now())
    return Response(conversation, status_code=201 if new else 200)


@post(_ONE + "/messages", tags=["conversations"])
async def post_message(
    caller: Caller, services: Services, state: State, conversation_id: UUID, data: NewReply
) -> Response[Message]:
    """Replies (R6), and takes the conversation if nobody has it. 409 handler_changed, conversation_closed."""
    async with services.db.connection() as connection:
        conversation = await store.get_visible(connection, caller, conversation_id)
    outlet = await outlet_of(services, state, caller.workspace_id, conversation.channel_id)
    submitted = Reply(
        data.client_message_id or str(new_id()), data.text, data.attachment_ids, data.reply_to, data.epoch,
        data.take_over, data.quick_reply_ids, data.format,
        Mailing(data.subject, data.cc, data.bcc, data.signature, data.quote), data.draft_revision,
    )  # fmt: skip
    async with writing(services.db, caller.workspace_id) as w:
        message, new = await reply(w, caller, conversation_id, submitted, outlet, services.clock.now())
    return Response(message, status_code=201 if new else 200)


@delete(_ONE + "/messages/{message_id:uuid}", tags=["conversations"], status_code=200)
async def withdraw_message(caller: Caller, services: Services, conversation_id: UUID, message_id: UUID) -> Withdrawn:
    """Takes one's own message back while it is held (capabilities.undo_seconds). 409 already_sent."""
    async with writing(services.db, caller.workspace_id) as w:
        return await withdraw(w, caller, conversation_id, message_id, services.clock.now())


@post(_ONE + "/messages/{message_id:uuid}/retry", tags=["conversations"], status_code=200)
async def retry_message(caller: Caller, services: Services, conversation_id: UUID, message_id: UUID) -> Message:
    """Sends a failed or uncertain message again. 409 not_retryable."""
    async with writing(services.db, caller.workspace_id) as w:
        await lock_visible(w, caller, conversation_id)
        return await retry(w, caller, conversation_id, message_id, services.clock.now())


@post(_ONE + "/notes", tags=["conversations"])
async def post_note(caller: Caller, services: Services, conversation_id: UUID, data: NewNote) -> Response[Message]:
    """A note, for agents only; it assigns nobody."""
    client_message_id = data.client_message_id or str(new_id())
    async with writing(services.db, caller.workspace_id) as w:
        added, new = await note(
            w, caller, conversation_id, data.text, data.mentions, client_message_id, services.clock.now(),
            data.draft_revision,
        )  # fmt: skip
    return Response(added, status_code=201 if new else 200)


@put(_ONE + "/handler", tags=["conversations"])
async def put_handler(caller: Caller, services: Services, conversation_id: UUID, data: NewHandler) -> Conversation:
    """Picks, takes over, forwards, returns to an Inbox or hands to a bot. 409 handler_changed for an old epoch."""
    move = not isinstance(data.team_id, msgspec.UnsetType)
    team_id = None if isinstance(data.team_id, msgspec.UnsetType) else data.team_id
    wanted = Assignment(
        data.kind, _handler_id(caller, data), team_id, move, data.epoch, data.note or "", data.goal or ""
    )
    async with writing(services.db, caller.workspace_id) as w:
        return await assign(w, caller, conversation_id, wanted, services.clock.now())


@post(_ONE + "/closure", tags=["conversations"], status_code=200)
async def close_conversation(
    caller: Caller, services: Services, conversation_id: UUID, data: NewClosure | None = None
) -> Conversation:
    """Closes; what is closed stays as it is. 409 handler_changed for an old epoch."""
    wanted = data or NewClosure()
    async with writing(services.db, caller.workspace_id) as w:
        return await close(w, caller, conversation_id, wanted.reason, wanted.epoch, services.clock.now())


@delete(_ONE + "/closure", tags=["conversations"], status_code=200)
async def reopen_conversation(caller: Caller, services: Services, conversation_id: UUID) -> Conversation:
    """Reopens; it is then the caller's. 409 open_exists when another one of the same thread is open."""
    async with writing(services.db, caller.workspace_id) as w:
        return await reopen(w, caller, conversation_id, services.clock.now())


@put(_ONE + "/read", tags=["conversations"])
async def put_read(caller: Caller, services: Services, conversation_id: UUID, data: ReadUpTo) -> ConversationRead:
    """What the caller has read; nobody else sees it. A mark never moves back."""
    async with writing(services.db, caller.workspace_id) as w:
        return await mark_read(w, caller, conversation_id, data.message_id, services.clock.now())


@put(_ONE + "/labels", tags=["conversations"])
async def put_conversation_labels(
    caller: Caller, services: Services, conversation_id: UUID, data: Labelling
) -> Conversation:
    """Exactly these labels from now on."""
    async with writing(services.db, caller.workspace_id) as w:
        return await put_labels(w, caller, conversation_id, data.labels, services.clock.now())


def _handler_id(caller: Caller, data: NewHandler) -> UUID | None:
    if data.kind == "none":
        return None
    if data.id == "me" and data.kind == "agent":
        return caller.agent_id
    try:
        return UUID(data.id or "")
    except ValueError as error:
        raise Invalid(("id", "unknown")) from error


ROUTES = [
    start_conversation, post_message, withdraw_message, retry_message, post_note, put_handler, close_conversation, reopen_conversation,
    put_read, put_conversation_labels,
]  # fmt: skip
