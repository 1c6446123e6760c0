"""A sweep over every address of the product: a page added tomorrow is covered the moment it exists."""

import inspect
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as HttpClient
from django.urls import URLPattern, URLResolver, get_resolver

from salesexpert import urls
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.presets import PRESETS
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactLinkFactory,
    RoleFactory,
    UserFactory,
)

# Open to people who are not signed in, each for a reason.
PUBLIC = {
    "plan:ics",  # other calendars read it; its address is the secret
    "healthz",  # asked by machines
    "account_login",
    "accounts:forgotten",  # who forgot his password cannot sign in
    "accounts:forgotten_sent",
    "accounts:set_password",  # a signed link of an invitation or a reset
    "mailing:digest_stop",  # a signed link of the letter with the plan of the day
    "mailing:click",  # the addressee of a letter follows a signed link of it
    "mailing:open",  # his mail program loads the picture of the letter
    "mailing:unsubscribe",  # the addressee of a letter follows a signed link
    "accounts:language",  # the language of the login page
    "telephony:hook",  # exchanges tell of calls, each with its secret
    "telephony:hook_part",
    "clients:site_form",  # forms on the company's sites, measured and counted
}
# What a signed-in person may always do with his own account, whatever his role.
OWN = {
    "desk:day",
    "desk:promises",
    "accounts:profile",
    "accounts:security",
    "accounts:theme",
    "accounts:end_sessions",
    "account_logout",
    "notices:list",
    "notices:latest",
    "notices:news",
    "notices:read_all",
    "notices:choices",
    "clients:search",  # the palette: finds nothing without rights but leads to the own pages
}


def addresses(
    patterns: Any = None, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each address of the product: its name, its route, and its converters."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry.url_patterns, route, inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", route, entry.pattern.converters


ALL = sorted(
    {name: (route, converters) for name, route, converters in addresses()}.items()
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals are asked for here; noting each costs a twentieth of the sweeps."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def fill(route: str, converters: dict[str, Any], *, number: int = 999_999_999) -> str:
    """A concrete path: ids that no record has, words for the rest."""
    path = "/" + route.lstrip("^").rstrip("$")
    for name, converter in converters.items():
        kind = type(converter).__name__
        value = (
            str(number)
            if kind == "IntConverter"
            else "00000000-0000-0000-0000-000000000000"
            if kind == "UUIDConverter"
            else "nothing"
        )
        for spelling in (
            f"<{kind.removesuffix('Converter').lower()}:{name}>",
            f"<{name}>",
        ):
            path = path.replace(spelling, value)
    return path


def test_every_address_has_a_name():
    assert [route for name, route, _ in addresses() if name.endswith("None")] == []


def views(patterns: Any = None) -> Iterator[Any]:
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns)
        else:
            yield entry.callback


def says_its_methods(view: Any) -> bool:
    """Whether one of Django's `require_…` decorators stands around the view."""
    while view is not None:
        code = getattr(view, "__code__", None)
        if code is not None and "request_method_list" in code.co_freevars:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_view_says_which_methods_it_answers():
    silent = {
        f"{inspect.unwrap(view).__module__}.{inspect.unwrap(view).__name__}"
        for view in views()
        if not hasattr(view, "view_class") and not says_its_methods(view)
    }
    assert silent == set()


# Hundreds of addresses in one world: to make and sign in its people for each would cost more than to ask them all.


@pytest.mark.django_db
def test_an_anonymous_person_is_sent_to_the_login_page():
    http, wrong = HttpClient(), {}
    for name, (route, converters) in ALL:
        for method in ("get", "post"):
            # What the login page or the choice of a language sets must not open the next one.
            http.cookies.clear()
            answer = getattr(http, method)(fill(route, converters))
            if name in PUBLIC:
                right = answer.status_code < 500
            else:
                right = answer.status_code == 405 or (
                    answer.status_code == 302
                    and answer["Location"].startswith("/login/")
                )
            if not right:
                wrong[f"{method} {route}"] = answer.status_code

    assert wrong == {}


@pytest.mark.django_db
def test_a_role_without_rights_opens_nothing_but_its_own_account(sign_in):
    http = sign_in(UserFactory(role=RoleFactory(permissions=[])))

    wrong = {}
    for name, (route, converters) in ALL:
        if name in PUBLIC | OWN or name.startswith(
            ("account_", "mfa_", "usersessions_", "accounts:own")
        ):
            continue
        # Opened as a page, sent as our forms send.
        for method, headers in (("get", {}), ("post", {"HX-Request": "true"})):
            answer = getattr(http, method)(fill(route, converters), headers=headers)
            if answer.status_code not in {403, 404, 405}:
                wrong[f"{method} {route}"] = answer.status_code

    assert wrong == {}
    assert http.get("/profile/").status_code == 200, "somebody ended the session"


NONSENSE = (
    "?page=nonsense&sort=;drop&q=%00%F0%9F%98%80",
    "?" + "x=" + "y" * 3000,
    "?curator=abc&region=-1&last_contact_after=31.31.2026",
)


# Said before a view looks at what is asked: by its methods and its rights.
REFUSED = {403, 405}


def bare(status: int) -> Any:
    return lambda request, exception=None: HttpResponse("no", status=status)


@pytest.mark.django_db
@pytest.mark.parametrize("role", PresetRole.values)
def test_no_address_breaks_for_any_role(sign_in, role, monkeypatch):
    """Ids of nobody for each role; nonsense in the query for a seller and for who may open every page.

    A seller's refusals are drawn; for the others the same frame is not drawn around the same sentence a thousand times.
    """
    http = sign_in(UserFactory(preset=role))
    http.raise_request_exception = False
    thorough = role in {PresetRole.SELLER, PresetRole.ADMINISTRATOR}
    if role != PresetRole.SELLER:
        for status in (403, 404):
            monkeypatch.setattr(urls, f"handler{status}", bare(status))

    broken = {}

    def ask(path: str) -> int:
        status = http.get(path).status_code
        if status >= 500:
            broken[path[:120]] = status
        return status

    for name, (route, converters) in ALL:
        if name == "account_logout":
            continue
        if converters:
            paths = [fill(route, converters, number=n) for n in (999_999_999, 10**30)]
        else:
            path = fill(route, converters)
            paths = [path, *(path + query for query in NONSENSE if thorough)]
        for path in paths:
            if ask(path) in REFUSED:
                break

    assert broken == {}


def of_a_record(word: str) -> list[str]:
    """Names of the addresses that lead to one record of a kind: `clients/<int:pk>/…`."""
    return [name for name, (route, _) in ALL if route.startswith(f"{word}/<int:")]


@pytest.mark.django_db
@pytest.mark.parametrize("scope", ["own", "team"])
@pytest.mark.parametrize("word", ["clients", "contacts", "activities"])
def test_a_narrowed_role_meets_a_stranger_s_record_nowhere(sign_in, scope, word):
    everything = sorted(
        {p for preset in PRESETS for p in preset.permissions}
        - {"clients.view_all_clients"}
    )
    reader = UserFactory(role=RoleFactory(permissions=everything, scope=scope))
    owner = UserFactory()
    client = ClientFactory(curator=owner)
    contact = ContactLinkFactory(client=client).contact
    activity = ActivityFactory(client=client, contact=contact, performer=owner)
    number = {"clients": client.pk, "contacts": contact.pk, "activities": activity.pk}[
        word
    ]
    http = sign_in(reader)

    names = of_a_record(word)
    assert names
    for name in names:
        route, converters = dict(ALL)[name]
        for method in ("get", "post"):
            answer = getattr(http, method)(fill(route, converters, number=number))
            assert answer.status_code in {404, 405}, (
                f"{method} {route} → {answer.status_code}"
            )
