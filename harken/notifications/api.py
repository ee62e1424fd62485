"""One's own notifications over HTTP, and the browsers that they are pushed to."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from litestar import Request, delete, get, post, put
from litestar.params import Parameter

from harken.events.log import writing
from harken.events.types import Actor
from harken.kit.crypto import token_hash
from harken.kit.errors import Invalid, NotFound
from harken.kit.http import FetchFailed, FetchRefused, resolve
from harken.kit.ids import new_id
from harken.kit.queue import enqueue
from harken.notifications.following import PUSH
from harken.notifications.mail import mail_server
from harken.notifications.model import Notification, NotificationsRead
from harken.notifications.store import Q, announce_read, list_newest, unread_count
from harken.notifications.vapid import vapid_key
from harken.people.access import SESSION_COOKIE
from harken.people.model import Caller
from harken.port.services import Services

_MOST: Final = 100
_MOST_BROWSERS: Final = 20
_LONGEST_ENDPOINT: Final = 1000
_ANY: Final = 2**31 - 1


class NotificationPage(msgspec.Struct, frozen=True):
    items: list[Notification]
    next_cursor: str | None
    unread: int


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the three."""

    ids: Annotated[list[UUID], msgspec.Meta(max_length=500)] | None = None
    conversation_id: UUID | None = None
    all: bool = False


class PushKey(msgspec.Struct, frozen=True):
    """`key`: applicationServerKey, base64url. `mail`: whether this installation sends mail to agents."""

    key: str
    mail: bool


class SubscriptionKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    p256dh: str
    auth: str


class NewSubscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As PushSubscription.toJSON() gives it."""

    endpoint: str
    keys: SubscriptionKeys
    expirationTime: float | None = None


class Subscription(msgspec.Struct, frozen=True):
    id: UUID


class Tried(msgspec.Struct, frozen=True):
    browsers: int


@get("/api/notifications", tags=["notifications"])
async def get_notifications(
    services: Services, caller: Caller, unread: bool = False,
    limit: Annotated[int, Parameter(ge=1, le=_MOST)] = 30, cursor: str | None = None,
) -> NotificationPage:  # fmt: skip
    """One's own, newest first."""
    async with services.db.connection() as connection:
        items = await list_newest(
            connection,
            caller.workspace_id,
            caller.agent_id,
            unread=unread,
            before=_read_cursor(cursor),
            limit=limit + 1,
        )
        count = await unread_count(connection, caller.workspace_id, caller.agent_id)
    more = len(items) > limit
    return NotificationPage(items[:limit], _cursor(items[limit - 1]) if more else None, count)


@put("/api/notifications/read", tags=["notifications"])
async def read_notifications(services: Services, caller: Caller, data: Reading) -> NotificationsRead:
    """These, those of a conversation, or all. Those that were read before are not in the answer."""
    if (data.ids is not None) + (data.conversation_id is not None) + data.all != 1:
        raise Invalid(("ids", "required"))
    now = services.clock.now()
    who: dict[str, Any] = {"workspace_id": caller.workspace_id, "agent_id": caller.agent_id, "at": now}
    async with writing(services.db, caller.workspace_id) as w:
        if data.conversation_id:
            rows = await Q.rows(
                w.tx, "read_conversation", **who, conversation_id=data.conversation_id, message_seq=_ANY
            )
        else:
            rows = await Q.rows(w.tx, "read_some", **who, ids=data.ids)
        await announce_read(w, rows, Actor("agent", caller.agent_id, caller.name), now)
        unread = await unread_count(w.tx, caller.workspace_id, caller.agent_id)
    return NotificationsRead([row["id"] for row in rows], unread)


@get("/api/push/key", tags=["notifications"])
async def get_push_key(services: Services, caller: Caller) -> PushKey:
    """What a browser subscribes with, and whether digests by mail are to be had."""
    key = await vapid_key(services.db, services.sealer)
    return PushKey(key.public, mail_server(services.settings) is not None)


@post("/api/push-subscriptions", tags=["notifications"])
async def post_subscription(
    request: Request[Any, Any, Any], services: Services, caller: Caller, data: NewSubscription
) -> Subscription:
    """This browser is pushed to from now on, while its session lasts. The same endpoint again is the same subscription."""
    await _check_subscription(services, data)
    cookie = request.cookies.get(SESSION_COOKIE)
    bearer = "authorization" in request.headers
    async with services.db.tx() as tx:
        id = await Q.value(
            tx, "save_subscription", id=new_id(), workspace_id=caller.workspace_id, agent_id=caller.agent_id,
            session_hash=token_hash(cookie) if cookie and not bearer else None, endpoint=data.endpoint,
            p256dh=data.keys.p256dh, auth=data.keys.auth, at=services.clock.now(),
        )  # fmt: skip
        await Q.run(
            tx, "delete_oldest_subscriptions", workspace_id=caller.workspace_id, agent_id=caller.agent_id,
            most=_MOST_BROWSERS,
        )  # fmt: skip
    return Subscription(id)


@delete("/api/push-subscriptions/{subscription_id:uuid}", tags=["notifications"])
async def delete_subscription(services: Services, caller: Caller, subscription_id: UUID) -> None:
    """One's own browser is pushed to no longer. 404 when it is not, or not one's own."""
    async with services.db.tx() as tx:
        gone = await Q.run(
            tx,
            "delete_own_subscription",
            workspace_id=caller.workspace_id,
            agent_id=caller.agent_id,
            id=subscription_id,
        )
    if not gone:
        raise NotFound("no such subscription")


@post("/api/push/test", tags=["notifications"], status_code=200)
async def test_push(services: Services, caller: Caller) -> Tried:
    """Pushes a trial to every browser of one's own."""
    async with services.db.tx() as tx:
        rows = await Q.rows(tx, "list_subscriptions", workspace_id=caller.workspace_id, agent_ids=[caller.agent_id])
        for row in rows:
            await enqueue(
                tx, PUSH, {"subscription_id": row["id"]}, key=f"push-test:{row['id']}", workspace_id=caller.workspace_id
            )
    services.db.hint(caller.workspace_id)
    return Tried(len(rows))


async def _check_subscription(services: Services, data: NewSubscription) -> None:
    """Raises Invalid for an endpoint that is nobody's push service, and for keys that are none."""
    private = services.settings.allow_private_urls
    parts = urlsplit(data.endpoint)
    if len(data.endpoint) > _LONGEST_ENDPOINT or not parts.hostname or parts.username or not data.endpoint.isascii():
        raise Invalid(("endpoint", "invalid"))
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise Invalid(("endpoint", "invalid"))
    if len(_decoded(data.keys.auth)) != 16:
        raise Invalid(("keys", "invalid"))
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(data.keys.p256dh))
    except ValueError as error:
        raise Invalid(("keys", "invalid")) from error
    try:
        await resolve(parts.hostname, parts.port or 443, allow_private=private)
    except (FetchRefused, FetchFailed, ValueError) as error:
        raise Invalid(("endpoint", "invalid")) from error


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text[:200] + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""


def _cursor(last: Notification) -> str:
    return f"{(last.updated_at - _EPOCH) // timedelta(microseconds=1)}.{last.id.hex}"


def _read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    if not cursor:
        return None
    moment, _, id = cursor.partition(".")
    try:
        return _EPOCH + timedelta(microseconds=int(moment[:18])), UUID(id)
    except (ValueError, OverflowError) as error:
        raise Invalid(("cursor", "invalid")) from error


_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

ROUTES = [
    get_notifications, read_notifications, get_push_key, post_subscription, delete_subscription, test_push,
]  # fmt: skip
