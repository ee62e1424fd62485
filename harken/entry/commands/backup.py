"""backup and restore: one tar file with the database, the files and the key."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from harken.entry.commands.options import DATABASE, with_settings
from harken.kit.settings import Settings


@with_settings(*DATABASE, "blobs_url")
def backup(settings: Settings, file: Annotated[Path, typer.Argument(help="The tar file to write.")]) -> None:
    """Write the database, the files and the key into one file; Harken may run meanwhile."""
    from harken.entry.archive import write_archive
    from harken.entry.embedded import database

    with database(settings) as dsn:
        size = asyncio.run(write_archive(dsn, settings, file.absolute()))
    print(f"{file}: {size / 1e6:.1f} MB. It holds the key that opens the channels' credentials: keep it safe.")


@with_settings(*DATABASE, "blobs_url")
def restore(settings: Settings, file: Annotated[Path, typer.Argument(help="A file of `harken backup`.")]) -> None:
    """Fill an empty Harken from a backup; it must not run meanwhile."""
    from harken.entry.archive import read_archive
    from harken.entry.embedded import database

    if not file.exists():
        raise typer.BadParameter(f"there is no file {file}")
    with database(settings, exclusive=not settings.database_url) as dsn:
        asyncio.run(read_archive(dsn, settings, file.absolute()))
    print(f"Restored into {settings.data}.")
