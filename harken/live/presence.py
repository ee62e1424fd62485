"""Who types, who looks, who is there: what has no place in the log and ends by itself. One per process."""

import time
from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from harken.events.types import Access
from harken.live.frames import Ephemeral

LIFETIME_SECONDS: Final = 10.0
ONLINE_SECONDS: Final = 12.0  # how long another process's word that an agent is there holds
_MOST: Final = 20_000


class Ephemera:
    """What is typed and looked at now. Every change is handed to `tell`, the end too."""

    def __init__(self, tell: Callable[[Ephemeral], None], now: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._now = tell, now
        self._held: dict[tuple[str, UUID, str, UUID | None], tuple[Ephemeral, float]] = {}

    def put(self, item: Ephemeral) -> None:
        if item.active and len(self._held) < _MOST:
            self._held[item.key] = (item, self._now() + LIFETIME_SECONDS)
        elif self._held.pop(item.key, None) is None:
            return
        self._tell(item)

    def current(self, workspace_id: UUID) -> list[Ephemeral]:
        return [item for item, _ in self._held.values() if item.workspace_id == workspace_id]

    def narrow(self, conversation_id: UUID, access: Access) -> None:
        """The conversation went elsewhere: those who see it no more are told that nobody types there."""
        for key, (item, _) in list(self._held.items()):
            if item.conversation_id == conversation_id and item.access != access:
                del self._held[key]
                self._tell(_ended(item))

    def expire(self) -> None:
        now = self._now()
        for key, (item, until) in list(self._held.items()):
            if until <= now:
                del self._held[key]
                self._tell(_ended(item))


def _ended(item: Ephemeral) -> Ephemeral:
    return Ephemeral(
        item.kind, item.workspace_id, item.conversation_id, item.access, item.actor, False, item.to_customer
    )


class Presence:
    """The agents who have a socket, here or on another process. `changed` is told of a workspace whose set changed."""

    def __init__(self, changed: Callable[[UUID], None], now: Callable[[], float] = time.monotonic) -> None:
        self._changed, self._now = changed, now
        self._here: dict[UUID, dict[UUID, int]] = {}
        self._elsewhere: dict[UUID, dict[UUID, float]] = {}

    def arrive(self, workspace_id: UUID, agent_id: UUID) -> bool:
        """Whether it is the agent's first socket here."""
        counts = self._here.setdefault(workspace_id, {})
        counts[agent_id] = counts.get(agent_id, 0) + 1
        if counts[agent_id] > 1:
            return False
        self._changed(workspace_id)
        return True

    def leave(self, workspace_id: UUID, agent_id: UUID) -> bool:
        """Whether it was the agent's last socket here."""
        counts = self._here[workspace_id]
        counts[agent_id] -= 1
        if counts[agent_id]:
            return False
        del counts[agent_id]
        if not counts:
            del self._here[workspace_id]
        self._changed(workspace_id)
        return True

    def hear(self, workspace_id: UUID, present: Iterable[UUID], gone: Iterable[UUID]) -> None:
        """The word of another process."""
        before = self.online(workspace_id)
        known = self._elsewhere.setdefault(workspace_id, {})
        until = self._now() + ONLINE_SECONDS
        known.update(dict.fromkeys(present, until))
        for agent_id in gone:
            known.pop(agent_id, None)
        if self.online(workspace_id) != before:
            self._changed(workspace_id)

    def expire(self) -> None:
        now = self._now()
        for workspace_id, known in list(self._elsewhere.items()):
            old = [agent_id for agent_id, until in known.items() if until <= now]
            for agent_id in old:
                del known[agent_id]
            if not known:
                del self._elsewhere[workspace_id]
            if old:
                self._changed(workspace_id)

    def online(self, workspace_id: UUID) -> set[UUID]:
        return {*self._here.get(workspace_id, ()), *self._elsewhere.get(workspace_id, ())}

    def here(self) -> dict[UUID, list[UUID]]:
        return {workspace_id: list(counts) for workspace_id, counts in self._here.items()}
