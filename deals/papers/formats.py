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
SIGNS = {"RUB": "руб.", "USD": "долл. США", "EUR": "евро", "CNY": "юань"}
# Codes of currencies that statutory forms print.
CODES = {"RUB": "Российский рубль, 643", "USD": "Доллар США, 840", "EUR": "Евро, 978", "CNY": "Юань, 156"}  # fmt: skip


def day_in_words(day: date | None, language: str = "ru") -> str:
    """“2 марта 2026 г.” or “2 March 2026”."""
    if day is None:
        return ""
    if language == "en":
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}\xa0г."


def short_day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def money(amount: Decimal | None) -> str:
    """“1 284 600,00”: no-break spaces, a comma, always kopecks."""
    if amount is None:
        return ""
    return f"{amount:,.2f}".replace(",", "\xa0").replace(".", ",")


def quantity(amount: Decimal) -> str:
    """“3”, “2,5”: no needless noughts."""
    text = f"{amount:,.3f}".rstrip("0").rstrip(".")
    return text.replace(",", "\xa0").replace(".", ",")


def percent(amount: Decimal | None) -> str:
    """“22%”, “Без НДС”."""
    return "Без НДС" if amount is None else f"{amount.normalize():f}%".replace(".", ",")
