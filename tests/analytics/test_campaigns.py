"""Campaigns: from the plan to the payments, and whom a deal is owed to."""

import random
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from analytics.campaign_sums import cost_of_one, returned
from clients.models import Campaign, CampaignCost, Client, InformationSource, Inquiry
from deals import touches
from deals.models import Deal
from deals.touches import FIRST, LAST, LINEAR, NAMED, Touch, shares
from pipeline.models import Stage
from tests.factories import ClientFactory, UserFactory

NOW = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)


def days(n):
    return NOW - timedelta(days=n)


def test_a_deal_is_owed_to_the_first_the_last_or_all_touches():
    walked = [Touch(2, days(9)), Touch(1, days(30)), Touch(2, days(20))]
    assert shares(walked, FIRST) == {1: 1}
    assert shares(walked, LAST) == {2: 1}
    assert shares(walked, LINEAR) == {1: Fraction(1, 3), 2: Fraction(2, 3)}
    assert shares([], LINEAR) == {}


def test_costs_and_returns_are_counted_to_the_kopeck_and_nothing_is_divided_by_nought():
    assert cost_of_one(Decimal(100), 3) == Decimal("33.33")
    assert cost_of_one(Decimal(100), 0) is None and cost_of_one(Decimal(0), 5) is None
    assert returned(Decimal(100_000), Decimal(250_000)) == Decimal("1.5")
    assert returned(Decimal(100_000), Decimal(40_000)) == Decimal("-0.6")
    assert returned(Decimal(0), Decimal(5)) is None


def deal(client, **given):
    stage = Stage.objects.select_related("process").order_by("pk").first()
    return Deal.objects.create(client=client, title="Сделка", process=stage.process, stage=stage, responsible=UserFactory(), **given)  # fmt: skip


def inquiry(client, campaign, at, **more):
    return Inquiry.objects.create(client=client, campaign=campaign, channel="site", received_at=at, recorded_at=at, state="converted", closed_at=at, **more)  # fmt: skip


@pytest.fixture
def base(db):
    """Three campaigns, a client who came by two of them and bought, one who only asked, spam that is nobody's."""
    spring, fair, post = (Campaign.objects.create(name=n) for n in ("Весна", "Выставка", "Письма"))  # fmt: skip
    buyer, asker = ClientFactory(), ClientFactory(campaign=spring)
    Client.objects.filter(pk=asker.pk).update(first_contact_at=days(50))
    inquiry(buyer, fair, days(40))
    inquiry(buyer, spring, days(30))
    inquiry(buyer, spring, days(20))
    inquiry(buyer, post, days(2))  # after the deal was opened
    Inquiry.objects.create(client=buyer, campaign=post, channel="site", received_at=days(60), recorded_at=days(60), state="refused", not_ours="spam", closed_at=days(60))  # fmt: skip
    won = deal(buyer, campaign=spring, amount=Decimal(300_000), paid=Decimal(120_000), opened_at=days(10), state="won", closed_at=days(1))  # fmt: skip
    deal(asker, amount=Decimal(50_000), opened_at=days(10))
    for side, amount in (("plan", 90_000), ("spent", 60_000), ("spent", 20_000)):
        CampaignCost.objects.create(campaign=spring, side=side, kind="advertising", on=days(5).date(), amount=amount, made_at=NOW)  # fmt: skip
    return spring, fair, post, won


def test_a_page_follows_a_campaign_from_the_inquiries_to_the_money(base, sign_in):
    spring, _fair, post, won = base
    http = sign_in(UserFactory(preset="head_of_marketing"))
    page = http.get(spring.get_absolute_url())
    result, lines = page.context["result"], {line["way"]: line for line in page.context["lines"]}  # fmt: skip
    assert (result.planned, result.spent, result.inquiries, result.clients) == (90_000, 80_000, 2, 2)  # fmt: skip
    assert result.cost_of_inquiry == 40_000

    def owed(way):
        credit = lines[way]["credit"]
        return (credit.deals, credit.won, credit.revenue, credit.paid)

    assert owed(NAMED) == (1, 1, 300_000, 120_000)
    assert owed(FIRST) == (1, 0, 0, 0)  # the asker's deal: the card names the campaign
    assert owed(LAST) == (2, 1, 300_000, 120_000)
    assert owed(LINEAR) == (Decimal("1.67"), Decimal("0.67"), 200_000, 80_000)
    assert lines[LAST]["cost_of_won"] == 80_000
    assert (lines[LAST]["on_paid"], lines[LAST]["on_revenue"]) == (Decimal("0.5"), Decimal("2.75"))  # fmt: skip
    assert [step.name for step, _at in page.context["paths"][0].steps] == ["Выставка", "Весна", "Весна"]  # fmt: skip
    assert page.context["paths"][0].deal == won

    # Each figure opens exactly its records.
    for way, count in ((NAMED, 1), (FIRST, 1), (LAST, 2), (LINEAR, 2)):
        opened = http.get(lines[way]["links"]["deals"])
        assert len(opened.context["page"].rows) == count, way
    links = page.context["links"]
    assert len(http.get(links["clients"]).context["page"].rows) == 2
    assert len(http.get(links["inquiries"]).context["page"].rows) == 2
    assert http.get(links["payments"]).status_code == 200
    listed = http.get(reverse("analytics:campaigns"), {"way": LAST, "q": "весна"})
    assert [row["credit"].revenue for row in listed.context["rows"]] == [300_000]
    assert "—" in http.get(post.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_sums_over_a_base_equal_the_arithmetic_of_each_deal():
    luck = random.Random(7)
    campaigns = [Campaign.objects.create(name=f"К{n}") for n in range(4)]
    user = UserFactory(preset="director")
    for _ in range(12):
        client = ClientFactory()
        for _ in range(luck.randrange(5)):
            inquiry(client, luck.choice(campaigns), days(luck.randrange(40)))
        for _ in range(luck.randrange(3)):
            deal(client, amount=Decimal(luck.randrange(1, 900)), paid=Decimal(luck.randrange(90)), opened_at=days(luck.randrange(40)), state="won", closed_at=NOW)  # fmt: skip
    deals = Deal.objects.visible_to(user)
    found = touches.credited(deals, [c.pk for c in campaigns])
    walked = touches.paths(list(deals))
    for way in (FIRST, LAST, LINEAR):
        for campaign in campaigns:
            parts = [(d, shares(walked[d.pk], way).get(campaign.pk, Fraction(0))) for d in deals]  # fmt: skip
            credit = found.get((campaign.pk, way), touches.Credit())
            assert credit.touched == sum(1 for _d, part in parts if part)
            assert abs(Fraction(credit.revenue) - sum(Fraction(d.amount) * p for d, p in parts)) < Fraction(1, 100)  # fmt: skip
            assert abs(Fraction(credit.paid) - sum(Fraction(d.paid) * p for d, p in parts)) < Fraction(1, 100)  # fmt: skip
            opened = set(deals.filter(touches.deals_of(campaign.pk, way)))
            assert opened == {d for d, part in parts if part}


@pytest.mark.django_db
def test_marketing_plans_spends_and_keeps_materials_and_others_only_read(sign_in):
    source = InformationSource.objects.first()
    http = sign_in(UserFactory(preset="head_of_marketing"))
    new = reverse("analytics:campaign_new")
    wrong = http.post(new, {"name": "Осень", "starts_on": "2026-10-01", "ends_on": "2026-09-01", "planned_revenue": "много"})  # fmt: skip
    assert wrong.status_code == 422 and wrong.context["form"].errors.keys() == {"ends_on", "planned_revenue"}  # fmt: skip
    http.post(new, {"name": "Осень", "starts_on": "2026-09-01", "ends_on": "2026-10-01", "planned_revenue": "1 200 000,50", "channels": [source.pk], "goal": "Сети <b>", "utm": "osen"})  # fmt: skip
    made = Campaign.objects.get(name="Осень")
    assert made.planned_revenue == Decimal("1200000.50") and made.channels.get() == source  # fmt: skip
    assert http.post(new, {"name": "осень "}).status_code == 422

    costs = reverse("analytics:campaign_cost_new", args=[made.pk])
    line = {"side": "spent", "kind": "event", "on": "2026-09-10", "amount": "12 500,50"}
    assert http.post(costs, line | {"amount": "-1"}).status_code == 422
    assert http.post(costs, line).status_code == 302
    cost = made.costs.get()
    http.post(reverse("analytics:campaign_cost", args=[cost.pk]), line | {"amount": "13000"})  # fmt: skip
    assert made.costs.get().amount == 13_000

    files = reverse("analytics:campaign_file_new", args=[made.pk])
    fake = SimpleUploadedFile("план.pdf", b"MZ not a pdf")
    assert http.post(files, {"file": fake}).status_code == 422
    http.post(files, {"file": SimpleUploadedFile("план.pdf", b"%PDF-1.7 plan")})
    kept = made.files.get()
    assert http.get(reverse("analytics:campaign_file", args=[kept.pk]))["Content-Disposition"].startswith("attachment")  # fmt: skip

    head = sign_in(UserFactory(preset="head_of_sales"))
    assert "План.pdf".lower() in head.get(made.get_absolute_url()).content.decode().lower()  # fmt: skip
    assert head.post(costs, line).status_code == 403
    assert head.get(new).status_code == 403
    seller = sign_in(UserFactory(preset="seller"))
    assert seller.get(made.get_absolute_url()).status_code == 403

    http = sign_in(UserFactory(preset="head_of_marketing"))
    http.post(reverse("analytics:campaign_cost_remove", args=[cost.pk]))
    http.post(reverse("analytics:campaign_file_remove", args=[kept.pk]))
    assert not made.costs.exists() and not made.files.exists()
    assert http.get("/campaigns/999999999999999999999/").status_code == 404


def test_the_list_costs_the_same_for_few_and_many(base, sign_in, django_assert_max_num_queries):  # fmt: skip
    http = sign_in(UserFactory(preset="director"))
    http.get(reverse("analytics:campaigns"))
    for n in range(20):
        Campaign.objects.create(name=f"Ещё {n}")
    with django_assert_max_num_queries(17):
        assert len(http.get(reverse("analytics:campaigns")).context["rows"]) == 23
