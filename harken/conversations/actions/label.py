"""The labels of a conversation (R23)."""

from datetime import datetime
from uuid import UUID

from harken.conversations.actions.change import Change, actor_of, lock_visible
from harken.conversations.model import Conversation, Line
from harken.events.log import Writer
from harken.kit.errors import Invalid
from harken.labels.model import Label
from harken.labels.store import list_labels
from harken.people.model import Caller

MOST_LABELS = 50


async def put_labels(
    w: Writer, caller: Caller, conversation_id: UUID, label_ids: list[UUID], at: datetime
) -> Conversation:
    """Exactly these from now on. Raises Invalid for an unknown one."""
    before = await lock_visible(w, caller, conversation_id)
    known = {label.id: label for label in await list_labels(w.tx, w.workspace_id)}
    wanted = list(dict.fromkeys(label_ids))
    if len(wanted) > MOST_LABELS:
        raise Invalid(("labels", "too_many"))
    if any(id not in known for id in wanted):
        raise Invalid(("labels", "unknown"))
    if set(wanted) == set(before.labels):
        return before
    change = Change(w, before, actor_of(caller), at)
    change.label(wanted)
    await change.line(Line("labelled", reason=_difference(known, before.labels, wanted)))
    return await change.commit("conversation_labelled")


def _difference(known: dict[UUID, Label], before: list[UUID], after: list[UUID]) -> str:
    added = [f"+{known[id].name}" for id in after if id not in before]
    removed = [f"−{known[id].name}" for id in before if id not in after and id in known]
    return ", ".join(added + removed)
