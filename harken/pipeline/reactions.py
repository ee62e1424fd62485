"""Agents' reactions on their way out: what now stands on the message, so that a repetition or a late task does no harm."""

from typing import Any
from uuid import UUID

from harken.channels.directory import ChannelDirectory
from harken.kit.db import queries_beside
from harken.kit.queue import Task
from harken.port.connector import Reacting
from harken.port.errors import ConnectorError, Transient
from harken.port.messages import OutboundReaction
from harken.port.services import Services

_Q = queries_beside(__file__)


async def send_reaction(services: Services, task: Task) -> None:
    """Lets the channel's connector show it. What the service refuses is let go: a reaction is no message."""
    async with services.db.connection() as connection:
        row = await _Q.row(
            connection, "find_reacted", workspace_id=task.workspace_id, message_id=UUID(task.payload["message_id"])
        )
    directory = ChannelDirectory(services.db, services.sealer, services.settings.public_url)
    found = await directory.get(row["channel_id"]) if row else None
    connector = services.connectors.get(found[0]) if found else None
    if row is None or found is None or not isinstance(connector, Reacting):
        return
    emoji, name = _newest(row["reactions"])
    reaction = OutboundReaction(
        row["conversation_id"], row["id"], row["external_id"], row["address"], row["thread_key"], name, emoji
    )
    try:
        await connector.react(reaction, found[1])
    except Transient:
        if not task.last_attempt:
            raise
    except ConnectorError:
        return


def _newest(reactions: list[dict[str, Any]]) -> tuple[str, str]:
    """Emoji and author of the company's last one; services know the company as one. Empty when there is none any more."""
    ours = [each for each in reactions if each["author"]["kind"] != "contact"]
    last = max(ours, key=lambda each: each["at"], default=None)
    return (last["emoji"], last["author"]["name"]) if last else ("", "")
