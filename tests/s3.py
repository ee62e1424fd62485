"""A server that speaks S3 (moto), as its own process, with a bucket: for the tests of what keeps files there."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Generator
from urllib.request import Request, urlopen

from tests.program import free_port

URL = "s3://files/harken"  # for HARKEN_BLOBS_URL


@contextlib.contextmanager
def s3_server() -> Generator[dict[str, str]]:
    """The variables by which the server is found."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _make_bucket(url, process)
        yield {
            "AWS_ENDPOINT_URL": url, "AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
        }  # fmt: skip
    finally:
        process.kill()
        process.wait(10)


def _make_bucket(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while True:
        try:
            signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"}
            urlopen(Request(f"{url}/files", method="PUT", headers=signed), timeout=5).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)
