"""The registry of fields: one declaration that columns, filters, import and export read."""

import pytest

from clients import fields, reading
from clients.models import Client, Contact, Dimension
from salesexpert.core.registry import Field, FieldType, Registry, registry
from tests.factories import ClientFactory


def test_a_name_declared_twice_is_refused():
    own = Registry()
    own.register("thing", [Field("name", "Name", FieldType.TEXT, path="name")])

    with pytest.raises(ValueError, match="declared twice"):
        own.register("thing", [Field("name", "Other", FieldType.TEXT, path="other")])


@pytest.mark.parametrize("entity", ["client", "contact"])
def test_no_heading_means_two_fields(entity):
    seen: dict[str, str] = {}
    for field in registry.importable(entity):
        for heading in field.headings():
            assert seen.setdefault(heading, field.name) == field.name, heading


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Краткое наименование", "name"),
        ("ОПФ", "legal_form"),
        ("Почтовый адрес", "postal_address"),
        ("E-mail", "emails"),
        ("ИНН", "inn"),
        ("Сайт", "sites"),
        ("Account", "name"),
        ("Sector", "industry"),
    ],
)
def test_usual_headings_are_known(heading, name):
    from salesexpert.core.folding import fold

    known = [
        f.name for f in registry.importable("client") if fold(heading) in f.headings()
    ]

    assert known == [name]


@pytest.mark.parametrize("entity", ["client", "contact"])
def test_every_exportable_field_can_be_read(db, entity):
    model: type[Client | Contact] = fields.ENTITIES[entity]
    ClientFactory()
    for field in registry.exportable(entity):
        if field.gather:
            assert field.gather([1]) == {}
        else:
            for row in model.objects.values("pk", *reading.paths_of(field)):
                assert isinstance(reading.text_of(field, row), str)


def test_own_dimensions_are_fields_of_the_client(db):
    dimension = Dimension.objects.create(name="Парк машин", name_en="Fleet")

    names = [f.name for f in fields.client_fields()]

    assert f"dimension_{dimension.pk}" in names
    assert any(
        f.name == f"dimension_{dimension.pk}" for f in fields.importable("client")
    )
