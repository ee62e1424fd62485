"""Files of a bot's answers: fetched and stored before the answer's transaction, in which they become a message's."""

import asyncio
import hashlib
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from harken.bots import store
from harken.bots.protocol import Answer, AnswerFile, BotFailed, Say
from harken.kit.http import FetchFailed, FetchRefused, fetch
from harken.kit.ids import new_id
from harken.kit.media import HEAD, sniff
from harken.kit.text import one_line
from harken.port.services import Services


async def with_files(
    services: Services, workspace_id: UUID, conversation_id: UUID, channel_id: UUID, answers: list[Answer], at: datetime
) -> list[Answer]:
    """The answers with each file as a row of the conversation. Raises BotFailed for one that cannot be had."""
    ready: list[Answer] = []
    for answer in answers:
        if isinstance(answer, Say) and answer.attachments:
            files = [
                await _stored(services, workspace_id, conversation_id, channel_id, file, at)
                for file in answer.attachments
            ]
            answer = replace(answer, attachments=files)
        ready.append(answer)
    return ready


async def _stored(
    services: Services, workspace_id: UUID, conversation_id: UUID, channel_id: UUID, file: AnswerFile, at: datetime
) -> AnswerFile:
    if file.file_id is not None:
        async with services.db.connection() as connection:
            known = await store.Q.row(
                connection,
                "find_free_file",
                workspace_id=workspace_id,
                id=file.file_id,
                conversation_id=conversation_id,
            )
        if known is None:
            raise BotFailed("garbage", "It named a file that it may not send.")
        name, type, size, digest, details = known
    else:
        name, type, size, digest, details = await _fetched(services, workspace_id, file)
    id = new_id()
    async with services.db.tx() as tx:
        await store.Q.run(
            tx, "insert_answer_file", id=id, workspace_id=workspace_id, channel_id=channel_id,
            conversation_id=conversation_id, name=file.name or name, type=type, size=size, digest=digest,
            details=details, at=at,
        )  # fmt: skip
    return AnswerFile(file_id=id, name=file.name or name)


async def _fetched(
    services: Services, workspace_id: UUID, file: AnswerFile
) -> tuple[str, str, int, str, dict[str, object]]:
    settings = services.settings
    try:
        fetched = await fetch(
            file.url or "", max_bytes=settings.max_file_bytes, allow_private=settings.allow_private_urls
        )
    except (FetchRefused, FetchFailed) as error:
        raise BotFailed("garbage", f"A file of its answer cannot be fetched: {error}") from error
    digest = await asyncio.to_thread(lambda: hashlib.sha256(fetched.data).hexdigest())
    await services.blobs.put(f"{workspace_id}/{digest}", fetched.data)
    name = one_line(file.name or (file.url or "").split("?")[0].rsplit("/", 1)[-1], 200) or "file"
    return name, sniff(fetched.data[:HEAD], name), len(fetched.data), digest, {}
