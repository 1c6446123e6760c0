"""Pages of the reports: one view for all sheets, their files, the index, and the list of contacts behind a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from analytics import choosing, effort, periods, reading, spans, sums
from analytics.counting import again
from analytics.known_reports import OF_BASE, REPORTS, Known
from analytics.parts_of_base import LONGEST, parts_of_base
from analytics.procedure import silent
from analytics.sheets import Sheet
from analytics.team_reports import counted
from analytics.views import files
from analytics.wanted import SEGMENT, Wanted
from clients import kinds
from clients.models import Activity, Client
from clients.named import look_up
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core import keyset
from salesexpert.core.http import render_part

PAGE_SIZE, COUNTED = 50, 10_000
may_read = permission_required("deals.view_deal", raise_exception=True)


def wanted_of(request: SignedRequest) -> tuple[Wanted, spans.Chosen]:
    return reading.wanted_of(request.user, request.GET, at=timezone.now())


@require_GET
@may_read
def report(request: SignedRequest, name: str) -> HttpResponse:
    known = REPORTS[name]
    if known.permission and not request.user.has_perm(known.permission):
        raise PermissionDenied
    wanted, period = wanted_of(request)
    kind, no_file = files.asked(request.GET)
    wanted = replace(wanted, whole=bool(kind or request.GET.get("all")))
    found = counted(known, wanted, again=again(request))
    sheet = found.value or Sheet(known.name, str(known.title))
    misread = [*no_file, *_misread(known, wanted, sheet)]
    # No file is made of other than was asked.
    if kind and not (misread or period.fault):
        return files.later(request, found) if found.value is None else files.answer(request, sheet, kind, period)  # fmt: skip
    context = {
        "sheet": sheet,
        "known": known,
        "found": found,
        "letter": urlencode(
            {"report": known.name, "parameters": request.GET.urlencode()}
        ),
        "fresh": wanted.people == (request.user.pk,),
        "may_export": request.user.has_perm("deals.export_deals"),
        "spoken": sheet.spoken_period(period),
        "compares": known.compares,
        "earlier": periods.in_words(*periods.before(wanted.since, wanted.until)),
        "misread": misread,
        **_tools(
            request, wanted, period, {c.parameter for c in sheet.choices}, known.parts
        ),
    }
    return render_part(
        request, "analytics/sheet.html", "sheet", context, status=files.status(kind)
    )


def _misread(known: Known, wanted: Wanted, sheet: Sheet) -> list[tuple[str, str]]:
    """(field, sentence) of what the address chose and no report, or not this one, has."""
    found, params = list(wanted.misread), wanted.params
    # Departments are chosen on the diagnosis alone.
    asked = [(_("Department"), params.get("department", ""), False)]
    asked.append((_("Compare"), params.get("compare", ""), params.get("compare") == "no" or (known.compares and params.get("compare") == "yes")))  # fmt: skip
    asked += [(choice.label, params.get(choice.parameter, ""), params.get(choice.parameter) in dict(choice.options)) for choice in sheet.choices if choice.parameter not in SEGMENT]  # fmt: skip
    return found + [(label, choosing.unknown(text)) for label, text, is_known in asked if text and not is_known]  # fmt: skip


def _tools(request: SignedRequest, wanted: Wanted, period: spans.Chosen, own: set[str], of: Sequence[str]) -> dict[str, Any]:  # fmt: skip
    """What stands above a report: the period, whose figures, of which part of the base."""
    params = request.GET
    pickers = [p for p in _pickers(wanted) if p["name"] not in own and p["name"] in of]
    return {
        "period": period,
        "periods": [
            (name, label, period.name == name) for name, label in spans.NAMES.items()
        ],
        "pickers": [p for p in pickers if p["name"] == "responsible"],
        "parts": [p for p in pickers if p["name"] != "responsible"],
        "part": any(p["chosen"] for p in pickers if p["name"] != "responsible"),
        "narrowed": bool(wanted.segment)
        or bool(params.get("period"))
        or period.name == spans.OWN,
        "people": wanted.people,
    }


def _pickers(wanted: Wanted) -> list[dict[str, Any]]:
    known = parts_of_base()
    rows: list[tuple[str, Any, Sequence[Any]]] = [
        ("responsible", _("Seller"), _sellers(wanted)),
        ("region", _("Region"), known["region"]),
        ("industry", _("Industry"), known["industry"]),
        ("group", _("Client group"), known["group"]),
        ("source", _("Source"), known["source"]),
        ("product", _("Product"), known["product"]),
    ]
    found = []
    for name, label, options in rows:
        chosen = wanted.params.get(name, "")
        choices = [(str(row.pk), str(row)) for row in options]
        if len(choices) > 1 or chosen:
            found.append({"name": name, "label": label, "chosen": chosen, "options": choices})  # fmt: skip
    return found


def _sellers(wanted: Wanted) -> Sequence[User]:
    if wanted.people == (wanted.user.pk,):
        return [wanted.user]
    people = User.objects.filter(is_active=True).order_by("last_name", "first_name", "pk")  # fmt: skip
    if wanted.people is not None:
        people = people.filter(pk__in=wanted.people)
    return people[:LONGEST]


@require_GET
@may_read
def index(request: SignedRequest) -> HttpResponse:
    """All reports that the reader may open, those of other pages among them."""
    user = request.user
    open_to = [k for k in REPORTS.values() if not k.permission or user.has_perm(k.permission)]  # fmt: skip
    own, others = ([(k.title, k.about, reverse(f"analytics:{k.name}"), k.icon) for k in open_to if (k.name in OF_BASE) is of_base] for of_base in (False, True))  # fmt: skip
    if user.has_perm("pipeline.manage_processes"):
        others.append((gettext_lazy("Norms proposed from history"), gettext_lazy("A norm for each stage from the deals that were won, applied by one click."), reverse("deals:norms"), "clock"))  # fmt: skip
    return render(request, "analytics/reports.html", {"own": own, "others": others})


# ── the contacts behind a figure ─────────────────────────────────────────────────────────────────────────────────────


# Where a contact keeps what an address names, and what that is called.
_REFERENCES: dict[str, tuple[str, str | Promise]] = {
    "performer": ("performer", gettext_lazy("Seller")),
    "kind": ("kind", gettext_lazy("Kind")),
    "stage": ("stage", gettext_lazy("Stage")),
    "source": ("client__source", gettext_lazy("Source")),
    "result": ("result", gettext_lazy("Result")),
}
_OUTCOMES: dict[str, str | Promise] = {
    effort.WON: gettext_lazy("on won deals"),
    effort.LOST: gettext_lazy("on refused deals"),
    effort.OPEN: gettext_lazy("on open deals"),
    effort.NO_DEAL: gettext_lazy("without a deal"),
}
_BECAME: dict[str, str | Promise] = {
    "interest": gettext_lazy("found interest"),
    "deal": gettext_lazy("a deal followed"),
    "won": pgettext_lazy("cold calls", "a won deal followed"),
}


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def contacts(request: SignedRequest) -> HttpResponse:
    """Exactly the contacts that a figure of a report counts."""
    wanted, period = wanted_of(request)
    params = request.GET.copy()
    misread = [*wanted.misread, *_strange(wanted, params)]
    rows, told = _behind(wanted, params)
    page = _page(wanted, params, rows)
    # That an id is of nothing shows by there being nothing: only then is it looked for.
    if not page.rows and (nothing := _of_nothing(params)):
        misread += nothing
        rows, told = _behind(wanted, params)
        page = _page(wanted, params, rows)
    context = {
        "misread": misread,
        "rows": _made(page.rows),
        "page": page,
        "period": period,
        "told": " · ".join(word for word in told if word),
        "total": _total(wanted, params, rows),
        "cap": COUNTED,
    }
    return render(request, "analytics/contacts.html", context)


_SHOWN = ("pk", "done_at", "client", "deal", "kind", "result", "summary", "performer")


def _made(rows: Sequence[keyset.Row]) -> list[dict[str, Any]]:
    """Contacts with the names of all that they mention, in one question."""
    names = look_up(
        clients=(row["client"] for row in rows),
        deals=(row["deal"] for row in rows),
        people=(row["performer"] for row in rows),
    )
    kind_of, _goals, result_of = kinds.book().by_id
    return [
        {
            **row,
            "client_name": names.clients.get(row["client"], ""),
            "deal_title": names.deals.get(row["deal"], ""),
            "who": names.people.get(row["performer"], ""),
            "kind": kind_of[row["kind"]],
            "result": result_of[row["result"]] if row["result"] else "",
        }
        for row in rows
    ]


def _page(wanted: Wanted, params: QueryDict, rows: QuerySet[Activity]) -> keyset.Page:
    return keyset.page(
        [keyset.Part(rows, ("-done_at", "-pk"))],
        _SHOWN,
        size=PAGE_SIZE,
        after=params.get("after", ""),
        before=params.get("before", ""),
        # One person's contacts lie in the order of an index; what is narrowed, or of several, is looked for in indexes alone.
        ids_first=not _is_whole(wanted, params) or _one_of(wanted, params) is None,
    )


def _is_whole(wanted: Wanted, params: Mapping[str, str]) -> bool:
    """Whether these are all contacts of their people in the period."""
    narrowed = {name for name in ("cold", "became", "outcome", "silent", *_REFERENCES) if params.get(name)}  # fmt: skip
    return wanted.is_of_people and not narrowed - {"performer"}


def _one_of(wanted: Wanted, params: Mapping[str, str]) -> int | None:
    """Whose contacts these are, where they are one person's."""
    text = params.get("performer", "")
    if text:
        return int(text) if _is_id(text) else None
    sellers = wanted.sellers
    return sellers[0] if sellers is not None and len(sellers) == 1 else None


def _strange(wanted: Wanted, params: QueryDict) -> list[tuple[str, str]]:
    """(field, sentence) of what names no contacts that the reader may read; it is taken out of `params`."""
    found = []
    for name, known in (("became", _BECAME), ("outcome", _OUTCOMES)):
        if (text := params.get(name, "")) and text not in known:
            found.append((_("Outcome"), name))
    for name, (_path, label) in _REFERENCES.items():
        text = params.get(name, "")
        # Others' contacts are not counted, nor are their names told.
        is_seen = name != "performer" or wanted.people is None or (_is_id(text) and int(text) in wanted.people)  # fmt: skip
        if text and text != "none" and not (_is_id(text) and is_seen):
            found.append((str(label), name))
    return [(label, choosing.unknown(params.pop(name)[-1])) for label, name in found]


def _of_nothing(params: QueryDict) -> list[tuple[str, str]]:
    """The same of ids that no entry has."""
    found = []
    for name, (path, label) in _REFERENCES.items():
        text = params.get(name, "")
        model: Any = Client if path.startswith("client__") else Activity
        entries = model._meta.get_field(path.removeprefix("client__")).related_model
        if text and text != "none" and not entries._base_manager.filter(pk=int(text)).exists():  # fmt: skip
            found.append((str(label), choosing.unknown(params.pop(name)[-1])))
    return found


def _behind(wanted: Wanted, params: QueryDict) -> tuple[QuerySet[Activity], list[str]]:
    """The contacts, and what of them is asked in words."""
    told = []
    rows = effort.contacts(wanted.activities, **wanted.span)
    if params.get("cold"):
        rows = effort.cold(wanted.activities, **wanted.span)
        told.append(_("cold calls"))
    if became := params.get("became", ""):
        rows = effort.cold_that(rows, became)
        told.append(str(_BECAME[became]))
    if outcome := params.get("outcome", ""):
        rows = effort.of_outcome(rows, outcome)
        told.append(str(_OUTCOMES[outcome]))
    if params.get("silent"):
        rows = silent(rows)
        told.append(_("without a résumé"))
    for name, (path, _label) in _REFERENCES.items():
        text = params.get(name, "")
        if text == "none":
            rows = rows.filter(**{f"{path}__isnull": True})
        elif text:
            rows = rows.filter(**{path: int(text)})
            if name == "performer":
                told.append(str(User.objects.filter(pk=int(text)).first() or ""))
    return rows, told


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _total(wanted: Wanted, params: Mapping[str, str], rows: QuerySet[Activity]) -> int:  # fmt: skip
    """How many contacts there are: all of a person from the sums of his days, a part of them counted no further than told."""
    if not _is_whole(wanted, params):
        return keyset.capped_count(rows, cap=COUNTED)
    found = sums.contacts_by_days(wanted.since, wanted.until, wanted.sellers)
    if not params.get("performer"):
        return sum(found.values())
    one = _one_of(wanted, params)
    return keyset.capped_count(rows, cap=COUNTED) if one is None else found.get(one, 0)
