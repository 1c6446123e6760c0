"""The floor: the least that a signed-in page of 25 rows can cost here, against which all pages are measured."""

from pathlib import Path

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates

from tests.bench.models import FloorRow
from tests.bench.table import DESKS

_LOADERS = ["django.template.loaders.filesystem.Loader"]
# Its own engine: the product's context processors are not the floor's.
_engine = DjangoTemplates(
    {
        "NAME": "floor",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", _LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
)


class DatabaseSessions(SessionMiddleware):
    """Reads the session from the database, as the definition of the floor says: three queries a page."""

    def __init__(self, get_response: object) -> None:
        super().__init__(get_response)  # type: ignore[arg-type]
        self.SessionStore = SessionStore


def floor(request: HttpRequest) -> HttpResponse:
    try:
        desk = int(request.GET.get("desk", "0")) % DESKS
    except ValueError:
        desk = 0
    rows = FloorRow.objects.filter(desk=desk).order_by("-at", "-id")[:25]
    template = _engine.get_template("bench_floor.html")
    return HttpResponse(template.render({"rows": rows}, request))
