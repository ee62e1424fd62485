"""Who may use a channel's chat: the channel is there, the page is allowed, the token is good."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar.connection import ASGIConnection

from harken.connectors.webchat.identity import Claims, claims_of
from harken.connectors.webchat.manifest import KIND, allowed_origins, exact_origin
from harken.kit.errors import Forbidden, NotFound, NotSignedIn
from harken.port.host import Host
from harken.port.messages import ChannelConfig

Connection = ASGIConnection[Any, Any, Any, Any]


async def get_channel(host: Host, channel_id: UUID) -> ChannelConfig:
    """Raises NotFound."""
    channel = await host.find_channel(KIND, channel_id)
    if channel is None:
        raise NotFound("there is no such chat, or it is switched off")
    return channel


def require_embedding(connection: Connection, channel: ChannelConfig, origin: str) -> None:
    """Of the host page's origin, exactly; the page may be Harken's own (the demo). Raises Forbidden `origin_refused`."""
    exact = exact_origin(origin) if len(origin) < 300 else None
    own = exact is not None and urlsplit(exact).netloc == connection.headers.get("host", "").lower()
    if not own and (exact is None or exact not in allowed_origins(channel.settings, channel.public_url)):
        raise Forbidden("the chat may not be embedded on this website", code="origin_refused")


def is_own(connection: Connection, channel: ChannelConfig) -> bool:
    """The frame is served by Harken: whatever another page asks is not the widget. Programs send no Origin."""
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc in (connection.headers.get("host", ""), urlsplit(channel.public_url).netloc)


def require_visitor(connection: Connection, channel: ChannelConfig, now: datetime) -> Claims:
    """Whose bearer token it is. Raises Forbidden `origin_refused`, NotSignedIn."""
    if not is_own(connection, channel):
        raise Forbidden("the request comes from another site", code="origin_refused")
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    claims = claims_of(channel, token.strip(), now) if kind.lower() == "bearer" else None
    if claims is None or (channel.settings.get("identity_required") and not claims.known):
        raise NotSignedIn("the visitor's token has ended")
    return claims
