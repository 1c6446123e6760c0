"""The list of deals: what it finds, what it adds up to, what it costs; discussion, palette and the day."""

from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.sales import sales
from clients.actions.joining import merge_clients
from clients.models import Product, Selection
from deals.actions import deals as actions
from deals.actions import discussion
from deals.actions.lines import add_line
from deals.listing import DealListing
from deals.models import Competitor, Deal, Mention, RefusalReason, Remark
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(user):
    return ClientFactory(curator=user, name="Вымпел-Образец")


def opened(user, firm, title, **more) -> Deal:
    return actions.open_deal(by=user, client=firm, title=title, **more)


def test_filters_search_and_totals_agree(http, user, firm):
    opened(user, firm, "Машины для цехов", amount=Decimal("1000.50"))
    opened(user, firm, "Щётки", amount=Decimal(500), currency="EUR")
    small = opened(user, firm, "Химия", amount=Decimal(10))
    Deal.objects.filter(pk=small.pk).update(state="won", closed_at=timezone.now())

    assert "Химия" not in http.get("/deals/").text
    found = http.get("/deals/?q=машины&amount_from=900&responsible=me").text
    assert "Машины для цехов" in found
    assert "Щётки" not in found
    assert "Вымпел" in http.get("/deals/?q=вымпел&state=won").text
    totals = http.get("/deals/totals/?state=all").context["totals"]
    assert [(t["currency"], t["count"], t["total"]) for t in totals] == [
        ("RUB", 2, Decimal("1010.50")),
        ("EUR", 1, Decimal(500)),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "amount_from=много&stage=x&responsible=999999&norm=?",
        "next_step=none&next_step=week&norm=late&norm=waits&money=owes&money=paid",
        "sort=зло&q=%00&after=xx",
        "expected_from=31.02.2026&closed_at_to=01.01.2026&region=none&product=1",
        "sort=-amount&state=all",
        "sort=expected_on",
        "client=99999999999999999999",
    ],
)
def test_nonsense_in_the_address_is_named_and_ignored(http, user, firm, query):
    opened(user, firm, "Щётки")
    assert http.get(f"/deals/?{query}").status_code == 200


def test_the_list_costs_the_same_for_two_deals_and_twenty(http, user, firm):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert http.get("/deals/").status_code == 200
        return len(queries)

    opened(user, firm, "Первая")
    opened(user, firm, "Вторая")
    cost()
    few = cost()
    for number in range(18):
        opened(user, firm, f"Сделка {number}")
    assert cost() <= few <= 12


def test_columns_selections_and_export(http, user, firm):
    opened(user, firm, "=1+1 щётки", amount=Decimal(7))
    http.post("/deals/columns/", {"column": ["amount", "due_at"]})
    assert [f.name for f in http.get("/deals/").context["listing"].columns] == ["title", "amount", "due_at"]  # fmt: skip
    http.post("/clients/selections/new/", {"name": "Мои", "entity": "deal", "parameters": "responsible=me"})  # fmt: skip
    assert Selection.objects.get().entity == "deal"
    assert "Мои" in http.get("/deals/").text

    csv = http.get("/deals/?format=csv").getvalue().decode("utf-8-sig")
    assert "'=1+1 щётки;" in csv
    assert "Вымпел-Образец" in csv
    assert http.get("/deals/?format=xlsx&columns=all").status_code == 200


def test_a_stranger_sees_none_of_them(sign_in, user, firm):
    opened(user, firm, "Щётки")
    stranger = UserFactory()
    stranger.role.scope = "own"
    stranger.role.save()
    assert "Щётки" not in sign_in(stranger).get("/deals/").text


def test_deals_without_a_step_are_counted_and_wait_on_my_day(http, user, firm):
    opened(user, firm, "Щётки")
    Deal.objects.update(next_step_at=None)
    assert http.get("/deals/").context["no_step"] == 1
    assert "Щётки" in http.get("/deals/attention/").text


def test_the_palette_finds_a_deal_by_its_name(http, user, firm):
    opened(user, firm, "Подметальные щётки")
    answer = http.get("/search/?q=щётк").json()
    urls = [i["url"] for g in answer["groups"] for i in g["items"]]
    assert f"/deals/{Deal.objects.get().pk}/" in urls


def test_who_is_called_by_name_finds_it_on_his_day_until_he_reads_it(http, sign_in, user, firm):  # fmt: skip
    other = UserFactory(last_name="Юристов", first_name="Лев")
    deal = opened(user, firm, "Щётки")
    answer = http.post(f"/deals/{deal.pk}/say/", {"text": "@Юристов, глянь п. 4.2"}, HTTP_HX_REQUEST="true")  # fmt: skip
    assert "глянь" in answer.text
    his = sign_in(other)
    assert "глянь" in his.get("/deals/attention/").text
    assert "new" in his.get(f"/deals/{deal.pk}/sections/?only=discussion").text

    his.post(f"/deals/{deal.pk}/say/", {"seen": "1"}, HTTP_HX_REQUEST="true")
    assert "глянь" not in his.get("/deals/attention/").text
    assert Mention.objects.get().seen_at


def test_only_the_author_takes_his_words_away(http, sign_in, user, firm):
    remark = discussion.say(by=user, text="лишнее", client=firm)
    assert sign_in(UserFactory()).post(f"/remarks/{remark.pk}/unsay/", HTTP_HX_REQUEST="true").status_code == 422  # fmt: skip
    http.post(f"/remarks/{remark.pk}/unsay/", HTTP_HX_REQUEST="true")
    assert "лишнее" not in http.get(f"/clients/{firm.pk}/panels/?only=discussion").text
    assert http.post(f"/clients/{firm.pk}/say/", {"text": "  "}, HTTP_HX_REQUEST="true").status_code == 422  # fmt: skip


def test_joining_cards_carries_deals_and_talk(user, firm):
    other = ClientFactory(curator=user, name="Вымпел-Образец 2")
    deal = opened(user, other, "Щётки")
    discussion.say(by=user, text="про сделку", client=other, deal=deal)
    discussion.say(by=user, text="про клиента", client=other)
    discussion.note_seen(by=user, client=firm, deal=None)
    merge_clients(survivor=firm, loser=other, by=user, at=timezone.now())

    deal.refresh_from_db()
    assert deal.client == firm
    assert set(Remark.objects.values_list("client", flat=True)) == {firm.pk}


def test_reasons_and_competitors_are_kept_as_dictionaries(sign_in):
    http = sign_in(UserFactory(preset="head_of_sales"))
    assert "Причины отказа" in http.get("/settings/dictionaries/").text
    price = RefusalReason.objects.get(name="Цена")
    http.post("/settings/dictionaries/refusal-reasons/", {"name": "Скидка мала", "parent": price.pk})  # fmt: skip
    assert RefusalReason.objects.get(name="Скидка мала").parent == price
    http.post("/settings/dictionaries/competitors/", {"name": "Фиктив-Клин"})
    assert Competitor.objects.get().name == "Фиктив-Клин"


def test_the_totals_of_a_filter_are_those_of_the_report_of_sales(user, firm):
    other, machines = UserFactory(), Product.objects.create(name="Машины")
    for by, amount, currency in ((user, "1000.50", "RUB"), (user, "20", "EUR"), (other, "7.07", "RUB"), (user, "3", "RUB")):  # fmt: skip
        deal = opened(by, firm, "Поставка", amount=Decimal(amount), currency=currency)
        if amount != "3":
            add_line(deal.pk, by=by, product=machines, price=Decimal(amount))
        Deal.objects.filter(pk=deal.pk).update(state="won", closed_at=timezone.now(), amount=Decimal(amount))  # fmt: skip

    def listed(query):
        listing = DealListing(QueryDict(f"state=won&{query}"), Deal.objects.all(), user=user)  # fmt: skip
        return {t["currency"]: (t["count"], t["total"]) for t in listing.totals()}

    def reported(by, name):
        rows = sales(by=(by,))
        return {r.currency: (r.won, r.revenue) for r in rows if r.of == (str(name),)}

    assert listed(f"responsible={user.pk}") == reported("agent", user)
    assert listed(f"responsible={other.pk}") == reported("agent", other)
    assert listed(f"product={machines.pk}") == reported("product", machines)
    assert listed(f"product={machines.pk}") == {"RUB": (2, Decimal("1007.57")), "EUR": (1, Decimal(20))}  # fmt: skip


def test_saved_selections_of_deals_stand_in_the_rail_and_lead_to_the_list(http, user):
    Selection.objects.create(entity="deal", owner=user, name="Крупные", parameters="amount_from=900")  # fmt: skip
    Selection.objects.create(entity="client", owner=user, name="Новые фирмы", parameters="group=none")  # fmt: skip

    rail = http.get("/deals/").text.split('class="se-me-menu"')[0]
    assert 'href="/deals/?amount_from=900"' in rail
    assert rail.index("Крупные") < rail.index("Новые фирмы")
    assert "Крупные" in http.get("/contacts/").text
