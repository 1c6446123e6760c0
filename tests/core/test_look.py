from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from salesexpert.core.templatetags import look


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Анна Образцова", "АО"),
        ("Лидия Витальевна Заготовкина", "ЛЗ"),
        ("admin", "AD"),
        ("", "—"),
        ("😀", "—"),
    ],
)
def test_initials_are_of_the_first_and_the_last_name(name, letters):
    assert look.initials(name) == letters


def test_days_near_now_are_words_and_others_have_a_month():
    today = timezone.localdate()
    with translation.override("ru"):
        assert [look.day(today + timedelta(days=n)) for n in (-1, 0, 1)] == [
            "вчера",
            "сегодня",
            "завтра",
        ]
        assert look.day(None) == "—"
        assert (
            look.day(today.replace(year=today.year - 2, month=3, day=14))
            == f"14\xa0мар\xa0{today.year - 2}"
        )
    with translation.override("en"):
        assert (
            look.plain_day(today.replace(year=today.year - 2, month=3, day=14))
            == f"14\xa0Mar\xa0{today.year - 2}"
        )


def test_a_moment_is_shown_in_the_reader_s_time_zone():
    at = timezone.now().replace(hour=21, minute=5)
    with timezone.override("Asia/Vladivostok"):
        assert look.clock(at) == "7:05"


def test_numbers_follow_the_language():
    with translation.override("ru"):
        assert look.number(1284600) == "1\xa0284\xa0600"
    with translation.override("en"):
        assert look.number(1284600) == "1,284,600"


def test_the_ladder_says_its_step_in_words_and_escapes_them():
    drawn = Template("{% ladder 2 word %}").render(
        Context({"word": "<b>Потенциальный</b>"})
    )

    assert drawn.count('class="on"') == 2
    assert "&lt;b&gt;" in drawn
