"""The installation's own mail, to agents: where HARKEN_MAIL_URL says."""

from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from harken.kit.settings import Settings

_TIMEOUT: Final = 20.0


class MailServer(msgspec.Struct, frozen=True):
    host: str
    port: int
    user: str
    password: str
    tls: bool  # from the first byte; else STARTTLS when the server offers it
    sender: str


class MailFailed(Exception):
    """The mail did not go out; it may another time."""


class MailRefused(Exception):
    """The mail server will not take this mail."""


def mail_server(settings: Settings) -> MailServer | None:
    """None when mail is not set up. Raises ValueError naming what cannot be read."""
    if not settings.mail_url or not settings.mail_from:
        return None
    parts = urlsplit(settings.mail_url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("HARKEN_MAIL_URL must be smtp://user:password@host:587 or smtps://user:password@host:465")
    tls = parts.scheme == "smtps"
    port = parts.port or (465 if tls else 587)
    return MailServer(
        parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls, settings.mail_from
    )


async def send(server: MailServer, mail: EmailMessage) -> None:
    """Raises MailFailed or MailRefused. STARTTLS is used wherever it is offered, and demanded where there is a password
    to lose, except on this machine."""
    local = server.host in ("localhost", "127.0.0.1", "::1")
    smtp = aiosmtplib.SMTP(
        hostname=server.host, port=server.port, use_tls=server.tls, timeout=_TIMEOUT,
        start_tls=None if server.tls or local or not server.password else True,
    )  # fmt: skip
    try:
        async with smtp:
            if server.password:
                await smtp.login(server.user, server.password)
            await smtp.send_message(mail)
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _answered(max(refused.code for refused in error.recipients)) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _answered(error.code) from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise MailFailed(f"{type(error).__name__} at {server.host}:{server.port}") from error


def _answered(code: int) -> Exception:
    """RFC 5321, 4.2.1: 4xx is to be tried again, 5xx is final."""
    return (MailRefused if code >= 500 else MailFailed)(f"the mail server answered {code}")
