"""From what somebody typed to what the database is asked: operators name channels, labels, teams and days."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from harken.conversations.listing import ListQuery
from harken.kit.db import Tx, queries_beside
from harken.kit.tokens import folded
from harken.people.model import Caller
from harken.search.lexemes import (
    all_of,
    any_of,
    author_facet,
    channel_facet,
    facet,
    name_facets,
    term_query,
    tsquery_of,
)
from harken.search.listing import MessageQuery
from harken.search.model import Operator, Question
from harken.search.question import days_of

_Q = queries_beside(__file__)
_LISTED: Final = 20  # conversations that the operators alone say
_NAMING: Final = {"channel", "label", "team"}
_WRITERS: Final = {"customer": "contact", "bot": "bot", "agent": "agent"}


class Asked(msgspec.Struct, frozen=True):
    """None: nothing is asked of these, or an operator names what is not there. `subjects`: of messages, for their subject.
    `conversations`: when nothing but conversations is asked for."""

    messages: MessageQuery | None
    subjects: MessageQuery | None
    conversations: ListQuery | None


class _Names(msgspec.Struct, frozen=True):
    kind: str
    id: UUID
    name: str
    connector: str


class _Gathered:
    def __init__(self) -> None:
        self.wanted: list[str] = []  # what messages are
        self.words: list[str] = []
        self.common: list[str] = []  # of what they are, what many are
        self.unwanted: list[str] = []
        self.narrowed: dict[str, object] = {}
        self.since: list[datetime] = []
        self.until: list[datetime] = []
        self.labels: list[tuple[bool, tuple[UUID, ...]]] = []
        self.teams: list[tuple[bool, tuple[UUID, ...]]] = []
        self.nothing = False

    def tokens(self, query: str, into: list[str], *, negated: bool) -> None:
        (self.unwanted if negated else into).append(query)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Each of what messages are by itself, what many are last; the words as one, with what is unwanted."""
        if self.words:
            return (*self.wanted, tsquery_of(self.words, self.unwanted), *self.common)
        facets = [*self.wanted, *self.common]
        if facets and not self.unwanted:
            return tuple(facets)
        return (*facets[:-1], tsquery_of(facets[-1:], self.unwanted))


async def ask(tx: Tx, caller: Caller, question: Question, now: datetime, zone: tzinfo) -> Asked:
    gathered = _Gathered()
    names = await _names(tx, caller, question)
    for operator in question.operators:
        _apply(operator, gathered, names, caller, now, zone)
    facets = bool(gathered.wanted or gathered.common or gathered.unwanted or gathered.since or gathered.until)
    for term in question.terms:
        gathered.tokens(term_query(term), gathered.words, negated=term.negated)
    of_messages = facets or bool(question.terms) or any(operator.negated for operator in question.operators)
    subject = all_of(name_facets(question.words, "s"))
    return Asked(
        _query(gathered, gathered.conditions) if of_messages and not gathered.nothing else None,
        replace(_query(gathered, (subject,)), subjects=True) if subject and not facets and not gathered.nothing else None,
        _listed(gathered) if question.operators and not of_messages and not gathered.nothing else None,
    )  # fmt: skip


def _listed(gathered: _Gathered) -> ListQuery:
    """What a list can be narrowed to: the first of each. A list knows no "not": with one, messages are looked for."""
    closed = gathered.narrowed.get("status") == "closed"
    return ListQuery(
        "closed" if closed else "active",
        team_id=next((ids[0] for there, ids in gathered.teams if there), None),
        label=next((ids[0] for there, ids in gathered.labels if there), None),
        unread=gathered.narrowed.get("unread") is True,
        limit=_LISTED,
    )


def _query(gathered: _Gathered, tokens: tuple[str, ...]) -> MessageQuery:
    status, unread = gathered.narrowed.get("status"), gathered.narrowed.get("unread")
    return MessageQuery(
        tokens,
        since=max(gathered.since, default=None),
        until=min(gathered.until, default=None),
        status=status if isinstance(status, str) else None,
        unread=unread if isinstance(unread, bool) else None,
        labels=tuple(gathered.labels),
        teams=tuple(gathered.teams),
    )


async def _names(tx: Tx, caller: Caller, question: Question) -> list[_Names]:
    if not any(operator.name in _NAMING for operator in question.operators):
        return []
    return [_Names(*row) for row in await _Q.rows(tx, "list_names", workspace_id=caller.workspace_id)]


def _apply(
    operator: Operator, into: _Gathered, names: Sequence[_Names], caller: Caller, now: datetime, zone: tzinfo
) -> None:
    value, negated = operator.value, operator.negated
    match operator.name:
        case "from":
            _writer(value, negated, into, caller)
        case "has":
            into.tokens(facet(value), into.wanted, negated=negated)
        case "channel":
            ids = _named(names, "channel", value)
            into.nothing = into.nothing or (not ids and not negated)
            into.tokens(any_of([facet(channel_facet(id)) for id in ids]), into.common, negated=negated) if ids else None
        case "label" | "team":
            ids = _named(names, operator.name, value)
            into.nothing = into.nothing or (not ids and not negated)
            (into.labels if operator.name == "label" else into.teams).append((not negated, tuple(ids)))
        case "in" if value == "note":
            into.tokens(facet("note"), into.wanted, negated=negated)
        case "in":
            into.narrowed["status"] = value if not negated else ("open" if value == "closed" else "closed")
        case "is":
            into.narrowed["unread"] = not negated
        case "before" | "after" | "on":
            days = days_of(value, now, zone)
            if days:
                into.since += [days[1]] if operator.name == "after" else [days[0]] if operator.name == "on" else []
                into.until += [days[0]] if operator.name == "before" else [days[1]] if operator.name == "on" else []


def _writer(value: str, negated: bool, into: _Gathered, caller: Caller) -> None:
    """The first words of a name are taken for common, the last one for what tells whose it is."""
    if value == "me":
        into.tokens(facet(author_facet(caller.agent_id)), into.wanted, negated=negated)
    elif value in _WRITERS:
        into.tokens(facet(_WRITERS[value]), into.common, negated=negated)
    elif (words := name_facets(value, "f")) and negated:
        into.unwanted.append(all_of(words))
    elif words:
        into.wanted.append(words[-1])
        into.common += words[:-1]


def _named(names: Sequence[_Names], kind: str, value: str) -> list[UUID]:
    """Those of that name; or whose name begins so, or has a word that does; or the channels of a connector."""
    wanted = folded(value)
    some = [each for each in names if each.kind == kind]
    exactly = [each.id for each in some if folded(each.name) == wanted or each.connector == wanted]
    return exactly or [
        each.id for each in some if folded(each.name).startswith(wanted) or f" {wanted}" in folded(each.name)
    ]
