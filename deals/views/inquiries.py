"""An inquiry becomes a deal; and what inquiries come to."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from clients.inquiry_choices import NOTHING
from clients.models import Inquiry
from deals import inquiry_results
from deals.actions import inquiries as actions
from deals.forms.inquiries import ConvertForm
from deals.views.common import dialog
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to

LONGEST_SPAN = timedelta(days=3700)


@require_http_methods(["GET", "POST"])
@permission_required(
    ["clients.view_inquiry", "clients.change_inquiry", "deals.view_deal", "deals.add_deal"],
    raise_exception=True,
)  # fmt: skip
def inquiry_convert(request: SignedRequest, pk: int) -> HttpResponse:
    inquiry = get_object_or_404(
        Inquiry.objects.visible_to(request.user).select_related("client__legal_form"),
        pk=pk,
    )
    if inquiry.client is None:
        messages.warning(request, _("Join the inquiry to a client first."))
        return go_to(request, inquiry)
    post = request.method == "POST"
    form = ConvertForm(request.POST if post else None, user=request.user, inquiry=inquiry)  # fmt: skip
    if post and form.is_valid():
        try:
            deal = actions.convert(
                inquiry.pk,
                by=request.user,
                at=timezone.now(),
                interests=form.cleaned_data["interests"],
                **form.values(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The deal is open."))
            return go_to(request, deal)
    context = {
        "title": _("Deal with “%s”") % inquiry.client,
        "form": form,
        "address": request.path,
        "submit": _("Open the deal"),
        "back": inquiry.get_absolute_url(),
        "about": _("Person, source and campaign, the history and files of the inquiry go with it."),
    }  # fmt: skip
    return dialog(request, "deals/dialog.html", context, refused=post)


@require_GET
@permission_required(["clients.view_inquiry", "deals.view_deal"], raise_exception=True)
def inquiry_report(request: SignedRequest) -> HttpResponse:
    """Per channel, campaign, telemarketer …: received, answered in term, converted, won; each number opens its inquiries."""
    today = timezone.localdate()
    by = request.GET.get("by", "")
    by = by if by in inquiry_results.BY else "channel"
    since = _day(request.GET.get("since")) or today.replace(day=1)
    until = _day(request.GET.get("until")) or today
    fault = ""
    if until < since or until - since > LONGEST_SPAN:
        fault = _("The period must end after it begins, and span ten years at most.")
        since, until = today.replace(day=1), today
    seen = Inquiry.objects.visible_to(request.user)
    span = {"since": _begins(since), "until": _begins(until + timedelta(days=1))}
    rows = inquiry_results.results(seen, by=by, **span)
    english = translation.get_language() == "en"
    shown = [
        {
            "result": row,
            "name": inquiry_results.name_of(row, by, english=english, nobody=_nobody(by)),
            "links": _links(by, row.key, since, until),
        }
        for row in rows
    ]  # fmt: skip
    context: dict[str, Any] = {
        "rows": shown,
        "total": replace(_total(rows), days=inquiry_results.median_days(seen, **span)),
        "by": by,
        "ways": [(k, v) for k, v in _ways().items()],
        "since": since,
        "until": until,
        "fault": fault,
    }
    return render(request, "deals/inquiry_report.html", context)


def _ways() -> dict[str, str]:
    return {
        "channel": _("Channel"),
        "campaign": _("Campaign"),
        "source": _("Source"),
        "recorded_by": _("Written down by"),
        "responsible": _("Responsible"),
        "form": _("Form on a site"),
        "industry": _("Industry"),
        "region": _("Region"),
        "month": pgettext("cohort", "Month"),
        "utm_source": "utm_source",
        "utm_medium": "utm_medium",
        "utm_campaign": "utm_campaign",
        "landing": _("Landing page"),
    }


def _nobody(by: str) -> str:
    return {
        "recorded_by": _("came by itself"),
        "responsible": _("nobody"),
        "campaign": _("no campaign"),
        "source": pgettext("of an inquiry", "no source"),
    }.get(by, _("not filled"))


def _total(rows: list[inquiry_results.Result]) -> inquiry_results.Result:
    names = ("received", "spam", "answered", "in_term", "with_term", "converted", "deals", "won")  # fmt: skip
    sums = {name: sum(getattr(row, name) for row in rows) for name in names}
    return inquiry_results.Result("", (), **sums)


def _links(by: str, key: str, since: date, until: date) -> dict[str, str]:
    """The list with the very inquiries that each number counts."""
    own = {by: key}
    if by in inquiry_results.AS_TOLD:
        own = {by: key or NOTHING}
    if by == "month":
        begins = date.fromisoformat(key)
        ends = (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        own, since, until = {}, max(since, begins), min(until, ends)
    own |= {"received_from": since.isoformat(), "received_to": until.isoformat()}
    root = reverse("clients:inquiries")
    more: dict[str, list[tuple[str, str]]] = {
        "received": [("state", "all")],
        "in_term": [("state", "all"), ("answer", "in_term")],
        "converted": [("state", "converted")],
        "deals": [("state", "all"), ("deal", "yes")],
        "won": [("state", "all"), ("deal_state", "won")],
    }
    return {
        name: f"{root}?{urlencode([*own.items(), *pairs])}"
        for name, pairs in more.items()
    }


def _day(text: str | None) -> date | None:
    try:
        day = parse_date(text or "")
    except ValueError:
        return None
    return day if day and 1990 <= day.year <= 2200 else None


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
