"""Which topics of mailings a person wants, as a colleague enters it for him."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients import persons
from mailing import topics
from mailing.forms import TopicsForm
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import done, render_part

RECORD = ["clients.view_client", "clients.view_contact", "clients.record_consent"]


@require_http_methods(["GET", "POST"])
@permission_required(RECORD, raise_exception=True)
def person_topics(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    person = persons.read(kind, pk, user=request.user)
    if person is None or person.root.erased_at:
        raise Http404
    on = [choice.topic.pk for choice in topics.of_person(person) if choice.is_on]
    post = request.method == "POST"
    # Nothing ticked is an answer too.
    form = TopicsForm(request.POST if post else None, initial={"wanted": on})
    if post and form.is_valid():
        wanted = {topic.pk for topic in form.cleaned_data["wanted"]}
        topics.choose_for_person(person, wanted=wanted, by=request.user, at=timezone.now())  # fmt: skip
        return done(request, person.url, reload=True)
    context = {
        "form": form,
        "person": person,
        "title": _("Topics of mailings"),
        "button": _("Keep the choice"),
        "hint": _("It holds for all his addresses and numbers."),
        "to": request.path,
    }
    return render_part(request, "clients/person_dialog.html", "dialog", context, status=422 if post else 200)  # fmt: skip
