"""What a command that does one thing and ends works with."""

import contextlib
from collections.abc import AsyncGenerator

from harken.entry.embedded import database
from harken.entry.opened import services_on
from harken.entry.services import Services
from harken.kit import logs
from harken.kit.settings import Settings


@contextlib.asynccontextmanager
async def working(settings: Settings, *, exclusive: bool = False) -> AsyncGenerator[Services]:
    """Services on the migrated database, which is started for as long as needed. Nothing else may run in the loop."""
    logs.configure("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)
    with database(settings, exclusive=exclusive) as dsn:
        async with services_on(dsn, settings) as services:
            yield services
