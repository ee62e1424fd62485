"""Prepares every query of every .sql file against the migrated schema, and compares that schema with schema.sql.

`--write` writes schema.sql anew (`make schema`). PostgreSQL is the embedded one, so that the dump reads the same everywhere.
"""

import asyncio
import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg

from harken.kit import migrate, pg_binaries
from harken.kit.db import Queries
from harken.kit.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = migrate.FOLDER / "schema.sql"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="harken-sql-") as folder:
        Path(folder).chmod(0o711)  # root's PostgreSQL runs as another user
        postgres = Postgres(Path(folder) / "data", durable=False)
        dsn = postgres.start()
        try:
            asyncio.run(migrate.migrate(dsn))
            schema = _dump(dsn)
            if "--write" in sys.argv:
                SCHEMA.write_text(schema)
                return
            problems = _compare(schema) + asyncio.run(_prepare_all(dsn))
        finally:
            postgres.stop()
    if problems:
        sys.exit("\n".join(problems))


def _dump(dsn: str) -> str:
    program = pg_binaries.find().program("pg_dump")
    done = subprocess.run(
        [program, "--schema-only", "--no-owner", "--no-privileges", "--exclude-table=schema_migration", f"--dbname={dsn}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    wanted = [
        line
        for line in done.stdout.splitlines()
        if not re.match(r"--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict", line)
    ]
    text = re.sub(r"\n{2,}", "\n\n", "\n".join(wanted)).strip()
    return f"-- What the migrations yield. Written by `make schema`.\n\n{text}\n"


def _compare(schema: str) -> list[str]:
    committed = SCHEMA.read_text() if SCHEMA.exists() else ""
    difference = difflib.unified_diff(
        committed.splitlines(), schema.splitlines(), "schema.sql", "the migrations", lineterm=""
    )
    lines = list(difference)
    return (
        ["harken/migrations/schema.sql is not what the migrations yield; run make schema:", *lines[:40]]
        if lines
        else []
    )


async def _prepare_all(dsn: str) -> list[str]:
    problems: list[str] = []
    connection = await asyncpg.connect(dsn)
    try:
        for path in sorted((ROOT / "harken").rglob("*.sql")):
            if path.parent != migrate.FOLDER:
                problems += await _prepare(connection, path)
    finally:
        await connection.close()
    return problems


async def _prepare(connection: "asyncpg.Connection[asyncpg.Record]", path: Path) -> list[str]:
    problems: list[str] = []
    name = path.relative_to(ROOT)
    text = path.read_text()
    for query, sql in Queries(path).sql.items():
        if not re.search(rf"-- name: {query}\b[^\n]*\n\s*--\s*\S", text):
            problems.append(f"{name}: {query} is not described by a comment under its name")
        try:
            await connection.prepare(sql)
        except asyncpg.PostgresError as error:
            problems.append(f"{name}: {query}: {error}")
    if re.search(r"select\s+(\w+\.)?\*", text, re.IGNORECASE):
        problems.append(f"{name}: select * is not allowed")
    return problems


if __name__ == "__main__":
    main()
