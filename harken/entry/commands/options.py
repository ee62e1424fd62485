"""Options of the command line that are settings: the same name, variable and words on every command."""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from harken.kit.settings import Settings

_HELP: Final = {
    "data": "The data folder: PostgreSQL, files, the key that seals credentials.",
    "host": "The address to listen on.",
    "port": "The port to listen on.",
    "public_url": "How browsers and services reach Harken; from host and port when left out.",
    "database_url": "A PostgreSQL 15 or later, instead of the embedded one (also DATABASE_URL).",
    "database_pool": "Connections to the database per process.",
    "postgres_bin": "The folder of the PostgreSQL programs to embed; found by itself when left out.",
    "blobs_url": "s3://bucket/prefix, gs://... or az://... for files, instead of the data folder.",
    "log_level": "debug, info, warning or error.",
    "log_format": "text, json, or auto: text on a terminal.",
    "metrics_token": "Lets /metrics be read from other machines, as a bearer token.",
    "secure_cookies": "Send cookies over TLS only; on by itself when the public URL is https.",
    "trusted_proxies": "Whose X-Forwarded-* headers count, comma separated.",
    "worker": "Whether this process also delivers and runs tasks.",
    "event_retention_days": "How long a page may sleep and still catch up.",
    "receipt_retention_days": "How long inbound items are kept as they came.",
    "max_body_bytes": "The largest request that is not an upload.",
    "max_file_bytes": "The largest upload.",
    "file_link_days": "How long a link to a file holds, where a channel takes no files.",
    "allow_private_urls": "Whether URLs that come in payloads may lead into your own network.",
    "mail_url": "Where mails to agents leave: smtp://user:password@host:587 (STARTTLS) or smtps://. Without it there are no digests.",
    "mail_from": "The address that mails to agents are from.",
    "allow_private_sign_in": "Whether sign-in providers may be in your own network, and speak plain http.",
}
DATABASE: Final = ("data", "database_url", "postgres_bin", "log_level", "log_format")
EVERYTHING: Final = tuple(_HELP)


def with_settings(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command the named settings as options (each also a variable HARKEN_...); it gets `settings` made of them."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(command, eval_str=True).parameters.values() if p.name != "settings"]

        @wraps(command)
        def run(**values: Any) -> None:
            given = {name: values.pop(name) for name in names}
            try:
                settings = Settings.load(**given)
            except (ValueError, msgspec.ValidationError) as error:
                raise typer.BadParameter(str(error)) from error
            command(settings=settings, **values)

        parameters = own + [_parameter(name) for name in names]
        run.__signature__ = inspect.Signature(parameters)  # pyright: ignore[reportAttributeAccessIssue]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return run

    return decorate


def _parameter(name: str) -> inspect.Parameter:
    field = next(field for field in msgspec.structs.fields(Settings) if field.name == name)
    flag = f"--{name.replace('_', '-')}"
    kind = field.type if field.type in (int, bool, Path) else Path if name == "postgres_bin" else str
    option = typer.Option(
        f"{flag}/--no-{flag[2:]}" if kind is bool else flag,
        envvar=f"HARKEN_{name.upper()}",
        help=f"{_HELP[name]}{_shown_default(field.default)}",
        show_default=False,
    )
    annotation = Annotated[kind | None, option]  # pyright: ignore[reportInvalidTypeForm]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _shown_default(default: object) -> str:
    if default in (None, ""):
        return ""
    return f" [default: {str(default).lower() if isinstance(default, bool) else default}]"
