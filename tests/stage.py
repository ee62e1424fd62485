"""The demo as the stage of every screen: what its history does not hold is added through the API.

Somebody snoozed, somebody urgent, saved views, a mention, an invitation, business hours, a contact with details, and a
colleague with a second factor.
"""

import base64
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from harken.people.totp import code_at
from harken.simulators.demo.seed import ADDRESS, PASSWORD
from tests.program import Program, harken

ADA, BEN, ELIF = ADDRESS, "ben@northwind.example", "elif@northwind.example"


@dataclass
class Stage:
    """A running demo. `program.token` is Ada's; `paths` are addresses that are known only once it runs."""

    program: Program
    paths: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def url(self) -> str:
        return self.program.url


def set_stage(folder: Path) -> Stage:
    """Starts a demo below `folder`; the caller stops `stage.program`."""
    program = Program(folder / "demo", demo=True)
    program.start(timeout=90)
    program.token = harken("token", "create", "--agent", ADA, data=program.data)
    stage = Stage(program)
    _conversations(stage)
    _workspace(stage)
    _second_factor(stage)
    return stage


def _conversations(stage: Stage) -> None:
    call = stage.program.call
    ben = harken("token", "create", "--agent", BEN, data=stage.program.data)
    yours = call("GET", "/api/conversations?view=yours&limit=20")["items"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    call("PUT", f"/api/conversations/{yours[-1]['id']}/snooze", {"until": tomorrow})
    call("PUT", f"/api/conversations/{yours[-2]['id']}/snooze", {"until": None})
    call("PUT", f"/api/conversations/{yours[0]['id']}/priority", {"priority": "high"})
    waiting = call("GET", "/api/conversations?view=inbox&limit=20")["items"]
    call("PUT", f"/api/conversations/{waiting[1]['id']}/priority", {"priority": "urgent"})
    call("PUT", f"/api/conversations/{waiting[3]['id']}/priority", {"priority": "low"})
    me = next(one["id"] for one in call("GET", "/api/agents")["items"] if one["name"] == "Ada Lindqvist")
    seen_by_both = call("GET", "/api/conversations?view=inbox&limit=20", token=ben)["items"][0]
    note = {"text": "@Ada Lindqvist can we give a refund here?", "mentions": [me], "client_message_id": "stage-note"}
    call("POST", f"/api/conversations/{seen_by_both['id']}/notes", note, token=ben)
    contact = call("GET", f"/api/conversations/{yours[0]['id']}")["contact"]["id"]
    details = {"order": "NW-20381", "plan": "Business", "orders": 14, "newsletter": True, "since": "2023-04-02"}
    call("PATCH", f"/api/contacts/{contact}", {"attributes": details, "timezone": "Europe/Lisbon", "language": "pt"})
    call("POST", f"/api/contacts/{contact}/notes", {"text": "Prefers to be called in the morning."})
    stage.paths |= {
        "yours": f"/yours/{yours[0]['id']}",
        "contact": f"/contacts/{contact}",
        "note": f"/inbox/{seen_by_both['id']}",
    }
    stage.paths["mail"] = _first(stage, "email")
    stage.paths["pictures"] = _with_pictures(stage)
    closed = call("GET", "/api/conversations?view=closed&limit=1")["items"][0]
    stage.paths["closed"] = f"/closed/{closed['id']}"


def _first(stage: Stage, connector: str) -> str:
    """The first open conversation of Ada's workspace on such a channel."""
    channels = [
        one["id"] for one in stage.program.call("GET", "/api/channels")["items"] if one["connector"] == connector
    ]
    found = stage.program.call("GET", f"/api/conversations?view=open&channel_id={channels[0]}&limit=1")["items"]
    return f"/open/{found[0]['id']}"


def _with_pictures(stage: Stage) -> str:
    """The first open conversation in which somebody has sent a picture."""
    for one in stage.program.call("GET", "/api/conversations?view=open&limit=100")["items"]:
        messages = stage.program.call("GET", f"/api/conversations/{one['id']}/messages?limit=100")["items"]
        if any(file["kind"] == "image" for message in messages for file in message["attachments"]):
            return f"/open/{one['id']}"
    raise LookupError("the demo shows no picture")


def _workspace(stage: Stage) -> None:
    call = stage.program.call
    call("POST", "/api/saved-views", {"name": "Waiting for an answer", "view": "yours", "filter": {"waiting": True}})
    call(
        "POST",
        "/api/saved-views",
        {"name": "Urgent", "scope": "everyone", "view": "inbox", "filter": {"priority": "urgent"}},
    )
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    week = [{"day": day, "opens": "09:00", "closes": "17:30"} for day in days]
    call("PUT", "/api/hours", {"timezone": "Europe/Berlin", "weekly": week})
    invitation = call("POST", "/api/invitations", {"email": "nora@northwind.example", "role": "agent", "team_ids": []})
    stage.paths["invitation"] = re.sub(r"^https?://[^/]+", "", invitation["link"])
    call("POST", "/api/invitations", {"email": "pia@northwind.example", "role": "supervisor", "team_ids": []})


def _second_factor(stage: Stage) -> None:
    """Elif signs in with a code from now on."""
    with httpx.Client(base_url=stage.url) as client:
        signed_in = client.post("/api/session", json={"email": ELIF, "password": PASSWORD})
        signed_in.raise_for_status()
        client.headers["X-CSRF-Token"] = next(value for name, value in client.cookies.items() if "csrf" in name)
        begun = client.post("/api/me/totp", json={"password": PASSWORD}).raise_for_status().json()
        key = begun["secret"]
        secret = base64.b32decode(key + "=" * (-len(key) % 8))
        client.put("/api/me/totp", json={"code": code_at(secret, int(time.time()) // 30)}).raise_for_status()
