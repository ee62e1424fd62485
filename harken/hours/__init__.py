"""Business hours: when somebody is there to answer, for each team, with time zones and holidays (R25)."""
