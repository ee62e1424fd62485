"""`python -m harken` is `harken`."""

from harken.entry.cli import main

if __name__ == "__main__":
    main()
