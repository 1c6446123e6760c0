"""Rules of a scheme as people type them, wrong ones too: a sentence beside the field, and nothing lost."""

import re
from html import unescape

import pytest

from analytics.earnings import this_month
from analytics.models import SchemeRule, SchemeVersion
from analytics.months import following
from tests.analytics.paid import a_scheme, percent
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PERCENT = {"kind": "percent", "base": "receipts", "clients": "any"}


@pytest.fixture
def draft(sign_in):
    http = sign_in(UserFactory(preset="director"))
    scheme = a_scheme(percent((0, 5)))
    http.post(f"/analytics/schemes/{scheme.pk if hasattr(scheme, 'versions') else scheme.scheme_id}/draft/")  # fmt: skip
    return http, SchemeVersion.objects.get(state="draft")


def posted(draft, **rule):
    http, version = draft
    fields = {f"r-0-{name}": value for name, value in rule.items()}
    return http.post(f"/analytics/schemes/versions/{version.pk}/", {"r-TOTAL_FORMS": 1, "r-INITIAL_FORMS": 0} | fields)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("5", [["0", "5"]]),
        ("0 5%\n500 000 7 %", [["0", "5"], ["500000", "7"]]),
        ("0 5\nот 500 000 — 7 %", [["0", "5"], ["500000", "7"]]),
        ("0: 2,5; 1 200 000,50: 3", [["0", "2.5"], ["1200000.5", "3"]]),
        ("500000 7\n0 5", [["0", "5"], ["500000", "7"]]),
    ],
)
def test_steps_are_typed_as_people_write_sums(draft, typed, kept):
    assert posted(draft, **PERCENT, steps=typed).status_code == 302
    assert SchemeRule.objects.get(version=draft[1]).steps == kept


@pytest.mark.parametrize(
    ("rule", "field", "said"),
    [
        (PERCENT | {"steps": "0 -5"}, "steps", "Ступень не может быть меньше нуля или такой большой."),
        (PERCENT | {"steps": "0 5\n0 7"}, "steps", "Две ступени начинаются с 0."),
        (PERCENT | {"steps": "0 150"}, "steps", "Процент не больше 100."),
        (PERCENT | {"steps": "10 000"}, "steps", "Процент не больше 100."),
        (PERCENT | {"steps": "0 1e999"}, "steps", "Ступень не может быть меньше нуля или такой большой."),
        (PERCENT | {"steps": "0 NaN"}, "steps", "«0 NaN» — не ступень: напишите два числа, например «500000 7»."),
        (PERCENT | {"steps": "0 5 7 9"}, "steps", "«0 5 7 9» — не ступень: напишите два числа, например «500000 7»."),
        ({"kind": "percent", "steps": "5"}, "base", "От чего этот процент?"),
        ({"kind": "fixed", "amount": "-1"}, "amount", "Сумма не может быть отрицательной."),
        ({"kind": "fixed", "amount": "abc"}, "amount", "Напишите сумму, например 1500."),
        ({"kind": "fixed", "amount": "1e999"}, "amount", "Слишком большая сумма."),
        ({"kind": "fixed", "amount": ""}, "amount", "Сколько?"),
        ({"kind": "piece", "amount": "x"}, "amount", "Напишите сумму, например 1500."),
        ({"kind": "bonus", "measure": "kpi", "amount": "x"}, "amount", "Напишите сумму, например 1500."),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_told_once_beside_its_field_and_kept_as_typed(draft, rule, field, said):  # fmt: skip
    answer = posted(draft, **rule)
    page = unescape(answer.content.decode())

    assert answer.status_code == 422
    told = re.search(rf'id="id_r-0-{field}_error">([^<]*)<', page)
    assert told
    assert told[1] == said
    for value in rule.values():
        assert value in page


def test_a_sum_is_typed_with_spaces_and_a_comma(draft):
    assert posted(draft, kind="fixed", amount="45 000,50").status_code == 302
    assert str(SchemeRule.objects.get(version=draft[1]).amount) == "45000.50"


@pytest.mark.parametrize("month", ["9999-12", "1900-01", "2026-13", "abc"])
def test_a_version_is_put_in_force_from_a_month_that_will_come(draft, month):
    http, version = draft
    answer = http.post(f"/analytics/schemes/versions/{version.pk}/publish/", {"since": month})  # fmt: skip

    assert answer.status_code == 422
    assert 'id="id_since_error"' in answer.content.decode()
    version.refresh_from_db()
    assert version.state == "draft"


def test_the_page_shows_the_version_in_force_and_the_one_that_follows(draft):
    http, version = draft
    posted(draft, **PERCENT, steps="9")
    month = following(this_month(), 2)
    http.post(f"/analytics/schemes/versions/{version.pk}/publish/", {"since": f"{month:%Y-%m}"})  # fmt: skip
    schemes = re.sub(r"\s+", " ", http.get("/analytics/schemes/").content.decode())
    scheme = http.get(f"/analytics/schemes/{version.scheme_id}/").content.decode()

    assert "5 % от полученных оплат" in schemes
    assert "затем 2, с " in schemes
    assert scheme.index("начнётся позже") < scheme.index("действует")


@pytest.mark.parametrize("address", ["/analytics/columns/", "/analytics/limits/", "/analytics/ranking/settings/", "/analytics/sendings/new/?report=funnel", "/clients/selections/new/?entity=report-funnel"])  # fmt: skip
def test_a_dialog_opened_by_itself_is_a_whole_page(sign_in, address):
    http = sign_in(UserFactory(preset="director"))
    whole = http.get(address).content.decode()
    part = http.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "<html" in whole and "<h1" in whole
    assert "<html" not in part and "<form" in part
