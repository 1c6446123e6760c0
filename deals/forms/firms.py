"""Own firms and their accounts. What is doubtful (check digits) goes to `doubts` and does not stop saving."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.requisites import (
    Doubt,
    check_account,
    check_bik,
    check_inn,
    check_kpp,
    check_ogrn,
    digits,
)
from deals.genitive import represented_by
from deals.models import FirmAccount, OwnFirm, VatRate
from deals.pictures import PictureRefused, clean_picture
from salesexpert.core.forms import LookForm, LookModelForm

_CHECKS = {"inn": check_inn, "kpp": check_kpp, "ogrn": check_ogrn}


class FirmForm(LookModelForm):
    class Meta:
        model = OwnFirm
        fields = [
            "name",
            "full_name",
            "inn",
            "kpp",
            "ogrn",
            "tax_regime",
            "address",
            "phone",
            "email",
            "director_position",
            "director",
            "director_genitive",
            "director_basis",
            "accountant",
            "name_en",
            "director_position_en",
            "director_en",
            "address_en",
            "number_prefix",
            "is_default",
        ]
        help_texts = {
            "name": _("As papers call it: ООО «Образец»"),
            "director_genitive": _("Left empty, it is proposed from the position and the name"),
            "director_basis": _("In the genitive: Устава, доверенности № 5 от 12.01.2026"),
            "number_prefix": _("“С-” gives the numbers С-1, С-2…"),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doubts: dict[str, Doubt] = {}
        for name in ("full_name", "address", "director_genitive", "address_en"):
            self.fields[name].widget.attrs["data_wide"] = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, check in _CHECKS.items():
            # Too long a number is refused by its field; any other is only doubted.
            data[name] = digits(data.get(name))
            if doubt := check(data[name]):
                self.doubts[name] = doubt
        if data.get("director") and not data.get("director_genitive"):
            data["director_genitive"] = represented_by(
                data.get("director_position") or "", data["director"]
            )[:300]
        return data


class AccountForm(LookModelForm):
    class Meta:
        model = FirmAccount
        fields = ["number", "bank", "bic", "correspondent", "currency", "bank_en", "swift", "is_default"]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doubts: dict[str, Doubt] = {}
        self.fields["bank"].widget.attrs["data_wide"] = True

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("Three letters: RUB, USD, EUR, CNY."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("number", "bic", "correspondent"):
            if data.get(name):
                data[name] = digits(data[name])
        bic = data.get("bic") or ""
        found = {
            "bic": check_bik(bic),
            "number": check_account(data.get("number") or "", bic),
            "correspondent": check_account(data.get("correspondent") or "", bic),
        }
        self.doubts = {name: doubt for name, doubt in found.items() if doubt}
        return data


class PictureForm(LookForm):
    picture = forms.FileField(label=_("Picture"), widget=forms.FileInput)

    def clean_picture(self) -> Any:
        try:
            return clean_picture(self.cleaned_data["picture"])
        except PictureRefused as error:
            raise forms.ValidationError(str(error)) from error


class RateForm(LookModelForm):
    class Meta:
        model = VatRate
        fields = ["kind", "percent", "since"]
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {"percent": _("Empty: without VAT")}

    def clean_percent(self) -> Any:
        percent = self.cleaned_data["percent"]
        if percent is not None and not 0 <= percent <= 99:
            raise forms.ValidationError(_("From 0 to 99."))
        return percent
