"""Fixtures that all tests share: a clean cache, signed-in clients of any role, a browser that counts policy violations."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.contrib.staticfiles import handlers
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client as HttpClient
from hypothesis import settings as hypothesis_settings
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import blocking_manager_key

from clients import completeness_presets, consent_texts, kinds, presets
from deals import reason_presets, vat_presets
from deals.papers import presets as paper_presets
from pipeline import process_presets
from salesexpert.accounts.models import Role, User
from salesexpert.accounts.presets import PRESETS
from salesexpert.core import held
from tests import one_base, put_back
from tests.browsing import KeptStaticFiles, act_when_settled, type_when_settled
from tests.factories import UserFactory

# Playwright's synchronous interface keeps an event loop running in the test's thread; Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

act_when_settled()

# Machines that test are shared: an example that was slow once is no fault.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

# Before pytest puts the database of the tests in its place.
OF_THE_DEVELOPER = connection.settings_dict["NAME"]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


# They begin, so that no pytest worker is left with one of them when the other has nothing more to do.
LONG = (
    "test_pages_in_browser.py",
    "test_run.py",  # second: it needs no base of the tests while the first one's worker migrates it
    "test_backup.py",
    "test_addresses.py",
    "test_import_running.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first. Where there is no browser, its tests say so instead of failing.

    Where there is one, they get a second go, and the closing line counts it: pointer and page run in processes of their
    own, and a machine with all cores taken may stop either of them anywhere.
    """
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.name, len(LONG)))
    mark = (
        pytest.mark.flaky(reruns=1)
        if os.access(CHROMIUM, os.X_OK)
        else pytest.mark.skip(reason="browser tests need Chromium, which is missing")
    )
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(mark)


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Rate limits and the shell's counters live in the cache: they must not leak from test to test."""
    cache.clear()
    held.drop_all()
    yield


def load_presets() -> None:
    if not Role.objects.exists():
        Role.objects.bulk_create(
            Role(
                code=str(preset.code),
                name=preset.name,
                name_en=preset.name_en,
                permissions=sorted(preset.permissions),
                scope=str(preset.scope),
                requires_second_factor=preset.requires_second_factor,
                position=position,
            )
            for position, preset in enumerate(PRESETS)
        )
    if not apps.get_model("clients", "RelationshipType").objects.exists():
        presets.load(apps)
        completeness_presets.load(apps)
        consent_texts.load(apps)
        kinds.forget()
    process_presets.load(apps)
    if not apps.get_model("deals", "VatRate").objects.exists():
        vat_presets.load(apps)
    reason_presets.load(apps)
    if not apps.get_model("deals", "DocumentTemplate").objects.exists():
        paper_presets.load(apps)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
    request: pytest.FixtureRequest,
    django_db_blocker: Any,
) -> None:
    """Workers of one run copy one migrated base."""
    if hasattr(request.config, "workerinput") and not request.config.option.reuse_db:
        with django_db_blocker.unblock():
            one_base.use()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if getattr(session.config.option, "numprocesses", None):
        with (
            session.config.stash[blocking_manager_key].unblock(),
            suppress(OperationalError),
        ):
            one_base.drop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """A kept test database (`--reuse-db`) may have been left empty, or full, by a run that was killed."""
    if connection.settings_dict["NAME"] == OF_THE_DEVELOPER:
        return  # no test of this run has asked for a database
    with django_db_blocker.unblock():
        if User.objects.exists():
            call_command("flush", verbosity=0, interactive=False)
        load_presets()
        put_back.remember()


@pytest.fixture
def user(db: None) -> User:
    """A seller with the rights of the preset role, who reads all records."""
    return UserFactory(username="seller")


@pytest.fixture
def sign_in(client: HttpClient) -> Callable[..., HttpClient]:
    """`sign_in(user)` → an HTTP client of that user; a new one each call, so two people can act in one test."""

    def signed(person: User) -> HttpClient:
        http = HttpClient()
        http.force_login(person, backend="salesexpert.accounts.backends.RoleBackend")
        return http

    return signed


@pytest.fixture
def http(user: User, sign_in: Callable[..., HttpClient]) -> HttpClient:
    """The seller's HTTP client."""
    return sign_in(user)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def live_server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """pytest-django's, whose static files the browser keeps."""
    address = request.config.getvalue("liveserver") or os.environ.get(
        "DJANGO_LIVE_TEST_SERVER_ADDRESS", "localhost"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "StaticFilesHandler", KeptStaticFiles)
        server = LiveServer(address)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def one_context(browser: Any, browser_context_args: dict[str, Any]) -> Iterator[Any]:
    """The browser's profile, with the static files it keeps."""
    context = browser.new_context(**browser_context_args)
    yield context
    context.close()


@pytest.fixture
def context(one_context: Any, live_server: LiveServer) -> Iterator[Any]:
    """One profile for all tests; each finds it without pages, cookies, stored words and time limits of another."""
    one_context.set_default_timeout(30_000)
    yield one_context
    for number, page in enumerate(one_context.pages):
        if not number:
            one_context.new_cdp_session(page).send(
                "Storage.clearDataForOrigin",
                {"origin": live_server.url, "storageTypes": "local_storage,indexeddb"},
            )
        page.close()
    one_context.clear_cookies()


@pytest.fixture
def browse(live_server: Any, context: Any) -> Callable[..., Any]:
    """`browse(user, "/path/")` → a browser page of that user (None: signed out) that notes faults.

    `page.faults` collects content security policy violations, script errors and answers of 500 and above.
    """

    def opened(person: User | None, path: str = "/", **viewport: int) -> Any:
        if person is not None:
            http = HttpClient()
            http.force_login(
                person, backend="salesexpert.accounts.backends.RoleBackend"
            )
            context.add_cookies(
                [
                    {
                        "name": "sessionid",
                        "value": http.cookies["sessionid"].value,
                        "url": live_server.url,
                    }
                ]
            )
        page = context.new_page()
        faults: list[str] = []
        page.faults = faults
        type_when_settled(page)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile + ':' + e.lineNumber));"
        )
        page.on(
            "console",
            lambda m: (
                faults.append(m.text)
                if m.type == "error" and "422" not in m.text
                else None
            ),
        )
        page.on("pageerror", lambda e: faults.append(str(e)))
        page.on(
            "response",
            lambda r: faults.append(f"{r.status} {r.url}") if r.status >= 500 else None,
        )
        if viewport:
            page.set_viewport_size(
                {"width": viewport["width"], "height": viewport["height"]}
            )
        page.goto(live_server.url + path)
        return page

    return opened
