"""What comes in from outside before anyone knows what will become of it, and by which ways and rules it comes."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.inquiry_choices import (
    OPEN_STATES,
    Channel,
    EntryKind,
    Giving,
    InquiryState,
    NotOurs,
)
from clients.inquiry_querysets import InquiryQuerySet
from clients.models.client import Client, where_given
from clients.models.contact import Contact

USER = settings.AUTH_USER_MODEL
OPEN = Q(state__in=[s.value for s in OPEN_STATES])


def _word(model: str, label: Any) -> Any:
    return models.ForeignKey(
        model,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
        db_index=False,
    )


def _told(label: Any, longest: int = 200) -> Any:
    return models.CharField(label, max_length=longest, blank=True, default="", db_default="")  # fmt: skip


def _marked(name: str) -> models.Index:
    """For inquiries that bear the mark, the newest first."""
    return models.Index(fields=[name, "-received_at"], condition=~Q(**{name: ""}), name=f"inquiry_by_{name}")  # fmt: skip


def _person(label: Any) -> Any:
    return models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
        db_index=False,
    )


class SiteForm(models.Model):
    """A form on the company's site. Whoever knows `key` may send to it from pages of `origins`; without any, from nowhere.

    The key stands in the page's source and is no secret: it tells forms apart and is exchanged when it is abused. What
    came is marked with the form's source and campaign. `consent` is the wording a visitor agrees to: empty, no consent
    is asked, and the form has no business asking for personal data.
    """

    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(max_length=40, unique=True, editable=False)
    origins = ArrayField(
        models.CharField(max_length=200), default=list, verbose_name=_("sites")
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=[("ru", "Русский"), ("en", "English")],
        default="ru",
    )
    heading = models.CharField(_("heading"), max_length=120, blank=True)
    fields = ArrayField(
        models.CharField(max_length=20), default=list, verbose_name=_("what is asked")
    )
    source = _word("clients.InformationSource", _("how they learned of the firm"))
    product_source = _word(
        "clients.InformationSource", _("how they learned of the product")
    )
    campaign = _word("clients.Campaign", _("campaign"))
    consent = models.TextField(_("wording of the consent"), blank=True)
    consent_url = models.URLField(_("page with the full text"), blank=True)
    thanks = models.CharField(_("answer after sending"), max_length=300, blank=True)
    per_hour = models.PositiveIntegerField(_("at most, an hour"), default=200)
    made_at = models.DateTimeField()
    made_by = _person(_("made by"))
    retired_at = models.DateTimeField(_("switched off"), null=True, blank=True)
    last_at = models.DateTimeField(_("last sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("form on a site")
        verbose_name_plural = _("forms on sites")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class DistributionRule(models.Model):
    """To whom inquiries of a kind are given. The first rule by `position` that fits decides; empty conditions fit all.

    `answer_minutes` are minutes of the company's working hours until the first answer; None: as the company says. Who is
    late is told of to `head`, or to the head of whoever got the inquiry.
    """

    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel),
        default=list,
        blank=True,
        verbose_name=_("channels"),
    )
    regions: Any = models.ManyToManyField(
        "clients.Region", blank=True, related_name="+", verbose_name=_("regions")
    )
    industries: Any = models.ManyToManyField(
        "clients.Industry", blank=True, related_name="+", verbose_name=_("industries")
    )
    products: Any = models.ManyToManyField(
        "clients.Product", blank=True, related_name="+", verbose_name=_("products")
    )
    campaigns: Any = models.ManyToManyField(
        "clients.Campaign", blank=True, related_name="+", verbose_name=_("campaigns")
    )
    forms: Any = models.ManyToManyField(
        SiteForm, blank=True, related_name="+", verbose_name=_("forms on sites")
    )
    giving = models.CharField(
        _("how"), max_length=5, choices=Giving, default=Giving.TURNS
    )
    people: Any = models.ManyToManyField(
        USER, blank=True, related_name="+", verbose_name=_("people")
    )
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    answer_minutes = models.PositiveIntegerField(
        _("first answer within, working minutes"), null=True, blank=True
    )
    head = _person(_("who is told of a late answer"))

    class Meta:
        verbose_name = _("rule of distribution")
        verbose_name_plural = _("rules of distribution")
        ordering = ["position", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class DistributionTurn(models.Model):
    """When a person last got an inquiry by a rule: the one who waits longest is next."""

    rule = models.ForeignKey(
        DistributionRule, on_delete=models.CASCADE, related_name="turns"
    )
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "user"], name="distribution_turn_once"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.user_id}"


class Inquiry(models.Model):
    """Somebody turned to us: by a call, from the site, by a letter, out of a list.

    `text` and `received` keep for ever what came, as it came; all else is what we made of it. `numbers` (E.164) are
    read out of `phones` for matching, `emails` are kept in lower case. `answer_due_at` is counted in working
    minutes; `answered_at` is the first contact with who asked. `entry_key` is the sending's own: sent twice, it comes once.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    form = models.ForeignKey(
        SiteForm,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inquiries",
        verbose_name=_("form on a site"),
        db_index=False,
    )
    source = _word("clients.InformationSource", _("how they learned of the firm"))
    product_source = _word(
        "clients.InformationSource", _("how they learned of the product")
    )
    campaign = _word("clients.Campaign", _("campaign"))
    # What the site's address said of where the visitor came from, exactly as it said it.
    utm_source = _told("utm_source")
    utm_medium = _told("utm_medium")
    utm_campaign = _told("utm_campaign")
    utm_content = _told("utm_content")
    utm_term = _told("utm_term")
    landing = _told(_("landing page"), 500)
    referrer = _told(_("came from the page"), 500)
    received_at = models.DateTimeField(_("received"))
    recorded_at = models.DateTimeField(_("written down"))
    recorded_by = _person(_("written down by"))

    text = models.TextField(_("what they asked"), blank=True)
    received = models.JSONField(_("as it came"), default=dict, blank=True)
    consent = models.TextField(_("wording of the consent"), blank=True)
    consent_at = models.DateTimeField(_("consent given"), null=True, blank=True)

    name = models.CharField(_("name"), max_length=200, blank=True)
    company = models.CharField(_("company"), max_length=300, blank=True)
    position = models.CharField(_("job title"), max_length=160, blank=True)
    phones = ArrayField(
        models.CharField(max_length=80),
        default=list,
        blank=True,
        verbose_name=_("phones"),
    )
    numbers = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, editable=False
    )
    emails = ArrayField(
        models.CharField(max_length=254),
        default=list,
        blank=True,
        verbose_name=_("e-mails"),
    )
    inn = models.CharField(_("INN"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    region = _word("clients.Region", _("region"))
    industry = _word("clients.Industry", _("industry"))
    products: Any = models.ManyToManyField(
        "clients.Product",
        blank=True,
        related_name="+",
        verbose_name=_("products of interest"),
    )

    state = models.CharField(
        _("state"), max_length=9, choices=InquiryState, default=InquiryState.NEW
    )
    not_ours = models.CharField(
        _("why not ours"), max_length=11, choices=NotOurs, blank=True
    )
    outcome = models.TextField(_("outcome"), blank=True)
    responsible = _person(_("responsible"))
    rule = models.ForeignKey(
        DistributionRule,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rule of distribution"),
        db_index=False,
    )
    assigned_at = models.DateTimeField(_("given"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken into work"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    answered_at = models.DateTimeField(_("first answer"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("head told"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = _person(_("closed by"))

    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inquiries",
        verbose_name=_("client"),
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inquiries",
        verbose_name=_("contact person"),
        db_index=False,
    )
    deal = models.ForeignKey(
        "deals.Deal",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inquiries",
        verbose_name=_("deal"),
        db_index=False,
    )
    repeats = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repeated_by",
        verbose_name=_("repeats"),
        db_index=False,
    )
    folded = models.TextField(blank=True, editable=False)
    entry_key = models.UUIDField(null=True, blank=True, editable=False)
    outside_id = models.CharField(_("id in another system"), max_length=100, blank=True)
    imported = models.BooleanField(default=False, db_default=False, editable=False)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        ordering = ["-received_at", "-pk"]
        indexes = [
            *where_given("inquiry", "client", "contact", "deal", "repeats", "form"),
            models.Index(fields=["-received_at", "-id"], name="inquiry_by_time"),
            models.Index(
                fields=["state", "-received_at", "-id"], name="inquiry_by_state"
            ),
            models.Index(
                fields=["responsible", "state", "-received_at"],
                name="inquiry_by_responsible",
            ),
            # What the frame of every page counts.
            models.Index(
                fields=["responsible"], condition=Q(state="new"), name="inquiry_new"
            ),
            models.Index(
                fields=["answer_due_at", "id"],
                condition=OPEN & Q(answered_at=None),
                name="inquiry_waits_for_answer",
            ),
            models.Index(
                fields=["recorded_by", "-received_at"],
                condition=Q(recorded_by__isnull=False),
                name="inquiry_by_author",
            ),
            models.Index(
                fields=["campaign", "-received_at"],
                condition=Q(campaign__isnull=False),
                name="inquiry_by_campaign",
            ),
            models.Index(
                fields=["source", "-received_at"],
                condition=Q(source__isnull=False),
                name="inquiry_by_source",
            ),
            _marked("utm_source"),
            _marked("utm_medium"),
            _marked("utm_campaign"),
            _marked("landing"),
            _marked("referrer"),
            models.Index(
                fields=["outside_id"],
                condition=~Q(outside_id=""),
                name="inquiry_outside",
            ),
            GinIndex(fields=["numbers"], name="inquiry_numbers"),
            GinIndex(fields=["emails"], name="inquiry_emails"),
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="inquiry_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry_key"],
                condition=Q(entry_key__isnull=False),
                name="inquiry_sent_once",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="inquiry_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=InquiryState.values), name="inquiry_state_known"
            ),
            models.CheckConstraint(
                condition=(OPEN & Q(closed_at=None))
                | (~OPEN & Q(closed_at__isnull=False)),
                name="inquiry_closed_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(state=InquiryState.REFUSED, not_ours__in=NotOurs.values)
                | (~Q(state=InquiryState.REFUSED) & Q(not_ours="")),
                name="inquiry_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=InquiryState.CONVERTED) | Q(client__isnull=False),
                name="inquiry_converted_has_client",
            ),
        ]
        permissions = [
            ("assign_inquiry", _("Give inquiries to others")),
            ("export_inquiries", _("Export inquiries")),
            ("import_inquiries", _("Import inquiries")),
            ("manage_intake", _("Set up forms of sites and distribution of inquiries")),
        ]

    def __str__(self) -> str:
        """Who asked: “ООО „Ромашка“, Лидия Заготовкина”, else the number or address, else the inquiry's own number."""
        who = ", ".join(filter(None, [self.company, self.name]))
        return who or (self.phones or self.emails or [f"№\xa0{self.pk}"])[0]

    def get_absolute_url(self) -> str:
        return reverse("clients:inquiry", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class InquiryEntry(models.Model):
    """What was done about an inquiry, or a file that belongs to it. It becomes history of the client with the inquiry."""

    inquiry = models.ForeignKey(
        Inquiry, on_delete=models.CASCADE, related_name="entries"
    )
    kind = models.CharField(
        _("kind"), max_length=8, choices=EntryKind, default=EntryKind.NOTE
    )
    text = models.TextField(_("what was said"), blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(max_length=200, upload_to="inquiries/%Y/%m", blank=True)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    content_type = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    activity = models.ForeignKey(
        "clients.Activity",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("entry of an inquiry")
        verbose_name_plural = _("entries of inquiries")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text or self.file_name
