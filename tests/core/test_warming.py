from datetime import date, timedelta

import pytest
from django.core.wsgi import get_wsgi_application

from salesexpert import warming
from salesexpert.core import working_days

YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


@pytest.mark.django_db
def test_every_page_that_the_server_draws_before_the_first_request_answers(
    monkeypatch,
) -> None:
    monkeypatch.setattr(working_days, "learn", lambda years: None)

    answers = warming.warm(get_wsgi_application())

    assert len(answers) >= len(warming.PAGES)
    assert set(answers.values()) == {200}


def test_learnt_days_are_those_of_the_calendar(monkeypatch) -> None:
    monkeypatch.setattr(working_days, "_learnt", {})
    looked_up = [working_days.is_working_day(day) for day in YEAR]

    working_days.learn([2026])

    assert set(working_days._learnt) == {2026}
    assert [working_days.is_working_day(day) for day in YEAR] == looked_up
    assert sum(looked_up) == 247
