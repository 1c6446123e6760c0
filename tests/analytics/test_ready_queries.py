"""The questions that come with the product, over a base small enough to count by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.models import SavedQuery
from analytics.queries import ready, running
from analytics.queries.question import Question
from clients.models import (
    Activity,
    ActivityKind,
    ActivityResult,
    Campaign,
    CampaignCost,
    Client,
    Industry,
    InformationSource,
    Inquiry,
    Product,
    RelationshipType,
    TriggerEvent,
)
from deals.models import Competitor, Deal, DealLine, Refusal, RefusalReason
from tests.analytics.february import a_way
from tests.factories import ClientFactory, RegionFactory, UserFactory

NOW = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
D = Decimal


def ago(days):
    return NOW - timedelta(days=days)


@pytest.fixture
def base(db):
    """A client of a campaign who bought, and one of a cold call who refused twice."""
    b = type("Base", (), {})()
    b.web, b.fair = (InformationSource.objects.create(name=n) for n in ("Сеть", "Ярмарка"))  # fmt: skip
    b.shops, b.food = (Industry.objects.create(name=n) for n in ("Магазины", "Еда"))
    b.region, b.trigger = RegionFactory(), TriggerEvent.objects.create(name="Поломка насоса")  # fmt: skip
    b.campaign = Campaign.objects.create(name="Весна")
    b.campaign.channels.set([b.web])
    for amount, on in ((20_000, 40), (10_000, 30), (99_000, 900)):
        CampaignCost.objects.create(campaign=b.campaign, side="spent", kind="other", on=ago(on).date(), amount=amount, made_at=NOW)  # fmt: skip
    CampaignCost.objects.create(campaign=b.campaign, side="plan", kind="other", on=ago(40).date(), amount=77_000, made_at=NOW)  # fmt: skip
    b.seller = UserFactory(username="seller")
    b.boss = UserFactory(username="boss", is_superuser=True)
    b.buyer = ClientFactory(region=b.region, industry=b.shops, source=b.web, initiative="theirs", trigger_event=b.trigger, campaign=b.campaign)  # fmt: skip
    b.cold = ClientFactory(region=b.region, industry=b.food, source=b.fair, initiative="ours")  # fmt: skip
    Client.objects.filter(pk=b.buyer.pk).update(created_at=ago(60), first_contact_at=ago(60))  # fmt: skip
    Client.objects.filter(pk=b.cold.pk).update(created_at=ago(60), first_contact_at=ago(35))  # fmt: skip

    def inquiry(source, channel, came, **more):
        Inquiry.objects.create(source=source, channel=channel, received_at=ago(came), recorded_at=ago(came), **more)  # fmt: skip

    inquiry(b.web, "site", 50, state="converted", closed_at=ago(48), client=b.buyer, campaign=b.campaign, industry=b.shops, utm_source="Yandex", utm_campaign="spring")  # fmt: skip
    inquiry(b.web, "call", 50, state="refused", not_ours="no_need", closed_at=ago(50), industry=b.food)  # fmt: skip
    inquiry(b.web, "site", 50, state="refused", not_ours="spam", closed_at=ago(50))
    inquiry(b.fair, "call", 50, state="converted", closed_at=ago(40), client=b.cold)

    _process, stages = a_way()
    stage = next(iter(stages.values()))
    b.price = RefusalReason.objects.create(name="Цена вопроса")
    b.dear = RefusalReason.objects.create(name="Слишком дорого", parent=b.price)
    b.silent = RefusalReason.objects.create(name="Молчат")
    b.rival = Competitor.objects.create(name="Соперник")
    b.pump, b.brush = (Product.objects.create(name=n) for n in ("Насос", "Щётка"))

    def deal(client, amount, opened, closed, state, product, **more):
        made = Deal.objects.create(client=client, title="Сделка", process=stage.process, stage=stage, responsible=b.seller, amount=amount, opened_at=ago(opened), closed_at=ago(closed), state=state, source=client.source, **more)  # fmt: skip
        DealLine.objects.create(deal=made, product=product, name=product.name, quantity=1, price=amount, total=amount, position=1)  # fmt: skip
        return made

    deal(b.buyer, 200_000, 45, 15, "won", b.pump, campaign=b.campaign, paid=150_000)
    for amount, product, reason, more in (
        (500_000, b.pump, b.dear, {"competitor": b.rival, "competitor_price": 400_000}),
        (50_000, b.brush, b.silent, {}),
    ):
        lost = deal(b.cold, amount, 25, 5, "lost", product, reason=reason)
        Refusal.objects.create(deal=lost, reason=reason, stage=stage, refused_at=ago(5), refused_by=b.seller, **more)  # fmt: skip

    step = RelationshipType.objects.filter(step=1).first()
    found = ActivityResult.objects.filter(shows_interest=True).first()
    b.glad, b.sad = ActivityResult.objects.filter(kind__code="satisfaction").order_by("pk")  # fmt: skip

    def work(kind, client, done, result=None, **more):
        Activity.objects.create(client=client, kind=ActivityKind.objects.get(code=kind), status="done", done_at=ago(done), feed_at=ago(done), created_at=ago(done), performer=b.seller, created_by=b.seller, result=result, **more)  # fmt: skip

    work("call", b.cold, 35, found, direction="out", relationship=step)
    work("call", b.buyer, 20, direction="out", relationship=step)
    work("meeting", b.buyer, 47)
    for result in (b.glad, b.glad, b.sad):
        work("satisfaction", b.buyer, 1, result)
    return b


def expected(b):
    """{ready question: {key of the row, or (row, column): values}}; shares and ratios as they are."""
    month = ago(60).date().replace(day=1)
    came = ago(50).date().replace(day=1)
    quarter = ago(1).date()
    quarter = quarter.replace(month=quarter.month - (quarter.month - 1) % 3, day=1)
    seller = (b.seller.pk,)
    return {
        "channels": {(b.web.pk,): (2, 0.5, 0.5, 2, 35), (b.fair.pk,): (1, 1, 0, 10, None)},
        "channels_money": {(b.web.pk,): (1, 200_000, 200_000, 150_000, 30, 45)},
        "channels_cost": {(b.web.pk,): (3, 30_000, 10_000, 30_000), (b.fair.pk,): (1, None, None, None)},
        "links": {("Yandex", "spring"): (1, 1, 1, 2)},
        "sales_channels": {("site",): (1, 1, 1, 2, 35), ("call",): (2, 0.5, 0, 10, None)},
        "initiative": {("theirs",): (1, 1, 150_000, 30), ("ours",): (2, 0, 0, None)},
        "price": {((b.price.pk,), 2): (1,), ((b.silent.pk,), 0): (1,)},
        "product": {((b.pump.pk,), b.price.pk): (1,), ((b.brush.pk,), b.silent.pk): (1,)},
        "competitors": {(b.rival.pk,): (1, 100_000, 400_000)},
        "segments": {((b.shops.pk,), b.pump.pk): (200_000,)},
        "regions": {(b.region.pk, b.shops.pk): (1, 1, 150_000), (b.region.pk, b.food.pk): (2, 0, 0)},
        "lead_segments": {(b.shops.pk,): (1, 1, 1, 2, 35), (b.food.pk,): (1, 0, 0, None, None), (None,): (1, 1, 0, 10, None)},
        "campaigns": {(b.campaign.pk,): (1, 1, 1, 30_000, 30_000, 30_000), (None,): (3, D(1) / 3, 1, None, None, None)},
        "campaigns_money": {(b.campaign.pk,): (1, 1, 150_000, 30_000, 30_000, 5), (None,): (2, 0, 0, None, None, None)},
        "triggers": {(b.trigger.pk,): (1, 1, 1, 45)},
        "cold_calls": {seller: (2, 2, 0.5, 0.5, 0.5)},
        "cohorts": {(month,): (2, 0.5, 0, 0, 0.5)},
        "lead_cohorts": {(came,): (3, D(2) / 3, D(1) / 3, 6, 35)},
        "satisfaction": {((b.glad.pk,), quarter): (D(2) / 3,), ((b.sad.pk,), quarter): (D(1) / 3,)},
        "reasons": {(b.price.pk, b.dear.pk): (0.5, 1), (b.silent.pk, b.silent.pk): (0.5, 1)},
        "reasons_sellers": {((b.price.pk,), b.seller.pk): (0.5,), ((b.silent.pk,), b.seller.pk): (0.5,)},
    }  # fmt: skip


def test_each_ready_question_gives_what_the_base_says(base):
    told = expected(base)
    assert told.keys() == {one.code for one in ready.READY}
    for row in SavedQuery.objects.exclude(ready=""):
        answer = running.ask(Question.read(row.question), user=base.boss, at=NOW)
        wide = len(answer.columns) > 1 or answer.columns[0] != ()
        found = {
            ((answer.rows[r], answer.columns[c][0]) if wide else answer.rows[r]): values
            for (r, c), values in answer.cells.items()
            if any(values)
        }
        assert found.keys() == told[row.ready].keys(), (row.ready, found)
        for key, values in told[row.ready].items():
            for value, right in zip(found[key], values, strict=True):
                if right is None:
                    assert value is None, (row.ready, key, found[key])
                else:
                    assert abs(float(value or 0) - float(right)) < 1e-9, (row.ready, key, found[key])  # fmt: skip


def test_ready_questions_are_everybodys_in_both_languages_and_stand_as_they_came(base, sign_in):  # fmt: skip
    http = sign_in(base.boss)
    page = http.get(reverse("analytics:queries")).content.decode()
    assert "Доли причин отказа" in page and "Shares of refusal reasons" not in page
    one = SavedQuery.objects.get(ready="campaigns_money")
    assert http.get(one.get_absolute_url(), follow=True).status_code == 200
    SavedQuery.objects.filter(ready="price").update(name="spoiled")
    ready.install(using="default")
    ready.install(using="default")
    rows = SavedQuery.objects.exclude(ready="").values_list("ready", "name")
    assert len(rows) == len(ready.READY) and dict(rows)["price"] == "Refusals by reason and price"  # fmt: skip
