"""bot check: tries a bot before customers do."""

import asyncio
import sys
from typing import Annotated

import typer

_MARKS = {"ok": "[green]ok[/]", "warning": "[yellow]warning[/]", "error": "[red]wrong[/]"}


def check(
    url: Annotated[str, typer.Argument(help="Where the bot takes events.")],
    secret: Annotated[
        str, typer.Option(envvar="HARKEN_BOT_SECRET", help="The secret that Harken showed when the bot was made.")
    ],
    timeout: Annotated[float, typer.Option(help="Seconds that an answer may take.")] = 20.0,
) -> None:
    """Play a script of events against a bot and say what it gets wrong; exit code 1 when something is."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from harken.bots.conformance.checks import check_bot

    findings = asyncio.run(check_bot(url, secret, timeout))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        table.add_row(_MARKS[finding.level], escape(finding.check), escape(finding.text))
    Console().print(table)
    if any(finding.level == "error" for finding in findings):
        sys.exit(1)
