"""By which words a contact is found: those of its name, addresses and attributes, kept as `tokens` beside it.

Contacts are made and named in several places, also by inbound messages; none of them waits for this. A row whose tokens are
out of date stands in a small index: whoever searches brings some up to date first, and a task brings all.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from harken.kit.db import Database, Queries, Tx
from harken.kit.tokens import tokens_of

_Q = Queries(Path(__file__).with_suffix(".sql"))
_BATCH: Final = 500
_MOST_WORDS: Final = 2000
_LONGEST_WORD: Final = 64
_ENDINGS_FROM: Final = 4  # digits: a number is also found by how it ends


def query_for(text: str) -> str:
    """As PostgreSQL reads a tsquery: all words, each of them the beginning of one, a mail address as a whole. What holds no
    word finds nothing."""
    parts = text[:200].split()
    words = [w[:_LONGEST_WORD] for p in parts for w in ([p.lower()] if p.find("@") > 0 else tokens_of(p))][:20]
    return " & ".join(_quoted(word) + ":*" for word in words) or ""


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def words_of(name: str, addresses: list[str], attributes: dict[str, Any]) -> list[str]:
    """Each once, at most as many as an index entry holds."""
    found: dict[str, None] = {}
    for text in (name, *addresses, *map(_text_of, attributes.values())):
        found.update(dict.fromkeys(word[:_LONGEST_WORD] for word in tokens_of(text)))
    for address in addresses:
        found.update(dict.fromkeys([address.lower()[:_LONGEST_WORD], *_endings(address)]))
    return [word for word in found if word][:_MOST_WORDS]


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _endings(address: str) -> list[str]:
    digits = address.removeprefix("+")
    if not digits.isdigit() or len(digits) > 20:
        return []
    return [digits[start:] for start in range(len(digits) - _ENDINGS_FROM + 1)]


async def refresh_some(db: Database, workspace_id: UUID) -> int:
    """Brings some of a workspace's contacts up to date; returns how many. Nothing waits for what another does already."""
    async with db.connection() as connection:
        if not await _Q.value(connection, "any_due", workspace_id=workspace_id):
            return 0
    async with db.tx() as tx:
        return await _refresh(tx, workspace_id)


async def refresh_all(db: Database) -> None:
    """Brings every workspace's contacts up to date, in small steps."""
    async with db.connection() as connection:
        workspaces = await _Q.rows(connection, "list_due_workspaces")
    for row in workspaces:
        while await refresh_some(db, row["workspace_id"]) == _BATCH:
            pass


async def _refresh(tx: Tx, workspace_id: UUID) -> int:
    rows = await _Q.rows(tx, "lock_due", workspace_id=workspace_id, limit=_BATCH)
    words = await asyncio.to_thread(_words_of_all, rows)
    made = [{"id": row["id"], "name": row["name"], "words": each} for row, each in zip(rows, words, strict=True)]
    if made:
        await _Q.run(tx, "save_words", workspace_id=workspace_id, rows=made)
    return len(made)


def _words_of_all(rows: Sequence[asyncpg.Record]) -> list[list[str]]:
    return [words_of(row["name"], row["addresses"], row["attributes"]) for row in rows]
