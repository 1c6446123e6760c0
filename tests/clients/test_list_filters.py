"""Filters of the list: every field of the registry narrows, chips say by what, pickers offer what there is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients import fields, filters
from clients.models import (
    Campaign,
    ClientDimension,
    ClientProduct,
    Dimension,
    DimensionValue,
    Email,
    InformationSource,
    Phone,
    Product,
    RelationshipType,
    TriggerEvent,
)
from tests.clients.test_list import LIST, names
from tests.factories import (
    ClientFactory,
    ContactLinkFactory,
    IndustryFactory,
    RegionFactory,
    UserFactory,
)


def test_every_filterable_field_has_a_picker(http):
    dimension = Dimension.objects.create(name="Парк машин")
    DimensionValue.objects.create(dimension=dimension, name="Более ста")

    for field in fields.client_fields():
        if field.filterable:
            response = http.get(f"{LIST}filters/?field={field.name}")
            assert response.status_code == 200
            for name in filters.parameters_of(field):
                assert (
                    f'name="{name}"' in response.content.decode()
                    or "campaign" in name
                    or "product" in name
                    or "group" in name
                    or "region" in name
                    or "industry" in name
                )


def test_the_list_of_filters_names_own_dimensions(http):
    Dimension.objects.create(name="Парк машин")

    assert "Парк машин" in http.get(f"{LIST}filters/").content.decode()


def test_a_picker_of_no_such_field_is_404(http):
    assert http.get(f"{LIST}filters/?field=password").status_code == 404


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("region", RegionFactory),
        ("industry", IndustryFactory),
        ("source", lambda: InformationSource.objects.first()),
        ("product_source", lambda: InformationSource.objects.first()),
        ("trigger_event", lambda: TriggerEvent.objects.first()),
        ("campaign", lambda: Campaign.objects.create(name="Осень")),
        ("curator", UserFactory),
    ],
)
def test_a_reference_filters_by_its_entry_and_by_its_absence(http, name, make):
    entry = make()
    ClientFactory(name="с ним", **{name: entry})
    ClientFactory(name="без него", **{name: None})

    assert names(http.get(f"{LIST}?{name}={entry.pk}")) == ["с ним"]
    assert names(http.get(f"{LIST}?{name}=none")) == ["без него"]
    both = http.get(f"{LIST}?{name}=none&{name}={entry.pk}")
    assert names(both) == ["без него", "с ним"]
    assert str(entry) in both.content.decode()


def test_mine_are_those_i_curate(http, user):
    ClientFactory(name="мой", curator=user)
    ClientFactory(name="чужой", curator=UserFactory())

    assert names(http.get(f"{LIST}?curator=me")) == ["мой"]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("category=supplier", ["поставщик"]),
        ("kind=person", ["человек"]),
        ("initiative=theirs", ["сами"]),
        ("interest=3", ["сами"]),
        ("initiative=none&category=supplier", ["поставщик"]),
        ("city=костр", ["поставщик"]),
        ("archived=yes", ["в архиве"]),
        ("archived=all", ["в архиве", "поставщик", "сами", "человек"]),
    ],
)
def test_words_of_the_card_filter(http, address, found):
    ClientFactory(
        name="поставщик",
        category="supplier",
        city="Кострома",
        search_text="поставщик кострома",
    )
    ClientFactory(name="человек", is_person=True)
    ClientFactory(name="сами", initiative="theirs", interest=3)
    ClientFactory(name="в архиве", archived_at=timezone.now())

    assert names(http.get(f"{LIST}?{address}")) == found


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("next_step=none", ["без шага"]),
        ("next_step=overdue", ["просрочен"]),
        ("next_step=week", ["завтра"]),
        ("next_step=planned", ["завтра", "через месяц", "просрочен"]),
        ("next_step=overdue&next_step=none", ["без шага", "просрочен"]),
        ("last_contact_at_days=30", ["без шага", "через месяц"]),
        (
            "last_contact_at_from=2020-01-01&last_contact_at_to=01.01.2021",
            ["через месяц"],
        ),
    ],
)
def test_days_of_contact_and_next_step_filter(http, address, found):
    now = timezone.now()
    old = now.replace(year=2020, month=6)
    ClientFactory(name="без шага")
    ClientFactory(
        name="просрочен", next_step_at=now - timedelta(days=2), last_contact_at=now
    )
    ClientFactory(
        name="завтра", next_step_at=now + timedelta(days=1), last_contact_at=now
    )
    ClientFactory(
        name="через месяц", next_step_at=now + timedelta(days=31), last_contact_at=old
    )

    assert sorted(names(http.get(f"{LIST}?{address}"))) == sorted(found)


def test_products_and_own_dimensions_filter(http):
    product = Product.objects.create(name="Станок")
    dimension = Dimension.objects.create(name="Парк машин")
    value = DimensionValue.objects.create(dimension=dimension, name="Более ста")
    first, second = ClientFactory(name="купил"), ClientFactory(name="хочет")
    ClientProduct.objects.create(client=first, product=product, kind="bought")
    ClientProduct.objects.create(client=second, product=product, kind="interest")
    ClientDimension.objects.create(client=first, dimension=dimension, value=value)

    assert names(http.get(f"{LIST}?products_bought={product.pk}")) == ["купил"]
    assert names(http.get(f"{LIST}?products_of_interest={product.pk}")) == ["хочет"]
    assert names(http.get(f"{LIST}?products_bought=none")) == ["хочет"]
    own = http.get(f"{LIST}?dimension_{dimension.pk}={value.pk}")
    assert names(own) == ["купил"]
    assert "Более ста" in own.content.decode()
    assert names(http.get(f"{LIST}?dimension_{dimension.pk}=none")) == ["хочет"]


def test_a_card_has_a_phone_when_it_or_its_people_have_one(http):
    own, through = ClientFactory(name="свой"), ClientFactory(name="через человека")
    ClientFactory(name="нет")
    Phone.objects.create(client=own, raw="1")
    link = ContactLinkFactory(client=through)
    Phone.objects.create(contact=link.contact, raw="2")
    Email.objects.create(contact=link.contact, address="a@obrazec.example")

    assert names(http.get(f"{LIST}?phones=yes")) == ["свой", "через человека"]
    assert names(http.get(f"{LIST}?phones=no")) == ["нет"]
    assert names(http.get(f"{LIST}?emails=yes")) == ["через человека"]


def test_filters_of_several_fields_narrow_together(http):
    region = RegionFactory()
    relationship = RelationshipType.objects.get(step=3)
    ClientFactory(name="оба", region=region, relationship=relationship)
    ClientFactory(name="один", region=region)

    assert names(
        http.get(f"{LIST}?region={region.pk}&relationship={relationship.pk}")
    ) == ["оба"]


def test_a_chip_takes_only_its_own_filter_away(http):
    region = RegionFactory()
    page = http.get(f"{LIST}?region={region.pk}&curator=me&q=пример").content.decode()

    assert 'href="?curator=me&amp;q=%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80"' in page
    assert f'href="?region={region.pk}&amp;curator=me"' in page
