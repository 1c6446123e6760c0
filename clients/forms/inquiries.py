"""What people type about an inquiry."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients import distribution, emails, phones, requisites
from clients.actions.activity_rules import Step
from clients.actions.inquiries import LONGEST_TEXT, Said
from clients.actions.inquiry_clients import Firm, Person
from clients.choices import Interest
from clients.forms.activities import FARTHEST
from clients.inquiry_choices import Channel, EntryKind, NotOurs
from clients.models import (
    ActivityKind,
    Campaign,
    Industry,
    InformationSource,
    Inquiry,
    Product,
    Region,
)
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm

_TOO_LONG = {"max_length": _("Too long: %(show_value)s characters, %(limit_value)d fit.")}  # fmt: skip


def _text(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, error_messages=_TOO_LONG, **more)  # fmt: skip


def area(rows: int, **more: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data_wide": True, **more})


def _word(label: Any, model: Any, empty: Any = None) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        model.objects.in_use(),
        label=label,
        required=False,
        empty_label=empty or _("Not chosen"),
    )


def colleagues() -> Any:
    return User.objects.with_permission(distribution.WORKS).order_by(
        "last_name", "first_name", "pk"
    )


class NoteForm(LookForm):
    use_required_attribute = False
    kind = forms.ChoiceField(label=_("What it was"), choices=EntryKind)
    text = _text(_("What was said"), LONGEST_TEXT, widget=area(3))
    file = forms.FileField(label=_("File"), required=False)


class GiveForm(LookForm):
    use_required_attribute = False
    to = forms.ModelChoiceField(
        User.objects.none(), label=_("Responsible"), empty_label=_("Choose a colleague")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues()  # type: ignore[attr-defined]


class AsideForm(LookForm):
    use_required_attribute = False
    why = forms.ChoiceField(
        label=pgettext_lazy("why an inquiry is not ours", "Reason"),
        choices=NotOurs,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    repeats = forms.ModelChoiceField(
        Inquiry.objects.none(),
        label=_("Which one it repeats"),
        required=False,
        empty_label=_("Not chosen"),
    )
    outcome = _text(_("Comment"), LONGEST_TEXT, widget=area(2))

    def __init__(self, *args: Any, like: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if like:
            ids = [one.pk for one in like]
            self.fields["repeats"].queryset = Inquiry.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        else:
            del self.fields["repeats"]


class FinishForm(LookForm):
    use_required_attribute = False
    outcome = _text(_("What it came to"), LONGEST_TEXT, widget=area(3))


class StepFields(forms.Form):
    """The next step, for oneself or a colleague; empty, none is planned."""

    step_kind = forms.ModelChoiceField(
        ActivityKind.objects.none(),
        label=_("Next step"),
        required=False,
        empty_label=_("None"),
    )
    step_on = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give a date, for example 20.11.2026.")},
    )
    step_clock = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Give a time, for example 14:30.")},
    )
    step_performer = forms.ModelChoiceField(
        User.objects.none(), label=_("Performer"), required=False, empty_label=_("I")
    )
    step_note = _text(_("Note for the performer"), 2_000, widget=area(2))

    def prepare_step(self, user: User) -> None:
        self.fields["step_kind"].queryset = ActivityKind.objects.in_use()  # type: ignore[attr-defined]
        people = User.objects.active().order_by("last_name", "first_name", "pk")
        self.fields["step_performer"].queryset = people.exclude(pk=user.pk)  # type: ignore[attr-defined]
        if not user.has_perm("clients.plan_for_others"):
            del self.fields["step_performer"]
        if not user.has_perm("clients.add_activity"):
            for name in [n for n in self.fields if n.startswith("step_")]:
                del self.fields[name]

    def check_step(self) -> None:
        given = self.cleaned_data
        kind, day = given.get("step_kind"), given.get("step_on")
        said = given.get("step_performer") or given.get("step_note") or given.get("step_clock")  # fmt: skip
        if kind is None and "step_kind" not in self.errors and (day or said):
            self.add_error("step_kind", _("Choose what is to be done."))
        if kind and day is None and "step_on" not in self.errors:
            self.add_error("step_on", _("Give the day."))
        today = timezone.localdate()
        if day and day < today:
            self.add_error("step_on", _("This day has passed: choose today or later."))
        elif day and day > today + FARTHEST:
            self.add_error("step_on", _("This is more than ten years away."))

    def step(self) -> Step | None:
        given = self.cleaned_data
        if not given.get("step_kind") or not given.get("step_on"):
            return None
        hour = given.get("step_clock") or time(10, 0)
        return Step(
            kind=given["step_kind"],
            planned_at=timezone.make_aware(
                datetime.combine(given["step_on"], hour.replace(tzinfo=None))
            ),
            performer=given.get("step_performer"),
            note=given.get("step_note", ""),
        )


class JoinForm(StepFields, LookForm):
    """Joining to a card that is there already: only the next step is asked."""

    use_required_attribute = False

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare_step(user)

    def clean(self) -> dict[str, Any]:
        self.check_step()
        return self.cleaned_data


PEOPLE_ROWS = 3


class InquiryForm(StepFields, LookForm):
    """An inquiry in one go: who, whom to talk to, what was said, what they need, what comes next."""

    use_required_attribute = False
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Channel, initial=Channel.CALL
    )
    company = _text(_("Company"), 300)
    inn = _text(_("INN"), 20)
    city = _text(_("City"), 120)
    region = _word(_("Region"), Region)
    industry = _word(_("Industry"), Industry)
    text = _text(_("What they asked and what was agreed"), LONGEST_TEXT, widget=area(4))
    products = forms.ModelMultipleChoiceField(
        Product.objects.none(), label=_("Products of interest"), required=False
    )
    interest = forms.TypedChoiceField(
        label=_("Degree of interest"),
        choices=[("", _("Not chosen")), *Interest.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    source = _word(_("How they learned of the firm"), InformationSource)
    product_source = _word(_("How they learned of the product"), InformationSource)
    campaign = _word(_("Campaign"), Campaign)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["products"].queryset = Product.objects.in_use()  # type: ignore[attr-defined]
        self.prepare_step(user)
        for name in ("company", "inn", "city"):
            self.fields[name].widget.attrs.update({"data-same": True}, autocomplete="off")  # fmt: skip
        self.people: list[dict[str, Any]] = []
        data = self.data if self.is_bound else self.initial
        for place in range(PEOPLE_ROWS):
            row = {part: str(data.get(f"p{place}-{part}", "") or "") for part in ("name", "position", "phone", "email")}  # fmt: skip
            self.people.append({**row, "place": place, "errors": {}})

    def clean_inn(self) -> str:
        return requisites.digits(self.cleaned_data["inn"])

    def clean(self) -> dict[str, Any]:
        self.check_step()
        self._check_people()
        given = self.cleaned_data
        if not given.get("company") and not any(self._said(row) for row in self.people):
            self.add_error(None, _("Say who it is: a company, a person, a phone or an e-mail."))  # fmt: skip
        return given

    @staticmethod
    def _said(row: dict[str, Any]) -> bool:
        return any(row[part].strip() for part in ("name", "phone", "email"))

    def _check_people(self) -> None:
        for row in self.people:
            for part, length in (("name", 200), ("position", 160), ("phone", 80), ("email", 254)):  # fmt: skip
                row[part] = " ".join(row[part].replace("\x00", " ").split())
                if len(row[part]) > length:
                    row["errors"][part] = _("Too long: %(limit)d characters fit.") % {"limit": length}  # fmt: skip
            found, left = emails.read(row["email"])
            if row["email"] and (len(found) != 1 or left):
                row["errors"].setdefault("email", _("Give one address like name@firm.ru."))  # fmt: skip
            read = phones.read(row["phone"])
            if row["phone"] and not any(c.isdigit() for c in row["phone"]):
                row["errors"].setdefault("phone", _("There is no phone number here."))  # fmt: skip
            row["doubt"] = read[0].problem if read and not read[0].e164 else ""
            if row["errors"]:
                self.add_error(None, _("Look at the contact persons below."))

    def persons(self) -> list[Person]:
        """Who has a name. Numbers of nobody are the firm's."""
        return [
            Person(
                row["name"],
                row["position"],
                [row["phone"]] if row["phone"] else [],
                emails.read(row["email"])[0],
            )
            for row in self.people
            if row["name"]
        ]

    def _loose(self, part: str) -> list[str]:
        return [row[part] for row in self.people if row[part] and not row["name"]]

    def firm(self) -> Firm:
        given = self.cleaned_data
        return Firm(
            name=given["company"],
            inn=given["inn"],
            city=given["city"],
            region=given["region"].pk if given["region"] else None,
            industry=given["industry"].pk if given["industry"] else None,
            interest=given["interest"],
            phones=self._loose("phone"),
            emails=[a for cell in self._loose("email") for a in emails.read(cell)[0]],
        )

    def said(self) -> Said:
        given = self.cleaned_data
        named = next((row for row in self.people if row["name"]), None)

        def pk(name: str) -> int | None:
            return given[name].pk if given[name] else None

        return Said(
            channel=given["channel"],
            text=given["text"],
            name=named["name"] if named else "",
            position=named["position"] if named else "",
            company=given["company"],
            phones=[row["phone"] for row in self.people if row["phone"]],
            emails=[row["email"] for row in self.people if row["email"]],
            inn=given["inn"],
            city=given["city"],
            received={
                "typed": {
                    k: str(v)[:1000]
                    for k, v in self.data.items()
                    if v and k != "csrfmiddlewaretoken"
                }
            },
            source=pk("source"),
            product_source=pk("product_source"),
            campaign=pk("campaign"),
            region=pk("region"),
            industry=pk("industry"),
            products=[product.pk for product in given["products"]],
        )


class OriginForm(LookForm):
    """What was found out about an inquiry later: who, from where, by what."""

    use_required_attribute = False
    name = _text(_("Contact person"), 200)
    position = _text(_("Job title"), 160)
    company = _text(_("Company"), 300)
    phones = _text(_("Phones"), 400, help_text=_("Several are parted by a comma."))
    emails = _text(_("E-mails"), 600, help_text=_("Several are parted by a comma."))
    inn = _text(_("INN"), 20)
    city = _text(_("City"), 120)
    region = _word(_("Region"), Region)
    industry = _word(_("Industry"), Industry)
    source = _word(_("How they learned of the firm"), InformationSource)
    product_source = _word(_("How they learned of the product"), InformationSource)
    campaign = _word(_("Campaign"), Campaign)
    products = forms.ModelMultipleChoiceField(
        Product.objects.none(), label=_("Products of interest"), required=False
    )

    def __init__(self, data: Any = None, *, inquiry: Inquiry) -> None:
        words = ("region", "industry", "source", "product_source", "campaign")
        initial: dict[str, Any] = {
            name: getattr(inquiry, f"{name}_id") for name in words
        }
        initial |= {n: getattr(inquiry, n) for n in ("name", "position", "company", "inn", "city")}  # fmt: skip
        initial |= {n: ", ".join(getattr(inquiry, n)) for n in ("phones", "emails")}
        initial["products"] = list(inquiry.products.values_list("pk", flat=True))
        super().__init__(data, initial=initial)
        for name in words:
            field: Any = self.fields[name]
            field.queryset = field.queryset.model.objects.filter(
                Q(retired_at=None) | Q(pk=initial[name])
            )
        self.fields["products"].queryset = Product.objects.filter(  # type: ignore[attr-defined]
            Q(retired_at=None) | Q(pk__in=initial["products"])
        )

    def clean_inn(self) -> str:
        return requisites.digits(self.cleaned_data["inn"])

    def clean_emails(self) -> list[str]:
        typed = self.cleaned_data["emails"]
        found, left = emails.read(typed)
        if left:
            raise forms.ValidationError(_("Not an address: “%s”.") % left[:80])
        return found

    def clean_phones(self) -> list[str]:
        return [n.raw for n in phones.read(self.cleaned_data["phones"])]
