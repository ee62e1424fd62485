"""Every route of the application with who may call it and a valid body, and a vault that only one team may open.

A route that is not in ROUTES fails tests/integration/test_matrix.py: whoever adds one says here who may use it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from litestar.routes import HTTPRoute

from harken.kit.ids import new_id
from tests.web import Web
from tests.world import World, add_contact, add_conversation, add_message

MARK = "vault-7"  # stands in everything that only Cleo's team Returns may see


@dataclass(frozen=True)
class Rule:
    """`who`: public (no sign-in), visitor (of the widget), bot (with its own token), own (about oneself), workspace (any agent of it), seen (who may see the conversation),
    supervisor, admin. `body`: a valid one; "{name}" in it stands for an id of the vault."""

    who: str
    body: dict[str, Any] | None = None
    files: bool = False


CONVERSATION = "/api/conversations/{conversation_id}"
CHATWOOT = "/compat/chatwoot/api/v1/accounts/{account_id}/conversations/{number}"
BOT_CONVERSATION = "/api/bot/conversations/{conversation_id}"
ROUTES: dict[str, Rule] = {
    "POST /api/session": Rule("public"),
    "GET /api/session": Rule("own"),
    "DELETE /api/session": Rule("own"),
    "GET /api/sign-in": Rule("public"),
    "GET /auth/oidc/{provider_id}/start": Rule("public"),
    "GET /auth/oidc/{provider_id}/callback": Rule("public"),
    "GET /api/workspace/sign-in": Rule("admin"),
    "PATCH /api/workspace/sign-in": Rule("admin", {"second_factor_required": False}),
    "GET /api/oidc-providers": Rule("admin"),
    "GET /api/oidc-providers/{provider_id}": Rule("admin"),
    "POST /api/oidc-providers": Rule(
        "admin", {"name": "New", "issuer": "https://id.test", "client_id": "c", "allowed_domains": ["example.com"]}
    ),
    "PATCH /api/oidc-providers/{provider_id}": Rule("admin", {"name": "New"}),
    "DELETE /api/oidc-providers/{provider_id}": Rule("admin"),
    "POST /api/oidc-providers/{provider_id}/test": Rule("admin"),
    "GET /api/sessions": Rule("own"),
    "DELETE /api/sessions": Rule("own"),
    "DELETE /api/sessions/{session_id}": Rule("seen"),
    "GET /api/me/totp": Rule("own"),
    "POST /api/me/totp": Rule("own", {"password": "wrong"}),
    "PUT /api/me/totp": Rule("own", {"code": "000000"}),
    "DELETE /api/me/totp": Rule("own", {"password": "wrong"}),
    "POST /api/me/recovery-codes": Rule("own", {"password": "wrong"}),
    "DELETE /api/agents/{agent_id}/totp": Rule("admin"),
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
    "GET /api/channels/{channel_id}/automatic": Rule("admin"),
    "PUT /api/channels/{channel_id}/automatic": Rule("admin", {"greeting": {"en": "Hello"}}),
    "GET /api/bots": Rule("workspace"),
    "GET /api/bots/{bot_id}": Rule("workspace"),
    "POST /api/bots": Rule("admin", {"name": "New", "kind": "webhook", "url": "https://bot.example/"}),
    "PATCH /api/bots/{bot_id}": Rule("admin", {"name": "New"}),
    "DELETE /api/bots/{bot_id}": Rule("admin"),
    "POST /api/bots/{bot_id}/token": Rule("admin"),
    "POST /api/bots/{bot_id}/pause": Rule("supervisor"),
    "DELETE /api/bots/{bot_id}/pause": Rule("supervisor"),
    "POST /api/bots/pause": Rule("supervisor"),
    "DELETE /api/bots/pause": Rule("supervisor"),
    "GET /api/bots/wording": Rule("admin"),
    "GET /api/bots/{bot_id}/versions": Rule("admin"),
    "GET /api/bots/{bot_id}/versions/{version}": Rule("admin"),
    "POST /api/bots/{bot_id}/versions/{version}/restore": Rule("admin"),
    "GET /api/bots/{bot_id}/shadow": Rule("admin"),
    "POST /api/bots/rehearsal": Rule("admin", {"kind": "webhook", "settings": {"url": "https://bot.example/"}}),
    f"POST {BOT_CONVERSATION}/messages": Rule("bot", {"epoch": 0, "client_message_id": "m1", "text": "Hello"}),
    f"POST {BOT_CONVERSATION}/handoff": Rule("bot", {"epoch": 0}),
    f"POST {BOT_CONVERSATION}/closure": Rule("bot", {"epoch": 0}),
    f"POST {BOT_CONVERSATION}/note": Rule("bot", {"epoch": 0, "text": "Hello"}),
    f"POST {BOT_CONVERSATION}/suggestion": Rule("bot", {"epoch": 0, "text": "Hello"}),
    f"POST {BOT_CONVERSATION}/typing": Rule("bot", {"epoch": 0}),
    f"POST {CHATWOOT}/messages": Rule("bot", {"content": "Hello"}),
    f"POST {CHATWOOT}/toggle_status": Rule("bot", {"status": "open"}),
    f"POST {CHATWOOT}/assignments": Rule("bot", {"assignee_id": 1}),
    f"GET {CHATWOOT}/labels": Rule("bot"),
    f"POST {CHATWOOT}/labels": Rule("bot", {"labels": []}),
    "GET /api/contacts": Rule("workspace"),
    "POST /api/contacts": Rule("workspace", {"name": "New"}),
    "GET /api/contacts/{contact_id}": Rule("seen"),
    "PATCH /api/contacts/{contact_id}": Rule("seen", {"name": "New"}),
    "DELETE /api/contacts/{contact_id}": Rule("seen"),
    "GET /api/contacts/{contact_id}/files": Rule("seen"),
    "PUT /api/contacts/{contact_id}/labels": Rule("seen", {"labels": []}),
    "POST /api/contacts/{contact_id}/identities": Rule("seen", {"channel_id": "{channel_id}", "address": "new-7"}),
    "DELETE /api/contacts/{contact_id}/identities/{identity_id}": Rule("seen"),
    "POST /api/contacts/{contact_id}/notes": Rule("seen", {"text": "Hello"}),
    "PATCH /api/contacts/{contact_id}/notes/{note_id}": Rule("seen", {"text": "Hello"}),
    "DELETE /api/contacts/{contact_id}/notes/{note_id}": Rule("seen"),
    "PUT /api/contacts/{contact_id}/block": Rule("seen"),
    "DELETE /api/contacts/{contact_id}/block": Rule("seen"),
    "POST /api/contacts/{contact_id}/merge": Rule("seen", {"contact_id": "{contact_id}"}),
    "DELETE /api/contacts/{contact_id}/merges/{merge_id}": Rule("seen"),
    "GET /api/contacts/export": Rule("supervisor"),
    "POST /api/contacts/import": Rule("supervisor", files=True),
    "GET /api/labels": Rule("workspace"),
    "GET /api/labels/{label_id}": Rule("workspace"),
    "POST /api/labels": Rule("supervisor", {"name": "New"}),
    "PATCH /api/labels/{label_id}": Rule("supervisor", {"name": "New"}),
    "DELETE /api/labels/{label_id}": Rule("supervisor"),
    "GET /api/hours": Rule("workspace"),
    "PUT /api/hours": Rule("supervisor", {"timezone": "UTC", "weekly": []}),
    "DELETE /api/hours": Rule("supervisor"),
    "GET /api/teams/{team_id}/hours": Rule("workspace"),
    "PUT /api/teams/{team_id}/hours": Rule("supervisor", {"timezone": "UTC", "weekly": []}),
    "DELETE /api/teams/{team_id}/hours": Rule("supervisor"),
    "GET /api/saved-views": Rule("workspace"),
    "GET /api/saved-views/counts": Rule("workspace"),
    "POST /api/saved-views": Rule("workspace", {"name": "Mine", "view": "inbox", "filter": {"waiting": True}}),
    "GET /api/saved-views/{saved_view_id}": Rule("seen"),
    "PATCH /api/saved-views/{saved_view_id}": Rule("seen", {"name": "New"}),
    "DELETE /api/saved-views/{saved_view_id}": Rule("seen"),
    "GET /api/quick-replies": Rule("workspace"),
    "GET /api/quick-replies/all": Rule("workspace"),
    "GET /api/quick-replies/export.csv": Rule("workspace"),
    "POST /api/quick-replies": Rule("workspace", {"shortcut": "new", "body": "Hello"}),
    "POST /api/quick-replies/import": Rule("workspace", files=True),
    "GET /api/quick-replies/{quick_reply_id}": Rule("seen"),
    "PATCH /api/quick-replies/{quick_reply_id}": Rule("seen", {"title": "New"}),
    "DELETE /api/quick-replies/{quick_reply_id}": Rule("seen"),
    "GET /api/snapshot": Rule("workspace"),
    "GET /api/search": Rule("workspace"),
    "GET /api/notifications": Rule("own"),
    "PUT /api/notifications/read": Rule("own", {"all": True}),
    "GET /api/push/key": Rule("own"),
    "POST /api/push/test": Rule("own"),
    "POST /api/push-subscriptions": Rule("own", {"endpoint": "", "keys": {"p256dh": "", "auth": ""}}),
    "DELETE /api/push-subscriptions/{subscription_id}": Rule("seen"),
    "GET /api/conversations": Rule("workspace"),
    "POST /api/conversations": Rule(
        "seen", {"channel_id": "{channel_id}", "contact_id": "{contact_id}", "text": "Hello", "client_message_id": "m1"}
    ),
    f"GET {CONVERSATION}": Rule("seen"),
    f"GET {CONVERSATION}/messages": Rule("seen"),
    f"POST {CONVERSATION}/messages": Rule("seen", {"text": "Hello", "client_message_id": "m1", "take_over": True}),
    f"POST {CONVERSATION}/messages/{{message_id}}/retry": Rule("seen"),
    f"DELETE {CONVERSATION}/messages/{{message_id}}": Rule("seen"),
    f"GET {CONVERSATION}/draft": Rule("seen"),
    f"PUT {CONVERSATION}/draft": Rule("seen", {"text": "Hello"}),
    f"DELETE {CONVERSATION}/draft": Rule("seen"),
    f"POST {CONVERSATION}/notes": Rule("seen", {"text": "Hello", "client_message_id": "m1"}),
    f"PUT {CONVERSATION}/handler": Rule("seen", {"kind": "agent", "id": "me"}),
    f"POST {CONVERSATION}/closure": Rule("seen", {}),
    f"DELETE {CONVERSATION}/closure": Rule("seen"),
    f"PUT {CONVERSATION}/read": Rule("seen", {"message_id": "{message_id}"}),
    f"PUT {CONVERSATION}/labels": Rule("seen", {"labels": []}),
    f"PUT {CONVERSATION}/snooze": Rule("seen", {"until": None}),
    f"DELETE {CONVERSATION}/snooze": Rule("seen"),
    f"POST {CONVERSATION}/bot/instruction": Rule("seen", {"text": "Ask for the number"}),
    f"PUT {CONVERSATION}/bot/pause": Rule("seen"),
    f"POST {CONVERSATION}/bot/suggestions/{{suggestion_id}}/send": Rule("seen", {}),
    f"DELETE {CONVERSATION}/bot/suggestions/{{suggestion_id}}": Rule("seen"),
    f"PUT {CONVERSATION}/priority": Rule("seen", {"priority": "high"}),
    f"PUT {CONVERSATION}/messages/{{message_id}}/reaction": Rule("seen", {"emoji": "👍"}),
    f"DELETE {CONVERSATION}/messages/{{message_id}}/reaction": Rule("seen"),
    "POST /api/conversations/bulk": Rule(
        "workspace", {"ids": ["00000000-0000-7000-8000-000000000000"], "action": {"kind": "read"}}
    ),
    "POST /api/files": Rule("own", files=True),
    "POST /api/uploads": Rule("own", {"name": "a.txt", "size": 3, "type": "text/plain"}),
    "GET /api/uploads/{upload_id}": Rule("seen"),
    "PATCH /api/uploads/{upload_id}": Rule("seen"),
    "DELETE /api/uploads/{upload_id}": Rule("seen"),
    "GET /files/{file_id}": Rule("seen"),
    "GET /files/{file_id}/thumbnail": Rule("seen"),
    "DELETE /api/files/{file_id}/links": Rule("seen"),
    "GET /f/{token}": Rule("public"),
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
    "PUT /widget/api/{channel_id}/messages/{message_id}/reaction": Rule("visitor", {"emoji": "👍"}),
    "POST /widget/api/{channel_id}/files": Rule("visitor", {}),
    "PATCH /widget/api/{channel_id}/uploads/{upload_id}": Rule("visitor", {}),
    "GET /widget/frame": Rule("public"),
    "GET /widget/preview": Rule("public"),
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


async def build_vault(world: World) -> Vault:
    contact, identity = await add_contact(
        world.db, world.workspace, f"Vera {MARK}", "api", f"{MARK}@example.com", scope=str(world.api_channel)
    )
    conversation = await add_conversation(world, team=world.returns, handler=world.cleo)
    message = await add_message(world, conversation, f"the {MARK} text")
    ids = {
        name: new_id()
        for name in (
            "file_id",
            "upload_id",
            "label_id",
            "saved_view_id",
            "quick_reply_id",
            "receipt_id",
            "task_id",
            "token_id",
            "invitation_id",
            "session_id",
            "provider_id",
            "subscription_id",
            "note_id",
            "merge_id",
            "bot_id",
            "suggestion_id",
        )
    }
    await _fill(world, ids, contact, identity, conversation, message)
    await _fill_own(world, ids, contact)
    ids |= {
        "agent_id": world.cleo, "team_id": world.returns, "channel_id": world.api_channel, "contact_id": contact,
        "conversation_id": conversation, "message_id": message, "identity_id": identity,
    }  # fmt: skip
    return Vault(world, {name: str(value) for name, value in ids.items()})


async def _fill_own(world: World, ids: dict[str, UUID], contact: UUID) -> None:
    """What is Cleo's or her team's own."""
    async with world.db.tx() as tx:
        await tx.execute(
            "insert into contact_note (id, workspace_id, contact_id, author_id, text, created_at)"
            " values ($1, $2, $3, $4, $5, now())",
            ids["note_id"], world.workspace, contact, world.cleo, f"note {MARK}",
        )  # fmt: skip
        await tx.execute(
            "insert into quick_reply (workspace_id, id, scope, team_id, shortcut, body, revision, created_at, updated_at)"
            " values ($1, $2, 'team', $3, $4, 'A body', 1, now(), now())",
            world.workspace, ids["quick_reply_id"], world.returns, MARK,
        )  # fmt: skip
        await tx.execute(
            "insert into label (id, workspace_id, name) values ($1, $2, 'Plain')", ids["label_id"], world.workspace
        )
        await tx.execute(
            "insert into upload (id, workspace_id, uploaded_by, name, size) values ($1, $2, $3, $4, 3)",
            ids["upload_id"], world.workspace, world.cleo, f"{MARK}.txt",
        )  # fmt: skip


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
        await tx.execute("insert into bot (id, workspace_id, name) values ($1, $2, 'Robo')", ids["bot_id"], w)
        await tx.execute(
            "insert into saved_view (id, workspace_id, owner_id, scope, name, view) values ($1, $2, $3, 'mine', $4, 'open')",
            ids["saved_view_id"], w, world.cleo, MARK,
        )  # fmt: skip
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
            "insert into session (id, token_hash, workspace_id, agent_id, csrf_token, user_agent, expires_at)"
            f" values ($1, $2, $3, $4, 'x', $5, {now})",
            ids["session_id"], f"session {MARK}".encode(), w, world.cleo, MARK,
        )  # fmt: skip
        await tx.execute(
            "insert into oidc_provider (id, workspace_id, name, issuer, client_id, allowed_domains)"
            " values ($1, $2, $3, 'https://id.invalid', 'c', '{example.com}')",
            ids["provider_id"], w, MARK,
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
    path = path.replace("{version}", "1")
    body = rule.body
    if body is not None:
        text = json.dumps(body)
        for key, value in ids.items():
            text = text.replace(f'"{{{key}}}"', f'"{value}"')
        body = json.loads(text)
    if rule.files:
        return await client.request(method, path, files={"file": ("a.txt", b"abc")})
    return await client.request(method, path, json=body)


def guarded() -> Iterator[tuple[str, Rule]]:
    return ((name, rule) for name, rule in ROUTES.items() if rule.who not in ("public", "visitor", "bot"))
