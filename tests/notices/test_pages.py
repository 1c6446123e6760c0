"""The bell, the list of notices and the page of choices."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from salesexpert.notices import kinds
from salesexpert.notices.actions import notify
from salesexpert.notices.kinds import Kind
from salesexpert.notices.models import Notice, NoticeChoice
from tests.factories import UserFactory

NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setitem(kinds._declared, "tested", Kind("tested", "Tested", "<%(n)s>"))


def tell(user, number, **more):
    return notify(user, "tested", key=str(number), words={"n": number}, **more)


def test_the_bell_counts_what_is_unread_at_no_question_of_its_own(
    user, http, django_assert_max_num_queries
):
    http.get("/profile/")
    with django_assert_max_num_queries(20) as before:
        http.get("/profile/")
    for number in range(120):
        tell(user, number)

    with django_assert_max_num_queries(len(before)):
        page = http.get("/profile/").text

    assert 'data-last="0"' not in page
    assert ">99+<" in page


def test_the_list_costs_as_much_for_many_as_for_few(
    user, http, django_assert_max_num_queries
):
    tell(user, 1, by=UserFactory())
    http.get("/notices/")
    with django_assert_max_num_queries(20) as few:
        http.get("/notices/")
    for number in range(2, 40):
        tell(user, number, by=UserFactory())

    with django_assert_max_num_queries(len(few)):
        http.get("/notices/")


def test_the_list_shows_only_ones_own_and_says_them_safely(user, http):
    tell(user, 1, note="<script>alert(1)</script>")
    tell(UserFactory(), 2)

    page = http.get("/notices/").text

    assert "&lt;1&gt;" in page
    assert "&lt;2&gt;" not in page
    assert "<script>alert" not in page


def test_the_list_goes_on_by_key_and_keeps_its_filters(user, http):
    for number in range(60):
        tell(user, number)
    Notice.objects.filter(key="59").update(read_at=NOON)

    first = http.get("/notices/?show=unread&kind=tested")
    following = http.get(
        "/notices/", {"show": "unread", "after": first.context["page"].next}
    )

    assert [n.key for n in first.context["notices"]][:2] == ["58", "57"]
    assert [n.key for n in following.context["notices"]] == [str(n) for n in range(8, -1, -1)]  # fmt: skip


@pytest.mark.parametrize(
    "query", ["after=%00", "before=zzz", "kind=%F0%9F%98%80&show=1", "after=" + "e" * 5000]
)  # fmt: skip
def test_nonsense_shows_the_beginning(user, http, query):
    tell(user, 1)

    assert http.get(f"/notices/?{query}").status_code == 200


def test_opening_one_reads_it_and_leads_to_its_matter(user, http):
    notice = tell(user, 1, link="/deals/?x=1")

    answer = http.get(f"/notices/{notice.pk}/")

    assert answer["Location"] == "/deals/?x=1"
    assert not Notice.objects.unread().exists()


def test_a_link_to_elsewhere_leads_only_to_the_list(user, http):
    notice = tell(user, 1, link="//evil.example/")

    assert http.get(f"/notices/{notice.pk}/")["Location"] == "/notices/"


def test_a_strangers_notice_is_not_there(http):
    notice = tell(UserFactory(), 1)

    assert http.get(f"/notices/{notice.pk}/").status_code == 404
    assert http.post(f"/notices/{notice.pk}/read/").status_code == 404
    assert Notice.objects.unread().count() == 1


def test_all_are_read_at_once(user, http):
    tell(user, 1), tell(user, 2)

    http.post("/notices/read/")

    assert not Notice.objects.unread().exists()


def test_a_page_asks_what_came_since_it_looked(user, http):
    seen = tell(user, 1)
    tell(user, 2)
    NoticeChoice.objects.create(user=user, ways={"tested": ["browser"]})

    news = http.get(f"/notices/new/?since={seen.pk}").json()

    assert (news["unread"], news["last"]) == (2, seen.pk + 1)
    assert [(i["text"], i["page"], i["browser"]) for i in news["items"]] == [
        ("<2>", False, True)
    ]
    assert "stream" not in news


@pytest.mark.parametrize("since", ["", "-1", "x", "9" * 40, "²"])
def test_a_page_that_asks_nonsense_learns_where_to_go_on_from(user, http, since):
    notice = tell(user, 1)

    news = http.get("/notices/new/", {"since": since}).json()

    assert news["items"] == []
    assert news["last"] in (notice.pk, 2**63 - 1)


def test_choices_are_kept_and_only_what_differs(user, http):
    page = http.get("/profile/notices/")
    assert page.status_code == 200
    ticked = {
        f"way-{kind.code}": [str(way) for way in kind.ways]
        for kind, _cells in page.context["form"].grid()
    }

    answer = http.post(
        "/profile/notices/",
        {
            **ticked,
            "way-tested": ["email", "nonsense"],
            "remind_minutes": "60",
            "quiet_from": "22:00",
            "quiet_until": "07:30",
            "digest_at": "09:15",
        },
    )

    assert answer.status_code == 302
    choice = NoticeChoice.objects.get(user=user)
    assert choice.ways == {"tested": ["email"]}
    assert (choice.remind_minutes, str(choice.quiet_until)) == (60, "07:30:00")
    assert not choice.digest


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_until": ""},
        {"quiet_from": "25:99"},
        {"remind_minutes": "7"},
        {"digest_at": ""},
        {"digest_at": "\x00"},
    ],
)
def test_wrong_choices_are_refused_beside_their_fields(http, wrong):
    typed = {"remind_minutes": "15", "quiet_from": "22:00", "quiet_until": "7:00", "digest_at": "8:00"}  # fmt: skip

    answer = http.post("/profile/notices/", {**typed, **wrong})

    assert answer.status_code == 422
    assert not NoticeChoice.objects.exists()


def test_old_notices_are_thrown_away(user):
    from salesexpert.notices.actions import forget

    tell(user, 1)
    tell(user, 2)
    old = tell(user, 3)
    Notice.objects.filter(pk=old.pk).update(read_at=timezone.now() - timedelta(days=61))

    assert forget(at=timezone.now()) == 1
    assert Notice.objects.count() == 2
