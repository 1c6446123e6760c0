"""What comes from a site's form: read from what was posted, measured against the form, kept whole.

Nothing here knows of requests: the view hands over fields, and gets back what to answer.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit
from uuid import UUID, uuid5

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from clients import emails, phones, requisites
from clients.actions.inquiries import MARKS, Said, receive
from clients.inquiry_choices import Channel, InquiryState
from clients.models import Campaign, InformationSource, Inquiry, Product, SiteForm
from salesexpert.core.folding import fold

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 60
LONGEST_VALUE = 4_000
LONGEST_MESSAGE = 10_000
# A field that people never see: whoever fills it is a program.
TRAP = "leave_empty"
SERVER = (
    "-"  # among the origins: the site's own server may send too, which names no origin
)
PER_ADDRESS_MINUTE, PER_ADDRESS_HOUR, ANYWHERE_MINUTE = 5, 30, 60
# What the form may ask, as a visitor's browser names it, in the order in which it is drawn.
FIELDS = ("name", "company", "phone", "email", "inn", "city", "product", "message")
_SAME = {
    "message": ("message", "text", "comment", "question"),
    "phone": ("phone", "tel", "phones"),
    "email": ("email", "mail", "e-mail"),
    "product": ("product", "products"),
}
_SPACE_OF_KEYS = UUID("6b1f3c1e-7c55-5e0e-9f0a-0d6f3f6d5a11")
# Where it was sent from, which may differ when the same is sent again.
_ABOUT = ("page", "token", "landing", "referrer")
_TAGS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(slots=True)
class Sent:
    """What was understood. `errors` are sentences by field; with any, nothing is taken."""

    said: Said
    key: UUID
    is_trap: bool = False
    errors: dict[str, str] = field(default_factory=dict)


def origin_of(text: str) -> str:
    """“https://Shop.example/” → “https://shop.example”; "" for what is no origin."""
    parts = urlsplit(text.strip().lower())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    try:
        port = f":{parts.port}" if parts.port else ""
        host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname  # fmt: skip
    except ValueError:
        return ""
    return f"{parts.scheme}://{host}{port}"


def may_send(form: SiteForm, origin: str) -> bool:
    return (origin in form.origins) if origin else (SERVER in form.origins)


def is_flooded(address: str, key: str) -> int:
    """Seconds to wait when this address has sent enough, 0 when it may send. Counted before anything else is done."""
    for name, most, seconds in (
        (f"site-form:{address}", ANYWHERE_MINUTE, 60),
        (f"site-form:{key[:40]}:{address}:m", PER_ADDRESS_MINUTE, 60),
        (f"site-form:{key[:40]}:{address}:h", PER_ADDRESS_HOUR, 3600),
    ):
        if _count(name, seconds) > most:
            return seconds
    return 0


def is_full(form: SiteForm, *, at: datetime) -> bool:
    """Whether the form has brought as much within the hour as it may, from all addresses together."""
    number = _count(f"site-form:{form.pk}:all:{at:%Y%m%d%H}", 3600)
    if number < 0:
        since = at - timedelta(hours=1)
        return (
            Inquiry.objects.filter(form=form, received_at__gte=since).count()
            >= form.per_hour
        )
    return number > form.per_hour


def _count(name: str, seconds: int) -> int:
    """One more of `name` within `seconds`; -1 when the cache is down, which stops nobody from asking us something."""
    key = f"site-form:{hashlib.sha256(name.encode()).hexdigest()}"  # a name may hold any letter
    try:
        if cache.add(key, 1, seconds):
            return 1
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        return 1
    except (RedisError, OSError):
        return -1


def read(
    form: SiteForm,
    posted: Mapping[str, Any],
    *,
    at: datetime,
    address: str,
    agent: str,
    origin: str,
) -> Sent:
    """Understand what was posted; unknown fields are kept as they came."""
    given = {str(k)[:80]: _text(v) for k, v in list(posted.items())[:MOST_FIELDS]}
    trap = bool(given.pop(TRAP, "").strip())

    def one(name: str) -> str:
        return next((given[n].strip() for n in _SAME.get(name, (name,)) if given.get(n, "").strip()), "")  # fmt: skip

    marks = _marks(one)
    agreed = one("consent").lower() in ("1", "true", "on", "yes", "да")
    products = _products(one("product"))
    said = Said(
        channel=Channel.SITE,
        text=one("message")[:LONGEST_MESSAGE],
        name=one("name"),
        company=one("company"),
        position=one("position"),
        phones=[n.raw for n in phones.read(one("phone"))] if one("phone") else [],
        emails=[one("email")] if one("email") else [],
        inn=requisites.digits(one("inn")),
        city=one("city"),
        form=form,
        source=_entry(InformationSource, marks["utm_source"]) or form.source_id,
        product_source=form.product_source_id,
        campaign=_campaign(marks["utm_campaign"]) or form.campaign_id,
        marks=marks,
        products=products,
        consent=form.consent if agreed else "",
        consent_at=at if form.consent and agreed else None,
        received={
            "fields": given,
            "origin": origin,
            "page": one("page")[:500],
            "address": address,
            "agent": agent[:300],
        },
    )
    if one("product") and not products:
        said.text = f"{said.text}\n{one('product')}".strip()
    sent = Sent(said, _key(form, given, at), trap)
    _check(sent, form, agreed=agreed, email=one("email"), phone=one("phone"))
    return sent


def _marks(one: Callable[[str], str]) -> dict[str, str]:
    """Tags, the first page on the site and the page before it. Tags that were not sent are read out of the addresses.

    A landing page is told apart by its path: what follows the question mark are the tags themselves.
    """
    addresses = [one("page"), one("landing")]
    asked: dict[str, list[str]] = {}
    for address in addresses:
        asked |= _query_of(address)
    found = {name: one(name) or (asked.get(name) or [""])[0].strip() for name in MARKS if name.startswith("utm_")}  # fmt: skip
    landing = one("landing") or one("page")
    return found | {"landing": _without_query(landing), "referrer": one("referrer")}


def _query_of(address: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(address).query, max_num_fields=100)
    except ValueError:
        return {}


def _without_query(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _campaign(tag: str) -> int | None:
    """The campaign whose links bear the tag, else the one that is called so."""
    if not tag:
        return None
    rows = Campaign.objects.in_use().filter(utm__iexact=tag)
    found = rows.order_by("-pk").values_list("pk", flat=True).first()
    return found or _entry(Campaign, tag)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(str(v) for v in value[:20] if not isinstance(v, dict | list))
    elif isinstance(value, dict):
        value = ""
    elif isinstance(value, bool):
        value = "1" if value else ""
    text = str(value if value is not None else "").encode("utf-8", "replace").decode()
    return _TAGS.sub(" ", text)[:LONGEST_MESSAGE]


def _key(form: SiteForm, given: Mapping[str, str], at: datetime) -> UUID:
    """The same fields sent again within the hour are one inquiry: a double click, a page sent anew."""
    if token := given.get("token", "")[:64]:
        return uuid5(_SPACE_OF_KEYS, f"{form.pk}:{token}")
    told = "\n".join(f"{k}={given[k]}" for k in sorted(given) if k not in _ABOUT)  # fmt: skip
    digest = hashlib.sha256(told.encode()).hexdigest()
    return uuid5(_SPACE_OF_KEYS, f"{form.pk}:{at:%Y%m%d%H}:{digest}")


def _entry(model: Any, name: str) -> int | None:
    if not name:
        return None
    found = model.objects.in_use().filter(folded=fold(name)[:160]).first()
    return found.pk if found else None


def _products(text: str) -> list[int]:
    names = [
        fold(part)[:160] for part in re.split(r"[;,\n]", text)[:20] if part.strip()
    ]
    if not names:
        return []
    rows = Product.objects.in_use().filter(folded__in=names)
    return list(rows.values_list("pk", flat=True))


def _check(sent: Sent, form: SiteForm, *, agreed: bool, email: str, phone: str) -> None:
    said, errors = sent.said, sent.errors
    if email and not emails.read(email)[0]:
        errors["email"] = _("Give an e-mail like name@firm.ru.")
    if phone and sum(c.isdigit() for c in phone) < 5:
        errors["phone"] = _("Give a phone number.")
    if not said.phones and not emails.read(email)[0] and not errors:
        errors["phone"] = _("Leave a phone number or an e-mail, so that we can answer.")
    if form.consent and not agreed:
        errors["consent"] = _("Without your consent we may not keep what you wrote.")


def take_in(sent: Sent, *, at: datetime) -> Inquiry:
    """Take what was sent in. What fell into the trap is kept too, aside with the spam: a program may fill for a person."""
    state = InquiryState.REFUSED if sent.is_trap else InquiryState.NEW
    inquiry = receive(sent.said, by=None, at=at, key=sent.key, state=state)
    SiteForm.objects.filter(pk=sent.said.form.pk if sent.said.form else 0).update(last_at=at)  # fmt: skip
    return inquiry
