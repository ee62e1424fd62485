"""Whether a customer asks for a person, in ten languages. Pure. Always honoured, before the bot is asked.

A phrase is a wish (speak to, connect me with, I want) with a person in it, or a person named alone ("agent please"). What only
mentions a person ("your agent told me"), or refuses one, is none.
"""

import re
import unicodedata
from typing import Final

LONGEST: Final = 300  # characters: a long letter that mentions a person is a letter

_ADVERBS = r"(?:\s+(?:now|please|pls|right now|instead|jetzt|bitte|ahora|por favor|maintenant|svp|s'il vous plait|ora|adesso|agora|nu|alstublieft|aub|teraz|prosze|simdi|lutfen))?"

# language: (persons, wishes that stand before one, whole sentences), written without accents and in lower case
_TABLE: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "en": (
        r"(?:real |live |actual |human )?(?:human|person|agent|representative|rep|operator|adviser|advisor|somebody|someone|human being|member of staff|staff member|customer service|customer support)",
        r"(?:speak|talk|chat|transfer|connect|put|pass|get|hand|escalate)(?: me| us| this)?(?: through| over| on)?(?: to| with)?|(?:want|need|would like|like|give me|get me)(?: to (?:speak|talk|chat)(?: to| with))?",
        (r"(?:are|is) there (?:a |any )?(?:real |live )?(?:human|person|agent|someone|anybody|anyone)(?: (?:there|here|i can (?:talk|speak) to))?", r"i (?:do not|don't|dont) want (?:to (?:talk|speak|chat) (?:to|with) )?(?:a |this |the )?(?:bot|robot|machine|computer|chatbot)", r"no (?:more )?(?:bot|bots|robot)s?"),
    ),
    "de": (
        r"(?:echte[nrm]? |richtige[nrm]? )?(?:mensch(?:en)?|person|mitarbeiter(?:in)?|berater(?:in)?|kundenberater(?:in)?|kollegen|ansprechpartner(?:in)?|kundendienst|kundenservice|jemande[mn]|jemand)",
        r"(?:mit|zu|an)|(?:will|mochte|moechte|brauche|hatte gern|haette gern|verbinden sie mich mit|geben sie mir)(?: gern| gerne)?(?: mit)?",
        (r"(?:kein|keinen|nicht mit (?:einem|dem|diesem)) (?:bot|roboter|computer|automaten?|chatbot)(?: (?:reden|sprechen|schreiben))?",),
    ),
    "es": (
        r"(?:una? )?(?:persona|humano|agente|asesora?|operadora?|representante|alguien)(?: real| humano| humana| de verdad)?",
        r"(?:hablar|chatear|conversar|comunicarme|comunicar|contactar|conectarme|conecteme|paseme|pasame|transferirme|transfierame)(?: con| a)?|(?:quiero|necesito|quisiera|deseo)(?: hablar con)?",
        (r"no quiero (?:hablar con )?(?:un |el |este )?(?:bot|robot|maquina)",),
    ),
    "fr": (
        r"(?:une? |des? )?(?:personne|humain|etre humain|agent|conseillere?|operateur|operatrice|quelqu'?un|representant)(?: reel(?:le)?| humaine?| en vrai)?",
        r"(?:parler|discuter|echanger|contacter|joindre|transferer|transferez-moi|passez-moi|mettez-moi en relation|etre mis en relation)(?: a| avec| vers)?|(?:je veux|je voudrais|j'ai besoin d'?|je souhaite)(?: parler (?:a|avec))?",
        (r"(?:je ne veux|je veux) pas (?:parler (?:a|avec) )?(?:un |une |ce |le )?(?:bot|robot|machine)",),
    ),
    "it": (
        r"(?:una? |un' ?)?(?:persona|umano|essere umano|operatore|operatrice|agente|consulente|qualcuno|addetto)(?: reale| umano| umana| vera?| in carne ed ossa)?",
        r"(?:parlare|chattare|comunicare|mettermi in contatto|passatemi|mi passi|trasferitemi|contattare)(?: con| a)?|(?:voglio|vorrei|ho bisogno di|desidero)(?: parlare con)?",
        (r"non voglio (?:parlare con )?(?:un |il |questo )?(?:bot|robot)",),
    ),
    "pt": (
        r"(?:uma? )?(?:pessoa|humano|ser humano|atendente|agente|operadora?|alguem|assistente humano|representante)(?: real| humana?o?| de verdade)?",
        r"(?:falar|conversar|chatear|contactar|contatar|transferir|transfira-me|passe-me|ligar)(?: com| para| a)?|(?:quero|preciso(?: de)?|gostaria de|queria)(?: falar com)?",
        (r"nao quero (?:falar com )?(?:um |o |este |esse )?(?:bot|robo|robot|maquina)",),
    ),
    "nl": (
        r"(?:een )?(?:echte? )?(?:mens|persoon|medewerker|medewerkster|iemand|adviseur|collega|klantenservice)",
        r"(?:spreken|praten|chatten|doorverbinden|verbinden|contact)(?: met)?|met|(?:ik wil|ik wil graag|wil|graag|ik heb)(?: met)?",
        (r"(?:geen|niet met een|niet met de) (?:bot|robot|computer|chatbot)(?: (?:praten|spreken))?",),
    ),
    "pl": (
        r"(?:zyw\w+ |prawdziw\w+ )?(?:czlowiek(?:iem|a)?|osob[aey]|konsultant(?:em|ka|ki|a)?|konsultantk[aei]|pracownik(?:iem|a)?|kims|agent(?:em|a)?|doradc[aey]|operator(?:em)?)",
        r"(?:rozmawiac|porozmawiac|pogadac|polacz(?:yc)?(?: mnie)?|skontaktowac(?: sie)?|przelacz(?:yc)?(?: mnie)?)(?: z| ze)?|(?:chce|chcialbym|chcialabym|potrzebuje|poprosze|prosze)(?: (?:rozmawiac|porozmawiac))?(?: z| ze| o)?",
        (r"nie chce (?:rozmawiac |gadac )?(?:z )?(?:botem|bota|robotem|automatem|maszyna)",),
    ),
    "tr": (
        r"(?:gercek |canli )?(?:bir )?(?:insan(?:la|a|i)?|kisi(?:yle|ye)?|temsilci(?:yle|ye|niz(?:le)?)?|yetkili(?:yle|ye)?|biri(?:yle|si(?:yle)?)?|operator(?:le|e)?|musteri (?:temsilcisi|hizmetleri)(?:yle|ne|ye)?)(?: ile)?",
        r"(?:bagla(?:yin|r misiniz)?|aktar(?:in|ir misiniz)?)(?: beni)?",
        (r"(?:insan(?:la)?|kisi(?:yle)?|temsilci(?:yle)?|yetkili(?:yle)?|biri(?:yle|siyle)|operatorle|musteri temsilcisi(?:yle)?)(?: ile)? (?:gorusmek|konusmak|yazismak) (?:istiyorum|isterim|istiyoruz)", r"(?:temsilciye|insana|yetkiliye|operatore|musteri temsilcisine|birine) (?:bagla|aktar)\w*(?: \w+)?", r"(?:bot|robot)(?:la)?(?: ile)? (?:konusmak|gorusmek) istemiyorum"),
    ),
    "ar": (
        r"(?:شخص|انسان|موظف|موظفه|احد|ممثل|مندوب|بشر|خدمه العملاء)(?: حقيقي| بشري| حقيقيه)?",
        r"(?:التحدث|اتحدث|الكلام|اتكلم|التواصل|اتواصل|تحويلي|حولني|وصلني|احكي|اكلم|التكلم)(?: مع| الي| الى| ب)?|(?:اريد|ارغب|احتاج|عايز|ابغي|ابي|بدي|اود)(?: (?:التحدث|ان اتحدث|الكلام|ان اتكلم) (?:مع|الي))?",
        (r"لا اريد (?:التحدث (?:مع|الي) )?(?:روبوت|بوت|اله)",),
    ),
}  # fmt: skip

# What stands between a wish and a person, and may stand before the wish.
_BETWEEN = r"(?:\s+(?:a|an|the|to|with|einem|einer|einen|ein|eine|der|die|dem|un|una|une|uno|um|uma|een|el|la|le|il|o|z|ze|mit|con|avec|com|met|مع|الي|to a|real|human))*"
_REFUSALS: Final = re.compile(
    r"\b(?:do not|don't|dont|no need|not need|without|instead of|nicht|kein|keine|keinen|ohne|no (?:quiero|necesito)|sin|ne (?:veux|souhaite)|pas besoin|sans|non (?:voglio|vorrei|ho bisogno)|senza|nao (?:quero|preciso)|sem|niet|geen|zonder|nie (?:chce|potrzebuje)|bez|istemiyorum|gerek yok|لا (?:اريد|احتاج)|بدون)\b"
)
_SENTENCES: Final = re.compile(r"[.!?;\n،؟。]+")


def asks_for_person(text: str) -> bool:
    """Whether one sentence of the text asks for a person, in any of the ten languages."""
    if len(text) > LONGEST:
        return False
    return any(_asks(sentence) for sentence in _SENTENCES.split(plain(text)) if sentence.strip())


def _asks(sentence: str) -> bool:
    said = " ".join(sentence.replace(",", " ").split())
    if any(pattern.search(said) for pattern in _WHOLE):
        return True
    if _REFUSALS.search(said):
        return False
    return any(pattern.search(said) for pattern in _WISHES) or any(pattern.fullmatch(said) for pattern in _ALONE)


def plain(text: str) -> str:
    """Lower case, without accents and vowel signs; Arabic letters that are written in several ways as one."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i").replace("ß", "ss").replace("ł", "l"))
    bare = "".join(c for c in folded if not unicodedata.combining(c)).replace("’", "'")
    return bare.translate(_ARABIC)


_ARABIC: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None})


def _verbs_last(persons: str) -> str:
    """German and Dutch: with a person I want to speak."""
    return rf"\bm(?:it|et){_BETWEEN}\s+{persons}\b.{{0,30}}\b(?:sprechen|reden|schreiben|chatten|telefonieren|verbunden|verbinden|spreken|praten|doorverbonden)\b"


_WISHES: Final = [
    re.compile(rf"\b(?:{wishes}){_BETWEEN}\s+{persons}(?:{_ADVERBS})$" if language in ("de", "nl") else rf"\b(?:{wishes}){_BETWEEN}\s+{persons}\b")
    for language, (persons, wishes, _) in _TABLE.items()
] + [re.compile(_verbs_last(_TABLE[language][0])) for language in ("de", "nl")]  # fmt: skip
_ALONE: Final = [
    re.compile(rf"(?:(?:a|an|ein|eine|einen|un|una|une|um|uma|een|bir|please|pls|bitte)\s+)?{persons}{_ADVERBS}")
    for persons, _, _ in _TABLE.values()
]
_WHOLE: Final = [re.compile(rf"(?:^|\b){whole}(?:$|\b)") for _, _, wholes in _TABLE.values() for whole in wholes]
