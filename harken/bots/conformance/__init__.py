"""The conformance kit: plays a script of events against a bot's URL and says what it got wrong (`harken bot check URL`)."""
