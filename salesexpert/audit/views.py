from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from salesexpert.audit import reading
from salesexpert.audit.forms import JournalFilter
from salesexpert.core.http import render_part


@require_safe
@permission_required("accounts.view_journal", raise_exception=True)
def journal(request: HttpRequest) -> HttpResponse:
    """What happened in the whole company; `before` gives the part that follows."""
    form = JournalFilter(request.GET)
    before = request.GET.get("before", "")
    valid = form.is_valid()
    page = (
        reading.journal(**form.question(), before=before)
        if valid
        else reading.Page(deeds=[])
    )
    context = {
        "form": form,
        "journal": page,
        "more_url": reverse("audit:journal"),
        "with_roots": True,
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    part = "entries" if before and valid else "found"
    return render_part(
        request, "audit/journal.html", part, context, status=200 if valid else 422
    )
