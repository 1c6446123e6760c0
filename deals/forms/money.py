"""What is asked about invoices, payments, deliveries, promises and statements."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Product
from deals.actions.invoices import USUAL_TERM_DAYS, TypedLine
from deals.choices import DeliveryKind
from deals.models import (  # fmt: skip
    Contract,
    Deal,
    DealLine,
    Invoice,
    OwnFirm,
    PlannedReceipt,
    ReceiptSchedule,
    ReceiptScheduleRow,
)
from salesexpert.core.form_fields import SumField
from salesexpert.core.forms import (
    LookForm,
    LookFormSet,
    LookInlineFormSet,
    LookModelForm,
)
from salesexpert.core.money import line_total, trimmed
from salesexpert.core.templatetags.look import money, plain_day
from salesexpert.core.working_days import add_working_days

LINES_AT_MOST = 300


class DayField(forms.DateField):
    def __init__(self, **given: Any) -> None:
        given.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))  # fmt: skip
        super().__init__(**given)

    def to_python(self, value: Any) -> Any:
        day = super().to_python(value)
        if day is not None and not 1990 <= day.year <= 2100:
            raise ValidationError(_now("Is the year right?"))
        return day


def _text(label: Any, longest: int = 300, *, rows: int = 0, required: bool = False, help_text: Any = "") -> forms.CharField:  # fmt: skip
    widget: Any = forms.Textarea(attrs={"rows": rows, "data_wide": True}) if rows else forms.TextInput()  # fmt: skip
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, help_text=help_text)  # fmt: skip


class ProductField(forms.IntegerField):
    """The id of a product chosen in the row; anything else there means a line of one's own."""

    def clean(self, value: Any) -> int | None:
        try:
            given: int | None = super().clean(value)
        except ValidationError:
            return None
        return given if given and 0 < given < 2**63 else None


class LineForm(LookForm):
    """A line of a paper; a row without a name and a price is no line."""

    name = forms.CharField(label=_("Name"), max_length=300, required=False)
    quantity = SumField(label=_("Quantity"), required=False, decimal_places=3, min_value=Decimal("0.001"))  # fmt: skip
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    price = SumField(label=_("Price with VAT"), required=False, min_value=Decimal(0))
    discount = SumField(label=_("Discount, %"), required=False, max_digits=5, min_value=Decimal(0), max_value=Decimal(100))  # fmt: skip
    vat_percent = SumField(label=_("VAT, %"), required=False, max_digits=5, min_value=Decimal(0), max_value=Decimal(99))  # fmt: skip
    product = ProductField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        name, price = given.get("name"), given.get("price")
        if name and price is None and "price" not in self.errors:
            self.add_error("price", _now("Enter the price."))
        if price and not name and "name" not in self.errors:
            self.add_error("name", _now("Say what it is."))
        return given

    def line(self, products: Mapping[int, Product]) -> TypedLine | None:
        given = self.cleaned_data
        if not given.get("name"):
            return None
        return TypedLine(
            name=given["name"],
            price=given["price"],
            quantity=given["quantity"] or Decimal(1),
            unit=given["unit"],
            discount=given["discount"] or Decimal(0),
            vat_percent=given["vat_percent"],
            product=products.get(given.get("product") or 0),
        )


class LineRows(LookFormSet):
    # A delivery may have its sum alone.
    may_be_none = True


Lines: type[BaseFormSet] = formset_factory(LineForm, formset=LineRows, extra=2, max_num=LINES_AT_MOST, absolute_max=LINES_AT_MOST, validate_max=True)  # fmt: skip


def lines_of(lines: list[DealLine] | list[Any]) -> list[dict[str, Any]]:
    """Lines as the first values of the rows."""
    return [
        {
            "name": line.name,
            "product": line.product_id,
            "quantity": trimmed(line.quantity),
            "unit": line.unit,
            "price": line.price,
            "discount": line.discount or None,
            "vat_percent": line.vat_percent,
        }
        for line in lines
    ]  # fmt: skip


def typed_lines(rows: BaseFormSet) -> list[TypedLine]:
    asked = {form.cleaned_data.get("product") for form in rows.forms} - {None}
    products = Product.objects.in_bulk(asked) if asked else {}
    return [line for form in rows.forms if (line := form.line(products)) is not None]


def whole_lines(rows: BaseFormSet) -> tuple[list[TypedLine], int]:
    """Of lines that somebody still types: those that are whole so far, and how many are not."""
    lines, others = [], 0
    for form in rows.forms:
        if not form.is_valid():
            others += 1
        elif (line := form.line({})) is not None:
            lines.append(line)
    return lines, others


def total_of(lines: list[TypedLine]) -> Decimal:
    return sum((line_total(x.quantity, x.price, x.discount) for x in lines), Decimal(0))


class InvoiceForm(LookForm):
    firm = forms.ModelChoiceField(label=_("Our firm"), queryset=OwnFirm.objects.filter(retired_at=None), empty_label=None)  # fmt: skip
    contract = forms.ModelChoiceField(label=_("Contract"), queryset=Contract.objects.none(), required=False)  # fmt: skip
    issued_on = DayField(label=_("Date"))
    due_on = DayField(label=_("Pay by"))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(c, c) for c in ("RUB", "USD", "EUR", "CNY")])  # fmt: skip
    basis = _text(_("Ground, as printed"))
    comment = _text(_("Comment for ourselves"), 2000, rows=2)

    def __init__(self, *args: Any, client: Client, deal: Deal | None, **kwargs: Any) -> None:  # fmt: skip
        today = timezone.localdate()
        kwargs["initial"] = {
            "issued_on": today,
            "due_on": add_working_days(today, USUAL_TERM_DAYS),
            "currency": deal.currency if deal else "RUB",
        } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        contracts: Any = self.fields["contract"]
        contracts.queryset = Contract.objects.filter(client=client)
        if not contracts.queryset.exists():
            del self.fields["contract"]
        if deal is not None:
            del self.fields["currency"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        issued, due = given.get("issued_on"), given.get("due_on")
        if issued and due and due < issued:
            self.add_error("due_on", _now("The term of payment cannot be before the date of the invoice."))  # fmt: skip
        if issued and issued > timezone.localdate() + timedelta(days=366):
            self.add_error("issued_on", _now("Is the year right?"))
        return given


class FirmField(forms.ModelChoiceField):
    """One of our firms in use; `known` is one that was read already and is not asked for again."""

    known: OwnFirm | None = None

    def to_python(self, value: Any) -> Any:
        if self.known and self.known.retired_at is None and str(value) == str(self.known.pk):  # fmt: skip
            return self.known
        return super().to_python(value)


class PaymentForm(LookForm):
    """A payment with its parts on invoices; without any part typed the oldest due is paid first."""

    amount = SumField(label=_("Amount"), min_value=Decimal("0.01"))
    paid_on = DayField(label=_("Date"))
    document_number = _text(_("Document number"), 60)
    firm = FirmField(label=_("To our firm"), queryset=OwnFirm.objects.filter(retired_at=None), empty_label=None)  # fmt: skip
    payer = _text(_("Payer, if it is somebody else"))
    purpose = _text(_("Purpose"), 2000)
    by_hand = forms.BooleanField(label=_("Lay on invoices as written below"), required=False)  # fmt: skip

    def __init__(self, *args: Any, invoices: list[Invoice], **kwargs: Any) -> None:
        kwargs["initial"] = {"paid_on": timezone.localdate()} | kwargs.get("initial", {})  # fmt: skip
        super().__init__(*args, **kwargs)
        self.invoices = invoices
        firms: Any = self.fields["firm"]
        firms.known = self.initial.get("firm")
        for invoice in invoices:
            self.fields[f"part_{invoice.pk}"] = SumField(label=invoice.number, required=False, min_value=Decimal(0))  # fmt: skip
            self.fields[f"part_{invoice.pk}"].widget.attrs["class"] = "form-control"
        if not invoices:
            del self.fields["by_hand"]

    @property
    def said(self) -> list[forms.BoundField]:
        """The fields of the payment itself."""
        return [self[name] for name in self.fields if not name.startswith(("part_", "by_hand"))]  # fmt: skip

    @property
    def rows(self) -> list[tuple[Invoice, forms.BoundField]]:
        return [(invoice, self[f"part_{invoice.pk}"]) for invoice in self.invoices]

    @property
    def parts(self) -> dict[int, Decimal] | None:
        """{invoice: part} when the person wrote them himself, None when the product shall choose."""
        given = self.cleaned_data
        if not given.get("by_hand"):
            return None
        return {i.pk: given[f"part_{i.pk}"] for i in self.invoices if given.get(f"part_{i.pk}")}  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("paid_on") and given["paid_on"] > timezone.localdate():
            self.add_error("paid_on", _now("A payment cannot have come in the future."))
        for invoice in self.invoices if given.get("by_hand") else ():
            part = given.get(f"part_{invoice.pk}")
            if part and part > invoice.total - invoice.paid:
                self.add_error(f"part_{invoice.pk}", _now("The invoice owes less."))
        return given


class RefundForm(LookForm):
    amount = SumField(label=_("Amount given back"), min_value=Decimal("0.01"))
    paid_on = DayField(label=_("Date"), initial=timezone.localdate)
    document_number = _text(_("Document number"), 60)
    purpose = _text(_("What for"), 2000)


class LineRefundForm(LookForm):
    invoice = forms.ModelChoiceField(
        label=_("Take it off the invoice"),
        queryset=Invoice.objects.none(),
        required=False,
        empty_label=_("none: from the client's advance"),
    )

    def __init__(self, *args: Any, invoices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["invoice"]
        field.queryset = invoices
        field.label_from_instance = lambda one: f"№ {one.number}, {plain_day(one.issued_on)}: {money(one.paid, one.currency)}"  # fmt: skip


class CorrectionForm(LookForm):
    amount = SumField(label=_("Right amount"), min_value=Decimal("0.01"))
    paid_on = DayField(label=_("Date"))
    document_number = _text(_("Document number"), 60)
    reason = _text(_("What was wrong"), 300, rows=2, required=True)


class ReasonForm(LookForm):
    reason = _text(_("Reason"), 300, rows=2, required=True)


class PromiseForm(LookForm):
    promised_on = DayField(label=_("Will pay by"))
    amount = SumField(label=_("Amount"), min_value=Decimal("0.01"))
    comment = _text(_("Who promised, what he said"), 500, rows=2)


class AdvanceForm(LookForm):
    amount = SumField(label=_("From the advance"), min_value=Decimal("0.01"))


class DeliveryForm(LookForm):
    kind = forms.ChoiceField(label=_("Paper"), choices=DeliveryKind.choices)
    number = _text(_("Waybill number"), 60, required=True)
    delivered_on = DayField(label=_("Date"), initial=timezone.localdate)
    invoice = forms.ModelChoiceField(label=_("By the invoice"), queryset=Invoice.objects.none(), required=False)  # fmt: skip
    total = SumField(label=_("Sum of the paper, if without lines"), required=False, min_value=Decimal("0.01"))  # fmt: skip
    closed_on = DayField(label=_("Signed papers back on"), required=False)
    comment = _text(_("Comment"), 2000, rows=2)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        invoices: Any = self.fields["invoice"]
        invoices.queryset = deal.invoices.filter(corrects=None).exclude(state="cancelled")  # fmt: skip
        if not invoices.queryset.exists():
            del self.fields["invoice"]


class PapersBackForm(LookForm):
    on = DayField(label=_("Signed papers back on"), initial=timezone.localdate)


class ReceiptForm(LookModelForm):
    amount = SumField(label=_("Amount"), min_value=Decimal("0.01"))
    due_on = DayField(label=_("Expected on"))

    class Meta:
        model = PlannedReceipt
        fields = ["due_on", "amount", "comment"]


class ByScheduleForm(LookForm):
    schedule = forms.ModelChoiceField(label=_("Schedule"), queryset=ReceiptSchedule.objects.filter(retired_at=None), empty_label=None)  # fmt: skip
    amount = SumField(label=_("Amount to divide"), min_value=Decimal("0.01"))


class ScheduleForm(LookModelForm):
    class Meta:
        model = ReceiptSchedule
        fields = ["name", "name_en"]


class ScheduleRowForm(LookModelForm):
    class Meta:
        model = ReceiptScheduleRow
        fields = ["percent", "basis", "days"]


class ScheduleRows(LookInlineFormSet):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [f for f in self.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]  # fmt: skip
        total = sum((f.cleaned_data.get("percent") or Decimal(0) for f in kept), Decimal(0))  # fmt: skip
        if total != 100:
            raise ValidationError(_now("The percents add up to %(sum)s, not to 100.") % {"sum": trimmed(total)})  # fmt: skip


ScheduleRowSet: Any = forms.inlineformset_factory(
    ReceiptSchedule, ReceiptScheduleRow, form=ScheduleRowForm, formset=ScheduleRows, extra=2, max_num=12, can_delete=True
)  # fmt: skip


class StatementForm(LookForm):
    file = forms.FileField(
        label=_("File of the bank"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".txt"}),
        error_messages={"required": _("Choose a file.")},
    )


class AccountForm(LookForm):
    firm = forms.ModelChoiceField(label=_("Our firm"), queryset=OwnFirm.objects.filter(retired_at=None), empty_label=None)  # fmt: skip
