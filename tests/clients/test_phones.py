import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.phones import read


def e164(text, **more):
    return [number.e164 for number in read(text, **more)]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("8 (4852) 12-34-56", "+74852123456"),
        ("8(4852)123456", "+74852123456"),
        ("(495) 540-75-20", "+74955407520"),
        ("4955407520", "+74955407520"),
        ("+7 495 540-75-20", "+74955407520"),
        ("7 495 5407520", "+74955407520"),
        ("8 10 7 495 540 75 20", "+74955407520"),
        ("810 49 30 123456", "+4930123456"),
        ("8-800-200-00-02", "+78002000002"),
        ("т. 8 (495) 540-75-20", "+74955407520"),
        ("+8 495 540-75-20", "+74955407520"),
        ("+7 701 123 45 67", "+77011234567"),
        ("+375 17 123-45-67", "+375171234567"),
        ("(49638) 20-774", "+74963820774"),
    ],
)
def test_a_number_is_read_in_any_usual_form(typed, number):
    assert e164(typed) == [number]


@pytest.mark.parametrize(
    ("typed", "extension"),
    [
        ("(495) 540-75-20 доб. 123", "123"),
        ("(495) 540-75-20 (доб. 12)", "12"),
        ("(495) 540-75-20, доб. 12", "12"),
        ("(495) 540-75-20 вн. 12", "12"),
        ("(495) 540-75-20 ext. 12", "12"),
        ("(495) 540-75-20 #12", "12"),
    ],
)
def test_the_extension_is_kept_apart(typed, extension):
    (number,) = read(typed)

    assert (number.e164, number.extension) == ("+74955407520", extension)


@pytest.mark.parametrize(
    "typed",
    [
        "8 495 123 45 6",  # a digit lost
        "(495) 971-85-7",
        "(35121) 314-46-66",
        "38 (062) 388-16-16",
        "(495) 306-47-666",
        "8 017 123 45 67",
        "12-34-56",
    ],
)
def test_what_is_no_number_is_kept_as_typed_and_said_to_be_wrong(typed):
    (number,) = read(typed)

    assert number.e164 == ""
    assert number.raw == typed
    assert str(number.problem)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("(495) 540-75-20, (495) 540-75-21", ["+74955407520", "+74955407521"]),
        ("(495) 540-75-20; 540-75-21", ["+74955407520", "+74955407521"]),
        ("(495) 540-75-20/21", ["+74955407520", "+74955407521"]),
        ("8 495 540-75-20 и 8 916 123-45-67", ["+74955407520", "+79161234567"]),
        ("8 495 540-75-20 8 495 540-75-21", ["+74955407520", "+74955407521"]),
        ("+74955407520\n+74955407521", ["+74955407520", "+74955407521"]),
        ("(495) 540-75-20; 8 495 540 75 20", ["+74955407520"]),
    ],
)
def test_several_numbers_in_a_cell_become_several(typed, numbers):
    assert e164(typed) == numbers


def test_a_short_number_takes_the_code_of_the_cards_city():
    assert e164("12-34-56", city_code="4852") == ["+74852123456"]


def test_the_kind_is_told_from_words_and_from_the_number():
    kinds = [n.kind for n in read("(495) 540-75-20 факс; 8 916 123-45-67; 495 5407521")]

    assert kinds == ["fax", "mobile", "work"]


@given(st.one_of(st.none(), st.integers(), st.text(max_size=400)))
def test_nothing_typed_into_a_phone_cell_breaks_its_reading(text):
    for number in read(text):
        assert len(number.raw) <= 80
        assert len(number.extension) <= 10
        assert "\x00" not in number.raw


@given(st.text(alphabet="0123456789 +-()/,;.доб#x\n", max_size=120))
def test_nothing_like_phones_breaks_their_reading(text):
    assert len(read(text)) <= 20
