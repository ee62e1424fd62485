"""The command `harken`: which commands there are. What each does is in commands/."""

import sys

import typer

from harken.entry.commands import backup, bots, doctor, maintenance, people, serve

app = typer.Typer(
    help="Harken, a self-hosted Conversations Inbox.", no_args_is_help=True, add_completion=False,
    rich_markup_mode=None, pretty_exceptions_enable=False,
)  # fmt: skip
token = typer.Typer(help="API tokens.", no_args_is_help=True)
bot = typer.Typer(help="Bots.", no_args_is_help=True)
receipts = typer.Typer(help="What services delivered, as it came.", no_args_is_help=True)

for command in (serve.run, serve.web, serve.worker, serve.demo, people.setup):
    app.command()(command)
token.command("create")(people.create)
app.add_typer(token, name="token")
for command in (maintenance.migrate, backup.backup, backup.restore, doctor.doctor):
    app.command()(command)
bot.command("check")(bots.check)
bot.command("replay")(bots.replay)
app.add_typer(bot, name="bot")
receipts.command("replay")(maintenance.replay)
app.add_typer(receipts, name="receipts")
app.command("bench-data", hidden=True)(maintenance.bench_data)


def main() -> None:
    """Errors that an operator can do something about end in one line and exit code 1."""
    try:
        app()
    except Exception as error:
        if not _expected(error):
            raise
        sys.exit(f"harken: {str(error).rstrip('.')}")


def _expected(error: Exception) -> bool:
    import asyncpg

    from harken.kit.errors import HarkenError
    from harken.kit.migrate import TooOld, UnknownMigration
    from harken.kit.pg_binaries import PostgresUnavailable

    ours = (HarkenError, PostgresUnavailable, TooOld, UnknownMigration)
    return isinstance(error, (*ours, OSError, asyncpg.PostgresError, asyncpg.InterfaceError))
