"""Who uses and who changes a saved view. Pure."""

from harken.events.types import Audience
from harken.people.model import Caller
from harken.savedviews.model import SavedView

MOST = 200  # that one agent owns


def may_use(caller: Caller, saved: SavedView) -> bool:
    return saved.scope == "everyone" or saved.owner_id == caller.agent_id


def may_change(caller: Caller, saved: SavedView) -> bool:
    """Its owner; one that everybody uses, also supervisors and admins."""
    return saved.owner_id == caller.agent_id or (saved.scope == "everyone" and caller.sees_all)


def audience_of(saved: SavedView) -> Audience:
    return Audience() if saved.scope == "everyone" else Audience("agent", agent_id=saved.owner_id)
