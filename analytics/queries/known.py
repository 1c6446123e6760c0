"""The subjects that come with the product."""

from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.queries.entries import (
    Entry,
    StageLabel,
    Subject,
    day_field,
    days_between,
    field_of,
    first,
    last,
    moment_field,
    of_registry,
    one,
    when,
)
from clients import kinds, own_fields
from clients.choices import ActivityStatus, Direction, OwnFieldType, ProductLinkKind
from clients.fields import DIMENSION_PREFIX
from clients.models import (
    Activity,
    Client,
    ClientDimension,
    ClientProduct,
    Dimension,
    Inquiry,
    OwnValue,
)
from clients.querysets import sees_all
from deals.choices import DealState, InvoiceState, Outcome, PaymentKind
from deals.models import (
    Deal,
    DealLine,
    Invoice,
    Offer,
    Payment,
    Refusal,
    StagePassage,
)
from mailing.models import Mailing, Recipient
from pipeline.book import book
from pipeline.models import Stage
from salesexpert.core.registry import Field, FieldType

MONEY = partial(DecimalField, max_digits=18, decimal_places=2)
PRICE_BANDS = "100000,300000,1000000,3000000"
LINE_BANDS = "1000,10000,50000,100000,500000"


def _done(code: str) -> Any:
    """Work done of that kind. Its key stands in the statement: to join the kinds for each record takes as long as to look it up."""

    def rows() -> Any:
        kind = kinds.book().by_code(code)
        return Activity.objects.filter(status=ActivityStatus.DONE, kind=kind.pk if kind else 0)  # fmt: skip

    return rows


def _offers() -> QuerySet[Any, Any]:
    return Offer.objects.filter(deal__bin=None)


def _won() -> QuerySet[Any, Any]:
    return Deal.objects.filter(state=DealState.WON)


def _receipts() -> QuerySet[Any, Any]:
    return Payment.objects.filter(kind=PaymentKind.RECEIPT, correction=None)


def _stages() -> list[Stage]:
    """Those in use, process by process; the shared book of processes has them without a query."""
    found = book()
    return [s for process in found.processes for s in found.way(process) if s.retired_at is None]  # fmt: skip


def _entered(path: str, stage: int, of: str) -> Any:
    """When the deal (or the first deal of the client) first came to the stage."""
    passages = StagePassage.objects.filter(**{of: OuterRef(f"{path}pk")}, stage=stage, deal__bin=None)  # fmt: skip
    return Subquery(passages.order_by("entered_at").values("entered_at")[:1], output_field=DateTimeField())  # fmt: skip


def _stage_steps(of: str) -> list[Entry]:
    return [
        Entry(
            moment_field(f"stage_{stage.pk}", StageLabel(stage)),
            partial(_entered, stage=stage.pk, of=of),
            step_only=True,
        )
        for stage in _stages()
    ]


def _came_after_contact(path: str, stage: int) -> Any:
    passages = StagePassage.objects.filter(deal__client=OuterRef(f"{path}client"), entered_at__gte=OuterRef(f"{path}done_at"), stage=stage, deal__bin=None)  # fmt: skip
    return Subquery(passages.order_by("entered_at").values("entered_at")[:1], output_field=DateTimeField())  # fmt: skip


def _stages_after_contact() -> list[Entry]:
    after = _("The first time that a deal of the client came to the stage after this contact.")  # fmt: skip
    return [
        Entry(
            moment_field(f"stage_{stage.pk}", StageLabel(stage), after),
            partial(_came_after_contact, stage=stage.pk),
            step_only=True,
        )
        for stage in _stages()
    ]


# ── own fields and dimensions ────────────────────────────────────────────────────────────────────────────────────────

_OWN_OUTPUT: dict[str, Any] = {
    OwnFieldType.NUMBER: partial(DecimalField, max_digits=18, decimal_places=4),
    OwnFieldType.DATE: DateField,
    OwnFieldType.YES_NO: BooleanField,
    OwnFieldType.CHOICE: IntegerField,
    OwnFieldType.TEXT: CharField,
}
_OWN_COLUMN = {"number": "number", "date": "date", "yes_no": "flag", "choice": "choice", "text": "text"}  # fmt: skip


def _own_of(owner: str) -> list[Entry]:
    found = []
    for own in own_fields.book().of(owner):
        rows = partial(OwnValue.objects.filter, field=own.pk)
        link = {} if owner == "client" else {"link": owner}
        make = one(rows, _OWN_COLUMN[own.type], _OWN_OUTPUT[own.type], **link)
        found.append(Entry(own_fields.as_registered(own), make))
    return found


def _own() -> list[Entry]:
    found = _own_of("client")
    for dimension in Dimension.objects.in_use():
        segments = partial(ClientDimension.objects.filter, dimension=dimension.pk)
        field = Field(f"{DIMENSION_PREFIX}{dimension.pk}", str(dimension), FieldType.DICTIONARY, model="clients.DimensionValue")  # fmt: skip
        found.append(Entry(field, one(segments, "value", IntegerField)))
    return found


def _array(rows: Any, column: str, link: str) -> Any:
    def make(path: str) -> Any:
        found = rows().filter(**{link: OuterRef(f"{path}pk"), f"{column}__isnull": False})  # fmt: skip
        return ArraySubquery(found.order_by().values(column).distinct())

    return make


def _products(kind: str) -> Any:
    return _array(partial(ClientProduct.objects.filter, kind=kind), "product", "client")


def _products_field(name: str, label: Any, definition: Any = "") -> Field:
    return Field(name, label, FieldType.DICTIONARY, model="clients.Product", many=True, definition=definition)  # fmt: skip


# ── clients ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _without_offer(path: str) -> Any:
    """The last demonstration, if no offer was made on its day or later."""
    zone = timezone.get_default_timezone()
    later = _offers().filter(deal__client=OuterRef("client"), made_on__gte=OuterRef("_on"))  # fmt: skip
    shown = _done("demonstration")().filter(client=OuterRef(f"{path}pk")).alias(_on=TruncDate("done_at", tzinfo=zone))  # fmt: skip
    left = shown.filter(~Exists(later)).order_by("-done_at")
    return Subquery(left.values("done_at")[:1], output_field=DateTimeField())


def _client_entries() -> list[Entry]:
    moments = [
        Entry(moment_field("first_call_at", _("First call")), first(_done("call"), "done_at", DateTimeField)),
        Entry(moment_field("first_meeting_at", _("First meeting")), first(_done("meeting"), "done_at", DateTimeField)),
        Entry(moment_field("first_demonstration_at", _("First demonstration")), first(_done("demonstration"), "done_at", DateTimeField)),
        Entry(moment_field("last_demonstration_at", _("Last demonstration")), last(_done("demonstration"), "done_at", DateTimeField)),
        Entry(moment_field("demonstration_without_offer_at", _("Demonstration without an offer since"), _("The last demonstration, if no offer was made on its day or later: “longer ago than 60 days” finds whom nobody followed up.")), _without_offer),
        Entry(day_field("first_offer_on", _("First offer")), first(_offers, "made_on", DateField, link="deal__client")),
        Entry(day_field("last_offer_on", _("Last offer")), last(_offers, "made_on", DateField, link="deal__client")),
        Entry(moment_field("first_inquiry_at", _("First inquiry")), first(Inquiry.objects.all, "received_at", DateTimeField)),
        Entry(moment_field("first_deal_at", _("First deal opened")), first(Deal.objects.all, "opened_at", DateTimeField)),
        Entry(moment_field("last_deal_at", _("Last deal opened")), last(Deal.objects.all, "opened_at", DateTimeField)),
        Entry(moment_field("first_won_at", _("First deal won"), _("When the first deal of the client ended in success.")), first(_won, "closed_at", DateTimeField)),
        Entry(day_field("first_paid_on", _("First payment")), first(_receipts, "paid_on", DateField)),
        Entry(day_field("last_paid_on", _("Last payment")), last(_receipts, "paid_on", DateField)),
    ]  # fmt: skip
    many = [
        Entry(_products_field("products_of_interest", _("Products of interest")), _products(ProductLinkKind.INTEREST), many=True),
        Entry(_products_field("products_bought", _("Products bought")), _products(ProductLinkKind.BOUGHT), many=True),
    ]  # fmt: skip
    name = field_of("itself", _("Client"), FieldType.REFERENCE, "pk", model="clients.Client")  # fmt: skip
    return [Entry(name), *of_registry("client"), *_own(), *moments, *many, *_stage_steps("deal__client")]  # fmt: skip


def _clients(user: Any) -> QuerySet[Any, Any]:
    return Client.objects.visible_to(user).filter(merged_into=None)


# ── inquiries ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _after_inquiry(rows: Any, moment: str) -> Any:
    def make(path: str) -> Any:
        found = rows().filter(**{"client": OuterRef(f"{path}client"), f"{moment}__gte": OuterRef(f"{path}received_at")})  # fmt: skip
        return Subquery(found.order_by(moment).values(moment)[:1], output_field=DateTimeField())  # fmt: skip

    return make


def _inquiry_entries() -> list[Entry]:
    after = _("After the inquiry came, with the client that it became.")
    known = of_registry("inquiry", but=("text",))
    names = {entry.name for entry in known}
    # Marks of the site's address, for as long as the registry does not declare them itself.
    marks = [
        Entry(field_of(name, label, FieldType.TEXT))
        for name, label in (("utm_source", "utm_source"), ("utm_medium", "utm_medium"), ("utm_campaign", "utm_campaign"), ("landing", _("Landing page")), ("referrer", _("Came from the page")))
        if name not in names and any(f.name == name for f in Inquiry._meta.get_fields())
    ]  # fmt: skip
    return [
        *known,
        *marks,
        Entry(_products_field("products", _("Products of interest")), _array(Inquiry.products.through.objects.all, "product", "inquiry"), many=True),
        Entry(moment_field("taken_at", _("Taken into work"), path="taken_at")),
        Entry(moment_field("converted_at", _("Became a client")), when("closed_at", state="converted")),
        Entry(moment_field("first_meeting_at", _("First meeting"), after), _after_inquiry(_done("meeting"), "done_at")),
        Entry(moment_field("first_demonstration_at", _("First demonstration"), after), _after_inquiry(_done("demonstration"), "done_at")),
        Entry(moment_field("first_deal_at", _("Deal opened"), after), _after_inquiry(Deal.objects.all, "opened_at")),
        Entry(moment_field("first_won_at", _("Deal won"), after), _after_inquiry(_won, "closed_at")),
        Entry(day_field("first_paid_on", _("First payment")), first(_receipts, "paid_on", DateField, owner="client")),
    ]  # fmt: skip


# ── activities ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _word(name: str, label: Any, model: str, path: str = "", **more: Any) -> Entry:
    return Entry(field_of(name, label, FieldType.DICTIONARY, path or name, model=model, **more))  # fmt: skip


def _person(name: str, label: Any, path: str = "") -> Entry:
    return Entry(field_of(name, label, FieldType.PERSON, path or name))


def _client_of(path: str = "client") -> Entry:
    return Entry(field_of("client", _("Client"), FieldType.REFERENCE, path, model="clients.Client"))  # fmt: skip


def _yes(name: str, label: Any, condition: dict[str, Any], definition: Any = "") -> Entry:  # fmt: skip
    def make(path: str) -> Any:
        given = {path + key: value for key, value in condition.items()}
        return Case(When(**given, then=True), default=False, output_field=BooleanField())  # fmt: skip

    return Entry(Field(name, label, FieldType.YES_NO, definition=definition), make)


def _activity_entries() -> list[Entry]:
    return [
        _word("kind", _("Kind of work"), "clients.ActivityKind"),
        _word("goal", _("Goal"), "clients.ActivityGoal"),
        _word("result", _("Result"), "clients.ActivityResult"),
        Entry(field_of("direction", _("Direction"), FieldType.CHOICE, choices=lambda: Direction.choices)),
        Entry(field_of("status", pgettext_lazy("activity", "State"), FieldType.CHOICE, choices=lambda: ActivityStatus.choices)),
        _person("performer", _("Performer")),
        _word("relationship", _("Relationship at that time"), "clients.RelationshipType"),
        _word("stage", _("Stage at that time"), "pipeline.Stage"),
        _yes("cold", _("Cold contact"), {"relationship__step": 1, "kind__is_contact": True}, _("A contact with a client whose relationship was cold at that time.")),
        _yes("is_contact", _("Counts as a contact"), {"kind__is_contact": True}),
        _yes("shows_interest", _("Found interest"), {"result__shows_interest": True}),
        Entry(moment_field("interest_at", _("Interest found"), _("The day of a contact whose result shows interest.")), when("done_at", result__shows_interest=True), step_only=True),
        Entry(field_of("minutes", _("Duration, minutes"), FieldType.NUMBER), bands="15,30,60,120"),
        Entry(moment_field("done_at", pgettext_lazy("moment of an activity", "Done"), path="done_at")),
        Entry(moment_field("planned_at", _("Planned for"), path="planned_at")),
        Entry(moment_field("created_at", pgettext_lazy("moment of an activity", "Entered"), path="created_at")),
        _client_of(),
        *_stages_after_contact(),
    ]  # fmt: skip


# ── deals and what hangs on them ─────────────────────────────────────────────────────────────────────────────────────


def _deal_entries() -> list[Entry]:
    known = [
        Entry(entry.field, bands=PRICE_BANDS) if entry.field.type == FieldType.MONEY else entry
        for entry in of_registry("deal")
    ]  # fmt: skip
    lines = _array(DealLine.objects.all, "product", "deal")
    return [
        *known,
        *_own_of("deal"),
        Entry(_products_field("products", _("Products of the deal"), _("Those of its lines; a deal of several products stands in the row of each.")), lines, many=True),
        Entry(_products_field("interests", _("Products of interest of the deal")), _array(Deal.interests.through.objects.all, "product", "deal"), many=True),
        _word("reason_group", _("Group of refusal reasons"), "deals.RefusalReason", "reason__parent"),
        Entry(moment_field("won_at", _("Deal won"), _("The day on which it ended in success.")), when("closed_at", state=DealState.WON)),
        Entry(moment_field("lost_at", _("Deal refused"), _("The day on which it ended in a refusal.")), when("closed_at", state=DealState.LOST)),
        Entry(day_field("first_offer_on", _("First offer")), first(Offer.objects.all, "made_on", DateField, link="deal")),
        Entry(day_field("first_invoice_on", _("First invoice")), first(partial(Invoice.objects.exclude, state=InvoiceState.CANCELLED), "issued_on", DateField, link="deal")),
        Entry(day_field("first_paid_on", _("First payment")), first(_receipts, "paid_on", DateField, link="deal")),
        *_stage_steps("deal"),
    ]  # fmt: skip


def _seen_deals(model: Any, user: Any) -> QuerySet[Any, Any]:
    """Rows of deals that `user` sees."""
    if sees_all(user):
        # Those of the bin are few and have an index: no need to look at every deal for the sake of them.
        return model.objects.exclude(deal__in=Deal.with_bin.filter(bin__isnull=False))
    return model.objects.filter(deal__in=Deal.objects.visible_to(user))


def _passage_entries() -> list[Entry]:
    return [
        _word("stage", _("Stage"), "pipeline.Stage"),
        _word("process", _("Process"), "pipeline.Process", "stage__process"),
        _person("performer", _("Performer")),
        Entry(field_of("outcome", _("How it left the stage"), FieldType.CHOICE, choices=lambda: Outcome.choices)),
        Entry(moment_field("entered_at", _("Came to the stage"), path="entered_at")),
        Entry(moment_field("left_at", _("Left the stage"), path="left_at")),
        Entry(moment_field("due_at", _("Stage due by"), path="due_at")),
        Entry(Field("days", _("Days on the stage"), FieldType.NUMBER), days_between("left_at", "entered_at"), bands="1,3,7,14,30,90"),
        Entry(Field("days_from_first_contact", _("Days from the first contact with the client"), FieldType.NUMBER), days_between("entered_at", "deal__client__first_contact_at"), bands="7,30,60,90,180"),
        Entry(Field("days_from_opening", _("Days from the opening of the deal"), FieldType.NUMBER), days_between("entered_at", "deal__opened_at"), bands="1,7,14,30,60,90"),
        _client_of("deal__client"),
    ]  # fmt: skip


def _refusal_entries() -> list[Entry]:
    def gap(path: str) -> Any:
        same = Q(**{f"{path}currency": F(f"{path}deal__currency")})
        less = ExpressionWrapper(F(f"{path}deal__amount") - F(f"{path}competitor_price"), output_field=MONEY())  # fmt: skip
        return Case(When(same, then=less), output_field=MONEY())

    def group(path: str) -> Any:
        return Coalesce(F(f"{path}reason__parent"), F(f"{path}reason"))

    return [
        _word("reason", _("Refusal reason"), "deals.RefusalReason"),
        Entry(Field("reason_group", _("Group of refusal reasons"), FieldType.DICTIONARY, model="deals.RefusalReason"), group),
        _word("stage", _("Stage of the refusal"), "pipeline.Stage"),
        _word("competitor", _("Bought from"), "deals.Competitor"),
        Entry(field_of("competitor_price", _("Competitor's price"), FieldType.MONEY), bands=PRICE_BANDS),
        Entry(Field("gap", _("Our price above the competitor's"), FieldType.MONEY, definition=_("The amount of the deal less the competitor's price, of the same currency.")), gap, bands="-100000,0,100000,300000"),
        _yes("reopened", _("Deal was reopened"), {"reopened_at__isnull": False}),
        Entry(moment_field("refused_at", pgettext_lazy("moment of a deal", "Refused"), path="refused_at")),
        _person("refused_by", _("Who noted the refusal")),
        _client_of("deal__client"),
    ]  # fmt: skip


def _line_entries() -> list[Entry]:
    return [
        _word("product", _("Product"), "clients.Product"),
        _word("category", _("Product category"), "clients.ProductCategory", "product__category"),
        Entry(field_of("quantity", _("Quantity"), FieldType.NUMBER), bands="1,5,10,50,100"),
        Entry(field_of("price", _("Price"), FieldType.MONEY), bands=LINE_BANDS),
        Entry(field_of("discount", _("Discount, %"), FieldType.PERCENT), bands="1,5,10,20"),
        Entry(field_of("total", _("Sum of the line"), FieldType.MONEY), bands=LINE_BANDS),
        Entry(field_of("cost", _("Cost price of one"), FieldType.MONEY, permission="deals.view_margin"), bands=LINE_BANDS),
        _client_of("deal__client"),
    ]  # fmt: skip


def _invoice_entries() -> list[Entry]:
    return [
        Entry(field_of("state", pgettext_lazy("invoice", "State"), FieldType.CHOICE, choices=lambda: InvoiceState.choices)),
        Entry(field_of("total", _("Sum of the invoice"), FieldType.MONEY), bands=PRICE_BANDS),
        Entry(field_of("paid", _("Paid of the invoice"), FieldType.MONEY), bands=PRICE_BANDS),
        Entry(day_field("issued_on", _("Issued"), path="issued_on")),
        Entry(day_field("due_on", _("Pay by"), path="due_on")),
        _word("firm", _("Our firm"), "deals.OwnFirm"),
        _person("responsible", _("Seller")),
        _client_of(),
    ]  # fmt: skip


def _payment_entries() -> list[Entry]:
    def signed(path: str) -> Any:
        return Case(
            When(**{f"{path}kind": PaymentKind.RECEIPT}, then=F(f"{path}amount")),
            default=-F(f"{path}amount"),
            output_field=MONEY(),
        )

    return [
        Entry(field_of("kind", _("Kind of payment"), FieldType.CHOICE, choices=lambda: PaymentKind.choices)),
        Entry(Field("amount", _("Sum of payments"), FieldType.MONEY, definition=_("What came; refunds and corrections are taken away.")), signed, bands=PRICE_BANDS),
        Entry(day_field("paid_on", _("Paid on"), path="paid_on")),
        _word("firm", _("Our firm"), "deals.OwnFirm"),
        _client_of(),
    ]  # fmt: skip


# ── responses to mailings ────────────────────────────────────────────────────────────────────────────────────────────


def _recipients(user: Any) -> QuerySet[Any, Any]:
    return Recipient.objects.filter(mailing__in=Mailing.objects.visible_to(user))


def _recipient_entries() -> list[Entry]:
    states: Any = Recipient._meta.get_field("state")
    return [
        _word("mailing", _("Mailing"), "mailing.Mailing"),
        _word("campaign", _("Campaign"), "clients.Campaign", "mailing__campaign"),
        Entry(field_of("state", pgettext_lazy("letter", "State"), FieldType.CHOICE, choices=lambda: states.choices)),
        Entry(moment_field("queued_at", _("Letter sent"), path="queued_at")),
        Entry(moment_field("opened_at", _("Letter opened"), path="opened_at")),
        Entry(moment_field("clicked_at", _("Link followed"), path="clicked_at")),
        Entry(moment_field("replied_at", _("Letter answered"), path="replied_at")),
        Entry(moment_field("unsubscribed_at", _("Unsubscribed"), path="unsubscribed_at")),
        _client_of(),
    ]  # fmt: skip


def _to(name: str, key: str = "pk") -> Any:
    return lambda row: reverse(name, args=[row[key]]) if row[key] else ""


_DEAL_AND_CLIENT = (("deal", "deal", "deals"), ("client", "deal__client", "clients"))
_BOTH = (("client", "client", "clients"), ("deal", "deal", "deals"))

SUBJECTS = (
    Subject("clients", _("Clients"), _("number of clients"), _clients, "clients.view_client", "pk", "created_at", _client_entries,
            ("itself", "relationship", "region", "industry", "curator", "created_at"), _to("clients:card"), icon="building"),
    Subject("inquiries", _("Inquiries"), _("number of inquiries"), Inquiry.objects.visible_to, "clients.view_inquiry", "client", "received_at", _inquiry_entries,
            ("company", "client", "channel", "source", "campaign", "state", "received_at"), _to("clients:inquiry"), belongs=_BOTH, icon="inbox"),
    Subject("activities", _("Work with clients"), _("number of activities"), Activity.objects.visible_to, "clients.view_activity", "client", "done_at", _activity_entries,
            ("client", "kind", "result", "performer", "done_at"), _to("clients:card", "client"), needs=("pk", "client"), belongs=_BOTH, icon="phone"),
    Subject("deals", _("Deals"), _("number of deals"), Deal.objects.visible_to, "deals.view_deal", "client", "opened_at", _deal_entries,
            ("title", "client", "state", "stage", "amount", "responsible", "opened_at", "closed_at"), _to("deals:deal"), currency="currency", belongs=(("client", "client", "clients"),), icon="layout-kanban"),
    Subject("stages", _("Stage entries"), _("number of stage entries"), partial(_seen_deals, StagePassage), "deals.view_deal", "deal__client", "entered_at", _passage_entries,
            ("deal.title", "client", "stage", "performer", "entered_at", "left_at"), _to("deals:deal", "deal"), needs=("pk", "deal"), currency="deal__currency", belongs=_DEAL_AND_CLIENT, icon="filter"),
    Subject("refusals", _("Refusals"), _("number of refusals"), partial(_seen_deals, Refusal), "deals.view_deal", "deal__client", "refused_at", _refusal_entries,
            ("deal.title", "client", "reason", "stage", "competitor", "refused_at"), _to("deals:deal", "deal"), needs=("pk", "deal"), currency="currency", belongs=_DEAL_AND_CLIENT, icon="x"),
    Subject("lines", _("Lines of deals"), _("number of lines of deals"), partial(_seen_deals, DealLine), "deals.view_deal", "deal__client", "deal.opened_at", _line_entries,
            ("deal.title", "client", "product", "quantity", "price", "total"), _to("deals:deal", "deal"), needs=("pk", "deal"), currency="deal__currency", belongs=_DEAL_AND_CLIENT, icon="tag"),
    Subject("invoices", _("Invoices"), _("number of invoices"), Invoice.objects.visible_to, "deals.view_invoice", "client", "issued_on", _invoice_entries,
            ("client", "state", "total", "paid", "issued_on", "due_on"), _to("deals:invoice"), currency="currency", belongs=_BOTH, icon="file-invoice"),
    Subject("payments", _("Payments"), _("number of payments"), Payment.objects.visible_to, "deals.view_payment", "client", "paid_on", _payment_entries,
            ("client", "kind", "amount", "paid_on"), _to("clients:card", "client"), needs=("pk", "client"), currency="currency", belongs=_BOTH, icon="cash"),
    Subject("responses", _("Letters of mailings"), _("number of letters"), _recipients, "mailing.view_mailing", "client", "queued_at", _recipient_entries,
            ("client", "mailing", "state", "queued_at", "opened_at", "clicked_at", "replied_at"), _to("clients:card", "client"), needs=("pk", "client"), belongs=(("client", "client", "clients"),), icon="mail"),
)  # fmt: skip
