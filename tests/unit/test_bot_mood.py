"""Whether a customer is losing patience: in ten languages, and not where one only describes what they bought."""

import pytest

from harken.bots.mood import is_unhappy

UNHAPPY = {
    "en": ["this is the third time I write!!", "no, that is not what I asked", "You are not listening", "I'm really disappointed", "This is ridiculous.", "What a waste of time", "stupid bot", "I already told you: 4711", "it does not work, this is useless", "Nobody answers me", "I’m fed up"],
    "de": ["Das habe ich doch schon gesagt", "Ich bin wirklich sauer", "Das ist eine Frechheit!", "zum dritten Mal schreibe ich Ihnen", "Danach habe ich nicht gefragt", "Mir reicht's", "Sie verstehen mich nicht"],
    "es": ["¡Esto es una vergüenza!", "Es la tercera vez que escribo", "Estoy muy harta", "no es lo que pregunté", "No sirves para nada"],
    "fr": ["C'est vraiment inadmissible", "J'en ai marre", "Ce n'est pas ce que j'ai demandé", "C'est la troisième fois que je vous écris", "Je suis très déçue"],
    "it": ["È una vergogna", "Sono davvero arrabbiata", "Non è quello che ho chiesto", "è la terza volta che scrivo"],
    "pt": ["Isso é um absurdo", "Estou muito irritado", "Não foi isso que eu perguntei", "péssimo atendimento"],
    "nl": ["Dit is echt belachelijk", "Ik ben het zat", "Dat vroeg ik niet", "dit is de derde keer dat ik schrijf"],
    "pl": ["To jakiś żart", "Mam tego dość", "Jestem bardzo zawiedziona", "trzeci raz piszę", "Nie o to pytałem"],
    "tr": ["Bu tam bir rezalet", "Bunu sormadım", "üçüncü kez yazıyorum", "çok sinirliyim", "beni anlamıyorsunuz"],
    "ar": ["هذا غير مقبول", "ليس هذا ما سألت عنه", "ثالث مرة أكتب لكم", "أنا غاضب جدا", "خدمة سيئة"],
    "signs": ["😡", "hello?? 🤬"],
}  # fmt: skip

CALM = [
    "Where is my parcel?",
    "Thank you so much!!!",
    "The lamp has a terrible smell",
    "I am not angry, I only want to know when it comes",
    "That was not a waste of time, thanks",
    "This is the second time I order from you and I love it",
    "Is it useless without the adapter?",
    "How many times a day do I water it?",
    "I already asked my bank about the transfer",
    "I don't understand the second step",
    "It is a present for my angry uncle",
    "Das war keine Zeitverschwendung",
    "Ich bin nicht sauer, nur neugierig",
    "Ich bestelle zum zweiten Mal bei Ihnen",
    "Es reicht, wenn es am Freitag kommt",
    "Passt die Birne in den schlechten Sockel?",
    "No estoy enfadada, solo pregunto",
    "¿Cuántas veces puedo devolverlo?",
    "Je ne suis pas déçue, merci",
    "C'est la deuxième commande que je passe",
    "Non sono arrabbiato, grazie",
    "Estou muito feliz",
    "Ik ben niet boos",
    "Nie jestem zła, tylko pytam",
    "İkinci kez sipariş veriyorum",
    "كم مرة في اليوم أستخدمه؟",
    "أين الطلب؟",
    "",
]


@pytest.mark.parametrize("text", [text for texts in UNHAPPY.values() for text in texts])
def test_who_has_had_enough_is_unhappy(text: str) -> None:
    assert is_unhappy(text)
    assert is_unhappy(f"Hello. {text.upper() if text.isascii() else text} My order is 4711.")


@pytest.mark.parametrize("text", CALM)
def test_who_only_asks_or_denies_it_is_not(text: str) -> None:
    assert not is_unhappy(text)


def test_a_long_letter_is_read_at_once() -> None:
    assert not is_unhappy("a b " * 50_000)
