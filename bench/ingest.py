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

from bench.report import Result, load_average
from bench.wire import Wire, request
from tests.program import Program

CLIENTS, SECONDS, ROUNDS = 64, 6, 3

# The rows of one message: receipt, message, conversation, event and the sequence row, in one statement.
PGBENCH = """\\set n random(1, 100000000)
with s as (update bench_seq set seq = seq + 1 where id = 1 + :client_id %% 16 returning seq),
r as (insert into bench_receipt select gen_random_uuid(), gen_random_uuid()::text, '{}'::jsonb, decode(repeat('61', 160), 'hex'), now() returning id),
m as (insert into bench_message select gen_random_uuid(), gen_random_uuid(), seq, gen_random_uuid()::text, repeat('x', 60), now() from s returning id),
c as (update bench_conversation set message_count = message_count + 1, last_activity_at = now() where id = 1 + :n %% 1000)
insert into bench_event select gen_random_uuid(), seq, 'message_added', repeat('y', 1400), now() from s;
""".replace("%%", "%")
TABLES = """
drop table if exists bench_seq, bench_receipt, bench_message, bench_conversation, bench_event;
create table bench_seq (id int primary key, seq bigint);
insert into bench_seq select n, 0 from generate_series(1, 16) n;
create table bench_receipt (id uuid primary key, dedupe_key text unique, headers jsonb, body bytea, received_at timestamptz);
create table bench_message (id uuid primary key, conversation_id uuid, seq bigint, external_id text unique, text text, created_at timestamptz, unique (conversation_id, seq));
create table bench_conversation (id int primary key, message_count int, last_activity_at timestamptz);
create index on bench_conversation (last_activity_at);
insert into bench_conversation select n, 0, now() from generate_series(1, 1000) n;
create table bench_event (workspace_id uuid, seq bigint, type text, payload text, at timestamptz, primary key (workspace_id, seq));
create index on bench_event (at);
"""


def pgbench(binaries: Path, dsn: str, folder: Path) -> float:
    """Transactions a second."""
    script = folder / "bench.sql"
    script.write_text(PGBENCH)
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
    subprocess.run([str(binaries / "psql"), "-q", "-d", dsn], input=TABLES, text=True, check=True, capture_output=True)
    asyncio.run(webhook(program, channel))  # warm
    load, pairs = load_average(), list[tuple[float, float]]()
    for _ in range(ROUNDS):
        pairs.append((asyncio.run(webhook(program, channel)), pgbench(binaries, dsn, folder)))
    ratio = median(a / b for a, b in pairs)
    value, reference = median(a for a, _ in pairs), median(b for _, b in pairs)
    note = "The load generator shares the two cores with the server; pgbench does with PostgreSQL."
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
