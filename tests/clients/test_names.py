import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.names import core_name, is_legal_form, skeleton, split_legal_form


@pytest.mark.parametrize(
    ("typed", "form", "rest"),
    [
        ("ООО «Ромашка»", "ООО", "Ромашка"),
        ("Ромашка ООО", "ООО", "Ромашка"),
        ("Ромашка, ООО", "ООО", "Ромашка"),
        ('ООО"Ромашка"', "ООО", "Ромашка"),
        ("ооо ромашка", "ООО", "ромашка"),
        (
            'Общество с ограниченной ответственностью "РОМАШКА"',
            "ООО",
            "РОМАШКА",
        ),
        (
            "Публичное акционерное общество «Небыль-Банк»",
            "ПАО",
            "Небыль-Банк",
        ),
        ('АО "КОНЦЕРН "ОБРАЗЕЦ""', "АО", 'КОНЦЕРН "ОБРАЗЕЦ"'),
        ('АО "КОНЦЕРН "ОБРАЗЕЦ"', "АО", 'КОНЦЕРН "ОБРАЗЕЦ"'),
        ("OOO Romashka", "ООО", "Romashka"),
        ("Пример GmbH", "GmbH", "Пример"),
        ("ИП Образцов А. А.", "ИП", "Образцов А. А."),
        ('"Альфа" и "Бета"', "", '"Альфа" и "Бета"'),
        ("Ромашка", "", "Ромашка"),
        ("ООО", "", "ООО"),
        ("", "", ""),
    ],
)
def test_the_legal_form_is_told_from_the_name(typed, form, rest):
    assert split_legal_form(typed) == (form, rest)


@pytest.mark.parametrize(
    "typed",
    [
        "ООО «Ромашка»",
        "Ромашка ООО",
        'Общество с ограниченной ответственностью "РОМАШКА"',
        "Компания Ромашка",
        "Группа компаний „Ромашка“",
        "ЗАО Pомашка",  # a Latin P
    ],
)
def test_one_firm_written_in_many_ways_has_one_core(typed):
    assert core_name(typed) == "ромашка"


def test_a_word_may_be_a_legal_form():
    assert is_legal_form("ооо")
    assert is_legal_form("ooo")
    assert not is_legal_form("ромашка")


def test_numbers_stay_in_the_core():
    assert core_name("198 Комбинат ЖБИ") != core_name("250 Комбинат ЖБИ")


def test_a_name_of_noise_words_only_keeps_them():
    assert core_name("ООО Компания") == "компания"
    assert core_name("ООО") == "ооо"


@pytest.mark.parametrize(
    ("russian", "latin"),
    [
        ("Ромашка", "ROMASHKA LLC"),
        ("Щелковский завод", "Shchelkovskiy zavod"),
        ("Юг-Экспо", "Yug-Expo"),
        ("Объединённая химия", "OBYEDINENNAYA KHIMIYA"),
    ],
)
def test_a_name_sounds_the_same_in_both_alphabets(russian, latin):
    assert skeleton(core_name(russian)) == skeleton(core_name(latin))


@given(st.text(max_size=300))
def test_any_text_is_a_name(text):
    form, rest = split_legal_form(text)
    assert isinstance(form + rest, str)
    assert "\x00" not in core_name(text)
    assert skeleton(core_name(text)).isascii()
