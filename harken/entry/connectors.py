"""Every connector that is installed, by its kind."""

from collections.abc import Mapping
from typing import Final

from harken.connectors.api import CONNECTOR as API
from harken.connectors.email import CONNECTOR as EMAIL
from harken.connectors.webchat import CONNECTOR as WEBCHAT
from harken.port.connector import Connector

CONNECTORS: Final[Mapping[str, Connector]] = {connector.manifest.kind: connector for connector in (API, EMAIL, WEBCHAT)}
