"""Several inquiries of the inbox at once: take, give to a colleague, put aside as not ours."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import BaseForm, Form
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clients.actions import inquiries as actions
from clients.bulk.asking import ticked_ids
from clients.forms.inquiries import AsideForm, GiveForm
from clients.models import Inquiry
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, htmx_of, render_part

# A page of the inbox and some more: each is a deed of its own, done while the person waits.
MOST = 100
TAKE, GIVE, ASIDE = "take", "give", "aside"


@require_http_methods(["GET", "POST"])
@permission_required(["clients.view_inquiry", "clients.change_inquiry"], raise_exception=True)  # fmt: skip
def bulk(request: SignedRequest) -> HttpResponse:
    """The dialog of what is done to the ticked ones. Each is done or refused on its own; the toast says how it went."""
    post = request.method == "POST"
    what = request.GET.get("what", "")
    if what not in {TAKE, GIVE, ASIDE}:
        raise Http404
    ids = ticked_ids(request.GET.get("ids", "").split(","))[:MOST]
    rows = list(Inquiry.objects.visible_to(request.user).filter(pk__in=ids).order_by("received_at", "pk"))  # fmt: skip
    form = _form(what, request.POST if post else None)
    if post and rows and form.is_valid():
        return _told(request, *_carry_out(request, what, rows, form.cleaned_data))
    title, submit = {
        TAKE: (_("Take into work"), _("Take into work")),
        GIVE: (_("Give to a colleague"), _("Give")),
        ASIDE: (_("Put aside as not ours"), _("Put aside")),
    }[what]
    about = (
        ngettext("%(n)s inquiry is chosen.", "%(n)s inquiries are chosen.", len(rows)) % {"n": len(rows)}
        if rows
        else _("Nothing is chosen.")
    )  # fmt: skip
    query = urlencode({"what": what, "ids": ",".join(map(str, ids))})
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "about": about,
        "address": f"{reverse('clients:inquiry_bulk')}?{query}",
        "back": reverse("clients:inquiries"),
    }
    return render_part(request, "clients/inquiry_bulk.html", "dialog", context, status=422 if post else 200)  # fmt: skip


def _form(what: str, data: Any) -> BaseForm:
    if what == GIVE:
        return GiveForm(data)
    return AsideForm(data, like=None) if what == ASIDE else Form(data)


def _carry_out(request: SignedRequest, what: str, rows: list[Inquiry], given: dict[str, Any]) -> tuple[int, Counter[str]]:  # fmt: skip
    """How many were done, and why the others were not."""
    by, at = request.user, timezone.now()
    deeds: dict[str, Callable[[int], Any]] = {
        TAKE: lambda pk: actions.take(pk, by=by, at=at),
        GIVE: lambda pk: actions.give(pk, to=given["to"], by=by, at=at),
        ASIDE: lambda pk: actions.put_aside(pk, why=given["why"], outcome=given["outcome"], by=by, at=at),
    }  # fmt: skip
    done, refused = 0, Counter[str]()
    for row in rows:
        try:
            deeds[what](row.pk)
        except DomainError as error:
            refused[str(error)] += 1
        else:
            done += 1
    return done, refused


def _told(request: SignedRequest, done: int, refused: Counter[str]) -> HttpResponse:
    said = [ngettext("%(n)s inquiry: done.", "%(n)s inquiries: done.", done) % {"n": done}]  # fmt: skip
    if refused:
        left = sum(refused.values())
        said.append(ngettext("%(n)s stays as it was:", "%(n)s stay as they were:", left) % {"n": left})  # fmt: skip
        said += list(refused)[:3]
    text = " ".join(said)
    if not htmx_of(request):
        messages.success(request, text)
        return go_to(request, "clients:inquiries")
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps({"inquiry-changed": {}, "close-dialog": {}, "toast": {"text": text}})  # fmt: skip
    return response
