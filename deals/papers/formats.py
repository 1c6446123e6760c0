"""Days and sums as papers write them. Pure."""

from datetime import date
from decimal import Decimal

_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SIGNS = {"RUB": "руб.", "USD": "долл. США", "EUR": "евро", "CNY": "юаней", "KZT": "тенге", "BYN": "бел. руб."}  # fmt: skip
# Codes of currencies that statutory forms print.
CODES = {"RUB": "Российский рубль, 643", "USD": "Доллар США, 840", "EUR": "Евро, 978", "CNY": "Юань, 156", "KZT": "Тенге, 398", "BYN": "Белорусский рубль, 933"}  # fmt: skip


def day_in_words(day: date | None, language: str = "ru") -> str:
    """“2 марта 2026 г.” or “2 March 2026”."""
    if day is None:
        return ""
    if language == "en":
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}\xa0г."


def short_day(day: date | None, language: str = "ru") -> str:
    """“02.03.2026” or “2 March 2026”."""
    if language == "en":
        return day_in_words(day, language)
    return f"{day:%d.%m.%Y}" if day else ""


def _marked(text: str, language: str) -> str:
    """1,284.50 as it is in English; no-break spaces and a comma in Russian."""
    return text if language == "en" else text.replace(",", "\xa0").replace(".", ",")


def money(amount: Decimal | None, language: str = "ru") -> str:
    """“1 284 600,00” or “1,284,600.00”: always with the hundredths."""
    return "" if amount is None else _marked(f"{amount:,.2f}", language)


def quantity(amount: Decimal, language: str = "ru") -> str:
    """“3”, “2,5”: no needless noughts."""
    return _marked(f"{amount:,.3f}".rstrip("0").rstrip("."), language)


def percent(amount: Decimal | None, language: str = "ru") -> str:
    """“22 %”, “Без НДС”; in English “22%”, “No VAT”."""
    if amount is None:
        return "No VAT" if language == "en" else "Без НДС"
    return percents_of(_marked(f"{amount.normalize():f}", language), language)


def percents_of(text: str, language: str = "ru") -> str:
    """A written number with the sign of percents: Russian keeps it apart."""
    return f"{text}%" if language == "en" else f"{text}\xa0%"
