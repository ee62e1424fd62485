"""Harken: a self-hosted Conversations Inbox."""

__version__ = "0.1.0"
