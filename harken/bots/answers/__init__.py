"""The answers bot: finds the Quick Reply or article that answers a question, and says it only when it is sure."""
