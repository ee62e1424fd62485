"""migrate, receipts replay, bench-data."""

import asyncio
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
    receipt: Annotated[list[str] | None, typer.Argument(help="Ids of receipts; all parked ones when left out.")] = None,
) -> None:
    """Run parked receipts through their connector again, after an upgrade that mends it."""
    from harken.entry.commands.working import working
    from harken.entry.worker import replay_receipts

    async def again() -> None:
        async with working(settings) as services:
            done = await replay_receipts(services, [UUID(one) for one in receipt] if receipt else None)
            print(f"{done.ingested} ingested, {done.parked} still parked")

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
