"""The demo company itself: departments, people, its own dictionary entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models

from clients import models as base
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import Department, Role, User
from salesexpert.core.folding import fold
from salesexpert.desk.demo import catalog, names
from salesexpert.desk.demo.scales import Scale

NAME = "Образец-Техно"
DOMAIN = "obrazec-techno.example"
PASSWORD = "demo"
# The password is public anyway; a fixed salt lets two loads agree to the byte, and one hash serves all.
_SALT = "demoDemoDemoDemoDemo42"


@dataclass(slots=True)
class Staff:
    """Ids of users by what they do."""

    director: int
    head: int
    sellers: list[int]
    telemarketers: list[int]
    marketers: list[int]
    engineers: list[int]
    assistants: list[int]
    lawyers: list[int]
    administrator: int

    def who(self, role: str, seller: int) -> list[int]:
        return {
            "seller": [seller],
            "tele": self.telemarketers,
            "service": self.engineers,
            "assistant": self.assistants,
            "lawyer": self.lawyers,
            "marketing": self.marketers,
            "head": [self.head],
        }[role]


def _next_ids(model: type[models.Model]) -> Iterable[int]:
    last = model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0
    while True:
        last += 1
        yield last


def _add(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> list[Any]:
    """Rows with ids that count on from the greatest, not from a sequence: a load rolled back must not change them."""
    made = [
        model(pk=pk, **row) for pk, row in zip(_next_ids(model), rows, strict=False)
    ]
    return model._default_manager.bulk_create(made)


def _entries(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> list[Any]:
    return _add(
        model,
        (
            {"folded": fold(row["name"])[:160], "position": i, **row}
            for i, row in enumerate(rows)
        ),
    )


# user name, first name, patronymic, last name, job title, role, department
_KNOWN = (
    ("director", "Фёдор", "Андреевич", "Титулов", "Директор", PresetRole.DIRECTOR, "Дирекция"),
    ("head", "Николай", "Петрович", "Эталонов", "Руководитель отдела продаж", PresetRole.HEAD_OF_SALES, "Отдел продаж"),
    ("anna", "Анна", "Сергеевна", "Образцова", "Менеджер по продажам", PresetRole.SELLER, "Отдел продаж"),
    ("boris", "Борис", "Михайлович", "Примеров", "Менеджер по продажам", PresetRole.SELLER, "Отдел продаж"),
    ("vera", "Вера", "Олеговна", "Тестова", "Менеджер по продажам", PresetRole.SELLER, "Отдел продаж"),
    ("tele", "Ирина", "Павловна", "Пробная", "Телемаркетолог", PresetRole.TELEMARKETER, "Телемаркетинг"),
    ("marketing", "Полина", "Игоревна", "Наброскова", "Руководитель маркетинга", PresetRole.HEAD_OF_MARKETING, "Маркетинг"),
    ("service", "Ольга", "Николаевна", "Черновикова", "Руководитель сервиса", PresetRole.SERVICE, "Сервис"),
    ("assistant", "Зоя", "Викторовна", "Папкина", "Ассистент отдела продаж", PresetRole.ASSISTANT, "Отдел продаж"),
    ("lawyer", "Лев", "Романович", "Параграфов", "Юрист", PresetRole.LAWYER, "Юридический отдел"),
    ("admin", "Игорь", "Денисович", "Формулин", "Системный администратор", PresetRole.ADMINISTRATOR, "Дирекция"),
    ("zahar", "Захар", "Ильич", "Эскизов", "Сервисный инженер", PresetRole.SERVICE, "Сервис"),
)  # fmt: skip
USERNAMES = tuple(row[0] for row in _KNOWN)
# Where there is a branch, its sellers have a head of their own: what each head reads can be tried by hand.
_BRANCH, _BRANCH_SALES = "Филиал в Вологде", "Отдел продаж филиала"
_OF_BRANCH = ("head2", "Семён", "Аркадьевич", "Макетов", "Руководитель отдела продаж", PresetRole.HEAD_OF_SALES, _BRANCH_SALES)  # fmt: skip
TAKEN = (*USERNAMES, _OF_BRANCH[0])


def hire(scale: Scale, *, opened_at: datetime, random: Random) -> Staff:
    """Departments and users: those known by name, then sellers in groups, then others."""
    office = "Головной офис"
    tree: list[tuple[str, str | None]] = [
        (office, None),
        *(
            (name, office)
            for name in (
                "Дирекция",
                "Отдел продаж",
                "Телемаркетинг",
                "Маркетинг",
                "Сервис",
                "Юридический отдел",
            )
        ),
    ]
    groups = ["Отдел продаж"]
    if scale.sellers > 3:
        tree += [
            ("Группа ключевых клиентов", "Отдел продаж"),
            ("Группа новых клиентов", "Отдел продаж"),
        ]
        tree += [(_BRANCH, None), (_BRANCH_SALES, _BRANCH)]
        groups = ["Группа ключевых клиентов", "Группа новых клиентов", _BRANCH_SALES]
    departments: dict[str, Department] = {}
    for position, (name, parent) in enumerate(tree):
        departments[name] = _add(
            Department,
            [
                {
                    "name": name,
                    "parent": departments[parent] if parent else None,
                    "position": position,
                }
            ],
        )[0]
    roles = {role.code: role for role in Role.objects.all()}
    password = make_password(PASSWORD, salt=_SALT)
    heads = {
        "director": None,
        "head": "director",
        "anna": "head",
        "boris": "head",
        "vera": "head",
        "zahar": "service",
    }
    users: dict[str, User] = {}

    def user(
        row: tuple[str, str, str, str, str, PresetRole, str], head: User | None
    ) -> dict[str, Any]:
        login, first, middle, last, title, role, department = row
        return {
            "username": login,
            "email": f"{login}@{DOMAIN}",
            "password": password,
            "first_name": first,
            "patronymic": middle,
            "last_name": last,
            "job_title": title,
            "phone": names.landline("4852", 10)[0],
            "extension": str(100 + len(users)),
            "role": roles[role],
            "department": departments[department],
            "head": head,
            "time_zone": settings.TIME_ZONE,
            "date_joined": opened_at,
        }

    def add(
        rows: list[tuple[tuple[str, str, str, str, str, PresetRole, str], User | None]],
    ) -> None:
        for row, head in rows:
            made = User(pk=next(ids), **user(row, head))
            made.date_joined = opened_at
            users[made.username] = made

    ids = iter(_next_ids(User))
    known = (*_KNOWN, _OF_BRANCH) if scale.sellers > 3 else _KNOWN
    for row in known:
        head = heads.get(row[0], "director")
        add([(row, users[head] if head else None)])
    sellers = [users["anna"], users["boris"], users["vera"]]
    others = {"tele": [users["tele"]], "assistant": [users["assistant"]]}
    for number in range(scale.users - len(known)):
        first, middle, last, _ = names.person(random.random)
        if len(sellers) < scale.sellers:
            kind, role, title = "seller", PresetRole.SELLER, "Менеджер по продажам"
            department = groups[number % len(groups)]
        else:
            kind, role, title, department = (
                ("tele", PresetRole.TELEMARKETER, "Телемаркетолог", "Телемаркетинг")
                if number % 2 == 0
                else (
                    "assistant",
                    PresetRole.ASSISTANT,
                    "Ассистент отдела продаж",
                    "Отдел продаж",
                )
            )
        login = f"{kind}{number + 4}"
        leader = users["head2" if department == _BRANCH_SALES else "head"]
        add([((login, first, middle, last, title, role, department), leader)])
        (sellers if kind == "seller" else others[kind]).append(users[login])
    # date_joined is filled by Django at saving: the second statement gives it the past.
    User.objects.bulk_create(users.values())
    User.objects.filter(pk__in=[u.pk for u in users.values()]).update(
        date_joined=opened_at
    )
    return Staff(
        director=users["director"].pk,
        head=users["head"].pk,
        sellers=[u.pk for u in sellers],
        telemarketers=[u.pk for u in others["tele"]],
        marketers=[users["marketing"].pk],
        engineers=[users["service"].pk, users["zahar"].pk],
        assistants=[u.pk for u in others["assistant"]],
        lawyers=[users["lawyer"].pk],
        administrator=users["admin"].pk,
    )


class Words:
    """Ids of dictionary entries, those of every company and the demo company's own."""

    def __init__(self, until: datetime) -> None:
        self.relationship = dict(
            base.RelationshipType.objects.values_list("step", "pk")
        )
        self.kind = dict(base.ActivityKind.objects.values_list("code", "pk"))
        self.kind_name = dict(base.ActivityKind.objects.values_list("code", "name"))
        self.is_contact = dict(
            base.ActivityKind.objects.values_list("code", "is_contact")
        )
        self.directed = dict(
            base.ActivityKind.objects.values_list("code", "has_direction")
        )
        self.goal = {
            (code, name): pk
            for code, name, pk in base.ActivityGoal.objects.values_list(
                "kind__code", "name", "pk"
            )
        }
        self.result = {
            (code or "", name): pk
            for code, name, pk in base.ActivityResult.objects.values_list(
                "kind__code", "name", "pk"
            )
        }
        self.form = dict(base.LegalForm.objects.values_list("name", "pk"))
        self.form_full = dict(base.LegalForm.objects.values_list("name", "full_name"))
        self.source = dict(base.InformationSource.objects.values_list("name", "pk"))
        self.trigger = list(
            base.TriggerEvent.objects.order_by("pk").values_list("pk", flat=True)
        )
        self.region = {
            r.name: r.pk
            for r in _entries(
                base.Region,
                ({"name": ru, "name_en": en} for ru, en, _ in catalog.REGIONS),
            )
        }
        self.industry = {
            i.name: i.pk
            for i in _entries(
                base.Industry,
                ({"name": t.name, "name_en": t.name_en} for t in catalog.TRADES),
            )
        }
        self.group = [
            g.pk
            for g in _entries(
                base.ClientGroup,
                ({"name": ru, "name_en": en} for ru, en, _ in catalog.GROUPS),
            )
        ]
        self.product = {
            p.code: p.pk
            for p in _entries(
                base.Product,
                (
                    {"name": ru, "name_en": en, "code": code}
                    for ru, en, code in (*catalog.MACHINES, *catalog.SUPPLIES)
                ),
            )
        }
        day = until.date()
        self.campaign = [
            (c.pk, c.starts_on, c.ends_on)
            for c in _entries(
                base.Campaign,
                (
                    {
                        "name": ru,
                        "name_en": en,
                        "starts_on": day - timedelta(days=first),
                        "ends_on": day - timedelta(days=last),
                    }
                    for ru, en, first, last in catalog.CAMPAIGNS
                ),
            )
        ]
        self.dimension: list[tuple[int, list[int]]] = []
        for position, (ru, en, values) in enumerate(catalog.DIMENSIONS):
            dimension = _entries(
                base.Dimension, [{"name": ru, "name_en": en, "position": position}]
            )[0]
            made = _entries(
                base.DimensionValue,
                (
                    {"name": v, "name_en": v_en, "dimension": dimension}
                    for v, v_en, _ in values
                ),
            )
            self.dimension.append((dimension.pk, [v.pk for v in made]))


def save_selections(staff: Staff, words: Words, *, opened_at: datetime) -> None:
    facts = {
        "food": words.industry["Пищевое производство"],
        "home": words.region["Ярославская область"],
        "regular": words.relationship[4],
    }
    made = _add(
        base.Selection,
        (
            {
                "name": name,
                "parameters": parameters.format(**facts),
                "is_shared": shared,
                "owner_id": staff.head if shared else staff.sellers[0],
                "position": position,
            }
            for position, (name, parameters, shared) in enumerate(catalog.SELECTIONS)
        ),
    )
    # As with users: the day of making is Django's until it is told.
    base.Selection.objects.filter(pk__in=[s.pk for s in made]).update(
        created_at=opened_at
    )
