"""Tries a channel's settings: log in to IMAP and to SMTP, and say in words what is wrong."""

import asyncio
import ssl
from collections.abc import Awaitable
from uuid import UUID

import aiosmtplib

from harken.connectors.email.account import Account, account_of
from harken.connectors.email.imap_client import ImapError, LoginRefused, connection
from harken.connectors.email.send import session
from harken.connectors.email.threading import Seal, reply_address
from harken.port.errors import ConnectorError
from harken.port.messages import ChannelConfig, CheckResult

_LIMIT = 14.0  # seconds


async def check(channel: ChannelConfig) -> CheckResult:
    account = account_of(channel.settings)
    faults = await asyncio.gather(_within(_imap_fault(account)), _within(_smtp_fault(account, channel.id)))
    named = [f"{name}: {fault}" for name, fault in zip(("IMAP", "SMTP"), faults, strict=True) if fault]
    if named:
        return CheckResult(False, " ".join(named))
    return CheckResult(True, f"{account.address} can be read and can send.")


async def _within(attempt: Awaitable[str]) -> str:
    try:
        return await asyncio.wait_for(attempt, _LIMIT)
    except TimeoutError:
        return "the server did not answer in time. Check host, port and firewall."
    except Exception as error:  # a test of settings that an admin typed never fails with a stack trace
        return f"{str(error) or type(error).__name__}."


async def _imap_fault(account: Account) -> str:
    """What keeps us from reading the mailbox; "" when nothing does."""
    try:
        async with connection(account.imap) as client:
            await client.examine()
            await client.logout()
    except LoginRefused as error:
        return f"user or password are refused ({error}). Some services ask for an app password."
    except ssl.SSLError as error:
        return f"no secure connection ({error.reason or error}). Check port and security."
    except (ImapError, OSError) as error:
        return f"{account.imap.host}:{account.imap.port} cannot be used ({error})."
    return ""


async def _smtp_fault(account: Account, channel_id: UUID) -> str:
    """What keeps us from sending; "" when nothing does. No mail is sent."""
    try:
        async with session(account.smtp) as smtp:
            await smtp.mail(account.address)
            return await _tag_fault(smtp, account, channel_id)
    except (ConnectorError, aiosmtplib.SMTPException, OSError) as error:
        return str(error)


async def _tag_fault(smtp: aiosmtplib.SMTP, account: Account, channel_id: UUID) -> str:
    """A server that takes the address but refuses it with a tag would lose the customers' answers."""
    tagged = reply_address(Seal(account.address, channel_id, account.reply_secret), channel_id, account.address)
    if not account.plus_addressing or tagged is None:
        return ""
    try:
        await smtp.rcpt(account.address)
    except aiosmtplib.SMTPRecipientRefused:
        return ""  # a relay that sends to others only tells nothing
    try:
        await smtp.rcpt(tagged)
    except aiosmtplib.SMTPRecipientRefused:
        return "addresses with a tag (address+tag@domain) are refused. Turn “Reply address with a tag” off."
    return ""
