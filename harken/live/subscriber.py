"""One agent's open socket as the hub sees it: what it may see, how far it has come, what waits to be written to it."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from harken.conversations.rules import may_see
from harken.events.types import Access
from harken.live.frames import RESYNC, Frame, sight_of
from harken.people.model import Caller

MAX_QUEUED_FRAMES: Final = 1_000
MAX_QUEUED_CHARACTERS: Final = 1024 * 1024
SLOW_SECONDS: Final = 5.0  # for what waits to be taken, before the socket is cut

RIGHTS_CHANGED, TOO_SLOW, SIGNED_OUT = 4001, 4002, 4003  # close codes


class Subscriber:
    """`position`: the newest seq it was asked about; `prev`: the newest that was sent to it."""

    def __init__(self, caller: Caller, credential: bytes, position: int, doubt: Callable[[], None]) -> None:
        """`doubt`: called when an event says that its rights may have changed."""
        self.caller = caller
        self._doubt = doubt
        self.credential = credential  # the hash of its session's or API token
        self.position = self.prev = position
        self.halted = False  # its rights are being looked at: nothing is sent until that is done
        self.close_code: int | None = None
        self._queue: deque[str] = deque()
        self._queued = 0
        self._wake = asyncio.Event()
        self._drained = asyncio.Event()
        self._behind = asyncio.Event()

    def offer(self, frame: Frame) -> None:
        """An event of the log; one that it was offered before is passed over. When too much waits it falls behind."""
        if frame.seq <= self.position or self.halted or self._behind.is_set():
            return
        if self._full:
            self._behind.set()
            return
        self.position = frame.seq
        if frame.type in ("rights_changed", "agent_changed") and str(self.caller.agent_id) in frame.payload:
            self.halted = frame.type == "rights_changed"
            self._doubt()
        if self.halted:
            return
        match sight_of(self.caller, frame.audience):
            case "shown":
                self._push(frame.text(self.prev))
            case "hidden":
                self._push(frame.hidden_text(self.prev))
            case "none":
                return
        self.prev = frame.seq

    def may_see(self, access: Access) -> bool:
        return not self.halted and may_see(self.caller, access)

    def push(self, text: str) -> None:
        """A frame without a seq: passed over when too much waits."""
        if not self._full:
            self._push(text)

    def resync(self) -> None:
        """Tells the page to load a snapshot again, and ends."""
        self._queue.clear()
        self._push(RESYNC)
        self.close(RIGHTS_CHANGED)

    def close(self, code: int) -> None:
        """What is queued is still written, then the socket ends."""
        if self.close_code is None:
            self.close_code = code
            self._wake.set()
            self._drained.set()

    async def next_texts(self) -> list[str]:
        """What is to be written now; empty when the socket is to be closed with `close_code`."""
        while not self._queue and self.close_code is None:
            self._wake.clear()
            await self._wake.wait()
        texts = list(self._queue)
        self._queue.clear()
        self._queued = 0
        self._drained.set()
        return texts

    async def fallen_behind(self) -> None:
        """Waits until it did not take an event: it has to read on from the log, at its own pace."""
        await self._behind.wait()

    async def drained(self) -> bool:
        """Waits until all that was pushed was taken; False, and the socket is cut, when that takes too long."""
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                while self._queue and self.close_code is None:
                    self._drained.clear()
                    await self._drained.wait()
        except TimeoutError:
            self._queue.clear()
            self.close(TOO_SLOW)
        self._behind.clear()
        return self.close_code is None

    @property
    def _full(self) -> bool:
        return len(self._queue) >= MAX_QUEUED_FRAMES or self._queued >= MAX_QUEUED_CHARACTERS

    def _push(self, text: str) -> None:
        if self.close_code is None:
            self._queue.append(text)
            self._queued += len(text)
            self._wake.set()
