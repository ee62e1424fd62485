"""Whether a customer asks for a person: in ten languages, and not where one is only mentioned."""

import pytest

from harken.bots.phrases import asks_for_person

ASKING = {
    "en": ["I want to speak to a human", "agent please", "Can I talk to a real person?", "Hello. Connect me with an agent!", "human", "representative", "Is there a human there?", "I need to speak with someone"],
    "de": ["Ich möchte mit einem Menschen sprechen", "Mitarbeiter bitte", "Verbinden Sie mich mit einem Mitarbeiter", "Kann ich mit jemandem reden?", "Ich will keinen Bot"],
    "es": ["Quiero hablar con una persona", "¿Puedo hablar con un agente?", "agente", "necesito hablar con alguien", "No quiero hablar con un robot"],
    "fr": ["Je veux parler à un humain", "Puis-je parler à un conseiller ?", "un conseiller s'il vous plaît", "Passez-moi quelqu'un"],
    "it": ["Vorrei parlare con un operatore", "operatore", "Posso parlare con una persona reale?"],
    "pt": ["Quero falar com um atendente", "atendente por favor", "Preciso falar com alguém"],
    "nl": ["Ik wil met een mens praten", "medewerker", "Kan ik met iemand spreken?"],
    "pl": ["Chcę rozmawiać z człowiekiem", "konsultant", "Proszę połączyć mnie z konsultantem"],
    "tr": ["Bir temsilciyle görüşmek istiyorum", "Müşteri temsilcisine bağla", "insan"],
    "ar": ["أريد التحدث مع شخص", "موظف", "حولني إلى موظف"],
}  # fmt: skip

NOT_ASKING = [
    "Your agent told me that it would arrive today",
    "I do not want to talk to a person, just the number",
    "The person who delivered it was rude",
    "How many people can sit at the table?",
    "Do you sell human hair wigs?",
    "Where is my parcel?",
    "I talked to an insurance company yesterday",
    "Ich brauche keinen Mitarbeiter, nur die Nummer",
    "Der Mitarbeiter im Laden war sehr nett",
    "Das Paket hat mein Nachbar angenommen",
    "La persona que me lo entregó no firmó",
    "No necesito hablar con un agente",
    "La personne qui a livré était aimable",
    "L'operatore mi ha detto domani",
    "O atendente disse que chega amanhã",
    "De medewerker was vriendelijk",
    "Konsultant powiedział, że jutro",
    "Temsilci bana yarın dedi",
    "الموظف قال لي غدا",
    "x " * 200 + "human",
    "",
]


@pytest.mark.parametrize(("language", "text"), [(k, text) for k, texts in ASKING.items() for text in texts])
def test_a_wish_for_a_person_is_heard(language: str, text: str) -> None:
    assert asks_for_person(text), language


@pytest.mark.parametrize("text", NOT_ASKING)
def test_who_only_mentions_a_person_asks_for_none(text: str) -> None:
    assert not asks_for_person(text)
