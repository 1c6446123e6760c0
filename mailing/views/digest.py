from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailing.actions import digest
from mailing.links import read_digest_token
from mailing.strangers import language_of, page
from salesexpert.accounts.models import User

PAGE = "mailing/digest_stop.html"


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
@csrf_exempt  # a mail program posts here by itself (RFC 8058); the signed link is the credential
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the foot of the letter. Asked with GET it only asks back: mail filters follow links."""
    user_id = read_digest_token(token)
    person = User.objects.active().filter(pk=user_id).first() if user_id else None
    if person is None:
        return page(request, PAGE, {"state": "bad"}, language=language_of(request), status=404)  # fmt: skip
    state = "ask"
    if request.method == "POST":
        digest.stop(person)
        state = "done"
    # In his profile he chose one.
    return page(request, PAGE, {"state": state}, language=person.language)
