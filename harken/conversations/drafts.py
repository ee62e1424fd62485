"""What an agent has written in a conversation and not sent: one draft for each of both, nobody else's to see.

Its revision is the seq of the event that told of it. Who writes names the revision that they began with: when another
page has written meanwhile, nothing is replaced, and they get what is there (409 draft_changed).
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from harken.conversations.files_store import attachment_of, file_from
from harken.conversations.model import Attachment
from harken.events.log import Writer
from harken.events.types import Actor, Audience
from harken.kit.db import Queries, Tx
from harken.kit.errors import Conflict
from harken.people.model import Caller

_Q = Queries(Path(__file__).with_name("drafts.sql"))
MOST: Final = 500  # in a snapshot
_Long = Annotated[str, msgspec.Meta(max_length=1_000_000)]
_Line = Annotated[str, msgspec.Meta(max_length=2_000)]
_Captions = Annotated[dict[UUID, Annotated[str, msgspec.Meta(max_length=20_000)]], msgspec.Meta(max_length=100)]
_Addresses = Annotated[list[_Line], msgspec.Meta(max_length=100)]


class DraftBody(msgspec.Struct, frozen=True):
    """`text` of the reply, `note` of the note. What is null stands as the composer proposes it. `other`: another version, which
    was written elsewhere at the same time, until its author has decided. `began`: the thread's newest seq then. `captions`: of its
    files, where each goes with words of its own."""

    text: _Long = ""
    note: _Long = ""
    mode: Literal["reply", "note"] = "reply"
    subject: _Line | None = None
    cc: _Addresses | None = None
    bcc: _Addresses = []
    signature: bool = True
    quote: bool = True
    reply_to: UUID | None = None
    quick_reply_ids: Annotated[list[UUID], msgspec.Meta(max_length=20)] = []
    began: int | None = None
    other: _Long | None = None
    captions: _Captions = {}


class Draft(DraftBody, frozen=True, kw_only=True):
    """As the API and the events show it; `revision` 0: there is none."""

    conversation_id: UUID
    revision: int = 0
    attachments: list[Attachment] = []
    attachment_ids: list[UUID] = []
    updated_at: datetime | None = None


class DraftChanged(msgspec.Struct, frozen=True):
    draft: Draft


async def get_draft(tx: Tx, caller: Caller, conversation_id: UUID) -> Draft:
    """An empty one where there is none. The caller may see the conversation."""
    row = await _Q.row(
        tx, "find_draft", workspace_id=caller.workspace_id, conversation_id=conversation_id, agent_id=caller.agent_id
    )
    return _draft_from(row) if row else Draft(conversation_id=conversation_id)


async def list_drafts(tx: Tx, caller: Caller) -> list[Draft]:
    """The newest ones, whether the caller still may see their conversations or not: the words are their own."""
    rows = await _Q.rows(tx, "list_drafts", workspace_id=caller.workspace_id, agent_id=caller.agent_id, limit=MOST)
    return [_draft_from(row) for row in rows]


async def save_draft(
    w: Writer, caller: Caller, conversation_id: UUID, body: DraftBody, attachment_ids: list[UUID], base: int | None,
    at: datetime,
) -> Draft:  # fmt: skip
    """Writes it over the one of revision `base` (null: over any). Files that are not the caller's own, unused ones are left out.

    The caller may see the conversation. Raises Conflict `draft_changed` with the draft that is there.
    """
    before = await get_draft(w.tx, caller, conversation_id)
    if (
        base is not None
        and before.revision != base
        and (before.revision or attachment_ids or body != DraftBody(mode=body.mode))
    ):
        raise _changed(before)
    rows = await _Q.rows(
        w.tx,
        "list_own_files",
        workspace_id=w.workspace_id,
        agent_id=caller.agent_id,
        ids=attachment_ids,
        team_ids=list(caller.team_ids),
    )
    found = {row["id"]: attachment_of(file_from(row)) for row in rows}
    attachments = [found[id] for id in dict.fromkeys(attachment_ids) if id in found]
    body = replace(body, captions={id: caption for id, caption in body.captions.items() if id in found})
    after = Draft(
        **msgspec.structs.asdict(body), conversation_id=conversation_id, revision=w.revision, attachments=attachments,
        attachment_ids=[each.id for each in attachments], updated_at=at,
    )  # fmt: skip
    if is_empty(after):
        return await _remove(w, caller, before, at) if before.revision else before
    if before.revision and _same(before, after):
        return before
    await _write(w, caller, after, at)
    return after


async def delete_draft(w: Writer, caller: Caller, conversation_id: UUID, base: int | None, at: datetime) -> Draft:
    """As save_draft with an empty one."""
    before = await get_draft(w.tx, caller, conversation_id)
    if base is not None and before.revision not in (0, base):
        raise _changed(before)
    return await _remove(w, caller, before, at) if before.revision else before


async def forget_sent(
    w: Writer, caller: Caller, conversation_id: UUID, kind: Literal["message", "note"], text: str, revision: int | None,
    at: datetime,
) -> None:  # fmt: skip
    """In the transaction of what was sent from it: that part is gone, if it is `revision` still, or (null) has the same text."""
    before = await get_draft(w.tx, caller, conversation_id)
    own = before.text if kind == "message" else before.note
    if not before.revision or (revision != before.revision if revision is not None else own.strip() != text.strip()):
        return
    if kind == "note":
        after = replace(before, note="")
    else:
        empty = DraftBody(note=before.note, mode=before.mode, other=before.other)
        after = replace(before, **msgspec.structs.asdict(empty), attachments=[], attachment_ids=[])
    if is_empty(after):
        await _remove(w, caller, before, at)
    else:
        await _write(w, caller, replace(after, revision=w.revision, updated_at=at), at)


def is_empty(draft: Draft) -> bool:
    """Whether there is nothing in it that somebody wrote or chose."""
    chosen = draft.attachments or draft.reply_to or draft.bcc or draft.subject is not None or draft.cc is not None
    return not (draft.text or draft.note or draft.other or chosen)


def _changed(there: Draft) -> Conflict:
    return Conflict(
        "the draft was changed elsewhere", code="draft_changed", fields={"draft": msgspec.to_builtins(there)}
    )


def _same(before: Draft, after: Draft) -> bool:
    return before == replace(after, revision=before.revision, updated_at=before.updated_at)


async def _write(w: Writer, caller: Caller, draft: Draft, at: datetime) -> None:
    await _Q.run(
        w.tx, "save_draft", workspace_id=w.workspace_id, conversation_id=draft.conversation_id, agent_id=caller.agent_id,
        revision=draft.revision, body=_body(draft), at=at,
    )  # fmt: skip
    _tell(w, caller, draft, at)


async def _remove(w: Writer, caller: Caller, draft: Draft, at: datetime) -> Draft:
    await _Q.run(
        w.tx, "delete_draft", workspace_id=w.workspace_id, conversation_id=draft.conversation_id,
        agent_id=caller.agent_id,
    )  # fmt: skip
    gone = Draft(conversation_id=draft.conversation_id)
    _tell(w, caller, gone, at)
    return gone


def _tell(w: Writer, caller: Caller, draft: Draft, at: datetime) -> None:
    w.append(
        "draft_changed", DraftChanged(draft), actor=Actor("agent", caller.agent_id, caller.name),
        audience=Audience("agent", agent_id=caller.agent_id), at=at,
    )  # fmt: skip


def _body(draft: Draft) -> dict[str, Any]:
    kept = msgspec.to_builtins(draft)
    return {key: value for key, value in kept.items() if key not in ("conversation_id", "revision", "updated_at")}


def _draft_from(row: Any) -> Draft:
    known = {"conversation_id": row["conversation_id"], "revision": row["revision"], "updated_at": row["updated_at"]}
    return msgspec.convert({**row["body"], **known}, Draft)
