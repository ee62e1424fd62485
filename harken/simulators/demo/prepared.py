"""The demo's 30 Quick Replies: in three languages, with variables, two with files, of everybody, of teams and of Ada."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Final
from uuid import UUID

from harken.kit.db import Tx
from harken.kit.ids import new_id
from harken.port.services import Services
from harken.simulators.demo.files import pdf

# shortcut, whose ("" everybody's, a team's name, or "ada"), language, how often used, title, body
_PREPARED: Final = (
    ("hello", "", "en", 412, "Greeting", "Hi {{contact.first_name|there}}, thanks for writing to Northwind! How can I help you today?"),
    ("hello", "", "de", 187, "Begrüßung", "Guten Tag {{contact.name}}, danke für Ihre Nachricht an Northwind! Wie kann ich Ihnen helfen?"),
    ("hello", "", "es", 96, "Saludo", "Hola {{contact.first_name}}, ¡gracias por escribir a Northwind! ¿En qué puedo ayudarle?"),
    ("thanks", "", "en", 365, "Closing words", "You're welcome, {{contact.first_name|and have a lovely day}}! If anything else comes up, just write here.\n\n{{agent.first_name}}"),
    ("thanks", "", "de", 141, "Abschied", "Sehr gerne! Falls noch etwas ist, schreiben Sie einfach hier.\n\nViele Grüße\n{{agent.first_name}}"),
    ("thanks", "", "es", 73, "Despedida", "¡Con mucho gusto! Si necesita algo más, escríbanos aquí.\n\nUn saludo,\n{{agent.first_name}}"),
    ("ordernumber", "", "en", 298, "Ask for the order number", "Could you send me your order number? It begins with # and stands in the confirmation we mailed you."),
    ("ordernumber", "", "de", 120, "Nach der Bestellnummer fragen", "Könnten Sie mir bitte Ihre Bestellnummer schicken? Sie beginnt mit # und steht in der Bestätigung."),
    ("replacement", "Orders", "en", 154, "Replacement on its way", "Hi {{contact.first_name|there}}, a replacement is on its way. You'll get the tracking link by e-mail within an hour, and there is no need to send the damaged item back."),
    ("refund", "", "en", 231, "Refund made", "We've refunded the full amount. It takes 3 to 5 working days until it shows on your account."),
    ("refund", "", "de", 88, "Erstattung veranlasst", "Wir haben Ihnen den vollen Betrag erstattet. Bis er auf Ihrem Konto ist, vergehen 3 bis 5 Werktage."),
    ("refund", "", "es", 41, "Reembolso hecho", "Le hemos devuelto el importe completo. Tardará de 3 a 5 días laborables en aparecer en su cuenta."),
    ("return", "Orders", "en", 203, "How to return", "Print the label, pack the item, and drop it at any post office. We refund you on the day it arrives here."),
    ("return-label", "Orders", None, 176, "Return label", "Here is your return label for case {{conversation.number}}."),
    ("tracking", "Orders", "en", 264, "Where is my parcel", "I've just looked: your parcel left our warehouse and should reach you within two working days. You can follow it with the link in your shipping e-mail."),
    ("delay", "Orders", "en", 119, "Parcel is late", "I'm sorry your parcel is late, {{contact.first_name|and thank you for your patience}}. I've asked the carrier where it is and will write to you here by tomorrow noon."),
    ("address", "Orders", "en", 77, "Change of address", "Of course. Please send me the new address with street, postcode and town, and I'll change it before the parcel leaves."),
    ("damaged", "", "en", 132, "Ask for a picture", "I'm sorry to hear that! Could you send a picture of the item and of the box? Then I can sort it out straight away."),
    ("damaged", "", "de", 58, "Um ein Bild bitten", "Das tut mir leid! Könnten Sie mir ein Bild vom Artikel und vom Karton schicken? Dann kümmere ich mich sofort darum."),
    ("warranty", "", "en", 64, "Covered by the warranty", "Good news: the warranty covers that. Northwind lamps are covered for three years from the day of delivery."),
    ("hours", "", "en", 91, "Opening hours", "We're here Monday to Friday from 9 to 18 h (Berlin). What you write outside of these hours is answered first thing in the morning."),
    ("hours", "", "de", 47, "Öffnungszeiten", "Wir sind montags bis freitags von 9 bis 18 Uhr für Sie da."),
    ("invoice", "Billing", "en", 143, "Invoice sent", "I've sent the invoice to {{contact.email}}. Please look into the spam folder, too."),
    ("vat", "Billing", "en", 52, "Correct the VAT id", "Please send me your VAT id and the company's name as it should stand on the invoice, and you'll have the corrected one today."),
    ("payment-failed", "Billing", "en", 69, "Payment failed", "Your payment did not go through. Nothing was charged. Please try again with the link in your order, or use another card."),
    ("terms", "Billing", None, 23, "Terms for companies", "Our terms for companies are attached. Your plan: {{contact.attributes.plan}}."),
    ("moment", "", "en", 310, "One moment", "One moment please, I'm looking into it."),
    ("survey", "", "en", 38, "Ask for feedback", "How did we do? We'd be glad about a short answer: https://northwind.example/feedback?case={{conversation.number}}"),
    ("lunch", "ada", None, 17, "Back in an hour", "I'm away for an hour and will go on with this right after. {{agent.first_name}}"),
    ("callback", "ada", "en", 29, "Offer a call", "Shall I call you, {{contact.first_name|if that is easier}}? Tell me when it suits you and on which number."),
)  # fmt: skip
_FILES: Final = {
    "return-label": ("return-label.pdf", "Return label", ["Northwind Returns", "Dock 4, 20457 Hamburg", "Free of charge"]),
    "terms": ("terms-for-companies.pdf", "Terms for companies", ["Payment within 30 days.", "Three years of warranty."]),
}  # fmt: skip


async def prepare(
    tx: Tx, services: Services, workspace_id: UUID, agents: Mapping[str, UUID], teams: Mapping[str, UUID], random: Random
) -> None:  # fmt: skip
    now = services.clock.now()
    for shortcut, whose, language, used, title, body in _PREPARED:
        id, scope = new_id(), "everyone" if not whose else "team" if whose in teams else "mine"
        made = now - timedelta(days=random.randint(40, 400))
        file_id = new_id() if shortcut in _FILES else None
        await tx.execute(
            "insert into quick_reply (workspace_id, id, scope, owner_id, team_id, shortcut, title, body, language,"
            " attachment_ids, usage_count, last_used_at, revision, created_at, updated_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
            workspace_id, id, scope, agents[whose] if scope == "mine" else None, teams.get(whose), shortcut, title,
            body, language, [file_id] if file_id else [], used, now - timedelta(minutes=random.randint(5, 9000)),
            1, made,
        )  # fmt: skip
        if file_id:
            await tx.execute(
                "insert into file (id, workspace_id, name, type, size, digest, quick_reply_id)"
                " values ($1, $2, $3, 'application/pdf', $4, $5, $6)",
                file_id, workspace_id, _FILES[shortcut][0], len(_content(shortcut)), _digest(shortcut), id,
            )  # fmt: skip


async def put_files(services: Services, workspace_id: UUID) -> None:
    """Their content, before the rows that name it."""
    for shortcut in _FILES:
        await services.blobs.put(f"{workspace_id}/{_digest(shortcut)}", _content(shortcut))


def _content(shortcut: str) -> bytes:
    _, title, lines = _FILES[shortcut]
    return pdf(title, lines)


def _digest(shortcut: str) -> str:
    return hashlib.sha256(_content(shortcut)).hexdigest()
