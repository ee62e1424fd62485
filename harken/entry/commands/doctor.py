"""doctor: says what Harken finds on this machine, and what is wrong with it."""

import asyncio
import sys
from typing import Annotated

import typer

from harken.entry.commands.options import DATABASE, with_settings
from harken.kit.settings import Settings


@with_settings(*DATABASE, "host", "port", "public_url", "blobs_url")
def doctor(
    settings: Settings,
    dsn: Annotated[bool, typer.Option("--dsn", help="Print only how to connect to the database that runs.")] = False,
) -> None:
    """Say what was found: Python, PostgreSQL, the data folder, the database, files, the front end."""
    from harken.entry import diagnosis
    from harken.entry.embedded import running_dsn

    if dsn:
        found = settings.database_url or running_dsn(settings.data)
        if not found:
            sys.exit(f"harken: no PostgreSQL runs for {settings.data}")
        print(found)
        return
    findings = asyncio.run(diagnosis.examine(settings))
    for finding in findings:
        print(f"{finding.verdict:<5} {finding.subject:<12} {finding.text}")
    if any(finding.verdict == "bad" for finding in findings):
        sys.exit(1)
