"""Settings of the ways by which inquiries come."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients import intake_preferences, site_intake
from clients.forms.inquiries import area, colleagues
from clients.inquiry_choices import Channel, Giving
from clients.models import (
    Campaign,
    ConsentText,
    DistributionRule,
    Industry,
    InformationSource,
    Product,
    Region,
    SiteForm,
)
from clients.personal_choices import ConsentKind
from salesexpert.accounts.models import Department, User
from salesexpert.core import preferences
from salesexpert.core.forms import LookForm, LookModelForm

MOST_ORIGINS = 20
ASKED = [
    ("name", pgettext_lazy("of a person", "Name")),
    ("company", _("Company")),
    ("phone", _("Phone")),
    ("email", _("E-mail")),
    ("inn", _("INN")),
    ("city", _("City")),
    ("product", _("Products of interest")),
    ("message", _("Message")),
]
TICKS = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})


class SiteFormForm(LookModelForm):
    """A form of a site: from where it may be sent, what it asks, with what wording of consent."""

    use_required_attribute = False
    sites = forms.CharField(
        label=_("Sites"),
        required=False,
        widget=area(2),
        help_text=_(
            "Addresses from which it may be sent, one a line: https://shop.example"
        ),
    )
    from_server = forms.BooleanField(
        label=_("The site's server may send too, without an origin"), required=False
    )
    fields_asked = forms.MultipleChoiceField(
        label=_("What is asked"), choices=ASKED, widget=TICKS, required=False
    )
    wording = forms.ModelChoiceField(
        ConsentText.objects.none(),
        label=_("Consent to processing"),
        required=False,
        empty_label=_("None: own wording below"),
        help_text=_(
            "Wordings are kept in “Personal data”. A consent given so is entered with the client."
        ),
    )

    class Meta:
        model = SiteForm
        fields = ("name", "language", "heading", "source", "product_source", "campaign", "consent", "consent_url", "thanks", "per_hour")  # fmt: skip
        widgets = {"consent": area(4)}

    def __init__(self, data: Any = None, *, instance: SiteForm) -> None:
        origins = [o for o in instance.origins if o != site_intake.SERVER]
        initial = {
            "sites": "\n".join(origins),
            "from_server": site_intake.SERVER in instance.origins,
            "fields_asked": instance.fields if instance.pk else ["name", "phone", "email", "message"],
        }  # fmt: skip
        texts = ConsentText.objects.filter(kind=ConsentKind.PROCESSING, retired_at=None)
        if instance.consent:
            same = texts.filter(text=instance.consent).first()
            initial["wording"] = same.pk if same else None
        elif not instance.pk and (first := texts.order_by("-pk").first()):
            initial["wording"] = first.pk
        super().__init__(data, instance=instance, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["wording"].queryset = texts
        fields["consent"].help_text = _("Own wording, if none of the list is chosen.")
        fields["thanks"].help_text = _("Empty: “Thank you. We will answer soon.”")
        fields["per_hour"].min_value = 1
        for name, model in (("source", InformationSource), ("product_source", InformationSource), ("campaign", Campaign)):  # fmt: skip
            fields[name].queryset = model.objects.in_use()
            fields[name].empty_label = _("Not chosen")

    def clean_sites(self) -> list[str]:
        found = []
        for line in self.cleaned_data["sites"].replace(",", "\n").split("\n"):
            if not line.strip():
                continue
            typed = line.strip()
            origin = site_intake.origin_of(typed if "://" in typed else f"https://{typed}")  # fmt: skip
            if not origin:
                raise forms.ValidationError(_("“%s” is no address of a site.") % typed[:80])  # fmt: skip
            found.append(origin[:200])
        if len(found) > MOST_ORIGINS:
            raise forms.ValidationError(_("At most %d sites.") % MOST_ORIGINS)
        return list(dict.fromkeys(found))

    def clean_per_hour(self) -> int:
        number = self.cleaned_data["per_hour"]
        if not 1 <= number <= 10_000:
            raise forms.ValidationError(_("From 1 to 10,000 an hour."))
        return int(number)

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if "sites" in given and not given["sites"] and not given.get("from_server"):
            self.add_error("sites", _("Name at least one site: without it nothing can be sent."))  # fmt: skip
        asked = given.get("fields_asked", [])
        if not {"phone", "email"} & set(asked):
            self.add_error("fields_asked", _("Ask for a phone or an e-mail: there is no other way to answer."))  # fmt: skip
        if given.get("wording"):
            given["consent"] = given["wording"].text
        if not given.get("consent", "").strip():
            self.add_error("consent", _("Personal data may not be asked for without a consent: choose its wording."))  # fmt: skip
        return given

    def filled(self) -> SiteForm:
        given = self.cleaned_data
        form = self.instance
        for name in self._meta.fields or ():
            setattr(form, name, given[name])
        form.origins = given["sites"] + ([site_intake.SERVER] if given["from_server"] else [])  # fmt: skip
        form.fields = [name for name, _label in ASKED if name in given["fields_asked"]]
        return form


class RuleForm(LookModelForm):
    use_required_attribute = False
    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=Channel, widget=TICKS, required=False
    )
    giving = forms.ChoiceField(label=_("How"), choices=Giving)

    class Meta:
        model = DistributionRule
        fields = ("name", "channels", "regions", "industries", "products", "campaigns", "forms", "people", "department", "giving", "answer_minutes", "head")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name, model in (("regions", Region), ("industries", Industry), ("products", Product), ("campaigns", Campaign)):  # fmt: skip
            fields[name].queryset = model.objects.in_use()
        fields["people"].queryset = colleagues()
        fields["head"].queryset = User.objects.with_permission("clients.view_inquiry").order_by("last_name", "first_name", "pk")  # fmt: skip
        fields["department"].queryset = Department.objects.order_by("name")
        fields["department"].empty_label = _("Not chosen")
        fields["head"].empty_label = _("The head of whoever got it")
        fields["answer_minutes"].help_text = _("Empty: as for the company.")

    def clean_answer_minutes(self) -> int | None:
        minutes = self.cleaned_data["answer_minutes"]
        if minutes is not None and minutes > 60 * 24 * 30:
            raise forms.ValidationError(_("This is more than a month."))
        return minutes

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if not given.get("people") and not given.get("department"):
            self.add_error("people", _("Name people or a department."))
        return given

    def _save_m2m(self) -> None:
        """The action writes the lists."""


class TermsForm(LookForm):
    use_required_attribute = False
    minutes = forms.IntegerField(
        label=_("First answer within, working minutes"),
        min_value=0,
        max_value=60 * 24 * 30,
        help_text=_("Rules of distribution may say otherwise. 0: no term."),
    )
    hours_from = forms.IntegerField(
        label=_("Inquiries are answered from, hour"), min_value=0, max_value=23
    )
    hours_until = forms.IntegerField(
        label=_("Inquiries are answered until, hour"), min_value=1, max_value=24
    )
    to_curator = forms.BooleanField(
        label=_("What comes from a known client goes to his curator"), required=False
    )

    NAMES = {
        "minutes": intake_preferences.ANSWER_MINUTES,
        "hours_from": intake_preferences.HOURS_FROM,
        "hours_until": intake_preferences.HOURS_UNTIL,
        "to_curator": intake_preferences.TO_CURATOR,
    }

    def __init__(self, data: Any = None) -> None:
        initial = {name: preferences.get(stored) for name, stored in self.NAMES.items()}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("hours_from", 0) >= given.get("hours_until", 24):
            self.add_error("hours_until", _("The day must end after it begins."))
        return given

    def values(self) -> dict[str, Any]:
        return {stored: self.cleaned_data[name] for name, stored in self.NAMES.items()}


class TryForm(LookForm):
    """An imagined inquiry: who would get it?"""

    use_required_attribute = False
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel, required=False)
    form = forms.ModelChoiceField(SiteForm.objects.all(), label=_("Form on a site"), required=False, empty_label=_("Not chosen"))  # fmt: skip
    region = forms.ModelChoiceField(Region.objects.none(), label=_("Region"), required=False, empty_label=_("Not chosen"))  # fmt: skip
    industry = forms.ModelChoiceField(Industry.objects.none(), label=_("Industry"), required=False, empty_label=_("Not chosen"))  # fmt: skip
    campaign = forms.ModelChoiceField(Campaign.objects.none(), label=_("Campaign"), required=False, empty_label=_("Not chosen"))  # fmt: skip
    product = forms.ModelChoiceField(Product.objects.none(), label=_("Product of interest"), required=False, empty_label=_("Not chosen"))  # fmt: skip
    phone = forms.CharField(label=_("Phone of a known client"), required=False, max_length=80)  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("region", Region), ("industry", Industry), ("campaign", Campaign), ("product", Product)):  # fmt: skip
            self.fields[name].queryset = model.objects.in_use()  # type: ignore[attr-defined]
