"""What was said before the demo began, as rows: some three hundred conversations, spread over the views as in a real team."""

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from harken.kit import media
from harken.kit.db import Tx
from harken.kit.ids import new_id
from harken.port.services import Services
from harken.simulators.demo import files
from harken.simulators.demo.cast import Customer
from harken.simulators.demo.dialogues import BOT_TURN, DIALOGUES, ITEMS, Dialogue

VIEWS = (("inbox", 12), ("ada", 7), ("others", 31), ("automated", 21))  # the rest is closed
MARK = re.compile(r"\s*\[(photo|pdf|voice)\]")
Row = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    """Everything the conversations refer to."""

    workspace_id: UUID
    agents: dict[str, UUID]
    teams: dict[str, UUID]
    labels: dict[str, UUID]
    channels: dict[str, UUID]
    bot: UUID
    now: datetime
    files: dict[str, list[Row]]


NAMES = {"ada": "Ada Lindqvist", "ben": "Ben Osei", "chiara": "Chiara Russo", "dev": "Dev Raman", "elif": "Elif Kaya"}


async def make_files(services: Services, workspace_id: UUID, random: Random) -> dict[str, list[Row]]:
    """A few files of each kind, stored once; each conversation gets rows of its own for them."""
    made = {
        "photo": [("lamp.jpg", files.photo(random)) for _ in range(5)],
        "voice": [("voice-note.ogg", files.voice(random, random.uniform(4, 19))) for _ in range(5)],
        "pdf": [
            (
                f"{name}.pdf",
                files.pdf(name.replace("-", " ").title(), ["Northwind Lamps", "Harbour Street 4", "", "Thank you."]),
            )
            for name in ("return-label", "invoice-2026-1187", "trade-list")
        ],
    }
    result: dict[str, list[Row]] = {}
    for kind, contents in made.items():
        result[kind] = [await _store(services, workspace_id, name, data) for name, data in contents]
    return result


async def _store(services: Services, workspace_id: UUID, name: str, data: bytes) -> Row:
    digest = hashlib.sha256(data).hexdigest()
    await services.blobs.put(f"{workspace_id}/{digest}", data)
    type = media.sniff(data, name)
    return {
        "name": name,
        "type": type,
        "size": len(data),
        "digest": digest,
        "details": await media.details_of(type, io.BytesIO(data)),
    }


class History:
    """Collects the rows of the conversations and writes them with COPY."""

    def __init__(self, stage: Stage, random: Random) -> None:
        self._stage, self._random = stage, random
        self._rows: dict[str, list[Row]] = {
            table: [] for table in ("contact", "identity", "conversation", "message", "delivery", "file", "read_mark")
        }
        self._wanted = [view for view, count in VIEWS for _ in range(count)]

    def add(self, customer: Customer) -> None:
        """One customer with one conversation, in the next view that wants one."""
        number = len(self._rows["conversation"]) + 1
        view = self._wanted[number - 1] if number <= len(self._wanted) else "closed"
        dialogue = self._dialogue(customer, view)
        connector = self._random.choices(["webchat", "email", "api"], [4, 3, 3])[0]
        if connector == "email" and view == "automated":
            connector = "webchat"
        contact_id, identity_id = self._add_contact(customer, connector)
        self._add_conversation(number, view, dialogue, customer, connector, contact_id, identity_id)

    def _dialogue(self, customer: Customer, view: str) -> Dialogue:
        fits = [d for d in DIALOGUES if any(who == BOT_TURN for who, _ in d.turns) == (view == "automated")]
        same_language = [d for d in fits if d.language == customer.language]
        return self._random.choice(same_language or [d for d in fits if d.language == "en"])

    def _add_contact(self, customer: Customer, connector: str) -> tuple[UUID, UUID]:
        stage, contact_id, identity_id = self._stage, new_id(), new_id()
        attributes = {"city": customer.city}
        if customer.company:
            attributes["company"] = customer.company
        created = stage.now - timedelta(days=self._random.randint(20, 900))
        self._rows["contact"].append(
            {"id": contact_id, "workspace_id": stage.workspace_id, "name": customer.name, "attributes": attributes,
             "language": customer.language, "revision": 1, "created_at": created}
        )  # fmt: skip
        shared = connector == "email"
        self._rows["identity"].append(
            {"id": identity_id, "workspace_id": stage.workspace_id, "contact_id": contact_id, "connector": connector,
             "scope": "" if shared else str(stage.channels[connector]), "display_name": customer.name,
             "address": f"{customer.slug}@mail.example" if shared else customer.slug, "verified": shared,
             "created_at": created}
        )  # fmt: skip
        return contact_id, identity_id

    def _add_conversation(
        self, number: int, view: str, dialogue: Dialogue, customer: Customer, connector: str,
        contact_id: UUID, identity_id: UUID,
    ) -> None:  # fmt: skip
        stage, random = self._stage, self._random
        agent = self._agent_for(view, dialogue)
        turns = self._turns(view, dialogue)
        last_at = stage.now - self._age(view)
        row: Row = {
            "id": new_id(), "workspace_id": stage.workspace_id, "number": number,
            "channel_id": stage.channels[connector], "identity_id": identity_id, "contact_id": contact_id,
            "thread_key": f"{new_id()}@mail.example" if connector == "email" else "", "team_id": stage.teams[dialogue.team],
            "subject": self._fill(dialogue.subject) if connector == "email" else "", "revision": 1,
            "label_ids": [stage.labels[name] for name in dialogue.labels] if view != "inbox" else [],
        }  # fmt: skip
        messages = self._messages(row, turns, customer, contact_id, agent, last_at)
        row |= self._state(view, agent, messages)
        self._rows["conversation"].append(row)
        self._rows["message"].extend(messages)
        if view != "inbox" and random.random() < 0.8:
            seen = row["inbound_count"] if random.random() < 0.6 else max(0, row["inbound_count"] - 1)
            self._rows["read_mark"].append(
                {"workspace_id": stage.workspace_id, "conversation_id": row["id"], "agent_id": stage.agents["ada"],
                 "inbound_count": seen, "message_seq": len(messages)}
            )  # fmt: skip

    def _agent_for(self, view: str, dialogue: Dialogue) -> str:
        if view == "ada":
            return "ada"
        if dialogue.team == "Billing":
            return self._random.choice(["elif", "dev"])
        return self._random.choice(["ben", "chiara", "ben", "chiara", "dev"])

    def _turns(self, view: str, dialogue: Dialogue) -> list[tuple[str, str]]:
        turns = list(dialogue.turns)
        if view == "inbox":
            first_answer = next((n for n, (who, _) in enumerate(turns) if who != "c"), len(turns))
            return turns[:first_answer]
        if view in ("ada", "others"):
            return turns[: self._random.randint(min(2, len(turns)), len(turns))]
        return turns

    def _age(self, view: str) -> timedelta:
        random = self._random
        if view == "inbox":
            return timedelta(minutes=random.choice([1, 2, 3, 5, 8, 13, 21, 34, 47, 66, 95]) + random.random())
        if view == "automated":
            return timedelta(seconds=random.randint(30, 1_500))
        if view == "closed":
            return timedelta(hours=random.uniform(1, 24 * 40))
        return timedelta(minutes=random.expovariate(1 / 90) + 1)

    def _fill(self, text: str) -> str:
        random = self._random
        values = {"order": f"#{random.randint(86_000, 89_999)}", "item": random.choice(ITEMS), "city": "Leeds"}
        return text.format(**values)

    def _messages(
        self,
        conversation: Row,
        turns: list[tuple[str, str]],
        customer: Customer,
        contact_id: UUID,
        agent: str,
        last_at: datetime,
    ) -> list[Row]:
        stage, random = self._stage, self._random
        at = last_at - timedelta(minutes=sum(range(len(turns))) * 1.5)
        values = {"order": f"#{random.randint(86_000, 89_999)}", "item": random.choice(ITEMS), "city": customer.city}
        made: list[Row] = []
        answered = False
        for index, (who, template) in enumerate(turns):
            at = last_at if index == len(turns) - 1 else at + timedelta(minutes=random.uniform(0.5, 2) * (index + 0.5))
            at = min(at, last_at)
            if who == "a" and not answered:
                answered = True
                made.append(self._line(conversation, "picked", agent, at - timedelta(seconds=40), len(made) + 1))
            author = {"c": ("contact", contact_id, customer.name), "b": ("bot", stage.bot, "Helper")}.get(
                who, ("agent", stage.agents[agent], NAMES[agent])
            )
            made.append(
                self._message(conversation, who, MARK.sub("", template).format(**values), author, at, len(made) + 1)
            )
            self._attach(made[-1], conversation, MARK.findall(template))
        return made

    def _message(
        self, conversation: Row, who: str, text: str, author: tuple[str, UUID, str], at: datetime, seq: int
    ) -> Row:
        direction = {"c": "in", "n": "none"}.get(who, "out")
        row: Row = {
            "id": new_id(), "workspace_id": self._stage.workspace_id, "conversation_id": conversation["id"],
            "channel_id": conversation["channel_id"], "seq": seq, "kind": "note" if who == "n" else "message",
            "direction": direction, "author_kind": author[0], "author_id": author[1], "author_name": author[2],
            "text": text, "external_id": f"{new_id()}@mail.example" if direction != "none" else None,
            "subject": conversation["subject"] or None if direction == "in" else None, "line": None,
            "attachments": [], "revision": 1, "created_at": at,
        }  # fmt: skip
        if direction == "out":
            state = self._random.choices(["read", "delivered", "sent"], [6, 3, 1])[0]
            self._rows["delivery"].append(
                {"workspace_id": row["workspace_id"], "message_id": row["id"], "conversation_id": row["conversation_id"],
                 "channel_id": row["channel_id"], "seq": seq, "state": state, "attempt": 1, "created_at": at, "updated_at": at}
            )  # fmt: skip
        return row

    def _line(self, conversation: Row, type: str, agent: str, at: datetime, seq: int, reason: str | None = None) -> Row:
        author = ("agent", self._stage.agents[agent], NAMES[agent])
        row = self._message(conversation, "n", "", author, at, seq)
        line: Row = {"type": type, "target_kind": "none", "target_id": None, "target_name": "", "reason": reason}
        return row | {"kind": "event", "line": line}

    def _attach(self, message: Row, conversation: Row, kinds: list[str]) -> None:
        for kind in kinds:
            stored = self._random.choice(self._stage.files[kind])
            row: Row = {
                "id": new_id(), "workspace_id": self._stage.workspace_id, "channel_id": conversation["channel_id"],
                "conversation_id": conversation["id"], "message_id": message["id"], "created_at": message["created_at"], **stored,
            }  # fmt: skip
            self._rows["file"].append(row)
            shown = {"photo": "image", "voice": "audio", "pdf": "file"}[kind]
            message["attachments"].append(
                {"id": str(row["id"]), "name": row["name"], "type": row["type"], "size": row["size"], "kind": shown,
                 "state": "ready", "inline": False, "details": row["details"]}
            )  # fmt: skip

    def _state(self, view: str, agent: str, messages: list[Row]) -> Row:
        stage = self._stage
        closed = view == "closed"
        if closed:
            at = messages[-1]["created_at"] + timedelta(minutes=4)
            messages.append(
                self._line(
                    messages[-1] | {"id": messages[-1]["conversation_id"], "subject": ""},
                    "closed",
                    agent,
                    at,
                    len(messages) + 1,
                )
            )
        spoken = [m for m in messages if m["kind"] != "event"]
        last, inbound = spoken[-1], [m for m in spoken if m["direction"] == "in"]
        sent = [m for m in spoken if m["direction"] != "none"]
        waits = sent[-1]["direction"] == "in" and not closed
        unanswered = inbound[-1]["created_at"] if waits else None
        kind, handler = {"inbox": ("none", None), "closed": ("none", None), "automated": ("bot", stage.bot)}.get(
            view, ("agent", stage.agents[agent])
        )
        return {
            "status": "closed" if closed else "open", "handler_kind": kind, "handler_id": handler,
            "epoch": 0 if view == "inbox" else 1, "message_count": len(messages), "inbound_count": len(inbound),
            "last_message": _preview(last), "last_activity_at": last["created_at"],
            "last_inbound_at": inbound[-1]["created_at"], "waiting_since": unanswered,
            "closed_at": messages[-1]["created_at"] if closed else None, "closed_by_kind": "agent" if closed else None,
            "closed_by_id": stage.agents[agent] if closed else None, "created_at": messages[0]["created_at"],
        }  # fmt: skip

    async def write(self, tx: Tx) -> None:
        """Writes all rows; the sequence row says that the log begins after them."""
        for table, rows in self._rows.items():
            columns = sorted({column for row in rows for column in row})
            await tx.copy_records_to_table(
                table, columns=columns, records=[tuple(row.get(column) for column in columns) for row in rows]
            )
        await tx.execute(
            "update workspace_seq set seq = greatest(seq, 1), conversation_number = $2 where workspace_id = $1",
            self._stage.workspace_id, len(self._rows["conversation"]),
        )  # fmt: skip


def _preview(message: Row) -> Row:
    attachments: list[Row] = message["attachments"]
    return {
        "id": str(message["id"]), "kind": message["kind"], "direction": message["direction"],
        "author": {"kind": message["author_kind"], "id": str(message["author_id"]), "name": message["author_name"]},
        "preview": message["text"][:140], "attachment": attachments[0]["kind"] if attachments else None,
        "created_at": message["created_at"].isoformat(),
    }  # fmt: skip
