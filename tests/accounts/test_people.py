import pytest

from salesexpert.accounts.models import Role, User
from salesexpert.accounts.presets import BY_CODE
from salesexpert.audit.models import JournalEntry
from tests.accounts.test_invitation_and_reset import new_person
from tests.factories import DepartmentFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "зелёный-чайник-42"


@pytest.fixture
def admin(db):
    return UserFactory(username="admin", preset="administrator")


@pytest.fixture
def as_admin(admin, sign_in):
    return sign_in(admin)


@pytest.fixture
def personnel(db):
    """Manages users without changing roles: reads and writes what a seller does."""
    role = Role.objects.get(code="seller")
    return UserFactory(
        username="personnel",
        role=RoleFactory(permissions=[*role.permissions, "accounts.manage_users"]),
    )


def form_of(user, **more):
    return {
        "last_name": user.last_name,
        "first_name": user.first_name,
        "username": user.username,
        "email": user.email,
        "role": user.role_id or "",
        "department": user.department_id or "",
        "head": user.head_id or "",
        "language": user.language,
        "time_zone": user.time_zone,
    } | more


def test_an_administrator_changes_role_department_and_head(as_admin, admin):
    anna, department = UserFactory(), DepartmentFactory()
    lawyer = Role.objects.get(code="lawyer")

    as_admin.post(
        f"/settings/users/{anna.pk}/",
        form_of(anna, role=lawyer.pk, department=department.pk, head=admin.pk),
    )

    anna.refresh_from_db()
    assert (anna.role, anna.department, anna.head) == (lawyer, department, admin)
    entry = JournalEntry.objects.get(verb="user.changed", subject_id=anna.pk)
    assert entry.by == admin
    assert entry.detail["from_role"] == "seller"
    assert entry.detail["to_role"] == "lawyer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "ADMIN"},
        {"username": "a@b"},
        {"username": "a b"},
        {"username": ""},
        {"username": "x" * 61},
        {"username": "\x00"},
        {"email": "ANNA@obrazec.example"},
        {"email": "not an address"},
        {"role": "999999"},
        {"role": ""},
        {"head": "abc"},
        {"time_zone": "Moon/Crater"},
        {"language": "xx"},
        {"first_name": "🙂" * 100},
    ],
)
def test_nonsense_is_refused_beside_the_field_and_nothing_typed_is_lost(
    as_admin, wrong
):
    UserFactory(username="anna", email="anna@obrazec.example")

    answer = as_admin.post("/settings/users/new/", new_person(**wrong))

    assert answer.status_code == 422
    assert "Новиков" in answer.content.decode()
    assert "is-invalid" in answer.content.decode()
    assert not User.objects.filter(last_name="Новиков").exists()


def test_people_do_not_head_each_other(as_admin):
    head = UserFactory()
    anna = UserFactory(head=head)

    answer = as_admin.post(f"/settings/users/{head.pk}/", form_of(head, head=anna.pk))

    assert answer.status_code == 422


def test_a_person_switched_off_is_out_at_once_and_stays_in_the_base(as_admin, sign_in):
    anna = UserFactory()
    her = sign_in(anna)
    assert her.get("/profile/").status_code == 200

    as_admin.post(f"/settings/users/{anna.pk}/off/")

    assert her.get("/profile/").status_code == 302
    anna.refresh_from_db()
    assert not anna.is_active
    as_admin.post(f"/settings/users/{anna.pk}/on/")
    anna.refresh_from_db()
    assert anna.is_active


def test_nobody_switches_himself_off(as_admin, admin):
    as_admin.post(f"/settings/users/{admin.pk}/off/")

    admin.refresh_from_db()
    assert admin.is_active


def test_nobody_takes_administration_from_himself(as_admin, admin):
    UserFactory(username="second", preset="administrator")
    seller = Role.objects.get(code="seller")

    answer = as_admin.post(
        f"/settings/users/{admin.pk}/", form_of(admin, role=seller.pk)
    )

    assert answer.status_code == 422
    assert "у самого себя" in answer.content.decode()
    admin.refresh_from_db()
    assert admin.role.code == "administrator"


def test_rights_of_the_last_administrator_cannot_be_unticked(as_admin):
    role = Role.objects.get(code="administrator")

    answer = as_admin.post(
        f"/settings/roles/{role.pk}/",
        {"name": role.name, "scope": "all", "permissions": ["clients.view_client"]},
    )

    assert answer.status_code == 422
    role.refresh_from_db()
    assert "accounts.manage_roles" in role.permissions


def test_who_manages_users_gives_no_role_above_his_own(sign_in, personnel):
    administrator = Role.objects.get(code="administrator")
    http = sign_in(personnel)

    answer = http.post("/settings/users/new/", new_person(role=administrator.pk))

    assert answer.status_code == 422
    assert http.post("/settings/users/new/", new_person()).status_code == 302


@pytest.mark.parametrize("deed", ["invite", "off", "second-factor"])
def test_who_manages_users_commands_nobody_above_himself(
    sign_in, personnel, admin, deed
):
    http = sign_in(personnel)
    before = User.objects.values().get(pk=admin.pk)

    http.post(f"/settings/users/{admin.pk}/{deed}/")
    answer = http.post(
        f"/settings/users/{admin.pk}/", form_of(admin, email="mine@obrazec.example")
    )

    assert answer.status_code == 422
    assert User.objects.values().get(pk=admin.pk) == before


def test_the_link_of_somebody_above_is_not_shown(sign_in, personnel):
    boss = UserFactory(preset="administrator")
    boss.set_unusable_password()
    boss.save()

    page = sign_in(personnel).get(f"/settings/users/{boss.pk}/").content.decode()

    assert "/password/invitation/" not in page


def test_an_administrator_does_not_command_a_superuser(as_admin):
    root = User.objects.create_superuser("root", password=PASSWORD)

    as_admin.post(f"/settings/users/{root.pk}/off/")

    root.refresh_from_db()
    assert root.is_active


@pytest.mark.parametrize("path", ["999999/", "999999/off/"])
def test_an_absent_person_is_not_found(as_admin, path):
    answer = as_admin.post(f"/settings/users/{path}", {})

    assert answer.status_code == 404


def test_people_are_found_by_part_of_a_name_and_by_department(as_admin):
    below = DepartmentFactory(parent=DepartmentFactory())
    UserFactory(last_name="Иволгина", department=below)
    UserFactory(last_name="Чижов")

    found = as_admin.get("/settings/users/?q=ивол").content.decode()
    within = as_admin.get(
        f"/settings/users/?department={below.parent_id}"
    ).content.decode()

    for page in (found, within):
        assert "Иволгина" in page
        assert "Чижов" not in page


def test_people_switched_off_are_listed_only_when_asked(as_admin):
    UserFactory(last_name="Ушедшев", is_active=False)

    assert "Ушедшев" not in as_admin.get("/settings/users/").content.decode()
    assert "Ушедшев" in as_admin.get("/settings/users/?state=off").content.decode()
    assert "Ушедшев" in as_admin.get("/settings/users/?state=").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "role=abc",
        "department=x",
        "state=x",
        "sort=nonsense",
        "page=-7",
        "q=%00",
        "q=🙂",
    ],
)
def test_filters_of_nonsense_do_no_harm(as_admin, query):
    assert as_admin.get(f"/settings/users/?{query}").status_code == 200


def test_htmx_gets_the_table_alone(as_admin):
    part = as_admin.get("/settings/users/?q=adm", headers={"HX-Request": "true"})

    assert b"<html" not in part.content
    assert b"admin" in part.content


def test_an_own_role_gives_exactly_the_ticked_rights(as_admin, sign_in):
    as_admin.post(
        "/settings/roles/new/",
        {
            "name": "Кадры",
            "scope": "own",
            "permissions": ["clients.view_client", "accounts.manage_users"],
        },
    )
    role = Role.objects.get(name="Кадры")
    person = UserFactory(role=role)

    assert person.has_perm("accounts.manage_users")
    assert not person.has_perm("clients.change_client")
    assert person.scope == "own"
    assert sign_in(person).get("/settings/users/").status_code == 200


def test_an_unknown_right_is_refused(as_admin):
    answer = as_admin.post(
        "/settings/roles/new/",
        {"name": "Кадры", "scope": "own", "permissions": ["auth.all"]},
    )

    assert answer.status_code == 422


def test_a_preset_role_returns_to_what_the_product_brings(as_admin):
    role = Role.objects.get(code="seller")
    Role.objects.filter(pk=role.pk).update(permissions=[], scope="own", name="x")

    as_admin.post(f"/settings/roles/{role.pk}/reset/")

    role.refresh_from_db()
    assert set(role.permissions) == set(BY_CODE["seller"].permissions)
    assert role.name == "Менеджер по продажам"


def test_a_role_in_use_and_a_preset_role_are_not_removed(as_admin):
    used, free = RoleFactory(), RoleFactory()
    UserFactory(role=used)
    preset = Role.objects.get(code="lawyer")

    for role in (used, free, preset):
        as_admin.post(f"/settings/roles/{role.pk}/remove/")

    left = set(Role.objects.values_list("pk", flat=True))
    assert {used.pk, preset.pk} <= left
    assert free.pk not in left


def test_a_locked_login_is_shown_and_unlocked(as_admin, client, settings):
    settings.AXES_ENABLED = True
    anna = UserFactory(username="anna")
    anna.set_password(PASSWORD)
    anna.save()
    for _ in range(5):
        client.post("/login/", {"login": "anna", "password": "не тот"})
    page = as_admin.get("/settings/lockouts/").content.decode()
    assert "anna" in page

    as_admin.post("/settings/lockouts/unlock/", {"username": "anna"})

    answer = client.post("/login/", {"login": "anna", "password": PASSWORD})
    assert answer.status_code == 302
    assert JournalEntry.objects.filter(verb="login.unlocked").exists()
