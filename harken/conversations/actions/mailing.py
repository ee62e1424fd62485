"""What an agent's e-mail has beside its text: subject, copies, signature, and the quoted message that it answers (R16)."""

from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from harken.contacts.rules import normal_address
from harken.conversations import store
from harken.conversations.attribution import attribution
from harken.conversations.model import Conversation, Message, Recipients
from harken.events.log import Writer
from harken.kit.db import Queries
from harken.kit.errors import Invalid, NotFound
from harken.kit.formatting import plain_of
from harken.kit.text import one_line, storable
from harken.people.model import Caller
from harken.people.store import get_me
from harken.port.capabilities import Capabilities

_Q = Queries(Path(__file__).with_suffix(".sql"))
MOST_ADDRESSES: Final = 50
SIGNATURE_LIMIT: Final = 2_000
_QUOTED_LIMIT: Final = 50_000
_SUBJECT_LIMIT: Final = 500


class Mailing(msgspec.Struct, frozen=True):
    """As an agent submits it. `subject` null: the conversation's. `quote`: the message to quote below."""

    subject: str | None = None
    cc: list[str] = []
    bcc: list[str] = []
    signature: bool = True
    quote: UUID | None = None


class Mailed(msgspec.Struct, frozen=True):
    """As it is stored with the message."""

    subject: str | None = None
    recipients: Recipients | None = None
    signature: str | None = None
    quoted: str | None = None
    quoted_id: UUID | None = None


async def mailed(
    w: Writer, caller: Caller, conversation: Conversation, wanted: Mailing, capabilities: Capabilities
) -> Mailed:
    """Raises Invalid for what the channel does not have, and for addresses that are none."""
    if wanted.subject is not None and not capabilities.subject:
        raise Invalid(("subject", "not_supported"))
    quoted = await _quoted(w, conversation, wanted.quote, capabilities)
    languages = await _languages(w, caller, conversation) if quoted else ()
    return Mailed(
        subject=one_line(storable(wanted.subject, 2_000), _SUBJECT_LIMIT) or None if wanted.subject else None,
        recipients=_recipients(conversation, wanted, capabilities),
        signature=await _signature(w, caller) if wanted.signature and capabilities.html else None,
        quoted=_quotation(quoted, *languages) if quoted else None,
        quoted_id=quoted.id if quoted else None,
    )


def _recipients(conversation: Conversation, wanted: Mailing, capabilities: Capabilities) -> Recipients | None:
    """Each address once, the customer's not among them."""
    if not wanted.cc and not wanted.bcc:
        return None
    if not capabilities.cc:
        raise Invalid(("cc" if wanted.cc else "bcc", "not_supported"))
    if len(wanted.cc) + len(wanted.bcc) > MOST_ADDRESSES:
        raise Invalid(("cc", "too_many"))
    cc = [a for a in _addresses("cc", wanted.cc, capabilities) if a != conversation.address]
    bcc = [a for a in _addresses("bcc", wanted.bcc, capabilities) if a != conversation.address and a not in cc]
    return Recipients(cc, bcc) if cc or bcc else None


def _addresses(field: str, given: list[str], capabilities: Capabilities) -> list[str]:
    try:
        return list(dict.fromkeys(normal_address(address, capabilities.address_kind) for address in given))
    except Invalid as error:
        raise Invalid((field, "invalid")) from error


async def _signature(w: Writer, caller: Caller) -> str | None:
    """As the agent has set it up (the preference `signature`)."""
    kept = (await get_me(w.tx, caller)).preferences.get("signature")
    text = storable(kept, SIGNATURE_LIMIT).strip() if isinstance(kept, str) else ""
    return text or None


async def _quoted(
    w: Writer, conversation: Conversation, quote: UUID | None, capabilities: Capabilities
) -> Message | None:
    if quote is None:
        return None
    if not capabilities.html:
        raise Invalid(("quote", "not_supported"))
    try:
        message = await store.get_message(w.tx, w.workspace_id, quote)
    except NotFound as error:
        raise Invalid(("quote", "unknown")) from error
    if message.conversation_id != conversation.id or message.kind != "message":
        raise Invalid(("quote", "unknown"))
    return message


async def _languages(w: Writer, caller: Caller, conversation: Conversation) -> tuple[str | None, str | None]:
    """The customer's, then the agent's own, as far as they are known."""
    theirs = await _Q.value(
        w.tx, "find_contact_language", workspace_id=w.workspace_id, contact_id=conversation.contact.id
    )
    own = (await get_me(w.tx, caller)).preferences.get("language")
    return theirs, own if isinstance(own, str) else None


def _quotation(message: Message, *languages: str | None) -> str:
    """In the form that mail programs fold away: a line that says whose it is, then the words behind “> ”."""
    text = plain_of(message.text) if message.format == "markdown" else message.text
    whole = f"{text}\n\n{message.quoted}" if message.quoted else text
    lines = whole[:_QUOTED_LIMIT].strip().splitlines()
    intro = attribution(message.sent_at or message.created_at, message.author.name, *languages)
    return "\n".join([intro, *(f"> {line}".rstrip() for line in lines)])
