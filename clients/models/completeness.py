from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.choices import OnMissing, RecountState
from clients.models.client import Client
from clients.models.dictionaries import RelationshipType

USER = settings.AUTH_USER_MODEL


class RelationshipPolicy(models.Model):
    """What the company asks of clients of one relationship type besides the rules of completeness.

    `contact_days` is how long such a client may go without a contact; None: as long as one likes.
    """

    relationship = models.OneToOneField(
        RelationshipType, on_delete=models.CASCADE, related_name="policy"
    )
    on_missing = models.CharField(
        _("when a required value is missing"),
        max_length=6,
        choices=OnMissing,
        default=OnMissing.WARN,
    )
    contact_days = models.PositiveSmallIntegerField(
        _("contact at least every, days"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("policy of a relationship type")
        verbose_name_plural = _("policies of relationship types")
        ordering = ["relationship"]
        constraints = [
            models.CheckConstraint(
                condition=Q(on_missing__in=OnMissing.values),
                name="relationship_policy_on_missing_known",
            ),
            models.CheckConstraint(
                condition=Q(contact_days=None) | Q(contact_days__gt=0),
                name="relationship_policy_contact_days_given",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.relationship)


class CompletenessRule(models.Model):
    """One thing that the card of a client of this type should say, and how much it weighs.

    `code` is a word of `clients.completeness.ASKED`, or `dimension_<id>` with that id in `reference`. `threshold` is in
    the unit of the code (days untouched, entries looked at).
    """

    relationship = models.ForeignKey(
        RelationshipType, on_delete=models.CASCADE, related_name="completeness_rules"
    )
    code = models.CharField(max_length=40)
    reference = models.BigIntegerField(null=True, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    is_required = models.BooleanField(_("required"), default=False)
    threshold = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("rule of completeness")
        verbose_name_plural = _("rules of completeness")
        ordering = ["relationship", "-weight", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "code"], name="completeness_rule_once_per_type"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100),
                name="completeness_rule_weight_1_to_100",
            ),
        ]
        default_permissions = ()
        permissions = [
            ("manage_completeness", _("Set what a card must contain")),
        ]

    def __str__(self) -> str:
        return self.code


class Recount(models.Model):
    """One pass over all cards: completeness after the rules changed, or the ladder by the facts known.

    `last_id` is the last card of the last finished chunk: another worker goes on behind it. A new recount of the same
    kind supersedes the one under way.
    """

    kind = models.CharField(max_length=12)
    state = models.CharField(
        max_length=10, choices=RecountState, default=RecountState.QUEUED
    )
    cards_total = models.PositiveIntegerField(default=0)
    cards_done = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    begun = models.JSONField(default=list)
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "-created_at"], name="recount_by_kind"),
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=["queued", "running"]),
                name="recount_unfinished",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RecountState.values), name="recount_state_known"
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(state__in=["queued", "running"]),
                name="recount_one_at_a_time",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class CardDraft(models.Model):
    """What a person typed into a card that was refused: kept for him until he saves or throws it away.

    Without a `client` it is a card not opened yet. `data` is the form as it was sent: {name: [values]}.
    """

    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=300, blank=True)
    data = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of a card")
        verbose_name_plural = _("drafts of cards")
        ordering = ["-saved_at"]
        indexes = [models.Index(F("saved_at"), name="card_draft_by_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "client"],
                nulls_distinct=False,
                name="card_draft_one_per_person_and_card",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
