"""Every indicator on the base of February with its answer written out, the link that opens exactly its records, the
same figures from page, file and command, and nobody seeing what is not his."""

import json
import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO

import pypdfium2
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from analytics import panel, periods, rollups, sums
from analytics.indicators import offered
from analytics.limits import Limit, all_limits, set_limits
from analytics.models import DayChange, IndicatorLimit, PersonDay
from analytics.months import covered
from analytics.scope import scope_of
from analytics.sums import Extent
from clients.models import Activity, ActivityKind, Client
from deals.models import Deal, Invoice
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from tests.analytics.february import SINCE, UNTIL, February, february, noon
from tests.deals.money import a_firm
from tests.factories import (  # fmt: skip
    ActivityFactory,
    ClientFactory,
    DepartmentFactory,
    RoleFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ANSWERS = {
    "revenue": Decimal(4000), "margin": Decimal(650), "won": 2, "lost": 2, "win_rate": Decimal(50),
    "average_deal": Decimal(2000), "length": Decimal(10), "opened": 4, "in_work": 2, "clients_in_work": 1, "stalled": 2,
    "new_cards": 2, "contacts": 4, "overdue_invoices": 1, "debt": Decimal(800), "completeness": Decimal(60), "overdue_work": 2,
}  # fmt: skip
# How many records each of them opens.
RECORDS = ANSWERS | {"revenue": 2, "margin": 2, "win_rate": 4, "average_deal": 2, "length": 1, "debt": 2, "completeness": 2}  # fmt: skip


@pytest.fixture
def base() -> February:
    """February, and for Mara: a won deal of unknown opening, cards, contacts, invoices, work that is late."""
    made = february()
    mara, d1 = made.mara, made.deals["d1"]
    Deal.objects.filter(pk=d1.pk).update(margin=250)
    common = {"process": d1.process, "stage": d1.stage, "responsible": mara, "client": d1.client, "state": "won"}  # fmt: skip
    Deal.objects.create(title="d8", closed_at=noon("27.2"), amount=3000, margin=400, **common)  # fmt: skip
    Client.objects.filter(pk=d1.client_id).update(created_by=mara, created_at=noon("30.1"), completeness=80)  # fmt: skip
    ClientFactory(created_by=mara, created_at=noon("1.2"), curator=mara, completeness=40)  # fmt: skip
    ClientFactory(created_by=mara, created_at=noon("28.2"), archived_at=timezone.now(), completeness=0, curator=mara)  # fmt: skip
    ClientFactory(created_by=made.nils, created_at=noon("3.2"), completeness=None)
    call, meeting, note = (ActivityKind.objects.get(code=c) for c in ("call", "meeting", "note"))  # fmt: skip
    for day, kind in (("2.2", call), ("3.2", call), ("28.2", call), ("4.2", meeting), ("5.2", note), ("31.1", call)):  # fmt: skip
        ActivityFactory(client=d1.client, performer=mara, kind=kind, done_at=noon(day))
    ActivityFactory(client=None, performer=mara, kind=call, done_at=noon("6.2"))
    for day in ("7.2", "8.2"):
        ActivityFactory(client=d1.client, performer=mara, status="planned", planned_at=noon(day))  # fmt: skip
    firm, today = a_firm(), timezone.localdate()
    for number, due, total, paid, state in (("1", today - timedelta(3), 600, 100, "partly"), ("2", today + timedelta(9), 300, 0, "issued"), ("3", today, 900, 0, "cancelled"), ("4", today, 50, 50, "paid")):  # fmt: skip
        Invoice.objects.create(client=d1.client, deal=d1, firm=firm, number=number, year=2026, issued_on=today - timedelta(30), due_on=due, total=total, paid=paid, state=state, responsible=mara)  # fmt: skip
    return made


@pytest.fixture
def director() -> User:
    return UserFactory(preset="director", username="director")


def _asked(user: User, since: date = SINCE, until: date = UNTIL) -> Extent:
    return Extent(user, scope_of(user).people, since, until, timezone.now())


def _rows(html: str) -> int:
    return sum(len(re.findall(r"<tr\b", body)) for body in re.findall(r"<tbody.*?</tbody>", html, re.S))  # fmt: skip


def test_each_indicator_counts_what_it_says_and_its_link_opens_exactly_its_records(base, director, sign_in):  # fmt: skip
    known, asked = offered(director), _asked(director)
    numbers = sums.sums(asked, [f for one in known.values() for f in one.families])[base.mara.pk]  # fmt: skip
    http = sign_in(director)
    call = ActivityKind.objects.get(code="call")
    answers = ANSWERS | {f"contacts_{call.pk}": 3}

    assert {name: known[name].value(numbers) for name in answers} == answers
    for name, expected in (RECORDS | {f"contacts_{call.pk}": 3}).items():
        one = known[name]
        page = http.get(one.link(asked, base.mara.pk), follow=True)
        assert (name, one.records(numbers), page.status_code, _rows(page.content.decode())) == (name, expected, 200, expected)  # fmt: skip


def test_a_dash_stands_where_nothing_can_be_divided_and_currencies_are_never_added(base, director):  # fmt: skip
    numbers = sums.sums(_asked(director), ["closed"])[base.nils.pk]
    known = offered(director)

    # d6 and d7 were refused, d7 in dollars: nothing was won.
    assert (numbers["lost"], known["revenue"].value(numbers), known["win_rate"].value(numbers)) == (2, 0, 0)  # fmt: skip
    assert known["average_deal"].value(numbers) is None
    assert panel.shown(known["length"], known["length"].value(numbers)) == "—"
    Deal.objects.filter(title="d7").update(state="won", reason=None)
    numbers = sums.sums(_asked(director), ["closed"])[base.nils.pk]
    assert (numbers["won"], numbers.get("revenue", 0), numbers["revenue.USD"]) == (1, 0, 70)  # fmt: skip


def test_rollups_follow_every_change_and_agree_with_the_facts(base, director):
    year = _asked(director, date(2026, 1, 1), date(2027, 1, 1))
    families = ["cards", "contacts", "opened", "closed"]

    def facts() -> dict:
        return _plain(_facts(year, families))

    assert year.from_rollups
    assert _plain(sums.sums(year, families)) == facts()
    d1 = base.deals["d1"]
    Deal.objects.filter(pk=d1.pk).update(responsible=base.nils, amount=1500)
    Deal.objects.filter(title="d8").update(closed_at=noon("1.3"))
    done = Activity.objects.filter(performer=base.mara, status="done").first()
    Activity.objects.filter(pk=done.pk).update(performer=base.nils)
    Client.objects.filter(created_by=base.nils).update(created_by=base.mara)
    assert DayChange.objects.exists()
    assert _plain(sums.sums(year, families)) == facts()
    assert not DayChange.objects.exists()

    call_command("rollups", verify=True, stdout=StringIO())
    PersonDay.objects.filter(user=base.nils).update(revenue=1)
    assert {d.user for d in rollups.verify()} == {base.nils.pk}
    call_command("rollups", rebuild=True, stdout=StringIO())
    assert rollups.verify() == []


def _facts(asked: Extent, families: list[str]) -> dict:
    found: dict = {}
    for name in families:
        for pk, numbers in sums.FAMILIES[name](asked).items():
            found.setdefault(pk, {}).update(numbers)
    return found


def _plain(found: dict) -> dict:
    return {pk: {k: v for k, v in n.items() if v} for pk, n in found.items() if any(n.values())}  # fmt: skip


def test_page_file_and_command_say_what_plain_counting_says_of_a_random_base(base, director, sign_in):  # fmt: skip
    drawn = random.Random(6)
    people = [base.mara, base.nils]
    call, d1 = ActivityKind.objects.get(code="call"), base.deals["d1"]
    for n in range(40):
        begun = datetime(2025, drawn.randint(1, 12), drawn.randint(1, 28), drawn.randint(0, 23), tzinfo=UTC)  # fmt: skip
        state = drawn.choice(["open", "won", "won", "lost"])
        Deal.objects.create(
            client=d1.client, title=f"r{n}", process=d1.process, stage=d1.stage, state=state, responsible=drawn.choice(people), opened_at=begun,
            closed_at=None if state == "open" else begun + timedelta(hours=drawn.randint(1, 2000)), amount=drawn.choice([None, Decimal(drawn.randint(1, 99999)) / 100]),
            currency=drawn.choice(["RUB", "RUB", "USD"]), reason=base.reasons["dear"] if state == "lost" else None,
        )  # fmt: skip
        ActivityFactory(client=d1.client, performer=drawn.choice(people), kind=call, done_at=begun)  # fmt: skip
    since, until, zone = date(2025, 3, 1), date(2026, 3, 1), timezone.get_default_timezone()  # fmt: skip
    naive: dict[str, Counter] = {}
    for who in people:
        mine, count = list(Deal.objects.filter(responsible=who)), Counter()
        for deal in mine:
            closed = deal.closed_at and deal.closed_at.astimezone(zone).date()
            if deal.opened_at and since <= deal.opened_at.astimezone(zone).date() < until:  # fmt: skip
                count["opened"] += 1
            if closed and since <= closed < until:
                count[deal.state] += 1
                if deal.state == "won" and deal.currency == "RUB":
                    count["kopecks"] += int((deal.amount or 0) * 100)
        count["contacts"] = sum(since <= a.done_at.astimezone(zone).date() < until for a in Activity.objects.filter(performer=who, status="done", kind__is_contact=True, client__isnull=False))  # fmt: skip
        naive[str(who)] = count
    out = StringIO()
    call_command("report", "diagnosis", since=since, until=until, stdout=out)
    told = {row["agent"]: row for row in json.loads(out.getvalue())["rows"]}
    address = f"{reverse('analytics:panel')}?since={since}&to={until - timedelta(1)}&show=revenue&show=won&show=lost&show=opened&show=contacts"  # fmt: skip
    http = sign_in(director)
    page = http.get(address).content.decode()
    lines = http.get(f"{address}&format=csv").content.decode("utf-8-sig").splitlines()

    for name, count in naive.items():
        revenue = Decimal(count["kopecks"]) / 100
        row = told[name]
        assert (Decimal(row["revenue"]), row["won"], row["lost"], row["opened"], row["contacts"]) == (revenue, count["won"], count["lost"], count["opened"], count["contacts"])  # fmt: skip
        filed = next(line for line in lines if line.startswith(name)).split(";")
        assert [Decimal(v.replace(",", ".")) for v in filed[1:]] == [revenue, count["won"], count["lost"], count["opened"], count["contacts"]]  # fmt: skip
        person = next(p for p in people if str(p) == name)
        drawn_row = re.search(rf'<tr data-person="{person.pk}">.*?</tr>', page, re.S)
        assert drawn_row
        texts = [re.sub(r"<[^>]+>", "", cell).split(",")[0] for cell in re.findall(r'<td class="r num">(.*?)</td>', drawn_row[0], re.S)]  # fmt: skip
        shown = [re.sub(r"\D", "", text) for text in texts]
        assert shown == [str(int(revenue.quantize(Decimal(1)))), *(str(count[n]) for n in ("won", "lost", "opened", "contacts"))]  # fmt: skip


def test_limits_are_typed_by_the_head_and_colour_what_lies_outside_with_words(base, director, sign_in):  # fmt: skip
    http = sign_in(director)
    address = reverse("analytics:limits")
    saved = http.post(address, {"of": f"person-{base.mara.pk}", "low_won": "5", "high_stalled": "1", "low_contacts": "4,5"})  # fmt: skip
    crossed = http.post(address, {"of": "", "low_won": "9", "high_won": "2", "low_lost": "many"}, headers={"HX-Request": "true"})  # fmt: skip
    page = http.get(reverse("analytics:panel"), {"since": SINCE, "to": UNTIL - timedelta(1)}).content.decode()  # fmt: skip

    assert saved.status_code == 302
    assert crossed.status_code == 422
    assert 'value="many"' in crossed.content.decode()
    assert IndicatorLimit.objects.count() == 3
    row = re.search(rf'<tr data-person="{base.mara.pk}">.*?</tr>', page, re.S)[0]
    assert row.count("hc bad") == 2  # 2 won of 5, 2 stalled of 1
    assert row.count("hc warn") == 1  # 4 contacts of 4.5
    assert row.count("title=") >= 3
    set_limits([("won", Limit(Decimal(1)))], by=director, role=base.mara.role_id)
    assert all_limits().of("won", user=base.mara.pk, role=base.mara.role_id).low == 5
    assert all_limits().of("won", user=base.nils.pk, role=base.nils.role_id).low == 1


def test_limits_of_a_month_are_judged_by_as_many_months_as_the_period_has(base, director, sign_in):  # fmt: skip
    """Mara won two deals in February and nothing else; of 28 days a fortnight is half a month."""
    day = date.fromisoformat
    assert covered(day("2026-02-01"), day("2026-02-15")) == Fraction(1, 2)
    assert covered(day("2025-12-17"), day("2026-03-01")) == 2 + Fraction(15, 31)
    limit = Limit(Decimal(5), Decimal(10))
    assert limit.over(Fraction(1, 2)) == Limit(Decimal(2), Decimal(10))
    assert limit.over(Fraction(5, 2)) == Limit(Decimal(12), Decimal(30))
    assert Limit(Decimal(90)).over(Fraction(1, 3)) == Limit(Decimal(30))
    http = sign_in(director)
    set_limits([("won", Limit(Decimal(1))), ("length", Limit(high=Decimal(1)))], by=director, user=base.mara.pk)  # fmt: skip
    year = {"since": date(2025, 3, 1), "to": UNTIL - timedelta(1)}
    person = http.get(reverse("analytics:person", args=[base.mara.pk]), {**year, "part": "figures"})  # fmt: skip
    (table,) = person.context["sheet"].tables
    rows = {row[0].text: row for row in table.rows}
    whole = http.get(reverse("analytics:panel"), {"since": SINCE, "to": UNTIL - timedelta(1)}).content.decode()  # fmt: skip

    won = rows[str(offered(director)["won"].label)]
    assert (won[1].text, won[1].tone, won[3].text) == ("2", "bad", "от 12 (от 1 в месяц)")  # fmt: skip
    # An average of a longer period is no greater.
    assert rows[str(offered(director)["length"].label)][3].text == "до 1"
    assert "от 1 в месяц" in whole
    assert "от 12" not in whole


def test_the_limits_of_a_person_stand_beside_those_of_his_role(base, director, sign_in):
    set_limits([("stalled", Limit(high=Decimal(12)))], by=director, role=base.mara.role_id)  # fmt: skip
    page = sign_in(director).get(reverse("analytics:limits"), {"of": f"person-{base.mara.pk}"})  # fmt: skip
    hints = {one.name: hint for one, _label, _low, _high, _fault, hint in page.context["rows"]}  # fmt: skip

    assert hints["stalled"] == "до 12"
    assert hints["won"] == ""


def test_a_seller_sees_himself_a_head_his_people_the_director_all(base, director, sign_in):  # fmt: skip
    home, other = DepartmentFactory(name="Свой"), DepartmentFactory(name="Чужой")
    User.objects.filter(pk=base.mara.pk).update(department=home)
    User.objects.filter(pk=base.nils.pk).update(department=other)
    role = RoleFactory(permissions=["deals.view_deal", "deals.change_responsible", "deals.export_deals", "clients.view_client"], scope=Scope.TEAM)  # fmt: skip
    head = UserFactory(role=role, department=home)
    where = f"{reverse('analytics:panel')}?since={SINCE}&to={UNTIL - timedelta(1)}"
    seen = {}
    for who in (base.mara, head, director):
        http = sign_in(who)
        page = http.get(where).content.decode()
        person = http.get(reverse("analytics:person", args=[base.nils.pk]))
        seen[who.username] = (base.mara.last_name in page, base.nils.last_name in page, person.status_code)  # fmt: skip
        chooser = http.get(reverse("analytics:limits"))
        if who != director:
            assert base.nils.last_name not in chooser.content.decode()
            named = http.get(f"{where}&department={other.pk}").content.decode()
            assert base.nils.last_name not in named and other.name not in named
            assert http.get(reverse("analytics:overdue"), {"performer": base.nils.pk}).status_code in (403, 404)  # fmt: skip
            assert http.post(reverse("analytics:limits"), {"of": f"person-{base.nils.pk}", "low_won": "1"}).status_code in (403, 422)  # fmt: skip
            assert not IndicatorLimit.objects.exists()
            export = http.get(f"{where}&format=csv")
            assert base.nils.last_name not in export.content.decode()
    assert seen == {"mara": (True, False, 404), head.username: (True, False, 404), "director": (True, True, 200)}  # fmt: skip


def test_the_page_of_a_manager_opens_and_the_panel_keeps_its_columns(base, director, sign_in):  # fmt: skip
    http = sign_in(director)
    page = http.get(reverse("analytics:person", args=[base.mara.pk]))
    pdf = http.get(reverse("analytics:person", args=[base.mara.pk]), {"format": "pdf"})
    http.post(reverse("analytics:columns"), {"column": ["win_rate", "nonsense", "won"]})
    director.refresh_from_db()

    assert page.status_code == 200
    assert pdf.content.startswith(b"%PDF")
    assert director.list_columns["panel"] == ["win_rate", "won"]


def test_a_period_is_compared_with_the_same_days_of_the_one_before():
    day = date.fromisoformat
    for since, until, expected in (
        ("2026-11-01", "2026-11-18", ("2026-10-01", "2026-10-18")),
        ("2026-03-01", "2026-04-01", ("2026-02-01", "2026-03-01")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-03-01")),
        ("2026-10-01", "2026-11-18", ("2026-07-01", "2026-08-18")),
        ("2026-01-01", "2027-01-01", ("2025-01-01", "2026-01-01")),
        ("2026-11-05", "2026-11-12", ("2026-10-29", "2026-11-05")),
    ):
        assert periods.before(day(since), day(until)) == tuple(map(day, expected))


def test_clients_in_work_are_live_ones_however_many_deals_they_have(base, director):
    d1 = base.deals["d1"]
    common = {"process": d1.process, "stage": d1.stage, "responsible": base.mara}
    live, archived = ClientFactory(), ClientFactory(archived_at=timezone.now())
    for client in (live, live, archived, archived):
        Deal.objects.create(title="Ещё", client=client, opened_at=noon("1.2"), **common)

    mine = sums.sums(_asked(director), ["open", "clients"])[base.mara.pk]

    assert (mine["in_work"], mine["clients"]) == (2 + 4, 1 + 1)


def test_choosing_another_amid_typing_limits_loses_nothing(base, director, sign_in):
    http, seller = sign_in(director), base.mara
    whom = f"person-{seller.pk}"

    asked = http.get("/analytics/limits/", {"of": whom, "was": "", "low_won": "7"}).content.decode()  # fmt: skip
    assert 'name="low_won" value="7"' in asked
    assert f'name="then" value="{whom}"' in asked
    assert http.get("/analytics/limits/", {"of": whom, "was": ""}).context["whom"] == whom  # fmt: skip

    went_on = http.post("/analytics/limits/", {"of": "", "low_won": "7", "then": whom}, headers={"HX-Request": "true"})  # fmt: skip
    assert went_on.context["whom"] == whom
    assert all_limits().of("won", user=seller.pk).low == 7
    unchanged = http.get("/analytics/limits/", {"of": whom, "was": "", "low_won": "7"})
    assert unchanged.context["whom"] == whom


@pytest.mark.parametrize(
    ("language", "told"),
    [("ru", "! вне границ, !! далеко за границами"), ("en", "! outside the limits, !! far outside")],
)  # fmt: skip
def test_paper_says_without_colours_what_is_outside_the_limits(base, sign_in, language, told):  # fmt: skip
    http = sign_in(UserFactory(preset="director", language=language))
    where = f"?since={SINCE}&to={UNTIL - timedelta(1)}&format=pdf"
    addresses = [reverse("analytics:panel"), reverse("analytics:person", args=[base.mara.pk])]  # fmt: skip

    def read() -> list[str]:
        papers = [pypdfium2.PdfDocument(http.get(address + where).content) for address in addresses]  # fmt: skip
        return ["".join(page.get_textpage().get_text_range() for page in paper) for paper in papers]  # fmt: skip

    assert not any("!" in text for text in read())
    IndicatorLimit.objects.create(indicator="won", low=1000)
    cache.clear()
    for text in read():
        assert " !!" in text
        assert told in " ".join(text.split())
