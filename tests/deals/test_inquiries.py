"""An inquiry becomes a deal, and what inquiries come to is counted."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from clients.actions import inquiries, inquiry_clients
from clients.actions.inquiries import Said
from clients.models import Campaign, InformationSource, Inquiry, Product
from deals.actions import inquiries as actions
from deals.models import Deal
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def came(client=None, *, by=None, **said):
    said = {"channel": "site", "name": "Заготовкина Лидия", "phones": ["+7 495 123-45-67"], "text": "Нужен насос"} | said  # fmt: skip
    inquiry = inquiries.receive(Said(**said), by=None, at=timezone.now())
    if client:
        inquiry_clients.join(inquiry.pk, client=client, by=by, at=timezone.now())
    return inquiry


def test_the_deal_keeps_everything_the_inquiry_brought(http, user):
    client = ClientFactory()
    source = InformationSource.objects.create(name="Показ на складе")
    campaign = Campaign.objects.create(name="Осень")
    product = Product.objects.create(name="Насос")
    inquiry = came(source=source.pk, campaign=campaign.pk, products=[product.pk])
    file = SimpleUploadedFile("заявка.txt", b"2")
    inquiry_clients.note(inquiry.pk, kind="call", text="Перезвонил", by=user, at=timezone.now(), upload=file)  # fmt: skip
    inquiry_clients.join(inquiry.pk, client=client, by=user, at=timezone.now())
    address = reverse("deals:inquiry_convert", args=[inquiry.pk])
    assert "Насос" in http.get(address).content.decode()

    answer = http.post(address, {"title": "Насосы", "currency": "RUB", "amount": "120 000,50", "interests": [product.pk], "note": "Нужен насос"})  # fmt: skip

    deal = Deal.objects.get()
    assert answer["Location"] == deal.get_absolute_url()
    assert (deal.client, deal.source, deal.campaign, str(deal.amount)) == (client, source, campaign, "120000.50")  # fmt: skip
    assert deal.contact == client.contacts.get() and list(deal.interests.all()) == [product]  # fmt: skip
    assert set(deal.activities.values_list("summary", flat=True)) >= {"Перезвонил"}
    assert deal.activities.filter(summary__startswith="Нужен насос").exists()
    assert client.files.get().activity.deal == deal
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.deal) == ("converted", deal)


def test_a_deal_typed_wrong_is_refused_and_opens_nothing(http, user):
    inquiry = came(ClientFactory(), by=user)
    answer = http.post(reverse("deals:inquiry_convert", args=[inquiry.pk]), {"title": "х", "amount": "много", "currency": "RUB"})  # fmt: skip
    assert answer.status_code == 422 and not Deal.objects.exists()
    inquiry.refresh_from_db()
    assert inquiry.state == "work"


def test_an_inquiry_of_nobody_leads_to_its_page_first_and_twice_makes_one_deal(http, user):  # fmt: skip
    inquiry = came()
    address = reverse("deals:inquiry_convert", args=[inquiry.pk])
    assert http.get(address)["Location"] == inquiry.get_absolute_url()

    inquiry_clients.join(inquiry.pk, client=ClientFactory(), by=user, at=timezone.now())
    for _time in range(2):
        http.post(address, {"title": "х", "currency": "RUB"})
    assert Deal.objects.count() == 1


def test_results_count_by_channel_and_each_number_opens_its_inquiries(http, user):
    client = ClientFactory()
    won = came(client, by=user)
    actions.convert(won.pk, by=user, at=timezone.now())
    Deal.objects.update(state="won", closed_at=timezone.now())
    late = came(channel="call", phones=["+7 495 000-00-01"])
    Inquiry.objects.filter(pk=late.pk).update(answer_due_at=timezone.now() - timedelta(hours=2), answered_at=timezone.now())  # fmt: skip
    spam = came(phones=["+7 495 000-00-02"])
    inquiries.put_aside(spam.pk, why="spam", by=user, at=timezone.now())

    page = http.get(reverse("deals:inquiry_report")).content.decode()

    assert "Сайт" in page and "Звонок" in page
    site = next(row for row in http.get(reverse("deals:inquiry_report")).context["rows"] if row["result"].key == "site")  # fmt: skip
    result = site["result"]
    assert (result.received, result.spam, result.converted, result.won, result.won_share) == (2, 1, 1, 1, 100)  # fmt: skip
    for name in ("received", "in_term", "converted", "deals", "won"):
        listed = http.get(site["links"][name])
        assert len(listed.context["page"].rows) == getattr(result, name), name


@pytest.mark.parametrize("query", ["by=drop", "since=2026-13-99&until=abc", "since=2026-02-01&until=2026-01-01", "since=1990-01-01", "by=recorded_by&until=9999-12-31"])  # fmt: skip
def test_a_report_asked_wrong_still_answers(http, query):
    assert http.get(reverse("deals:inquiry_report") + f"?{query}").status_code == 200
