"""Quick Replies over HTTP: whose they are, one for a shortcut, their files, their table, and what sending counts (R20, R21)."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from harken.kit.ids import new_id
from harken.port.services import Services
from tests.apply import frames_since
from tests.web import serving
from tests.world import World, add_conversation, caller_of

QUICK = "/api/quick-replies"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f0300080601fe2c3a5a4f0000000049454e44ae426082"
)


async def make(client: httpx.AsyncClient, shortcut: str, scope: str = "mine", **given: Any) -> dict[str, Any]:
    answer = await client.post(QUICK, json={"shortcut": shortcut, "scope": scope, "body": "Hello", **given})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shortcuts(client: httpx.AsyncClient) -> list[str]:
    """The same by the list, by all at once, by its state in the snapshot, and by the table."""
    items = (await client.get(QUICK)).json()["items"]
    every = (await client.get(f"{QUICK}/all")).json()
    assert every["items"] == items
    assert every["state"] == (await client.get("/api/snapshot")).json()["quick_replies"]
    assert every["state"]["count"] == len(items)
    export = await client.get(f"{QUICK}/export.csv")
    assert export.headers["content-type"] == "text/csv; charset=utf-8"
    table = export.text.splitlines()
    assert len(table) == len(items) + 1
    return [item["shortcut"] for item in items]


async def test_each_sees_ones_own_ones_teams_and_everybodys_by_every_path(world: World, services: Services) -> None:
    async with serving(services) as web:
        ada, ben, cleo, sue = [await web.signed_in(who) for who in (world.ada, world.ben, world.cleo, world.sue)]
        mine = await make(ben, "mine")
        orders = await make(ben, "orders", "team", team_id=str(world.orders))
        returns = await make(cleo, "returns", "team", team_id=str(world.returns))
        shared = await make(sue, "shared", "everyone")
        assert await shortcuts(ben) == ["mine", "orders", "shared"]
        assert await shortcuts(cleo) == ["orders", "returns", "shared"]
        assert await shortcuts(ada) == await shortcuts(sue) == ["shared"]
        for client, hidden in ((cleo, mine), (ada, mine), (ben, returns), (sue, returns)):
            assert (await client.get(f"{QUICK}/{hidden['id']}")).status_code == 404
            assert (await client.patch(f"{QUICK}/{hidden['id']}", json={"body": "x"})).status_code == 404
            assert (await client.delete(f"{QUICK}/{hidden['id']}")).status_code == 404
        assert (await cleo.patch(f"{QUICK}/{orders['id']}", json={"body": "Ours"})).json()["body"] == "Ours"
        assert (await ben.patch(f"{QUICK}/{shared['id']}", json={"body": "x"})).status_code == 403
        assert (await ben.delete(f"{QUICK}/{shared['id']}")).status_code == 403
        refused = [
            await ben.post(QUICK, json={"shortcut": "a", "body": "b", "scope": "everyone"}),
            await ben.post(QUICK, json={"shortcut": "a", "body": "b", "scope": "team", "team_id": str(world.returns)}),
            await ben.patch(f"{QUICK}/{mine['id']}", json={"scope": "everyone"}),
        ]
        assert [answer.status_code for answer in refused] == [403, 403, 403]


async def test_only_those_who_may_use_one_are_told_of_it_and_that_it_is_theirs_no_more(
    world: World, services: Services
) -> None:
    async with serving(services) as web:
        ben, sue = await web.signed_in(world.ben), await web.signed_in(world.sue)
        await make(ben, "mine")
        made = await make(ben, "ours", "team", team_id=str(world.orders))
        shared = await make(sue, "shared", "everyone")
        await ben.patch(f"{QUICK}/{made['id']}", json={"scope": "mine"})
        await sue.delete(f"{QUICK}/{shared['id']}")
    heard: dict[str, list[str]] = {}
    for name, agent in (("Ben", world.ben), ("Cleo", world.cleo), ("Sue", world.sue)):
        frames = await frames_since(services.db, await caller_of(world, agent), 0)
        heard[name] = [frame["type"].removeprefix("quick_reply_") for frame in frames]
    assert heard == {
        "Ben": ["changed", "changed", "changed", "deleted", "changed", "deleted"],
        "Cleo": ["changed", "changed", "deleted", "deleted"],
        "Sue": ["changed", "deleted"],
    }


async def test_one_shortcut_is_one_in_its_scope_and_language(world: World, services: Services) -> None:
    async with serving(services) as web:
        ben, cleo, sue = [await web.signed_in(who) for who in (world.ben, world.cleo, world.sue)]
        made = await make(ben, "Hi")
        for same in ("hi", "/HI", " hi "):
            answer = await ben.post(QUICK, json={"shortcut": same, "body": "x"})
            assert (answer.status_code, answer.json()["code"]) == (409, "shortcut_taken")
        for other in (make(ben, "hi", language="de"), make(cleo, "hi"), make(sue, "hi", "everyone")):
            await other
        clash = await ben.patch(f"{QUICK}/{made['id']}", json={"language": "de"})
        assert clash.json()["code"] == "shortcut_taken"
        at_once = await asyncio.gather(*(ben.post(QUICK, json={"shortcut": "race", "body": "x"}) for _ in range(8)))
        assert sorted(answer.status_code for answer in at_once) == [201] + [409] * 7


async def test_the_database_itself_lets_no_second_one_in(world: World) -> None:
    """Two open transactions on connections of their own, past every check of the program."""
    insert = (
        "insert into quick_reply (workspace_id, id, scope, shortcut, body, revision, created_at, updated_at)"
        " values ($1, $2, 'everyone', $3, 'b', 1, now(), now())"
    )
    async with world.db.tx() as first:
        await first.execute(insert, world.workspace, new_id(), "Same")

        async def second() -> None:
            async with world.db.tx() as tx:
                await tx.execute(insert, world.workspace, new_id(), "sAME")

        racing = asyncio.create_task(second())
        _, waiting = await asyncio.wait([racing], timeout=0.3)
        assert waiting, "the second did not wait for the first"
    with pytest.raises(asyncpg.UniqueViolationError):
        await racing


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"shortcut": ""}, "shortcut"), ({"shortcut": "two words"}, "shortcut"), ({"shortcut": "a/b"}, "shortcut"),
        ({"shortcut": "x" * 41}, "shortcut"), ({"body": " \n "}, "body"), ({"body": "x" * 10_001}, "body"),
        ({"language": "Klingon!"}, "language"), ({"scope": "team"}, "team_id"), ({"title": "x" * 121}, "title"),
        ({"attachment_ids": ["0198c0de-0000-7000-8000-000000000000"]}, "attachment_ids"),
    ],
)  # fmt: skip
async def test_what_cannot_be_one_is_refused_by_its_field(
    world: World, services: Services, given: dict[str, Any], field: str
) -> None:
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        answer = await ben.post(QUICK, json={"shortcut": "a", "body": "b", **given})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
        assert await shortcuts(ben) == []


async def test_its_files_go_with_any_number_of_messages_and_only_for_who_may_use_it(
    world: World, services: Services
) -> None:
    conversations = [await add_conversation(world, thread_key=key, handler=world.ben) for key in "ab"]
    async with serving(services) as web:
        ben, cleo = await web.signed_in(world.ben), await web.signed_in(world.cleo)
        upload = (await ben.post("/api/files", files={"file": ("label.png", PNG)})).json()
        made = await make(ben, "label", body="", attachment_ids=[upload["id"]])
        kept = made["attachments"][0]
        assert kept["name"] == "label.png" and kept["id"] != upload["id"]
        sent = [await reply(ben, each, attachment_ids=[kept["id"]]) for each in conversations]
        files = [message["attachments"][0]["id"] for message in sent]
        assert len({*files, kept["id"], upload["id"]}) == 4
        assert [(await ben.get(f"/files/{file}")).content for file in (*files, kept["id"])] == [PNG] * 3
        assert (await cleo.get(f"/files/{kept['id']}")).status_code == 404
        stolen = await cleo.post(QUICK, json={"shortcut": "x", "body": "x", "attachment_ids": [kept["id"]]})
        assert stolen.status_code == 422
        assert (await ben.delete(f"{QUICK}/{made['id']}")).status_code == 204
        assert (await ben.get(f"/files/{kept['id']}")).status_code == 404
        assert (await ben.get(f"/files/{files[0]}")).content == PNG
        again = await make(ben, "again", attachment_ids=[files[0]])  # a sent message saved as one
        assert again["attachments"][0]["name"] == "label.png"
        without = await ben.patch(f"{QUICK}/{again['id']}", json={"attachment_ids": []})
        assert without.json()["attachments"] == []


async def reply(client: httpx.AsyncClient, conversation: UUID, **given: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/conversations/{conversation}/messages", json={"take_over": True, **given})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def test_a_use_counts_once_for_a_message_however_often_it_is_submitted(world: World, services: Services) -> None:
    conversation = await add_conversation(world, handler=world.ben)
    async with serving(services) as web:
        ben, cleo = await web.signed_in(world.ben), await web.signed_in(world.cleo)
        mine, other = await make(ben, "mine"), await make(ben, "other")
        ids = [mine["id"], mine["id"], str(new_id())]
        for _ in range(3):
            await reply(ben, conversation, text="Hi", client_message_id="m1", quick_reply_ids=ids)
        await reply(cleo, conversation, text="Hi", quick_reply_ids=[other["id"]])  # not hers to use: nothing counts
        counts = {each["shortcut"]: each["usage_count"] for each in (await ben.get(QUICK)).json()["items"]}
        assert counts == {"mine": 1, "other": 0}


async def test_all_of_them_are_not_sent_again_while_nothing_has_changed(world: World, services: Services) -> None:
    async with serving(services) as web:
        ben, sue = await web.signed_in(world.ben), await web.signed_in(world.sue)
        one, _ = await make(sue, "one", "everyone"), await make(sue, "two", "everyone")
        tags = {await tag_of(ben)}
        await sue.patch(f"{QUICK}/{one['id']}", json={"body": "New"})
        tags.add(await tag_of(ben))
        await sue.delete(f"{QUICK}/{one['id']}")
        tags.add(await tag_of(ben))
        assert len(tags) == 3
        assert await tag_of(sue) not in tags


async def tag_of(client: httpx.AsyncClient) -> str:
    tag = (await client.get(f"{QUICK}/all")).headers["etag"]
    assert (await client.get(f"{QUICK}/all", headers={"if-none-match": tag})).status_code == 304
    return tag


ABSURD = (
    "=1+1", "+49 30 1234", "-3", "@here", "'quoted", "'=2+2", "''=3", "=cmd|' /C calc'!A0", 'say "hi", now', "a;b\tc|d",
    "line\nafter\n\nline", "\u202eright to left", "👩🏽‍🚀 日本語 مرحبا", "{{contact.first_name|there}}", "x" * 10_000,
    "trailing\\", "odd\x85\u2028line\u2029ends", "<script>alert(1)</script>", "%s {0} $1", "null",
)  # fmt: skip


async def test_a_table_that_was_exported_is_imported_as_what_it_was(world: World, services: Services) -> None:
    async with serving(services) as web:
        cleo = await web.signed_in(world.cleo)
        for number, body in enumerate(ABSURD):
            place: dict[str, Any] = {"scope": "team", "team_id": str(world.returns)} if number % 2 else {}
            await make(cleo, f"r{number}", body=body, title=f"=T{number}", language="pt-BR", **place)
        before = (await cleo.get(QUICK)).json()["items"]
        table = (await cleo.get(f"{QUICK}/export.csv")).content
        for cell in (b"\n=", b",=", b",+4", b",@h", b',"='):
            assert cell not in table, "a spreadsheet would take it for a formula"
        unchanged = (await bring_in(cleo, table)).json()
        assert (unchanged["unchanged"], unchanged["errors"]) == (len(ABSURD), 0)
        for item in before:
            await cleo.delete(f"{QUICK}/{item['id']}")
        dry = (await bring_in(cleo, table, dry_run=True)).json()
        assert (dry["created"], await shortcuts_of(cleo)) == (len(ABSURD), [])
        assert (await bring_in(cleo, table)).json()["created"] == len(ABSURD)
        after = (await cleo.get(QUICK)).json()["items"]
        told = ("shortcut", "title", "body", "language", "scope", "team_id")
        assert [[item[field] for field in told] for item in after] == [
            [item[field] for field in told] for item in before
        ]
        assert {item["body"] for item in after} == set(ABSURD)


async def bring_in(client: httpx.AsyncClient, data: bytes, *, dry_run: bool = False) -> httpx.Response:
    return await client.post(
        f"{QUICK}/import", files={"file": ("q.csv", data)}, data={"dry_run": "true" if dry_run else "false"}
    )


async def shortcuts_of(client: httpx.AsyncClient) -> list[str]:
    return [item["shortcut"] for item in (await client.get(QUICK)).json()["items"]]


async def test_rows_that_cannot_be_are_refused_with_their_reason_and_the_others_taken(
    world: World, services: Services
) -> None:
    table = (
        "shortcut,body,scope,team\n"
        "ok,Hello,,\n"
        "all,Hello,everyone,\n"
        "ret,Hello,team,Returns\n"
        "ord,Hello,team,orders\n"
        "two words,Hello,,\n"
        "OK,Hello again,mine,\n"
        "none,,,\n"
        "odd,Hello,galaxy,\n"
    )
    async with serving(services) as web:
        ben = await web.signed_in(world.ben)
        for dry_run in (True, False):
            report = (await bring_in(ben, table.encode(), dry_run=dry_run)).json()
            rows = [(row["line"], row["outcome"], row.get("field"), row.get("code")) for row in report["rows"]]
            assert rows == [
                (2, "created", None, None), (3, "error", "scope", "supervisors_only"), (4, "error", "team", "unknown"),
                (5, "created", None, None), (6, "error", "shortcut", "not_one_word"), (7, "error", "shortcut", "twice"),
                (8, "error", "body", "required"), (9, "error", "scope", "unknown"),
            ]  # fmt: skip
        assert await shortcuts(ben) == ["ok", "ord"]
        assert (await bring_in(ben, b"name,size\na,b")).json()["errors"][0]["code"] == "no_known_column"
        assert (await bring_in(ben, b"PK\x03\x04xlsx")).json()["errors"][0]["code"] == "spreadsheet"
