"""Plainly invented people and firms for tests."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clients.choices import ActivityStatus
from clients.models import (
    Activity,
    ActivityKind,
    Client,
    Consent,
    ConsentText,
    Contact,
    ContactLink,
    Industry,
    Region,
    RelationshipType,
)
from salesexpert.accounts.models import Department, Role, User
from salesexpert.core.folding import fold


class RoleFactory(DjangoModelFactory):
    class Meta:
        model = Role

    code = factory.Sequence(lambda n: f"role-{n}")
    name = factory.Sequence(lambda n: f"Роль {n}")
    permissions: Any = []


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"Отдел {n}")


class UserFactory(DjangoModelFactory):
    """`preset="lawyer"` gives a preset role; a seller by default. The password is not set: tests sign in by force."""

    class Meta:
        model = User
        exclude = ("preset",)

    preset = "seller"
    username = factory.Sequence(lambda n: f"user{n}")
    first_name = "Анна"
    last_name = factory.Sequence(lambda n: f"Образцова-{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@obrazec.example")
    role = factory.LazyAttribute(lambda o: Role.objects.get(code=o.preset))


class ClientFactory(DjangoModelFactory):
    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"Пример-Снаб {n}")
    folded = factory.LazyAttribute(lambda o: fold(o.name))
    core_name = factory.LazyAttribute(lambda o: fold(o.name))
    search_text = factory.LazyAttribute(lambda o: fold(o.name))
    relationship = factory.LazyFunction(lambda: RelationshipType.objects.get(step=1))
    created_at = factory.LazyFunction(timezone.now)


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    first_name = "Лидия"
    patronymic = "Витальевна"
    last_name = factory.Sequence(lambda n: f"Заготовкина-{n}")
    folded = factory.LazyAttribute(
        lambda o: fold(f"{o.last_name} {o.first_name} {o.patronymic}")
    )
    search_text = factory.LazyAttribute(
        lambda o: fold(f"{o.last_name} {o.first_name} {o.patronymic}")
    )
    created_at = factory.LazyFunction(timezone.now)


class ContactLinkFactory(DjangoModelFactory):
    class Meta:
        model = ContactLink

    contact = factory.SubFactory(ContactFactory)
    client = factory.SubFactory(ClientFactory)
    position = "начальник снабжения"


class ActivityFactory(DjangoModelFactory):
    """A call done now; `status="planned", planned_at=…` plans one."""

    class Meta:
        model = Activity

    client = factory.SubFactory(ClientFactory)
    kind = factory.LazyFunction(lambda: ActivityKind.objects.get(code="call"))
    performer = factory.SubFactory(UserFactory)
    created_by = factory.SelfAttribute("performer")
    created_at = factory.LazyFunction(timezone.now)
    status = ActivityStatus.DONE
    done_at = factory.LazyAttribute(
        lambda o: timezone.now() if o.status == ActivityStatus.DONE else None
    )
    planned_at = None
    feed_at = factory.LazyAttribute(
        lambda o: o.done_at or o.planned_at or timezone.now()
    )
    summary = "Договорились созвониться."


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region

    name = factory.Sequence(lambda n: f"Область {n}")


class IndustryFactory(DjangoModelFactory):
    class Meta:
        model = Industry

    name = factory.Sequence(lambda n: f"Отрасль {n}")


class ConsentFactory(DjangoModelFactory):
    """Advertising by e-mail, given on paper yesterday; `kind="processing", channel=""` for the other kind."""

    class Meta:
        model = Consent

    contact = factory.SubFactory(ContactFactory)
    kind = "advertising"
    channel = "email"
    text = factory.LazyAttribute(
        lambda o: ConsentText.objects.filter(kind=o.kind).first()
    )
    given_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    means = "paper"
    entered_at = factory.LazyFunction(timezone.now)
    entered_by = factory.SubFactory(UserFactory)
