"""Contacts as CSV, out and in again, and what people bring instead of CSV (R22)."""

from typing import Any

import httpx
import pytest

from harken.kit.errors import Invalid
from harken.kit.table import read_table
from harken.port.services import Services
from tests.web import serving
from tests.world import World, add_channel, add_contact


async def bring(client: httpx.AsyncClient, table: str | bytes, *, dry_run: bool = False) -> dict[str, Any]:
    data = table if isinstance(table, bytes) else table.encode()
    answer = await client.post(
        "/api/contacts/import", files={"file": ("c.csv", data)}, data={"dry_run": "true" if dry_run else "false"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return (report["created"], report["updated"], report["unchanged"], report["errors"])


async def test_a_table_makes_and_changes_contacts_once_however_often_it_is_brought(
    services: Services, world: World
) -> None:
    await add_channel(world.db, world.workspace, "email", "Mail")
    table = (
        "Name;E-Mail;api:address;Labels;attributes.plan;Size\r\n"
        "Bo Ek;;bo@example.com;vip;gold;3\r\n"
        "Cy;CY@mail.example;cy-7;;free;true\r\n"
        '"Di, the ""first""";di@mail.example; ;;2023-05-01;4.5\r\n'
        "Cy again;cy@mail.example;;;;\r\n"
        "Nameless;;;;;\r\n"
        "Wrong;no address;;;;\r\n"
        "Wrong;;;nothing;;\r\n"
    )
    async with serving(services) as web:
        sue, ben = await web.signed_in(world.sue), await web.signed_in(world.ben)
        await sue.post("/api/labels", json={"name": "VIP"})
        assert (await ben.post("/api/contacts/import", files={"file": ("c.csv", b"name\nx")})).status_code == 403
        dry = await bring(sue, table, dry_run=True)
        assert (await ben.get("/api/contacts")).json()["items"][0]["name"] == "Bo"
        first = await bring(sue, table)
        assert counts(dry) == counts(first) == (3, 2, 0, 2)
        assert [column["target"] for column in first["columns"]] == [
            "name", "identity", "identity", "labels", "attribute", "attribute",
        ]  # fmt: skip
        wrong = [row for row in first["rows"] if row["outcome"] == "error"]
        assert [(row["line"], row["field"], row["code"], row["detail"]) for row in wrong] == [
            (7, "E-Mail", "not_an_address", "no address"), (8, "labels", "unknown", "nothing"),
        ]  # fmt: skip
        again = await bring(sue, table.replace("Cy again", "").replace("Cy;", "Cy again;"))
        assert counts(again) == (0, 0, 5, 2)
        bo = (await sue.get(f"/api/contacts/{world.bo}")).json()
        assert (bo["name"], bo["attributes"], len(bo["label_ids"])) == ("Bo Ek", {"plan": "gold", "Size": 3}, 1)
        di = (await sue.get("/api/contacts?q=di")).json()["items"][0]
        assert (di["name"], di["attributes"]) == ('Di, the "first"', {"plan": "2023-05-01", "Size": 4.5})


async def test_what_is_exported_is_safe_in_a_spreadsheet_and_comes_back_unchanged(
    services: Services, world: World
) -> None:
    await add_contact(world.db, world.workspace, "=1+1", "api", "@cmd|' /C calc'!A0", scope=str(world.api_channel))
    hidden, _ = await add_contact(world.db, world.workspace, "Zoe", "sms", "+4915123456789")
    async with serving(services) as web:
        sue, ben = await web.signed_in(world.sue), await web.signed_in(world.ben)
        attributes = {"note": "-2 apples", "quote": "'=x", "n": 12, "text": "12", "ok": False, "when": "2024-02-29"}
        await sue.patch(f"/api/contacts/{hidden}", json={"attributes": attributes, "timezone": "Asia/Tokyo"})
        assert (await ben.get("/api/contacts/export")).status_code == 403
        answer = await sue.get("/api/contacts/export")
        assert answer.content.startswith(b"\xef\xbb\xbfid,name,")
        cells = [cell.strip('"') for line in answer.text.splitlines()[1:] for cell in line.split(",")]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        back = await bring(sue, answer.content)
        assert counts(back) == (0, 0, 3, 0)
        assert (await sue.get(f"/api/contacts/{hidden}")).json()["attributes"] == attributes
        some = await sue.get("/api/contacts/export?q=zoe")
        assert [line.split(",")[1] for line in some.text.splitlines()[1:]] == ["Zoe"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (b"PK\x03\x04rest", "spreadsheet"), (b"name\nBo\x00", "not_text"),
        (b'name,plan\n"Bo,gold\n', "unclosed_quote"), (b'name,plan\n"Bo"x,gold\n', "quotes"),
        (",".join(f"c{n}" for n in range(300)).encode(), "too_many_columns"),
        (b"name\n" + b"x" * 1_000_000, "cell_too_long"), (b"name\nBo,gold\n", "ragged"),
        (b"name\n" + b"x\n" * 50_001, "too_many_rows"), (b"\xff\xfea", "encoding"), (b"x" * 10_485_761, "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_what_is_wrong(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(data)
    assert refused.value.fields["errors"] == [{"field": "file", "code": code}]
    assert refused.value.detail


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter"),
    [
        ("name,city\nJosé,Málaga".encode("cp1252"), "windows-1252", ","), ("name;city\nJosé;Málaga".encode(), "utf-8", ";"),
        ("name\tcity\nJosé\tMálaga".encode("utf-16"), "utf-16", "\t"), ('"name"|"city"\nJosé|Málaga'.encode("utf-8-sig"), "utf-8", "|"),
    ],
)  # fmt: skip
def test_encoding_and_delimiter_are_found(data: bytes, encoding: str, delimiter: str) -> None:
    table = read_table(data)
    assert (table.header, table.rows) == (["name", "city"], [["José", "Málaga"]])
    assert (table.encoding, table.delimiter) == (encoding, delimiter)


async def test_a_table_without_a_name_or_an_address_is_refused(services: Services, world: World) -> None:
    async with serving(services) as web:
        sue = await web.signed_in(world.sue)
        answer = await sue.post("/api/contacts/import", files={"file": ("c.csv", b"colour,size\nred,3")})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "no_known_column")


async def test_twenty_thousand_rows_are_taken_in_seconds(services: Services, world: World) -> None:
    table = "name,api:address,attributes.n\n" + "".join(f"Customer {n},c-{n},{n}\n" for n in range(20_000))
    async with serving(services) as web:
        sue = await web.signed_in(world.sue)
        assert counts(await bring(sue, table)) == (20_000, 0, 0, 0)
        assert counts(await bring(sue, table)) == (0, 0, 20_000, 0)
