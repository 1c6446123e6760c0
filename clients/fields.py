"""What a client card and a contact person consist of, declared once: columns, filters, import and export read it here.

Texts are what people read and what an export writes; HTML of list cells is the table's (`clients.tables`).
"""

from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients import advertising, completeness, own_fields, reading
from clients.choices import AddressKind, Category, Initiative, Interest, ProductLinkKind
from clients.contact_fields import CONTACT_FIELDS
from clients.headings import CLIENT_HEADINGS
from clients.models import Client, Contact, Dimension
from salesexpert.core.registry import Field, FieldType, registry

DIMENSION_PREFIX = "dimension_"
COMPANY, PERSON = "company", "person"
KINDS = [(COMPANY, _("company")), (PERSON, _("private person"))]


def _dictionary(
    name: str, label: str | Promise, model: str, *headers: str, **more: Any
) -> Field:
    """A field that is an entry of a dictionary: column, filter, import and export alike."""
    return Field(
        **{
            "name": name,
            "label": label,
            "type": FieldType.DICTIONARY,
            "path": name,
            "model": f"clients.{model}",
            "headers": headers,
            "in_list": True,
            "filterable": True,
            "importable": True,
            **more,
        }
    )


def _parent_name(row: reading.Row) -> str:
    return reading.client_name(row, "parent__") if row["parent__name"] else ""


def _kind(row: reading.Row) -> str:
    return str(dict(KINDS)[PERSON if row["is_person"] else COMPANY])


def _missing(row: reading.Row) -> str:
    rules = completeness.book().by_id
    found = [rules[pk] for pk in row["missing"] or () if pk in rules]
    return ", ".join(str(r.label) for r in sorted(found, key=lambda r: -r.weight))


CLIENT_FIELDS = [
    Field(
        "name",
        _("Client"),
        FieldType.TEXT,
        paths=reading.client_name_paths(),
        text=reading.client_name,
        definition=_("Name of the firm without its legal form, or of the person."),
        headers=CLIENT_HEADINGS["name"],
        order_by=("folded", "pk"),
        in_list=True,
        default_column=True,
        importable=True,
        required=True,
        max_length=300,
    ),
    _dictionary(
        "legal_form",
        _("Legal form"),
        "LegalForm",
        *CLIENT_HEADINGS["legal_form"],
    ),
    Field(
        "full_name",
        _("Full name"),
        FieldType.TEXT,
        path="full_name",
        headers=CLIENT_HEADINGS["full_name"],
        in_list=True,
        importable=True,
        max_length=500,
    ),
    Field(
        "kind",
        _("Company or person"),
        FieldType.CHOICE,
        paths=("is_person",),
        text=_kind,
        choices=lambda: KINDS,
        headers=CLIENT_HEADINGS["kind"],
        in_list=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "category",
        _("Category"),
        FieldType.CHOICE,
        path="category",
        choices=lambda: Category.choices,
        headers=CLIENT_HEADINGS["category"],
        in_list=True,
        filterable=True,
        importable=True,
    ),
    _dictionary(
        "relationship",
        _("Relationship"),
        "RelationshipType",
        *CLIENT_HEADINGS["relationship"],
        order_by=("relationship", "folded", "pk"),
        paths=(
            "relationship__name",
            "relationship__name_en",
            "relationship__step",
        ),
        text=lambda row: reading.entry_name(row, "relationship"),
        default_column=True,
    ),
    _dictionary(
        "industry",
        _("Industry"),
        "Industry",
        *CLIENT_HEADINGS["industry"],
        order_by=("industry", "folded", "pk"),
        default_column=True,
    ),
    _dictionary(
        "region",
        _("Region"),
        "Region",
        *CLIENT_HEADINGS["region"],
        order_by=("region", "folded", "pk"),
    ),
    _dictionary(
        "group",
        _("Group"),
        "ClientGroup",
        *CLIENT_HEADINGS["group"],
        order_by=("group", "folded", "pk"),
    ),
    Field(
        "city",
        _("City"),
        FieldType.TEXT,
        path="city",
        headers=CLIENT_HEADINGS["city"],
        order_by=("city", "folded", "pk"),
        in_list=True,
        filterable=True,
        importable=True,
        max_length=120,
    ),
    Field(
        "curator",
        _("Curator"),
        FieldType.PERSON,
        path="curator",
        definition=_("Who leads the client."),
        headers=CLIENT_HEADINGS["curator"],
        order_by=("curator", "folded", "pk"),
        in_list=True,
        default_column=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "last_contact_at",
        _("Contact"),
        FieldType.MOMENT,
        path="last_contact_at",
        definition=_("When somebody last spoke, met or corresponded with the client."),
        headers=CLIENT_HEADINGS["last_contact_at"],
        order_by=("last_contact_at", "pk"),
        in_list=True,
        default_column=True,
        filterable=True,
    ),
    Field(
        "next_step_at",
        _("Next step"),
        FieldType.MOMENT,
        path="next_step_at",
        paths=("next_step_at", "next_step_title"),
        definition=_("The nearest planned matter with the client."),
        headers=CLIENT_HEADINGS["next_step_at"],
        order_by=("next_step_at", "pk"),
        in_list=True,
        default_column=True,
        filterable=True,
        text=lambda row: (
            f"{timezone.localtime(row['next_step_at']):%Y-%m-%d %H:%M} {row['next_step_title']}".strip()
            if row["next_step_at"]
            else ""
        ),
    ),
    Field(
        "contact_due_at",
        _("Contact due"),
        FieldType.MOMENT,
        path="contact_due_at",
        definition=_(
            "The day by which the client must be contacted: the last contact and the days that his relationship type may wait."
        ),
        order_by=("contact_due_at", "pk"),
        in_list=True,
        filterable=True,
    ),
    Field(
        "completeness",
        _("Filled, %"),
        FieldType.PERCENT,
        path="completeness",
        definition=_(
            "How much of what is asked of a card of this relationship type it says, by the weights of the rules."
        ),
        order_by=("completeness", "pk"),
        in_list=True,
        filterable=True,
    ),
    Field(
        "missing",
        _("What is missing"),
        FieldType.LONG_TEXT,
        paths=("missing",),
        text=_missing,
        definition=_("What is asked of the card and not there."),
        in_list=True,
        filterable=True,
    ),
    Field(
        "sales_count",
        _("Sales"),
        FieldType.NUMBER,
        path="sales_count",
        definition=_("Deals that ended in success."),
        in_list=True,
    ),
    Field(
        "phones",
        _("Phones"),
        FieldType.PHONE,
        gather=reading.phones("client"),
        headers=CLIENT_HEADINGS["phones"],
        in_list=True,
        filterable=True,
        importable=True,
        many=True,
    ),
    Field(
        "fax",
        _("Fax"),
        FieldType.PHONE,
        headers=CLIENT_HEADINGS["fax"],
        importable=True,
        exportable=False,
        many=True,
    ),
    Field(
        "emails",
        _("E-mail"),
        FieldType.EMAIL,
        gather=reading.emails("client"),
        headers=CLIENT_HEADINGS["emails"],
        in_list=True,
        filterable=True,
        importable=True,
        many=True,
    ),
    Field(
        "sites",
        _("Site"),
        FieldType.URL,
        gather=reading.sites,
        headers=CLIENT_HEADINGS["sites"],
        in_list=True,
        importable=True,
        many=True,
    ),
    Field(
        "addresses",
        _("Addresses"),
        FieldType.TEXT,
        gather=reading.addresses(),
        in_list=True,
        many=True,
    ),
    Field(
        "postal_address",
        _("Postal address"),
        FieldType.TEXT,
        gather=reading.addresses(AddressKind.POSTAL, AddressKind.OFFICE),
        headers=CLIENT_HEADINGS["postal_address"],
        importable=True,
        max_length=500,
    ),
    Field(
        "legal_address",
        _("Registered address"),
        FieldType.TEXT,
        gather=reading.addresses(AddressKind.LEGAL),
        headers=CLIENT_HEADINGS["legal_address"],
        importable=True,
        max_length=500,
    ),
    Field(
        "delivery_address",
        _("Delivery address"),
        FieldType.TEXT,
        gather=reading.addresses(AddressKind.DELIVERY),
        headers=CLIENT_HEADINGS["delivery_address"],
        importable=True,
        max_length=500,
    ),
    Field(
        "contacts",
        _("Contact persons"),
        FieldType.TEXT,
        gather=reading.persons,
        in_list=True,
        many=True,
    ),
    Field(
        "contact_name",
        _("Contact person"),
        FieldType.TEXT,
        headers=CLIENT_HEADINGS["contact_name"],
        importable=True,
        exportable=False,
        max_length=360,
    ),
    Field(
        "contact_position",
        _("Position of the contact person"),
        FieldType.TEXT,
        headers=CLIENT_HEADINGS["contact_position"],
        importable=True,
        exportable=False,
        max_length=160,
    ),
    Field(
        "contact_phone",
        _("Phone of the contact person"),
        FieldType.PHONE,
        headers=CLIENT_HEADINGS["contact_phone"],
        importable=True,
        exportable=False,
        many=True,
    ),
    Field(
        "contact_email",
        _("E-mail of the contact person"),
        FieldType.EMAIL,
        headers=CLIENT_HEADINGS["contact_email"],
        importable=True,
        exportable=False,
        many=True,
    ),
    Field(
        "inn",
        _("INN"),
        FieldType.TEXT,
        path="inn",
        headers=CLIENT_HEADINGS["inn"],
        in_list=True,
        importable=True,
        max_length=20,
    ),
    Field(
        "kpp",
        _("KPP"),
        FieldType.TEXT,
        path="kpp",
        headers=CLIENT_HEADINGS["kpp"],
        in_list=True,
        importable=True,
        max_length=20,
    ),
    Field(
        "ogrn",
        _("OGRN"),
        FieldType.TEXT,
        path="ogrn",
        headers=CLIENT_HEADINGS["ogrn"],
        in_list=True,
        importable=True,
        max_length=20,
    ),
    Field(
        "initiative",
        _("Who started"),
        FieldType.CHOICE,
        path="initiative",
        choices=lambda: Initiative.choices,
        headers=CLIENT_HEADINGS["initiative"],
        in_list=True,
        filterable=True,
        importable=True,
    ),
    _dictionary(
        "source",
        _("Source about the firm"),
        "InformationSource",
        *CLIENT_HEADINGS["source"],
    ),
    _dictionary(
        "product_source",
        _("Source about the product"),
        "InformationSource",
        *CLIENT_HEADINGS["product_source"],
    ),
    _dictionary(
        "trigger_event",
        _("Trigger event"),
        "TriggerEvent",
        *CLIENT_HEADINGS["trigger_event"],
    ),
    _dictionary(
        "campaign",
        _("Campaign"),
        "Campaign",
        *CLIENT_HEADINGS["campaign"],
    ),
    Field(
        "interest",
        _("Degree of interest"),
        FieldType.CHOICE,
        path="interest",
        choices=lambda: Interest.choices,
        headers=CLIENT_HEADINGS["interest"],
        in_list=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "true_need",
        _("True need"),
        FieldType.LONG_TEXT,
        path="true_need",
        headers=CLIENT_HEADINGS["true_need"],
        importable=True,
    ),
    Field(
        "products_of_interest",
        _("Products of interest"),
        FieldType.DICTIONARY,
        gather=reading.products(ProductLinkKind.INTEREST),
        model="clients.Product",
        headers=CLIENT_HEADINGS["products_of_interest"],
        in_list=True,
        filterable=True,
        importable=True,
        many=True,
    ),
    Field(
        "products_bought",
        _("Products bought"),
        FieldType.DICTIONARY,
        gather=reading.products(ProductLinkKind.BOUGHT),
        model="clients.Product",
        headers=CLIENT_HEADINGS["products_bought"],
        in_list=True,
        filterable=True,
        importable=True,
        many=True,
    ),
    Field(
        "parent",
        _("Parent firm"),
        FieldType.REFERENCE,
        path="parent",
        paths=reading.client_name_paths("parent__"),
        text=_parent_name,
        model="clients.Client",
        headers=CLIENT_HEADINGS["parent"],
        in_list=True,
        importable=True,
    ),
    Field(
        "first_contact_at",
        _("First contact"),
        FieldType.MOMENT,
        path="first_contact_at",
        headers=CLIENT_HEADINGS["first_contact_at"],
        order_by=("first_contact_at", "pk"),
        in_list=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "first_contact_by",
        _("Author of the first contact"),
        FieldType.PERSON,
        path="first_contact_by",
        headers=CLIENT_HEADINGS["first_contact_by"],
        in_list=True,
        importable=True,
    ),
    Field(
        "created_at",
        _("Card opened"),
        FieldType.MOMENT,
        path="created_at",
        headers=CLIENT_HEADINGS["created_at"],
        order_by=("created_at", "pk"),
        in_list=True,
        filterable=True,
    ),
    Field(
        "created_by",
        _("Card opened by"),
        FieldType.PERSON,
        path="created_by",
        in_list=True,
        filterable=True,
    ),
    Field(
        "outside_id",
        _("Id in another system"),
        FieldType.TEXT,
        path="outside_id",
        headers=CLIENT_HEADINGS["outside_id"],
        in_list=True,
        importable=True,
        max_length=100,
    ),
    Field(
        "note",
        _("Note"),
        FieldType.LONG_TEXT,
        path="note",
        headers=CLIENT_HEADINGS["note"],
        importable=True,
    ),
    Field(
        "advertising",
        _("Consent to advertising"),
        FieldType.TEXT,
        gather=advertising.channels_of("client"),
        definition=_(
            "Channels of advertising that the client himself agreed to. The filter also finds firms whose people agreed."
        ),
        in_list=True,
        filterable=True,
        many=True,
    ),
    Field(
        "archived_at",
        _("Archived"),
        FieldType.MOMENT,
        path="archived_at",
        filterable=True,
    ),
]

registry.register("client", CLIENT_FIELDS)
registry.register("contact", CONTACT_FIELDS)


def dimension_field(dimension: Dimension) -> Field:
    """An own dimension of the company as a field of the client, named `dimension_<id>`."""
    return Field(
        f"{DIMENSION_PREFIX}{dimension.pk}",
        str(dimension),
        FieldType.DICTIONARY,
        gather=reading.dimension(dimension.pk),
        model="clients.DimensionValue",
        headers=tuple(filter(None, (dimension.name, dimension.name_en))),
        in_list=True,
        filterable=True,
        importable=True,
    )


def client_fields(*, dimensions: bool = True) -> list[Field]:
    """All fields of the client; `dimensions` (one query) adds those by which the company segments."""
    own = [dimension_field(d) for d in Dimension.objects.in_use()] if dimensions else []
    return [*registry.fields("client"), *own, *own_fields.registered("client")]


def contact_fields() -> list[Field]:
    return [*registry.fields("contact"), *own_fields.registered("contact")]


def importable(entity: str) -> list[Field]:
    """Fields that an import of `entity` ("client" or "contact") may fill, own dimensions included."""
    if entity == "client":
        fields = [*client_fields(), *own_fields.of_person()]
    else:
        fields = contact_fields()
    return [f for f in fields if f.importable]


def model_of(field: Field) -> Any:
    """The dictionary behind a field."""
    return apps.get_model(field.model)


ENTITIES: dict[str, type[Client] | type[Contact]] = {
    "client": Client,
    "contact": Contact,
}
