import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.emails import is_address, read
from clients.sites import host
from clients.sites import read as read_sites


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("info@obrazec.example", ["info@obrazec.example"]),
        ("  Info@Obrazec.example ", ["info@obrazec.example"]),
        ("mailto:info@obrazec.example", ["info@obrazec.example"]),
        ("e-mail: info@obrazec.example", ["info@obrazec.example"]),
        ("a@primer.ru; b@primer.ru", ["a@primer.ru", "b@primer.ru"]),
        ("a@primer.ru,b@primer.ru", ["a@primer.ru", "b@primer.ru"]),
        ("a@primer.ru b@primer.ru", ["a@primer.ru", "b@primer.ru"]),
        ("a@primer.rub@primer.ru", ["a@primer.ru", "b@primer.ru"]),
        ("a@primer.rua@primer.ru", ["a@primer.ru"]),
        ("info@пример.рф", ["info@пример.рф"]),
    ],
)
def test_addresses_are_found_in_a_cell(typed, addresses):
    assert read(typed) == (addresses, "")


@pytest.mark.parametrize(
    "typed",
    ["Форма обратной связи", "0", "http://www.x.ru", "38 (062) 388-16-16", "a@b"],
)
def test_text_that_is_no_address_is_left_over(typed):
    assert read(typed) == ([], typed)


def test_words_beside_an_address_are_kept():
    assert read("Образцова Анна <anna@obrazec.example>") == (
        ["anna@obrazec.example"],
        "Образцова Анна",
    )


@given(st.one_of(st.none(), st.floats(), st.text(max_size=300)))
def test_nothing_typed_into_an_email_cell_breaks_its_reading(text):
    addresses, left = read(text)

    assert all(is_address(address) for address in addresses)
    assert "\x00" not in left


@given(st.text(alphabet="ab.@ru;, <>-", max_size=60))
def test_nothing_like_addresses_breaks_their_reading(text):
    assert len(read(text)[0]) <= 20


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://www.Obrazec.example/about?x=1", "obrazec.example"),
        ("obrazec.example", "obrazec.example"),
        ("https://www.АвтоОбразец.РФ", "автообразец.рф"),
        ("//obrazec.example:8080", "obrazec.example"),
        ("нет", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_a_site_is_known_by_its_host(url, name):
    assert host(url) == name


def test_a_host_in_punycode_is_read_as_people_write_it():
    typed = "пример.рф"
    coded = typed.encode("idna").decode()

    assert host(f"http://{coded}/") == typed


def test_several_sites_in_a_cell_become_several():
    assert read_sites("www.a.example, http://b.example; a.example") == (
        ["www.a.example", "http://b.example"],
        "",
    )


@given(st.text(max_size=300))
def test_any_text_may_be_asked_for_its_host(text):
    assert len(host(text)) <= 255
