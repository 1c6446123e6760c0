"""The pages of one kind of bulk changes: what is asked after the form, the same for all records that can be changed in bulk."""

from collections.abc import Callable, Sequence

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from clients.bulk import answers
from clients.bulk.records import Records
from clients.models import BulkChange
from salesexpert.accounts.requests import SignedRequest

type Answer = Callable[[SignedRequest, BulkChange], HttpResponse]

LOOKED_AT: dict[str, Answer] = {"change": answers.show, "progress": answers.progress}
DONE: dict[str, Answer] = {
    "begin": answers.begin,
    "stop": answers.stop,
    "go_on": answers.go_on,
    "undo": answers.undo,
}


def change_pages(about: Records, permissions: Sequence[str], under: str) -> list[URLPattern]:  # fmt: skip
    """Addresses of one change below `under`, named `bulk_change`, `bulk_begin`…; a change of other records is not found there."""
    may = permission_required(permissions, raise_exception=True)

    def page(name: str, answer: Answer) -> URLPattern:
        def view(request: SignedRequest, pk: int) -> HttpResponse:
            return answer(request, answers.change_or_404(request, about, pk))

        view.__name__ = f"bulk_{name}"
        asked = require_POST(may(view)) if name in DONE else never_cache(require_GET(may(view)))  # fmt: skip
        end = "" if name == "change" else f"{name.replace('_', '-')}/"
        return path(f"{under}<int:pk>/{end}", asked, name=f"bulk_{name}")

    return [page(name, answer) for name, answer in (LOOKED_AT | DONE).items()]
