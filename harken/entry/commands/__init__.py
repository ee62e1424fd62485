"""The commands of the program. Heavy modules are imported inside them, so that `--help` and small commands stay quick."""
