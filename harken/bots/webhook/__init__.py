"""Bots outside: each turn is POSTed to their URL, signed after Standard Webhooks; they answer in the response, or later."""
