"""The header Idempotency-Key of POSTs by agents: whoever repeats one gets the first answer again.

The key is claimed before the handler runs and holds the answer after it. Answers are stored sealed: some show a secret
once. A request that failed with 5xx, or whose process died a minute ago, may be tried again.
"""

import asyncio
import hashlib
import time
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec
from litestar import Request, Response

from harken.entry.services import Services
from harken.kit.db import Tx, queries_beside
from harken.kit.errors import Conflict, Invalid
from harken.people.model import Caller

_Q = queries_beside(__file__)
KEPT: Final = timedelta(days=1)
_ABANDONED: Final = timedelta(minutes=1)
_LONGEST_KEY: Final = 200
_PATIENCE: Final = 10.0  # seconds for which a repetition waits for the first answer
_PAUSE: Final = 0.05


class Claim(msgspec.Struct, frozen=True):
    """A key that this request holds; in scope["state"]["idempotency"]."""

    caller: Caller
    key: str


async def claim(services: Services, request: Request[Any, Any, Any], caller: Caller) -> Response[bytes] | None:
    """Claims the request's key, if it has one. The first answer when it is a repetition.

    Raises Conflict: idempotency_mismatch (the key was another request's), idempotency_running (still at it, for long).
    """
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST" or "json" not in request.headers.get("content-type", "json"):
        return None
    if not 0 < len(key) <= _LONGEST_KEY:
        raise Invalid(("Idempotency-Key", "too_long"))
    path = request.scope["raw_path"] + b"?" + request.scope["query_string"]
    fingerprint = hashlib.sha256(b"POST " + path + b"\n" + await request.body()).digest()
    patience = time.monotonic() + _PATIENCE
    while True:
        try:
            answer = await _claimed(services, caller, key, fingerprint)
        except _Running as running:
            if time.monotonic() > patience:
                raise Conflict(
                    "the first request with this Idempotency-Key is still running", code="idempotency_running"
                ) from running
            await asyncio.sleep(_PAUSE)
            continue
        if answer is None:
            request.scope["state"]["idempotency"] = Claim(caller, key)
        return answer


class _Running(Exception):
    """The first request with the key has no answer yet."""


async def _claimed(services: Services, caller: Caller, key: str, fingerprint: bytes) -> Response[bytes] | None:
    """None when the key is the caller's now, else the first answer."""
    now = services.clock.now()
    async with services.db.connection() as connection:
        taken = await _Q.run(
            connection, "claim_key", workspace_id=caller.workspace_id, agent_id=caller.agent_id, key=key,
            fingerprint=fingerprint, now=now,
        )  # fmt: skip
        return None if taken else await _repeated(services, connection, caller, key, fingerprint, now)


async def settle(services: Services, held: Claim, status: int, body: bytes) -> None:
    """Keeps the answer of a request that holds a key, or gives the key up when it failed."""
    whose = {"workspace_id": held.caller.workspace_id, "agent_id": held.caller.agent_id, "key": held.key}
    async with services.db.connection() as connection:
        if status >= 500 or status == 429:
            await _Q.run(connection, "release_key", **whose)
        else:
            await _Q.run(connection, "save_answer", status=status, body=services.sealer.seal(body), **whose)


async def delete_old_keys(tx: Tx, now: datetime) -> None:
    await _Q.run(tx, "delete_old_keys", before=now - KEPT)


async def _repeated(
    services: Services, tx: Tx, caller: Caller, key: str, fingerprint: bytes, now: datetime
) -> Response[bytes] | None:
    whose = {"workspace_id": caller.workspace_id, "agent_id": caller.agent_id, "key": key}
    row = await _Q.row(tx, "find_key", **whose)
    if row is None or row["fingerprint"] != fingerprint:
        raise Conflict("this Idempotency-Key was used for another request", code="idempotency_mismatch")
    if row["status"] is not None:
        return _again(services, row)
    if row["created_at"] < now - _ABANDONED and await _Q.run(
        tx, "reclaim_key", now=now, seen=row["created_at"], **whose
    ):
        return None
    raise _Running


def _again(services: Services, row: asyncpg.Record) -> Response[bytes]:
    kind = "application/json" if row["status"] < 400 else "application/problem+json"
    body = services.sealer.open(row["body"])
    return Response(body, status_code=row["status"], media_type=kind, headers={"Idempotency-Replayed": "true"})
