import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesexpert.outbox import actions, delivery, tasks
from salesexpert.outbox.models import Attachment, Letter


def test_the_second_letter_about_a_matter_is_the_first(
    queue, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as rung:
        first = queue(key="invitation:17", attachments=[("a.txt", b"1", "text/plain")])
        second = queue(key="invitation:17", subject="Другое")

    assert first == second
    assert second.subject == "Приглашение"
    assert Letter.objects.count() == Attachment.objects.count() == len(rung) == 1


def test_many_letters_are_queued_at_once_each_matter_once(
    queue, mail_server, django_capture_on_commit_callbacks
):
    first = queue(key="mailing:1:1")
    parcel = actions.pack(
        [("прайс.pdf", b"%PDF", "application/pdf")], at=timezone.now()
    )
    new = [
        actions.NewLetter(to=to, subject="Новинки", text="Здравствуйте!", key=key)
        for to, key in (
            ("a@obrazec.example", "mailing:1:1"),
            ("никто", "mailing:1:2"),
            ("b@obrazec.example", "mailing:1:3"),
        )
    ]
    with django_capture_on_commit_callbacks() as rung:
        queued = actions.queue_letters(
            new, kind="mailing", at=timezone.now(), parcel=parcel
        )

    assert queued[:2] == [first, None] and len(rung) == 1
    assert Letter.objects.count() == 2
    delivery.deliver(queued[2].pk)
    (sent,) = mail_server.letters
    assert [part.get_filename() for part in sent.iter_attachments()] == ["прайс.pdf"]
    assert sent["Message-ID"] == queued[2].message_id


def test_letters_without_a_key_are_each_their_own(queue):
    assert queue() != queue()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "Иван",
        "a@b@c.example",
        "client@obrazec.example\nBcc: all@obrazec.example",
        "client@obrazec.example, second@obrazec.example",
        "почта@obrazec.example",
        "a\x00b@obrazec.example",
        "x" * 300 + "@obrazec.example",
    ],
)
def test_an_address_that_is_none_is_refused_with_a_sentence(queue, address):
    with pytest.raises(actions.BadAddress):
        queue(to=address)
    assert not Letter.objects.exists()


def test_nothing_typed_adds_a_header(queue, mail_server):
    letter = queue(
        subject="Тема\r\nBcc: all@obrazec.example\x00",
        headers={"X-Note": "a\r\nBcc: all@obrazec.example"},
        attachments=[('x\r\nX-Evil: 1"/../счёт.pdf', b"1", "text/html\r\nX-Evil: 1")],
    )
    delivery.deliver(letter.pk)

    (sent,) = mail_server.letters
    assert sent["Bcc"] is None and sent["X-Evil"] is None
    assert mail_server.recipients == ["client@obrazec.example"]
    assert sent["Subject"] == "Тема Bcc: all@obrazec.example"
    (part,) = sent.iter_attachments()
    assert part["X-Evil"] is None
    assert part.get_content_type() == "application/octet-stream"
    assert "/" not in part.get_filename()


@pytest.mark.parametrize(
    "name", ["Bcc", "to", "Message-ID", "X Y", "X:Y", "X\r\nY", ""]
)
def test_a_header_that_is_ours_to_write_is_a_mistake_of_the_caller(queue, name):
    with pytest.raises(ValueError, match="cannot be given"):
        queue(headers={name: "1"})


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    subject=st.text(st.characters(exclude_categories=[]), max_size=600),
    text=st.text(st.characters(exclude_categories=[]), max_size=200),
    name=st.text(st.characters(exclude_categories=[]), max_size=60),
)
def test_any_text_becomes_a_letter(queue, mail_server, subject, text, name):
    letter = queue(
        subject=subject,
        text=text,
        html=text,
        attachments=[(name, b"x", "application/pdf")],
    )
    delivery.deliver(letter.pk)

    letter.refresh_from_db()
    assert letter.status == "sent", letter.failure
    sent = mail_server.last()
    assert " ".join(str(sent["Subject"]).split()) == " ".join(letter.subject.split())


def test_a_rolled_back_change_sends_nothing(queue, django_capture_on_commit_callbacks):
    with (
        django_capture_on_commit_callbacks() as rung,
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        queue()
        raise ZeroDivisionError

    assert rung == [] and not Letter.objects.exists()


@pytest.fixture
def broker_away(monkeypatch):
    """A broker address at which nobody answers."""
    app = tasks.deliver_letter.app
    monkeypatch.setitem(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_queued_even_when_the_broker_is_away(queue, broker_away):
    letter = queue()

    assert Letter.objects.get(pk=letter.pk).status == "queued"
    assert not tasks.ring(letter.pk)
