"""GET /api/search: messages, conversations and contacts that the caller may see."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg
import msgspec
from litestar import get
from litestar.params import Parameter

from harken.contacts.listing import ContactQuery, list_contacts
from harken.contacts.model import Contact
from harken.conversations.listing import list_conversations
from harken.conversations.model import Attachment, Author, Conversation, Handler, LastMessage
from harken.kit.db import Tx, queries_beside
from harken.people.model import Caller
from harken.port.services import Services
from harken.search.asking import Asked, ask
from harken.search.excerpt import excerpt
from harken.search.lexemes import document
from harken.search.listing import MessageQuery, find_messages
from harken.search.model import ContactHit, ConversationHit, MessageHit, Question, SearchPage, Understood
from harken.search.question import read_question

_Q = queries_beside(__file__)
_MOST: Final = 50
_FEW: Final = 5  # conversations and contacts


@get("/api/search", tags=["search"])
async def search(
    services: Services, caller: Caller, q: str = "", limit: Annotated[int, Parameter(ge=1, le=_MOST)] = 30,
    cursor: str | None = None, timezone: str = "",
) -> SearchPage:  # fmt: skip
    """Words (all of them; the last may be a beginning), "a phrase", -word, from: (me, customer, bot, agent, a name), channel:,
    has: (file, image, audio, video, link), before:, after:, on: (a year, month or day of `timezone`), in: (open, closed, note),
    label:, team:, is:unread, #number. What is no operator is words."""
    question = read_question(q)
    async with services.db.connection() as tx:
        asked = await ask(tx, caller, question, services.clock.now(), _zone(timezone))
    (items, next_cursor), (conversations, contacts) = await asyncio.gather(
        _messages(services, caller, question, asked.messages, limit, cursor),
        _others(services, caller, question, asked, first=cursor is None),
    )
    return SearchPage(
        items,
        next_cursor,
        conversations,
        [_contact_hit(contact) for contact in contacts],
        [Understood(("-" if one.negated else "") + one.name, one.value) for one in question.operators],
    )


async def _others(
    services: Services, caller: Caller, question: Question, asked: Asked, *, first: bool
) -> tuple[list[ConversationHit], list[Contact]]:
    if not first:
        return [], []
    contacts = await _contacts(services, caller, question)
    return await _conversations(services, caller, question, asked, contacts), contacts


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


async def _messages(
    services: Services, caller: Caller, question: Question, query: MessageQuery | None, limit: int, cursor: str | None
) -> tuple[list[MessageHit], str | None]:
    if query is None:
        return [], None
    found = await find_messages(services.db, caller, query, limit, cursor)
    async with services.db.connection() as tx:
        rows = await _Q.rows(tx, "list_hits", workspace_id=caller.workspace_id, ids=found.ids) if found.ids else []
    hits = await asyncio.to_thread(_message_hits, rows, question)  # a long text takes a tenth of a second
    return [hits[id] for id in found.ids if id in hits], found.next_cursor


def _message_hits(rows: Sequence[asyncpg.Record], question: Question) -> dict[UUID, MessageHit]:
    return {row["id"]: _message_hit(row, question) for row in rows}


def _message_hit(row: asyncpg.Record, question: Question) -> MessageHit:
    r = row
    files = [file for file in msgspec.convert(r["attachments"], list[Attachment]) if not file.inline]
    text, marks = excerpt(document(r["text"], r["subject"], (file.name for file in files)), question.terms)
    return MessageHit(
        message_id=r["id"],
        conversation_id=r["conversation_id"],
        kind=r["kind"],
        direction=r["direction"],
        author=Author(r["author_kind"], r["author_id"], r["author_name"]),
        contact_name=r["contact_name"],
        at=r["created_at"],
        excerpt=text,
        marks=marks,
        attachment=files[0].kind if files else None,
        status=r["status"],
        handler=Handler(r["handler_kind"], r["handler_id"]),
        team_id=r["team_id"],
    )


async def _contacts(services: Services, caller: Caller, question: Question) -> list[Contact]:
    if not question.words or question.operators or question.words.startswith("#"):
        return []
    query = ContactQuery(q=question.words[:200], sort="recent", limit=_FEW)
    return (await list_contacts(services.db, caller, query)).items


def _contact_hit(contact: Contact) -> ContactHit:
    address = contact.identities[0].address if contact.identities else ""
    return ContactHit(contact.id, contact.name, address)


async def _conversations(
    services: Services, caller: Caller, question: Question, asked: Asked, contacts: Sequence[Contact]
) -> list[ConversationHit]:
    """The one of that number, those of that subject, the newest of those contacts; without words, those that the operators say."""
    if asked.conversations is not None:
        async with services.db.connection() as tx:
            page = await list_conversations(tx, caller, asked.conversations)
        return [_hit_of(msgspec.json.decode(item, type=Conversation)) for item in page.items]
    by_subject: list[UUID] = []
    if asked.subjects is not None:
        by_subject = (await find_messages(services.db, caller, asked.subjects, _FEW, None)).ids
    async with services.db.connection() as tx:
        return await _list_conversations(tx, caller, question.number, by_subject, [c.id for c in contacts])


async def _list_conversations(
    tx: Tx, caller: Caller, number: int | None, message_ids: Sequence[UUID], contact_ids: Sequence[UUID]
) -> list[ConversationHit]:
    if number is None and not message_ids and not contact_ids:
        return []
    rows = await _Q.rows(
        tx, "list_conversations", workspace_id=caller.workspace_id, number=number, message_ids=list(message_ids),
        contact_ids=list(contact_ids), limit=_FEW, sees_all=caller.sees_all, team_ids=sorted(caller.team_ids),
        agent_id=caller.agent_id,
    )  # fmt: skip
    return [_conversation_hit(row) for row in rows]


def _hit_of(c: Conversation) -> ConversationHit:
    return ConversationHit(
        c.id, c.number, c.subject, c.contact.name or c.address, c.last_message.preview if c.last_message else "",
        c.last_activity_at, c.status, c.handler, c.team_id,
    )  # fmt: skip


def _conversation_hit(row: asyncpg.Record) -> ConversationHit:
    r = row
    last = msgspec.convert(r["last_message"], LastMessage) if r["last_message"] else None
    return ConversationHit(
        id=r["id"],
        number=r["number"],
        subject=r["subject"],
        contact_name=r["contact_name"],
        preview=last.preview if last else "",
        last_activity_at=r["last_activity_at"],
        status=r["status"],
        handler=Handler(r["handler_kind"], r["handler_id"]),
        team_id=r["team_id"],
    )


ROUTES = [search]
