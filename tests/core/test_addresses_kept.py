"""Addresses from kept pieces are those that Django would work out."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse

from salesexpert.core.addresses import address


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("desk:day", ()),
        ("clients:card", (7,)),
        ("clients:card", (900_000_000_000_000_000,)),
        ("clients:inquiry_join", (3, 41)),
        ("clients:inquiry_join", (41, 41)),
    ],
)
def test_an_address_is_that_of_reverse(name, numbers):
    for _again in range(2):
        assert address(name, *numbers) == reverse(name, args=numbers)
    drawn = Template("{% url name a b %}" if len(numbers) == 2 else "{% url name a %}" if numbers else "{% url name %}")  # fmt: skip
    context = Context(dict(zip("ab", numbers, strict=False)) | {"name": name})
    assert drawn.render(context) == reverse(name, args=numbers)


def test_words_and_keywords_in_an_address_go_the_usual_way():
    drawn = Template("{% url 'clients:fill' 5 field %} {% url 'clients:card' pk=5 %} {% url 'clients:card' '5' as found %}{{ found }}")  # fmt: skip
    known = reverse("clients:card", args=[5])
    assert drawn.render(Context({"field": "curator"})) == f"{reverse('clients:fill', args=[5, 'curator'])} {known} {known}"  # fmt: skip


def test_an_unknown_name_is_refused_each_time():
    for _again in range(2):
        with pytest.raises(NoReverseMatch):
            address("clients:nowhere", 5)
        with pytest.raises(NoReverseMatch):
            Template("{% url 'clients:card' %}").render(Context())
