"""The board: columns with sums, cards in pages, moves that ask for what is missing and never refuse in silence."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from deals.actions.deals import move, pause, resume
from deals.models import Deal
from pipeline.models import StageCheck
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def stages(process):
    return list(process.stages.order_by("position"))


def cards(html):
    return [int(pk) for pk in re.findall(r'data-deal="(\d+)"', html)]


def test_a_column_shows_percent_count_and_the_sum_of_each_currency(http, stages, make_deal):  # fmt: skip
    make_deal(stage=stages[2], amount=Decimal(1_000_000))
    make_deal(stage=stages[2], amount=Decimal(284_600))
    make_deal(stage=stages[2], amount=Decimal(700), currency="USD")
    make_deal(stage=stages[2], amount=Decimal(5), state="won")

    html = (
        http.get("/deals/board/")
        .content.decode()
        .replace("&nbsp;", " ")
        .replace("\xa0", " ")
    )

    assert "20 %" in html and "1 284 600" in html and "700 USD" in html
    assert len(cards(html)) == 3


def test_urgent_deals_come_first_then_those_expected_sooner(http, stages, make_deal):
    today = timezone.localdate()
    later = make_deal(stage=stages[0], expected_on=today + timedelta(days=9))
    never = make_deal(stage=stages[0])
    urgent = make_deal(stage=stages[0], priority=4)
    sooner = make_deal(stage=stages[0], expected_on=today)

    found = cards(http.get("/deals/board/").content.decode())

    assert found == [urgent.pk, sooner.pk, later.pk, never.pk]


def test_a_long_column_loads_in_pages_without_a_gap_and_nothing_twice(http, stages, make_deal):  # fmt: skip
    day, client, user = timezone.localdate(), ClientFactory(), UserFactory()
    for n in range(60):
        on = day + timedelta(days=n % 4) if n % 3 else None
        make_deal(stage=stages[1], client=client, responsible=user, expected_on=on, priority=1 + n % 2)  # fmt: skip

    html = http.get("/deals/board/").content.decode()
    seen = cards(html)
    assert len(seen) == 12
    while more := re.search(r'hx-get="(/deals/board/column/[^"]+)"', html):
        html = http.get(more[1].replace("&amp;", "&")).content.decode()
        seen += cards(html)

    wanted = Deal.objects.order_by("-priority", "expected_on", "pk")
    assert seen == list(wanted.values_list("pk", flat=True))


def test_days_on_the_stage_stand_on_a_card_only_when_the_norm_runs_out(http, stages, make_deal):  # fmt: skip
    fresh = make_deal(stage=stages[0], due_at=timezone.now())
    late = make_deal(stage=stages[0], due_at=timezone.now(), days_ago=40, title="Залежалась")  # fmt: skip

    html = http.get("/deals/board/").content.decode()

    blocks = {int(re.search(r"\d+", part)[0]): part for part in html.split('data-deal="')[1:]}  # fmt: skip
    assert "se-tag bad" in blocks[late.pk]
    assert "se-tag" not in blocks[fresh.pk]


def test_days_on_which_the_client_made_us_wait_are_not_counted_on_the_board(http, user, stages, make_deal):  # fmt: skip
    def shown(query):
        html = http.get(f"/deals/board/?{query}").content.decode()
        (part,) = html.split('data-deal="')[1:]
        return re.search(
            r'class="se-tag (\w+) num"[^>]*>.*?</svg>(\d+)', part, re.DOTALL
        )

    deal = make_deal(stage=stages[0], due_at=timezone.now(), days_ago=40)
    assert shown("")[1] == "bad"
    worked = int(shown("")[2])

    pause(deal.pk, by=user, until=timezone.localdate() + timedelta(days=90), reason="ремонт склада")  # fmt: skip
    stay = deal.passages.get()
    stay.pauses.update(since=stay.entered_at)
    resume(deal.pk, by=user)

    # Read as it comes, and found first: the same card.
    assert shown("") is None and shown("priority=2") is None
    move(deal.pk, by=user, to=stages[1])
    Deal.objects.update(entered_at=timezone.now() - timedelta(days=40))
    assert int(shown("")[2]) == int(shown("priority=2")[2]) == worked


def test_a_card_put_on_the_next_stage_moves_the_deal(http, stages, make_deal):
    deal = make_deal(stage=stages[0])

    answer = http.post(f"/deals/board/{deal.pk}/move/", {"to": stages[2].pk, "seen_at": stages[0].pk}, headers=HTMX)  # fmt: skip

    deal.refresh_from_db()
    assert deal.stage == stages[2]
    assert {"deal-moved", "toast"} <= set(json.loads(answer["HX-Trigger"]))


def test_what_the_stage_asks_for_is_asked_in_the_form_of_the_move(http, stages, make_deal):  # fmt: skip
    deal = make_deal(stage=stages[0])
    StageCheck.objects.create(stage=stages[0], name="Бюджет известен")

    answer = http.post(f"/deals/board/{deal.pk}/move/", {"to": stages[1].pk}, headers=HTMX)  # fmt: skip

    url = json.loads(answer["HX-Trigger"])["board-ask"]["url"]
    assert "Бюджет известен" in http.get(url, headers=HTMX).content.decode()
    deal.refresh_from_db()
    assert deal.stage == stages[0]


def test_a_way_back_asks_why(http, stages, make_deal):
    deal = make_deal(stage=stages[3])

    answer = http.post(f"/deals/board/{deal.pk}/move/", {"to": stages[1].pk}, headers=HTMX)  # fmt: skip

    assert "board-ask" in answer["HX-Trigger"]


def test_a_step_that_does_not_exist_is_refused_aloud(http, stages, make_deal):
    deal = make_deal(stage=stages[0])
    stages[0].next_stages.set([stages[1]])

    answer = http.post(f"/deals/board/{deal.pk}/move/", {"to": stages[5].pk}, headers=HTMX)  # fmt: skip

    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#dialog"
    assert stages[5].name in answer.content.decode()


def test_a_deal_that_another_has_moved_meanwhile_stays_where_it_is(http, stages, make_deal):  # fmt: skip
    deal = make_deal(stage=stages[1])

    answer = http.post(f"/deals/board/{deal.pk}/move/", {"to": stages[4].pk, "seen_at": stages[0].pk}, headers=HTMX)  # fmt: skip

    assert answer.status_code == 422
    deal.refresh_from_db()
    assert deal.stage == stages[1]


def test_move_to_offers_the_reachable_stages_success_and_refusal(http, stages, make_deal):  # fmt: skip
    deal = make_deal(stage=stages[0])
    stages[0].next_stages.set([stages[1]])

    html = http.get(f"/deals/board/{deal.pk}/to/", headers=HTMX).content.decode()

    assert stages[1].name in html and stages[4].name not in html
    assert f"/deals/{deal.pk}/succeed/?from=board" in html
    assert f"/deals/{deal.pk}/refuse/?from=board" in html


def test_a_stranger_sees_neither_the_card_nor_the_way_to_move_it(sign_in, stages, make_deal):  # fmt: skip
    narrow = UserFactory()
    narrow.role.scope = "own"
    narrow.role.save()
    deal = make_deal(stage=stages[0])
    http = sign_in(narrow)

    assert cards(http.get("/deals/board/").content.decode()) == []
    answer = http.post(f"/deals/board/{deal.pk}/move/", {"to": stages[1].pk})
    assert answer.status_code == 404
    assert http.get(f"/deals/board/{deal.pk}/to/").status_code == 404


def test_mine_leaves_only_my_deals(sign_in, stages, make_deal):
    me = UserFactory()
    mine = make_deal(stage=stages[0], responsible=me)
    make_deal(stage=stages[0])

    html = sign_in(me).get("/deals/board/?responsible=me").content.decode()

    assert cards(html) == [mine.pk]


def test_the_filters_of_the_list_narrow_the_board(http, stages, make_deal):
    urgent = make_deal(stage=stages[0], priority=4)
    make_deal(stage=stages[0], priority=1)

    html = http.get("/deals/board/?priority=4").content.decode()

    assert cards(html) == [urgent.pk]
    picker = http.get("/deals/filters/?to=board&field=priority", headers=HTMX)
    assert 'hx-get="/deals/board/"' in picker.content.decode()


@pytest.mark.parametrize("query", ["process=x", "process=99999999999999999999", "responsible=x", "q=%00", "column=-1"])  # fmt: skip
def test_odd_addresses_still_show_a_board(http, stages, query):
    assert http.get(f"/deals/board/?{query}").status_code == 200


def test_the_board_costs_the_same_for_few_and_for_many(http, stages, make_deal, django_assert_max_num_queries):  # fmt: skip
    for stage in stages:
        for _n in range(4):
            make_deal(stage=stage, due_at=timezone.now(), invoiced=10)

    http.get("/deals/board/")
    with django_assert_max_num_queries(15):
        http.get("/deals/board/")
