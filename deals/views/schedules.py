"""Settings: schedules of receipts."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.forms.money import ScheduleForm, ScheduleRowSet
from deals.models import ReceiptSchedule
from deals.views.shared import read_or_404
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal

manages = permission_required("deals.manage_own_firms", raise_exception=True)


@require_GET
@manages
def schedules(request: SignedRequest) -> HttpResponse:
    rows = ReceiptSchedule.objects.prefetch_related("rows")
    return render(request, "deals/schedules.html", {"schedules": list(rows)})


@require_http_methods(["GET", "POST"])
@manages
def schedule(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    kept = read_or_404(ReceiptSchedule.objects.all(), pk) if pk else ReceiptSchedule()
    form = ScheduleForm(request.POST or None, instance=kept)
    rows = ScheduleRowSet(request.POST or None, instance=kept, prefix="row")
    if request.method == "POST" and form.is_valid() & rows.is_valid():
        with transaction.atomic():
            if not kept.pk:
                last = ReceiptSchedule.objects.aggregate(last=Max("position"))["last"]
                form.instance.position = (last or 0) + 1
            made = form.save()
            for number, row in enumerate(f for f in rows.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")):  # fmt: skip
                row.instance.position = number
            rows.save()
            journal.record("schedule.saved", made, by=request.user, at=timezone.now(), name=made.name)  # fmt: skip
        messages.success(request, _("Saved: %s.") % made)
        return redirect("deals:schedules")
    bad = form.is_bound and (form.errors or not rows.is_valid())
    context = {"form": form, "rows": rows, "schedule": kept}
    return render(request, "deals/schedule.html", context, status=422 if bad else 200)


@require_POST
@manages
def schedule_retire(request: SignedRequest, pk: int) -> HttpResponse:
    kept = read_or_404(ReceiptSchedule.objects.all(), pk)
    kept.retired_at = None if kept.retired_at else timezone.now()
    kept.save(update_fields=["retired_at"])
    verb = "schedule.retired" if kept.retired_at else "schedule.restored"
    journal.record(verb, kept, by=request.user, at=timezone.now(), name=kept.name)
    return redirect("deals:schedules")
