"""`python -m tools.npm test`: an npm script of web/, with the Node that `make setup` chose."""

import subprocess
import sys

from tools.setup import WEB, with_node


def main() -> None:
    sys.exit(
        subprocess.run(["npm", "run", "--silent", *sys.argv[1:]], cwd=WEB, env=with_node(), check=False).returncode
    )


if __name__ == "__main__":
    main()
