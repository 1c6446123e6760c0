from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.models.bin import Binnable, OutOfBin
from clients.models.client import WAITING_KIB
from deals.choices import DealState, Outcome, Priority
from deals.models.money import CurrencyField, MoneyField
from deals.querysets import DealQuerySet
from salesexpert.audit.tracking import tracked

USER = settings.AUTH_USER_MODEL

# Repeated or counted for the reader; the journal keeps what people decided.
UNTRACKED = [
    "version",
    "folded",
    "updated_at",
    "bin",
    "next_step_at",
    "next_step_title",
    "entered_at",
    "due_at",
    "norm_days",
    "paused",
    "invoiced",
    "paid",
    "delivered",
    "margin",
]
# Lists and boards show what does not lie in the bin.
LIVE = Q(bin=None)
OPEN = Q(bin=None, state="open")
# Of which no norm and no funnel tells.
LEFT_OUT = Q(bin__isnull=False) | Q(in_norms=False)


@tracked(exclude=UNTRACKED, of=["client"])
class Deal(Binnable):
    """A time-limited set of activities with a client that passes the stages of a process to success or refusal.

    `responsible` answers for the deal, `performer` works at its present stage. `amount` is expected while the deal is
    open and what it was won or lost at afterwards. `entered_at`, `due_at`, `norm_days`, `waits_until` and `paused` (it has
    had pauses) repeat the open passage, `next_step_at` and `next_step_title` the history (a trigger of the database keeps
    them), `invoiced`, `paid`, `delivered`, `margin` the money (`deals.actions` keeps them): lists sort and filter by an
    index. `reason` and `refusal_stage` repeat the standing refusal; each refusal is a row of its own.

    What was imported may have no opening day; `in_norms` says whether it counts in norms, funnel and commission.
    """

    client = models.ForeignKey(
        "clients.Client",
        on_delete=models.PROTECT,
        related_name="deals",
        verbose_name=_("client"),
        db_index=False,
    )
    title = models.CharField(_("title"), max_length=200)
    process = models.ForeignKey(
        "pipeline.Process",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("process"),
    )
    stage = models.ForeignKey(
        "pipeline.Stage",
        on_delete=models.PROTECT,
        related_name="deals",
        null=True,
        blank=True,
        verbose_name=_("stage"),
    )
    state = models.CharField(
        _("state"),
        max_length=4,
        choices=DealState,
        default=DealState.OPEN,
        db_default=DealState.OPEN,
    )
    responsible = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        related_name="deals",
        verbose_name=_("responsible"),
        db_index=False,
    )
    performer = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("performer of the stage"),
    )
    amount = MoneyField(_("amount"), null=True, blank=True)
    currency = CurrencyField()
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        choices=Priority,
        default=Priority.NORMAL,
        db_default=Priority.NORMAL,
    )
    source = models.ForeignKey(
        "clients.InformationSource",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
    )
    campaign = models.ForeignKey(
        "clients.Campaign",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campaign"),
    )
    contact = models.ForeignKey(
        "clients.Contact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact person"),
    )
    interests: Any = models.ManyToManyField(
        "clients.Product",
        blank=True,
        related_name="+",
        verbose_name=_("products of interest"),
    )
    note = models.TextField(_("note"), blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    opened_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    # Why the head let it end in success although the condition did not hold.
    override_reason = models.TextField(_("success without its condition"), blank=True)
    reason = models.ForeignKey(
        "deals.RefusalReason",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reason of the refusal"),
    )
    refusal_stage = models.ForeignKey(
        "pipeline.Stage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stage of the refusal"),
    )
    copied_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("repeats the deal"),
    )

    entered_at = models.DateTimeField(_("on the stage since"), null=True, blank=True)
    due_at = models.DateTimeField(_("stage due by"), null=True, blank=True)
    waits_until = models.DateField(
        _("waits for the client until"), null=True, blank=True
    )
    norm_days = models.PositiveSmallIntegerField(null=True, editable=False)
    paused = models.BooleanField(default=False, db_default=False, editable=False)
    next_step_at = models.DateTimeField(_("next step on"), null=True, blank=True)
    next_step_title = models.CharField(_("next step"), max_length=200, blank=True)
    invoiced = MoneyField(_("invoiced"), default=0, db_default=0)
    paid = MoneyField(_("paid"), default=0, db_default=0)
    delivered = MoneyField(_("delivered"), default=0, db_default=0)
    margin = MoneyField(_("margin"), null=True, blank=True)

    outside_id = models.CharField(_("id in another system"), max_length=100, blank=True)
    imported = models.BooleanField(default=False, db_default=False, editable=False)
    in_norms = models.BooleanField(default=True, db_default=True, editable=False)
    folded = models.CharField(max_length=200, editable=False, default="", db_default="")
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OutOfBin.from_queryset(DealQuerySet)()
    with_bin = DealQuerySet.as_manager()

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            # Tells when a client's first deal was opened and won without a look at the deals.
            models.Index(
                fields=["client", "-opened_at"],
                include=["state", "closed_at", "bin"],
                name="deal_of_client",
            ),
            models.Index(
                fields=["process", "stage", "-priority", "expected_on", "id"],
                include=["responsible", "amount", "currency"],
                condition=OPEN,
                name="deal_board",
            ),
            # With what a person's figures of now are counted of, and what is foreseen of his deals.
            models.Index(
                fields=["responsible", "next_step_at", "id"],
                include=[
                    "process",
                    "stage",
                    "client",
                    "due_at",
                    "waits_until",
                    "amount",
                    "currency",
                    "entered_at",
                    "opened_at",
                    "expected_on",
                ],
                condition=OPEN,
                name="deal_open_told_of_person",
            ),
            # The few successes by exception, which no other index tells from the rest, in the order in which they lie.
            models.Index(
                fields=["responsible"],
                include=["id", "closed_at", "process"],
                condition=Q(bin=None, state="won") & ~Q(override_reason=""),
                name="deal_by_exception_of_person",
            ),
            # All that is told of the closed deals of a person.
            models.Index(
                fields=["responsible", "closed_at", "id"],
                include=[
                    "process",
                    "state",
                    "opened_at",
                    "currency",
                    "amount",
                    "in_norms",
                ],
                condition=Q(bin=None, closed_at__isnull=False),
                name="deal_ended_of_person",
            ),
            # Which deals are a person's, in the order in which they lie.
            models.Index(
                fields=["responsible", "id"],
                include=["bin", "state", "in_norms", "process"],
                name="deal_of_person",
            ),
            # All that the reasons of a person's refusals are counted of.
            models.Index(
                fields=["responsible", "closed_at"],
                include=["id", "reason", "refusal_stage", "process"],
                condition=Q(bin=None, state="lost"),
                name="deal_lost_by_responsible",
            ),
            models.Index(
                fields=["next_step_at", "id"], condition=OPEN, name="deal_by_next_step"
            ),
            # Equal values share an entry, so that counting, of a stage too, reads a fifth of any other index.
            models.Index(fields=["stage"], condition=OPEN, name="deal_open_on_stage"),
            models.Index(fields=["due_at", "id"], condition=OPEN, name="deal_by_due"),
            # The first of a person's late deals, which stand far apart among those of everybody. By term the map of visible pages
            # is touched anew for nearly every row, so that what counts them all shall not take it: `due_at` is named for that.
            models.Index(
                fields=["responsible", "due_at", "id"],
                condition=OPEN & Q(due_at__isnull=False),
                name="deal_late_by_term",
            ),
            # How many a person has open, of how many clients, how many of them late: in the order in which they lie.
            models.Index(
                fields=["responsible"],
                include=["id", "due_at", "client"],
                condition=OPEN,
                name="deal_open_of_person",
            ),
            models.Index(fields=["-opened_at", "-id"], name="deal_by_opened"),
            # All that is told of the closed deals of a firm, so that reports read nothing else.
            models.Index(
                fields=["closed_at", "id"],
                include=[
                    "responsible",
                    "process",
                    "state",
                    "opened_at",
                    "currency",
                    "amount",
                    "in_norms",
                ],
                condition=Q(bin=None, closed_at__isnull=False),
                name="deal_by_end",
            ),
            models.Index(fields=["-amount", "-id"], name="deal_by_amount"),
            models.Index(
                fields=["expected_on", "id"], condition=OPEN, name="deal_by_expected"
            ),
            models.Index(fields=["folded", "id"], name="deal_by_title"),
            # Pages name deals by their ids: one block each, where the key's tree takes as many as it has levels.
            HashIndex(fields=["id"], name="deal_key"),
            GinIndex(
                OpClass(F("folded"), name="gin_trgm_ops"),
                name="deal_title_search",
                gin_pending_list_limit=WAITING_KIB,
            ),
            models.Index(
                fields=["outside_id"], condition=~Q(outside_id=""), name="deal_outside"
            ),
            models.Index(
                fields=["bin"], condition=Q(bin__isnull=False), name="deal_in_bin"
            ),
            models.Index(fields=["id"], condition=LEFT_OUT, name="deal_left_out"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(opened_at=None)
                | Q(closed_at__gte=F("opened_at")),
                name="deal_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(state=DealState.OPEN, closed_at=None)
                | Q(state__in=[DealState.WON, DealState.LOST], closed_at__isnull=False),
                name="deal_closed_iff_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state=DealState.LOST) | Q(reason__isnull=False),
                name="deal_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=DealState.OPEN) | Q(stage__isnull=False),
                name="deal_open_stands_on_a_stage",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values), name="deal_priority_known"
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="deal_amount_not_negative",
            ),
        ]
        permissions = [
            ("move_deal", _("Move deals along the stages")),
            ("override_success", _("End a deal in success before its condition")),
            ("reopen_deal", _("Reopen ended deals")),
            ("change_responsible", _("Hand deals over to others")),
            ("export_deals", _("Export deals")),
            ("import_deals", _("Import deals")),
            ("bulk_change_deals", _("Change many deals at once")),
            ("view_margin", _("See cost and margin")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("deals:deal", args=[self.pk])


class DealParticipant(models.Model):
    """Who takes part in a deal beside the responsible, with his share of the commission in percent."""

    deal = models.ForeignKey(
        Deal, on_delete=models.CASCADE, related_name="participants"
    )
    user = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("participant")
    )
    share = models.DecimalField(
        _("share, %"), max_digits=5, decimal_places=2, default=0
    )
    role = models.CharField(_("what he does"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "user"], name="deal_participant_once"
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100), name="deal_share_is_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.share}%"


class StagePassage(models.Model):
    """One stay of a deal at a stage. What the process said then stays here when the process is changed.

    `due_at` is the end of the last working day of the norm, put off by pauses. At most one passage of a deal is open.
    """

    # Indexed as the beginning of `passage_of_deal`.
    deal = models.ForeignKey(
        Deal, on_delete=models.CASCADE, related_name="passages", db_index=False
    )
    stage = models.ForeignKey(
        "pipeline.Stage", on_delete=models.PROTECT, related_name="passages"
    )
    performer = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        related_name="passages",
        verbose_name=_("performer"),
    )
    entered_at = models.DateTimeField(_("entered"))
    due_at = models.DateTimeField(_("due by"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    moved_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    norm_days = models.PositiveSmallIntegerField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("passage of a stage")
        verbose_name_plural = _("passages of stages")
        ordering = ["entered_at", "pk"]
        indexes = [
            # All that the funnel reads of a stay, so that it reads nothing else.
            models.Index(
                fields=["deal", "entered_at"],
                include=["id", "stage", "left_at", "due_at"],
                name="passage_of_deal",
            ),
            models.Index(
                fields=["stage", "left_at"],
                include=["deal", "entered_at", "outcome", "due_at"],
                name="passage_of_stage",
            ),
            models.Index(fields=["performer", "left_at"], name="passage_by_performer"),
            models.Index(fields=["entered_at"], name="passage_by_entered"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(left_at=None),
                name="one_open_passage_per_deal",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")),
                name="passage_left_after_entered",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, outcome="")
                | Q(left_at__isnull=False, outcome__in=Outcome.values),
                name="passage_has_outcome_iff_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal}: {self.stage}"


class PassagePause(models.Model):
    """The clock of a passage stands still: we wait for the client until a day, for a reason."""

    passage = models.ForeignKey(
        StagePassage, on_delete=models.CASCADE, related_name="pauses"
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="pause_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.reason


class CheckMark(models.Model):
    """A line of the exit checklist ticked for a deal."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="check_marks")
    check_line = models.ForeignKey(
        "pipeline.StageCheck", on_delete=models.PROTECT, related_name="+"
    )
    marked_at = models.DateTimeField(auto_now_add=True)
    marked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("tick of the checklist")
        verbose_name_plural = _("ticks of the checklist")
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "check_line"], name="check_marked_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.check_line)
