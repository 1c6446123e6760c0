"""KPI: three to five figures of each person, the set of a role, own indicators by formula."""

from secrets import token_hex
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics import choosing, counting, formulas, fulfilment, kpi, pay_scope
from analytics.actions import plans as actions
from analytics.forms.kpi import IndicatorForm, KpiForms
from analytics.models import KpiChoice, OwnIndicator
from analytics.months import first_of, following
from salesexpert.accounts.models import Role
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.http import render_part

sees = permission_required("analytics.view_plans", raise_exception=True)
sets = permission_required(["analytics.view_plans", "analytics.manage_plans"], raise_exception=True)  # fmt: skip
SHOWN = 200


@require_GET
@sees
def page(request: SignedRequest) -> HttpResponse:
    month, misread = choosing.month(request.GET.get("month", ""), first_of(fulfilment.today()))  # fmt: skip
    chosen = KpiChoice.objects.values("role")
    people = list(
        pay_scope.people(request.user)
        .filter(is_active=True, role__in=chosen)
        .select_related("role")
        .order_by("role__position", "last_name")[:SHOWN]
    )
    until, before = following(month), following(month, -1)
    known = kpi.known()
    choices = kpi.choices_of(people, known)
    figures = kpi.figures(request.user, [p.pk for p in people], kpi.codes_in(choices), month, until, (before, month), at=timezone.now())  # fmt: skip
    found = counting.counted(figures, again=counting.again(request)) if len(people) > 1 else counting.at_once(figures)  # fmt: skip
    shown = (
        {} if found.value is None else kpi.shown(people, known, choices, found.value)
    )
    groups: dict[int, dict[str, Any]] = {}
    for person in people if shown else ():
        rows = shown[person.pk]
        group = groups.setdefault(person.role_id or 0, {"role": person.role, "heads": [r.indicator for r in rows], "rows": []})  # fmt: skip
        group["rows"].append({"person": person, "kpi": rows, "score": kpi.score(rows)})
    context = {
        "found": found,
        "misread": misread,
        "month": month,
        "before": before,
        "after": until if until <= fulfilment.today() else None,
        "groups": list(groups.values()),
        "several": len(people) > 1,
        "roles": kpi.roles() if request.user.has_perm("analytics.manage_plans") else [],
        "own": _own() if request.user.has_perm("analytics.manage_plans") else [],
    }  # fmt: skip
    return render_part(request, "analytics/kpi.html", "figures", context)


def _own() -> list[tuple[OwnIndicator, str]]:
    """The company's own indicators with their formulas in words."""
    own = list(OwnIndicator.objects.filter(retired_at=None))
    labels = kpi.labels_of(kpi.ready()) if own else {}
    return [(one, formulas.worded(one.formula, labels)) for one in own]


@require_http_methods(["GET", "POST"])
@sets
def role(request: SignedRequest, pk: int) -> HttpResponse:
    found = Role.objects.filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    known = kpi.known()
    choices = [(code, str(one.name)) for code, one in known.items()]
    initial = [
        {
            "indicator": c.indicator,
            "target": c.target,
            "weight": c.weight,
        }
        for c in KpiChoice.objects.filter(role=found)
    ]
    initial += [{}] * (kpi.MOST - len(initial))
    rows: Any = KpiForms(request.POST if request.method == "POST" else None, prefix="k", initial=initial[: kpi.MOST], form_kwargs={"choices": choices})  # fmt: skip
    if request.method == "POST" and rows.is_valid():
        chosen = rows.rows()
        actions.set_kpi(found, chosen, by=request.user)
        messages.success(request, _("KPI of the role are saved.") if chosen else _("“%s” has no KPI any more.") % found)  # fmt: skip
        return redirect("analytics:kpi")
    context = {"role": found, "rows": rows, "known": list(known.values())}
    status = 422 if request.method == "POST" else 200
    return render(request, "analytics/kpi_role.html", context, status=status)


@require_http_methods(["GET", "POST"])
@sets
def indicator(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    own = None
    if pk is not None:
        own = OwnIndicator.objects.filter(pk=pk, retired_at=None).first() if pk < 2**63 else None  # fmt: skip
        if own is None:
            raise Http404
    names = ("name", "name_en", "formula", "definition", "unit", "good")
    ready = kpi.ready()
    labels = kpi.labels_of(ready)
    initial = {name: getattr(own, name) for name in names} if own else {}
    if own:
        initial["formula"] = formulas.worded(own.formula, labels)
    form = IndicatorForm(request.POST or None, own=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        own = own or OwnIndicator(made_by=request.user, code=f"own_{token_hex(6)}")
        for name in names:
            setattr(own, name, form.cleaned_data[name])
        own.save()
        journal.record("indicator.saved", own, by=request.user, at=timezone.now(), name=own.name)  # fmt: skip
        messages.success(request, _("The indicator is saved."))
        return redirect("analytics:kpi")
    context = {"form": form, "own": own, "signs": "+−×÷()", "known": [(one, formulas.worded(code, labels)) for code, one in ready.items()]}  # fmt: skip
    return render(request, "analytics/indicator.html", context, status=422 if form.errors else 200)  # fmt: skip


@require_POST
@sets
def indicator_retire(request: SignedRequest, pk: int) -> HttpResponse:
    """Offer it no more; roles that have it keep it until they are set anew."""
    own = OwnIndicator.objects.filter(pk=pk).first() if pk < 2**63 else None
    if own is None:
        raise Http404
    own.retired_at = timezone.now()
    own.save(update_fields=["retired_at"])
    return redirect("analytics:kpi")
