"""Nothing of a stranger's deal can be read or changed by whoever is narrowed to his own, whatever address he types."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from clients.models import ActivityKind, Inquiry
from deals import competitor_prices
from deals.actions.bookings import ask_for_time
from deals.actions.deliveries import record_delivery
from deals.actions.handovers import deal_subject, hand_over
from deals.actions.lines import add_line
from deals.actions.offers import make_offer
from deals.actions.payments import record_payment
from deals.choices import DeliveryKind, OfferKind
from deals.models import (
    Competitor,
    CompetitorPrice,
    Contract,
    Document,
    DocumentTemplate,
    Remark,
)
from deals.urls import urlpatterns
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import Role
from salesexpert.core.templatetags import look
from tests.deals.money import a_deal, a_firm, an_invoice, today
from tests.factories import ClientFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db

# Nothing in these hangs on a deal or a client: dictionaries, settings, the bank's statements.
OF_THE_COMPANY = ("settings/", "catalogue/", "library/", "statements/", "deals/board/column/", "plan/load/stages/")  # fmt: skip


@pytest.fixture
def narrow():
    """Every right there is, over one's own clients only."""
    every = {p for role in Role.objects.all() for p in role.permissions}
    every -= {"clients.view_all_clients"}
    role = RoleFactory(permissions=sorted(every), scope=Scope.OWN)
    return UserFactory(role=role)


@pytest.fixture
def strange():
    """{beginning of an address: id} of a stranger's deal and of all that hangs on it."""
    by = UserFactory()
    firm = a_firm()
    deal = a_deal(ClientFactory(curator=by), responsible=by, amount=Decimal(5000))
    line = add_line(deal.pk, by=by, name="Насос", price=Decimal(100))
    given = {"deal": deal, "by": by, "at": timezone.now()}
    offer = make_offer(kind=OfferKind.FINANCIAL, made_on=today(), **given)
    invoice = an_invoice(deal)
    payment = record_payment(
        by=by, client=deal.client, amount=Decimal(10), paid_on=today()
    )
    delivery = record_delivery(
        by=by, deal=deal, kind=DeliveryKind.UPD, number="7", delivered_on=today(), total=Decimal(5)
    )  # fmt: skip
    receipt = deal.planned_receipts.create(
        client=deal.client, due_on=today() + timedelta(days=3), amount=Decimal(5)
    )
    contract = Contract.objects.create(
        client=deal.client, deal=deal, firm=firm, number="Д-1", dated_on=today()
    )
    paper = Document.objects.create(
        client=deal.client, deal=deal, firm=firm, template=DocumentTemplate.objects.first(), title="Договор",
        dated_on=today(), kind="contract", made_at=timezone.now(),
    )  # fmt: skip
    remark = Remark.objects.create(
        client=deal.client, deal=deal, author=by, text="—", written_at=timezone.now()
    )
    price = CompetitorPrice.objects.create(
        competitor=Competitor.objects.create(name="Соперник-Образец"),
        deal=deal, price=Decimal(4000), seen_on=today(), entered_by=by,
    )  # fmt: skip
    handover = hand_over(deal_subject(deal), to=[UserFactory()], note="—", by=by)
    request = ask_for_time(
        by=by, client=deal.client, kind=ActivityKind.objects.get(code="call"), note="—",
        wanted_at=timezone.now() + timedelta(days=1), minutes=30,
    )  # fmt: skip
    inquiry = Inquiry.objects.create(
        channel="call", received_at=timezone.now(), recorded_at=timezone.now(), recorded_by=by,
        responsible=by, client=deal.client, deal=deal, company="—",
    )  # fmt: skip
    return {
        "deals/<int:deal_pk>/receipts/<int:pk>": (deal.pk, receipt.pk),
        "deals/bulk/": (1,),
        "deals/": (deal.pk,),
        "clients/": (deal.client_id,),
        "receivables/": (deal.client_id,),
        "deal-lines/": (line.pk,),
        "offers/": (offer.pk,),
        "invoices/": (invoice.pk,),
        "payments/": (payment.pk,),
        "deliveries/": (delivery.pk,),
        "contracts/": (contract.pk,),
        "papers/": (paper.pk,),
        "handovers/": (handover.pk,),
        "plan/team/requests/": (request.pk,),
        "inquiries/": (inquiry.pk,),
        "remarks/": (remark.pk,),
        "competitors/prices/": (price.pk,),
    }


def test_every_address_of_a_strangers_deal_answers_404(sign_in, narrow, strange):
    http = sign_in(narrow)
    wrong = []
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if "<int:" not in route or route.startswith(OF_THE_COMPANY):
            continue
        ids = next(pks for start, pks in strange.items() if route.startswith(start))
        path = route
        for name, pk in zip(pattern.pattern.converters, ids, strict=False):
            path = path.replace(f"<int:{name}>", str(pk))
        path = path.replace("<slug:field>", "amount").replace("<slug:to>", "signed")
        for method in ("get", "post"):
            answer = getattr(http, method)(f"/{path}")
            if answer.status_code not in {404, 405}:
                wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_the_sum_of_a_strangers_deal_is_not_told_by_the_prices_of_competitors(
    sign_in, narrow, strange
):
    known = CompetitorPrice.objects.get()

    def told(person):
        page = sign_in(person).get("/competitors/").content.decode()
        row = page.split("<tbody>")[1].split("</tbody>")[0]
        return [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]  # fmt: skip

    stranger, head = told(narrow), told(UserFactory(preset="director"))
    deal = known.deal
    assert stranger[3:5] == ["—", "—"]
    assert deal.title not in stranger[6]
    assert head[3] == look.number(deal.amount)
    assert head[4] == look.percents(competitor_prices.gap(deal.amount, known.price).percent)  # fmt: skip
    assert deal.title in head[6]
