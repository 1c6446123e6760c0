import pytest

from clients.models import Activity, Client, Contact
from salesexpert.accounts.teams import team_of
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    DepartmentFactory,
    RoleFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

READS = ["clients.view_client", "clients.view_contact", "clients.view_activity"]


def person(scope, *more, **fields):
    role = RoleFactory(scope=scope, permissions=[*READS, *more])
    return UserFactory(role=role, **fields)


@pytest.fixture
def tree():
    sales = DepartmentFactory(name="Продажи")
    group = DepartmentFactory(name="Группа", parent=sales)
    marketing = DepartmentFactory(name="Маркетинг")
    return sales, group, marketing


def test_scope_all_reads_every_card():
    mine, other = ClientFactory(), ClientFactory()

    assert set(Client.objects.visible_to(person("all"))) == {mine, other}


def test_scope_own_reads_only_the_cards_one_is_curator_of():
    anna = person("own")
    mine = ClientFactory(curator=anna)
    ClientFactory(curator=UserFactory())
    ClientFactory(curator=None)

    assert list(Client.objects.visible_to(anna)) == [mine]


def test_scope_team_reads_ones_department_and_all_below(tree):
    sales, group, marketing = tree
    head = person("team", department=sales)
    near = ClientFactory(curator=UserFactory(department=sales))
    below = ClientFactory(curator=UserFactory(department=group))
    ClientFactory(curator=UserFactory(department=marketing))

    assert set(Client.objects.visible_to(head)) == {near, below}


def test_scope_team_does_not_look_up_the_tree(tree):
    sales, group, _ = tree
    member = person("team", department=group)
    ClientFactory(curator=UserFactory(department=sales))

    assert not Client.objects.visible_to(member).exists()


def test_scope_team_reads_what_ones_subordinates_have_wherever_they_sit(tree):
    head = person("team", department=None)
    far = ClientFactory(curator=UserFactory(department=tree[2], head=head))

    assert list(Client.objects.visible_to(head)) == [far]


def test_without_a_department_the_team_is_not_everybody_without_one():
    alone, other = person("team"), UserFactory(department=None)

    assert set(team_of(alone)) == {alone}
    assert other not in team_of(alone)


def test_without_a_role_one_has_no_rights_and_sees_only_his_own():
    nobody = UserFactory(role=None)
    ClientFactory(curator=UserFactory())

    assert nobody.scope == "own"
    assert not nobody.has_perm("clients.view_client")
    assert not Client.objects.visible_to(nobody).exists()


def test_one_right_opens_all_cards_whatever_the_scope():
    anna = person("own", "clients.view_all_clients")
    ClientFactory(curator=UserFactory())

    assert Client.objects.visible_to(anna).count() == 1


def test_history_and_persons_are_narrowed_as_cards_are():
    anna = person("own")
    stranger = UserFactory()
    theirs = ClientFactory(curator=stranger)
    ActivityFactory(client=theirs, performer=stranger, created_by=stranger)
    mine = ActivityFactory(
        client=ClientFactory(curator=anna), performer=stranger, created_by=stranger
    )
    done_by_me = ActivityFactory(client=theirs, performer=anna, created_by=stranger)

    assert set(Activity.objects.visible_to(anna)) == {mine, done_by_me}
    assert not Contact.objects.visible_to(anna).exists()


def test_a_person_switched_off_has_no_rights():
    gone = person("all")
    gone.is_active = False

    assert not gone.has_perm("clients.view_client")


def test_rights_cost_no_query_beyond_the_sign_in(user, django_assert_num_queries):
    from salesexpert.accounts.backends import RoleBackend

    with django_assert_num_queries(1):
        person = RoleBackend().get_user(user.pk)
        assert person.has_perm("clients.view_client")
        assert person.has_perms(["clients.add_client", "clients.add_contact"])
        assert person.scope == "all"
