import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.requisites import (
    check_account,
    check_bik,
    check_inn,
    check_kpp,
    check_ogrn,
    digits,
)


@pytest.mark.parametrize(
    ("check", "sound"),
    [
        (check_inn, "9900000017"),
        (check_inn, "990000000362"),
        (check_kpp, "990001001"),
        (check_kpp, "9900AB001"),
        (check_ogrn, "1029900000008"),
        (check_ogrn, "304990000000002"),
        (check_bik, "044525225"),
        (check_inn, ""),
        (check_kpp, ""),
        (check_ogrn, ""),
    ],
)
def test_sound_requisites_raise_no_doubt(check, sound):
    assert check(sound) == ""


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (check_inn, "9900000018"),
        (check_inn, "990000000363"),
        (check_inn, "0000000000"),
        (check_inn, "000000000000"),
        (check_inn, "4"),
        (check_inn, "99О0000010"),
        (check_inn, "٧٧٠٧٠٨٣٨٩٣"),
        (check_kpp, "99000100"),
        (check_kpp, "000000000"),
        (check_ogrn, "1029900000009"),
        (check_ogrn, "0000000000000"),
        (check_ogrn, "12"),
        (check_bik, "4452522"),
        (check_bik, "000000000"),
    ],
)
def test_wrong_requisites_are_doubted_in_a_sentence(check, wrong):
    assert str(check(wrong)).endswith(".")


def test_an_account_is_checked_against_its_bank():
    bik = "044525225"
    accounts = [f"40702810{key}00000000001" for key in range(10)]
    sound = [account for account in accounts if not check_account(account, bik)]

    assert len(sound) == 1
    assert check_account("0" * 20, bik)
    assert check_account("123", bik)


@pytest.mark.parametrize(
    "typed", ["9900000017", " 9900000017 ", "9900 000017", "9900000017.0"]
)
def test_digits_survive_spaces_and_spreadsheets(typed):
    assert digits(typed) == "9900000017"


@given(st.text(max_size=40))
def test_no_text_breaks_a_check(text):
    for check in (check_inn, check_kpp, check_ogrn, check_bik):
        check(text)
    check_account(text, text)
