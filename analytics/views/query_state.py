"""What an address asks of the builder of questions: the question itself, packed into it, so that going back undoes."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from analytics.models import SavedQuery
from analytics.queries import catalogue, editing, links
from analytics.queries.question import Question, Unreadable, pack, unpack
from salesexpert.accounts.requests import SignedRequest

may_ask = permission_required("deals.view_deal", raise_exception=True)


@dataclass(frozen=True)
class State:
    """What an address asks: the question, and the saved one that it began as, as of the version `seen`."""

    question: Question
    saved: SavedQuery | None
    seen: int | None = None
    # The kept one it began as was removed or is shown to this person no more: the question itself is whole.
    orphaned: bool = False

    @property
    def origin(self) -> str:
        """The kept question and the version that was on the page when its change began: “12.3”."""
        return (
            f"{self.saved.pk}.{self.seen or self.saved.version}" if self.saved else ""
        )

    @property
    def word(self) -> str:
        return pack(self.question)

    @property
    def address(self) -> str:
        params = urlencode({"q": self.word})
        if self.saved:
            same = Question.read(self.saved.question) == self.question
            return self.saved.get_absolute_url() + ("" if same else f"?{params}")
        return f"{reverse('analytics:query_new')}?{params}"

    def to(self, name: str, **more: Any) -> str:
        return links.to(name, self.question, self.origin, **more)  # fmt: skip


def today() -> Any:
    return timezone.localdate(timezone.now(), timezone.get_default_timezone())


def state_of(request: SignedRequest, saved: SavedQuery | None = None) -> State:
    """Raises Http404 for words that are no question, and where a kept one is named that is not there."""
    params = request.POST if request.method == "POST" else request.GET
    pk, _dot, seen = params.get("saved", "").partition(".")
    word, orphaned = params.get("q", ""), False
    if saved is None and pk:
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            raise Http404
        saved = kept(request, int(pk))
        if saved is None and not word:
            raise Http404
        orphaned = saved is None
    try:
        if word:
            question = unpack(word)
        elif saved:
            question = Question.read(saved.question)
        else:
            allowed = catalogue.allowed(request.user)
            wanted = params.get("subject", "")
            names = [s.name for s in allowed]
            if not names:
                raise PermissionDenied
            first = "deals" if "deals" in names else names[0]
            question = editing.begin(wanted if wanted in names else first)
    except Unreadable as error:
        raise Http404 from error
    is_number = seen.isascii() and seen.isdigit() and len(seen) < 9
    return State(question, saved, int(seen) if saved and is_number else None, orphaned)


def kept(request: SignedRequest, pk: int) -> SavedQuery | None:
    found: SavedQuery | None = SavedQuery.objects.visible_to(request.user).filter(pk=pk).first()  # fmt: skip
    return found
