"""Which clients a figure of a report counts: the same condition for the list that its link opens.

`in_work.7`: those with an open deal of the user 7; `opened.7.2026-11-01.2026-11-30`: cards that he opened in these days
of the company, the last one included; `campaign.5`: those of a campaign.
"""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.inquiry_querysets import NOISE
from clients.list_filters import ListFilter
from clients.models import Campaign, Client, Inquiry
from deals.choices import DealState
from deals.figures import EVER, Figure, Span
from deals.models import Deal
from salesexpert.accounts.models import User

PARAMETER = "figure"


def write(kind: str, person: int, since: date | None = None, until: date | None = None) -> str:  # fmt: skip
    """The figure as an address says it; `until` is the first day after the period."""
    days = [since.isoformat(), (until - timedelta(days=1)).isoformat()] if since and until else []  # fmt: skip
    return ".".join([kind, str(person), *days])


def read(text: str) -> Figure | None:
    """None for nonsense."""
    if text.startswith("campaign."):
        return _of_campaign(text.removeprefix("campaign."))
    kind, person, *days = [*text.split("."), ""][:5]
    days = [d for d in days if d]
    if not (person.isascii() and person.isdigit() and len(person) < 18):
        return None
    who = User.objects.filter(pk=int(person)).first()
    if who is None:
        return None
    if kind == "in_work" and not days:
        mine = Deal.objects.filter(state=DealState.OPEN, responsible=who)
        return Figure(Q(pk__in=mine.values("client")), _("in work with %s") % who)
    if kind == "opened" and len(days) == 2:
        try:
            span = Span(date.fromisoformat(days[0]), date.fromisoformat(days[1]))
        except ValueError:
            return None
        if not EVER[0] <= span.since <= span.to <= EVER[1]:
            return None
        inside = Q(created_at__gte=span.begins, created_at__lt=span.ends)
        told = _("opened by %(who)s, %(days)s") % {"who": who, "days": span}
        return Figure(inside & Q(created_by=who), told)
    return None


def of_campaign(campaign: int) -> Q:
    """Clients that turned to us by the campaign, or whose cards name it."""
    came = Inquiry.objects.filter(campaign=campaign, client__isnull=False).exclude(NOISE)  # fmt: skip
    named = Client.objects.filter(campaign=campaign)
    return Q(pk__in=came.order_by().values("client").union(named.order_by().values("pk")).order_by())  # fmt: skip


def _of_campaign(number: str) -> Figure | None:
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    found = Campaign.objects.filter(pk=int(number)).first()
    if found is None:
        return None
    return Figure(of_campaign(found.pk), _("of the campaign “%s”") % found)


class ClientFigureField(forms.Field):
    def to_python(self, value: Any) -> Figure | None:
        text = str(value or "").strip()
        found = read(text) if text else None
        if text and found is None:
            raise ValidationError(_("“%s” is not known here.") % text[:60])
        return found


class ClientFigureFilter(ListFilter):
    field_class = ClientFigureField

    def words(self, value: Figure) -> str:
        return value.words

    def filter(self, qs: QuerySet, value: Figure | None) -> QuerySet:
        return qs if value is None else qs.filter(value.condition)


def filters_of(params: QueryDict) -> dict[str, ListFilter]:
    """What only the links of reports carry: no picker offers it."""
    if PARAMETER not in params:
        return {}
    return {PARAMETER: ClientFigureFilter(label=gettext_lazy("Report"), required=False)}
