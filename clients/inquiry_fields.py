"""What an inquiry consists of, declared once: columns, filters and export read it here."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients import reading
from clients.inquiry_choices import Channel, InquiryState, NotOurs
from clients.models import Inquiry, InquiryEntry
from salesexpert.core.registry import Field, FieldType, registry

ENTITY = "inquiry"


def who(row: reading.Row) -> str:
    """Who asked, as `Inquiry.__str__` says it."""
    named = ", ".join(filter(None, [row["company"], row["name"]]))
    return named or next(iter(row["phones"] or row["emails"] or [f"№\xa0{row['pk']}"]))


def _joined(name: str) -> Any:
    return lambda row: "; ".join(row[name])


def _products(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = (
        Inquiry.products.through.objects.filter(inquiry__in=ids)
        .order_by("product__position", "product__folded")
        .values("inquiry_id", "product__name", "product__name_en")
    )
    for row in rows:
        found.setdefault(row["inquiry_id"], []).append(reading.entry_name(row, "product"))  # fmt: skip
    return found


def _entries(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = InquiryEntry.objects.filter(inquiry__in=ids).values_list("inquiry_id", "text", "file_name")  # fmt: skip
    for pk, text, file_name in rows:
        found.setdefault(pk, []).append(text or file_name)
    return found


def _word(name: str, label: Any, model: str) -> Field:
    return Field(
        name,
        label,
        FieldType.DICTIONARY,
        path=name,
        model=model,
        in_list=True,
        filterable=True,
    )


def _told(name: str, label: Any, definition: Any) -> Field:
    return Field(
        name, label, FieldType.TEXT, path=name, definition=definition, in_list=True, filterable=True
    )  # fmt: skip


def _moment(name: str, label: Any, **more: Any) -> Field:
    return Field(name, label, FieldType.MOMENT, path=name, in_list=True, **more)


INQUIRY_FIELDS = [
    Field(
        "who",
        _("Who"),
        FieldType.TEXT,
        paths=("company", "name", "phones", "emails"),
        text=who,
        in_list=True,
        default_column=True,
    ),
    Field(
        "channel",
        _("Channel"),
        FieldType.CHOICE,
        path="channel",
        choices=lambda: Channel.choices,
        in_list=True,
        default_column=True,
        filterable=True,
    ),
    _moment(
        "received_at",
        _("Received"),
        order_by=("received_at", "pk"),
        default_column=True,
        filterable=True,
    ),
    Field("text", _("What they asked"), FieldType.LONG_TEXT, path="text", in_list=True, default_column=True),
    Field(
        "state",
        _("State"),
        FieldType.CHOICE,
        path="state",
        choices=lambda: InquiryState.choices,
        in_list=True,
        filterable=True,
    ),
    Field(
        "answer_due_at",
        _("Answer"),
        FieldType.MOMENT,
        path="answer_due_at",
        paths=("answer_due_at", "answered_at", "state"),
        definition=_("By when the first answer is due, or when it was given."),
        order_by=("answer_due_at", "pk"),
        in_list=True,
        default_column=True,
        filterable=True,
    ),
    Field(
        "responsible",
        _("Responsible"),
        FieldType.PERSON,
        path="responsible",
        in_list=True,
        default_column=True,
        filterable=True,
    ),
    Field("not_ours", _("Why not ours"), FieldType.CHOICE, path="not_ours", choices=lambda: NotOurs.choices, in_list=True, filterable=True),
    Field("phones", _("Phones"), FieldType.PHONE, paths=("phones",), text=_joined("phones"), in_list=True),
    Field("emails", _("E-mails"), FieldType.EMAIL, paths=("emails",), text=_joined("emails"), in_list=True),
    Field("company", _("Company"), FieldType.TEXT, path="company", in_list=True),
    Field("name", _("Contact person"), FieldType.TEXT, path="name", in_list=True),
    Field("position", _("Job title"), FieldType.TEXT, path="position", in_list=True),
    Field("inn", _("INN"), FieldType.TEXT, path="inn", in_list=True),
    Field("city", _("City"), FieldType.TEXT, path="city", in_list=True),
    Field(
        "form",
        _("Form on a site"),
        FieldType.REFERENCE,
        path="form",
        paths=("form__name",),
        text=lambda row: row["form__name"] or "",
        in_list=True,
        filterable=True,
        model="clients.SiteForm",
    ),
    _word("source", _("How they learned of the firm"), "clients.InformationSource"),
    _word("product_source", _("How they learned of the product"), "clients.InformationSource"),
    _word("campaign", _("Campaign"), "clients.Campaign"),
    _told("utm_source", "utm_source", _("The tag of the link that led to the site: who sent the visitor.")),
    _told("utm_medium", "utm_medium", _("The tag of the link: by what kind of advertising.")),
    _told("utm_campaign", "utm_campaign", _("The tag of the link: of which campaign.")),
    Field("utm_content", "utm_content", FieldType.TEXT, path="utm_content", in_list=True),
    Field("utm_term", "utm_term", FieldType.TEXT, path="utm_term", in_list=True),
    _told("landing", _("Landing page"), _("The page of the site that the visitor came to first, without what follows the question mark.")),
    _told("referrer", _("Came from the page"), _("The page that led the visitor to the site, as his browser named it.")),
    _word("region", _("Region"), "clients.Region"),
    _word("industry", _("Industry"), "clients.Industry"),
    Field(
        "products",
        _("Products of interest"),
        FieldType.DICTIONARY,
        model="clients.Product",
        gather=_products,
        many=True,
        in_list=True,
        filterable=True,
    ),
    Field("recorded_by", _("Written down by"), FieldType.PERSON, path="recorded_by", in_list=True, filterable=True),
    _moment("answered_at", _("First answer"), filterable=True),
    _moment("closed_at", pgettext_lazy("inquiry", "Closed"), filterable=True),
    Field(
        "client",
        _("Client"),
        FieldType.REFERENCE,
        path="client",
        paths=reading.client_name_paths("client__"),
        text=lambda row: reading.client_name(row, "client__"),
        in_list=True,
        filterable=True,
    ),
    Field(
        "deal",
        _("Deal"),
        FieldType.REFERENCE,
        path="deal",
        paths=("deal__title",),
        text=lambda row: row["deal__title"] or "",
        in_list=True,
        filterable=True,
    ),
    Field("outcome", _("Outcome"), FieldType.LONG_TEXT, path="outcome", in_list=True),
    Field("entries", _("What was done"), FieldType.LONG_TEXT, gather=_entries, many=True, in_list=True),
    Field("outside_id", _("Id in another system"), FieldType.TEXT, path="outside_id", in_list=True),
]  # fmt: skip


def declare() -> None:
    registry.register(ENTITY, INQUIRY_FIELDS)
