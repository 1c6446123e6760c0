from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from salesexpert.accounts.requests import SignedRequest
from salesexpert.notices import actions
from salesexpert.notices.choices import Way
from salesexpert.notices.forms import ChoicesForm


@require_http_methods(["GET", "POST"])
def choices(request: SignedRequest) -> HttpResponse:
    """What a person wants to be told, how and when."""
    form = ChoicesForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        choice=actions.choice_of(request.user),
    )
    if form.is_bound and form.is_valid():
        actions.choose(request.user, **form.chosen())
        messages.success(request, _("Saved."))
        return redirect("notices:choices")
    context = {"form": form, "ways": Way, "has_address": bool(request.user.email)}
    status = 422 if form.is_bound else 200
    return render(request, "notices/choices.html", context, status=status)
