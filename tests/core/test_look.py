import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

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


@pytest.mark.parametrize(
    ("value", "russian", "english"),
    [
        (58, "58\xa0%", "58%"),
        (Decimal("12.50"), "12,5\xa0%", "12.5%"),
        (Decimal("1E+2"), "100\xa0%", "100%"),
        (1234, "1\xa0234\xa0%", "1,234%"),
        (-7.0, "−7\xa0%", "−7%"),
        (0, "0\xa0%", "0%"),
        (None, "—", "—"),
    ],
)
def test_percents_are_written_as_their_language_does(value, russian, english):
    with translation.override("ru"):
        assert look.percents(value) == russian
    with translation.override("en"):
        assert look.percents(value) == english


def test_a_part_of_the_whole_is_written_as_percents_are():
    with translation.override("en"):
        assert [look.percent(part) for part in (0.256, Decimal("-0.5"), None)] == ["26%", "−50%", "—"]  # fmt: skip
        assert look.percents(Decimal("58.345"), 1) == "58.3%"


def test_no_template_writes_a_percent_by_hand():
    """`{{ n }} %` is right in one language only: the filter `percents` knows both."""
    by_hand = re.compile(r"\}\}(&nbsp;|\xa0|\u202f| )%(?!\})|>[^<]*\}\}%(?!\})")
    faults = [f"{file}: {found[0]}" for file in Path("templates").rglob("*.html") if (found := by_hand.search(file.read_text()))]  # fmt: skip
    assert faults == []


def test_the_ladder_says_its_step_in_words_and_escapes_them():
    drawn = Template("{% ladder 2 word %}").render(
        Context({"word": "<b>Потенциальный</b>"})
    )

    assert drawn.count('class="on"') == 2
    assert "&lt;b&gt;" in drawn
