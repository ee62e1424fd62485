"""The task queue on a real PostgreSQL, and HTTP's guards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from harken.kit import http, queue
from harken.kit.db import Database
from harken.kit.queue import GiveUp, Runner, Task, enqueue, unpark
from tests.world import World


async def _enqueue(db: Database, *texts: str, key: str | None = None) -> None:
    async with db.tx() as tx:
        for text in texts:
            await enqueue(tx, "say", {"text": text}, key=key)


async def _finish(runner: Runner) -> None:
    while await runner.start_due():
        await runner.idle()


async def _column(db: Database, column: str) -> list[object]:
    async with db.connection() as connection:
        return [row[0] for row in await connection.fetch(f"select {column} from task order by id")]


async def test_each_task_runs_once_however_many_workers_there_are(database: Database) -> None:
    said: list[str] = []

    async def say(task: Task) -> None:
        await asyncio.sleep(0)
        said.append(task.payload["text"])

    await _enqueue(database, *(str(n) for n in range(40)))
    await asyncio.gather(*(_finish(Runner(database, {"say": say})) for _ in range(3)))
    assert sorted(said, key=int) == [str(n) for n in range(40)]
    assert await _column(database, "id") == []


async def test_a_task_of_a_key_is_queued_once(database: Database) -> None:
    await _enqueue(database, "a", key="k")
    await _enqueue(database, "b", key="k")
    assert await _column(database, "payload->>'text'") == ["a"]


async def test_a_rolled_back_transaction_queues_nothing(database: Database) -> None:
    async with database.connection() as connection:
        transaction = connection.transaction()
        await transaction.start()
        assert await enqueue(connection, "say", {})
        await transaction.rollback()
    assert await _column(database, "id") == []


async def test_a_failing_task_comes_back_later_and_is_parked_with_its_error_in_the_end(database: Database) -> None:
    async def fail(task: Task) -> None:
        raise ValueError("no such thing")

    await _enqueue(database, "a")
    runner = Runner(database, {"say": fail})
    for attempt in range(1, queue.MAX_ATTEMPTS + 1):
        assert await _column(database, "attempt") == [attempt - 1]
        await _finish(runner)
        async with database.connection() as connection:
            waits = await connection.fetchval("select run_at > now() from task")
            await connection.execute("update task set run_at = now()")
        assert waits or attempt == queue.MAX_ATTEMPTS
    assert await _column(database, "state") == ["parked"]
    assert await _column(database, "error") == ["ValueError: no such thing"]


async def test_giving_up_parks_at_once_and_an_operator_lets_it_run_again(database: Database, world: World) -> None:
    fails = [True]

    async def once(task: Task) -> None:
        if fails:
            fails.clear()
            raise GiveUp("not today")

    async with database.tx() as tx:
        task_id = await enqueue(tx, "say", {}, workspace_id=world.workspace)
    assert task_id is not None
    runner = Runner(database, {"say": once})
    await _finish(runner)
    assert await _column(database, "state") == ["parked"]
    async with database.tx() as tx:
        assert await unpark(tx, world.workspace, task_id)
        assert not await unpark(tx, world.workspace, task_id)
    await _finish(runner)
    assert await _column(database, "id") == []


async def test_a_killed_workers_task_comes_back_when_its_lease_ends(database: Database) -> None:
    stuck, done = asyncio.Event(), asyncio.Event()

    async def hang(task: Task) -> None:
        await stuck.wait()

    async def finish(task: Task) -> None:
        done.set()

    await _enqueue(database, "a")
    killed = Runner(database, {"say": hang})
    await killed.start_due()
    other = Runner(database, {"say": finish})
    assert await other.start_due() == 0
    async with database.connection() as connection:
        await connection.execute("update task set lease_until = now() - interval '1 second'")
    await _finish(other)
    assert done.is_set()
    stuck.set()
    await killed.idle()
    assert await _column(database, "id") == []


async def test_a_running_task_keeps_its_lease(database: Database) -> None:
    go_on = asyncio.Event()

    async def slow(task: Task) -> None:
        await go_on.wait()

    await _enqueue(database, "a")
    runner = Runner(database, {"say": slow}, lease=timedelta(seconds=0.6), poll=0.05)
    running = asyncio.create_task(runner.run())
    await asyncio.sleep(1.2)
    assert await Runner(database, {"say": slow}).start_due() == 0
    go_on.set()
    await asyncio.sleep(0.3)
    assert await _column(database, "id") == []
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_scheduled_task_stays_and_is_never_parked(database: Database) -> None:
    runs: list[int] = []

    async def tick(task: Task) -> None:
        runs.append(task.attempt)
        if len(runs) < 3:
            raise ValueError("not yet")

    runner = Runner(database, {"tick": tick}, schedule={"tick": timedelta(hours=1)}, poll=0.05)
    running = asyncio.create_task(runner.run())
    for _ in range(60):
        async with database.connection() as connection:
            await connection.execute("update task set run_at = now() where attempt > 0")
        await asyncio.sleep(0.05)
        if len(runs) >= 3:
            break
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert runs[:3] == [1, 2, 3]
    assert await _column(database, "state") == ["queued"]


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """A tiny HTTP server on loopback."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = line.split(" ")[1]
        if path == "/away":
            head = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest\r\ncontent-length: 0\r\n\r\n"
            body = b""
        else:
            body = b"x" * 1000
            head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n"
        writer.write(head + body)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    listening.close()
    await listening.wait_closed()
    await http.close_client()


async def test_the_network_is_refused_inside_a_transaction(database: Database, server: str) -> None:
    assert (await http.client().get(server)).status_code == 200
    async with database.tx():
        with pytest.raises(http.InsideTransaction):
            await http.client().get(server)


async def test_urls_of_strangers_do_not_lead_into_our_own_network(server: str) -> None:
    with pytest.raises(http.FetchRefused):
        await http.fetch(server, max_bytes=5000)
    assert len((await http.fetch(server, max_bytes=5000, allow_private=True)).data) == 1000


async def test_a_fetched_file_is_bounded(server: str) -> None:
    with pytest.raises(http.FetchRefused):
        await http.fetch(server, max_bytes=999, allow_private=True)


@pytest.mark.parametrize("url", ["ftp://example.com/x", "file:///etc/passwd", "http://", "nonsense"])
async def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(http.FetchRefused):
        await http.fetch(url, max_bytes=10)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1", "fd00::1",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255"],
)  # fmt: skip
def test_private_local_and_reserved_addresses_are_not_public(address: str) -> None:
    assert not http.is_public(address)


def test_ordinary_addresses_are_public() -> None:
    assert http.is_public("93.184.216.34") and http.is_public("2606:4700::1111")


async def test_each_hop_of_a_redirect_is_judged(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    resolve = http.resolve

    async def watched(host: str, port: int, *, allow_private: bool) -> str:
        judged.append(host)
        return await resolve(host, port, allow_private=host == "127.0.0.1")

    monkeypatch.setattr(http, "resolve", watched)
    with pytest.raises(http.FetchRefused):
        await http.fetch(f"{server}/away", max_bytes=10)
    assert judged == ["127.0.0.1", "169.254.169.254"]


async def test_a_closed_client_is_replaced() -> None:
    first = http.client()
    await http.close_client()
    assert http.client() is not first and isinstance(http.client(), httpx.AsyncClient)
    await http.close_client()
