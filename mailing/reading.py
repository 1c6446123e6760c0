"""What pages of a mailing show: figures, who is behind each of them, how fast it goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Inquiry
from deals.models import Deal
from mailing.choices import MailChannel, MailingState, RecipientState, why_left_out
from mailing.models import Mailing, Recipient
from mailing.querysets import outcome
from salesexpert.accounts.models import User

FOLLOWED_WITHIN = timedelta(days=30)
# What a figure is called, in the order of the tabs.
_LABELS: dict[str, Any] = {
    "in": _("In the list"),
    "waiting": _("Waiting"),
    "outbox": _("Being sent"),
    "sent": _("Sent"),
    "failed": _("Failed"),
    "bounced": _("Came back"),
    "partly": _("In part"),
    "suppressed": _("Held back"),
    "opened": pgettext_lazy("mailing", "Opened"),
    "clicked": _("Followed a link"),
    "replied": pgettext_lazy("mailing", "Answered"),
    "unsubscribed": _("Unsubscribed"),
    "out": _("Left out"),
}
SHOWN = tuple(_LABELS)
_BOTH = {
    "in": ~Q(state=RecipientState.LEFT_OUT),
    "waiting": Q(state=RecipientState.WAITING),
    "out": Q(state=RecipientState.LEFT_OUT),
}
_OF_LETTERS = {
    name: Q(**{f"{name}_at__isnull": False})
    for name in ("opened", "clicked", "replied", "unsubscribed")
}


def shown(channel: str) -> dict[str, tuple[Any, Q]]:
    """What a figure of a mailing by letter or by fax is called, and which addressees are behind it."""
    became = dict(outcome(channel))
    became["failed"] |= Q(state=RecipientState.FAILED)
    answers = {} if channel == MailChannel.FAX else _OF_LETTERS
    found = {**_BOTH, **became, **answers}
    return {name: (label, found[name]) for name, label in _LABELS.items() if name in found}  # fmt: skip


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
    counts = mine.counts(mailing.channel)
    over = sum(counts[k] for k in ("sent", "failed", "suppressed", "unmade"))
    total = over + counts["waiting"] + counts["outbox"]
    went = {f"{_moment(mailing)}__gt": at - timedelta(minutes=1)}
    lately = mine.filter(outcome(mailing.channel)["sent"], **went).count() if mailing.state == MailingState.RUNNING else 0  # fmt: skip
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
    sent = counts["sent"]
    named = shown(mailing.channel)
    given: dict[str, int] = {
        "sent": sent,
        "failed": counts["failed"] + counts["unmade"],
        **{k: counts[k] for k in ("bounced", "partly", "suppressed", "opened", "clicked", "replied", "unsubscribed") if k in named},
    }  # fmt: skip
    found = []
    for name, count in given.items():
        if name == "opened" and not mailing.track_opens:
            continue
        if name == "clicked" and not mailing.track_clicks:
            continue
        if name in ("failed", "suppressed", "partly") and not count:
            continue
        share = round(100 * count / sent) if sent and name not in ("sent", "failed", "suppressed") else None  # fmt: skip
        found.append(Figure(name, named[name][0], count, share))
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
    return [(reason, why_left_out(reason, mailing.channel), n) for reason, n in rows]


def behind(mailing: Mailing, show: str, reason: str) -> "QuerySet[Recipient]":
    """The addressees behind a figure."""
    rows = Recipient.objects.filter(shown(mailing.channel)[show][1], mailing=mailing)
    if show == "out" and reason:
        rows = rows.filter(reason=reason)
    return rows


def _moment(mailing: Mailing) -> str:
    """The column that says when it went to an addressee."""
    return "fax__ended_at" if mailing.channel == MailChannel.FAX else "letter__sent_at"


def _sent(mailing: Mailing) -> "QuerySet[Recipient]":
    return Recipient.objects.filter(outcome(mailing.channel)["sent"], mailing=mailing)


def _sent_to(mailing: Mailing) -> Any:
    """When the client of the row got the mailing."""
    moment = _moment(mailing)
    return Subquery(_sent(mailing).filter(client=OuterRef("client")).order_by(moment).values(moment)[:1])  # fmt: skip


def _got(mailing: Mailing) -> Any:
    return _sent(mailing).values("client")


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


_LISTED = ("in", "sent", "failed", "clicked", "replied", "unsubscribed")


def counted(mailings: Iterable[Mailing]) -> dict[int, dict[str, int]]:
    """Figures of several mailings for a list of them: a query for those by letter, another for those by fax."""
    found: dict[int, dict[str, int]] = {}
    by_channel: dict[str, list[int]] = {}
    for one in mailings:
        by_channel.setdefault(one.channel, []).append(one.pk)
    for channel, ids in by_channel.items():
        named = shown(channel)
        figures = {
            "total" if name == "in" else name: Count("pk", filter=named[name][1])
            for name in _LISTED
            if name in named
        }
        rows: Any = Recipient.objects.filter(mailing__in=ids).order_by().values("mailing")  # fmt: skip
        found |= {row["mailing"]: row for row in rows.annotate(**figures)}
    return found


@dataclass(frozen=True, slots=True)
class Brief:
    """A mailing as one line of another page; `counts` as `counted` gives them."""

    mailing: Mailing
    counts: dict[str, int]


def of_campaign(user: User, campaign: int, *, most: int = 50) -> list[Brief]:
    """Mailings of a campaign that `user` may see, the newest first. Three queries at most."""
    rows = Mailing.objects.visible_to(user).filter(campaign=campaign)
    found = list(rows.defer("content", "parameters").order_by("-pk")[:most])
    figures = counted(found)
    return [Brief(one, figures.get(one.pk, {})) for one in found]


def clicked_links(mailing: Mailing) -> list[Any]:
    """Where the letter leads, and how many followed."""
    return list(
        mailing.links.annotate(people=Count("clicks")).order_by("-people", "position")[:50]
    )  # fmt: skip
