"""Users out of a table: sellers with their heads and departments. They get no password: invite them when they are to sign in."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext

from clients.importing import persons
from clients.importing.lookups import Lookups
from clients.importing.reasons import Reason
from clients.importing.targets import Entry, Face, Known, Target
from clients.models import ImportJob
from deals.importing.values import EMPTY, TWO_FIT, Reader, people_to_choose
from salesexpert.accounts.actions import may_administer, may_grant
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import Department, Role, User
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field, FieldType
from salesexpert.core.templatetags.look import number

NO_ADDRESS = gettext_noop("%(label)s: “%(value)s” is no address.")


def _field(name: str, label: Any, kind: FieldType, *headers: str) -> Field:
    return Field(name, label, kind, headers=headers, importable=True)


TOO_HIGH = gettext_noop("%(label)s: “%(value)s” has more rights than you.")
WAS_HERE = gettext_noop("The person was invited or signed in since.")


def _created(count: int) -> str:
    return ngettext("%(shown)s user created", "%(shown)s users created", count) % {
        "shown": number(count)
    }


class UserTarget(Target):
    entity = "user"
    face = Face(
        label=_("Users"),
        right="accounts.manage_users",
        home="accounts:users",
        intro=_("One row a person. They get no password: invite them when they are to sign in."),
        known=_("People who are known already"),
        taken_back=_("People whom it made are switched off; who was invited or signed in since stays. The same file can be loaded again."),
        created=_created,
        offered=("role", "department", "head"),
    )  # fmt: skip
    fields = (
        _field("name", _("Name"), FieldType.TEXT, "имя", "фио", "сотрудник", "agent", "sales agent", "full name"),
        _field("username", _("User name"), FieldType.TEXT, "логин", "login"),
        _field("email", _("E-mail"), FieldType.EMAIL, "почта", "mail"),
        _field("job_title", _("Job title"), FieldType.TEXT, "должность", "position"),
        _field("phone", _("Phone"), FieldType.PHONE, "телефон"),
        _field("role", _("Role"), FieldType.DICTIONARY, "роль"),
        _field("department", _("Department"), FieldType.DICTIONARY, "отдел", "подразделение", "office", "regional office"),
        _field("head", _("Head"), FieldType.PERSON, "руководитель", "manager"),
    )  # fmt: skip
    needed = (("name",),)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._reader = Reader(self.fields)
        self._look()

    def _look(self) -> None:
        self._people = Lookups(())
        self._departments = {
            fold(name): pk
            for pk, name in Department.objects.order_by("-pk").values_list("pk", "name")
        }
        self._roles: dict[str, int] = {}
        self._seller = None
        self._too_high: set[int] = set()
        for role in Role.objects.all():
            if self.by is not None and not may_grant(self.by, role):
                self._too_high.add(role.pk)
            for word in (role.code, role.name, role.name_en):
                if word:
                    self._roles[fold(word)] = role.pk
            if role.code == PresetRole.SELLER:
                self._seller = role.pk
        self._taken = {name.casefold() for name in User.objects.values_list("username", flat=True)}  # fmt: skip
        self._emails = set(User.objects.exclude(email="").values_list(Lower("email"), flat=True))  # fmt: skip
        self._made: dict[str, User] = {}

    forget = _look

    def read(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            name, email = entry.text("name"), entry.text("email")
            if not name:
                self._reader.complain(entry, EMPTY, "name")
            if email:
                try:
                    validate_email(email)
                except ValidationError:
                    self._reader.complain(entry, NO_ADDRESS, "email", email)
            role, department = entry.text("role"), entry.text("department")
            if role and fold(role) not in self._roles:
                self._reader.unknown(entry, "role", role)
            elif role and self._roles[fold(role)] in self._too_high:
                self._reader.complain(entry, TOO_HIGH, "role", role)
            if department and fold(department) not in self._departments:
                self._reader.unknown(entry, "department", department, added=self.create_missing)  # fmt: skip
            head = entry.text("head")
            if head:
                fit = self._people.people(head)
                if len(fit) > 1:
                    self._reader.complain(entry, TWO_FIT, "head", head)
                elif not fit and head.casefold() not in self._made:
                    self._reader.unknown(entry, "head", head, added=self.create_missing)

    def known(self, entries: Sequence[Entry]) -> dict[int, int]:
        found = {}
        for entry in entries:
            for name in ("username", "email", "name"):
                fit = self._people.people(entry.text(name)) if entry.text(name) else set()  # fmt: skip
                if len(fit) == 1:
                    found[entry.row.number] = next(iter(fit))
                    break
        return found

    def key(self, entry: Entry) -> str:
        for name in ("username", "email", "name"):
            if text := entry.text(name).casefold():
                return f"{name}:{text}"
        return ""

    def create(self, entries: Sequence[Entry]) -> list[int]:
        ids = []
        for entry in entries:
            user = self._made.get(entry.text("name").casefold()) or self._new(
                entry.text("name"), entry
            )
            ids.append(user.pk)
        return ids

    def _new(self, name: str, entry: Entry, *, is_head: bool = False) -> User:
        last, first, patronymic = persons.split(name)
        own = {} if is_head else entry.said
        user = User(
            username=self._username(entry.text("username") if own else "", first, last),
            first_name=first[:80],
            last_name=last[:80],
            patronymic=patronymic[:80],
            email=self._email(entry) if own else "",
            job_title=entry.text("job_title")[:120] if own else "",
            phone=entry.text("phone")[:40] if own else "",
            role_id=self._roles.get(fold(entry.text("role")), self._seller) if own else self._roles.get(PresetRole.HEAD_OF_SALES),
            department_id=self._department(entry.text("department")),
            head=None if is_head else self._head(entry),
        )  # fmt: skip
        user.set_unusable_password()
        user.save()
        self._made[name.casefold()] = user
        return user

    def _email(self, entry: Entry) -> str:
        """The address, unless somebody has it already: two people cannot share one."""
        email = entry.text("email")
        if email.lower() in self._emails:
            return ""
        self._emails.add(email.lower())
        return email

    def _head(self, entry: Entry) -> User | None:
        name = entry.text("head")
        if not name:
            return None
        if made := self._made.get(name.casefold()):
            return made
        fit = self._people.people(name)
        if fit:
            return User.objects.get(pk=next(iter(fit)))
        return self._new(name, entry, is_head=True)

    def _department(self, name: str) -> int | None:
        if not name:
            return None
        key = fold(name)
        if key not in self._departments:
            self._departments[key] = Department.objects.create(name=name[:120]).pk
        return self._departments[key]

    def _username(self, wanted: str, first: str, last: str) -> str:
        latin = anyascii(f"{first}.{last}".strip(".")).lower()
        base = wanted or "".join(c for c in latin if c.isalnum() or c in ".-_")[:100] or "user"  # fmt: skip
        name, number = base, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{base}{number}"
        self._taken.add(name.casefold())
        return name

    @classmethod
    def take_back(
        cls, ids: Collection[int], *, job: ImportJob, at: datetime
    ) -> dict[int, list[Reason]]:
        """People are never deleted: they are kept out, but for those who came in since."""
        made = User.objects.filter(pk__in=ids)
        here = Q(last_login__isnull=False) | Q(invited_at__isnull=False)
        stay = set(made.filter(here).values_list("pk", flat=True))
        made.exclude(pk__in=stay).update(is_active=False)
        return {pk: [Reason(WAS_HERE)] for pk in stay}

    def fill(self, pairs: Sequence[tuple[int, Entry]]) -> list[bool]:
        """Address, telephone, post and department of known people, where they are empty."""
        people = User.objects.in_bulk([pk for pk, _entry in pairs])
        brought = []
        for pk, entry in pairs:
            user, changed = people.get(pk), []
            for name in ("email", "phone", "job_title"):
                if user is None or getattr(user, name) or not entry.text(name):
                    continue
                text = self._email(entry) if name == "email" else entry.text(name)
                column: Any = User._meta.get_field(name)
                text = text[: column.max_length]
                if text:
                    setattr(user, name, text)
                    changed.append(name)
            if user and user.department_id is None and entry.text("department"):
                user.department_id = self._department(entry.text("department"))
                changed.append("department")
            may = user and (self.by is None or may_administer(self.by, user))
            if user and changed and may:
                user.save(update_fields=changed)
            brought.append(bool(changed and may))
        return brought

    @classmethod
    def choices(cls, name: str) -> list[tuple[str, str]] | None:
        if name == "role":
            return [(role.name, str(role)) for role in Role.objects.order_by("pk")]
        if name == "department":
            return [(d.name, d.name) for d in Department.objects.order_by("name")]
        return people_to_choose() if name == "head" else None

    @classmethod
    def show(cls, ids: Collection[int], user: User) -> dict[int, Known]:
        people = User.objects.filter(pk__in=ids).select_related("department", "role")
        may_open = user.has_perm("accounts.manage_users")
        return {
            person.pk: Known(
                str(person),
                reverse("accounts:user", args=[person.pk]) if may_open else "",
                {
                    "name": str(person),
                    "username": person.username,
                    "email": person.email,
                    "job_title": person.job_title,
                    "phone": person.phone,
                    "role": str(person.role or ""),
                    "department": str(person.department or ""),
                },
            )
            for person in people
        }
