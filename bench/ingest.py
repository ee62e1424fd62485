"""B1: durable inbound messages a second through the whole webhook, beside pgbench writing the same rows one statement a
transaction with 16 clients."""

import asyncio
import json
import re
import subprocess
import time
from pathlib import Path
from statistics import median
from uuid import uuid4

import uvloop

from bench.processes import Processor, processor
from bench.report import Result, load_average
from bench.wire import Wire, request
from tests.program import Program

CLIENTS, SECONDS, ROUNDS = 128, 6, 3

WORKSPACES, CONVERSATIONS = 16, 1000

# What one message writes: receipt, message, conversation, event and the sequence row, in one statement. Each client has a
# workspace of its own, so that none waits for another's sequence row; each row is as large as the webhook's.
STATEMENT = """\\set n random(1, {conversations})
\\set w :client_id + 1
with s as (
    update bench.workspace_seq set seq = seq + 1 where workspace_id = md5('w' || :w)::uuid returning workspace_id, seq
), c as (
    update bench.conversation c
    set message_count = message_count + 1, inbound_count = inbound_count + 1, revision = s.seq, last_activity_at = now(),
        last_inbound_at = now(), last_message = jsonb_build_object('id', gen_random_uuid(), 'preview', repeat('x', 60))
    from s where c.workspace_id = s.workspace_id and c.id = md5(:w || '-' || :n)::uuid
    returning c.workspace_id, c.id, c.channel_id, c.message_count, s.seq
), r as (
    insert into bench.receipt (id, workspace_id, channel_id, dedupe_key, headers, body, received_at, outcome)
    select gen_random_uuid(), workspace_id, channel_id, gen_random_uuid(), '{headers}', decode(repeat('61', 160), 'hex'),
        now(), 'ingested' from c
), m as (
    insert into bench.message (id, workspace_id, conversation_id, channel_id, seq, kind, direction, author_kind, author_name,
        external_id, text, revision, created_at)
    select gen_random_uuid(), workspace_id, id, channel_id, message_count, 'message', 'in', 'contact', 'Bo',
        gen_random_uuid(), repeat('x', 60), seq, now() from c
)
insert into bench.event (workspace_id, seq, type, conversation_id, audience, actor, payload, at)
select workspace_id, seq, 'message_added', id, '{audience}', '{actor}', repeat('y', {payload}), now() from c;
"""
# The program's own tables with all their indexes, filled for 16 workspaces; without foreign keys.
TABLES = """
drop schema if exists bench cascade;
create schema bench;
create table bench.workspace_seq (like public.workspace_seq including all);
create table bench.receipt (like public.receipt including all);
create table bench.message (like public.message including all);
create table bench.conversation (like public.conversation including all);
create table bench.event (like public.event including all);
insert into bench.workspace_seq (workspace_id) select md5('w' || w)::uuid from generate_series(1, {workspaces}) w;
insert into bench.conversation (id, workspace_id, number, channel_id, identity_id, contact_id, revision, last_activity_at, created_at)
select md5(w || '-' || n)::uuid, md5('w' || w)::uuid, n, md5('c' || w)::uuid, gen_random_uuid(), gen_random_uuid(), 0, now(), now()
from generate_series(1, {workspaces}) w, generate_series(1, {conversations}) n;
vacuum analyze bench.conversation;
"""


def _sql(template: str) -> str:
    values: dict[str, object] = {
        "workspaces": WORKSPACES, "conversations": CONVERSATIONS, "payload": 1400, "headers": '{"content-type": "application/json"}',
        "audience": '{"kind": "conversation", "after": {"team_id": null, "agent_id": null}}',
        "actor": '{"kind": "contact", "id": "019ab000-0000-7000-8000-000000000000", "name": "Bo"}',
    }  # fmt: skip
    return template.format_map(values)


def pgbench(binaries: Path, dsn: str, folder: Path) -> float:
    """Transactions a second."""
    script = folder / "bench.sql"
    script.write_text(_sql(STATEMENT))
    command = [str(binaries / "pgbench"), "-n", "-c", "16", "-j", "2", "-T", str(SECONDS), "-f", str(script), dsn]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found.group(1))


async def webhook(program: Program, channel: dict[str, str]) -> float:
    """Messages a second that were answered 200, by CLIENTS connections."""
    end, counted = time.perf_counter() + SECONDS, 0

    async def client(number: int) -> None:
        nonlocal counted
        wire, message = await Wire.open(program.port), 0
        while time.perf_counter() < end:
            message += 1
            item = {"id": f"{uuid4()}", "from": {"id": f"c{number}-{message % 40}", "name": "Bo"}, "text": "x" * 60}
            status, body, _ = await wire.ask(
                request("POST", f"/in/api/{channel['id']}", channel["secret"], json.dumps(item).encode())
            )
            if status == 503:
                await asyncio.sleep(0.05)
                continue
            assert status == 200, body
            counted += 1
        wire.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return counted / (time.perf_counter() - began)


def measure(program: Program, channel: dict[str, str], dsn: str, binaries: Path, folder: Path) -> list[Result]:
    subprocess.run(
        [str(binaries / "psql"), "-q", "-d", dsn], input=_sql(TABLES), text=True, check=True, capture_output=True
    )
    uvloop.run(webhook(program, channel))  # warm
    assert program.process
    load, pairs, used = load_average(), list[tuple[float, float]](), list[Processor]()
    for _ in range(ROUNDS):
        before = processor(program.process.pid)
        rate = uvloop.run(webhook(program, channel))
        used.append(processor(program.process.pid).since(before, round(rate * SECONDS)))
        pairs.append((rate, pgbench(binaries, dsn, folder)))
    ratio = median(a / b for a, b in pairs)
    value, reference = median(a for a, _ in pairs), median(b for _, b in pairs)
    note = (
        f"{CLIENTS} connections, one workspace; the load generator shares the two cores with the server. pgbench: 16 clients"
        " with a workspace each, the same rows into the same tables and indexes without foreign keys. Processor time of a message through the webhook:"
        f" {used[-1]}; ours is one process on one core."
    )
    return [
        Result(
            "B1",
            round(value),
            "messages/s",
            round(reference),
            round(ratio, 2),
            "ratio >= 0.5",
            ratio >= 0.5,
            load,
            note,
        )
    ]
