"""migrate, receipts replay, bench-data."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from harken.entry.commands.options import DATABASE, with_settings
from harken.kit.settings import Settings


@with_settings(*DATABASE)
def migrate(settings: Settings) -> None:
    """Bring the database up to date; every start does so too."""
    from harken.entry.embedded import database
    from harken.kit import logs
    from harken.kit.migrate import migrate

    logs.configure(settings.log_level, settings.log_format)
    with database(settings) as dsn:
        applied = asyncio.run(migrate(dsn))
    print("\n".join(applied) if applied else "The database is up to date.")


@with_settings(*DATABASE, "public_url", "blobs_url")
def replay(
    settings: Settings,
    outcome: Annotated[str, typer.Option(help="Which: parked, ignored, ingested or all.")] = "parked",
    channel: Annotated[str | None, typer.Option(help="The id of a channel; all when left out.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Those received since then (UTC).")] = None,
) -> None:
    """Run receipts through their connector again, after an upgrade that mends it; twice is harmless."""
    from harken.channels.directory import ChannelDirectory
    from harken.entry.commands.working import working
    from harken.pipeline.receipts import Replayer

    if outcome not in ("parked", "ignored", "ingested", "all"):
        raise typer.BadParameter("the outcome is parked, ignored, ingested or all")

    async def again() -> None:
        async with working(settings) as services:
            directory = ChannelDirectory(services.db, services.sealer, settings.public_url)
            replayer = Replayer(services.db, services.blobs, services.clock, services.connectors, directory)
            done = Counter[str]()
            async for result in replayer.replay(
                outcome=None if outcome == "all" else outcome,
                channel_id=UUID(channel) if channel else None,
                since=since.replace(tzinfo=UTC) if since else None,
            ):
                done[result.outcome] += 1
            print(", ".join(f"{count} {kind}" for kind, count in sorted(done.items())) or "nothing to replay")

    asyncio.run(again())


@with_settings(*DATABASE)
def bench_data(
    settings: Settings, conversations: Annotated[int, typer.Option(help="How many to add.")] = 1_000_000
) -> None:
    """Fill the first workspace with conversations for measuring."""
    from harken.entry.commands.working import working
    from harken.simulators.bench_data import fill

    async def add() -> None:
        async with working(settings) as services:
            await fill(services.db, services.clock, conversations)

    asyncio.run(add())
