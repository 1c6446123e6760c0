"""What a letter's merge fields stand for: plain mappings of texts, for many addressees in a few queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.models import Client, Contact, ContactLink
from deals.firms import default_firm
from deals.models import Deal
from deals.papers.formats import SIGNS, day_in_words, money
from mailing.merging import FIELDS
from salesexpert.accounts.models import User
from salesexpert.core import preferences

WITH_CLIENT = ("client__legal_form", "client__region", "client__industry", "client__relationship", "client__curator")  # fmt: skip


@dataclass(frozen=True, slots=True)
class To:
    """Somebody a letter is filled for."""

    client: Client | None = None
    contact: Contact | None = None
    deal: Deal | None = None
    position: str = ""
    paper: str = ""


def empty() -> dict[str, Any]:
    """Every field, with nothing in it: conditions and fallbacks see what they ask for."""
    made: dict[str, Any] = {}
    for path in FIELDS:
        root, _dot, name = path.partition(".")
        if name:
            made.setdefault(root, {})[name] = ""
        else:
            made[root] = ""
    return made


class Values:
    """The values of one mailing or letter; what is the same for all is read once. `by`: who signs where nobody curates."""

    def __init__(self, *, by: User, language: str, at: datetime) -> None:
        self.by, self.language = by, language
        firm = default_firm()
        self.today = day_in_words(timezone.localdate(at), language)
        self.company = {
            "name": str(preferences.get("company_name") or (firm.name if firm else "")),
            "phone": firm.phone if firm else "",
            "email": firm.email if firm else "",
            "site": "",
            "address": firm.address if firm else "",
        }
        if firm and language == "en":
            self.company["address"] = firm.address_en or firm.address

    def of(self, to: To, *, manager: User | None = None) -> dict[str, Any]:
        made = empty()
        made["today"], made["company"] = self.today, self.company
        made["manager"] = _manager(manager or self.by)
        if to.client is not None:
            made["client"] = _client(to.client)
        made["contact"] = self._contact(to)
        if to.deal is not None:
            made["deal"] = self._deal(to.deal)
        made["paper"]["title"] = to.paper
        return made

    def _contact(self, to: To) -> dict[str, str]:
        one = to.contact
        made = {
            "first_name": one.first_name if one else "",
            "patronymic": one.patronymic if one else "",
            "last_name": one.last_name if one else "",
            "name": str(one) if one else "",
            "position": to.position,
        }
        with translation.override(self.language):
            made["dear"] = dear(one)
        return made

    def _deal(self, deal: Deal) -> dict[str, str]:
        amount = ""
        if deal.amount is not None:
            sign = SIGNS.get(deal.currency, deal.currency) if self.language == "ru" else deal.currency  # fmt: skip
            amount = f"{money(deal.amount, self.language)} {sign}"
        return {"title": deal.title, "stage": str(deal.stage or ""), "amount": amount}


def dear(contact: Contact | None) -> str:
    """How a person is addressed, in the active language; nobody in particular is a colleague."""
    if contact is None or not contact.first_name:
        return _("Dear colleague")
    name = " ".join(filter(None, [contact.first_name, contact.patronymic]))
    if translation.get_language() == "ru":
        female = contact.patronymic.endswith(("вна", "чна", "кызы"))
        male = contact.patronymic.endswith(("ич", "оглы"))
        if female or male:
            return f"Уважаемая {name}" if female else f"Уважаемый {name}"
        return f"Здравствуйте, {name}"
    return _("Dear %s") % name


def _client(client: Client) -> dict[str, str]:
    return {
        "name": str(client),
        "city": client.city,
        "region": str(client.region or ""),
        "industry": str(client.industry or ""),
        "relationship": str(client.relationship or ""),
        "inn": client.inn,
    }


def _manager(user: User) -> dict[str, str]:
    phone = user.phone
    if phone and user.extension:
        with translation.override(user.language):
            phone = _("%(phone)s, ext. %(extension)s") % {"phone": phone, "extension": user.extension}  # fmt: skip
    return {
        "name": user.get_full_name() or user.get_username(),
        "job_title": user.job_title,
        "phone": phone,
        "email": user.email or "",
    }


def positions(pairs: Iterable[tuple[int | None, int | None]]) -> Mapping[tuple[int, int], str]:  # fmt: skip
    """The position of each person at each firm, by (contact, client), in one query."""
    wanted = [(a, b) for a, b in pairs if a and b]
    rows = ContactLink.objects.filter(
        contact__in={a for a, _b in wanted}, client__in={b for _a, b in wanted}, until_on=None
    )  # fmt: skip
    return {(r.contact_id, r.client_id): r.position for r in rows} if wanted else {}


# Russian and English, by the purpose of the template.
_PAPERS = {
    "invoice": ("Счёт № 17", "Invoice No. 17"),
    "act": ("Акт № 17", "Act No. 17"),
    "offer": ("Коммерческое предложение № 17", "Offer No. 17"),
    "document": ("Договор № 17", "Contract No. 17"),
}


def sample(language: str, purpose: str = "") -> dict[str, Any]:
    """Invented values: what a preview shows while no card is chosen, and a template is tried with."""
    made = empty()
    english = language == "en"
    made["contact"] = {
        "first_name": "Anna" if english else "Анна",
        "patronymic": "" if english else "Петровна",
        "last_name": "Sample" if english else "Образцова",
        "name": "Anna Sample" if english else "Анна Петровна Образцова",
        "position": "head of purchasing" if english else "начальник отдела закупок",
        "dear": "Dear Anna" if english else "Уважаемая Анна Петровна",
    }
    made["client"] = {
        "name": "Sample Ltd" if english else "ООО «Образец»",
        "city": "Moscow" if english else "Москва",
        "region": "Moscow" if english else "Москва",
        "industry": "machine building" if english else "машиностроение",
        "relationship": "regular" if english else "постоянный",
        "inn": "7700000000",
    }
    made["deal"] = {
        "title": "Delivery of pumps" if english else "Поставка насосов",
        "stage": "negotiations" if english else "переговоры",
        "amount": "1,284,600.00 RUB" if english else "1 284 600,00 ₽",
    }
    made["paper"] = {"title": _PAPERS.get(purpose, _PAPERS["invoice"])[english]}
    made["manager"] = {
        "name": "Boris Sellers" if english else "Борис Продавцов",
        "job_title": "sales manager" if english else "менеджер по продажам",
        "phone": "+7 495 000-00-00",
        "email": "boris@example.com",
    }
    made["company"] = {
        "name": "Our company" if english else "Наша компания",
        "phone": "+7 495 000-00-01",
        "email": "info@example.com",
        "site": "example.com",
        "address": "1 Sample St, Moscow" if english else "Москва, ул. Примерная, 1",
    }
    made["today"] = day_in_words(timezone.localdate(), language)
    return made


def with_samples(filled: dict[str, Any], language: str, purpose: str) -> dict[str, Any]:
    """A preview from a card: what the card cannot know, the deal and the paper that will be enclosed, is invented."""
    made = sample(language, purpose)
    return {**filled, **{root: made[root] for root in ("deal", "paper") if not any(filled[root].values())}}  # fmt: skip


def main_contact(client: Client) -> tuple[Contact | None, str]:
    """Whom a letter to this client is addressed to by itself, and his position."""
    links = (
        client.contact_links.filter(until_on=None, contact__archived_at=None, contact__bin=None, contact__erased_at=None)
        .select_related("contact")
        .order_by("-is_main", "pk")[:1]
    )  # fmt: skip
    for link in links:
        return link.contact, link.position
    return None, ""
