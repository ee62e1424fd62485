"""A channel's row as its API shapes, and as its connector sees it. Pure but for the sealer's key."""

import html
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from harken.channels.model import Channel, ChannelBot, ChannelDetail, Health
from harken.kit.crypto import Sealer
from harken.port.capabilities import Capabilities
from harken.port.connector import Connector
from harken.port.messages import ChannelConfig

_NOTHING = Capabilities(
    text_limit=0, files=[], max_files=0, captions=False, start_refusal="its connector is not installed"
)


def channel_from(record: asyncpg.Record, connectors: Mapping[str, Connector]) -> Channel:
    """What everybody of the workspace sees: never a setting, never a secret."""
    return Channel(
        record["id"], record["name"], record["connector"], record["team_id"], record["active"],
        capabilities_of(connectors, record["connector"], record["settings"]), _health(record),
    )  # fmt: skip


def detail_from(
    record: asyncpg.Record, connectors: Mapping[str, Connector], sealer: Sealer, public_url: str,
    shown: Mapping[str, str] | None = None,
) -> ChannelDetail:  # fmt: skip
    """What admins see. `shown`: the secrets that were generated or changed now; they are shown this once."""
    kind, channel_id = record["connector"], record["id"]
    return ChannelDetail(
        id=channel_id,
        name=record["name"],
        connector=kind,
        team_id=record["team_id"],
        active=record["active"],
        capabilities=capabilities_of(connectors, kind, record["settings"]),
        health=_health(record),
        settings=record["settings"],
        secret_names=sorted(name for name, value in open_secrets(sealer, record["sealed"]).items() if value),
        webhook_url=f"{public_url}/in/{kind}/{channel_id}",
        reopen_hours=record["reopen_hours"],
        retention_days=record["retention_days"],
        bot=_bot(record),
        secret=shown.get("secret") if shown else None,
        secrets=dict(shown) if shown else None,
        embed_code=embed_code(public_url, channel_id, record["settings"]) if kind == "webchat" else None,
    )


def config_from(record: asyncpg.Record, sealer: Sealer, public_url: str) -> ChannelConfig:
    """What the connector gets: settings and opened secrets in one mapping."""
    settings = {**record["settings"], **open_secrets(sealer, record["sealed"])}
    return ChannelConfig(record["id"], record["workspace_id"], record["name"], settings, public_url)


def embed_code(public_url: str, channel_id: UUID, settings: Mapping[str, Any]) -> str:
    """The one script tag of the widget. The button's look stands in it: it is drawn before anything is asked of us."""
    look = "".join(
        f' data-{name}="{html.escape(str(settings[name]))}"' for name in ("accent", "side") if settings.get(name)
    )
    return f'<script async src="{public_url}/widget/loader.js" data-channel="{channel_id}"{look}></script>'


def open_secrets(sealer: Sealer, sealed: bytes | None) -> dict[str, str]:
    """Empty when there are none. Raises ValueError when the installation's key is another."""
    return msgspec.json.decode(sealer.open(bytes(sealed)), type=dict[str, str]) if sealed else {}


def seal_secrets(sealer: Sealer, secrets: Mapping[str, str]) -> bytes | None:
    return sealer.seal(msgspec.json.encode(dict(secrets))) if secrets else None


def capabilities_of(connectors: Mapping[str, Connector], kind: str, settings: Mapping[str, Any]) -> Capabilities:
    connector = connectors.get(kind)
    return connector.capabilities(settings) if connector else _NOTHING


def _bot(record: asyncpg.Record) -> ChannelBot | None:
    if record["bot_id"] is None:
        return None
    return ChannelBot(record["bot_id"], record["bot_when"], record["bot_timeout_seconds"])


def _health(record: asyncpg.Record) -> Health:
    return Health(record["health_state"], record["health_text"], record["health_at"])
