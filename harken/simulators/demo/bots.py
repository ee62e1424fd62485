"""Three bots of the demo: what they are, and where each stands in the conversations that history left to them."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from harken.bots.kinds import KINDS
from harken.kit.db import Tx
from harken.kit.ids import new_id

_MENU: Final = """
start: welcome
steps:
  welcome:
    type: choice
    text:
      en: "Hello {{contact.first_name|there}}! What is it about?"
      de: "Guten Tag! Worum geht es?"
      es: "¡Hola! ¿De qué se trata?"
    tries: 2
    failed: person
    options:
      - {title: My order, next: number, words: [order, parcel, delivery, paket, pedido]}
      - {title: A return, next: return, words: [return, refund, broken, zurück]}
      - {title: Something else, next: person}
  number:
    type: question
    text: "Which order is it? Its number begins with #."
    field: order
    check: {kind: text, min: 5, max: 10}
    error: "That does not look like an order number, such as #87123."
    failed: person
    next: noted
  noted:
    type: message
    text: "Thank you. Order {{fields.order}}: a colleague looks at it with you."
    next: person
  return:
    type: label
    add: [refund]
    next: explain
  explain:
    type: message
    text: "You can send anything back within 30 days. I fetch somebody for the label."
    next: person
  person: {type: handoff, reason: "The menu has come to its end"}
"""
_STEPS: Final = ("Asking for the order number", "Which lamp", "Explaining the return", "Anything else?")
_TROUBLES: Final = ("missed", "unhappy", "repeated", "slow")
_DRAFT: Final = "I am sorry about that. May I send you a replacement, free of charge?"


async def set_up_bots(
    tx: Tx, workspace_id: UUID, ada: UUID, helper: UUID, app_channel: UUID, random: Random, now: datetime
) -> None:
    """`helper` is there already, and handles whatever is automated; the app's new conversations are its from now on. `ada` made them."""
    menu = KINDS["flow"].check({"document": _MENU})
    guide, concierge = new_id(), new_id()
    await _make(tx, workspace_id, ada, helper, "Helper", "flow", menu, "live")
    await _make(tx, workspace_id, ada, guide, "Guide", "answers", KINDS["answers"].check({}), "live")
    await _make(tx, workspace_id, ada, concierge, "Concierge", "flow", menu, "approve")
    await tx.execute("update channel set bot_id = $2 where id = $1", app_channel, helper)
    rows = await tx.fetch(
        "select id, epoch, message_count, created_at from conversation"
        " where workspace_id = $1 and status = 'open' and handler_kind = 'bot' order by id",
        workspace_id,
    )
    for place, row in enumerate(rows):
        bot, name = ((helper, "Helper"), (guide, "Guide"), (concierge, "Concierge"))[place % 3]
        state = _state(place, random, now)
        await _place(tx, workspace_id, row, bot, name, state, now)


def _state(place: int, random: Random, now: datetime) -> dict[str, Any]:
    """Most go well; some have come to where a person should look."""
    since = (now - timedelta(minutes=random.randint(1, 12))).isoformat()
    state: dict[str, Any] = {
        "mode": "approve" if place % 3 == 2 else "live", "turns": random.randint(1, 5), "step": random.choice(_STEPS),
    }  # fmt: skip
    if place % 3 == 2 and place % 2 == 0:
        state["suggestions"] = [{"id": str(new_id()), "text": _DRAFT, "at": since}]
        state["help"] = {"reason": "waiting", "since": since}
    elif place % 4 == 1:
        state["help"] = {"reason": random.choice(_TROUBLES), "since": since}
    return state


async def _place(
    tx: Tx, workspace_id: UUID, row: Any, bot: UUID, name: str, state: dict[str, Any], now: datetime
) -> None:
    await tx.execute(
        "update conversation set handler_id = $3, bot = $4, needs_help = $5,"
        " last_message = case when last_message -> 'author' ->> 'kind' = 'bot' then jsonb_set(jsonb_set(last_message,"
        " '{author,name}', to_jsonb($6::text)), '{author,id}', to_jsonb($7::text)) else last_message end"
        " where workspace_id = $1 and id = $2",
        workspace_id, row["id"], bot, state, "help" in state, name, str(bot),
    )  # fmt: skip
    await tx.execute(
        "update message set author_id = $3, author_name = $4, bot = $5"
        " where workspace_id = $1 and conversation_id = $2 and author_kind = 'bot'",
        workspace_id, row["id"], bot, name, {"version": "1"},
    )  # fmt: skip
    held = {s["id"]: {"type": "say", "text": s["text"]} for s in state.get("suggestions", ())}
    await tx.execute(
        "insert into bot_lease (workspace_id, conversation_id, bot_id, epoch, version, timeout_seconds, phase, deadline,"
        " asked_seq, held, started_at) values ($1, $2, $3, $4, 1, 20, $5, $6, $7, $8, $9)",
        workspace_id, row["id"], bot, row["epoch"], "held" if held else "idle", now + timedelta(days=1),
        row["message_count"], held, row["created_at"],
    )  # fmt: skip


async def _make(
    tx: Tx, workspace_id: UUID, ada: UUID, id: UUID, name: str, kind: str, settings: dict[str, Any], mode: str
) -> None:
    await tx.execute(
        "insert into bot (id, workspace_id, name, kind, settings, mode) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (workspace_id, id) do update set kind = $4, settings = $5, mode = $6",
        id, workspace_id, name, kind, settings, mode,
    )  # fmt: skip
    await tx.execute(
        "insert into bot_version (workspace_id, bot_id, version, settings, created_by) values ($1, $2, 1, $3, $4)",
        workspace_id, id, settings, ada,
    )  # fmt: skip
