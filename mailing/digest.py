"""What the morning letter says to one person: his day, what is late, what turned red since the letter before."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from clients.models import Activity
from deals.debts import OPEN
from deals.models import Deal, Invoice
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of
from salesexpert.core.working_days import is_working_day

# A head is who may give deals to others: he reads of his people too.
HEADS_RIGHT = "deals.change_responsible"
PLAN_SHOWN, LATE_SHOWN, RED_SHOWN = 40, 15, 15
COUNTED = 500


@dataclass(frozen=True, slots=True)
class Part[Row]:
    """The first rows of something, and how many there are, counted to five hundred."""

    rows: list[Row] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Digest:
    on: date
    plan: Part[Activity]
    late: Part[Activity]
    red: Part[Deal]
    unpaid: Part[Invoice]
    team_red: Part[Deal]
    is_head: bool

    @property
    def is_calm(self) -> bool:
        """Nothing is late and nothing turned red."""
        return not (self.late or self.red or self.unpaid or self.team_red)


def digest_of(user: User, *, at: datetime) -> Digest:
    """The letter of `user` for the day of `at`, in the active time zone, which is to be his."""
    on = timezone.localdate(at)
    begins = _midnight(on)
    ends = _midnight(on + timedelta(days=1))
    since = _midnight(_working_day_before(on))
    work = Activity.objects.needs_attention(user=user, until=ends).select_related(
        "client__legal_form", "contact", "kind", "created_by"
    )
    plan = work.filter(planned_at__gte=begins)
    late = work.filter(planned_at__lt=begins)
    mine = Deal.objects.filter(responsible=user) | Deal.objects.filter(performer=user)
    is_head = user.has_perm(HEADS_RIGHT)
    return Digest(
        on=on,
        plan=_part(plan, PLAN_SHOWN),
        late=_part(late, LATE_SHOWN),
        red=_part(_turned_red(mine, since=since, until=begins, on=on), RED_SHOWN),
        unpaid=_part(_became_late(user, since=_working_day_before(on), on=on), RED_SHOWN),
        team_red=_part(_of_team(user, since=since, until=begins, on=on), RED_SHOWN)
        if is_head
        else Part(),
        is_head=is_head,
    )  # fmt: skip


def _part[Row: Model](rows: "QuerySet[Row]", shown: int) -> Part[Row]:
    first = list(rows[: shown + 1])
    if len(first) <= shown:
        return Part(first, len(first))
    return Part(first[:shown], rows.order_by().values("pk")[:COUNTED].count())


def _turned_red(
    deals: "QuerySet[Deal]", *, since: datetime, until: datetime, on: date
) -> "QuerySet[Deal]":
    """Open deals whose stage passed its norm between the two moments and that wait for nothing."""
    waits = Q(waits_until__isnull=False, waits_until__gt=on)
    return (
        deals.filter(state="open", due_at__gte=since, due_at__lt=until)
        .exclude(waits)
        .select_related("client__legal_form", "stage", "responsible", "performer")
        .order_by("due_at", "pk")
    )


def _of_team(
    user: User, *, since: datetime, until: datetime, on: date
) -> "QuerySet[Deal]":
    team = team_of(user).exclude(pk=user.pk).values("pk")
    deals = Deal.objects.visible_to(user).filter(responsible__in=team)
    red = _turned_red(deals, since=since, until=until, on=on)
    return red.order_by("responsible__last_name", "responsible_id", "due_at", "pk")


def _became_late(user: User, *, since: date, on: date) -> "QuerySet[Invoice]":
    """Invoices of his deals whose term ran out since, and that are not paid in full."""
    return (
        Invoice.objects.filter(
            deal__responsible=user,
            state__in=OPEN,
            paid__lt=F("total"),
            due_on__gte=since,
            due_on__lt=on,
        )
        .select_related("client__legal_form")
        .order_by("due_on", "pk")
    )


def _working_day_before(on: date) -> date:
    """The day of the letter before: what turned red over a weekend is Monday's news."""
    day = on - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
