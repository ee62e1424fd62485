"""The background work of notifications: pushes, digests, and the end of old ones."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from harken.kit.ids import new_id
from harken.kit.queue import GiveUp, Task, enqueue
from harken.kit.queue import Handler as TaskHandler
from harken.notifications.following import PUSH
from harken.notifications.letter import Reader, compose
from harken.notifications.mail import MailRefused, mail_server, send
from harken.notifications.push import push_notification
from harken.notifications.rules import digest_due
from harken.notifications.store import Q, notification_from
from harken.port.services import Services

LOOK: Final = "look_for_digests"
MAIL: Final = "mail_digest"
TRIM: Final = "trim_notifications"
SCHEDULE: Final[Mapping[str, timedelta]] = {LOOK: timedelta(minutes=1), TRIM: timedelta(hours=1)}
_KEPT: Final = timedelta(days=30)
_BATCH: Final = 5000


def handlers(services: Services) -> Mapping[str, TaskHandler]:
    return {
        PUSH: partial(push_notification, services),
        LOOK: partial(look_for_digests, services),
        MAIL: partial(mail_digest, services),
        TRIM: partial(trim, services),
    }


async def look_for_digests(services: Services, _task: Task) -> None:
    """For each agent who is due: what is unread counts as mailed in the transaction that queues the mail."""
    now = services.clock.now()
    if mail_server(services.settings) is None:
        return
    async with services.db.connection() as connection:
        rows = await Q.rows(connection, "list_unmailed")
    for row in rows:
        if not digest_due(row["preferences"], row["oldest"], row["last_mailed_at"], row["seen_at"], now):
            continue
        who = {"workspace_id": row["workspace_id"], "agent_id": row["agent_id"]}
        async with services.db.tx() as tx:
            taken = await Q.rows(tx, "take_unmailed", **who, at=now)
            if taken:
                payload = {"agent_id": row["agent_id"], "ids": [one["id"] for one in taken], "mail_id": new_id()}
                await enqueue(tx, MAIL, payload, workspace_id=row["workspace_id"])


async def mail_digest(services: Services, task: Task) -> None:
    """One mail of what is still unread and may still be seen; none when nothing is left."""
    server, workspace_id = mail_server(services.settings), task.workspace_id
    assert workspace_id is not None
    if server is None:
        raise GiveUp("HARKEN_MAIL_URL is not set")
    ids = [UUID(id) for id in task.payload["ids"]]
    async with services.db.connection() as connection:
        who = await Q.row(connection, "find_address", workspace_id=workspace_id, id=UUID(task.payload["agent_id"]))
        rows = await Q.rows(connection, "find_unread", workspace_id=workspace_id, ids=ids)
    if who is None or not rows:
        return
    reader = Reader(who["name"], who["email"], who["workspace_name"], str(who["preferences"].get("language") or "en"))
    mail = compose(
        reader, [notification_from(row) for row in rows], id=UUID(task.payload["mail_id"]), sender=server.sender,
        url=services.settings.public_url, now=services.clock.now(),
    )  # fmt: skip
    try:
        await send(server, mail)
    except MailRefused as error:
        raise GiveUp(str(error)) from error


async def trim(services: Services, _task: Task) -> None:
    """Old ones, read or not, in small steps."""
    before = services.clock.now() - _KEPT
    while True:
        async with services.db.tx() as tx:
            if await Q.run(tx, "trim", before=before, limit=_BATCH) < _BATCH:
                return
