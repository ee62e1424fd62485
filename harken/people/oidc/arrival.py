"""Which agent somebody is whom a provider has sent: known by its own name for them, else by a verified address, once."""

from datetime import datetime
from uuid import UUID

from harken.events.log import Writer, writing
from harken.kit.db import Database, queries_beside
from harken.kit.errors import Invalid
from harken.people.actions.invitations import OpenInvitation, accept
from harken.people.actions.newcomers import add_agent
from harken.people.oidc.model import Person, Provider, SignInFailed
from harken.people.rules import checked_email

Q = queries_beside(__file__)


async def agent_of(db: Database, provider: Provider, person: Person, now: datetime) -> UUID:
    """The agent's id; made, when the workspace wants that. Raises SignInFailed."""
    async with writing(db, provider.workspace_id) as w:  # its lock: two arrivals of one person make one agent
        found = await _known(w, provider, person, now) or await _first_sight(w, provider, person, now)
        await Q.run(w.tx, "note_working", workspace_id=w.workspace_id, id=provider.id, now=now)
    return found


async def _known(w: Writer, provider: Provider, person: Person, now: datetime) -> UUID | None:
    login = {"workspace_id": w.workspace_id, "provider_id": provider.id, "subject": person.subject}
    row = await Q.row(w.tx, "find_login", **login)
    if row is None:
        return None
    if not row["active"]:
        raise SignInFailed("deactivated", "the agent was deactivated")
    await Q.run(w.tx, "touch_login", now=now, **login)
    return row["agent_id"]


async def _first_sight(w: Writer, provider: Provider, person: Person, now: datetime) -> UUID:
    """An agent with this address, an invitation for it, or a new agent; linked from now on."""
    email = _trusted_address(provider, person)
    row = await Q.row(w.tx, "find_agent_by_address", workspace_id=w.workspace_id, email=email)
    if row is not None and not row["active"]:
        raise SignInFailed("deactivated", "the agent was deactivated")
    agent_id = row["id"] if row else await _new_agent(w, provider, person, email, now)
    linked = await Q.run(
        w.tx, "insert_login", workspace_id=w.workspace_id, provider_id=provider.id, subject=person.subject,
        agent_id=agent_id, now=now,
    )  # fmt: skip
    if not linked:
        raise SignInFailed("linked_elsewhere", "the agent is linked to another account of this provider")
    return agent_id


def _trusted_address(provider: Provider, person: Person) -> str:
    if not person.email or not person.email_verified:
        raise SignInFailed("email_unverified", "the provider does not vouch for the address")
    email = _address(person.email)
    if email.rpartition("@")[2].lower() not in provider.allowed_domains:
        raise SignInFailed("wrong_domain", "the address is not of an allowed domain")
    return email


def _address(email: str) -> str:
    try:
        return checked_email(email)
    except Invalid as error:
        raise SignInFailed("email_unverified", "the provider's address is none") from error


async def _new_agent(w: Writer, provider: Provider, person: Person, email: str, now: datetime) -> UUID:
    name = " ".join(person.name.split())[:80] or email.partition("@")[0][:80]
    row = await Q.row(w.tx, "find_invitation_by_address", workspace_id=w.workspace_id, email=email, now=now)
    if row is not None:
        invitation = OpenInvitation(
            row["id"], w.workspace_id, "", row["email"], row["role"], list(row["team_ids"])
        )  # fmt: skip
        return await accept(w, invitation, name, None, now)
    if not provider.creates_agents:
        raise SignInFailed("no_account", "nobody has this address, and agents are not made by signing in")
    return await add_agent(w, email, name, "agent", [], None, now)
