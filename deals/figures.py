"""Which deals a figure of a report counts: the same condition for the list that its link opens.

A figure is written in an address as words joined by dots: `entered.12.2026-01-01.2026-03-31.lost`. Days are those of the
company's time zone, the last one included. Only deals that count in norms are in the figures of stages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import Campaign
from deals import touches
from deals.choices import DealState, Outcome
from deals.models import CheckMark, PlannedReceipt, StagePassage
from pipeline.book import book
from pipeline.models import Process, Stage, StageCheck
from salesexpert.core.templatetags.look import plain_day

WON, LOST = DealState.WON, DealState.LOST
ENDED_WELL = (Outcome.FORWARD, Outcome.WON)
EVER = date(1970, 1, 1), date(2199, 12, 31)


class NoFigure(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` to `to`, both included."""

    since: date
    to: date

    @property
    def begins(self) -> datetime:
        return midnight(self.since)

    @property
    def ends(self) -> datetime:
        return midnight(self.to + timedelta(days=1))

    def __str__(self) -> str:
        if (self.since, self.to) == EVER:
            return _("at any time")
        return f"{plain_day(self.since)} – {plain_day(self.to)}"


def midnight(day: date) -> datetime:
    """The first moment of a day of the company."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def _inside(field: str, span: Span) -> Q:
    return Q(**{f"{field}__gte": span.begins, f"{field}__lt": span.ends})


# ── what became of deals that came to a stage, and how they left it ──────────────────────────────────────────────────


def entered(stage: Stage, span: Span, then: str = "") -> Q:
    """Deals that came to the stage for the first time in the span; `then`: went `on` further, were `lost`, or `still`."""
    stays = StagePassage.objects.filter(stage=stage)
    earlier = stays.filter(deal=OuterRef("pk"), entered_at__lt=span.begins)
    found = Q(pk__in=stays.filter(_inside("entered_at", span)).values("deal")) & ~Exists(earlier) & Q(in_norms=True)  # fmt: skip
    if not then:
        return found
    first = stays.filter(deal=OuterRef("deal")).order_by().values("deal").annotate(at=Min("entered_at")).values("at")  # fmt: skip
    further = StagePassage.objects.filter(
        deal=OuterRef("pk"),
        stage__process=stage.process_id,
        stage__position__gt=stage.position,
        entered_at__gte=Subquery(first),
    )
    on = Q(Exists(further)) | Q(state=WON)
    if then == "on":
        return found & on
    return found & ~on & (Q(state=LOST) if then == "lost" else ~Q(state=LOST))


def left(stage: Stage, span: Span, how: str = "") -> Q:
    """Deals that left the stage in the span, by how they did so last: `on` further, `lost`, or taken `back`."""
    ends = StagePassage.objects.filter(_inside("left_at", span), stage=stage)
    found = Q(pk__in=ends.values("deal")) & Q(in_norms=True)
    if not how:
        return found
    outcomes = {"on": ENDED_WELL, "lost": (Outcome.LOST,), "back": (Outcome.BACK,)}[how]
    later = ends.filter(deal=OuterRef("deal")).filter(
        Q(left_at__gt=OuterRef("left_at")) | Q(left_at=OuterRef("left_at"), pk__gt=OuterRef("pk"))
    )  # fmt: skip
    last = ends.filter(~Exists(later), outcome__in=outcomes)
    return Q(pk__in=last.values("deal"), in_norms=True)


def late(stage: Stage, span: Span) -> Q:
    """Deals of which a stay at the stage ended in the span past its term."""
    ends = StagePassage.objects.filter(_inside("left_at", span), stage=stage, left_at__gt=F("due_at"))  # fmt: skip
    return Q(pk__in=ends.values("deal"), in_norms=True)


def timed(stage: Stage, span: Span) -> Q:
    """Deals of which a stay at the stage with a term ended in the span."""
    ends = StagePassage.objects.filter(_inside("left_at", span), stage=stage, due_at__isnull=False)  # fmt: skip
    return Q(pk__in=ends.values("deal"), in_norms=True)


# ── ripening ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def ripened(process: Process, span: Span) -> Q:
    """Won in the span, with a day of opening."""
    return Q(_inside("closed_at", span), process=process, state=WON, opened_at__isnull=False, in_norms=True)  # fmt: skip


def sown(process: Process, span: Span) -> Q:
    """Opened in the span and won since."""
    return Q(_inside("opened_at", span), process=process, state=WON, in_norms=True)


# ── the procedure ────────────────────────────────────────────────────────────────────────────────────────────────────


def skipped_checks(span: Span) -> QuerySet[StagePassage]:
    """Stays that ended well in the span with a point of the checklist, as it is now, not ticked."""
    unticked = StageCheck.objects.filter(
        ~Exists(CheckMark.objects.filter(deal=OuterRef(OuterRef("deal")), check_line=OuterRef("pk"))),
        stage=OuterRef("stage"),
        retired_at=None,
    )  # fmt: skip
    return StagePassage.objects.filter(_inside("left_at", span), Exists(unticked), outcome__in=ENDED_WELL)  # fmt: skip


def jumps(span: Span) -> QuerySet[StagePassage]:
    """Stays that ended forward in the span, and another began that moment beyond a stage in use that lies between."""
    following = StagePassage.objects.filter(_beyond(), deal=OuterRef("deal"), entered_at=OuterRef("left_at"))  # fmt: skip
    return StagePassage.objects.filter(_inside("left_at", span), Exists(following), outcome=Outcome.FORWARD)  # fmt: skip


def _beyond() -> Q:
    """Beside a stay: stays at stages that cannot be reached from its own without passing over one in use.

    Written out from the book, so that the base joins stays with stays and looks no stage up.
    """
    found = Q(pk__in=[])
    known = book()
    for process in known.processes:
        way = known.way(process)
        for stage in way:
            passed = min((s.position for s in way if s.position > stage.position and s.retired_at is None), default=None)  # fmt: skip
            beyond = [s.pk for s in way if passed is not None and s.position > passed]
            if beyond:
                found |= Q(Exact(OuterRef("stage"), stage.pk), stage__in=beyond)
    return found


def moved(span: Span) -> Q:
    """Deals that left a stage in the span."""
    return Q(pk__in=StagePassage.objects.filter(_inside("left_at", span)).values("deal"), in_norms=True)  # fmt: skip


def planned(span: Span) -> Q:
    """Deals of which money is planned for a day of the span."""
    rows = PlannedReceipt.objects.filter(due_on__gte=span.since, due_on__lte=span.to)
    return Q(pk__in=rows.values("deal"))


def skipped(span: Span) -> Q:
    return Q(pk__in=skipped_checks(span).values("deal"), in_norms=True)


def jumped(span: Span) -> Q:
    return Q(pk__in=jumps(span).values("deal"), in_norms=True)


def overridden(span: Span) -> Q:
    """Ended in success in the span without the condition of success."""
    return Q(_inside("closed_at", span), state=WON) & ~Q(override_reason="")


# ── periods, in days of the company whatever the reader's time zone ──────────────────────────────────────────────────


def closed(span: Span) -> Q:
    return _inside("closed_at", span)


def lasted(span: Span) -> Q:
    """Closed in the span, with a day of opening."""
    return _inside("closed_at", span) & Q(opened_at__isnull=False)


def opened(span: Span) -> Q:
    return _inside("opened_at", span)


# ── campaigns ────────────────────────────────────────────────────────────────────────────────────────────────────────


def owed_to(campaign: Campaign, span: Span, way: str = "") -> Q:
    """Deals that a campaign is owed, opened in the span; `way` is one of `deals.touches.WAYS`, in part by default."""
    found = touches.deals_of(campaign.pk, way or touches.LINEAR)
    return found if (span.since, span.to) == EVER else found & _inside("opened_at", span)  # fmt: skip


# ── how an address says it ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Kind:
    """A figure by its first word: what it is about, how it reads, what may follow the days."""

    condition: Callable[..., Q]
    words: str | Promise
    of: type[Stage] | type[Process] | type[Campaign] | None = None
    endings: dict[str, str | Promise] | None = None


KINDS: dict[str, Kind] = {
    "entered": Kind(
        entered,
        gettext_lazy("came to “%(of)s”"),
        Stage,
        {"on": gettext_lazy("went on"), "lost": gettext_lazy("refused there"), "still": gettext_lazy("got no further yet")},
    ),
    "left": Kind(
        left,
        gettext_lazy("left “%(of)s”"),
        Stage,
        {"on": pgettext_lazy("a deal left a stage", "passed on"), "lost": pgettext_lazy("a deal left a stage", "by a refusal"), "back": pgettext_lazy("a deal left a stage", "taken back")},
    ),
    "late": Kind(late, gettext_lazy("left “%(of)s” past the norm"), Stage),
    "timed": Kind(timed, gettext_lazy("left “%(of)s”, which had a norm"), Stage),
    "ripened": Kind(ripened, gettext_lazy("won in “%(of)s”"), Process),
    "sown": Kind(sown, gettext_lazy("opened in “%(of)s” and won"), Process),
    "skipped": Kind(skipped, gettext_lazy("checklist not ticked in full")),
    "jumped": Kind(jumped, gettext_lazy("stages jumped over")),
    "overridden": Kind(overridden, gettext_lazy("success without its condition")),
    "moved": Kind(moved, gettext_lazy("left a stage")),
    "planned": Kind(planned, gettext_lazy("money is planned")),
    "closed": Kind(closed, pgettext_lazy("deals", "closed")),
    "opened": Kind(opened, pgettext_lazy("deals", "opened")),
    "campaign": Kind(
        owed_to,
        gettext_lazy("touched by “%(of)s”"),
        Campaign,
        {
            touches.NAMED: gettext_lazy("named in the deal"),
            touches.FIRST: gettext_lazy("by the first touch"),
            touches.LAST: gettext_lazy("by the last touch"),
            touches.LINEAR: gettext_lazy("in part"),
        },
    ),
    "lasted": Kind(lasted, gettext_lazy("closed, the day of opening is known")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    condition: Q
    words: str


def write(kind: str, since: date | None, until: date | None, of: int | None = None, ending: str = "") -> str:  # fmt: skip
    """The figure as an address says it; `until` is the first day after the period, None on either side: no bound."""
    to = until - timedelta(days=1) if until else EVER[1]
    named = [] if of is None else [str(of)]
    parts = [kind, *named, (since or EVER[0]).isoformat(), to.isoformat()]
    return ".".join([*parts, ending] if ending else parts)


def read(text: str) -> Figure:
    """Raises NoFigure for nonsense."""
    word, *rest = text.split(".")
    kind = KINDS.get(word)
    if kind is None:
        raise NoFigure(text)
    given: list[Any] = []
    about: Any = None
    if kind.of is not None:
        about = _named(kind.of, rest.pop(0) if rest else "")
        given.append(about)
    span = _span(rest)
    told = f"{str(kind.words) % {'of': about} if about else kind.words}, {span}"
    given.append(span)
    ending = rest[2] if len(rest) == 3 else ""
    if len(rest) > 3 or (ending and ending not in (kind.endings or {})):
        raise NoFigure(text)
    if ending and kind.endings:
        given.append(ending)
        told = f"{told}: {kind.endings[ending]}"
    return Figure(kind.condition(*given), told)


def _named(model: type[Any], text: str) -> Any:
    if text.isascii() and text.isdigit() and len(text) < 18:
        found = model.objects.filter(pk=int(text)).first()
        if found is not None:
            return found
    raise NoFigure(text)


def _span(words: Sequence[str]) -> Span:
    if len(words) < 2:
        raise NoFigure("")
    try:
        span = Span(date.fromisoformat(words[0]), date.fromisoformat(words[1]))
    except ValueError as error:
        raise NoFigure(words[0]) from error
    if not EVER[0] <= span.since <= span.to <= EVER[1]:
        raise NoFigure(words[0])
    return span
