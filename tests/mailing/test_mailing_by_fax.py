"""A mailing by fax: who is in and why not, one fax to each by the service that takes letters, what became of them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from clients import suppressions
from clients.models import Activity, Email, Phone, Suppression
from clients.personal_choices import SuppressionReason
from clients.persons import Person
from mailing import freezing, sending, topics
from mailing.actions import faxes
from mailing.models import (
    Fax,
    FaxLine,
    Incoming,
    Mailing,
    MailingTopic,
    MailTemplate,
    Recipient,
)
from salesexpert.outbox import delivery
from salesexpert.outbox.models import Letter
from tests.factories import ClientFactory, ConsentFactory, UserFactory
from tests.outbox.conftest import mail_server  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db):
    return UserFactory(username="marketer", preset="head_of_marketing")


def firm(name, number="", *, kind="fax", agreed=True):
    made = ClientFactory(name=f"Весна {name}")
    if number:
        valid = number if number.startswith("+") else ""
        Phone.objects.create(client=made, e164=valid, raw=number, kind=kind)
    if agreed:
        ConsentFactory(contact=None, client=made, channel="fax")
    return made


def begun(http, **more):
    """A mailing by fax through its pages, from the form to the start."""
    now = timezone.now()
    template = MailTemplate.objects.create(
        name="Факс", channel="fax", subject="Новое для {{ client.name }}", body="<p>{{ contact.dear }}!</p>", created_at=now, changed_at=now
    )  # fmt: skip
    typed = {"name": "Факсом", "template": template.pk, "parameters": "q=Весна", "whom": "main", "is_advertising": "on", "gather": "1", **more}  # fmt: skip
    answer = http.post(reverse("mailing:new") + "?channel=fax", typed)
    assert answer.status_code == 302, answer.context["form"].errors
    mailing = Mailing.objects.get()
    freezing.freeze(mailing.pk, at=now)
    http.post(reverse("mailing:do", args=[mailing.pk, "begin"]))
    mailing.refresh_from_db()
    return mailing


def a_line(**more):
    return FaxLine.objects.create(
        name="Служба", driver="gateway", is_default=True, created_at=timezone.now(), number_format="eight",
        options={"address": "{number}@fax.example"}, **more,
    )  # fmt: skip


def test_each_gets_one_fax_and_its_end_stands_on_the_page_and_in_the_history(http, user, mail_server):  # noqa: F811  # fmt: skip
    a_line()
    good = firm("согласная", "+74951234567")
    firm("двойник", "+74951234567")
    firm("без факса", "+74957654321", kind="work")
    firm("молчит", "+74951112233", agreed=False)
    firm("кривая", "12-34")
    mute = firm("голос", "+74952223344")
    stopped = firm("стоп", "+74953334455")
    not_to_call = firm("без звонков", "+74954445566")
    for who, reason in ((stopped, "stopped"), (not_to_call, "withdrawn")):
        numbers = suppressions.digests(suppressions.addresses_of(phones=who.phones.all()))  # fmt: skip
        Suppression.objects.bulk_create(Suppression(kind="phone", digest=d, reason=SuppressionReason(reason), made_at=timezone.now()) for d in numbers.values())  # fmt: skip
    old = faxes.queue_fax(number="+74952223344", pdf=b"%PDF", title="x", at=timezone.now(), client=mute)  # fmt: skip
    Fax.objects.filter(pk=old.pk).update(state="failed", trouble="not_a_fax", ended_at=timezone.now())  # fmt: skip

    mailing = begun(http)
    rows = Recipient.objects.filter(mailing=mailing)
    assert mailing.state == "running" and set(rows.filter(reason="").values_list("client", flat=True)) == {good.pk, not_to_call.pk}  # fmt: skip
    assert sorted(rows.exclude(reason="").values_list("reason", flat=True)) == ["bad_address", "bounced", "duplicate", "no_address", "no_consent", "suppressed"]  # fmt: skip
    assert "нет номера факса" in http.get(reverse("mailing:mailing", args=[mailing.pk])).content.decode().lower()  # fmt: skip

    for _shift in range(2):
        sending.run(mailing.pk)
    Fax.objects.filter(client=not_to_call).update(state="failed", trouble="busy", ended_at=timezone.now())  # fmt: skip
    for _minute in range(2):
        faxes.send_due(at=timezone.now())
    letter = Letter.objects.get(kind="fax")
    delivery.deliver(letter.pk)
    assert mail_server.recipients == ["84951234567@fax.example"]
    (part,) = mail_server.last().iter_attachments()
    assert part.get_payload(decode=True).startswith(b"%PDF")
    Incoming.objects.create(fingerprint="1", kind="reply", letter=letter, subject="Факс доставлен, страниц: 2, длительность 1:35", received_at=timezone.now(), read_at=timezone.now())  # fmt: skip
    faxes.ask_lines(at=timezone.now())
    for _shift in range(2):
        sending.run(mailing.pk)

    mailing.refresh_from_db()
    page = http.get(reverse("mailing:mailing", args=[mailing.pk]))
    counts = page.context["stands"].counts
    assert (mailing.state, counts["sent"], counts["failed"], counts["pages"], counts["seconds"]) == ("done", 1, 1, 2, 95)  # fmt: skip
    listed = http.get(reverse("mailing:recipients", args=[mailing.pk])).content.decode()
    assert "95" in listed and "занят" in listed.lower()
    entry = Activity.objects.get(kind__code="fax")
    assert (entry.client, entry.title) == (good, f"Новое для {good.name}") and "95" in entry.summary  # fmt: skip

    http.post(reverse("mailing:do", args=[mailing.pk, "retry"]))
    again = Fax.objects.get(client=not_to_call)
    assert (again.state, again.attempts) == ("queued", 0)


def test_quiet_hours_a_missing_line_and_a_no_hold_faxes_back_and_a_pause_takes_them(http, user):  # fmt: skip
    first, second = firm("один", "+74951234567"), firm("два", "+74951234568")
    mailing = begun(http, quiet_from="00:00", quiet_until="23:59")
    assert mailing.state == "ready"  # no line
    a_line()
    http.post(reverse("mailing:do", args=[mailing.pk, "begin"]))
    sending.run(mailing.pk)
    assert not Fax.objects.exists()
    Mailing.objects.update(quiet_from=None, quiet_until=None)
    Recipient.objects.update(due_at=None)
    sending.run(mailing.pk)
    assert Fax.objects.filter(state="queued").count() == 2

    http.post(reverse("mailing:do", args=[mailing.pk, "pause"]))
    assert not Fax.objects.exists()
    http.post(reverse("mailing:do", args=[mailing.pk, "go_on"]))
    sending.run(mailing.pk)
    second.consents.update(withdrawn_at=timezone.now(), withdrawn_means="link")
    faxes.send_due(at=timezone.now())
    states = dict(Fax.objects.values_list("client", "state"))
    assert states == {first.pk: "sending", second.pk: "cancelled"}


def test_who_refused_the_topic_gets_no_fax_on_it_either(http, user, sign_in):
    a_line()
    news = MailingTopic.objects.create(name="Новинки", name_en="News", position=1)
    MailingTopic.objects.create(name="Выставки", name_en="Fairs", position=2)
    wants, by_letter, by_card = (firm(name, f"+7495765432{n}") for n, name in enumerate(("хочет", "письмом", "карточкой")))  # fmt: skip
    Email.objects.create(client=by_letter, address="Info@Vesna.example")
    topics.refuse(address="info@vesna.example", topic=news.pk, at=timezone.now())
    keeper = UserFactory(preset="administrator", language="en")
    desk = sign_in(keeper)
    dialog = reverse("mailing:person_topics", args=["client", by_card.pk])
    assert "News" in desk.get(dialog).text
    fairs = MailingTopic.objects.get(name_en="Fairs").pk
    assert desk.post(dialog, {"wanted": [fairs]}).status_code == 302
    shown = desk.get(reverse("clients:person_data", args=["client", by_card.pk])).text
    assert "Refused topics of mailings" in shown
    assert "News" in shown

    mailing = begun(http, topic=news.pk)

    reasons = dict(Recipient.objects.filter(mailing=mailing).values_list("client", "reason"))  # fmt: skip
    assert reasons == {wants.pk: "", by_letter.pk: "topic", by_card.pk: "topic"}
    # Who waits is asked once more when his turn comes.
    desk.post(reverse("mailing:person_topics", args=["client", wants.pk]), {})
    row = Recipient.objects.get(client=wants)
    assert freezing.leave_out_who_said_no(mailing, [row.pk]) == {row.pk}
    assert [c.is_on for c in topics.of_person(Person(wants))] == [False, False]
