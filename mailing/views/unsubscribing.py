from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clients import advertising, own_choice
from clients.own_choice import Way
from clients.personal_choices import Channel
from mailing import topics
from mailing.actions import unsubscribing
from mailing.models import Recipient
from mailing.strangers import language_of, page
from mailing.unsubscribing import person_of, recipient_of

PAGE = "mailing/unsubscribe.html"


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
@csrf_exempt  # a mail program posts here by itself (RFC 8058); the signed link is the credential
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The addressee's page. Asked with GET it only asks back: mail filters follow links. POST answers 200, never a redirect."""
    recipient = recipient_of(token)
    if recipient is None:
        return page(request, PAGE, {"state": "bad"}, language=language_of(request), status=404)  # fmt: skip
    said = ""
    if request.method == "POST":
        said = _do(recipient, request.POST)
    language = language_of(request, str(recipient.mailing.content.get("language") or ""))  # fmt: skip
    with translation.override(language):
        state = _state_of(recipient)
    return page(request, PAGE, state | {"said": said}, language=language)


def _do(recipient: Recipient, given: QueryDict) -> str:
    """What he asked for; "chosen" or "left" for the page to confirm. A mail program says nothing but that it ends."""
    at = timezone.now()
    if given.get("what") == "choose":
        wanted = set(given.getlist("way")) & set(Channel.values)
        unsubscribing.choose_ways(recipient=recipient, wanted=wanted, at=at)
        return "chosen"
    if given.get("what") == "topic":
        unsubscribing.refuse_topic(recipient=recipient, at=at)
        return "chosen"
    if given.get("what") == "topics":
        wanted_topics = {int(pk) for pk in given.getlist("topic") if pk.isascii() and pk.isdecimal() and len(pk) < 19}  # fmt: skip
        unsubscribing.choose_topics(recipient=recipient, wanted=wanted_topics, at=at)
        return "chosen"
    everything = given.get("what") == "everything"
    unsubscribing.unsubscribe(recipient=recipient, everything=everything, at=at)
    return "left"


def _state_of(recipient: Recipient) -> dict[str, object]:
    """What the page says: of the address it shows enough to be recognised and no more."""
    local, _at, domain = recipient.address.rpartition("@")
    person = person_of(recipient)
    if person is not None:
        ways = own_choice.ways(person, recipient.address)
    else:
        is_on = bool(recipient.address) and bool(advertising.may_advertise(recipient.address, Channel.EMAIL))  # fmt: skip
        ways = [Way(Channel.EMAIL, Channel.EMAIL.label, is_on, False)]
    topics_known = topics.choices(recipient.address) if domain else []
    by_mail = next(way for way in ways if way.channel == Channel.EMAIL)
    return {
        "state": "ask" if by_mail.is_on else "done",
        "address": f"{local[:1]}…@{domain}" if domain else "",
        "ways": ways if len(ways) > 1 or by_mail.may_return else [],
        "topics": topics_known if by_mail.is_on else [],
        "topic": next(
            (
                c.topic
                for c in topics_known
                if c.is_on and c.topic.pk == recipient.mailing.topic_id
            ),
            None,
        ),
        "any_on": any(way.is_on for way in ways),
        "wording": own_choice.text() if any(way.may_return for way in ways) else None,
    }
