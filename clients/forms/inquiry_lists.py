"""A list of inquiries: pasted lines or a file, and what holds for all of them."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.forms.inquiries import area, colleagues
from clients.importing import encodings
from clients.inquiry_choices import Channel
from clients.models import Campaign, InformationSource, Product
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.forms import LookForm

LONGEST = 400_000
LARGEST_FILE = 1024 * 1024


class ListForm(LookForm):
    use_required_attribute = False
    lines = forms.CharField(
        label=_("Lines"),
        required=False,
        widget=area(10, spellcheck="false"),
        help_text=_(
            "One inquiry a line: company; person; phone; e-mail; what they asked, in any order. A first line of headings is understood too."
        ),
    )
    file = forms.FileField(label=_("Or a text or CSV file"), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Channel, initial=Channel.LIST
    )
    source = forms.ModelChoiceField(
        InformationSource.objects.in_use(),
        label=_("How they learned of the firm"),
        required=False,
        empty_label=_("Not chosen"),
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.in_use(),
        label=_("Campaign"),
        required=False,
        empty_label=_("Not chosen"),
    )
    responsible = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who gets them"),
        required=False,
        empty_label=_("By the rules of distribution"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = colleagues()
        if not user.has_perm("clients.assign_inquiry"):
            people = people.filter(pk=user.pk)
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]
        self._text = ""

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        text, upload = given.get("lines", ""), given.get("file")
        if upload is not None:
            if upload.size > LARGEST_FILE:
                self.add_error("file", _("The file is larger than 1 MB: load it on the page of imports."))  # fmt: skip
            else:
                text = "\n".join(filter(None, [text, self._decoded(upload)]))
        if len(text) > LONGEST:
            self.add_error("lines", _("Too long: %(size)d characters, %(limit)d fit. Paste it in parts.") % {"size": len(text), "limit": LONGEST})  # fmt: skip
        elif not text.strip() and not self.errors:
            self.add_error("lines", _("Paste at least one line, or choose a file."))
        self._text = text[:LONGEST]
        given["lines"] = text
        return given

    def _decoded(self, upload: Any) -> str:
        data = upload.read()
        if data.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")) or b"\x00\x00\x00" in data[:2000]:  # fmt: skip
            self.add_error("file", _("This is no text: load tables of Excel on the page of imports."))  # fmt: skip
            return ""
        with NamedTemporaryFile(suffix=".txt") as file:
            file.write(data)
            file.flush()
            encoding = encodings.guess(Path(file.name))
        return data.decode(encoding, errors="replace")

    def text_again(self) -> str:
        """What stands in the field after a preview: the file's lines too, so that they can be mended there."""
        return self._text or str(self.data.get("lines", "") if self.is_bound else "")

    def known_words(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for pk, name, name_en in Product.objects.values_list("pk", "name", "name_en"):
            for word in (name, name_en):
                if word:
                    found.setdefault(fold(word)[:160], pk)
        return found

    def terms(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "channel": given["channel"],
            "source": given["source"].pk if given["source"] else None,
            "campaign": given["campaign"].pk if given["campaign"] else None,
            "responsible": given["responsible"],
        }
