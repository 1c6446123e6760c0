"""Sums in words, as Russian papers and payment orders want them. Pure."""

from decimal import Decimal

# one, two to four, five and more; then the same of the hundredth part
_RUSSIAN = {
    "RUB": (("рубль", "рубля", "рублей"), ("копейка", "копейки", "копеек")),
    "USD": (("доллар США", "доллара США", "долларов США"), ("цент", "цента", "центов")),
    "EUR": (("евро", "евро", "евро"), ("цент", "цента", "центов")),
    "CNY": (("юань", "юаня", "юаней"), ("фэнь", "фэня", "фэней")),
    "KZT": (("тенге", "тенге", "тенге"), ("тиын", "тиына", "тиынов")),
    "BYN": (("белорусский рубль", "белорусских рубля", "белорусских рублей"), ("копейка", "копейки", "копеек")),
}  # fmt: skip
_ENGLISH = {
    "RUB": ("rouble", "roubles", "kopeck", "kopecks"),
    "USD": ("US dollar", "US dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "CNY": ("yuan", "yuan", "fen", "fen"),
}


def plural(number: int, forms: tuple[str, str, str]) -> str:
    """The form of a Russian word after a number: 1 рубль, 2 рубля, 5 рублей, 11 рублей."""
    if number % 100 in (11, 12, 13, 14):
        return forms[2]
    last = number % 10
    return forms[0] if last == 1 else forms[1] if last in (2, 3, 4) else forms[2]


def whole_in_words(number: int, language: str = "ru") -> str:
    # Here, not above: thirty languages are loaded with it.
    from num2words import num2words

    return str(num2words(number, lang=language))


def sum_in_words(amount: Decimal, currency: str = "RUB", language: str = "ru") -> str:
    """“Одна тысяча двадцать один рубль 05 копеек”: capital first, the hundredths in digits."""
    whole, part = divmod(int(amount * 100), 100)
    words = whole_in_words(whole, language)
    words = words[:1].upper() + words[1:]
    if language == "en":
        one, many, cent, cents = _ENGLISH.get(currency, (currency, currency, "", ""))
        tail = f" {part:02d} {cent if part == 1 else cents}" if cents else f" {part:02d}/100"  # fmt: skip
        return f"{words} {one if whole == 1 else many}{tail}"
    if currency not in _RUSSIAN:
        return f"{words} {currency} {part:02d}/100"
    roubles, kopecks = _RUSSIAN[currency]
    return f"{words} {plural(whole, roubles)} {part:02d} {plural(part, kopecks)}"


def count_in_words(number: int, forms: tuple[str, str, str]) -> str:
    return f"{number} {plural(number, forms)}"
