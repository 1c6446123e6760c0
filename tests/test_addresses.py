"""A sweep over every address of the product: a page added tomorrow is covered the moment it exists."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

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
    "healthz",  # asked by machines
    "account_login",
    "accounts:forgotten",  # who forgot his password cannot sign in
    "accounts:forgotten_sent",
    "accounts:set_password",  # a signed link of an invitation or a reset
    "accounts:language",  # the language of the login page
    "clients:site_form",  # forms on the company's sites, measured and counted
}
# What a signed-in person may always do with his own account, whatever his role.
OWN = {
    "desk:day",
    "accounts:profile",
    "accounts:security",
    "accounts:theme",
    "accounts:end_sessions",
    "account_logout",
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
NAMES = [name for name, _ in ALL]


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


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_an_anonymous_person_is_sent_to_the_login_page(client, name):
    route, converters = dict(ALL)[name]
    for method in ("get", "post"):
        answer = getattr(client, method)(fill(route, converters))
        if name in PUBLIC:
            assert answer.status_code < 500
        elif answer.status_code != 405:
            assert answer.status_code == 302, f"{method} {route} → {answer.status_code}"
            assert answer["Location"].startswith("/login/"), (
                f"{method} {route} → {answer['Location']}"
            )


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_role_without_rights_opens_nothing_but_its_own_account(sign_in, name):
    if name in PUBLIC | OWN or name.startswith(
        ("account_", "mfa_", "usersessions_", "accounts:own")
    ):
        return
    route, converters = dict(ALL)[name]
    http = sign_in(UserFactory(role=RoleFactory(permissions=[])))

    for method in ("get", "post"):
        answer = getattr(http, method)(fill(route, converters))
        assert answer.status_code in {403, 404, 405}, (
            f"{method} {route} → {answer.status_code}"
        )


NONSENSE = (
    "?page=nonsense&sort=;drop&q=%00%F0%9F%98%80",
    "?" + "x=" + "y" * 3000,
    "?curator=abc&region=-1&last_contact_after=31.31.2026",
)


@pytest.mark.django_db
@pytest.mark.parametrize("role", PresetRole.values)
def test_no_address_breaks_for_any_role(sign_in, role):
    """Ids of nobody for each role; nonsense in the query for a seller and for who may open every page."""
    http = sign_in(UserFactory(preset=role))
    http.raise_request_exception = False
    thorough = {PresetRole.SELLER, PresetRole.ADMINISTRATOR}

    broken = {}
    for name, (route, converters) in ALL:
        if name == "account_logout":
            continue
        if converters:
            paths = [fill(route, converters, number=n) for n in (999_999_999, 10**30)]
        else:
            path = fill(route, converters)
            paths = [path, *(path + query for query in NONSENSE if role in thorough)]
        for path in paths:
            answer = http.get(path)
            if answer.status_code >= 500:
                broken[path[:120]] = answer.status_code

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
