"""Bad input over HTTP, generated for every route: a clear 4xx or nothing bad, never a 500."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import pytest

from harken.port.services import Services
from tests.routes import ROUTES, Rule, Vault, build_vault, call, guarded
from tests.web import serving
from tests.world import World

PUBLIC_BODIES: dict[str, Any] = {
    "POST /api/session": {"email": "ada@example.com", "password": "secret", "workspace_id": None},
    "POST /api/setup": {"workspace_name": "A", "name": "B", "email": "c@example.com", "password": "long enough"},
    "POST /api/invitations/by-token/{token}/accept": {"name": "A", "password": "long enough"},
    "POST /widget/api/{channel_id}/session": {"origin": "https://shop.example"},
    "POST /in/{connector}/{channel_id}": {"id": "1", "from": {"id": "bo"}, "text": "Hello"},
}
WRONG: tuple[object, ...] = (
    None,
    7,
    -1,
    2**80,
    1.5,
    True,
    "",
    " ",
    "text",
    [],
    [1],
    {},
    {"a": {"b": []}},
    "x" * 70_000,
)
RAW = (b"", b"{", b"nonsense", b"[]", b"null", b"7", b'"text"', b"[" * 100_000, b"\xff\xfe", b'{"a": 1, "a": 2}')


@pytest.fixture
async def vault(world: World) -> Vault:
    return await build_vault(world)


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every route that takes JSON, with a valid body."""
    for name, rule in ROUTES.items():
        if rule.body:
            yield name, rule.body
    yield from PUBLIC_BODIES.items()


async def _send(client: httpx.AsyncClient, name: str, body: bytes, ids: dict[str, str]) -> httpx.Response:
    method, path = name.split(" ", 1)
    for key, value in {**ids, "connector": "api", "token": "t"}.items():
        path = path.replace(f"{{{key}}}", value)
    return await client.request(method, path, content=body, headers={"Content-Type": "application/json"})


def _fine(answer: httpx.Response, told: str) -> None:
    assert answer.status_code < 500, f"{told}: {answer.status_code} {answer.text[:300]}"
    if answer.status_code >= 400:
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json", told
        assert {"type", "title", "status", "code", "detail"} <= set(problem), told


async def test_bodies_that_are_no_json_object_are_refused_everywhere(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        cleo = await web.signed_in(vault.world.cleo)
        for name, _ in bodies():
            for raw in RAW:
                answer = await _send(cleo, name, raw, vault.ids)
                told = f"{name} {raw[:20]!r}"
                _fine(answer, told)
                if raw in (b"{", b"nonsense", b'"text"') and not name.startswith("POST /in/"):
                    assert answer.status_code >= 400, told


async def test_wrong_types_in_every_field_are_refused_or_harmless(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        admin = await web.signed_in(vault.world.ada)
        for name, body in bodies():
            for field in body:
                for value in WRONG:
                    sent = json.dumps({**body, field: value}).encode()
                    _fine(await _send(admin, name, sent, vault.ids), f"{name} {field}={str(value)[:30]!r}")


async def test_nul_and_lone_surrogates_are_refused(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        admin = await web.signed_in(vault.world.ada)
        for name, body in bodies():
            for bad in ('"a\\u0000b"', '"\\ud800"', '{"\\u0000": "\\u0000"}', '["\\udfff\\ud800"]'):
                for field in body:
                    text = json.dumps({**body, field: "@@"}).replace('"@@"', bad)
                    answer = await _send(admin, name, text.encode(), vault.ids)
                    _fine(answer, f"{name} {field}={bad}")
                    if name.split(" ")[1].startswith("/api/"):
                        assert answer.status_code in (400, 422), f"{name} {field}={bad}: {answer.status_code}"


async def test_an_unknown_field_is_named(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        admin = await web.signed_in(vault.world.ada)
        for name, rule in guarded():
            if rule.body is not None:
                answer = await call(admin, name, Rule(rule.who, {**rule.body, "surprise": 1}), vault.ids)
                assert answer.status_code == 422, name
                assert {"field": "surprise", "code": "unknown_field"} in answer.json()["errors"], name


async def test_ten_megabytes_of_text_are_too_much(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        cleo = await web.signed_in(vault.world.cleo)
        name = "POST /api/conversations/{conversation_id}/messages"
        for size, wanted in ((10_000_000, (413, 422)), (11_000_000, (413,))):
            body = json.dumps({"client_message_id": "m", "text": "x" * size}).encode()
            answer = await _send(cleo, name, body, vault.ids)
            _fine(answer, name)
            assert answer.status_code in wanted
        for field in ("name", "preferences"):
            value = {"a": "x" * 9_000_000} if field == "preferences" else "x" * 9_000_000
            answer = await cleo.patch("/api/me", json={field: value})
            assert answer.status_code in (413, 422), field


async def test_an_upload_that_is_too_large_is_refused_before_it_is_read(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        cleo = await web.signed_in(vault.world.cleo)
        headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(10**12)}
        answer = await cleo.post("/api/files", content=b"", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert answer.json()["max_bytes"] == services.settings.max_file_bytes


# Litestar leaves the begun file to the garbage collector, which closes it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
async def test_an_upload_that_does_not_say_its_length_is_cut_off_where_a_file_may_end(
    services: Services, vault: Vault
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while sent < 3_000_000:
            sent += 10_000
            yield b"x" * 10_000

    small = replace(services, settings=msgspec.structs.replace(services.settings, max_file_bytes=500_000))
    async with serving(small) as web:
        cleo = await web.signed_in(vault.world.cleo)
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = await cleo.post("/api/files", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert sent < 1_000_000


async def test_ids_that_are_not_there_or_no_ids_are_404(services: Services, vault: Vault) -> None:
    nowhere = dict.fromkeys(vault.ids, "00000000-0000-7000-8000-000000000000")
    async with serving(services) as web:
        admin = await web.signed_in(vault.world.ada)
        for name, rule in guarded():
            if "{" in name:
                for ids in (nowhere, dict.fromkeys(vault.ids, "nonsense")):
                    answer = await call(admin, name, Rule(rule.who, rule.body), ids)
                    _fine(answer, name)
                    assert answer.status_code in (404, 409, 422), f"{name}: {answer.status_code}"


async def test_queries_that_make_no_sense_are_refused_or_harmless(services: Services, vault: Vault) -> None:
    values = (
        "",
        "nonsense",
        "-1",
        "99999999999999999999",
        "%00",
        "%ed%a0%80",
        "a" * 5000,
        "W10=",
        "WzEsMl0=",
        "%",
        "\\",
    )
    names = ("limit", "cursor", "q", "view", "team_id", "before", "after", "unread", "outcome", "state", "download")
    async with serving(services) as web:
        admin = await web.signed_in(vault.world.ada)
        for name, _ in guarded():
            method, path = name.split(" ", 1)
            if method == "GET":
                for key, value in vault.ids.items():
                    path = path.replace(f"{{{key}}}", value)
                for asked in names:
                    for value in values:
                        _fine(await admin.get(f"{path}?{asked}={value}"), f"{path}?{asked}={value[:30]}")
