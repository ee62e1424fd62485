"""What Harken says and does of itself on a channel: greetings, away messages (R25), closing on inactivity (R15)."""
