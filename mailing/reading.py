"""What pages of a mailing show: figures, who is behind each of them, how fast it goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Inquiry
from deals.models import Deal
from mailing.choices import LeftOut, MailingState, RecipientState
from mailing.models import Mailing, Recipient

FOLLOWED_WITHIN = timedelta(days=30)
# What a figure is called, and which addressees are behind it.
SHOWN: dict[str, tuple[Any, Q]] = {
    "in": (_("In the list"), ~Q(state=RecipientState.LEFT_OUT)),
    "waiting": (_("Waiting"), Q(state=RecipientState.WAITING)),
    "outbox": (_("Being sent"), Q(letter__status__in=["queued", "sending"])),
    "sent": (_("Sent"), Q(letter__status__in=["sent", "bounced"])),
    "failed": (_("Failed"), Q(letter__status="failed") | Q(state=RecipientState.FAILED)),
    "bounced": (_("Came back"), Q(letter__status="bounced")),
    "suppressed": (_("Held back"), Q(letter__status="suppressed")),
    "opened": (pgettext_lazy("mailing", "Opened"), Q(opened_at__isnull=False)),
    "clicked": (_("Followed a link"), Q(clicked_at__isnull=False)),
    "replied": (pgettext_lazy("mailing", "Answered"), Q(replied_at__isnull=False)),
    "unsubscribed": (_("Unsubscribed"), Q(unsubscribed_at__isnull=False)),
    "out": (_("Left out"), Q(state=RecipientState.LEFT_OUT)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    label: str | Promise
    count: int
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a mailing stands now; all of it from the rows, at one moment."""

    total: int
    over: int
    percent: int
    counts: dict[str, int]
    a_minute: int
    minutes_left: int | None


def standing(mailing: Mailing, *, at: datetime) -> Standing:
    mine = Recipient.objects.filter(mailing=mailing)
    counts = mine.counts()
    over = sum(counts[k] for k in ("sent", "bounced", "failed", "suppressed", "unmade"))
    total = over + counts["waiting"] + counts["outbox"]
    lately = mine.filter(letter__sent_at__gt=at - timedelta(minutes=1)).count() if mailing.state == MailingState.RUNNING else 0  # fmt: skip
    left = total - over
    minutes = -(-left // lately) if lately and left else None
    return Standing(
        total=total,
        over=over,
        percent=100 * over // total if total else 0,
        counts=counts,
        a_minute=lately,
        minutes_left=minutes,
    )


def figures(mailing: Mailing, counts: dict[str, int]) -> list[Figure]:
    """The response, each figure with its share of what was sent."""
    sent = counts["sent"] + counts["bounced"]
    given = {
        "sent": sent,
        "failed": counts["failed"] + counts["unmade"],
        **{k: counts[k] for k in ("bounced", "suppressed", "opened", "clicked", "replied", "unsubscribed")},
    }  # fmt: skip
    found = []
    for name, count in given.items():
        if name == "opened" and not mailing.track_opens:
            continue
        if name == "clicked" and not mailing.track_clicks:
            continue
        if name in ("failed", "suppressed") and not count:
            continue
        share = round(100 * count / sent) if sent and name not in ("sent", "failed", "suppressed") else None  # fmt: skip
        found.append(Figure(name, SHOWN[name][0], count, share))
    return found


def reasons(mailing: Mailing) -> list[tuple[str, Any, int]]:
    """Why people were left out, the commonest first."""
    rows = (
        Recipient.objects.filter(mailing=mailing, state=RecipientState.LEFT_OUT)
        .order_by()
        .values_list("reason")
        .annotate(n=Count("pk"))
        .order_by("-n", "reason")
    )
    return [(reason, LeftOut(reason).label, n) for reason, n in rows]


def behind(mailing: Mailing, show: str, reason: str) -> "QuerySet[Recipient]":
    """The addressees behind a figure."""
    rows = Recipient.objects.filter(SHOWN[show][1], mailing=mailing)
    if show == "out" and reason in LeftOut.values:
        rows = rows.filter(reason=reason)
    return rows


def _sent_to(mailing: Mailing) -> Any:
    """When the client of the row got the mailing."""
    return Subquery(
        Recipient.objects.filter(mailing=mailing, client=OuterRef("client"), letter__sent_at__isnull=False)
        .order_by("letter__sent_at")
        .values("letter__sent_at")[:1]
    )  # fmt: skip


def _got(mailing: Mailing) -> Any:
    return Recipient.objects.filter(mailing=mailing, letter__sent_at__isnull=False).values("client")  # fmt: skip


def inquiries_after(mailing: Mailing) -> "QuerySet[Inquiry]":
    """Inquiries that its addressees made within thirty days of their letters."""
    rows = Inquiry.objects.filter(client__in=_got(mailing), received_at__gte=mailing.started_at)  # fmt: skip
    return rows.annotate(letter_at=_sent_to(mailing)).filter(
        received_at__gte=F("letter_at"),
        received_at__lt=F("letter_at") + FOLLOWED_WITHIN,
    )


def deals_after(mailing: Mailing) -> "QuerySet[Deal]":
    """Deals opened with its addressees within thirty days of their letters."""
    rows = Deal.objects.filter(client__in=_got(mailing), opened_at__gte=mailing.started_at)  # fmt: skip
    return rows.annotate(letter_at=_sent_to(mailing)).filter(
        opened_at__gte=F("letter_at"),
        opened_at__lt=F("letter_at") + FOLLOWED_WITHIN,
    )


def counted(ids: list[int]) -> dict[int, Any]:
    """Figures of several mailings for their list, in one query."""
    rows = (
        Recipient.objects.filter(mailing__in=ids)
        .order_by()
        .values("mailing")
        .annotate(
            total=Count("pk", filter=~Q(state=RecipientState.LEFT_OUT)),
            sent=Count("pk", filter=SHOWN["sent"][1]),
            failed=Count("pk", filter=SHOWN["failed"][1]),
            clicked=Count("pk", filter=SHOWN["clicked"][1]),
            replied=Count("pk", filter=SHOWN["replied"][1]),
            unsubscribed=Count("pk", filter=SHOWN["unsubscribed"][1]),
        )
    )
    return {row["mailing"]: row for row in rows}


def clicked_links(mailing: Mailing) -> list[Any]:
    """Where the letter leads, and how many followed."""
    return list(
        mailing.links.annotate(people=Count("clicks")).order_by("-people", "position")[:50]
    )  # fmt: skip
