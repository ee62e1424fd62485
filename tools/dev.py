"""`make dev`: `harken run` that restarts when the code changes, and the front end built again when its sources do."""

import contextlib
import subprocess
import sys

from tools.setup import ROOT, VENV, WEB, with_node


def main() -> None:
    server = [f"{VENV}/bin/watchfiles", "--filter", "python", f"{VENV}/bin/harken run --data data/run", "harken"]
    builds = [
        ["npm", "run", "--silent", f"build:{part}", "--", "--watch", "--logLevel", "warn"] for part in ("app", "widget")
    ]
    running = [subprocess.Popen(command, cwd=WEB, env=with_node()) for command in builds]
    try:
        with contextlib.suppress(KeyboardInterrupt):
            sys.exit(subprocess.run(server, cwd=ROOT, check=False).returncode)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


if __name__ == "__main__":
    main()
