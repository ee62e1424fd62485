"""The channel through which an answer leaves: its connector and its settings, known before the transaction begins."""

import msgspec

from harken.port.capabilities import Capabilities
from harken.port.connector import Connector
from harken.port.messages import ChannelConfig


class Outlet(msgspec.Struct, frozen=True):
    """An active channel."""

    connector: Connector
    config: ChannelConfig

    @property
    def capabilities(self) -> Capabilities:
        return self.connector.capabilities(self.config.settings)
