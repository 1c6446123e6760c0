"""What a worker should know before its first request: learnt once, by the parent, so that all workers share it.

Much is made when a page is first drawn: backends that settings name, forms, queries, formats of a language, nodes of templates.
Made in each worker it is late for whoever asks first, and it lies in the memory of each of them.
"""

import io
import logging
import threading
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from deals.models import Deal
from salesexpert.accounts.models import User
from salesexpert.core import working_days

PAGES = (
    "account_login",
    "desk:day",
    "clients:list",
    "clients:contacts",
    "deals:list",
    "deals:board",
    "deals:receivables",
    "plan:calendar",
    "deals:team",
    "deals:load",
    "analytics:earned",
    "analytics:funnel",
    "analytics:refusals",
    "analytics:query_new",
    "analytics:query_answer",
)
# Long enough to be looked for as most words are: how common words are is learnt from the cards by then.
SEARCHED = "компания"
OF_CLIENT = ("clients:card", "desk:panels")
OF_DEAL = ("deals:deal", "deals:sections")
# Since when the reports count working days.
FIRST_YEAR = 2000
# A report over all of a large firm is not worth the wait.
LONGEST_MS = 2000


def warm(handler: WSGIHandler) -> dict[str, int]:
    """Draw the pages that are opened all day, for nobody who may see everything, writing nothing. Returns {address: status}.

    What cannot be drawn, for there is no database yet or it is too slow, is left to the first request.
    """
    working_days.learn(range(FIRST_YEAR, timezone.localdate().year + 3))
    answers: dict[str, int] = {}
    # A thread of its own: connections to the database and the cache are of a thread, and end with it.
    thread = threading.Thread(target=_ask_all, args=(handler, answers))
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        thread.start()
        thread.join()
    finally:
        logging.disable(before)
    return answers


def _ask_all(handler: WSGIHandler, answers: dict[str, int]) -> None:
    try:
        nobody = User(pk=0, username="nobody", first_name="Nobody", is_superuser=True, language=settings.LANGUAGE_CODE)  # fmt: skip
        for path in _paths():
            who = AnonymousUser() if path == reverse("account_login") else nobody
            with transaction.atomic():
                _only_read()
                answer = handler.get_response(_request(path, who))
                transaction.set_rollback(True)
            answers[path] = answer.status_code
    except Exception:  # noqa: BLE001  (whatever it is: the server must start, and says it at the first request)
        return
    finally:
        connections.close_all()


def _only_read() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(f"SET LOCAL statement_timeout = {LONGEST_MS}")


def _paths() -> Iterator[str]:
    yield from map(reverse, PAGES)
    yield f"{reverse('clients:list')}?q={quote(SEARCHED)}"
    for model, names in ((Client, OF_CLIENT), (Deal, OF_DEAL)):
        with transaction.atomic():
            _only_read()
            pk = model.objects.order_by("-pk").values_list("pk", flat=True).first()
        if pk is not None:
            yield from (reverse(name, args=[pk]) for name in names)


def _host() -> str:
    named = (settings.ALLOWED_HOSTS or ["*"])[0]
    return "localhost" if named == "*" else named.lstrip(".")


def _request(path: str, user: User | AnonymousUser) -> WSGIRequest:
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": urlsplit(path).path,
            "QUERY_STRING": urlsplit(path).query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": _host(),
            "wsgi.input": io.BytesIO(),
            "wsgi.url_scheme": "https",
            "HTTP_X_FORWARDED_PROTO": "https",
            "SERVER_PROTOCOL": "HTTP/1.1",
        }
    )
    # Where the middleware looks for who has signed in.
    request._cached_user = user  # type: ignore[attr-defined]
    return request
