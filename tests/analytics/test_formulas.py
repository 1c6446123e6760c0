"""Formulas of own indicators as people write and read them: names in either language, codes only where they are kept."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.utils import translation

from analytics import formulas, fulfilment, kpi
from analytics.models import OwnIndicator
from analytics.months import first_of, following
from salesexpert.accounts.models import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NEW = "/analytics/kpi/indicators/new/"


@pytest.fixture
def codes():
    return kpi.codes_of(kpi.ready())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("«Контакты» ÷ «Выигранные сделки»", "contacts ÷ won"),
        ("контакты/выигранные  сделки", "contacts/won"),
        ("“Contacts” ÷ \"won deals\" × 2,5", "contacts ÷ won × 2,5"),
        ("contacts / won", "contacts / won"),
        ("(Отказы + WON) * 100", "(lost + won) * 100"),
        ("Контакты с постоянными − контакты", "regular_contacts − contacts"),
    ],
)  # fmt: skip
def test_names_of_either_language_are_understood_in_marks_or_bare(codes, typed, kept):
    assert formulas.coded(typed, codes) == kept


@pytest.mark.parametrize("code", ["average_deal", "revenue", "win_rate"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_is_shown_is_understood_again(codes, code, language):
    kept = f"({code} + 0.5) * won / lost - 1"
    with translation.override(language):
        shown = formulas.worded(kept, kpi.labels_of(kpi.ready()))
        again = formulas.coded(shown, codes)
    values = {code: Decimal(8), "won": Decimal(6), "lost": Decimal(2)}
    assert formulas.worked_out(again, values) == formulas.worked_out(kept, values) is not None  # fmt: skip


def test_every_ready_indicator_is_shown_by_its_name_and_read_back(codes):
    known = kpi.ready()
    for language in ("ru", "en"):
        with translation.override(language):
            labels = kpi.labels_of(known)
            assert len(labels) >= len(known) - 1, set(known) - set(labels)
            for code in known:
                assert formulas.coded(formulas.worded(code, labels), codes) == code


@pytest.mark.parametrize(
    ("typed", "russian", "english"),
    [
        ("«Прибыль» ÷ won", "Нет показателя «Прибыль».", "There is no indicator “Прибыль”."),
        ("новые клиенты / won", "Нет показателя «новые клиенты».", "There is no indicator “новые клиенты”."),
        ("«Контакты ÷ won", "Кавычка не закрыта.", "A quotation mark is not closed."),
        ("(won + lost", "Скобка не закрыта.", "A bracket is not closed."),
        ("won ÷ (2 − 2)", "Здесь деление на ноль: значения не было бы никогда.", "It divides by nought: there would never be a value."),
        ("won.__class__", "Нет показателя «__class__».", "There is no indicator “__class__”."),
        ("contacts won", "Здесь не ожидается «Выигранные сделки».", "“Won deals” is not expected here."),
        ("'won'", None, None),
        ("won ÷", None, None),
        ("2 + 2", None, None),
        ("won" + " + won" * 900, None, None),
    ],
)  # fmt: skip
def test_a_wrong_formula_is_told_beside_its_field_and_kept_as_typed(sign_in, typed, russian, english):  # fmt: skip
    for language, sentence in (("ru", russian), ("en", english)):
        http = sign_in(UserFactory(preset="director", language=language))
        fields = {"name": "Своё", "unit": "number", "good": "more", "formula": typed}
        answer = http.post(NEW, fields)
        page = unescape(answer.content.decode())
        assert answer.status_code == 422
        assert typed in page
        told = re.search(r'id="id_formula_error">([^<]+)<', page)
        assert told
        if sentence:
            assert told[1] == sentence
    assert not OwnIndicator.objects.exists()


def test_a_formula_is_kept_with_codes_and_shown_with_names_of_the_reader(sign_in):
    director = UserFactory(preset="director")
    http = sign_in(director)
    fields = {"name": "Контактов на победу", "name_en": "Contacts a win", "unit": "number", "good": "less", "formula": "«Контакты» / выигранные сделки"}  # fmt: skip
    assert http.post(NEW, fields).status_code == 302
    own = OwnIndicator.objects.get()
    assert own.formula == "contacts / won"

    shown = "«Контакты» ÷ «Выигранные сделки»"
    role = Role.objects.get(code="seller")
    for page in (f"/analytics/kpi/indicators/{own.pk}/", "/analytics/kpi/", f"/analytics/kpi/roles/{role.pk}/"):  # fmt: skip
        assert shown in unescape(http.get(page).content.decode())
    http = sign_in(UserFactory(preset="director", language="en"))
    assert "“Contacts” ÷ “Won deals”" in unescape(http.get("/analytics/kpi/").content.decode())  # fmt: skip


def test_names_and_signs_are_put_into_the_formula_by_a_press(browse, transactional_db):
    page = browse(UserFactory(preset="director", language="ru"), NEW)
    page.fill("#id_name", "Контактов на победу")
    for name in ("Контакты", "÷", "Выигранные сделки"):
        page.get_by_role("button", name=name, exact=True).press("Enter")
    assert page.input_value("#id_formula") == "«Контакты» ÷ «Выигранные сделки»"
    page.get_by_role("button", name="Сохранить").click()
    page.wait_for_url("**/analytics/kpi/")

    assert OwnIndicator.objects.get().formula == "contacts ÷ won"
    assert page.faults == []


def test_an_own_indicator_is_not_called_as_another(sign_in):
    http = sign_in(UserFactory(preset="director"))
    fields = {"unit": "number", "good": "more", "formula": "won"}
    assert http.post(NEW, fields | {"name": "выигранные сделки"}).status_code == 422
    assert http.post(NEW, fields | {"name": "Мой"}).status_code == 302
    assert http.post(NEW, fields | {"name": "МОЙ"}).status_code == 422


def test_a_figure_too_large_to_say_anything_is_a_dash():
    seller = UserFactory()
    month = first_of(fulfilment.today())
    found = kpi.by_formula(
        f"(won + {formulas.MOST}) * (won + {formulas.MOST})",
        [seller.pk],
        month,
        following(month),
    )
    assert found == {seller.pk: None}
