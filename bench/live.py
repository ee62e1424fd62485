"""B2: from the webhook's request to the event on an agent's socket, at 200 messages a second with 50 agents connected."""

import asyncio
import json
import time
from uuid import uuid4

import uvloop
from websockets.asyncio.client import ClientConnection, connect

from bench.processes import processor
from bench.report import Result, load_average
from bench.wire import Wire, percentile, request
from tests.program import Program

AGENTS, RATE, SECONDS = 50, 200, 12


async def _echo(program: Program) -> list[float]:
    """The reference: a ping and its answer over the same socket, nothing else going on."""
    times: list[float] = []
    async with connect(
        f"ws://127.0.0.1:{program.port}/api/live", additional_headers={"Authorization": f"Bearer {program.token}"}
    ) as socket:
        await socket.recv()
        for _ in range(300):
            began = time.perf_counter()
            await (await socket.ping())
            times.append(time.perf_counter() - began)
    return times


async def run(program: Program, channel: dict[str, str]) -> tuple[list[float], list[float], int]:
    echo = await _echo(program)
    sent: dict[str, float] = {}
    times: list[float] = []
    sockets = [
        await connect(
            f"ws://127.0.0.1:{program.port}/api/live", additional_headers={"Authorization": f"Bearer {program.token}"},
            max_queue=None, compression=None,
        )
        for _ in range(AGENTS)
    ]  # fmt: skip
    expected = RATE * SECONDS

    async def read(socket: ClientConnection, measured: bool) -> None:
        async for frame in socket:
            now = time.perf_counter()
            if not measured or not isinstance(frame, str) or '"message_added"' not in frame:
                continue
            mark = frame.rsplit('"text":"bench-', 1)
            if len(mark) == 2:
                began = sent.pop(mark[1].split('"', 1)[0], None)
                if began is not None:
                    times.append(now - began)

    readers = [asyncio.create_task(read(socket, number == 0)) for number, socket in enumerate(sockets)]
    wires = [await Wire.open(program.port) for _ in range(8)]

    async def write(number: int, wire: Wire) -> None:
        for index in range(number, expected, len(wires)):
            due = began + index / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            key = uuid4().hex
            item = {"id": key, "from": {"id": f"live-{index % 400}", "name": "Bo"}, "text": f"bench-{key}"}
            sent[key] = time.perf_counter()
            status, body, _ = await wire.ask(
                request("POST", f"/in/api/{channel['id']}", channel["secret"], json.dumps(item).encode())
            )
            assert status == 200, body

    began = time.perf_counter() + 0.5
    await asyncio.gather(*(write(number, wire) for number, wire in enumerate(wires)))
    await asyncio.sleep(1)
    for task in readers:
        task.cancel()
    for socket in sockets:
        await socket.close()
    return times, echo, expected


def measure(program: Program, channel: dict[str, str]) -> list[Result]:
    assert program.process
    load, before = load_average(), processor(program.process.pid)
    times, echo, expected = uvloop.run(run(program, channel))
    p50, p99 = percentile(times, 0.5) * 1000, percentile(times, 0.99) * 1000
    reference = percentile(echo, 0.5) * 1000
    used = processor(program.process.pid).since(before, expected)
    note = f"{len(times)} of {expected} events seen on the measured socket; the reference is a WebSocket ping on an idle server. Sender and 50 readers share the two cores. Processor time of a message, to 50 sockets: {used}."
    complete = len(times) == expected
    return [
        Result(
            "B2.p50",
            round(p50, 1),
            "ms",
            round(reference, 2),
            round(p50 / reference, 1),
            "<= 25",
            p50 <= 25 and complete,
            load,
            note,
        ),
        Result(
            "B2.p99",
            round(p99, 1),
            "ms",
            round(percentile(echo, 0.99) * 1000, 2),
            None,
            "<= 100",
            p99 <= 100 and complete,
            load,
        ),
    ]
