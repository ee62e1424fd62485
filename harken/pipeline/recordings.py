"""The task that makes a recording what its channel plays."""

from uuid import UUID

from harken.conversations.actions.recordings import conversion_ended, find_recording
from harken.kit.blobs import on_disk
from harken.kit.errors import NotFound
from harken.kit.media import converted
from harken.kit.queue import Task
from harken.port.services import Services


async def convert_recording(services: Services, task: Task) -> None:
    """One that cannot be converted fails its delivery, and is itself kept. May be repeated."""
    if task.workspace_id is None:
        return
    async with services.db.connection() as connection:
        recording = await find_recording(connection, task.workspace_id, UUID(task.payload["file_id"]))
    if recording is None:
        return
    file, size = recording.file, None
    try:
        async with on_disk(services.blobs, file.key) as content:
            result = await converted(file.type, recording.play_as, content)
    except NotFound:
        result = None
    if result is not None:
        await services.blobs.put(file.as_rendition(recording.play_as, len(result)).key, result)
        size = len(result)
    async with services.db.tx() as tx:
        await conversion_ended(tx, recording, size)
    services.db.hint(task.workspace_id)
