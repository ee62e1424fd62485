"""The composition root's name for what a process holds (port/services.py)."""

from harken.port.services import Services

__all__ = ["Services"]
