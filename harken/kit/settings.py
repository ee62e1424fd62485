"""The settings of one installation: from arguments of the command line, else from HARKEN_* variables, else defaults."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, with its default. The variable of `log_level` is HARKEN_LOG_LEVEL, and so on."""

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""  # how browsers and services reach us; from host and port when empty
    database_url: str | None = None  # HARKEN_DATABASE_URL or DATABASE_URL; None: the embedded PostgreSQL
    database_pool: int = 16
    postgres_bin: Path | None = None  # the programs to embed; None: those of the wheel, else the system's
    blobs_url: str | None = None  # s3://bucket/prefix, gs://, az://; None: the folder `blobs` in data
    log_level: str = "info"
    log_format: str = "auto"  # text, json, or auto: text on a terminal
    metrics_token: str | None = None
    secure_cookies: bool = False  # true by itself when public_url is https
    trusted_proxies: str = "127.0.0.1"  # whose X-Forwarded-* count, comma separated
    worker: bool = True
    event_retention_days: int = 7
    receipt_retention_days: int = 30
    max_body_bytes: int = 10 * 1024 * 1024  # of a request that is not an upload
    max_file_bytes: int = 100 * 1024 * 1024
    file_link_days: int = 30  # how long a link to a file leads somewhere, where a channel takes no files
    mail_url: str | None = (
        None  # smtp://user:password@host:587 (STARTTLS) or smtps://...: mail to agents; None: there is none
    )
    mail_from: str = ""  # the address that it is from
    allow_private_urls: bool = False  # whether URLs that come in payloads may lead into our own network
    allow_private_sign_in: bool = False  # whether sign-in providers may be there, and speak plain http

    @classmethod
    def load(cls, **overrides: object) -> "Settings":
        """Overrides that are None count as not given. Raises ValueError naming a variable that cannot be read."""
        values = from_environment(os.environ)
        values.update({name: value for name, value in overrides.items() if value is not None})
        settings = msgspec.convert(values, cls, strict=False, dec_hook=_decode)
        return _completed(settings)

    @property
    def blob_folder(self) -> Path:
        return self.data / "blobs"

    @property
    def key_file(self) -> Path:
        """The installation's key, which opens the sealed channel credentials."""
        return self.data / "key"


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the environment names, by field. Raises ValueError naming the variable."""
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        variable = f"HARKEN_{field.name.upper()}"
        raw = environment.get(variable)
        if raw is None and field.name == "database_url":
            raw = environment.get("DATABASE_URL")
        if raw is None or raw == "":
            continue
        values[field.name] = _read(variable, raw, field.type)
    return values


def _read(variable: str, raw: str, kind: object) -> object:
    if kind is bool:
        if raw.lower() in _TRUE:
            return True
        if raw.lower() in _FALSE:
            return False
        raise ValueError(f"{variable} must be true or false, not {raw!r}")
    if kind is int:
        if not raw.isdigit():
            raise ValueError(f"{variable} must be a whole number, not {raw!r}")
        return int(raw)
    return raw


def _completed(settings: Settings) -> Settings:
    data = settings.data.expanduser().absolute()
    public_url = settings.public_url.rstrip("/") or _own_url(settings.host, settings.port)
    secure = settings.secure_cookies or public_url.startswith("https://")
    return msgspec.structs.replace(settings, data=data, public_url=public_url, secure_cookies=secure)


def _own_url(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _decode(kind: type, value: object) -> object:
    return Path(str(value)) if kind in (Path, Path | None) else value
