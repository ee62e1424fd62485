"""Making, changing and removing Quick Replies, and what sending one does; the edge opens the transaction."""
