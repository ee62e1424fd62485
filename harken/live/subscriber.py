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

    def offer(self, frame: Frame) -> None:
        """An event of the log; one that it was offered before is passed over."""
        if frame.seq <= self.position or self.halted:
            return
        self.position = frame.seq
        if frame.type in ("rights_changed", "agent_changed") and str(self.caller.agent_id) in frame.payload:
            self.halted = frame.type == "rights_changed"
            self._doubt()
        if self.halted:
            return
        match sight_of(self.caller, frame.audience):
            case "shown":
                self.push(frame.text(self.prev))
            case "hidden":
                self.push(frame.hidden_text(self.prev))
            case "none":
                return
        self.prev = frame.seq

    def may_see(self, access: Access) -> bool:
        return not self.halted and may_see(self.caller, access)

    def push(self, text: str) -> None:
        """Cuts the socket when what it has not read is too much: it resumes later."""
        if self.close_code is not None:
            return
        self._queue.append(text)
        self._queued += len(text)
        if len(self._queue) > MAX_QUEUED_FRAMES or self._queued > MAX_QUEUED_CHARACTERS:
            self._queue.clear()
            self.close(TOO_SLOW)
        self._wake.set()

    def resync(self) -> None:
        """Tells the page to load a snapshot again, and ends."""
        self._queue.clear()
        self.push(RESYNC)
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
            self._drained.set()
            self._wake.clear()
            await self._wake.wait()
        texts = list(self._queue)
        self._queue.clear()
        self._queued = 0
        return texts

    async def drained(self) -> None:
        """Waits until all that was pushed was taken."""
        while self._queue and self.close_code is None:
            self._drained.clear()
            await self._drained.wait()
