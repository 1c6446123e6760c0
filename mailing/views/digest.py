from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailing.actions import digest
from mailing.links import read_digest_token
from salesexpert.accounts.models import User


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
@csrf_exempt  # a mail program posts here by itself (RFC 8058); the signed link is the credential
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the foot of the letter. Asked with GET it only asks back: mail filters follow links."""
    user_id = read_digest_token(token)
    person = User.objects.active().filter(pk=user_id).first() if user_id else None
    if person is None:
        return render(request, "mailing/digest_stop.html", {"state": "bad"}, status=404)
    if request.method == "POST":
        digest.stop(person)
        return render(request, "mailing/digest_stop.html", {"state": "done"})
    return render(request, "mailing/digest_stop.html", {"state": "ask"})
