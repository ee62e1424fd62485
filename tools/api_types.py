"""Whether the browser's shapes are the API's: our OpenAPI document as types, and the compiler over web/conformance."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from harken.entry.app import create_app
from harken.entry.connectors import CONNECTORS
from harken.kit.blobs import Blobs
from harken.kit.clock import SystemClock
from harken.kit.crypto import Sealer
from harken.kit.db import Database
from harken.kit.settings import Settings
from harken.port.services import Services
from tools.setup import WEB, with_node

_FOLDER = WEB / "conformance"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="harken-types-") as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(_openapi(Path(folder)), default=str))
        _node("openapi-typescript", str(document), "--immutable", "--output", str(_FOLDER / "schema.d.ts"))
    _node("tsc", "-p", str(_FOLDER))


def _openapi(folder: Path) -> dict[str, object]:
    """Of the application as it is put together; nothing of it runs."""
    settings = Settings(data=folder, database_url="postgresql://nowhere", public_url="http://localhost")
    services = Services(
        settings, Database("postgresql://nowhere"), Blobs.local(folder / "files"), SystemClock(),
        Sealer.from_file(folder / "key"), CONNECTORS,
    )  # fmt: skip
    return create_app(services).openapi_schema.to_schema()


def _node(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [WEB / "node_modules" / ".bin" / program, *arguments],
        cwd=WEB, env=with_node(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


if __name__ == "__main__":
    main()
