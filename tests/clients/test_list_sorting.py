"""The list sorted by columns that name something: city, region, curator …, page by page, both ways."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients import searching
from tests.factories import ClientFactory, IndustryFactory, RegionFactory, UserFactory


@pytest.fixture
def reader(db, sign_in):
    return sign_in(UserFactory(preset="head_of_sales", language="en"))


def walked(http, sort):
    """Names of the clients over all pages, in the order of the list."""
    names, address = [], f"/clients/?sort={sort}"
    for _page in range(20):
        page = http.get(address).content.decode()
        names += re.findall(r"<b>(.*?)</b></a>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            return names
        address = "/clients/" + following[1].replace("&amp;", "&")
    raise AssertionError("the pages do not end")


@pytest.fixture
def firms(db):
    late, early = RegionFactory(name="А", position=2), RegionFactory(name="Б", position=1)  # fmt: skip
    regions = [early] * 20 + [late] * 30 + [None] * 12
    return [
        ClientFactory(
            name=f"Проба {n:03}",
            region=region,
            city=("Вологда", "архангельск", "")[n % 3],
        )
        for n, region in enumerate(regions)
    ]


@pytest.mark.parametrize("few", [500, 5])
def test_regions_stand_in_the_order_of_their_dictionary_and_the_empty_last(
    reader, firms, few, monkeypatch
):
    monkeypatch.setattr(searching, "FEW", few)

    names = walked(reader, "region")

    assert names == [f.name for f in firms]
    assert len(set(walked(reader, "-region"))) == len(firms)


def test_cities_are_sorted_whatever_their_case_and_the_empty_last(reader, firms):
    expected = sorted(firms, key=lambda f: (f.city == "", f.city.upper(), f.name))

    assert walked(reader, "city") == [f.name for f in expected]
    assert len(set(walked(reader, "-city"))) == len(firms)


@pytest.mark.parametrize("sort", ["relationship", "industry", "group", "curator"])
def test_every_row_comes_once(reader, firms, sort):
    assert sorted(walked(reader, sort)) == [f.name for f in firms]


@pytest.mark.parametrize("sort", ["city", "region", "-curator"])
@pytest.mark.parametrize("mark", ["x", "WzAsImNpdHlfa2V5IiwxLDIsM10", "WzAsInBsYWNlIiwiYSIsMSwyXQ"])  # fmt: skip
def test_a_damaged_mark_gives_the_first_page(reader, firms, sort, mark):
    assert reader.get(f"/clients/?sort={sort}&after={mark}").status_code == 200


def test_sorting_costs_the_same_for_2_and_20(reader):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            reader.get("/clients/?sort=industry")
        return len(queries)

    for _n in range(2):
        ClientFactory(industry=IndustryFactory())
    cost()
    few = cost()
    for _n in range(18):
        ClientFactory(industry=IndustryFactory())
    assert cost() <= few + 1
