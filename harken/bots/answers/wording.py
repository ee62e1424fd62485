"""What an answers bot says of its own. Pure."""

from typing import Final, Literal

Key = Literal["greeting", "offer", "person", "missed", "helped", "yes", "no", "glad"]
_WORDS: Final[dict[str, dict[Key, str]]] = {
    "en": {
        "greeting": "How can I help you?", "offer": "Is it one of these?", "person": "Something else: ask a person",
        "missed": "I have not found an answer to that. Could you put it in other words?",
        "helped": "Did that answer your question?", "yes": "Yes", "no": "No, ask a person", "glad": "Glad to hear that!",
    },
    "de": {
        "greeting": "Wie kann ich Ihnen helfen?", "offer": "Ist es eines davon?", "person": "Etwas anderes: einen Menschen fragen",
        "missed": "Dazu habe ich keine Antwort gefunden. Können Sie es anders sagen?",
        "helped": "Hat das Ihre Frage beantwortet?", "yes": "Ja", "no": "Nein, einen Menschen fragen", "glad": "Das freut mich!",
    },
    "es": {
        "greeting": "¿En qué puedo ayudarle?", "offer": "¿Es una de estas?", "person": "Otra cosa: preguntar a una persona",
        "missed": "No he encontrado una respuesta. ¿Puede decirlo de otra manera?",
        "helped": "¿Ha respondido a su pregunta?", "yes": "Sí", "no": "No, preguntar a una persona", "glad": "¡Me alegro!",
    },
    "ar": {
        "greeting": "كيف يمكنني مساعدتك؟", "offer": "هل تقصد أحد هذه؟", "person": "شيء آخر: اسأل شخصًا",
        "missed": "لم أجد إجابة عن ذلك. هل يمكنك صياغته بطريقة أخرى؟",
        "helped": "هل أجاب ذلك عن سؤالك؟", "yes": "نعم", "no": "لا، اسأل شخصًا", "glad": "يسعدني ذلك!",
    },
}  # fmt: skip


def wording(key: Key, language: str | None) -> str:
    return _WORDS.get((language or "").partition("-")[0].lower(), _WORDS["en"])[key]
