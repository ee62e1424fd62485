"""Files that no message took, and uploads that were not finished, go after a day; content goes with its last file."""

from datetime import datetime, timedelta
from typing import Final

from harken.conversations import files_store, uploads
from harken.conversations.files_store import StoredFile
from harken.conversations.upload_parts import delete_old_parts
from harken.kit.media import CONVERTED
from harken.kit.queue import Task
from harken.port.services import Services

KEPT: Final = timedelta(days=1)
_FRESH: Final = timedelta(hours=1)  # content that was stored again just now may be another upload's, whose row comes
_BATCH: Final = 200


async def remove_unused(services: Services, task: Task) -> None:
    """May be repeated, and broken off anywhere."""
    before = services.clock.now() - KEPT
    await _remove_uploads(services, before)
    await delete_old_parts(services.blobs, before)
    seen = before - timedelta(days=36500)
    while True:
        async with services.db.connection() as connection:
            files = await files_store.list_unused(connection, after=seen, before=before, limit=_BATCH)
        for file, _ in files:
            await _remove_file(services, file)
        if len(files) < _BATCH:
            return
        seen = files[-1][1]


async def _remove_uploads(services: Services, before: datetime) -> None:
    while True:
        async with services.db.connection() as connection:
            old = await uploads.list_old_uploads(connection, before, _BATCH)
        for upload_id, workspace_id, parts in old:
            await uploads.delete_parts(services.blobs, upload_id, parts)
            async with services.db.tx() as tx:
                await uploads.delete_upload(tx, workspace_id, upload_id)
        if len(old) < _BATCH:
            return


async def _remove_file(services: Services, file: StoredFile) -> None:
    stored = await services.blobs.modified(file.key)
    if stored and stored > services.clock.now() - _FRESH:
        return
    async with services.db.tx() as tx:
        if not await files_store.delete_unused(tx, file) or await files_store.is_stored(tx, file):
            return
    derived = [file.as_rendition(media_type, 0).key for media_type in CONVERTED]
    for key in (*derived, file.thumbnail_key, file.key):
        await services.blobs.delete(key)
