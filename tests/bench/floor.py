"""The floor: the least that a signed-in page of 25 rows can cost here, against which all pages are measured."""

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tests.bench.models import DESKS, FloorRow


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
    return render(request, "bench_floor.html", {"rows": rows})
