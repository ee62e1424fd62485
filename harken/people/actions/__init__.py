"""What can be done about people: one module per capability."""

from harken.people.actions.agents import AgentPatch, announce_agent, change_agent
from harken.people.actions.setup import create_workspace
from harken.people.actions.tokens import create_token

__all__ = ["AgentPatch", "announce_agent", "change_agent", "create_token", "create_workspace"]
