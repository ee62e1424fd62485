"""Services on a database that is reached, migrated and opened: what every command but `doctor` works with."""

import contextlib
from collections.abc import AsyncGenerator

import structlog

from harken.entry.connectors import CONNECTORS
from harken.entry.services import Services
from harken.kit.blobs import Blobs
from harken.kit.clock import SystemClock
from harken.kit.crypto import Sealer
from harken.kit.db import Database
from harken.kit.migrate import migrate
from harken.kit.pg_cluster import make_folder
from harken.kit.settings import Settings

_log = structlog.get_logger(__name__)


@contextlib.asynccontextmanager
async def services_on(dsn: str, settings: Settings) -> AsyncGenerator[Services]:
    """Migrates first. Raises what kit.migrate raises."""
    applied = await migrate(dsn)
    if applied:
        _log.info("migrated", applied=applied)
    db = Database(dsn, size=settings.database_pool)
    await db.open()
    try:
        yield services(db, settings)
    finally:
        await db.close()


def services(db: Database, settings: Settings) -> Services:
    make_folder(settings.data)
    return Services(
        settings=settings,
        db=db,
        blobs=blobs(settings),
        clock=SystemClock(),
        sealer=Sealer.from_file(settings.key_file),
        connectors=CONNECTORS,
    )


def blobs(settings: Settings) -> Blobs:
    return Blobs.remote(settings.blobs_url) if settings.blobs_url else Blobs.local(settings.blob_folder)
