import pytest
from django.utils import timezone

from salesexpert.audit.models import JournalEntry
from salesexpert.core.secrets_at_rest import unseal
from salesexpert.outbox import delivery, dns_checks, servers
from salesexpert.outbox.models import MailAccount, SigningKey
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(sign_in):
    return sign_in(UserFactory(preset="administrator", email="admin@firm.example"))


def typed(port, **more):
    return {
        "name": "Почта", "from_address": "Отдел продаж <sales@firm.example>", "host": "127.0.0.1", "port": port,
        "security": "none", "connections": 2, "timeout": 5, "per_minute": "", "per_day": "", "is_active": "on", **more,
    }  # fmt: skip


def test_a_server_is_added_tried_out_and_becomes_the_way_of_letters(
    admin, mail_server, queue, settings, tmp_path
):
    settings.MAIL_CATCHER_DIR = str(tmp_path)
    answer = admin.post("/settings/mail/new/", typed(mail_server.port, username="", password="тайна 1"), follow=True)  # fmt: skip
    account = MailAccount.objects.get()
    assert account.is_default and unseal(account.password_sealed) == "тайна 1"
    page = answer.content.decode()
    assert "тайна" not in page and "тайна" not in account.password_sealed

    admin.post(f"/settings/mail/{account.pk}/trial/")
    assert mail_server.recipients == ["admin@firm.example"]
    mail_server.stop()
    page = admin.post(f"/settings/mail/{account.pk}/trial/", follow=True).content
    assert f"127.0.0.1:{mail_server.port}" in page.decode()

    # The password stays when the form is saved without one.
    admin.post(f"/settings/mail/{account.pk}/", typed(mail_server.port, name="Другая"))
    account.refresh_from_db()
    assert account.name == "Другая" and account.password == "тайна 1"
    assert queue().account == account
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert "mail_server.saved" in verbs


def test_what_cannot_be_a_server_is_refused_beside_its_field(admin):
    answer = admin.post(
        "/settings/mail/new/",
        typed("", from_address="нет", host="smtp firm", per_day="0", connections=99, timeout="\x00"),
    )  # fmt: skip
    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert set(errors) == {"port", "from_address", "host", "per_day", "connections", "timeout"}  # fmt: skip
    assert "smtp firm" in answer.content.decode() and not MailAccount.objects.exists()


def test_with_the_catcher_nothing_leaves_until_an_administrator_says_so(
    admin, mail_server, queue, settings, tmp_path
):
    settings.MAIL_CATCHER_DIR = str(tmp_path)
    account = MailAccount.objects.create(name="x", from_address="sales@firm.example", host="127.0.0.1", port=1, security="none", created_at=timezone.now())  # fmt: skip
    delivery.deliver(queue(account=account).pk)
    assert (
        mail_server.last()["From"] == "sales@firm.example"
    )  # caught by the environment's server

    admin.post("/settings/mail/leaving/", {"leaves": "yes"})
    letter = queue(account=account)
    delivery.deliver(letter.pk)
    letter.refresh_from_db()
    assert letter.trouble == "connection" and len(mail_server.raw) == 1


def test_the_dns_page_makes_a_key_and_says_what_to_write(admin, monkeypatch):
    MailAccount.objects.create(name="x", from_address="sales@firm.example", host="smtp.firm.example", created_at=timezone.now())  # fmt: skip
    admin.post("/settings/mail/domains/key/", {"domain": "firm.example"})
    key = SigningKey.objects.get()
    assert admin.post("/settings/mail/domains/key/", {"domain": "x.example"}).status_code == 404  # fmt: skip
    page = admin.get("/settings/mail/domains/").content.decode()
    assert "salesexpert._domainkey.firm.example" in page and key.public in page

    def unreachable(name):
        raise dns_checks.CouldNotAsk

    monkeypatch.setattr(dns_checks, "texts_of", unreachable)
    shown = admin.get("/settings/mail/domains/?check=firm.example").context["domains"]
    assert {one.state for _d, _k, checks in shown for one in checks} == {"unknown"}
    admin.post("/settings/mail/domains/key/", {"domain": "firm.example", "use": "yes"})
    assert SigningKey.objects.get().is_active


def test_records_are_read_as_receivers_read_them(db):
    key = servers.make_key("firm.example", by=UserFactory(), at=timezone.now())
    zone = {
        "firm.example": ["v=spf1 include:_spf.firm.example ~all", "something else"],
        "salesexpert._domainkey.firm.example": [f"v=DKIM1; k=rsa; p={key.public}"],
        "_dmarc.firm.example": ["v=DMARC1; p=none"],
    }

    def states(**change):
        now = {**zone, **change}
        found = dns_checks.check("firm.example", key, hosts=["smtp.firm.example"], ask=lambda name: now.get(name, []))  # fmt: skip
        return [one.state for one in found]

    assert states() == ["good", "good", "good"]
    assert states(**{"firm.example": ["v=spf1 +all"]})[0] == "wrong"
    assert states(**{"firm.example": ["v=spf1 ~all", "v=spf1 -all"]})[0] == "wrong"
    other = {"salesexpert._domainkey.firm.example": ["v=DKIM1; p=AAAA"]}
    assert states(**other)[1] == "wrong"
    assert states(**{key_0: [] for key_0 in zone}) == ["missing"] * 3
