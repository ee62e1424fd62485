"""What one process holds while it runs: made once by the composition root, passed as arguments from there.

It stands here, and not in entry/, because handlers of every domain take it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from harken.kit.blobs import Blobs
from harken.kit.clock import Clock
from harken.kit.crypto import Sealer
from harken.kit.db import Database
from harken.kit.settings import Settings
from harken.port.connector import Connector


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    db: Database
    blobs: Blobs
    clock: Clock
    sealer: Sealer
    connectors: Mapping[str, Connector]
