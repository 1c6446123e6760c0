"""Every page in a real browser: no violation of the security policy, no script error, nothing that hinders people."""

from pathlib import Path
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client as HttpClient
from django.utils import timezone

from clients.models import Commitment
from salesexpert.accounts.models import User
from tests.browsing import settled
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactFactory,
    ContactLinkFactory,
    UserFactory,
)
from tests.test_addresses import ALL, fill

AXE = (
    Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
)
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# Not pages: answers of machines, downloads, and what signs the browser out.
NOT_PAGES = {"healthz", "clients:search", "account_logout"}


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """An administrator with every right and a seller with a client that has a history."""
    administrator = UserFactory(
        username="admin", preset="administrator", is_superuser=True
    )
    seller = UserFactory(username="anna", last_name="Образцова")
    client = ClientFactory(
        name="Вымпел-Образец",
        curator=seller,
        first_contact_at=timezone.now(),
        first_contact_by=seller,
    )
    contact = ContactFactory()
    ContactLinkFactory(contact=contact, client=client)
    for _ in range(3):
        ActivityFactory(client=client, performer=seller, contact=contact)
    ActivityFactory(
        client=client,
        performer=seller,
        status="planned",
        planned_at=timezone.now(),
        title="Узнать решение",
    )
    Commitment.objects.create(
        client=client,
        text="Подменная машина на время ремонта",
        made_at=timezone.now(),
        made_by=seller,
    )
    return {
        "administrator": administrator,
        "seller": seller,
        "client": client,
        "contact": contact,
    }


def pages(people: dict[str, Any]) -> list[str]:
    plain = [
        fill(route, converters)
        for name, (route, converters) in ALL
        if not converters and name not in NOT_PAGES
    ]
    client, contact = people["client"].pk, people["contact"].pk
    return [
        *plain,
        f"/clients/{client}/",
        f"/clients/{client}/edit/",
        f"/clients/{client}/journal/",
        f"/contacts/{contact}/",
        f"/contacts/{contact}/edit/",
    ]


def documents(people: dict[str, Any]) -> list[str]:
    """The whole pages: neither downloads, nor parts asked by htmx, nor what takes only forms or does not exist here."""
    http = HttpClient()
    http.force_login(
        people["administrator"], backend="salesexpert.accounts.backends.RoleBackend"
    )
    found = []
    for path in pages(people):
        answer = http.get(path)
        if (
            answer.status_code not in {403, 404, 405}
            and "text/html" in answer.get("Content-Type", "text/html")
            and not isinstance(answer, StreamingHttpResponse)
            and (
                answer.status_code >= 300
                or answer.content.lstrip()[:9].lower() == b"<!doctype"
            )
        ):
            found.append(path)
    return found


SIDEWAYS = (
    "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
)
# A page's English text in the styles and at the sizes of the page that stands: its scripts have been seen to run.
IN_OTHER_WORDS = """async (html) => {
    const other = new DOMParser().parseFromString(html, "text/html");
    const waited = [];
    for (const link of other.querySelectorAll('link[rel=stylesheet]')) {
        if (document.querySelector(`link[href="${link.getAttribute("href")}"]`)) continue;
        waited.push(new Promise((done) => { link.onload = link.onerror = done; }));
        document.head.append(link);
    }
    document.body.className = other.body.className;
    document.body.replaceChildren(...other.body.childNodes);
    await Promise.all(waited);
    return other.documentElement.lang;
}"""


def test_no_page_breaks_the_security_policy_or_scrolls_sideways(
    browse, people, live_server
):
    paths = documents(people)
    assert len(paths) > 40
    page = browse(people["administrator"], "/", **DESKTOP)

    wrong = []
    sizes = [DESKTOP, PHONE]

    def sideways(path: str, *, opened: bool) -> bool:
        settled(page)
        if page.evaluate(SIDEWAYS):
            if opened:
                return True
            page.goto(live_server.url + path)  # its scripts may lay it out
            return sideways(path, opened=True)
        return False

    def measure(language: str, path: str, *, opened: bool) -> None:
        for size in sizes:
            if page.viewport_size != size:
                page.set_viewport_size(size)
            if sideways(path, opened=opened):
                wrong.append((language, path, "scrolls sideways", size["width"]))
        sizes.reverse()  # the next page opens at the size this one ends with
        if page.faults:
            wrong.append((language, path, list(page.faults)))
            page.faults.clear()

    for path in paths:
        page.faults.clear()
        page.goto(live_server.url + path)
        measure("ru", path, opened=True)
        if page.evaluate("document.documentElement.lang") != "ru":
            wrong.append(("ru", path, "speaks another language"))

    User.objects.update(language="en")
    http = HttpClient()
    http.force_login(
        people["administrator"], backend="salesexpert.accounts.backends.RoleBackend"
    )
    page.goto(live_server.url + "/")
    assert page.evaluate("document.documentElement.lang") == "en"
    for path in paths:
        html = http.get(path, follow=True).content.decode()
        if page.evaluate(IN_OTHER_WORDS, html) != "en":
            wrong.append(("en", path, "speaks another language"))
        measure("en", path, opened=False)

    assert wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_that_hinders_people(browse, people, live_server, theme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make assets` brings it.")
    User.objects.update(theme=theme)
    page = browse(None, "/login/", **DESKTOP)
    # The other theme changes colours alone, and they are the same at both sizes.
    sizes, rules = (
        ((DESKTOP, PHONE), None)
        if theme == "light"
        else ((DESKTOP,), ["color-contrast"])
    )
    wrong = [("/login/", *fault) for fault in _axe(page, *sizes, rules=rules)]
    page = browse(people["administrator"], "/", **DESKTOP)
    client = people["client"].pk
    for path in [
        "/",
        "/clients/",
        f"/clients/{client}/",
        f"/clients/{client}/edit/",
        "/clients/new/",
        "/clients/import/",
        "/contacts/",
        "/settings/completeness/",
        "/settings/dictionaries/regions/",
    ]:
        answer = page.goto(live_server.url + path)
        assert answer.status == 200, path
        wrong += [(path, *fault) for fault in _axe(page, *sizes, rules=rules)]

    assert wrong == []


def test_axe_finds_nothing_that_hinders_a_seller(browse, people, live_server):
    """What only an ordinary user meets: menus without settings, cards without the rights of an administrator."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make assets` brings it.")
    client, contact = people["client"].pk, people["contact"].pk
    page = browse(people["seller"], "/", **PHONE)
    wrong = []
    for path in [
        "/",
        "/clients/",
        f"/clients/{client}/",
        f"/clients/{client}/edit/",
        "/contacts/",
        f"/contacts/{contact}/",
        f"/personal-data/contact/{contact}/",
        "/clients/take-overs/",
        "/settings/bin/",
        "/profile/",
        "/profile/security/",
        "/profile/notices/",
        "/notices/",
    ]:
        answer = page.goto(live_server.url + path)
        assert answer.status == 200, path
        wrong += [(path, *fault) for fault in _axe(page, PHONE)]

    assert wrong == []


def _axe(
    page: Any, *sizes: dict[str, int], rules: list[str] | None = None
) -> list[tuple[Any, ...]]:
    """Violations of WCAG 2 A and AA that axe calls serious or critical: width of the screen, rule, sentence, places."""
    wrong: list[tuple[Any, ...]] = []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for size in sizes:
        page.set_viewport_size(size)
        settled(page)
        found = page.evaluate(
            "runOnly => axe.run(document, {runOnly})",
            rules or ["wcag2a", "wcag2aa", "wcag21aa"],
        )
        wrong.extend(
            (size["width"], v["id"], v["help"], [node["html"][:160] for node in v["nodes"][:3]])
            for v in found["violations"]
            if v["impact"] in {"serious", "critical"}
        )  # fmt: skip
    return wrong
