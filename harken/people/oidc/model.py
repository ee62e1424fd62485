"""Providers, what they say about somebody, and why a sign-in through one fails. Pure."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Problem = Literal[
    "unreachable",  # the provider does not answer, or not as the protocol says
    "cancelled",  # at the provider
    "expired",  # too late, in another browser, or a second time
    "refused",  # what the provider says of the person cannot be trusted
    "email_unverified",
    "wrong_domain",
    "no_account",
    "deactivated",
    "linked_elsewhere",  # the agent belongs to somebody else of this provider
]


class SignInFailed(Exception):
    """`problem` is for the person, who is sent back to the sign-in page with it; the text is for the log and the admin."""

    def __init__(self, problem: Problem, text: str) -> None:
        super().__init__(text)
        self.problem: Problem = problem


class Provider(msgspec.Struct, frozen=True):
    """Where agents of a workspace may come from. `sealed`: the client's secret."""

    id: UUID
    workspace_id: UUID
    name: str
    button: str
    issuer: str
    client_id: str
    sealed: bytes | None
    allowed_domains: list[str]
    creates_agents: bool
    worked_at: datetime | None


class Person(msgspec.Struct, frozen=True):
    """Who a provider says has come. `subject` is theirs for ever; the rest may change."""

    subject: str
    email: str
    email_verified: bool
    name: str
