"""One agent's socket from accept to close: hello, what was missed, then live; and what the page says."""

import asyncio
import contextlib
import time
from typing import Any, Final

import asyncpg
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect, WebSocketException

from harken.conversations.actions.automated import pause_bot
from harken.events.log import last_seq, oldest_seq, read_since, writing
from harken.events.types import Access, Actor
from harken.kit.allowance import Allowance
from harken.kit.db import Database, queries_beside
from harken.kit.errors import NotFound
from harken.live.client_frames import ClientFrame, Ping, Typing, client_frame
from harken.live.frames import PONG, Ephemeral, Frame, hello_text
from harken.live.hub import Hub
from harken.live.subscriber import Subscriber
from harken.live.tail import Tail
from harken.people.model import Caller

_Q = queries_beside(__file__)
_MAX_REPLAY: Final = 10_000  # events; a page that missed more loads a snapshot
_PAGE: Final = 250
_PAUSED_SECONDS: Final = 8.0
_CLOSE_SECONDS: Final = 2.0  # for what is written to a socket that may not read
GARBAGE, RESTART = 1008, 1012  # close codes
UNREACHABLE: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

Socket = WebSocket[Any, Any, Any]


async def serve(socket: Socket, hub: Hub, db: Database, caller: Caller, credential: bytes, since: int | None) -> None:
    """Runs an accepted socket until either side ends it."""
    tail = await hub.take(caller.workspace_id)
    subscriber = Subscriber(caller, credential, tail.seq if since is None else since, hub.doubt)
    writer = asyncio.create_task(_write(socket, subscriber), name="live-write")
    follower = asyncio.create_task(_follow(hub, db, tail, subscriber, resumed=since is not None), name="live-follow")
    page = _Page(hub, db, subscriber)
    reader = asyncio.create_task(page.read(socket), name="live-read")
    try:
        await asyncio.wait((writer, reader), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (follower, reader, writer):
            task.cancel()
        results = await asyncio.gather(follower, reader, writer, return_exceptions=True)
        tail.leave(subscriber)
        page.left()
        hub.leave(subscriber)
        hub.release(tail)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketException):
            raise result


async def _follow(hub: Hub, db: Database, tail: Tail, subscriber: Subscriber, *, resumed: bool) -> None:
    """What was missed, then live; and again whenever the socket falls behind."""
    try:
        if resumed and not await _can_resume(db, subscriber):
            subscriber.resync()
            return
        subscriber.push(hello_text(subscriber.position))
        hub.arrive(subscriber)
        while await _catch_up(db, tail, subscriber):
            hub.brief(subscriber)
            await subscriber.fallen_behind()
            tail.leave(subscriber)
            if not await subscriber.drained():
                return
    except UNREACHABLE:
        subscriber.close(RESTART)


async def _catch_up(db: Database, tail: Tail, subscriber: Subscriber) -> bool:
    """Whether the socket is live now."""
    while not tail.join(subscriber):
        if not await _replay_page(db, subscriber):
            return False
    return True


async def _can_resume(db: Database, subscriber: Subscriber) -> bool:
    workspace_id, since = subscriber.caller.workspace_id, subscriber.position
    async with db.connection() as connection:
        last = await last_seq(connection, workspace_id)
        if since == last:
            return True
        oldest = await oldest_seq(connection, workspace_id)
    return oldest is not None and oldest - 1 <= since < last and last - since <= _MAX_REPLAY


async def _replay_page(db: Database, subscriber: Subscriber) -> bool:
    """Offers the next page, and waits until the socket has taken it; False when it must not go on."""
    async with db.connection() as connection:
        events = await read_since(connection, subscriber.caller.workspace_id, subscriber.position, _PAGE)
    if events and events[0].seq != subscriber.position + 1:
        subscriber.resync()
        return False
    for event in events:
        subscriber.offer(Frame(event))
    if subscriber.halted:
        subscriber.resync()
    return await subscriber.drained()


async def _write(socket: Socket, subscriber: Subscriber) -> None:
    with contextlib.suppress(OSError):  # the page is gone; TimeoutError: it does not even read that it is closed
        while texts := await subscriber.next_texts():
            for text in texts:
                await socket.send({"type": "websocket.send", "bytes": None, "text": text})
        async with asyncio.timeout(_CLOSE_SECONDS):
            await socket.close(code=subscriber.close_code or 1000)


class _Page:
    """What one page says: it types and looks, until it leaves."""

    def __init__(self, hub: Hub, db: Database, subscriber: Subscriber) -> None:
        self._hub, self._db, self._subscriber = hub, db, subscriber
        self._allowance = Allowance(10, 40)
        self._active: dict[tuple[object, ...], Ephemeral] = {}
        self._paused: dict[Any, float] = {}  # conversations whose bot waits for this page's agent

    async def read(self, socket: Socket) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                try:
                    frame = client_frame(await _receive_text(socket))
                except ValueError:
                    return await self._refuse(GARBAGE)
                if not self._allowance.take():
                    return await self._refuse(GARBAGE)
                try:
                    await self._hear(frame)
                except UNREACHABLE:
                    return await self._refuse(RESTART)

    def left(self) -> None:
        """Nobody types or looks any more."""
        for item in self._active.values():
            self._hub.publish(_with(item, active=False))

    async def _refuse(self, code: int) -> None:
        self._subscriber.close(code)
        await asyncio.sleep(_CLOSE_SECONDS)  # the writer closes, and ends the socket

    async def _hear(self, frame: ClientFrame) -> None:
        if isinstance(frame, Ping):
            self._subscriber.push(PONG)
            return
        item = await self._ephemeral(frame.conversation_id, frame.active, isinstance(frame, Typing))
        if item is None:
            return
        if item.active:
            self._active[item.key] = item
        else:
            self._active.pop(item.key, None)
        self._hub.publish(item)

    async def _ephemeral(self, conversation_id: Any, active: bool, typing: bool) -> Ephemeral | None:
        """None when the agent may not see the conversation: for them it is not there."""
        caller = self._subscriber.caller
        async with self._db.connection() as connection:
            row = await _Q.row(connection, "find_access", workspace_id=caller.workspace_id, id=conversation_id)
        if row is None:
            return None
        kind, handler = row["handler_kind"], row["handler_id"]
        access = Access(row["team_id"], handler if kind == "agent" else None)
        if not self._subscriber.may_see(access):
            return None
        if typing and active and kind == "bot":
            await self._pause_bot(conversation_id)
        actor = Actor("agent", caller.agent_id, caller.name)
        answers = kind == "none" or handler == caller.agent_id  # R11: a customer is not told of who watches a bot
        return Ephemeral(
            "typing" if typing else "viewing", caller.workspace_id, conversation_id, access, actor, active,
            to_customer=typing and answers,
        )  # fmt: skip

    async def _pause_bot(self, conversation_id: Any) -> None:
        """Who types in a bot's conversation is about to speak: the bot waits. Said once in a while of a typing agent."""
        if self._paused.get(conversation_id, 0.0) > time.monotonic():
            return
        self._paused = {conversation_id: time.monotonic() + _PAUSED_SECONDS}
        caller = self._subscriber.caller
        with contextlib.suppress(NotFound):
            async with writing(self._db, caller.workspace_id) as w:
                await pause_bot(w, caller, conversation_id, self._hub.clock.now())


def _with(item: Ephemeral, *, active: bool) -> Ephemeral:
    return Ephemeral(
        item.kind, item.workspace_id, item.conversation_id, item.access, item.actor, active, item.to_customer
    )


async def _receive_text(socket: Socket) -> str:
    """Raises WebSocketDisconnect at the end, ValueError for bytes."""
    message = await socket.receive()
    if message["type"] != "websocket.receive":
        raise WebSocketDisconnect(detail="the page is gone")
    text = message.get("text")
    if text is None:
        raise ValueError("not text")
    return text
