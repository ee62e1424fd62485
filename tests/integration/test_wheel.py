"""The wheel, installed into an empty environment on a machine without Node, runs with the front end inside."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from harken.entry.web_static import STATIC
from tests.conftest import passable_folder
from tests.program import free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        BIN / "uv",
        "build",
        "--quiet",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        folder,
        ROOT,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_front_end_the_queries_and_the_migrations(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder, pattern in ((STATIC, "*"), (ROOT / "harken", "*.sql")):
        for file in folder.rglob(pattern):
            if file.is_file():
                assert str(file.relative_to(ROOT)) in held
    assert "harken/static/app/index.html" in held
    assert "harken/static/widget/loader.js" in held


def test_installed_with_pip_it_runs_without_node(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    install = (BIN / "uv", "pip", "install", "--quiet", "--python", environment / "bin" / "python")
    run(*install, "--require-hashes", "-r", "requirements/run.txt")
    run(*install, "--no-deps", wheel)
    with passable_folder() as folder:
        serves_the_pages(environment / "bin" / "harken", folder / "data")
    shutil.rmtree(environment)


def serves_the_pages(harken: Path, data: Path) -> None:
    port = free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HARKEN_", "PYTHON")) and k != "DATABASE_URL"}
    process = subprocess.Popen(
        [harken, "run", "--data", data, "--port", str(port)], cwd="/", env={**kept, "PATH": str(harken.parent)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        assert process.stderr
        assert "Harken is at" in process.stdout.readline(), process.stderr.read()
        for path in ("/", "/widget/loader.js", "/health/ready"):
            assert httpx.get(f"http://127.0.0.1:{port}{path}").status_code == 200, path
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
