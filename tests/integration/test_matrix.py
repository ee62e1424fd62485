"""Every route against every caller that must get nothing (R4): generated from the application's own routes.

A route that is not in ROUTES fails the test: whoever adds one says here who may use it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar.routes import HTTPRoute

from harken.entry.app import ROUTES as HANDLERS
from harken.kit.ids import new_id
from harken.port.services import Services
from tests.web import Web, serving
from tests.world import World, add_contact, add_conversation, add_message, build_world

MARK = "vault-7"  # stands in everything that only Cleo's team Returns may see


@dataclass(frozen=True)
class Rule:
    """`who`: public (no sign-in), visitor (of the widget), own (about oneself), workspace (any agent of it), seen (who may see the conversation),
    supervisor, admin. `body`: a valid one; "{name}" in it stands for an id of the vault."""

    who: str
    body: Any = None
    files: bool = False


CONVERSATION = "/api/conversations/{conversation_id}"
ROUTES: dict[str, Rule] = {
    "POST /api/session": Rule("public"),
    "GET /api/session": Rule("own"),
    "DELETE /api/session": Rule("own"),
    "GET /api/setup": Rule("public"),
    "POST /api/setup": Rule("public"),
    "PUT /api/me/password": Rule("own", {"current_password": "wrong", "password": "long enough"}),
    "PATCH /api/me": Rule("own", {"available": True}),
    "GET /api/agents": Rule("workspace"),
    "GET /api/agents/{agent_id}": Rule("workspace"),
    "PATCH /api/agents/{agent_id}": Rule("admin", {"name": "New"}),
    "GET /api/teams": Rule("workspace"),
    "GET /api/teams/{team_id}": Rule("workspace"),
    "POST /api/teams": Rule("admin", {"name": "New"}),
    "PATCH /api/teams/{team_id}": Rule("admin", {"name": "New"}),
    "PUT /api/teams/{team_id}/members": Rule("admin", {"agent_ids": []}),
    "DELETE /api/teams/{team_id}": Rule("admin"),
    "GET /api/invitations": Rule("admin"),
    "POST /api/invitations": Rule("admin", {"email": "new@example.com"}),
    "DELETE /api/invitations/{invitation_id}": Rule("admin"),
    "GET /api/invitations/by-token/{token}": Rule("public"),
    "POST /api/invitations/by-token/{token}/accept": Rule("public"),
    "GET /api/tokens": Rule("own"),
    "POST /api/tokens": Rule("own", {"name": "new", "scopes": ["read"]}),
    "DELETE /api/tokens/{token_id}": Rule("seen"),
    "GET /api/connectors": Rule("workspace"),
    "GET /api/channels": Rule("workspace"),
    "GET /api/channels/{channel_id}": Rule("workspace"),
    "POST /api/channels": Rule("admin", {"name": "New", "connector": "api"}),
    "PATCH /api/channels/{channel_id}": Rule("admin", {"name": "New"}),
    "DELETE /api/channels/{channel_id}": Rule("admin"),
    "POST /api/channels/{channel_id}/test": Rule("admin"),
    "GET /api/contacts": Rule("workspace"),
    "POST /api/contacts": Rule("workspace", {"name": "New"}),
    "GET /api/contacts/{contact_id}": Rule("seen"),
    "PATCH /api/contacts/{contact_id}": Rule("seen", {"name": "New"}),
    "DELETE /api/contacts/{contact_id}": Rule("seen"),
    "GET /api/labels": Rule("workspace"),
    "GET /api/labels/{label_id}": Rule("workspace"),
    "POST /api/labels": Rule("supervisor", {"name": "New"}),
    "PATCH /api/labels/{label_id}": Rule("supervisor", {"name": "New"}),
    "DELETE /api/labels/{label_id}": Rule("supervisor"),
    "GET /api/snapshot": Rule("workspace"),
    "GET /api/conversations": Rule("workspace"),
    "POST /api/conversations": Rule(
        "seen", {"channel_id": "{channel_id}", "contact_id": "{contact_id}", "text": "Hello", "client_message_id": "m1"}
    ),
    f"GET {CONVERSATION}": Rule("seen"),
    f"GET {CONVERSATION}/messages": Rule("seen"),
    f"POST {CONVERSATION}/messages": Rule("seen", {"text": "Hello", "client_message_id": "m1", "take_over": True}),
    f"POST {CONVERSATION}/messages/{{message_id}}/retry": Rule("seen"),
    f"POST {CONVERSATION}/notes": Rule("seen", {"text": "Hello", "client_message_id": "m1"}),
    f"PUT {CONVERSATION}/handler": Rule("seen", {"kind": "agent", "id": "me"}),
    f"POST {CONVERSATION}/closure": Rule("seen", {}),
    f"DELETE {CONVERSATION}/closure": Rule("seen"),
    f"PUT {CONVERSATION}/read": Rule("seen", {"message_id": "{message_id}"}),
    f"PUT {CONVERSATION}/labels": Rule("seen", {"labels": []}),
    "POST /api/files": Rule("own", files=True),
    "GET /files/{file_id}": Rule("seen"),
    "GET /files/{file_id}/thumbnail": Rule("seen"),
    "GET /api/receipts": Rule("admin"),
    "POST /api/receipts/{receipt_id}/replay": Rule("admin"),
    "GET /api/tasks": Rule("admin"),
    "POST /api/tasks/{task_id}/retry": Rule("admin"),
    "GET /in/{connector}/{channel_id}": Rule("public"),
    "POST /in/{connector}/{channel_id}": Rule("public"),
    "POST /widget/api/{channel_id}/session": Rule("public"),
    "GET /widget/api/{channel_id}/messages": Rule("visitor"),
    "POST /widget/api/{channel_id}/messages": Rule(
        "visitor", {"client_message_id": "visitor-message-1", "text": "Hello", "file_ids": []}
    ),
    "POST /widget/api/{channel_id}/files": Rule("visitor", {}),
    "GET /widget/frame": Rule("public"),
    "GET /widget/demo": Rule("public"),
    "GET /widget/files/{file_id}": Rule("public"),
    "GET /health/live": Rule("public"),
    "GET /health/ready": Rule("public"),
    "GET /metrics": Rule("public"),
    "GET /api/schema": Rule("public"),
    "GET /api/schema/openapi.json": Rule("public"),
    "GET /api/schema/{path}": Rule("public"),
}


@dataclass
class Vault:
    """A conversation of team Returns with all that hangs on it, as ids for paths and bodies."""

    world: World
    ids: dict[str, str] = field(default_factory=dict)


@pytest.fixture
async def vault(world: World) -> Vault:
    contact, identity = await add_contact(
        world.db, world.workspace, f"Vera {MARK}", "api", f"{MARK}@example.com", scope=str(world.api_channel)
    )
    conversation = await add_conversation(world, team=world.returns, handler=world.cleo)
    message = await add_message(world, conversation, f"the {MARK} text")
    ids = {name: new_id() for name in ("file_id", "label_id", "receipt_id", "task_id", "token_id", "invitation_id")}
    await _fill(world, ids, contact, identity, conversation, message)
    ids |= {
        "agent_id": world.cleo, "team_id": world.returns, "channel_id": world.api_channel, "contact_id": contact,
        "conversation_id": conversation, "message_id": message,
    }  # fmt: skip
    return Vault(world, {name: str(value) for name, value in ids.items()})


async def _fill(
    world: World, ids: dict[str, UUID], contact: UUID, identity: UUID, conversation: UUID, message: UUID
) -> None:
    w, now = world.workspace, "now() + interval '1 day'"
    async with world.db.tx() as tx:
        await tx.execute(
            "update channel set settings = $2 where id = $1", world.api_channel, {"callback_url": "http://x.test/"}
        )
        await tx.execute(
            "update conversation set contact_id = $2, identity_id = $3, subject = $4 where id = $1",
            conversation, contact, identity, f"about {MARK}",
        )  # fmt: skip
        await tx.execute(
            "insert into file (id, workspace_id, channel_id, conversation_id, message_id, name, type, size, digest)"
            " values ($1, $2, $3, $4, $5, $6, 'text/plain', 3, 'ab')",
            ids["file_id"], w, world.api_channel, conversation, message, f"{MARK}.txt",
        )  # fmt: skip
        await tx.execute("insert into label (id, workspace_id, name) values ($1, $2, 'Plain')", ids["label_id"], w)
        await tx.execute(
            "insert into receipt (id, workspace_id, channel_id, dedupe_key, body, received_at, outcome)"
            " values ($1, $2, $3, $4, $5, now(), 'parked')",
            ids["receipt_id"], w, world.api_channel, MARK, MARK.encode(),
        )  # fmt: skip
        await tx.execute(
            "insert into task (id, workspace_id, kind, payload, state) values ($1, $2, 'none', $3, 'parked')",
            ids["task_id"], w, {"mark": MARK},
        )  # fmt: skip
        await tx.execute(
            "insert into api_token (id, workspace_id, agent_id, name, token_hash, scopes) values ($1, $2, $3, $4, $5, '{}')",
            ids["token_id"], w, world.cleo, MARK, MARK.encode(),
        )  # fmt: skip
        await tx.execute(
            "insert into invitation (id, workspace_id, token_hash, email, role, created_by, expires_at)"
            f" values ($1, $2, $3, $4, 'agent', $5, {now})",
            ids["invitation_id"], w, MARK.encode(), f"{MARK}@example.com", world.ada,
        )  # fmt: skip


def routes_of(web: Web) -> Iterator[tuple[str, bool]]:
    """Every method and path of the application, and whether anybody may call it."""
    for route in web.app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield f"{method} {route.path_format}", bool(handler.opt.get("anonymous"))


async def call(client: httpx.AsyncClient, name: str, rule: Rule, ids: dict[str, str]) -> httpx.Response:
    method, path = name.split(" ", 1)
    for key, value in ids.items():
        path = path.replace(f"{{{key}}}", value)
    body = rule.body
    if body is not None:
        text = json.dumps(body)
        for key, value in ids.items():
            text = text.replace(f'"{{{key}}}"', f'"{value}"')
        body = json.loads(text)
    if rule.files:
        return await client.request(method, path, files={"file": ("a.txt", b"abc")})
    return await client.request(method, path, json=body)


async def test_every_route_has_its_rule_and_only_public_ones_are_open(services: Services) -> None:
    async with serving(services) as web:
        there = dict(routes_of(web))
    assert set(there) == set(ROUTES), "every route needs a rule in ROUTES, and every rule a route"
    open_to_all = {name for name, rule in ROUTES.items() if rule.who in ("public", "visitor")}
    assert {name for name, anonymous in there.items() if anonymous} == open_to_all
    assert len(HANDLERS) > 50


async def test_who_is_not_signed_in_gets_401_everywhere(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        async with services.db.tx() as tx:
            await tx.execute("update agent set active = false where id = $1", vault.world.cleo)
        nobody, liar = await web.nobody(), await web.nobody()
        liar.headers["Authorization"] = "Bearer hkt_not-a-token"
        gone = [await web.signed_in(vault.world.cleo), await web.with_token(vault.world.cleo)]
        visitor = await web.nobody()
        visitor.headers["Authorization"] = f"Bearer {await _visitor_token(web, await _chat(web, vault), visitor)}"
        for name, rule in _guarded():
            for client in (nobody, liar, visitor, *gone):
                answer = await call(client, name, rule, vault.ids)
                assert answer.status_code == 401, f"{name}: {answer.status_code} {answer.text}"


async def test_the_widget_answers_its_own_visitor_only(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        chat, other_chat = await _chat(web, vault), await _chat(web, vault)
        nobody, visitor = await web.nobody(), await web.nobody()
        token = await _visitor_token(web, chat, visitor)
        agent = await web.with_token(vault.world.ada)
        for name, rule in ROUTES.items():
            if rule.who == "visitor":
                ids = {**vault.ids, "channel_id": chat}
                assert [(await call(c, name, rule, ids)).status_code for c in (nobody, agent)] == [401, 401], name
                visitor.headers["Authorization"] = f"Bearer {token}"
                assert (await call(visitor, name, rule, ids)).status_code in (200, 201, 415), name
                elsewhere = await call(visitor, name, rule, {**vault.ids, "channel_id": other_chat})
                assert elsewhere.status_code == 401, name


async def test_a_token_without_the_scope_gets_403_everywhere(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        nothing, reader = await web.with_token(vault.world.cleo, []), await web.with_token(vault.world.cleo, ["read"])
        for name, rule in _guarded():
            clients = [nothing] if name.startswith("GET") else [nothing, reader]
            for client in clients:
                answer = await call(client, name, rule, vault.ids)
                assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), name


async def test_an_admin_route_needs_the_scope_admin_too(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        writer = await web.with_token(vault.world.ada, ["write"])
        for name, rule in _guarded():
            if rule.who == "admin":
                answer = await call(writer, name, rule, vault.ids)
                assert answer.status_code == 403, f"{name}: {answer.status_code}"


async def test_an_agent_of_another_team_gets_nothing_of_the_conversation(services: Services, vault: Vault) -> None:
    async with serving(services) as web:
        for name, rule in _guarded():
            answer = await call(await web.signed_in(vault.world.ben), name, rule, vault.ids)
            told = f"{name}: {answer.status_code} {answer.text[:300]}"
            assert MARK not in answer.text, told
            match rule.who:
                case "seen":
                    assert answer.status_code == 404, told
                case "admin" | "supervisor":
                    assert answer.status_code == 403, told
                case _:
                    assert answer.status_code in (200, 201, 204, 422), told


async def test_an_admin_of_another_workspace_gets_nothing_of_this_one(services: Services, vault: Vault) -> None:
    other = await build_world(vault.world.db, "Other")
    async with serving(services) as web:
        for name, rule in _guarded():
            answer = await call(await web.signed_in(other.ada), name, rule, vault.ids)
            told = f"{name}: {answer.status_code} {answer.text[:300]}"
            assert MARK not in answer.text, told
            assert all(id not in answer.text for id in vault.ids.values()), told
            if "{" in name:
                assert answer.status_code in (404, 409 if name.startswith("POST /api/tasks") else 404), told


async def test_the_owner_of_the_conversation_does_get_it(services: Services, vault: Vault) -> None:
    """So that the tests above fail for the right reason."""
    async with serving(services) as web:
        cleo = await web.signed_in(vault.world.cleo)
        for name in (f"GET {CONVERSATION}", f"GET {CONVERSATION}/messages", "GET /api/contacts/{contact_id}"):
            answer = await call(cleo, name, ROUTES[name], vault.ids)
            assert (answer.status_code, MARK in answer.text) == (200, True), name
        listed = await cleo.get("/api/conversations", params={"view": "yours"})
        assert MARK in listed.text


def _guarded() -> Iterator[tuple[str, Rule]]:
    return ((name, rule) for name, rule in ROUTES.items() if rule.who not in ("public", "visitor"))


async def _chat(web: Web, vault: Vault) -> str:
    """A fresh channel of the widget."""
    ada = await web.signed_in(vault.world.ada)
    settings = {"allowed_origins": ["https://shop.example"]}
    made = await ada.post("/api/channels", json={"name": "Chat", "connector": "webchat", "settings": settings})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def _visitor_token(web: Web, chat: str, client: httpx.AsyncClient) -> str:
    answer = await client.post(f"/widget/api/{chat}/session", json={"origin": "https://shop.example"})
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]
