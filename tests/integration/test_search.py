"""Search (R31): what is found is what a look at every message finds, for everybody only what they may see."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace

from harken.conversations.actions.note import note
from harken.entry.app import create_app
from harken.events.follow import Follower
from harken.kit.ids import new_id
from harken.kit.tokens import tokens
from harken.port.services import Services
from harken.search import asking, listing
from harken.search.indexing import CONSUMER, follow, index_history
from harken.search.lexemes import HERE, document
from harken.search.model import Term
from harken.search.question import read_question
from tests.desk import Desk
from tests.web import Web
from tests.world import NOON, World, add_contact, add_conversation, add_message, build_world, caller_of

SEGMENT = 16
VOCABULARY = ["the", "order", "refund", "A-1234", "東京都", "Größe", "late", "is"]


def follower(world: World) -> Follower:
    return Follower(world.db, CONSUMER, partial(follow, size=SEGMENT))


async def index(world: World) -> None:
    """As a worker does: what comes is followed, what was there is gone through."""
    await follower(world).catch_up()
    await index_history(world.db, size=SEGMENT)


@pytest.fixture
async def web(services: Services) -> AsyncIterator[Web]:
    """Only asked; nothing of it runs in the background."""
    async with contextlib.AsyncExitStack() as stack:
        yield Web(create_app(services), services, stack)


async def ask(client: httpx.AsyncClient, q: str, **more: Any) -> dict[str, Any]:
    answer = await client.get("/api/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def all_of(client: httpx.AsyncClient, q: str, limit: int = 7) -> list[str]:
    """The ids of every page, in order."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = await ask(client, q, limit=limit, **({"cursor": cursor} if cursor else {}))
        found += [hit["message_id"] for hit in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def holds(text: str, term: Term) -> bool:
    """Told by its words alone, without the index."""
    there: dict[int, list[str]] = {}
    for token in tokens(document(text, None, [])):
        there.setdefault(token.position, []).append(token.text)

    def at(place: int, position: int) -> bool:
        word, last = term.words[place][0], place == len(term.words) - 1
        return any(one == word or (term.prefix and last and one.startswith(word)) for one in there.get(position, []))

    return any(all(at(n, start + away) for n, (_, away) in enumerate(term.words)) for start in there)


async def test_search_finds_what_a_look_at_every_message_finds(world: World, web: Web) -> None:
    random, texts = Random(3), dict[str, tuple[str, UUID | None, datetime]]()
    teams = [None, world.orders, world.returns]
    conversations = [
        (await add_conversation(world, thread_key=str(n), team=teams[n % 3]), teams[n % 3]) for n in range(6)
    ]
    for number in range(150):
        conversation, team = random.choice(conversations)
        at = NOON + timedelta(minutes=number // 5)
        text = " ".join(random.choices(VOCABULARY, k=random.randint(1, 6)))
        texts[str(await add_message(world, conversation, text, at=at))] = (text, team, at)
    await index(world)
    callers = {name: await web.signed_in(getattr(world, name)) for name in ("sue", "ben", "cleo")}
    sees = {"sue": teams, "ben": [None, world.orders], "cleo": teams}
    questions = ["the", "the ", '"the order"', '"order the"', "refund -the", "-the", "京", "東京都", "ref", "a-1234 late", "grosse", "1234", "th or ", "nowhere"]  # fmt: skip
    for name, client in callers.items():
        for q in questions:
            terms = read_question(q).terms
            expected = [
                id for id, (text, team, _) in texts.items()
                if team in sees[name] and all(holds(text, replace(t, negated=False)) != t.negated for t in terms)
            ]  # fmt: skip
            expected.sort(key=lambda id: (list(texts).index(id) // SEGMENT, texts[id][2], id), reverse=True)
            assert await all_of(client, q) == expected, (name, q)


async def test_operators_narrow(world: World, web: Web) -> None:
    desk, ben, label = Desk(world), await caller_of(world, world.ben), new_id()
    open_one, other = [await add_conversation(world, team=world.orders, thread_key=key) for key in "ab"]
    bo = await add_message(world, open_one, "look at https://x.test")
    mine, _ = await desk.reply(ben, open_one, "our answer")
    noted, _ = await desk.do(note, ben, other, "our secret", [], "n1")
    async with world.db.tx() as tx:
        await tx.execute(
            "insert into label (id, workspace_id, name) values ($1, $2, 'Very important')", label, world.workspace
        )
        await tx.execute("update conversation set label_ids = array[$2::uuid] where id = $1", open_one, label)
        file = {"id": str(new_id()), "name": "Broken vase.png", "type": "image/png", "size": 1, "kind": "image"}
        await tx.execute("update message set attachments = $2 where id = $1", mine.id, [file])
        await tx.execute("update conversation set status = 'closed', closed_at = now(), handler_kind = 'none', handler_id = null where id = $1", other)  # fmt: skip
    await index(world)
    client = await web.signed_in(world.ben)
    everything = [str(noted.id), str(mine.id), str(bo)]
    expected = {
        "from:customer": [bo], "from:me": [noted.id, mine.id], "from:ben": [noted.id, mine.id], "from:bo": [bo], "-from:me": [bo],
        "has:link": [bo], "has:image": [mine.id], "has:file our": [mine.id], "has:image from:customer -in:note": [], "vase": [mine.id], "in:note": [noted.id], "our -in:note": [mine.id],
        "from:customer has:link look": [bo], "from:ben has:link": [], "from:ben -from:customer": [noted.id, mine.id], "from:ben -has:file": [noted.id], "from:ben -answer": [noted.id],
        "-from:ben -from:customer": [],
        "our in:closed": [noted.id], "our in:open": [mine.id], "our label:important": [mine.id], "our -label:very": [noted.id],
        "-label:very": [noted.id],
        "our label:nothing": [], "our -label:nothing": [noted.id, mine.id], "our team:orders": [noted.id, mine.id], "our team:returns": [],
        "channel:shop our": [noted.id, mine.id], "channel:api link:x": [], "channel:nowhere": [], "on:2026-11-20": everything,
        "before:2026-11-20": [], "after:2026-11-19": everything, "after:2026-10 before:2026-12": everything, "is:unread look": [bo], "-is:unread our": [noted.id],
        "on:2026-11-20 has:link": [bo], "colour:red": [],
    }  # fmt: skip
    for q, ids in expected.items():
        assert sorted(await all_of(client, q)) == sorted(map(str, ids)), q
    assert (await ask(client, "on:2026-11-21 look", timezone="Pacific/Kiritimati"))["items"]
    for q, there in {"label:important": [open_one], "in:closed": [other], "is:unread": [open_one], "label:nothing": [], "team:orders": [open_one]}.items():  # fmt: skip
        assert [hit["id"] for hit in (await ask(client, q))["conversations"]] == [str(id) for id in there], q
    assert (await ask(client, "from:me x"))["understood"] == [{"name": "from", "value": "me"}]


async def test_what_many_messages_are_is_asked_of_the_index_last(world: World) -> None:
    ben = await caller_of(world, world.ben)

    async def asked(q: str) -> tuple[str, ...]:
        async with world.db.connection() as tx:
            query = (await asking.ask(tx, ben, read_question(q), NOON, UTC)).messages
        assert query
        return tuple(each.replace(HERE, "") for each in query.tokens)

    words = "('refund') & ('order':*) & !(('late'))"
    assert await asked('from:"agent 7" has:file refund -late order') == ("'=f7':*", "'=file'", words, "'=fagent'")
    assert await asked("from:customer in:note -has:file") == ("'=note'", "'=contact' & !('=file')")
    assert await asked('-from:"agent 7" order ') == ("('order') & !('=fagent' & '=f7':*)",)


async def test_a_message_is_found_as_it_is_now_and_no_longer_when_it_is_gone(world: World, web: Web) -> None:
    desk, ben = Desk(world), await caller_of(world, world.ben)
    conversation = await add_conversation(world, team=world.orders)
    following = follower(world)
    await following.catch_up()
    client = await web.signed_in(world.ben)
    message, _ = await desk.reply(ben, conversation, "an apple")
    await following.catch_up()
    assert await all_of(client, "apple") == [str(message.id)]
    async with world.db.tx() as tx:
        await tx.execute("update message set text = 'a pear' where id = $1", message.id)
        await tx.execute("update search_history set indexed_to = default, finished = false")
    for _ in range(2):
        await index(world)
        assert await all_of(client, "apple") == [] and await all_of(client, "pear") == [str(message.id)]
    async with world.db.tx() as tx:
        await tx.execute("delete from message where id = $1", message.id)
    assert await all_of(client, "pear") == []


async def test_new_messages_come_into_the_newest_segments_while_history_is_gone_through(world: World, web: Web) -> None:
    desk, ben = Desk(world), await caller_of(world, world.ben)
    conversation = await add_conversation(world, team=world.orders)
    old = [await add_message(world, conversation, f"word {n}") for n in range(40)]
    following = follower(world)
    await following.catch_up()
    new, _ = await desk.reply(ben, conversation, "word new")
    await following.catch_up()
    client = await web.signed_in(world.ben)
    assert await all_of(client, "word") == [str(new.id)]
    await index_history(world.db, size=SEGMENT)
    assert await all_of(client, "word") == [str(new.id), *(str(id) for id in reversed(old))]
    async with world.db.connection() as tx:
        sizes = await tx.fetch("select messages from search_segment order by first_message_id")
        counted = await tx.fetch("select count(*) from message_search group by segment order by min(message_id::text)")
    assert [row[0] for row in sizes] == [row[0] for row in counted] and max(row[0] for row in sizes) <= SEGMENT + 1


async def test_conversations_and_contacts_are_found_too(world: World, web: Web) -> None:
    ours = await add_conversation(world, team=world.orders)
    theirs = await add_conversation(world, team=world.returns, thread_key="b")
    eve, _ = await add_contact(world.db, world.workspace, "Eve Nobody", "api", "eve@example.com")
    for conversation in (ours, theirs):
        message = await add_message(world, conversation, "see below")
        async with world.db.tx() as tx:
            await tx.execute("update message set subject = 'The blue umbrella' where id = $1", message)
            await tx.execute("update conversation set subject = 'The blue umbrella' where id = $1", conversation)
    await index(world)
    client = await web.signed_in(world.ben)

    async def found(q: str) -> tuple[list[str], list[str]]:
        page = await ask(client, q)
        return [hit["id"] for hit in page["conversations"]], [hit["id"] for hit in page["contacts"]]

    assert await found("umbrella") == ([str(ours)], [])
    assert await found("Bo") == ([str(ours)], [str(world.bo)])
    assert await found("eve@example.com") == ([], [str(eve)])
    async with world.db.connection() as tx:
        numbers = {row["id"]: row["number"] for row in await tx.fetch("select id, number from conversation")}
    assert await found(f"#{numbers[ours]}") == ([str(ours)], [])
    assert (await found(str(numbers[theirs])))[0] == []


async def test_subjects_are_looked_for_in_the_segments_that_have_some(world: World, web: Web) -> None:
    mail = await add_conversation(world, team=world.orders)
    for number in range(SEGMENT * 3):
        message = await add_message(world, mail, f"see below {number}")
        if number in (SEGMENT, SEGMENT + 1):
            subject = "The blue umbrella" if number == SEGMENT else "Re: The blue umbrella"
            async with world.db.tx() as tx:
                await tx.execute("update message set subject = $2 where id = $1", message, subject)
    await index(world)
    async with world.db.connection() as tx:
        rows = await tx.fetch("select subjects from search_segment order by first_message_id")
    assert [row["subjects"] for row in rows] == [False, True, False]
    page = await ask(await web.signed_in(world.ben), "umbrella")
    assert [hit["id"] for hit in page["conversations"]] == [str(mail)]


async def test_a_page_that_takes_too_long_ends_where_it_has_come_to(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await add_conversation(world)
    ids = [str(await add_message(world, conversation, "the order")) for _ in range(SEGMENT * 4)]
    await index(world)
    client, statement = await web.signed_in(world.ben), listing.__dict__["_statement"]
    asked: list[int] = []

    def slow_at_times(*given: Any) -> tuple[str, list[object]]:
        asked.append(1)
        return ("select pg_sleep(20)", []) if len(asked) in (2, 4) else statement(*given)

    monkeypatch.setattr(listing, "_statement", slow_at_times)
    monkeypatch.setattr(listing, "_STATEMENT_MS", (4000, 300))
    monkeypatch.setattr(listing, "_SOON", 60)
    monkeypatch.setattr(listing, "_SECONDS", 60)
    assert len((await ask(client, "the", limit=50))["items"]) == SEGMENT
    asked.clear()
    assert await all_of(client, "the", limit=50) == ids[::-1]


async def test_a_screenful_is_a_page_when_more_takes_its_time(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await add_conversation(world)
    texts = ["rare" if number % SEGMENT == 0 else "the order" for number in range(SEGMENT * 6)]
    ids = [str(await add_message(world, conversation, text)) for text in texts]
    await index(world)
    client = await web.signed_in(world.ben)
    monkeypatch.setattr(listing, "_SOON", -1)
    monkeypatch.setattr(listing, "_SECONDS", 60)
    assert len((await ask(client, "order ", limit=50))["items"]) == SEGMENT - 1
    assert (
        await all_of(client, "order ", limit=50)
        == [id for id, text in zip(ids, texts, strict=True) if text != "rare"][::-1]
    )
    few = await ask(client, "rare ", limit=50)
    assert [hit["message_id"] for hit in few["items"]] == ids[::SEGMENT][::-1] and few["next_cursor"] is None


async def test_another_company_finds_nothing(world: World, web: Web) -> None:
    other = await build_world(world.db, "Other")
    await add_message(world, await add_conversation(world), "between us")
    await index(world)
    stranger, ada = await web.signed_in(other.ada), await web.signed_in(world.ada)
    for q in ("between", "from:customer", "bo", "#1"):
        page = await ask(stranger, q)
        assert page["items"] == [] and page["conversations"] == []
    mine = await ask(ada, "between", limit=1)
    assert mine["items"][0]["excerpt"] == "between us" and mine["items"][0]["marks"] == [[0, 7]]


TYPED = [
    "", " ", '"', "-", ":", "from:", "'); drop table message --", "\\", "&|!<->:*", "a:*", "🙂", "\u202e", "before:9999-99",
    "#999999999999999999", "x" * 5000, "-a -b", '"" -""', "in:closed", "label:x", "東", "~", "=contact", "0x1~the", "a'b\\c",
    "has:file from:me on:today -is:unread in:open",
]  # fmt: skip


async def test_no_input_is_an_error(world: World, web: Web) -> None:
    await add_message(world, await add_conversation(world), "It's a 'test' \\ of = ~ signs")
    await index(world)
    client = await web.signed_in(world.ada)
    for typed in TYPED:
        page = await ask(client, typed)
        assert set(page) == {"items", "next_cursor", "conversations", "contacts", "understood"}, typed


async def test_a_cursor_that_is_none_is_refused(web: Web, world: World) -> None:
    answer = await (await web.signed_in(world.ada)).get("/api/search", params={"q": "a", "cursor": "nonsense"})
    assert answer.status_code == 422


async def longest_wait(work: Awaitable[Any]) -> float:
    """How much of its time the others waited for it at a stretch."""
    begun, longest = perf_counter(), 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, perf_counter() - before)

    ticking = asyncio.create_task(tick())
    await work
    await asyncio.sleep(0.01)
    ticking.cancel()
    return longest / (perf_counter() - begun)


async def test_long_texts_hold_nobody_up_neither_indexed_nor_shown(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_SOON", 60)  # all segments, however busy the machine is
    monkeypatch.setattr(listing, "_SECONDS", 60)
    conversation = await add_conversation(world, handler=world.ben)
    for _ in range(40):  # so many that a moment's pause of the machine is a small part
        await add_message(world, conversation, "é " * 6_000 + "needle")
    ben = await web.signed_in(world.ben)
    assert await longest_wait(index(world)) < 0.4
    assert await longest_wait(ask(ben, "needle")) < 0.4
    assert len((await ask(ben, "needle"))["items"]) >= 12
