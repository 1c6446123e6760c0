"""What people type stays text on every page, in attributes too: rows drawn in Python have no template that escapes for them."""

from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine

from clients.models import Client, Commitment, Contact, Phone
from deals.models import Deal
from pipeline.models import Absence, Process, Stage
from salesexpert.accounts.models import Department, Role
from tests.deals.money import an_invoice
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactLinkFactory,
    IndustryFactory,
    RegionFactory,
    UserFactory,
)

NOON = datetime.fromisoformat("2026-11-18T11:20:00+03:00")
HEAD_SCRIPT = "<script>alert(1)</script>"
EVIL = f"""{HEAD_SCRIPT}"><img src=x onerror=alert(2)>' onfocus='alert(3)&amp;"""

pytestmark = pytest.mark.django_db


class Seen(HTMLParser):
    """What a browser would make of a page: what it would run, and what a reader would read."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Any] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img" and given.get("src") == "x":
            self.runs.append((tag, attrs))
        if tag == "script" and "src" not in given and given.get("type") != "application/json":  # fmt: skip
            self.runs.append((tag, attrs))
        self.runs += [(tag, name) for name in given if name.startswith("on") or "<" in name or "'" in name]  # fmt: skip
        self.text += [value for value in given.values() if value]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def evil() -> dict[str, Any]:
    """A company in which everything that has a name has that name."""
    department = Department.objects.create(name=EVIL)
    role = Role.objects.get(code="director")
    role.name = role.name_en = EVIL[:60]
    role.save()
    director = UserFactory(preset="director", first_name=EVIL, last_name=EVIL, department=department, language="en")  # fmt: skip
    other = UserFactory(preset="seller", first_name=EVIL, last_name=EVIL, department=department)  # fmt: skip
    process = Process.objects.create(name=EVIL, name_en=EVIL, success_condition="none", position=0)  # fmt: skip
    stage = Stage.objects.create(process=process, position=0, percent=10, name=EVIL, name_en=EVIL)  # fmt: skip
    client = ClientFactory(name=EVIL, curator=director, city=EVIL, region=RegionFactory(name=EVIL), industry=IndustryFactory(name=EVIL))  # fmt: skip
    contact = ContactLinkFactory(client=client, position=EVIL).contact
    Contact.objects.filter(pk=contact.pk).update(first_name=EVIL, last_name=EVIL)
    Phone.objects.create(contact=contact, raw=EVIL[:60], e164="")
    Commitment.objects.create(client=client, text=EVIL, made_at=NOON, made_by=director, due_on=NOON.date())  # fmt: skip
    deal = Deal.objects.create(client=client, title=EVIL, process=process, stage=stage, responsible=director, performer=director, opened_at=NOON, next_step_at=NOON, next_step_title=EVIL)  # fmt: skip
    Client.objects.filter(pk=client.pk).update(next_step_title=EVIL, next_step_at=NOON)
    texts = {"client": client, "contact": contact, "title": EVIL, "note": EVIL, "created_by": other, "deal": deal}  # fmt: skip
    for at in (NOON - timedelta(days=3), NOON + timedelta(hours=1), NOON + timedelta(days=1)):  # fmt: skip
        ActivityFactory(performer=director, status="planned", planned_at=at, minutes=60, **texts)  # fmt: skip
    ActivityFactory(performer=director, status="done", done_at=NOON - timedelta(hours=1), summary=EVIL, **texts)  # fmt: skip
    ActivityFactory(performer=other, status="planned", planned_at=NOON + timedelta(hours=2), minutes=90, **texts)  # fmt: skip
    Absence.objects.create(user=other, since_on=date(2026, 11, 20), until_on=date(2026, 11, 20), state="approved", note=EVIL, created_at=NOON, created_by=other)  # fmt: skip
    an_invoice(client=client, total="100", due=-5, by=director)
    return {"director": director, "other": other, "client": client, "deal": deal, "contact": contact}  # fmt: skip


def harmless(page: str, path: str) -> None:
    """Nothing typed runs, and nothing is escaped twice; the names stand there as they were typed."""
    assert HEAD_SCRIPT not in page and "<img src=x" not in page, path
    seen = Seen(page)
    assert seen.runs == [], path
    shown = "\n".join(seen.text)
    assert HEAD_SCRIPT in shown, path
    assert "&amp;amp;" not in shown and "&lt;script" not in shown, path


PAGES = [
    "/",
    "/plan/?view=day", "/plan/?view=week", "/plan/?view=month", "/plan/?view=agenda", "/plan/?view=day&who={other}",
    "/plan/team/", "/plan/team/?more=1&minutes=30&client={client}", "/plan/team/?view=week&deal={deal}",
    "/plan/team/book/?performer={other}&deal={deal}&at=2026-11-19T10:00:00%2B03:00",
    "/plan/team/book/deals/?client_id={client}",
    "/plan/load/", "/plan/load/stages/", "/plan/absences/",
    "/activities/plan/?client={client}",
    "/deals/", "/deals/board/", "/deals/{deal}/", "/deals/{deal}/feed/",
    "/receivables/",
    "/clients/", "/clients/?q=script", "/clients/{client}/", "/clients/{client}/history/",
    "/contacts/", "/contacts/{contact}/",
    "/handovers/",
]  # fmt: skip

PARTS = ("/feed/", "/history/")


@pytest.mark.parametrize("path", PAGES)
def test_what_people_typed_is_text_on_the_page(sign_in, evil, path):
    ids = {name: getattr(row, "pk", row) for name, row in evil.items()}
    address = path.format(**ids)
    parts = {"HX-Request": "true"} if path.split("?")[0].endswith(PARTS) else {}
    answer = sign_in(evil["director"]).get(address, headers=parts)
    assert answer.status_code == 200, address
    harmless(answer.content.decode(), address)
