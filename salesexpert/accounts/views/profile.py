"""What a person changes about himself."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from salesexpert.accounts.choices import Theme
from salesexpert.accounts.views.entrance import safe_next


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        return HttpResponseBadRequest()
    request.user.theme = chosen
    request.user.save(update_fields=["theme"])
    return redirect(safe_next(request))
