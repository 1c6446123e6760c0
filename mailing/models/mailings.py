"""A mailing, whom it goes to, and what came of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clients.models import Campaign, Client, Contact, Selection
from deals.models import Deal
from mailing.choices import (
    LeftOut,
    MailChannel,
    MailingState,
    RecipientState,
    Whom,
)
from mailing.models.fax import Fax, FaxLine
from mailing.models.templates import MailTemplate
from mailing.models.topics import MailingTopic
from mailing.querysets import MailingQuerySet, RecipientQuerySet
from salesexpert.outbox.models import Letter, MailAccount, Parcel

USER = settings.AUTH_USER_MODEL


class Mailing(models.Model):
    """One letter or fax to many. What is sent (`content`) and to whom (`recipients`) is frozen before the first one goes.

    The audience is the parameters of a list of clients as its author sees it; a frozen selection names itself in them.
    `content`: {"subject", "body", "text", "language", "cover", "paper"}; `parcel` holds the files that all get.
    `per_minute` and
    `per_domain` limit letters a minute; quiet hours are by the addressee's clock. `heartbeat_at` is the last sign of
    the worker that gathers or sends.
    """

    name = models.CharField(_("name"), max_length=160)
    channel = models.CharField(
        _("goes by"), max_length=5, choices=MailChannel, default=MailChannel.EMAIL
    )
    template = models.ForeignKey(
        MailTemplate,
        on_delete=models.PROTECT,
        related_name="mailings",
        verbose_name=_("template"),
    )
    selection = models.ForeignKey(
        Selection,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("selection"),
    )
    parameters = models.TextField(blank=True)
    audience = models.CharField(max_length=300, blank=True)
    whom = models.CharField(_("to whom"), max_length=6, choices=Whom, default=Whom.MAIN)
    is_advertising = models.BooleanField(_("advertising"), default=True)
    topic = models.ForeignKey(
        MailingTopic,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("topic"),
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campaign"),
    )
    content: Any = models.JSONField(default=dict, blank=True)
    account = models.ForeignKey(
        MailAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mail server"),
    )
    line = models.ForeignKey(
        FaxLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fax line"),
    )
    parcel = models.ForeignKey(
        Parcel, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=MailingState, default=MailingState.DRAFT
    )
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    per_minute = models.PositiveIntegerField(
        _("letters a minute"), null=True, blank=True
    )
    per_domain = models.PositiveIntegerField(
        _("a minute to one mail domain"), null=True, blank=True
    )
    quiet_from = models.TimeField(_("no letters from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)
    track_opens = models.BooleanField(_("count openings"), default=False)
    track_clicks = models.BooleanField(_("count clicks"), default=True)
    created_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    included = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    thrown_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="mailing_by_time"),
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=["freezing", "running"]),
                name="mailing_at_work",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MailingState.values), name="mailing_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "freezing"])
                | Q(frozen_at__isnull=False),
                name="mailing_goes_to_a_frozen_list",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("created_at")),
                name="mailing_ends_after_it_began",
            ),
        ]
        default_permissions = ("view",)
        permissions = [
            ("run_mailings", _("Prepare and send mailings")),
            ("approve_mailings", _("Approve mailings to many and see those of others")),
            ("write_letters", _("Send single letters from the card and the deal")),
            ("exchange_groups", _("Hand groups to outside mailing services")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def is_at_work(self) -> bool:
        return self.state in (MailingState.FREEZING, MailingState.RUNNING)


class Recipient(models.Model):
    """One of the audience: an address or fax number that something goes to once, or one left out and why.

    `address_key` is the address in its one spelling: unique among those who are in. What became of the letter is said
    by its row in the outbox, of the fax by its own. `due_at` keeps a letter back until the quiet hours of its addressee have ended;
    `utc_offset` is the minutes of his clock from UTC.
    """

    mailing = models.ForeignKey(
        Mailing, on_delete=models.CASCADE, related_name="recipients", db_index=False
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="+"
    )
    address = models.CharField(max_length=254, blank=True)
    address_key = models.CharField(max_length=254, blank=True)
    domain = models.CharField(max_length=254, blank=True)
    utc_offset = models.SmallIntegerField(default=180)
    state = models.CharField(
        max_length=8, choices=RecipientState, default=RecipientState.WAITING
    )
    reason = models.CharField(max_length=12, choices=LeftOut, blank=True, default="")
    failure = models.CharField(max_length=300, blank=True, default="")
    due_at = models.DateTimeField(null=True, blank=True)
    letter = models.OneToOneField(
        Letter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mailing_recipient",
    )
    fax = models.ForeignKey(
        Fax,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mailing_recipients",
        db_index=False,
    )
    queued_at = models.DateTimeField(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    clicked_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("addressee")
        verbose_name_plural = _("addressees")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["mailing", "state", "id"], name="recipient_by_state"),
            models.Index(
                fields=["mailing", "reason", "id"],
                condition=Q(state="left_out"),
                name="recipient_by_reason",
            ),
            models.Index(
                fields=["mailing", "queued_at"],
                condition=Q(queued_at__isnull=False),
                name="recipient_by_queueing",
            ),
            # Letters under way, and those whose end is not written into the history yet.
            models.Index(
                fields=["mailing", "id"],
                condition=Q(state="queued", noted_at=None),
                name="recipient_under_way",
            ),
            models.Index(
                fields=["address_key"],
                condition=Q(letter__isnull=False),
                name="recipient_by_address",
            ),
            *(
                models.Index(
                    fields=["mailing", "id"],
                    condition=Q(**{f"{name}_at__isnull": False}),
                    name=f"recipient_{name}",
                )
                for name in ("opened", "clicked", "replied", "unsubscribed")
            ),
        ]
        constraints = [
            # An erased person leaves “…” behind, and a mailing may have several of them.
            models.UniqueConstraint(
                fields=["mailing", "address_key"],
                condition=~Q(state="left_out") & ~Q(address_key="…"),
                name="recipient_address_once_per_mailing",
            ),
            models.UniqueConstraint(
                fields=["fax"],
                condition=Q(fax__isnull=False),
                name="recipient_of_a_fax_is_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RecipientState.values),
                name="recipient_state_known",
            ),
            models.CheckConstraint(
                condition=Q(letter=None) | Q(fax=None),
                name="recipient_gets_a_letter_or_a_fax",
            ),
            models.CheckConstraint(
                condition=Q(state="left_out", letter=None, fax=None) & ~Q(reason="")
                | ~Q(state="left_out") & Q(reason=""),
                name="recipient_left_out_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(reason__in=LeftOut.values),
                name="recipient_reason_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="queued")
                | Q(letter__isnull=False)
                | Q(fax__isnull=False),
                name="recipient_queued_with_a_letter_or_a_fax",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.address or str(self.client)


class MailingLink(models.Model):
    """An address that a mailing leads to. A click goes only where such a row says."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    url = models.CharField(max_length=2000)

    class Meta:
        verbose_name = _("link of a mailing")
        verbose_name_plural = _("links of mailings")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "position"], name="mailing_link_place_once"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.url


class Click(models.Model):
    """That an addressee followed a link, and how often."""

    recipient = models.ForeignKey(
        Recipient, on_delete=models.CASCADE, related_name="clicks", db_index=False
    )
    link = models.ForeignKey(
        MailingLink, on_delete=models.CASCADE, related_name="clicks"
    )
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("click")
        verbose_name_plural = _("clicks")
        ordering = ["-last_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "link"], name="click_row_once_per_link"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.recipient_id} → {self.link_id}"


class SingleLetter(models.Model):
    """A letter that one person wrote to one client: what ties the outbox's row to the card, the deal and the history."""

    letter = models.OneToOneField(
        Letter, on_delete=models.PROTECT, related_name="single_letter"
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    deal = models.ForeignKey(
        Deal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    template = models.ForeignKey(
        MailTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    activity_id = models.BigIntegerField(null=True, blank=True)
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("single letter")
        verbose_name_plural = _("single letters")
        ordering = ["-written_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.letter_id)
