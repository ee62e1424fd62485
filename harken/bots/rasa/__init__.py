"""Bots made with Rasa, over its REST channel."""
