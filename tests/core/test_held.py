"""Small tables held by each process."""

import pytest
from django.core.cache import cache
from django.db import transaction

from clients import kinds
from clients.models import ActivityKind
from salesexpert.accounts.models import User
from salesexpert.core import held
from salesexpert.core.held import Held
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def names() -> set[str]:
    return {kind.name for kind in kinds.book().kinds}


def add(name: str) -> None:
    ActivityKind.objects.create(name=name, code=f"code-{len(name)}")


def test_a_held_table_is_read_once(django_assert_num_queries) -> None:
    kinds.book()
    with django_assert_num_queries(0):
        kinds.book()


def test_who_changes_it_sees_the_change_before_the_commit() -> None:
    kinds.book()
    add("Обход")
    assert "Обход" in names()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_held() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        add("Обход")
        assert "Обход" in names()
        raise ZeroDivisionError
    assert "Обход" not in names()


@pytest.mark.django_db(transaction=True)
def test_another_process_reads_anew_after_the_commit(monkeypatch) -> None:
    read = []
    here = Held("test-other-process", lambda: read.append(1) or len(read))
    there = Held("test-other-process", lambda: User.objects.count())
    try:
        before = there.get()
        UserFactory()
        assert there.get() == before
        here.forget()
        monkeypatch.setattr(held, "_asked_at", 0.0)  # a second later
        assert there.get() == before + 1
    finally:
        held._all.remove(here)
        held._all.remove(there)
        cache.delete("held-test-other-process")
