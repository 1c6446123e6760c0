"""Cards that may be one firm: what they are recognised by, the pairs found, and who asks for another's client."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.choices import PairLevel, PairState, TakeOverState
from clients.models.client import Client
from clients.querysets import SuspectedPairQuerySet, TakeOverQuerySet

USER = settings.AUTH_USER_MODEL


class ChangedCard(models.Model):
    """A card whose traits changed: the search for doubles looks at it again. Rows are added by triggers.

    Plain numbers without uniqueness or a foreign key: noting a change must wait for nobody and lock nothing.
    """

    client_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("changed card")
        verbose_name_plural = _("changed cards")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.client_id)


class MatchKey(models.Model):
    """One thing by which a card is recognised (a phone, a site, a name as it sounds …), as a number of 64 bits.

    `contact` is the id of the person whose number or address it is, 0 for the firm's own: one person who works for two
    firms does not make them one.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    digest = models.BigIntegerField()
    contact = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("key of a card")
        verbose_name_plural = _("keys of cards")
        indexes = [models.Index(fields=["digest", "client"], name="match_key_digest")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client_id}: {self.digest}"


class SuspectedPair(models.Model):
    """Two cards that may be one firm, with the evidence. `first` is the older card (the lower id).

    A pair that a person called different (`dismissed`) stays, so that nobody is asked again.
    """

    first = models.ForeignKey(
        Client,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    second = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=PairLevel)
    evidence = ArrayField(models.CharField(max_length=20), default=list)
    weight = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=PairState, default=PairState.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SuspectedPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspected pair")
        verbose_name_plural = _("suspected pairs")
        ordering = ["level", "-weight", "pk"]
        indexes = [
            models.Index(
                fields=["level", "-weight", "-id"],
                condition=Q(state="open"),
                name="pair_open",
            ),
            models.Index(
                fields=["-decided_at", "-id"],
                condition=Q(state="dismissed"),
                name="pair_dismissed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="pair_older_card_first"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PairState.values), name="pair_state_known"
            ),
            models.CheckConstraint(
                condition=Q(level__in=PairLevel.values), name="pair_level_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="pair_decided_iff_not_open",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"


class TakeOverRequest(models.Model):
    """A person asks to become the curator of a client that another leads. Until it is decided the curator stays.

    `curator` is who led the client when it was asked; `note` is what the one who decided had to say.
    """

    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        related_name="take_over_requests",
        db_index=False,
    )
    asker = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    curator = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    reason = models.CharField(_("why"), max_length=500)
    state = models.CharField(
        max_length=9, choices=TakeOverState, default=TakeOverState.OPEN
    )
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("answer"), max_length=500, blank=True)

    objects = TakeOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to take over")
        verbose_name_plural = _("requests to take over")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-asked_at", "-id"],
                condition=Q(state="open"),
                name="take_over_open",
            ),
            models.Index(fields=["client", "-asked_at"], name="take_over_by_client"),
            models.Index(fields=["asker", "-asked_at"], name="take_over_by_asker"),
            models.Index(fields=["curator", "-asked_at"], name="take_over_by_curator"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "asker"],
                condition=Q(state="open"),
                name="take_over_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TakeOverState.values),
                name="take_over_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="take_over_decided_iff_not_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(note=""),
                name="take_over_refused_with_reason",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client_id} ← {self.asker_id}"
