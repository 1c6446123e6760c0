"""Revenue step by step, with the period before as a second line."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import periods, rollups, sheets
from analytics.models import PersonDay
from analytics.months import first_of, following
from analytics.scope import within
from analytics.sheets import Column, Lines, Table
from analytics.sums import CURRENCY
from analytics.wanted import Wanted
from deals.choices import DealState
from deals.figures import midnight
from salesexpert.core.templatetags.look import money, plain_day, whole

# Up to so many days a period is drawn by weeks, a longer one by months.
BY_WEEKS = 92
MOST = 60
Sold = dict[date, tuple[int, Decimal]]


def revenue(wanted: Wanted) -> tuple[list[Lines], list[Table]]:
    """The drawing and the table that says the same; nothing where nothing was won in either period."""
    since, until = wanted.since, wanted.until
    weekly = (until - since).days <= BY_WEEKS
    earlier = periods.before(since, until)
    steps, before = _steps(since, until, weekly), _steps(*earlier, weekly)
    if len(steps) < 2 or len(steps) > MOST:
        return [], []
    sold = _sold(wanted, earlier[0], until)
    now = [_within(sold, *step) for step in steps]
    was = [_within(sold, *before[n]) if n < len(before) else (0, Decimal(0)) for n in range(len(steps))]  # fmt: skip
    most = max(value for _n, value in [*now, *was])
    if not most:
        return [], []
    labels = [_label(step, weekly) for step in steps]
    rows = []
    for step, label, (n, value), (_n, old) in zip(steps, labels, now, was, strict=True):
        link = wanted.deals_within(*step, "closed", state="won", currency=CURRENCY)
        rows.append([sheets.name(label), sheets.count(n, link), sheets.amount(value, CURRENCY, link), sheets.amount(old, CURRENCY)])  # fmt: skip
    told = [
        _("%(step)s: %(now)s, before %(was)s") % {"step": label, "now": money(new, CURRENCY), "was": money(old, CURRENCY)}
        for label, (_n, new), (_m, old) in zip(labels, now, was, strict=True)
    ]  # fmt: skip
    days = f"{plain_day(earlier[0])} – {plain_day(earlier[1] - timedelta(days=1))}"
    title = _("Revenue by weeks") if weekly else _("Revenue by months")
    legend = [("a", _("this period")), ("g", _("before: %s") % days)]
    series = [("a", [float(v) for _n, v in now]), ("b", [float(v) for _n, v in was])]
    columns = [
        Column(_("Week") if weekly else _("Month"), right=False),
        Column(pgettext("deals", "Won"), _("Deals that ended in success in the period.")),
        Column(_("Revenue"), _("Amounts of won deals by the day of closing, in roubles")),
        Column(_("Before"), _("The period before this one, the same days of it.")),
    ]  # fmt: skip
    return [Lines(title, legend, series, labels, told, money(whole(most), CURRENCY))], [Table(title, columns, rows)]  # fmt: skip


def _sold(wanted: Wanted, since: date, until: date) -> Sold:
    """{day: (won deals, their amounts)}: both periods by one question, of whole people from the sums of their days."""
    if wanted.is_of_people:
        rollups.refresh()
        days = PersonDay.objects.filter(day__gte=since, day__lt=until, currency=CURRENCY, won__gt=0, **within(wanted.sellers, "user"))  # fmt: skip
        kept = days.order_by().values_list("day").annotate(n=Sum("won"), sum=Sum("revenue"))  # fmt: skip
        return {on: (n, total) for on, n, total in kept}
    rows = wanted.deals.filter(state=DealState.WON, currency=CURRENCY, closed_at__gte=midnight(since), closed_at__lt=midnight(until))  # fmt: skip
    day = TruncDate("closed_at", tzinfo=timezone.get_default_timezone())
    found = rows.order_by().annotate(day=day).values_list("day").annotate(n=Count("pk", distinct=True), sum=Sum("amount", default=0))  # fmt: skip
    return {on: (n, total) for on, n, total in found}


def _steps(since: date, until: date, weekly: bool) -> list[tuple[date, date]]:
    found = []
    while since < until:
        end = since + timedelta(days=7) if weekly else following(first_of(since))
        found.append((since, min(end, until)))
        since = end
    return found


def _within(sold: Sold, since: date, until: date) -> tuple[int, Decimal]:
    hits = [value for day, value in sold.items() if since <= day < until]
    return sum(n for n, _sum in hits), sum((total for _n, total in hits), Decimal(0))


def _label(step: tuple[date, date], weekly: bool) -> str:
    if not weekly:
        return formats.date_format(step[0], "YEAR_MONTH_FORMAT")
    return f"{plain_day(step[0])} – {plain_day(step[1] - timedelta(days=1))}"
