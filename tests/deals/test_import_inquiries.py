"""Loading inquiries out of tables: channels, days, outcomes, and loading the same again."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from clients.models import Campaign, Client, InformationSource, Inquiry
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

FUNNEL = """mql_id,first_contact_date,landing_page_id,origin
m1,2018-02-01,page-1,organic_search
m2,2017-10-20,page-2,paid_search
m3,2018-03-22,page-1,
"""
CLOSED = """mql_id,seller_id,sdr_id,won_date,business_segment,lead_type
m1,Лавка Пример,,2018-02-26 19:58:54,pet,online_medium
m3,Дом Образца,,2018-05-08 20:17:59,home,industry
"""
RUSSIAN = """Компания;ФИО;Телефон;Почта;Канал;Дата;Исход;Причина;Кампания
ООО «Ромашка-Пример»;Заготовкина Лидия;8 495 123-45-67;;звонок;05.03.2024 10:15;в работе;;Осень
;Пётр;;petr@primer.example, на обед;сайт;06.03.2024;не наше;спам;
;;;;сайт;06.03.2024;;;
Без канала;;8 812 111-22-33;;голубь;не дата;;;
"""


@pytest.fixture
def load(tmp_path):
    def run(text, *options):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        out = StringIO()
        call_command("import_inquiries", str(path), "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    return run


def test_a_funnel_of_two_tables_becomes_inquiries_with_their_outcome(load):
    first = load(FUNNEL, "--create-missing", "--default", "channel=site")
    assert (first["created"], first["rejected"]) == (3, [])
    second = load(CLOSED, "--create-missing", "--duplicates", "update", "--map", "seller_id=client")  # fmt: skip
    assert (second["updated"], second["rejected"]) == (2, [])

    won, lost = Inquiry.objects.get(outside_id="m1"), Inquiry.objects.get(outside_id="m2")  # fmt: skip
    assert (won.state, won.channel, won.source.name) == ("converted", "site", "organic_search")  # fmt: skip
    assert won.client.name == "Лавка Пример" and won.industry.name == "pet"
    assert won.received_at.date().isoformat() in ("2018-01-31", "2018-02-01")
    assert lost.state == "new" and lost.answer_due_at is None
    assert load(FUNNEL, "--create-missing", "--default", "channel=site")["duplicates"] == 3  # fmt: skip


def test_each_row_says_what_is_wrong_with_it(load):
    Campaign.objects.create(name="Осень")
    done = load(RUSSIAN)
    assert (done["rows"], done["created"]) == (4, 2)
    reasons = {r["row"]: r["reason"] for r in done["rejected"]}
    assert set(reasons) == {4, 5}
    assert "голубь" in reasons[5] and "не дата" in reasons[5]
    call, spam = Inquiry.objects.order_by("received_at")
    assert (call.channel, call.state, call.campaign.name) == ("call", "work", "Осень")
    assert call.numbers == ["+74951234567"] and call.name == "Заготовкина Лидия"
    assert (spam.state, spam.not_ours, spam.emails) == ("refused", "spam", ["petr@primer.example"])  # fmt: skip
    assert done["warnings"]


def test_unknown_words_are_refused_unless_they_may_be_made(load):
    done = load(FUNNEL)
    assert len(done["rejected"]) == 2 and not InformationSource.objects.filter(name="organic_search").exists()  # fmt: skip


def test_a_trial_writes_nothing(load):
    assert load(FUNNEL, "--create-missing", "--dry-run")["created"] == 3
    assert not Inquiry.objects.exists() and not Client.objects.exists()


def test_whoever_may_load_inquiries_finds_them_on_the_page_of_imports(sign_in):
    http = sign_in(UserFactory(preset="telemarketer"))
    assert "Обращения" in http.get(reverse("clients:import")).content.decode()
