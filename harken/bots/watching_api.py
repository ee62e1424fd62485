"""What agents do about a conversation in Automated without taking it: whisper, pause, send or discard what the bot suggests."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, post, put
from litestar.datastructures import State
from msgspec.structs import replace

from harken.bots import store
from harken.bots.admission import Admission, Author, Refused, admitted
from harken.bots.protocol import Say
from harken.bots.turns import load_scene
from harken.bots.wording import language_of
from harken.conversations.actions.automated import INSTRUCTION_LENGTH, instruct, pause_bot
from harken.conversations.actions.change import actor_of, lock_visible
from harken.conversations.actions.outlet import Outlet
from harken.conversations.model import Conversation, Message
from harken.conversations.outlets import outlet_of
from harken.conversations.store import get_visible
from harken.events.log import Writer, writing
from harken.kit.errors import Conflict, NotFound
from harken.people.model import Caller
from harken.port.services import Services

_BOT = "/api/conversations/{conversation_id:uuid}/bot"
_SUGGESTION = _BOT + "/suggestions/{suggestion_id:uuid}"


class Instruction(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(max_length=INSTRUCTION_LENGTH)]


class SendSuggestion(msgspec.Struct, forbid_unknown_fields=True):
    """`text`: as the agent would rather have it."""

    text: Annotated[str, msgspec.Meta(max_length=10_000)] | None = None


@post(_BOT + "/instruction", tags=["bots"], status_code=200)
async def post_instruction(
    caller: Caller, services: Services, conversation_id: UUID, data: Instruction
) -> Conversation:
    """Tells the bot what to do; the customer does not see it. 409 no_bot."""
    async with writing(services.db, caller.workspace_id) as w:
        return await instruct(w, caller, conversation_id, data.text, services.clock.now())


@put(_BOT + "/pause", tags=["bots"])
async def put_bot_pause(caller: Caller, services: Services, conversation_id: UUID) -> Conversation:
    """The bot waits for 20 s, as when an agent types. One that no bot handles stays as it is."""
    async with writing(services.db, caller.workspace_id) as w:
        return await pause_bot(w, caller, conversation_id, services.clock.now())


@post(_SUGGESTION + "/send", tags=["bots"])
async def send_suggestion(
    caller: Caller, services: Services, state: State, conversation_id: UUID, suggestion_id: UUID,
    data: SendSuggestion | None = None,
) -> Message:  # fmt: skip
    """Sends what the bot suggests, as the bot's; the conversation stays the bot's. 409 no_bot, lease_lost."""
    async with services.db.connection() as connection:
        conversation = await get_visible(connection, caller, conversation_id)
        scene = await load_scene(connection, caller.workspace_id, conversation_id)
    theirs = [m.text for _, m in scene.messages if m.author == "contact"] if scene else []
    language = language_of(scene.row["language"], theirs[-5:]) if scene else None
    outlet = await outlet_of(services, state, caller.workspace_id, conversation.channel_id)
    async with writing(services.db, caller.workspace_id) as w:
        admission = await _admission(w, caller, services, conversation_id, outlet)
        held = admission.lease.held.get(str(suggestion_id))
        if held is None:
            raise NotFound("no such suggestion")
        say = msgspec.convert(held, Say)
        text = data.text if data and data.text is not None else say.text
        author = Author(str(admission.lease.version), None, language, approved_by=caller.agent_id)
        try:
            message = await admission.say(replace(say, text=text), author)
        except Refused as refused:
            raise Conflict(f"the bot would go round in circles: {refused.reason}", code="bot_loops") from refused
        _discard(admission)
        admission.state = replace(admission.state, help=None)
        await admission.commit()
    assert message is not None
    return message


@delete(_SUGGESTION, tags=["bots"], status_code=200)
async def discard_suggestion(
    caller: Caller, services: Services, conversation_id: UUID, suggestion_id: UUID
) -> Conversation:
    """It is not sent; the customer still waits. 409 no_bot."""
    async with writing(services.db, caller.workspace_id) as w:
        admission = await _admission(w, caller, services, conversation_id, None)
        if str(suggestion_id) not in admission.lease.held:
            raise NotFound("no such suggestion")
        deadline = admission.lease.deadline
        _discard(admission)
        admission.lease = replace(admission.lease, deadline=deadline)
        return await admission.commit()


async def _admission(
    w: Writer, caller: Caller, services: Services, conversation_id: UUID, outlet: Outlet | None
) -> Admission:
    before = await lock_visible(w, caller, conversation_id)
    if before.handler.kind != "bot" or before.handler.id is None:
        raise Conflict("no bot handles this conversation", code="no_bot", fields={"epoch": before.epoch})
    bot = await store.get_bot(w.tx, w.workspace_id, before.handler.id)
    return await admitted(
        w, bot, conversation_id, before.epoch, outlet, services.clock.now(), even_paused=True, actor=actor_of(caller)
    )


def _discard(admission: Admission) -> None:
    admission.lease = replace(admission.lease, held={})
    admission.state = replace(admission.state, suggestions=[])
    if admission.lease.phase == "held":
        admission.expect("idle")


ROUTES = [post_instruction, put_bot_pause, send_suggestion, discard_suggestion]
