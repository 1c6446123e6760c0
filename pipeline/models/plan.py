"""Who works when, who is away, what repeats, and the calendar that other programs subscribe to."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pipeline.choices import AbsenceKind, AbsenceState, Frequency
from pipeline.querysets import AbsenceQuerySet, SeriesQuerySet

USER = settings.AUTH_USER_MODEL


class WorkingHours(models.Model):
    """Hours of one weekday, from a day on: a person's own, or without a `user` those of the whole company.

    A set has a row for each of the seven days; a day off has no hours. The clock is that of the person's time zone.
    """

    user = models.ForeignKey(
        USER,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # the unique constraint begins with it
    )
    valid_from = models.DateField(_("holds from"))
    weekday = models.PositiveSmallIntegerField()
    begins = models.TimeField(_("from, time"), null=True, blank=True)
    ends = models.TimeField(_("until, time"), null=True, blank=True)
    lunch_begins = models.TimeField(null=True, blank=True)
    lunch_ends = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["user", "valid_from", "weekday"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "valid_from", "weekday"],
                nulls_distinct=False,
                name="working_hours_once_per_weekday",
            ),
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="working_hours_weekday_known"
            ),
            models.CheckConstraint(
                condition=Q(begins=None, ends=None, lunch_begins=None, lunch_ends=None)
                | Q(begins__isnull=False, ends__gt=F("begins")),
                name="working_hours_end_after_begin",
            ),
            models.CheckConstraint(
                condition=Q(lunch_begins=None, lunch_ends=None)
                | Q(lunch_begins__gte=F("begins"), lunch_ends__gt=F("lunch_begins"), lunch_ends__lte=F("ends")),
                name="working_hours_lunch_within",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.weekday}: {self.begins}–{self.ends}"


class Absence(models.Model):
    """A person is away from `since_on` to `until_on`, both included; with hours only from the one to the other.

    Hours stand both or not at all: `begins` on the first day, `ends` on the last, by the clock of the person's zone.
    Asked for or approved, it keeps work away from him; declined, it is only remembered.
    """

    user = models.ForeignKey(
        USER,
        on_delete=models.CASCADE,
        related_name="absences",
        verbose_name=_("person"),
        db_index=False,
    )
    kind = models.CharField(
        _("why"), max_length=8, choices=AbsenceKind, default=AbsenceKind.HOLIDAY
    )
    since_on = models.DateField(_("from"))
    until_on = models.DateField(_("until, inclusive"))
    begins = models.TimeField(_("from, time"), null=True, blank=True)
    ends = models.TimeField(_("until, time"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = models.CharField(
        max_length=8, choices=AbsenceState, default=AbsenceState.ASKED
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["since_on", "pk"]
        default_permissions = ()
        permissions = [
            ("manage_absences", _("Set absences and working hours of others")),
        ]
        indexes = [
            models.Index(fields=["user", "until_on"], name="absence_of_person"),
            models.Index(fields=["until_on", "since_on"], name="absence_by_days"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("since_on")),
                name="absence_ends_after_begin",
            ),
            models.CheckConstraint(
                condition=Q(begins=None, ends=None)
                | Q(begins__isnull=False, ends__isnull=False, until_on__gt=F("since_on"))
                | Q(begins__isnull=False, ends__gt=F("begins")),
                name="absence_hours_both_and_in_order",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AbsenceKind.values), name="absence_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AbsenceState.values), name="absence_state_known"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.since_on}–{self.until_on}"


class Series(models.Model):
    """Work that repeats: from it activities are planned ahead, up to `made_until`.

    Weekly, on `weekdays` (Monday is 0); monthly, on the day of `starts_on`, in a shorter month on its last day.
    It ends with the day `until_on`, after `count` times, or never. `followed_by` is the series that took its place
    when “this and the following” were changed.
    """

    client = models.ForeignKey(
        "clients.Client",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    contact = models.ForeignKey(
        "clients.Contact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    kind = models.ForeignKey(
        "clients.ActivityKind", on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("what"), max_length=200, blank=True)
    note = models.TextField(_("note for the performer"), blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("duration, minutes"), null=True, blank=True
    )
    performer = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("performer")
    )
    clock = models.TimeField(_("time"))
    time_zone = models.CharField(max_length=60)
    frequency = models.CharField(_("repeats"), max_length=7, choices=Frequency)
    every = models.PositiveSmallIntegerField(_("every"), default=1)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    starts_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(_("times"), null=True, blank=True)
    made_until = models.DateField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    followed_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("repeating work")
        verbose_name_plural = _("repeating work")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["made_until"],
                condition=Q(ended_at=None),
                name="series_to_be_made",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(frequency__in=Frequency.values),
                name="series_frequency_known",
            ),
            models.CheckConstraint(
                condition=Q(every__gte=1), name="series_every_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("starts_on")),
                name="series_ends_after_begin",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(count=None),
                name="series_ends_one_way",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.kind)


class Occurrence(models.Model):
    """One time of a series, by the day the rule gave it: whatever became of the activity, it is never made again."""

    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="occurrences", db_index=False
    )
    on = models.DateField()
    activity = models.OneToOneField(
        "clients.Activity",
        on_delete=models.SET_NULL,
        null=True,
        related_name="occurrence",
    )
    # Changed alone: what is said of the whole series passes it by.
    is_own = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("one time of repeating work")
        verbose_name_plural = _("times of repeating work")
        ordering = ["series", "on"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["series", "on"], name="occurrence_once_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id}: {self.on}"


class CalendarFeed(models.Model):
    """The address under which a person's plan is read by other calendars.

    The secret of the address is made of `key` and the secret of the installation, so the base alone does not tell it.
    """

    user = models.ForeignKey(
        USER, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=43, unique=True, editable=False)
    hides_clients = models.BooleanField(
        _("without names of clients and persons"), default=False
    )
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None),
                name="calendar_feed_one_per_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
