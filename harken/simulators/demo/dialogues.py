"""What customers and agents of a lamp shop say. Each turn is (who, text): c customer, a agent, n note, b bot.

A text may end with a file: `[photo]`, `[pdf]` or `[voice]`. `{order}`, `{item}` and `{city}` are filled in.
"""

from dataclasses import dataclass

ITEMS = ["Fjord floor lamp", "Luna pendant", "Arc desk lamp", "Birk table lamp", "Halo wall light", "Moss lantern"]


@dataclass(frozen=True)
class Dialogue:
    language: str
    subject: str
    team: str
    labels: tuple[str, ...]
    turns: tuple[tuple[str, str], ...]


def _d(language: str, team: str, labels: str, subject: str, *turns: str) -> Dialogue:
    pairs = tuple((turn[0], turn[2:]) for turn in turns)
    return Dialogue(language, subject, team, tuple(labels.split()), pairs)


DIALOGUES = (
    _d(
        "en",
        "Orders",
        "delivery",
        "Second parcel arrived damaged",
        "c:Hi, order {order} came in two boxes and one of them is crushed.",
        "c:Here is what it looks like [photo]",
        "a:I'm sorry about that. I've sent a replacement {item}, here is the return label 📦 [pdf]",
        "n:Second damage from this carrier this week, can you raise it with them?",
        "c:Thank you, that was quick!",
        "a:Gladly. The courier picks the broken one up on Thursday.",
    ),
    _d(
        "en",
        "Orders",
        "delivery",
        "Where is my order?",
        "c:Where is order {order}? The tracking has not moved for three days.",
        "a:I've asked the carrier. It is in the depot in {city} and goes out tomorrow morning.",
        "c:Great, I'll be home 🙂",
    ),
    _d(
        "en",
        "Orders",
        "",
        "Changing the delivery address",
        "c:Can I still change the delivery address of {order}?",
        "c:I moved last week",
        "a:Yes, it has not left yet. What is the new address?",
        "c:14 Harbour Lane, {city}. Thanks!",
    ),
    _d(
        "en",
        "Billing",
        "invoice",
        "Invoice {order} has the wrong VAT number",
        "c:Good morning, the invoice for {order} shows our old VAT number. Could you issue a corrected one?",
        "a:Of course. Here is the corrected invoice. [pdf]",
        "c:Perfect, thank you.",
    ),
    _d(
        "en",
        "Billing",
        "refund",
        "Refund for the returned lamp",
        "c:I returned the {item} two weeks ago and have not seen the money yet.",
        "a:Your refund was sent today. It takes 3 to 5 working days.",
    ),
    _d(
        "en",
        "Orders",
        "warranty",
        "Flickering after a month",
        "c:The {item} flickers when it is dimmed below half. [voice]",
        "a:Thank you for the recording of it, I can hear the hum too. Which dimmer do you use?",
        "c:The one from your shop, bought together",
        "a:The warranty covers that, yes. A new driver is on its way.",
    ),
    _d(
        "en",
        "Orders",
        "vip",
        "Forty lamps for a hotel",
        "c:We are refurbishing a hotel in {city} and need about forty of the {item}. Is there a trade price?",
        "n:Worth a call, they bought twelve last year.",
        "a:There is. I've attached our trade list, shall we talk tomorrow at ten? [pdf]",
        "c:Ten is fine.",
    ),
    _d(
        "en",
        "Orders",
        "",
        "Does it come with a bulb?",
        "c:Does the {item} come with a bulb, or do I need to buy one?",
        "a:One is included, E27, warm white.",
        "c:Lovely, ordering now",
    ),
    _d(
        "en",
        "Orders",
        "",
        "Can I return only one of two",
        "c:Can I send back only one of the two lamps and keep the discount?",
        "b:You can return any order within 30 days. Shall I make a return label?",
        "c:that's about returns in general. what about the discount?",
        "b:I'm not sure I understood. You can return any order within 30 days.",
        "c:no, that is not what I asked",
    ),
    _d(
        "en",
        "Orders",
        "",
        "Tracking my parcel",
        "c:Hi, when does {order} arrive?",
        "b:Hi! I'm Northwind's assistant, an automated helper. Your parcel arrives tomorrow before noon.",
        "c:ok thanks",
    ),
    _d(
        "de",
        "Orders",
        "delivery",
        "Lieferadresse ändern",
        "c:Hallo, kann ich die Lieferadresse für {order} noch ändern?",
        "a:Ja, das geht noch. Wohin dürfen wir liefern?",
        "c:Ahornweg 3 in {city}, vielen Dank!",
        "a:Ist geändert. Die Lampe kommt am Freitag.",
    ),
    _d(
        "de",
        "Billing",
        "invoice",
        "Rechnung fehlt",
        "c:Guten Tag, zur Bestellung {order} habe ich keine Rechnung bekommen.",
        "a:Guten Tag, hier ist sie. [pdf]",
        "c:Danke!",
    ),
    _d(
        "de",
        "Orders",
        "warranty",
        "Glas gesprungen",
        "c:Das Glas der {item} ist beim Auspacken gesprungen [photo]",
        "a:Das tut mir leid. Ein neues Glas ist heute noch unterwegs.",
        "c:Super Service 👍",
    ),
    _d(
        "de",
        "Orders",
        "",
        "Passt die Lampe?",
        "c:Passt die {item} auch an eine Dachschräge?",
        "b:Guten Tag! Ich bin der automatische Helfer. Die Lampe hat ein drehbares Gelenk.",
        "c:Und das Kabel, wie lang ist das?",
    ),
    _d(
        "es",
        "Orders",
        "delivery",
        "Paquete equivocado",
        "c:Hola, he recibido una lámpara distinta de la que pedí ({order}).",
        "c:[photo]",
        "a:Lo siento mucho. Mañana recogemos la equivocada y llega la correcta.",
        "c:Muchas gracias 😊",
    ),
    _d(
        "es",
        "Billing",
        "refund",
        "Reembolso",
        "c:Buenas, ¿cuándo llega el reembolso del pedido {order}?",
        "a:Lo enviamos ayer, tarda de 3 a 5 días laborables.",
    ),
    _d(
        "fr",
        "Orders",
        "",
        "Changement d'adresse",
        "c:Bonjour, je voudrais changer mon adresse pour la commande {order}.",
        "b:Bonjour ! Je suis l'assistant automatique. Quel est votre code postal ?",
        "c:Je préfère parler à quelqu'un",
    ),
    _d(
        "fr",
        "Orders",
        "delivery",
        "Colis endommagé",
        "c:Le colis est arrivé ouvert, il manque l'abat-jour. [photo]",
        "a:Je vous en renvoie un aujourd'hui, avec toutes nos excuses.",
        "c:Merci beaucoup !",
    ),
    _d(
        "pt",
        "Orders",
        "delivery",
        "Caixa partida",
        "c:Boa tarde, uma das duas caixas chegou partida. [voice]",
        "a:Lamento imenso. Já enviei outra, chega na quinta-feira.",
        "c:Obrigada, foram muito rápidos 😕➡️😊",
    ),
    _d(
        "ar",
        "Orders",
        "",
        "موعد التوصيل",
        "c:مرحبا، متى يصل الطلب {order}؟",
        "a:مرحبا، يصل غدًا قبل الظهر إن شاء الله.",
        "c:شكرًا جزيلًا [voice]",
    ),
    _d("zh", "Orders", "", "訂單進度", "c:你好，訂單 {order} 什麼時候會到？", "a:沒問題，我幫您查一下 🙂", "c:謝謝！"),
    _d(
        "ja",
        "Orders",
        "warranty",
        "点灯しません",
        "c:{item}の電源が入りません。[photo]",
        "a:ご不便をおかけしております。交換品をお送りします。",
        "c:ありがとうございます。",
    ),
)

# What customers say in answer to an agent, live.
ANSWERS = {
    "en": ["Thanks, that helps!", "Ah, I see. And how long will that take?", "Perfect 👌", "Here is a photo of it [photo]",
           "Could you send me the invoice again, please?", "That's great, thank you so much!", "Hm, I tried that already."],
    "de": ["Danke, das hilft mir!", "Alles klar, und wie lange dauert das?", "Super 👍", "Hier ist ein Foto [photo]"],
    "es": ["¡Gracias!", "Perfecto, ¿y cuánto tarda?", "Aquí va una foto [photo]"],
    "fr": ["Merci !", "D'accord, et combien de temps cela prend-il ?", "Parfait 😊"],
    "pt": ["Obrigada!", "Está bem, quanto tempo demora?"],
    "ar": ["شكرًا!", "حسنًا، كم يستغرق ذلك؟"],
    "zh": ["謝謝！", "好的，大概要多久？"],
    "ja": ["ありがとうございます。", "どのくらいかかりますか？"],
}  # fmt: skip

BOT_TURN = "b"
