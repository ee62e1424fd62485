"""Who writes to Northwind: customers with a name, a language and a way to be reached. All invented."""

from dataclasses import dataclass
from random import Random

FIRST = {
    "en": [
        "Amelia",
        "Tom",
        "Grace",
        "Oliver",
        "Isla",
        "Harry",
        "Ruby",
        "Jack",
        "Freya",
        "Noah",
        "Imani",
        "Kwame",
        "Priya",
        "Arjun",
        "Siobhan",
        "Callum",
        "Zoe",
        "Marcus",
    ],
    "de": [
        "Jonas",
        "Lena",
        "Felix",
        "Mia",
        "Anton",
        "Greta",
        "Lukas",
        "Hannah",
        "Emil",
        "Klara",
        "Jürgen",
        "Sabine",
        "Nils",
        "Frieda",
        "Björn",
        "Anneliese",
    ],
    "es": [
        "Lucía",
        "Mateo",
        "Valentina",
        "Diego",
        "Camila",
        "Santiago",
        "Inés",
        "Javier",
        "Rocío",
        "Andrés",
        "Ximena",
        "Álvaro",
    ],
    "fr": ["Léa", "Hugo", "Chloé", "Théo", "Manon", "Gaël", "Zélie", "Baptiste", "Anaïs", "Rémi", "Noémie", "Éloïse"],
    "pt": ["Marta", "João", "Beatriz", "Tiago", "Inês", "Rui", "Catarina", "Duarte", "Leonor", "Gonçalo"],
    "ar": ["فاطمة", "يوسف", "ليلى", "عمر", "مريم", "خالد", "نور", "سامي"],
    "zh": ["張偉", "王芳", "李娜", "劉洋", "陳靜", "楊帆", "黃蓉", "趙磊"],
    "ja": ["佐藤健", "鈴木陽菜", "高橋蓮", "田中結衣", "渡辺翔", "伊藤さくら"],
}
LAST = {
    "en": [
        "Whitfield",
        "Okafor",
        "Bennett",
        "Patel",
        "Hughes",
        "Mensah",
        "Clarke",
        "O'Brien",
        "Sharma",
        "Fletcher",
        "Adeyemi",
        "Cooper",
        "Lindqvist",
        "Barnes",
    ],
    "de": [
        "Keller",
        "Schäfer",
        "Brandt",
        "Vogel",
        "Öztürk",
        "Hoffmann",
        "Lindner",
        "Weiß",
        "Kowalski",
        "Baumgartner",
        "Krüger",
        "Nowak",
    ],
    "es": ["Moreno", "García", "Ibáñez", "Fuentes", "Núñez", "Ortega", "Peña", "Salazar", "Vidal", "Reyes"],
    "fr": ["Fournier", "Lefèvre", "Moreau", "Garnier", "Dubois", "Chevalier", "Renaud", "Benoît", "Marchand"],
    "pt": ["Oliveira", "Almeida", "Ferreira", "Carvalho", "Magalhães", "Teixeira", "Nogueira", "Simões"],
    "ar": ["السيد", "حداد", "منصور", "الخطيب", "بدران"],
    "zh": [""],
    "ja": [""],
}
CITIES = {
    "en": ["Leeds", "Bristol", "Dublin", "Accra", "Toronto"], "de": ["Hamburg", "Leipzig", "Graz", "Zürich"],
    "es": ["Valencia", "Bogotá", "Rosario"], "fr": ["Lyon", "Nantes", "Liège"], "pt": ["Lisboa", "Porto", "Recife"],
    "ar": ["عمّان", "القاهرة"], "zh": ["臺北", "高雄"], "ja": ["大阪", "札幌"],
}  # fmt: skip
COMPANIES = ["Oliveira & Filhos", "Studio Nord", "Blumen Brandt", "Café Fuentes", "Patel Interiors", "Hotel Lindner"]


@dataclass(frozen=True)
class Customer:
    """An invented customer. `slug` is ASCII, for addresses."""

    name: str
    language: str
    city: str
    slug: str
    company: str | None


def customers(random: Random, count: int) -> list[Customer]:
    """`count` customers; the same for the same random state."""
    weights = {"en": 9, "de": 5, "es": 3, "fr": 3, "pt": 2, "ar": 1, "zh": 1, "ja": 1}
    languages = random.choices(list(weights), list(weights.values()), k=count)
    return [_customer(random, language, number) for number, language in enumerate(languages)]


def _customer(random: Random, language: str, number: int) -> Customer:
    first, last = random.choice(FIRST[language]), random.choice(LAST[language])
    ascii_name = "".join(c for c in f"{first}.{last}".lower() if c.isascii() and (c.isalnum() or c == ".")).strip(".")
    company = random.choice(COMPANIES) if random.random() < 0.25 else None
    return Customer(
        f"{first} {last}".strip(),
        language,
        random.choice(CITIES[language]),
        f"{ascii_name or 'guest'}{number}",
        company,
    )
