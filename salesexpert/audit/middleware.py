from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from salesexpert.audit.acting import acting


class ActorMiddleware:
    """Every change that a request makes is journalled with who was signed in and at which address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        with acting(user=request.user.pk, url=request.path):
            return self.get_response(request)
