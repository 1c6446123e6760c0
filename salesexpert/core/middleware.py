from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from salesexpert.core.http import htmx_of


class HtmxMiddleware:
    """Turns a redirect to the login page into `HX-Redirect` for htmx.

    htmx follows a 302 by itself and would put the whole login page into the part that it asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if htmx_of(request) and response.status_code in {301, 302, 303}:
            target = response.headers["Location"]
            if target.startswith(resolve_url("account_login")):
                answer = HttpResponse(status=204)
                answer["HX-Redirect"] = (
                    resolve_url("account_login")
                    + "?next="
                    + (htmx_of(request).current_url_abs_path or "/")
                )
                return answer
        return response
