from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import NumberedKind, TaxRegime
from deals.models.money import CurrencyField


class OwnFirm(models.Model):
    """A seller: one of our firms, whose requisites and regime of taxes its papers carry."""

    name = models.CharField(_("short name"), max_length=200)
    full_name = models.CharField(_("full name"), max_length=400, blank=True)
    inn = models.CharField(_("INN"), max_length=12, blank=True)
    kpp = models.CharField(_("KPP"), max_length=9, blank=True)
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True)
    address = models.CharField(_("legal address"), max_length=400, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    tax_regime = models.CharField(
        _("taxes"), max_length=12, choices=TaxRegime, default=TaxRegime.GENERAL
    )
    director = models.CharField(_("head, surname and initials"), max_length=120, blank=True)  # fmt: skip
    director_position = models.CharField(_("position of the head"), max_length=120, blank=True)  # fmt: skip
    director_genitive = models.CharField(
        _("represented by (position and name in the genitive)"),
        max_length=300,
        blank=True,
    )
    director_basis = models.CharField(_("acting on the basis of"), max_length=200, blank=True)  # fmt: skip
    name_en = models.CharField(
        _("name in English papers"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
    )
    address_en = models.CharField(
        _("address in English"), max_length=400, blank=True, default="", db_default=""
    )
    director_en = models.CharField(
        _("head in English"), max_length=120, blank=True, default="", db_default=""
    )
    director_position_en = models.CharField(_("his position in English"), max_length=120, blank=True, default="", db_default="")  # fmt: skip
    accountant = models.CharField(_("chief accountant"), max_length=120, blank=True)
    number_prefix = models.CharField(
        _("letters before its numbers"), max_length=10, blank=True
    )
    logo = models.FileField(upload_to="firms/", blank=True)
    stamp = models.FileField(_("stamp"), upload_to="firms/", blank=True)
    signature = models.FileField(
        _("signature of the head"), upload_to="firms/", blank=True
    )
    is_default = models.BooleanField(_("offered first"), default=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("own firm")
        verbose_name_plural = _("own firms")
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="one_default_own_firm",
            )
        ]
        permissions = [
            ("manage_own_firms", _("Change own firms, rates and accounts")),
            ("use_stamp", _("Put stamp and signature on papers")),
        ]

    def __str__(self) -> str:
        return self.name


class FirmAccount(models.Model):
    """A bank account of an own firm."""

    firm = models.ForeignKey(OwnFirm, on_delete=models.CASCADE, related_name="accounts")
    number = models.CharField(_("account"), max_length=34)
    bank = models.CharField(_("bank"), max_length=200, blank=True)
    bic = models.CharField(_("BIC"), max_length=9, blank=True)
    correspondent = models.CharField(
        _("correspondent account"), max_length=20, blank=True
    )
    bank_en = models.CharField(
        _("bank in English"), max_length=200, blank=True, default="", db_default=""
    )
    swift = models.CharField(
        _("SWIFT"), max_length=11, blank=True, default="", db_default=""
    )
    currency = CurrencyField()
    is_default = models.BooleanField(_("printed on invoices"), default=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="own_account_once")
        ]

    def __str__(self) -> str:
        return self.number


class NumberSeries(models.Model):
    """The last number given to a kind of paper in a year by a firm. Locked while a number is taken: none twice."""

    firm = models.ForeignKey(OwnFirm, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=NumberedKind)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "kind", "year"], name="number_series_once"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class BankCounterparty(models.Model):
    """A bank account of a client, learned from payments: the next payment from it is known by it."""

    client = models.ForeignKey(
        "clients.Client", on_delete=models.CASCADE, related_name="bank_accounts"
    )
    number = models.CharField(_("account"), max_length=34)
    bank = models.CharField(_("bank"), max_length=200, blank=True)
    bic = models.CharField(_("BIC"), max_length=9, blank=True)
    correspondent = models.CharField(
        _("correspondent account"), max_length=20, blank=True
    )

    class Meta:
        verbose_name = _("bank account of a client")
        verbose_name_plural = _("bank accounts of clients")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "number"], name="client_account_once"
            )
        ]
        indexes = [models.Index(fields=["number"], name="client_account_by_number")]

    def __str__(self) -> str:
        return self.number
