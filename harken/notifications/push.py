"""Web push (RFC 8030, 8291, 8292): one task for each browser hands a notification that is still unread to its push service.

The push service learns when somebody is told of something, and nothing of what: the payload is encrypted for the browser.
"""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any, Final, cast
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from harken.kit.http import Answered, FetchFailed, FetchRefused, post
from harken.kit.queue import GiveUp, Task
from harken.notifications.model import Notification
from harken.notifications.rules import is_quiet
from harken.notifications.store import Q, notification_from, unread_count
from harken.notifications.vapid import VapidKey, vapid_key
from harken.port.services import Services

_STALE: Final = timedelta(hours=2)  # after which a push that failed again and again is of no use
_TTL: Final = 4 * 3600  # seconds that the push service may keep it for a browser that is away
_EXPIRES: Final = timedelta(hours=12)


class Pushed(msgspec.Struct, frozen=True):
    """What the service worker gets; it writes the text, in the agent's language. `notification` None: a trial."""

    notification: Notification | None
    unread: int
    language: str


class _Browser(msgspec.Struct, frozen=True):
    id: UUID
    endpoint: str
    p256dh: str
    auth: str
    preferences: dict[str, Any]


async def push_notification(services: Services, task: Task) -> None:
    """Nothing happens when it was read meanwhile, may not be seen any more, or comes at a quiet hour."""
    workspace_id, now = task.workspace_id, services.clock.now()
    assert workspace_id is not None
    id = task.payload.get("notification_id")
    async with services.db.connection() as connection:
        browser = await _find_browser(connection, workspace_id, task)
        rows = await Q.rows(connection, "find_unread", workspace_id=workspace_id, ids=[UUID(id)] if id else [])
        unread = await unread_count(connection, workspace_id, rows[0]["agent_id"]) if rows else 0
    notification = notification_from(rows[0]) if rows else None
    if browser is None or (id and notification is None) or (id and is_quiet(browser.preferences, now)):
        return
    if notification and now - notification.updated_at > _STALE:
        return
    pushed = Pushed(notification, unread, str(browser.preferences.get("language") or ""))
    answer = await _hand_over(services, browser, pushed)
    async with services.db.tx() as tx:
        if answer.status in (404, 410):
            await Q.run(tx, "delete_subscription", workspace_id=workspace_id, id=browser.id)
        elif notification:
            await Q.run(tx, "pushed", workspace_id=workspace_id, id=notification.id, at=now)


async def _find_browser(connection: Any, workspace_id: UUID, task: Task) -> _Browser | None:
    row = await Q.row(
        connection, "find_subscription", workspace_id=workspace_id, id=UUID(task.payload["subscription_id"])
    )
    return _Browser(**row) if row else None


async def _hand_over(services: Services, browser: _Browser, pushed: Pushed) -> Answered:
    """Raises FetchFailed for what may pass, GiveUp for what will not. 404 and 410 are answers: the browser is gone."""
    key = await vapid_key(services.db, services.sealer)
    allow_private = services.settings.allow_private_urls
    try:
        answer = await post(
            browser.endpoint,
            await asyncio.to_thread(_encrypted, browser, pushed),
            _headers(services, key, browser, pushed),
            allow_private=allow_private,
        )
    except FetchRefused as error:
        raise GiveUp(str(error)) from error
    if answer.status == 429 or answer.status >= 500:
        raise FetchFailed(f"the push service answered {answer.status}")
    if answer.status >= 300 and answer.status not in (404, 410):
        raise GiveUp(f"the push service answered {answer.status}")
    return answer


def _encrypted(browser: _Browser, pushed: Pushed) -> bytes:
    from pywebpush import WebPusher  # with aiohttp and requests, which a start does not wait for

    subscription = {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}}
    encoded = cast("Any", WebPusher(subscription)).encode(msgspec.json.encode(pushed), content_encoding="aes128gcm")
    return cast("bytes", encoded["body"])


def _headers(services: Services, key: VapidKey, browser: _Browser, pushed: Pushed) -> dict[str, str]:
    """`Topic` (RFC 8030, 5.4: 32 characters of base64url): of two that wait for a browser, the newer of a conversation stays."""
    parts = urlsplit(browser.endpoint)
    expires = int((services.clock.now() + _EXPIRES).timestamp())
    headers = {
        "Authorization": key.authorization(f"{parts.scheme}://{parts.netloc}", _subject(services), expires),
        "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream", "TTL": str(_TTL),
        "Urgency": "high" if pushed.notification and pushed.notification.kind != "new_conversation" else "normal",
    }  # fmt: skip
    if pushed.notification:
        headers["Topic"] = hashlib.sha256(pushed.notification.conversation_id.bytes).hexdigest()[:32]
    return headers


def _subject(services: Services) -> str:
    """Whom a push service may ask (RFC 8292, 2.1)."""
    address = services.settings.mail_from
    if address:
        return f"mailto:{address}"
    url = services.settings.public_url
    return url if url.startswith("https://") else "mailto:postmaster@localhost"
