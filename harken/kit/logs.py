"""Logs: one structured line per step, to standard error; text on a terminal, JSON elsewhere.

Lines of libraries that use `logging` go the same way. Nobody logs a message's text or a token.
"""

import logging
import sys
from typing import Literal

import msgspec
import structlog

Format = Literal["auto", "text", "json"]
_QUIET = ("asyncio", "httpx", "httpcore", "uvicorn", "mail.log", "aiosmtplib")


def configure(level: str = "info", format: str = "auto") -> None:
    """For the whole process. `auto` is text when standard error is a terminal. Raises ValueError for an unknown level."""
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(f"unknown log level {level!r}")
    text = format == "text" or (format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    _configure_structlog(shared)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_last(text)))
    logging.basicConfig(level=number, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def _configure_structlog(shared: "list[structlog.typing.Processor]") -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _last(text: bool) -> "list[structlog.typing.Processor]":
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if text:
        return [drop, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [drop, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_encode)]


def _encode(line: object, **_: object) -> str:
    return msgspec.json.encode(line, enc_hook=repr).decode()
