"""Numbers of invoices in the purpose of a payment. Pure.

“Оплата по счету № 238 от 12.05.2026, сч. 240 и 241 по договору 15/Д. В т.ч. НДС 22 %” names 238, 240 and 241: what
follows the words contract, order, act, waybill is none, and neither are dates, accounts and sums of tax.
"""

import re

from salesexpert.core.folding import fold

_OTHER = re.compile(
    r"\b(?:дог(?:овор\w*|\.)?|контракт\w*|заказ\w*|зак\.|заявк\w*|акт\w*|упд|накладн\w*|тн|ттн|торг-?\s?12|сч[её]т\w*\s*-\s*фактур\w*|"
    r"сч[её]т\w*\s+фактур\w*|с/ф|сч/ф|сф|спецификаци\w*|приложени\w*|соглашени\w*|р/с\w*|л/с\w*|(?:расч[её]тн\w+|лицев\w+|текущ\w+)\s+сч[её]т\w*|"
    r"ндс|инн|кпп|бик|паспорт\w*|полис\w*)",
    re.IGNORECASE,
)
_INVOICE = re.compile(
    r"(?<![/\w])(?:сч[её]т(?:а|у|ам|ов|ом|е)?|сч|invoice|inv|инвойс\w*)\b\.?"
    r"(?:\s*-?\s*(?:договор\w*|оферт\w*))?(?:\s+на\s+(?:пред)?оплату|\s+покупател\w+)?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\s*,?\s*(?:(?:от|dd|dated|of)\.?\s*)?(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\d{4}-\d\d-\d\d)\s*(?:г(?:ода|\.)?(?!\w))?"
    r"|\s*от\.?\s*\d{1,2}\s+[а-яё]{3,8}\.?\s+\d{4}\s*(?:г(?:ода|\.)?(?!\w))?",
    re.IGNORECASE,
)
_SIGN = re.compile(r"\s*(?:№№|№|#|n°|\bномер\w*|\bno?\b\.?)?\s*:?\s*", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-zА-Яа-яЁё]{0,6}[-/]?\d[\w/-]{0,28}")
_MORE = re.compile(r"\s*(?:,|;|\+|&|\bи\b|\band\b)\s*", re.IGNORECASE)
_ALIKE = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
LONGEST = 1000


def invoice_numbers(purpose: str) -> list[str]:
    """Numbers as written, each once, in their order."""
    text = purpose[:LONGEST]
    found: list[str] = []
    others = [match.span() for match in _OTHER.finditer(text)]
    read = 0
    for match in _INVOICE.finditer(text):
        if match.start() < read or any(
            start <= match.start() < end for start, end in others
        ):
            continue
        numbers, read = _list_from(text, match.end())
        found += [number for number in numbers if number not in found]
    return found


def _list_from(text: str, at: int) -> tuple[list[str], int]:
    """The numbers of a list that begins here, and where it ends."""
    numbers: list[str] = []
    while True:
        end = at
        if numbers:
            more = _MORE.match(text, at)
            if more is None:
                return numbers, end
            at = more.end()
        if numbers and (_OTHER.match(text, at) or _INVOICE.match(text, at)):
            return numbers, end
        sign = _SIGN.match(text, at)
        at = sign.end() if sign else at
        if _DATE.match(text, at):
            return numbers, end
        number = _NUMBER.match(text, at)
        if number is None or _is_money(text, number.end()) or len(number.group()) >= 20:
            return numbers, end
        numbers.append(number.group().rstrip("-/"))
        at = number.end()
        dated = _DATE.match(text, at)
        at = dated.end() if dated else at


def _is_money(text: str, end: int) -> bool:
    """What was read is the beginning of a sum: 1 000.50, 500 руб., 22 %."""
    return bool(re.match(r"[.,]\d\d(?!\d)|\s*(?:руб|р\.|%|коп)", text[end : end + 8]))


def number_key(number: str) -> str:
    """A number as it is compared: capitals, look-alike letters as Cyrillic, zeros before digits and signs left out."""
    text = number.upper().translate(_ALIKE).replace("Ё", "Е")
    parts = re.findall(r"\d+|[^\W\d_]+", text)
    return "-".join(p.lstrip("0") or "0" if p.isdigit() else p for p in parts)


def is_doubtful(purpose: str) -> bool:
    """Money that looks like something else than the payment of an invoice: returned, lent, acquired, insured."""
    return bool(
        re.search(
            r"возврат|займ|кредит|депозит|процент|эквайринг|\bдивиденд|пополнени|самоинкасс|страхов|зарплат|заработн",
            fold(purpose),
        )
    )
