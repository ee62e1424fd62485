"""Hands one mail to the SMTP server. Every failure is mapped to the closed set of connector errors.

The Message-ID is stored before the first try and is the same at each, so that even a mail that arrives twice after a
lost answer is recognisable as one. Still, after such a loss the outcome is Uncertain and nothing is sent again by itself.
"""

import contextlib
import ssl
from collections.abc import AsyncGenerator, Sequence

import aiosmtplib

from harken.connectors.email.account import Server, account_of
from harken.connectors.email.compose import Enclosure, compose, message_id, recipients
from harken.connectors.email.manifest import MAX_ATTACHMENTS
from harken.kit.text import one_line
from harken.port.connector import SendContext
from harken.port.errors import (
    ConnectorError,
    Misconfigured,
    RateLimited,
    RecipientRefused,
    Rejected,
    Transient,
    Uncertain,
)
from harken.port.messages import ChannelConfig, OutboundMessage, SendResult

_TIMEOUT = 12.0  # seconds for each step; together with the next one below pipeline.deliver.SEND_SECONDS
_DATA_TIMEOUT = 30.0


async def send(message: OutboundMessage, channel: ChannelConfig, context: SendContext) -> SendResult:
    account = account_of(channel.settings)
    to = recipients(message)
    if sum(file.size for file in message.files) > MAX_ATTACHMENTS:
        raise Rejected("The files of one mail may have 25 MB together. Send fewer, or smaller ones.")
    enclosures = [Enclosure(file.name, file.type, await context.read(file)) for file in message.files]
    mail = compose(message, account, channel.id, enclosures).as_bytes()
    async with session(account.smtp) as smtp:
        await _hand_over(smtp, account.address, to, mail)
    return SendResult(provider_id=message.external_id or message_id(message.message_id, account))


@contextlib.asynccontextmanager
async def session(server: Server) -> AsyncGenerator[aiosmtplib.SMTP]:
    """A connection that is greeted and logged in. Raises Transient and Misconfigured. Closed at the end."""
    smtp = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        timeout=_TIMEOUT,
    )
    try:
        await _opened(smtp, server)
        yield smtp
        with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            await smtp.quit()
    finally:
        smtp.close()


async def _opened(smtp: aiosmtplib.SMTP, server: Server) -> None:
    try:
        await smtp.connect()
        if server.password:
            await smtp.login(server.user, server.password)
        else:
            await smtp.ehlo()
    except aiosmtplib.SMTPNotSupported as error:
        raise Misconfigured(f"The SMTP server does not offer what the settings ask for: {_said(error)}") from error
    except aiosmtplib.SMTPResponseException as error:
        raise _refused_session(error) from error
    except ssl.SSLError as error:
        raise Misconfigured(f"No secure connection to the SMTP server: {_said(error)}") from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise Transient(f"The SMTP server {server.host}:{server.port} cannot be reached: {_said(error)}") from error


async def _hand_over(smtp: aiosmtplib.SMTP, sender: str, to: Sequence[str], mail: bytes) -> None:
    """For all of them or for none: a refused copy is said before anybody has the mail."""
    asked = ""
    try:
        await smtp.mail(sender)
        for asked in to:
            await smtp.rcpt(asked)
    except aiosmtplib.SMTPRecipientRefused as error:
        raise _refused_recipient(error, asked) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _refused(error) from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise Transient(f"The SMTP server hung up before it had the mail: {_said(error)}") from error
    try:
        await smtp.data(mail, timeout=_DATA_TIMEOUT)
    except aiosmtplib.SMTPResponseException as error:
        raise _refused(error) from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise Uncertain("The mail was handed over, but the SMTP server's answer never came.") from error


def _refused_session(error: aiosmtplib.SMTPResponseException) -> ConnectorError:
    if 400 <= error.code < 500 and error.code != 454:
        return _later(error)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Misconfigured(f"The SMTP server refused user or password: {_said(error)}")
    return (
        Misconfigured(f"The SMTP server refused the connection: {_said(error)}") if error.code >= 500 else _later(error)
    )


def _refused_recipient(error: aiosmtplib.SMTPResponseException, to: str) -> ConnectorError:
    if error.code in (530, 535, 538) or "relay" in error.message.lower():
        return Misconfigured(f"The SMTP server does not send for this account: {_said(error)}")
    if error.code >= 500:
        return RecipientRefused(f"The mail server takes no mail for {to}: {_said(error)}")
    return _later(error)


def _refused(error: aiosmtplib.SMTPResponseException) -> ConnectorError:
    """At MAIL, or after DATA: RFC 5321, 4.2.1: 4xx is to be tried again, 5xx is final."""
    if error.code in (530, 535, 538):
        return Misconfigured(f"The SMTP server asks for a login: {_said(error)}")
    if error.code >= 500:
        return Rejected(f"The mail server refused the mail: {_said(error)}")
    return _later(error)


def _later(error: aiosmtplib.SMTPResponseException) -> Transient:
    if error.code in (421, 450, 452):
        return RateLimited(f"The mail server asks to wait: {_said(error)}", retry_after=60)
    return Transient(f"The mail server refused for now: {_said(error)}")


def _said(error: BaseException) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return one_line(f"{error.code} {error.message}", 300)
    return one_line(str(error) or type(error).__name__, 300)
