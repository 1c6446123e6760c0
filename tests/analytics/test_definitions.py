"""Beside each figure stands what it counts and how, in both languages, and in the docs, too."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from analytics import kpi
from analytics.indicators import INDICATORS
from analytics.known_reports import REPORTS
from salesexpert.accounts.models import User
from tests.analytics import test_indicators, test_plans_and_kpi
from tests.analytics.test_report_pages import PERIOD, base  # noqa: F401
from tests.factories import UserFactory

DOCS = Path(__file__).resolve().parents[2] / "docs"
# A figure whose test stands elsewhere: the plan in `test_plans_and_kpi`.
ELSEWHERE = {"plan": "test_a_plan_is_fulfilled_by_paid_issued_or_closed_as_the_company_sets"}  # fmt: skip


@pytest.mark.parametrize("one", INDICATORS, ids=lambda one: one.name)
def test_each_indicator_is_defined_in_both_languages_and_in_the_docs_and_has_its_answer_written_out(one):  # fmt: skip
    told = {}
    for language in ("ru", "en"):
        with translation.override(language):
            told[language] = (str(one.label), str(one.definition), str(one.formula))
    assert all(text.strip() for texts in told.values() for text in texts)
    assert all(ru != en for ru, en in zip(told["ru"], told["en"], strict=True))
    assert f"| `{one.name}` |" in (DOCS / "indicators.md").read_text()
    assert one.name in test_indicators.ANSWERS or hasattr(test_plans_and_kpi, ELSEWHERE[one.name])  # fmt: skip


@pytest.mark.parametrize("one", kpi.READY, ids=lambda one: one.code)
def test_each_kpi_is_defined_in_both_languages_and_in_the_docs(one):
    for language in ("ru", "en"):
        with translation.override(language):
            assert all(str(text).strip() for text in (one.name, one.definition, one.formula))  # fmt: skip
    assert f"`{one.code}`" in (DOCS / "indicators.md").read_text()
    assert f'"{one.code}"' in Path(test_plans_and_kpi.__file__).read_text()


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_is_told_in_the_docs(name):
    assert re.search(rf"^\| \*\*{name}\*\*", (DOCS / "reports.md").read_text(), re.M)


@pytest.mark.django_db
@pytest.mark.parametrize("name", REPORTS)
def test_each_column_of_figures_says_what_it_counts(base, client, name):  # noqa: F811
    client.force_login(UserFactory(preset="director"))
    sheet = client.get(f"/analytics/{name}/?{PERIOD}&process={base.process.pk}").context["sheet"]  # fmt: skip
    assert User.objects.exists()
    silent = [column.label for table in sheet.tables for column in table.columns[1:] if column.right and not column.bar and not column.meaning and table.look != "xtab"]  # fmt: skip

    assert silent == []
