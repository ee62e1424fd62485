"""Which language Harken's own words to a customer are in."""

import pytest

from harken.bots.wording import DISCLOSURE, HANDED_OFF, HANDED_OFF_CLOSED, in_language, language_of

WRITTEN = {
    "en": ["I want to speak to a human", "Where is my order? It should have been here on Monday.", "I need to speak with someone", "hi, my parcel is broken"],
    "de": ["Ich möchte mit einem Menschen sprechen", "Hallo, wo ist mein Paket?", "Die Rechnung ist falsch", "Kann ich mit jemandem reden?"],
    "es": ["Quiero hablar con una persona", "¿Puedo hablar con un agente?", "Hola, ¿dónde está mi pedido?", "El paquete no ha llegado"],
    "fr": ["Je veux parler à un humain", "Bonjour, où est mon colis ?", "Je n'ai pas reçu ma commande", "Puis-je parler à un conseiller ?"],
    "it": ["Vorrei parlare con un operatore", "Posso parlare con una persona reale?", "Il mio ordine non è arrivato", "Ciao, ho bisogno di aiuto"],
    "pt": ["Quero falar com um atendente", "Preciso falar com alguém", "Olá, onde está minha encomenda?", "O pedido ainda não chegou"],
    "nl": ["Ik wil met een mens praten", "Kan ik met iemand spreken?", "Waar is mijn pakket?", "Hallo, ik heb een vraag over mijn bestelling"],
    "pl": ["Chcę rozmawiać z człowiekiem", "Gdzie jest moja paczka?", "Proszę połączyć mnie z konsultantem", "Dzień dobry, mam pytanie"],
    "tr": ["Bir temsilciyle görüşmek istiyorum", "Merhaba, siparişim nerede?", "Kargo henüz gelmedi, çok bekledim"],
    "ar": ["أريد التحدث مع شخص", "أين طلبي؟"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(k, text) for k, texts in WRITTEN.items() for text in texts])
def test_a_sentence_of_a_customer_tells_its_language(language: str, text: str) -> None:
    assert language_of("", [text]) == language


@pytest.mark.parametrize("text", ["agent", "4711", "OK", "", "no", "Hmm???"])
def test_what_does_not_tell_is_nobodys_language_and_answered_in_english(text: str) -> None:
    assert in_language(HANDED_OFF, language_of("", [text])) == HANDED_OFF["en"]


def test_what_is_known_of_the_contact_counts_before_its_words() -> None:
    assert language_of("de-AT", ["Where is my order?"]) == "de"


def test_every_text_is_there_in_the_ten_languages() -> None:
    assert set(DISCLOSURE) == set(HANDED_OFF) == set(HANDED_OFF_CLOSED) == set(WRITTEN)
