"""The widget's live socket: hello with the token, what was missed, then live (README.md)."""

import asyncio
import contextlib
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import WebSocket, websocket
from litestar.datastructures import State
from litestar.exceptions import WebSocketDisconnect, WebSocketException

from harken.connectors.webchat.gate import is_own, require_embedding
from harken.connectors.webchat.identity import claims_of
from harken.connectors.webchat.manifest import KIND
from harken.connectors.webchat.receive import tick_item
from harken.connectors.webchat.wire import (
    MAX_FRAME,
    ClientFrame,
    Delivered,
    Hello,
    Ping,
    Read,
    Typing,
    message_shown,
)
from harken.kit.allowance import Allowance
from harken.kit.clock import Clock
from harken.kit.errors import Busy, Forbidden
from harken.port.host import Changes, Feed, Host, Typed, Visitor
from harken.port.services import Services

_HELLO_SECONDS: Final = 10.0
_CHECK_SECONDS: Final = 10.0  # whether channel and token still hold
_WRITE_SECONDS: Final = 30.0  # a page that does not read for so long is cut
_FOREIGN: Final = 4403  # before the accept: the server answers 403
_GARBAGE, _NO_TOKEN, _NO_CHANNEL, _REFUSED, _RESTART = 1008, 4003, 4004, 4005, 1012
_encoder = msgspec.json.Encoder()
_hello_decoder = msgspec.json.Decoder(Hello)
_frame_decoder = msgspec.json.Decoder(ClientFrame)

Socket = WebSocket[Any, Any, Any]


class _Ended(Exception):
    """The socket ends with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@websocket("/widget/live/{channel_id:uuid}", opt={"anonymous": True})
async def live(socket: Socket, channel_id: UUID, state: State, services: Services) -> None:
    """One visitor's page."""
    host: Host = state.host
    channel = await host.find_channel(KIND, channel_id)
    if channel is not None and not is_own(socket, channel):
        await socket.close(code=_FOREIGN)
        return
    await socket.accept()
    try:
        if channel is None:
            raise _Ended(_NO_CHANNEL)
        page = _Page(socket, host, channel_id, services.clock)
        await page.run(await page.hello())
    except _Ended as ended:
        with contextlib.suppress(TimeoutError, WebSocketException):
            async with asyncio.timeout(2):
                await socket.close(code=ended.code)
    except WebSocketDisconnect:
        pass


class _Page:
    def __init__(self, socket: Socket, host: Host, channel_id: UUID, clock: Clock) -> None:
        self._socket, self._host, self._channel_id, self._clock = socket, host, channel_id, clock
        self._allowance = Allowance(5, 40)
        self._typing = False

    async def hello(self) -> Hello:
        """The first frame. Raises _Ended."""
        try:
            async with asyncio.timeout(_HELLO_SECONDS):
                return _hello_decoder.decode(await self._text())
        except (TimeoutError, ValueError) as error:
            raise _Ended(_GARBAGE) from error

    async def run(self, hello: Hello) -> None:
        """Until either side ends it; the first reason counts."""
        visitor = await self._visitor(hello)
        async with self._host.feed(KIND, visitor, hello.since) as feed:
            parts = [
                asyncio.create_task(part)
                for part in (self._write(feed, visitor), self._read(visitor), self._check(hello))
            ]
            try:
                await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for part in parts:
                    part.cancel()
                results = await asyncio.gather(*parts, return_exceptions=True)
                if self._typing:
                    await self._host.type(KIND, visitor, False)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _visitor(self, hello: Hello) -> Visitor:
        """Raises _Ended when channel, page or token do not hold (any more)."""
        channel = await self._host.find_channel(KIND, self._channel_id)
        if channel is None:
            raise _Ended(_NO_CHANNEL)
        try:
            require_embedding(self._socket, channel, hello.origin)
            claims = claims_of(channel, hello.token, self._clock.now())
        except Forbidden as error:
            raise _Ended(_REFUSED) from error
        if claims is None or (channel.settings.get("identity_required") and not claims.known):
            raise _Ended(_NO_TOKEN)
        return Visitor(channel, claims.address)

    async def _check(self, hello: Hello) -> None:
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            await self._visitor(hello)

    async def _write(self, feed: Feed, visitor: Visitor) -> None:
        changes = await feed.catch_up()
        await self._tell(visitor, changes)
        await self._send({"type": "hello", "cursor": changes.cursor})
        while True:
            news = await feed.next()
            if isinstance(news, Typed):
                await self._send({"type": "typing", "active": news.active, "name": news.name})
            else:
                await self._tell(visitor, news)

    async def _tell(self, visitor: Visitor, changes: Changes) -> None:
        """The cursor goes with the last message of its changes: only then has the page got all of them."""
        if changes.lost:
            await self._send({"type": "resync"})
            return
        now, last = self._clock.now(), len(changes.messages) - 1
        for place, message in enumerate(changes.messages):
            shown = message_shown(visitor.channel, message, now)
            cursor = {"cursor": changes.cursor} if place == last else {}
            await self._send({"type": "message", **cursor, "message": shown})
        if changes.seen:
            await self._send({"type": "seen", "number": changes.seen[0], "seq": changes.seen[1]})

    async def _read(self, visitor: Visitor) -> None:
        while True:
            try:
                frame = _frame_decoder.decode(await self._text())
            except ValueError as error:
                raise _Ended(_GARBAGE) from error
            if not self._allowance.take():
                raise _Ended(_GARBAGE)
            await self._hear(visitor, frame)

    async def _hear(self, visitor: Visitor, frame: ClientFrame) -> None:
        match frame:
            case Ping():
                await self._send({"type": "pong"})
            case Typing(active):
                self._typing = active
                await self._host.type(KIND, visitor, active)
            case Delivered(message_id):
                await self._confirm(visitor, message_id, "delivered")
            case Read(message_id):
                await self._confirm(visitor, message_id, "read")

    async def _confirm(self, visitor: Visitor, message_id: UUID, state: Literal["delivered", "read"]) -> None:
        """Through the pipeline, as any service's news; what cannot be stored now is said again by the next frame."""
        ids = await self._host.unconfirmed(KIND, visitor, message_id, state)
        if ids:
            with contextlib.suppress(Busy):
                await self._host.accept(KIND, visitor.channel, [tick_item(id, state) for id in ids], {})

    async def _text(self) -> str:
        message = await self._socket.receive()
        if message["type"] != "websocket.receive":
            raise WebSocketDisconnect(detail="the page is gone")
        text = message.get("text")
        if text is None or len(text) > MAX_FRAME:
            raise ValueError("not a frame of the widget's")
        return text

    async def _send(self, frame: object) -> None:
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                await self._socket.send(
                    {"type": "websocket.send", "bytes": None, "text": _encoder.encode(frame).decode()}
                )
        except TimeoutError as error:
            raise _Ended(_RESTART) from error
        except OSError as error:
            raise WebSocketDisconnect(detail="the page is gone") from error
