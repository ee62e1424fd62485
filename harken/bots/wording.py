"""What Harken itself says to customers about bots, in ten languages, and which language that is. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

DEFAULT: Final = "en"

DISCLOSURE: Final = {
    "en": "I am an automated assistant. You can ask for a person at any time.",
    "de": "Ich bin ein automatischer Assistent. Sie können jederzeit nach einem Menschen fragen.",
    "es": "Soy un asistente automático. Puede pedir hablar con una persona en cualquier momento.",
    "fr": "Je suis un assistant automatique. Vous pouvez demander une personne à tout moment.",
    "it": "Sono un assistente automatico. Può chiedere di parlare con una persona in qualsiasi momento.",
    "pt": "Sou um assistente automático. Pode pedir para falar com uma pessoa a qualquer momento.",
    "nl": "Ik ben een geautomatiseerde assistent. U kunt op elk moment om een medewerker vragen.",
    "pl": "Jestem automatycznym asystentem. W każdej chwili można poprosić o rozmowę z człowiekiem.",
    "tr": "Ben otomatik bir asistanım. İstediğiniz zaman bir temsilci isteyebilirsiniz.",
    "ar": "أنا مساعد آلي. يمكنك طلب التحدث مع شخص في أي وقت.",
}

# Told once when a conversation goes from a bot to people: while somebody is there, and outside hours.
HANDED_OFF: Final = {
    "en": "I am handing you over to a colleague, who will answer you here.",
    "de": "Ich übergebe an eine Kollegin oder einen Kollegen; Sie bekommen hier Antwort.",
    "es": "Le paso con una persona del equipo, que le responderá aquí.",
    "fr": "Je vous transmets à un collègue, qui vous répondra ici.",
    "it": "La passo a un collega, che le risponderà qui.",
    "pt": "Vou passar a conversa a um colega, que lhe responderá aqui.",
    "nl": "Ik draag u over aan een collega, die u hier antwoordt.",
    "pl": "Przekazuję rozmowę pracownikowi, który odpowie tutaj.",
    "tr": "Sizi bir çalışma arkadaşıma aktarıyorum; size buradan yanıt verecek.",
    "ar": "سأحوّلك إلى أحد الزملاء، وسيرد عليك هنا.",
}
HANDED_OFF_CLOSED: Final = {
    "en": "I am handing you over to a colleague. Nobody is here right now; you will get an answer here when we are back.",
    "de": "Ich übergebe an eine Kollegin oder einen Kollegen. Gerade ist niemand da; Sie bekommen hier Antwort, sobald wir zurück sind.",
    "es": "Le paso con una persona del equipo. Ahora no hay nadie; le responderemos aquí cuando volvamos.",
    "fr": "Je vous transmets à un collègue. Personne n'est là en ce moment ; vous aurez une réponse ici à notre retour.",
    "it": "La passo a un collega. Ora non c'è nessuno; le risponderemo qui quando saremo di nuovo disponibili.",
    "pt": "Vou passar a conversa a um colega. Neste momento não está ninguém; responderemos aqui quando voltarmos.",
    "nl": "Ik draag u over aan een collega. Er is nu niemand; u krijgt hier antwoord zodra we terug zijn.",
    "pl": "Przekazuję rozmowę pracownikowi. Teraz nikogo nie ma; odpowiemy tutaj, gdy wrócimy.",
    "tr": "Sizi bir çalışma arkadaşıma aktarıyorum. Şu anda kimse yok; döndüğümüzde buradan yanıt vereceğiz.",
    "ar": "سأحوّلك إلى أحد الزملاء. لا يوجد أحد الآن، وسنرد عليك هنا عند عودتنا.",
}

# Words that customers write often. One that several languages have counts for less in each.
_FREQUENT: Final = {
    "en": "the is are you my and what where when how please have it this i hello hi can do not to a an of for in on at with "
    "need want would like speak talk help me we he she they was were does did has your our there someone somebody thanks thank "
    "order package number but if or be am from know get could should will yes no still been just any about out up don't i'm it's",
    "de": "ich und ist nicht das die der mein meine wie wo wann bitte sie habe hallo kann ein eine wir mit einen einem von zu zum "
    "den dem des im auf für noch aber oder es mir mich ihr ihre ihnen hat haben war wurde wird können möchte brauche danke guten tag "
    "bestellung paket rechnung schon auch nur wenn was warum keine kein nach bei seit über",
    "es": "el los las es mi qué donde dónde cuándo cómo por favor hola tengo quiero usted está pedido y un una con puedo hablar "
    "necesito de que para la no me mi se lo al del pero gracias buenos días tardes cuando sin sobre todavía alguien hay ha llegado estoy "
    "paquete",
    "fr": "le les est mon ma où quand comment bonjour je vous ne pas une avec suis j'ai s'il et un des du au aux que qui pour sur "
    "dans mais merci puis veux voudrais parler colis commande ma mes votre vos c'est il elle nous on n'ai encore toujours quelqu'un moi "
    "passez plaît",
    "it": "il gli è mio mia dove quando come ciao buongiorno ho sono che non vorrei per favore grazie con posso parlare di la un una "
    "lo del della nel ma anche ancora mi si ordine pacco arrivato qualcuno bisogno ha questo",
    "pt": "o os é meu minha onde quando como olá não quero tenho você estou obrigado favor e um uma com preciso falar por de que para "
    "do da no na em mas ainda chegou pedido encomenda alguém posso bom dia boa tarde obrigada está se ao",
    "nl": "het een is mijn waar wanneer hoe hallo ik niet heb kan u jullie graag wil de met van en op voor maar nog ook dat die dit "
    "ben bent zijn was er iemand bestelling pakket bedankt dank naar bij aan geen wat mag",
    "pl": "jest nie to moje moja gdzie kiedy jak dzień dobry mam chcę proszę czy się i z na do w że ale mi mnie już jeszcze mój "
    "dziękuję zamówienie paczka rozmawiać jestem potrzebuję za od po co nadal",
    "tr": "bir ve bu ne nerede zaman nasıl merhaba var mı mi ben siparişim değil lütfen istiyorum için ile de da çok yok benim "
    "teşekkürler kargo sipariş geldi henüz mu mü misiniz görüşmek selam günler iyi insan",
}
_WORDS: Final = {language: frozenset(words.split()) for language, words in _FREQUENT.items()}
_WEIGHTS: Final = {
    word: 1 / count for word, count in Counter(word for words in _WORDS.values() for word in words).items()
}


def language_of(known: str, texts: Sequence[str]) -> str | None:
    """What the contact speaks: as it is known, else as their words say; None when those do not tell."""
    code = known.replace("_", "-").split("-")[0].lower()
    if code:
        return code
    said = " ".join(texts).casefold()
    if re.search(r"[\u0600-\u06ff]", said):
        return "ar"
    words = re.findall(r"[\w']+", said)
    scores = {
        language: sum(_WEIGHTS[word] for word in words if word in frequent) for language, frequent in _WORDS.items()
    }
    best, second = sorted(scores.values(), reverse=True)[:2]
    return max(scores, key=scores.__getitem__) if best > second else None


def in_language(texts: Mapping[str, str], language: str | None) -> str:
    """The text in that language, else in English."""
    return texts.get(language or DEFAULT) or texts[DEFAULT]
