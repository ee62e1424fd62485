"""What a kind of bot is: each is a folder harken/bots/<kind>/ with a `KIND`, which kinds.py puts into `KINDS`."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

import msgspec

from harken.bots.protocol import Brain
from harken.port.services import Services


class BotConfig(msgspec.Struct, frozen=True):
    """One bot at one version: its settings with the opened secrets beside them."""

    id: UUID
    workspace_id: UUID
    name: str
    kind: str
    version: int
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]


class Kind(Protocol):
    """`check` raises Invalid for settings that make no bot, and answers them as they are stored.

    `secrets`: the names of settings that are sealed and never shown. `generated`: those made by Harken when they are left out,
    and shown once. `model`: whether a model writes its answers, so that its disclosure cannot be switched off.
    """

    @property
    def secrets(self) -> frozenset[str]: ...
    @property
    def generated(self) -> Mapping[str, Callable[[], str]]: ...
    @property
    def model(self) -> bool: ...
    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]: ...
    def brain(self, config: BotConfig, services: Services) -> Brain: ...
