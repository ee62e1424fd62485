"""One digest as a mail: plain text and simple HTML that say the same, in the agent's language. Pure.

Of what customers wrote it holds the previews and nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import Final
from uuid import UUID

import msgspec

from harken.kit.text import one_line
from harken.notifications.model import Kind, Notification


class Words(msgspec.Struct, frozen=True):
    """`subject` and `lines` take {count}, {actor}, {contact}."""

    direction: str
    subject_one: str
    subject: str
    greeting: str
    lines: Mapping[Kind, str]
    more: str
    open: str
    settings: str


class Reader(msgspec.Struct, frozen=True):
    name: str
    email: str
    workspace: str
    language: str


def compose(
    reader: Reader, notifications: Sequence[Notification], *, id: UUID, sender: str, url: str, now: datetime
) -> EmailMessage:
    """`id` names the mail, so that one that is sent twice is recognisable as one."""
    words = _WORDS.get(reader.language, _WORDS["en"])
    settings = f"{url}/settings/notifications"
    mail = EmailMessage()
    subject = words.subject_one if len(notifications) == 1 else words.subject
    mail["Subject"] = one_line(f"{subject.format(count=len(notifications))} · {reader.workspace}", 200)
    mail["From"] = Address("Harken", addr_spec=sender)
    mail["To"] = Address(one_line(reader.name, 80), addr_spec=reader.email)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{id}@{sender.rpartition('@')[2] or 'localhost'}>"
    mail["List-Unsubscribe"] = f"<{settings}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = reader.language if reader.language in _WORDS else "en"
    shown = notifications[:_MOST]
    entries = [(_line(words, one), one.preview, f"{url}/all/{one.conversation_id}{_at(one)}") for one in shown]
    rest = words.more.format(count=len(notifications) - _MOST) if len(notifications) > _MOST else ""
    mail.set_content(_plain(words, reader, entries, rest, settings))
    mail.add_alternative(_html(words, reader, entries, rest, settings), subtype="html")
    return mail


_MOST: Final = 30
_Entry = tuple[str, str, str]


def _line(words: Words, one: Notification) -> str:
    line = words.lines[one.kind].format(actor=one.actor_name, contact=one.contact_name, count=one.count)
    return one_line(line, 200) + (f" ({one.count})" if one.count > 1 else "")


def _at(one: Notification) -> str:
    return f"?message={one.message_id}" if one.message_id else ""


def _plain(words: Words, reader: Reader, entries: Sequence[_Entry], rest: str, settings: str) -> str:
    parts = [words.greeting.format(name=reader.name)]
    parts += [line + (f"\n  {preview}" if preview else "") + f"\n  {link}" for line, preview, link in entries]
    parts += [rest] if rest else []
    return "\n\n".join([*parts, f"--\n{words.settings}: {settings}"]) + "\n"


def _html(words: Words, reader: Reader, entries: Sequence[_Entry], rest: str, settings: str) -> str:
    rows = "".join(
        f'<p style="margin:0 0 20px"><b>{escape(line)}</b><br>'
        + (f'<span style="color:#555">{escape(preview)}</span><br>' if preview else "")
        + f'<a href="{escape(link)}">{escape(words.open)}</a></p>'
        for line, preview, link in entries
    )
    return (
        f'<!doctype html><html dir="{words.direction}"><body style="font:15px/1.5 system-ui,sans-serif;max-width:36em">'
        f'<p style="margin:0 0 20px">{escape(words.greeting.format(name=reader.name))}</p>{rows}'
        + (f"<p>{escape(rest)}</p>" if rest else "")
        + f'<p style="font-size:13px"><a href="{escape(settings)}">{escape(words.settings)}</a></p></body></html>'
    )


_WORDS: Final[Mapping[str, Words]] = {
    "en": Words(
        "ltr", "1 unread notification", "{count} unread notifications", "Hello {name}, this is waiting for you:",
        {
            "mention": "{actor} mentioned you: {contact}", "assigned": "{actor} gave you a conversation: {contact}",
            "taken_over": "{actor} took over from you: {contact}", "message": "{contact} wrote",
            "new_conversation": "New in the Inbox: {contact}",
        },
        "And {count} more.", "Open", "Choose what you are told of",
    ),
    "de": Words(
        "ltr", "1 ungelesene Benachrichtigung", "{count} ungelesene Benachrichtigungen", "Hallo {name}, das wartet auf Sie:",
        {
            "mention": "{actor} hat Sie erwähnt: {contact}", "assigned": "{actor} hat Ihnen eine Unterhaltung übergeben: {contact}",
            "taken_over": "{actor} hat von Ihnen übernommen: {contact}", "message": "{contact} hat geschrieben",
            "new_conversation": "Neu im Eingang: {contact}",
        },
        "Und {count} weitere.", "Öffnen", "Auswählen, worüber Sie benachrichtigt werden",
    ),
    "es": Words(
        "ltr", "1 notificación sin leer", "{count} notificaciones sin leer", "Hola, {name}. Esto le espera:",
        {
            "mention": "{actor} le mencionó: {contact}", "assigned": "{actor} le asignó una conversación: {contact}",
            "taken_over": "{actor} se hizo cargo de su conversación: {contact}", "message": "{contact} ha escrito",
            "new_conversation": "Nueva en Entrada: {contact}",
        },
        "Y {count} más.", "Abrir", "Elegir sobre qué recibir avisos",
    ),
    "ar": Words(
        "rtl", "إشعار واحد غير مقروء", "إشعارات غير مقروءة: {count}", "مرحبًا {name}، هذا بانتظارك:",
        {
            "mention": "أشار إليك {actor}: {contact}", "assigned": "أسند إليك {actor} محادثة: {contact}",
            "taken_over": "تولّى {actor} محادثتك: {contact}", "message": "كتب {contact}",
            "new_conversation": "جديد في الوارد: {contact}",
        },
        "وغيرها: {count}.", "فتح", "اختر ما تُبلَّغ به",
    ),
}  # fmt: skip
