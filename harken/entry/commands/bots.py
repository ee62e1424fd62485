"""bot check and bot replay: a bot is tried before customers meet it."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from harken.entry.commands.options import DATABASE, with_settings
from harken.kit.settings import Settings

if TYPE_CHECKING:
    from harken.bots.replay import Replayed

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


@with_settings(*DATABASE)
def replay(
    settings: Settings,
    bot: Annotated[str, typer.Argument(help="The bot's name or id.")],
    conversations: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the newest.")] = 50,
    version: Annotated[int | None, typer.Option(help="Which version; the current one when left out.")] = None,
) -> None:
    """Run past conversations against a version of a bot, and print what it would have said beside what was said."""
    from harken.bots.replay import find_bot
    from harken.bots.replay import replay as replayed
    from harken.entry.commands.working import working
    from harken.kit.http import close_client

    async def run() -> None:
        async with working(settings) as services:
            try:
                _print(await replayed(services, await find_bot(services, bot), version, conversations))
            finally:
                await close_client()

    asyncio.run(run())


def _print(result: "Replayed") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("#", "customer", "bot", "said then", show_lines=True)
    for point in result.points:
        bot = f"[bold]{point.verdict.replace('_', ' ')}[/] {escape(point.bot[:300])}"
        table.add_row(str(point.number), escape(point.asked[:300]), bot, escape(point.really[:300]))
    console = Console()
    console.print(table)
    total = len(result.points) or 1
    shares = ", ".join(
        f"{verdict.replace('_', ' ')} {count} ({count / total:.0%})" for verdict, count in result.counts.most_common()
    )
    console.print(
        f"version {result.version}, {result.conversations} conversations, {len(result.points)} answers: {shares or 'none'}"
    )
