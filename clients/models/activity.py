import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.choices import ActivityStatus, CommitmentKind, Direction
from clients.models.bin import Binnable, OutOfBin
from clients.models.client import Client, where_given
from clients.models.contact import Contact
from clients.models.dictionaries import (
    ActivityGoal,
    ActivityKind,
    ActivityResult,
    RelationshipType,
)
from clients.querysets import ActivityQuerySet

USER = settings.AUTH_USER_MODEL
SHOWN_IN_CALENDAR = (
    *("client", "contact", "title", "note", "status", "planned_at", "minutes"),
    *("performer", "done_at", "bin"),
)


class Activity(Binnable):
    """One entry of the history: planned, then done (or cancelled).

    `feed_at` orders the feed: `done_at` once done, else `planned_at`. When done, `relationship` and `stage` keep what
    the client and the deal were at that moment: figures ask for them later. Only an internal matter has no client.
    `entry_key` is the form it was entered by: the same form sent twice makes one entry. A cancelled entry keeps the
    reason in `summary`. The database counts in `revision` how often what a calendar shows was changed, and when last.
    """

    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        db_index=False,  # “activity_of_client” begins with it; beside a lone index the planner would sort a whole history
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("contact person"),
        db_index=False,
    )
    deal = models.ForeignKey(
        "deals.Deal",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("deal"),
        db_index=False,
    )
    kind = models.ForeignKey(
        ActivityKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind")
    )
    goal = models.ForeignKey(
        ActivityGoal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("goal"),
        db_index=False,
    )
    direction = models.CharField(
        _("direction"), max_length=3, choices=Direction, blank=True
    )
    title = models.CharField(_("what"), max_length=200, blank=True)
    note = models.TextField(_("note for the performer"), blank=True)
    status = models.CharField(
        max_length=9, choices=ActivityStatus, default=ActivityStatus.PLANNED
    )
    planned_at = models.DateTimeField(_("planned for"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("duration, minutes"), null=True, blank=True
    )
    performer = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("performer"),
        db_index=False,
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    result = models.ForeignKey(
        ActivityResult,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("result"),
        db_index=False,
    )
    summary = models.TextField(_("résumé"), blank=True)
    relationship = models.ForeignKey(
        RelationshipType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    stage = models.ForeignKey(
        "pipeline.Stage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    feed_at = models.DateTimeField(editable=False)
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        db_index=False,
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entry_key = models.UUIDField(null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    revised_at = models.DateTimeField(null=True, editable=False)

    objects = OutOfBin.from_queryset(ActivityQuerySet)()
    with_bin = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-feed_at", "-pk"]
        indexes = [
            *where_given(
                "activity", "goal", "result", "relationship", "stage", "follows"
            ),
            # The feed reads what is over and what is planned apart, each from its own index and never sorting.
            models.Index(
                fields=["client", "-feed_at", "-id"],
                name="activity_of_client",
            ),
            models.Index(
                fields=["client", "planned_at", "id"],
                condition=Q(status="planned"),
                name="activity_next_steps",
            ),
            # What a day consists of is chosen in these two alone, and how much of people's time is taken is added up in them.
            models.Index(
                fields=["performer", "planned_at", "id"],
                include=["created_by", "minutes"],
                condition=Q(status="planned", bin=None),
                name="activity_time_planned",
            ),
            # A day shows what others booked for the next two weeks; most of what is ahead its performer planned himself.
            models.Index(
                fields=["performer", "planned_at", "id"],
                condition=Q(status="planned", bin=None) & ~Q(created_by=F("performer")),
                name="activity_booked_by_others",
            ),
            # All that is told of a person's work of a period; whether a kind is a contact is asked when read.
            models.Index(
                fields=["performer", "done_at", "id"],
                include=[
                    "minutes",
                    "kind",
                    "deal",
                    "client",
                    "direction",
                    "relationship",
                    "result",
                ],
                condition=Q(status="done", bin=None),
                name="activity_done_of_person",
            ),
            models.Index(
                fields=["performer", "done_at"],
                include=["kind", "client"],
                condition=Q(status="done", bin=None, summary=""),
                name="activity_silent_of_person",
            ),
            # Contacts are told by days (analytics), which hold work with clients: this is what they lack.
            models.Index(
                fields=["performer", "done_at"],
                include=["kind"],
                condition=Q(status="done", bin=None, client=None),
                name="activity_without_client",
            ),
            # Subscribed calendars are told of what was cancelled.
            models.Index(
                fields=["performer", "planned_at"],
                condition=Q(status="cancelled", bin=None),
                name="activity_cancelled",
            ),
            models.Index(
                fields=["contact", "-feed_at"],
                condition=Q(contact__isnull=False),
                name="activity_by_contact",
            ),
            models.Index(
                fields=["deal", "-feed_at"],
                include=["kind", "status", "bin"],
                condition=Q(deal__isnull=False),
                name="activity_of_deal",
            ),
            models.Index(
                fields=["bin"], condition=Q(bin__isnull=False), name="activity_in_bin"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry_key"],
                condition=Q(entry_key__isnull=False),
                name="activity_entered_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ActivityStatus.values),
                name="activity_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False)
                | (~Q(status="done") & Q(done_at=None)),
                name="activity_done_iff_done_at",
            ),
            models.CheckConstraint(
                condition=Q(status="done") | Q(planned_at__isnull=False),
                name="activity_planned_has_time",
            ),
        ]
        triggers = [
            # Whoever changes it, a bulk change or the bin too: calendars that subscribe must see a higher number.
            pgtrigger.Trigger(
                name="count_revisions",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*SHOWN_IN_CALENDAR),
                func="NEW.revision := OLD.revision + 1; NEW.revised_at := clock_timestamp(); RETURN NEW;",
            ),
            # Whoever gives it to whom: it must leave the calendars that the former performer subscribes to.
            pgtrigger.Trigger(
                name="keep_former_performer",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("performer"),
                func="""
                    DELETE FROM clients_formerperformer WHERE activity_id = NEW.id AND user_id = NEW.performer_id;
                    INSERT INTO clients_formerperformer (activity_id, user_id, until)
                         VALUES (NEW.id, OLD.performer_id, clock_timestamp())
                    ON CONFLICT (activity_id, user_id) DO UPDATE SET until = excluded.until;
                    RETURN NULL;""",
            ),
        ]
        permissions = [
            ("plan_for_others", _("Plan work for other people")),
            ("change_others_activity", _("Change what others recorded or planned")),
        ]

    def __str__(self) -> str:
        return self.title or str(self.kind)


class FormerPerformer(models.Model):
    """Who had the work before it was handed to another, until when. The database writes it; having it again ends it."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("former performer")
        verbose_name_plural = _("former performers")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "user"], name="former_performer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.user_id}"


class Commitment(Binnable):
    """An agreement with the client or a promise to him, made by anyone: the first thing read when he calls."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="commitments"
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
    )
    kind = models.CharField(
        max_length=10, choices=CommitmentKind, default=CommitmentKind.PROMISE
    )
    text = models.CharField(max_length=500)
    due_on = models.DateField(_("until"), null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OutOfBin()
    with_bin = models.Manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(
                fields=["client", "-made_at"],
                condition=Q(settled_at=None),
                name="commitment_open_by_client",
            ),
            models.Index(
                fields=["made_by", "due_on"],
                condition=Q(settled_at=None, due_on__isnull=False),
                name="commitment_due_by_author",
            ),
            models.Index(
                fields=["bin"], condition=Q(bin__isnull=False), name="commitment_in_bin"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(settled_at__gte=F("made_at")),
                name="commitment_settled_after_made",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text


class Question(Binnable):
    """What the client asked, and what he was answered."""

    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        related_name="questions",
        db_index=False,
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
    )
    text = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OutOfBin()
    with_bin = models.Manager()

    class Meta:
        verbose_name = _("question of a client")
        verbose_name_plural = _("questions of clients")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["client", "-asked_at"], name="question_by_client"),
            models.Index(
                fields=["bin"], condition=Q(bin__isnull=False), name="question_in_bin"
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text
