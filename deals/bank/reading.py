"""Reading 1CClientBankExchange (versions 1.01 to 1.03): bytes in, documents out, or a refusal of the whole. Pure.

The standard says cp1251 or cp866; in the wild there is UTF-8 that calls itself Windows. What was cut off or has lost its
letters is refused: half a statement is worse than none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils.translation import gettext as _

from salesexpert.core.errors import DomainError

SIGNATURE = "1CClientBankExchange"
LARGEST_BYTES = 30 * 1024 * 1024
_END = "конецфайла"
_ACCOUNT, _ACCOUNT_END = "секциярасчсчет", "конецрасчсчет"
_DOCUMENT, _DOCUMENT_END = "секциядокумент", "конецдокумента"
# Words of which every such file has some, if its letters were read rightly.
_WORDS = (_END, _ACCOUNT, _DOCUMENT, "версияформата", "кодировка", "датасоздания", "датаначала", "расчсчет")  # fmt: skip
_SUM = re.compile(r"-?\d{1,15}(?:[.,]\d*)?|\d{1,15}-\d\d")
_NAMED_INN = re.compile(r"^\s*(?:ИНН\s*)?(\d{10}|\d{12})(?:/\d{9})?\s*[,;]?\s+(?=\D)", re.IGNORECASE)  # fmt: skip
_LARGEST = Decimal("999999999999.99")
# Digits 6 to 8 of an account name its currency.
_CURRENCIES = {"810": "RUB", "643": "RUB", "840": "USD", "978": "EUR", "156": "CNY", "398": "KZT", "933": "BYN"}  # fmt: skip


class StatementRefused(DomainError):
    """The file is not a whole statement; `str` is the reason."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides of a document. `accounts`: all accounts under which the bank names it."""

    name: str
    inn: str
    account: str
    accounts: frozenset[str]
    bank: str
    bic: str
    correspondent: str


@dataclass(frozen=True, slots=True)
class Document:
    line: int
    kind: str
    number: str
    dated_on: date
    booked_on: date
    amount: Decimal
    payer: Side
    recipient: Side
    purpose: str
    payment_code: str
    currency: str
    own_account: str
    way: str  # "in", "out", "own", "unknown"


@dataclass(slots=True)
class Account:
    """An own account: what its sections declare, all days together. `bank` is known from documents only."""

    number: str
    received: Decimal | None = None
    spent: Decimal | None = None
    name: str = ""
    inn: str = ""
    bank: str = ""
    bic: str = ""
    correspondent: str = ""


@dataclass(slots=True)
class Statement:
    sender: str = ""
    since: date | None = None
    until: date | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)

    def sum(self, *ways: str) -> Decimal:
        return sum((d.amount for d in self.documents if d.way in ways), Decimal(0))

    def count(self, way: str) -> int:
        return sum(d.way == way for d in self.documents)


type _Section = dict[str, tuple[str, int]]


def read(data: bytes) -> Statement:
    """Raises StatementRefused, with the reason and where it helps the number of the line."""
    if not data.strip():
        raise StatementRefused(_("The file is empty."))
    if len(data) > LARGEST_BYTES:
        raise StatementRefused(_("The file is larger than 30 MB: ask the bank for a shorter period."))  # fmt: skip
    text = _decode(data)
    header, accounts, documents = _sections(text)
    statement = Statement(sender=_value(header, "отправитель"))
    statement.since = _day(header, "датаначала", required=False)
    statement.until = _day(header, "датаконца", required=False)
    for number in _header_accounts(text):
        statement.accounts.setdefault(number, Account(number))
    for section in accounts:
        _add_account(statement, section)
    own = frozenset(statement.accounts)
    for line, kind, section in documents:
        statement.documents.append(_document(section, line, kind, own))
    _tell_banks(statement)
    return statement


# ── letters ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _decode(data: bytes) -> str:
    if not _signed(data):
        raise StatementRefused(
            _("This is no bank statement: its first line is not “%(signature)s”.")
            % {"signature": SIGNATURE}
        )
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\ufffd" in text:
            raise StatementRefused(_("The letters of the file are lost: it was saved in a wrong encoding. Ask the bank for it anew."))  # fmt: skip
        if _is_readable(text):
            return _clean(text)
    mixed = _line_by_line(data)
    if mixed is not None:
        return _clean(mixed)
    raise StatementRefused(_("The letters of the file cannot be read: it is neither UTF-8, nor Windows, nor DOS."))  # fmt: skip


def _signed(data: bytes) -> bool:
    head = data[:200]
    for encoding in ("utf-8-sig", "utf-16"):
        if encoding == "utf-16" and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        text = head.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")
        if text.split("\n")[0].strip() == SIGNATURE or text.split("\r")[0].strip() == SIGNATURE:  # fmt: skip
            return True
    return False


def _encodings(data: bytes) -> Iterator[str]:
    """In the order in which they are believed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield "utf-16"
    yield "utf-8-sig"
    dos_first = re.search(rb"=\s*DOS\s*[\r\n]", data[:2000], re.IGNORECASE)
    yield from ("cp866", "cp1251") if dos_first else ("cp1251", "cp866")
    yield "koi8-r"


def _is_readable(text: str) -> bool:
    folded = text.casefold()
    return any(word in folded for word in _WORDS)


def _line_by_line(data: bytes) -> str | None:
    """A file of two encodings: each line in the one in which it can be read; None when even so no word is known."""
    lines = []
    for line in re.split(rb"\r\n|\r|\n", data):
        try:
            lines.append(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            lines.append(line.decode("cp1251", errors="replace"))
    text = "\n".join(lines)
    return text if _is_readable(text) and "\ufffd" not in text else None


def _clean(text: str) -> str:
    """Lines that another encoding was laid into (“РљРѕРЅРµС†Р¤Р°Р№Р»Р°”) are read again."""
    if "\x00" in text:
        raise StatementRefused(_("The file holds binary data: it is no text of a bank."))  # fmt: skip
    lines = re.split(r"\r\n|\r|\n", text.lstrip("\ufeff"))
    for number, line in enumerate(lines):
        if line.startswith(("Р", "С")) and not line.isascii():
            try:
                again = line.encode("cp1251").decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
            lines[number] = again
    return "\n".join(lines)


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sections(
    text: str,
) -> tuple[_Section, list[_Section], list[tuple[int, str, _Section]]]:
    """The header, the sections of accounts and the documents, each {key: (value, line)}."""
    header: _Section = {}
    accounts: list[_Section] = []
    documents: list[tuple[int, str, _Section]] = []
    here, inside, opened, last, ended = header, "", 0, "", False
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.replace("\x1a", "").strip()
        if not line or (line == SIGNATURE and not header and not inside):
            continue
        key, sign, value = line.partition("=")
        key = key.strip().casefold()
        if ended:
            raise StatementRefused(_("Line %(line)d: there is more after the end of the file. Two statements in one file are loaded one by one.") % {"line": number})  # fmt: skip
        if key == _END:
            _closed(inside, opened)
            ended = True
        elif key in (_ACCOUNT, _DOCUMENT):
            _closed(inside, opened)
            here, inside, opened, last = {}, key, number, ""
            if key == _ACCOUNT:
                accounts.append(here)
            else:
                documents.append((number, value.strip(), here))
        elif key in (_ACCOUNT_END, _DOCUMENT_END):
            if inside != (_ACCOUNT if key == _ACCOUNT_END else _DOCUMENT):
                raise StatementRefused(_("Line %(line)d closes a section that was not opened.") % {"line": number})  # fmt: skip
            here, inside, last = header, "", ""
        elif sign and not (last.startswith("назначениеплатежа") and " " in key):
            # Accounts of the header repeat and are read apart; elsewhere the first value that says anything stands.
            if not here.get(key, ("", 0))[0]:
                here[key] = (value.strip(), number)
            last = key
        elif last and inside == _DOCUMENT:
            # A purpose broken over lines.
            was, at = here[last]
            here[last] = (f"{was} {line}".strip(), at)
    if not ended:
        _closed(inside, opened)
        raise StatementRefused(_("The file is cut off: its last line, “КонецФайла”, is missing. Nothing was loaded; ask the bank for it anew."))  # fmt: skip
    return header, accounts, documents


def _closed(inside: str, opened: int) -> None:
    if inside == _DOCUMENT:
        raise StatementRefused(_("The document that begins in line %(line)d is not closed (“КонецДокумента” is missing): the file is damaged or cut off.") % {"line": opened})  # fmt: skip
    if inside == _ACCOUNT:
        raise StatementRefused(_("The section of an account that begins in line %(line)d is not closed (“КонецРасчСчет” is missing): the file is damaged or cut off.") % {"line": opened})  # fmt: skip


def _header_accounts(text: str) -> Iterator[str]:
    """Every account that the header names: the line may repeat."""
    for line in text.split("\n"):
        key, _sign, value = line.strip().partition("=")
        key = key.strip().casefold()
        if key in (_ACCOUNT, _DOCUMENT, _END):
            return
        if key == "расчсчет" and (number := account_number(value)):
            yield number


def account_number(text: str) -> str:
    """An account without spaces and dots; letters of a foreign one are kept."""
    return re.sub(r"[\s.\xa0-]+", "", text.replace("\x00", ""))[:34]


def _add_account(statement: Statement, section: _Section) -> None:
    number = account_number(_value(section, "расчсчет"))
    if not number:
        return
    account = statement.accounts.setdefault(number, Account(number))
    received = _money(section, "всегопоступило", required=False)
    spent = _money(section, "всегосписано", required=False)
    if received is not None:
        account.received = (account.received or Decimal(0)) + received
    if spent is not None:
        account.spent = (account.spent or Decimal(0)) + spent


def _document(section: _Section, line: int, kind: str, own: frozenset[str]) -> Document:
    payer, recipient = _side(section, "плательщик"), _side(section, "получатель")
    comes, goes = recipient.accounts & own, payer.accounts & own
    way = "own" if comes and goes else "in" if comes else "out" if goes else "unknown"
    dated = _day(section, "дата", required=False)
    received = _day(section, "датапоступило", required=False)
    written_off = _day(section, "датасписано", required=False)
    day = dated or received or written_off
    if day is None:
        raise StatementRefused(_("The document of line %(line)d has no date.") % {"line": line})  # fmt: skip
    booked = received or written_off or day
    if way == "out":
        booked = written_off or received or day
    amount = _money(section, "сумма", line=line)
    if amount is None or amount < 0:
        raise StatementRefused(_("The document of line %(line)d has no sum, or a negative one.") % {"line": line})  # fmt: skip
    own_account = min(comes or goes, default="")
    parts = [_value(section, f"назначениеплатежа{n or ''}") for n in range(7)]
    purpose = parts[0] or " ".join(part for part in parts[1:] if part)
    return Document(
        line=line,
        kind=kind[:60],
        number=_value(section, "номер")[:60],
        dated_on=day,
        booked_on=booked,
        amount=amount,
        payer=payer,
        recipient=recipient,
        purpose=" ".join(purpose.split()),
        payment_code=_value(section, "видоплаты")[:10],
        currency=currency_of(own_account),
        own_account=own_account,
        way=way,
    )


def currency_of(account: str) -> str:
    return _CURRENCIES.get(account[5:8], "RUB") if len(account) == 20 else "RUB"


def _side(section: _Section, who: str) -> Side:
    inner = account_number(_value(section, f"{who}расчсчет"))
    outer = account_number(_value(section, f"{who}счет"))
    whole, name = _value(section, who), _value(section, f"{who}1")
    inn = re.sub(r"\s+", "", _value(section, f"{who}инн"))
    if (named := _NAMED_INN.match(whole)) is not None:
        inn = inn or named.group(1)
        whole = whole[named.end() :]
    return Side(
        name=" ".join((name or whole).split())[:300],
        inn=inn[:20],
        account=inner or outer,
        accounts=frozenset(filter(None, (inner, outer))),
        bank=_value(section, f"{who}банк1")[:200],
        bic=_value(section, f"{who}бик")[:9],
        correspondent=account_number(_value(section, f"{who}корсчет"))[:20],
    )


def _tell_banks(statement: Statement) -> None:
    """What the documents say of our accounts: it is offered when one is added to an own firm."""
    for document in statement.documents:
        for side in (document.payer, document.recipient):
            for number in side.accounts:
                account = statement.accounts.get(number)
                if account is not None and not account.bic and (side.bic or side.name):
                    account.name, account.inn = side.name, side.inn
                    account.bank, account.bic = side.bank, side.bic
                    account.correspondent = side.correspondent


def _value(section: _Section, key: str) -> str:
    return section.get(key, ("", 0))[0].strip().strip("\ufeff")


def _day(section: _Section, key: str, *, required: bool = True) -> date | None:
    text, line = section.get(key, ("", 0))
    said = text.split()[0] if text.split() else ""
    if not said or not said.strip("0."):
        return None
    if (day := _read_day(said[:10])) is not None:
        return day
    raise StatementRefused(_("Line %(line)d: “%(text)s” is no date.") % {"line": line, "text": said[:40]})  # fmt: skip


@lru_cache(maxsize=4096)  # A statement has few days and many documents.
def _read_day(said: str) -> date | None:
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y", "%Y%m%d"):
        try:
            day = datetime.strptime(said, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if 1990 <= day.year <= 2100:
            return day
    return None


def _money(
    section: _Section, key: str, *, required: bool = True, line: int = 0
) -> Decimal | None:
    text, at = section.get(key, ("", line))
    said = re.sub(r"[\s\xa0'’]+", "", text).removesuffix("руб.").removesuffix("RUB")
    if not said:
        if required:
            raise StatementRefused(_("The document of line %(line)d has no sum.") % {"line": line})  # fmt: skip
        return None
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", said):
        said = said.replace(",", "")
    if not _SUM.fullmatch(said):
        raise StatementRefused(_("Line %(line)d: “%(text)s” is no sum.") % {"line": at, "text": text[:40]})  # fmt: skip
    whole, _dash, cents = said.partition("-") if not said.startswith("-") else (said, "", "")  # fmt: skip
    try:
        amount = Decimal(f"{whole}.{cents}" if cents else said.replace(",", "."))
    except InvalidOperation as error:
        raise StatementRefused(_("Line %(line)d: “%(text)s” is no sum.") % {"line": at, "text": text[:40]}) from error  # fmt: skip
    if amount != amount.quantize(Decimal("0.01")) or abs(amount) > _LARGEST:
        raise StatementRefused(_("Line %(line)d: “%(text)s” is no sum in kopecks.") % {"line": at, "text": text[:40]})  # fmt: skip
    return amount.quantize(Decimal("0.01"))
