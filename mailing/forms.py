"""Forms of templates, mailings, single letters and files from outside services."""

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.models import Campaign, Selection
from deals.choices import DocumentKind
from deals.models import DocumentTemplate, Material
from deals.papers.merging import BadTemplate
from mailing import values
from mailing.actions.templates import TooLarge, check_size
from mailing.choices import MailChannel, Purpose
from mailing.merging import LONGEST, check, fill
from mailing.models import FaxLine, Mailing, MailingTopic, MailTemplate
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm, LookModelForm
from salesexpert.core.templatetags.look import moment
from salesexpert.outbox.models import MailAccount

# Papers that are made of a deal, an invoice or a delivery cannot be drawn for whoever is in a list.
_OF_A_DEAL = (
    DocumentKind.INVOICE, DocumentKind.ACT, DocumentKind.VAT_INVOICE, DocumentKind.UPD, DocumentKind.CONTRACT,
)  # fmt: skip


def rich(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        widget=forms.Textarea(
            attrs={"rows": 16, "data-letter": "1", "data_wide": True}
        ),
        **more,
    )


class TemplateForm(LookModelForm):
    body = rich(_("Letter"))

    class Meta:
        model = MailTemplate
        fields = ["name", "channel", "purpose", "language", "subject", "body", "text", "materials", "paper", "cover"]  # fmt: skip
        widgets = {
            "subject": forms.TextInput(
                attrs={"data_wide": True, "autocomplete": "off"}
            ),
            "text": forms.Textarea(attrs={"rows": 8, "data_wide": True}),
            "materials": forms.CheckboxSelectMultiple(attrs={"data_wide": True}),
        }
        help_texts = {
            "text": _("Left empty, it is made of the letter each time."),
            "paper": _("Names each addressee with his own requisites; goes along as PDF."),
            "cover": _("For a fax: a first page with to whom, from whom and about what."),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.instance
        kept = list(own.materials.values_list("pk", flat=True)) if own.pk else []
        fields: Any = self.fields
        fields["materials"].queryset = Material.objects.filter(Q(archived_at=None) | Q(pk__in=kept))  # fmt: skip
        fields["paper"].queryset = DocumentTemplate.objects.filter(
            Q(retired_at=None) & ~Q(kind__in=_OF_A_DEAL) | Q(pk=own.paper_id)
        )
        fields["paper"].empty_label = _("none")
        fields["text"].max_length = LONGEST

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name].replace("\x00", "")
        try:
            check(text)
            fill(text, values.sample(self.data.get("language", "ru")), html=name == "body")  # fmt: skip
        except BadTemplate as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def clean_subject(self) -> str:
        return " ".join(self._checked("subject").split())

    def clean_body(self) -> str:
        return self._checked("body")

    def clean_text(self) -> str:
        return self._checked("text")

    def clean_materials(self) -> Any:
        try:
            check_size(self.cleaned_data["materials"])
        except TooLarge as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data["materials"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("channel") == MailChannel.FAX:
            others = [m.name for m in data.get("materials") or () if m.content_type != "application/pdf"]  # fmt: skip
            if others:
                self.add_error("materials", _("A fax carries PDF files only, not: %s.") % "; ".join(others))  # fmt: skip
        if data.get("channel") == MailChannel.EMAIL and not data.get("subject") and "subject" not in self.errors:  # fmt: skip
            self.add_error("subject", _("A letter needs a subject."))
        return data


class TopicsForm(LookForm):
    """Of what a person still wants to hear."""

    wanted = forms.ModelMultipleChoiceField(
        MailingTopic.objects.none(),
        label=_("Mailings may come on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].queryset = MailingTopic.objects.in_use()  # type: ignore[attr-defined]


class MailingForm(LookModelForm):
    """What a mailing is to be, by letter or by fax. The audience is a selection, or the list that the page was opened from."""

    parameters = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)  # fmt: skip

    class Meta:
        model = Mailing
        fields = [
            "name", "template", "selection", "whom", "is_advertising", "topic", "campaign", "account", "line", "starts_at",
            "per_minute", "per_domain", "quiet_from", "quiet_until", "track_clicks", "track_opens",
        ]  # fmt: skip
        widgets = {
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }  # fmt: skip
        help_texts = {
            "is_advertising": _("Goes only to those who agreed to advertising by this channel, with a link to unsubscribe."),
            "topic": _("Whoever refuses letters on it is left out; the link in the letter offers to refuse just this."),
            "starts_at": _("Empty: at once when it is started."),
            "quiet_from": _("By the clock of the addressee's region."),
            "per_minute": _("Empty: as fast as the mail server takes them."),
            "track_opens": _("A picture in the letter tells when it is opened; many mail programs hide it."),
        }  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        own = self.instance
        fields["template"].queryset = MailTemplate.objects.filter(
            Q(retired_at=None, purpose=Purpose.MAILING) | Q(pk=own.template_id),
            channel=own.channel,
        )
        fields["template"].empty_label = _("choose")
        usable = Selection.objects.usable_by(user).filter(entity="client")
        fields["selection"].queryset = usable
        fields["selection"].empty_label = _("choose")
        fields["campaign"].queryset = Campaign.objects.filter(
            Q(retired_at=None) | Q(pk=own.campaign_id)
        )
        fields["campaign"].empty_label = _("none")
        known = MailingTopic.objects.filter(Q(retired_at=None) | Q(pk=own.topic_id))
        fields["topic"].queryset = known
        fields["topic"].empty_label = pgettext_lazy("topic", "none")
        fields["account"].queryset = MailAccount.objects.filter(is_active=True)
        fields["account"].empty_label = _("the usual one")
        fields["line"].queryset = FaxLine.objects.filter(is_active=True)
        fields["line"].empty_label = pgettext_lazy("fax line", "the usual one")
        if not known.exists():
            del fields["topic"]
        elif own.channel == MailChannel.FAX:
            fields["topic"].help_text = _("Whoever refuses mailings on it, by a letter or on the card, is left out.")  # fmt: skip
        if own.channel == MailChannel.FAX:
            for name in ("account", "per_domain", "track_clicks", "track_opens"):
                del fields[name]
            fields["per_minute"].label = _("Faxes a minute")
            fields["per_minute"].help_text = _("Empty: as fast as the line takes them.")
            fields["is_advertising"].help_text = _("Goes only to those who agreed to advertising by fax, and says how to get no more.")  # fmt: skip
            fields["quiet_from"].label = _("No faxes from")
        else:
            del fields["line"]
        for name in {"per_minute", "per_domain"} & fields.keys():
            fields[name].min_value = 1
            fields[name].widget.attrs["min"] = 1

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("selection") and not (data.get("parameters") or "").strip():
            self.add_error("selection", _("Choose whom it goes to."))
        if bool(data.get("quiet_from")) != bool(data.get("quiet_until")):
            self.add_error("quiet_until", _("Quiet hours need both ends."))
        for name in ("per_minute", "per_domain"):
            if data.get(name) == 0:
                self.add_error(name, _("At least one a minute."))
        return data

    def differing_from(self, stands: Mailing) -> list[tuple[Any, str, str]]:
        """Label, what stands there, what was typed: the fields in which another save differs from this one."""
        fields = [f for f in stands._meta.fields if f.name in self.fields]
        rows = [(f, getattr(stands, f.attname), getattr(self.instance, f.attname)) for f in fields]  # fmt: skip
        found = [
            (self.fields[f.name].label, _in_words(stands, f), _in_words(self.instance, f))
            for f, theirs, mine in rows
            if theirs != mine
        ]  # fmt: skip
        if stands.parameters != self.instance.parameters and stands.selection_id == self.instance.selection_id:  # fmt: skip
            found.append(
                (gettext("List of clients"), stands.audience, self.instance.audience)
            )
        return found


def _in_words(mailing: Mailing, field: Any) -> str:
    shown = getattr(mailing, f"get_{field.name}_display", None)
    value = shown() if shown else getattr(mailing, field.name)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "—" if value in (None, "") else str(value)


class LetterForm(LookForm):
    """A single letter."""

    to = forms.CharField(
        label=_("To"),
        max_length=254,
        widget=forms.TextInput(attrs={"list": "letter-to", "autocomplete": "off"}),
    )
    contact = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    subject = forms.CharField(label=_("Subject"), max_length=300)
    body = rich(_("Letter"))
    papers = forms.MultipleChoiceField(
        label=_("Papers of the deal"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data_wide": True}),
    )
    materials = forms.MultipleChoiceField(
        label=_("From the library"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data_wide": True}),
    )
    template = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, *args: Any, papers: Any = (), materials: Any = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("papers", papers), ("materials", materials)):
            field: Any = self.fields[name]
            field.choices = list(choices)
            if not field.choices:
                del self.fields[name]

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].replace("\x00", "").split())


class OutcomeFileForm(LookForm):
    """A file that an outside service made: addresses with what became of them."""

    file = forms.FileField(
        label=_("File with addresses"),
        help_text=_("CSV or XLSX with a heading row; one column holds the addresses."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls"}),
    )
    what = forms.ChoiceField(
        label=_("What the file tells"),
        choices=[
            ("auto", _("a column says it: unsubscribed or bounced")),
            ("unsubscribed", _("all of these unsubscribed")),
            ("bounced", _("letters to all of these came back")),
        ],
    )


class ExportForm(LookForm):
    selection = forms.ModelChoiceField(
        queryset=Selection.objects.none(), label=_("Selection"), empty_label=_("choose")
    )
    whom = forms.ChoiceField(label=_("To whom"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["selection"].queryset = Selection.objects.usable_by(user).filter(entity="client")  # fmt: skip
        fields["whom"].choices = Mailing._meta.get_field("whom").flatchoices


def query(**given: Any) -> str:
    return urlencode({k: v for k, v in given.items() if v})
