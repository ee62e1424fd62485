"""Bots written for Chatwoot's agent-bot webhook: its events out, the REST calls with which such a bot answers in."""
