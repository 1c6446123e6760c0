"""What a company adds of its own: fields of the card with values, and cards that somebody opened twice.

Rows get their ids here, as all others of the demo do, so that the same seed makes the same base. Values stand on the
first few thousand cards only: they are there to be looked at, and a million of them would only make loading slower.
"""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef

from clients import models as base
from clients.choices import OwnFieldType
from clients.searching import refresh_contact_search, refresh_search
from deals.models import Deal
from salesexpert.core.folding import fold

CARDS_WITH_VALUES = 3_000
# Type, name, the same in English, choices.
FIELDS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        OwnFieldType.CHOICE,
        "Кто убирает",
        "Who cleans",
        (
            ("свои люди", "own people"),
            ("подрядчик", "a contractor"),
            ("по-разному", "both"),
        ),
    ),
    (OwnFieldType.NUMBER, "Смен в сутки", "Shifts a day", ()),
    (OwnFieldType.DATE, "Договор уборки до", "Cleaning contract until", ()),
    (OwnFieldType.YES_NO, "Есть пандус", "Has a ramp", ()),
    (OwnFieldType.TEXT, "Въезд и пропуск", "Gate and pass", ()),
)
WORDS = (
    "пропуск заказывать за день",
    "въезд со двора, ворота 2",
    "звонить охране от шлагбаума",
)
TWICE = 5
# Looked for among these: the rest of a large base need not be read for it.
NEAR = 2_000


def write(*, until: Any) -> None:
    """Own fields with values, and a few cards that resemble others. The last step of writing, before sequences follow."""
    _values(_fields(), until=until)
    _opened_twice()


def _next(model: Any) -> int:
    return (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def _fields() -> list[tuple[base.OwnField, list[base.OwnChoice]]]:
    block = base.OwnBlock(
        pk=_next(base.OwnBlock), owner="client", name="Площадка", name_en="Site"
    )
    block.save(force_insert=True)
    made = []
    number, choice_number = _next(base.OwnField), _next(base.OwnChoice)
    for place, (sort, name, name_en, words) in enumerate(FIELDS, 1):
        field = base.OwnField(
            pk=number,
            owner="client",
            type=sort,
            name=name,
            name_en=name_en,
            position=place,
            block=block,
        )
        field.save(force_insert=True)
        choices = []
        for word_place, (word, word_en) in enumerate(words, 1):
            choice = base.OwnChoice(
                pk=choice_number,
                field=field,
                name=word,
                name_en=word_en,
                position=word_place,
            )
            choice.save(force_insert=True)
            choices.append(choice)
            choice_number += 1
        made.append((field, choices))
        number += 1
    return made


def _values(
    fields: list[tuple[base.OwnField, list[base.OwnChoice]]], *, until: Any
) -> None:
    ids = base.Client.objects.filter(category="client").order_by("pk")
    pk = _next(base.OwnValue)
    rows = []
    for at, client in enumerate(ids.values_list("pk", flat=True)[:CARDS_WITH_VALUES]):
        for place, (field, choices) in enumerate(fields):
            if (at * 7 + place * 3) % 5 < 2:  # nobody knows everything of everybody
                continue
            row = base.OwnValue(pk=pk, client_id=client, field=field)
            if field.type == OwnFieldType.CHOICE:
                row.choice = choices[at % len(choices)]
            elif field.type == OwnFieldType.NUMBER:
                row.number = 1 + at % 3
            elif field.type == OwnFieldType.DATE:
                row.date = until + timedelta(days=15 + (at * 37) % 400)
            elif field.type == OwnFieldType.YES_NO:
                row.flag = at % 3 > 0
            else:
                row.text = WORDS[at % len(WORDS)]
                row.folded = fold(row.text)
            rows.append(row)
            pk += 1
    base.OwnValue.objects.bulk_create(rows, batch_size=1_000)


def _opened_twice() -> None:
    """Somebody opened a card anew: the name written a little otherwise, the same phone and site, no requisites.

    The search for duplicates is told of them and finds the pairs by itself, within a minute.
    """
    some = base.Client.objects.filter(category="client", legal_form__isnull=False)
    some = some.filter(pk__in=base.Client.objects.order_by("pk")[:NEAR])
    some = some.annotate(phone=Min("phones"), site=Min("sites"))
    some = some.filter(phone__isnull=False, site__isnull=False)
    firsts = list(some.filter(name__contains="-").order_by("pk")[:TWICE])
    seconds = list(
        some.exclude(pk__in=[card.pk for card in firsts])
        .filter(~Exists(Deal.objects.filter(client=OuterRef("pk"))))
        .order_by("-pk")[:TWICE]
    )
    changed = []
    for first, second in zip(firsts, seconds, strict=False):
        second.name = first.name.replace("-", " ")
        second.full_name = second.inn = second.kpp = second.ogrn = ""
        second.save(update_fields=["name", "full_name", "inn", "kpp", "ogrn"])
        phone = first.phones.order_by("pk")[0]
        base.Phone.objects.filter(pk=second.phone).update(
            raw=phone.raw, e164=phone.e164, extension=phone.extension
        )
        site = first.sites.order_by("pk")[0]
        base.ClientSite.objects.filter(pk=second.site).update(
            url=site.url, host=site.host
        )
        changed += [first.pk, second.pk]
    people = base.ContactLink.objects.filter(client__in=changed).order_by("contact")
    refresh_contact_search(people.values_list("contact", flat=True).distinct())
    refresh_search(changed)
    number = _next(base.ChangedCard)
    base.ChangedCard.objects.bulk_create(
        base.ChangedCard(pk=number + at, client_id=pk) for at, pk in enumerate(changed)
    )
