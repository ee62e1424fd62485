"""setup and token create: what is needed before anybody can sign in, or a program can call."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer

from harken.entry.commands.options import DATABASE, with_settings
from harken.kit.settings import Settings

_PASSWORD = typer.Option(envvar="HARKEN_ADMIN_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True)


@with_settings(*DATABASE)
def setup(
    settings: Settings,
    workspace: Annotated[str, typer.Option(help="The workspace's name.")],
    admin_email: Annotated[str, typer.Option(help="The address its first admin signs in with.")],
    admin_password: Annotated[str, _PASSWORD],
    admin_name: Annotated[str, typer.Option(help="Their name; from the address when left out.")] = "",
) -> None:
    """Create a workspace and its first admin; prints the workspace's id."""
    from harken.entry.commands.working import working
    from harken.people.actions import create_workspace

    name = admin_name or admin_email.split("@")[0].replace(".", " ").title()

    async def create() -> None:
        async with working(settings) as services:
            made = await create_workspace(services.db, workspace, admin_email, name, admin_password)
            print(made.workspace_id)

    asyncio.run(create())


@with_settings(*DATABASE)
def create(
    settings: Settings,
    agent: Annotated[str, typer.Option(help="The agent's e-mail address.")],
    name: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    scope: Annotated[list[str] | None, typer.Option(help="read, write or admin; all when left out.")] = None,
    workspace: Annotated[str | None, typer.Option(help="The workspace's id, when several have this agent.")] = None,
) -> None:
    """Create an API token of an agent; prints the token and nothing else."""
    from harken.entry.commands.working import working
    from harken.people.actions import create_token
    from harken.people.actions.tokens import SCOPES

    if unknown := set(scope or ()) - set(SCOPES):
        raise typer.BadParameter(f"no such scope: {', '.join(sorted(unknown))}")

    async def insert() -> None:
        async with working(settings) as services:
            workspace_id = UUID(workspace) if workspace else None
            print(await create_token(services.db, agent, name=name, scopes=scope or SCOPES, workspace_id=workspace_id))

    asyncio.run(insert())
