"""The ranking of a team: nobody sees one until his head allows it, then places as written out, and never more."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from analytics import rankings
from analytics.models import TeamRanking
from clients.models import ActivityKind
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from tests.analytics.february import SINCE, UNTIL, February, february, noon
from tests.factories import (  # fmt: skip
    ActivityFactory,
    ClientFactory,
    DepartmentFactory,
    RoleFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PERIOD = {"since": SINCE, "to": UNTIL - timedelta(1)}


@pytest.fixture
def base() -> February:
    """Mara: one won, one refused. Nils: one refused. Olga, of the same department: nothing but a call."""
    made = february()
    sellers = DepartmentFactory(name="Продажи")
    role = RoleFactory(permissions=["deals.view_deal", "deals.change_responsible", "clients.view_client"], scope=Scope.ALL)  # fmt: skip
    made.head = UserFactory(username="head", role=role, department=sellers)
    made.olga = UserFactory(username="olga", first_name="Ольга", last_name="Третья", preset="seller", department=DepartmentFactory(name="Группа", parent=sellers))  # fmt: skip
    User.objects.filter(pk__in=[made.mara.pk, made.nils.pk]).update(head=made.head)
    made.mara.refresh_from_db()
    call = ActivityKind.objects.get(code="call")
    ActivityFactory(client=ClientFactory(), performer=made.olga, kind=call, done_at=noon("9.2"))  # fmt: skip
    return made


def _table(http) -> dict[str, list[str]]:
    html = http.get(reverse("analytics:ranking"), PERIOD).content.decode()
    rows = re.findall(r"<tr[^>]*><th scope=\"row\">(.*?)</th>(.*?)</tr>", html, re.S)
    plain = re.compile(r"<[^>]+>")
    return {
        plain.sub("", name).split()[0]: [" ".join(plain.sub(" ", cell).split()) for cell in re.findall(r"<td.*?</td>", cells, re.S)]
        for name, cells in rows
    }  # fmt: skip


def _allow(http, *names: str, **more: str):
    return http.post(reverse("analytics:ranking_settings"), {"indicator": names, **more})  # fmt: skip


def test_nobody_sees_a_colleague_until_his_head_allows_it(base, sign_in):
    page = sign_in(base.mara).get(reverse("analytics:ranking"), PERIOD)
    assert (page.status_code, page.content) == (200, b"")
    assert _allow(sign_in(base.mara), "won").status_code == 403
    assert not TeamRanking.objects.exists()
    assert _allow(sign_in(base.head), "lost", "contacts").status_code == 302
    stranger = UserFactory(preset="seller", username="stranger")
    assert sign_in(stranger).get(reverse("analytics:ranking"), PERIOD).content == b""

    seen = _table(sign_in(base.mara))
    assert set(seen) == {base.mara.last_name, base.nils.last_name, base.olga.last_name}
    assert _table(sign_in(base.olga)).keys() == seen.keys()

    _allow(sign_in(base.head))
    assert sign_in(base.mara).get(reverse("analytics:ranking"), PERIOD).content == b""


def test_places_are_as_written_out_and_figures_stand_only_where_the_head_shows_them(base, sign_in):  # fmt: skip
    mara, nils, olga = base.mara.last_name, base.nils.last_name, base.olga.last_name
    _allow(sign_in(base.head), "won", "lost", "win_rate", "contacts")
    expected = {
        mara: ["1", "2", "1", "2"],
        nils: ["2", "2", "2", "2"],
        olga: ["2", "1", "—", "1"],
    }
    assert _table(sign_in(base.mara)) == expected

    _allow(sign_in(base.head), "won", "contacts", with_figures="on")
    page = sign_in(base.nils).get(reverse("analytics:ranking"), PERIOD).content.decode()
    assert _table(sign_in(base.nils)) == {mara: ["1 1", "0 2"], olga: ["0 2", "1 1"], nils: ["0 2", "0 2"]}  # fmt: skip
    assert "<a" not in page


def test_more_than_five_are_refused_and_stay_ticked(base, sign_in):
    six = ["won", "lost", "revenue", "opened", "contacts", "stalled"]
    answer = _allow(sign_in(base.head), *six)
    assert answer.status_code == 422
    assert answer.content.decode().count(" checked") == 6
    assert not TeamRanking.objects.exists()


def test_it_costs_the_same_for_few_people_and_many(base, sign_in, django_assert_max_num_queries):  # fmt: skip
    rankings.show(["revenue", "won", "contacts"], with_figures=True, head=base.head)
    for _ in range(20):
        UserFactory(preset="seller", head=base.head)
    http = sign_in(base.mara)
    http.get(reverse("analytics:ranking"), PERIOD)
    with django_assert_max_num_queries(14):
        http.get(reverse("analytics:ranking"), {"since": SINCE, "to": UNTIL})
