"""Reports by letter: each receiver gets his own part, once for each moment that is due."""

import re
from base64 import b64decode
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from analytics import charts, report_letters
from analytics.actions import sendings
from analytics.choices import Rhythm
from analytics.models import ReportSending
from analytics.reading import Read
from analytics.rhythms import next_due
from analytics.sheets import Drawing, Lines, Sheet, stacked
from salesexpert.outbox import catching, wires
from salesexpert.outbox.actions import queue_letter
from salesexpert.outbox.models import Letter
from tests.analytics.february import february
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PERIOD = "since=2026-02-01&to=2026-02-28"
MSK = ZoneInfo("Europe/Moscow")


def on(*when: int) -> datetime:
    return datetime(2026, *when, tzinfo=MSK)


@pytest.mark.parametrize(
    ("rhythm", "after", "due"),
    [
        (Rhythm.DAY, on(11, 22, 9), on(11, 23, 9)),
        (Rhythm.WORKDAY, on(11, 3, 10), on(11, 5, 9)),
        (Rhythm.WEEK, on(11, 22, 8), on(11, 24, 9)),
        (Rhythm.MONTH, on(1, 31, 9), on(2, 28, 9)),
        (Rhythm.MONTH, on(2, 27, 9), on(2, 28, 9)),
    ],
)
def test_the_next_moment_follows_the_calendar(rhythm, after, due):
    found = next_due(
        rhythm, weekday=2, month_day=31, hour=time(9), after=after, zone=MSK
    )

    assert found == due


def _files(letter: Letter) -> tuple[str, bytes]:
    book, paper = (bytes(file.content) for file in letter.attachments.filter(content_id="").order_by("-name"))  # fmt: skip
    return ZipFile(BytesIO(book)).read("xl/sharedStrings.xml").decode(), paper


def test_each_receiver_gets_his_own_part_once(client):
    base = february()
    head, lawyer = (
        UserFactory(preset="director"),
        UserFactory(preset="lawyer", email=""),
    )
    client.force_login(head)
    answer = client.post(
        "/analytics/sendings/new/",
        {"report": "deals", "parameters": PERIOD, "name": "Сделки", "rhythm": "day", "weekday": 1, "month_day": 1, "hour": "09:00",
         "formats": ["xlsx", "pdf"], "receivers": [head.pk, base.mara.pk]},
    )  # fmt: skip
    sending = ReportSending.objects.get()
    assert answer.status_code == 302

    ReportSending.objects.update(next_at=datetime(2026, 3, 1, 6, tzinfo=UTC))
    now = datetime(2026, 3, 1, 6, 1, tzinfo=UTC)
    assert sendings.due(at=now) == [sending.pk]
    assert sendings.send(sending.pk, at=now) == 2
    assert sendings.send(sending.pk, at=now) == 0
    ReportSending.objects.update(next_at=datetime(2026, 3, 1, 6, tzinfo=UTC))
    # Killed before the end and taken up again: the letters are there.
    assert sendings.send(sending.pk, at=now) == 0

    letters = {letter.to: letter for letter in Letter.objects.prefetch_related("attachments")}  # fmt: skip
    assert set(letters) == {head.email, base.mara.email}
    assert "Нильс" in letters[head.email].html
    assert "Нильс" not in letters[base.mara.email].html + letters[base.mara.email].text
    book, paper = _files(letters[head.email])
    assert "Нильс" in book
    assert paper[:4] == b"%PDF"
    assert "Нильс" not in _files(letters[base.mara.email])[0]
    assert lawyer.email not in letters

    client.force_login(base.mara)
    assert "Сделки" in client.get("/analytics/sendings/").content.decode()
    client.post(f"/analytics/sendings/{sending.pk}/leave/")
    assert list(sending.receivers.all()) == [head]
    assert client.get(f"/analytics/sendings/{sending.pk}/").status_code == 404
    others = client.post("/analytics/sendings/new/", {"report": "deals", "name": "Чужим", "rhythm": "day", "weekday": 1, "month_day": 1, "hour": "09:00", "receivers": [head.pk]})  # fmt: skip
    assert others.status_code == 422


def test_a_report_that_cannot_be_counted_now_goes_out_later_once_and_says_that_it_is_late(client, monkeypatch):  # fmt: skip
    base = february()
    head = UserFactory(preset="director", language="en")
    client.force_login(head)
    client.post(
        "/analytics/sendings/new/",
        {"report": "deals", "parameters": PERIOD, "name": "Deals", "rhythm": "day", "weekday": 1, "month_day": 1, "hour": "09:00", "receivers": [head.pk, base.mara.pk]},
    )  # fmt: skip
    sending = ReportSending.objects.get()
    moment = datetime(2026, 3, 1, 6, tzinfo=UTC)
    ReportSending.objects.update(next_at=moment)
    read = sendings.reading.read

    def away(reader, *args, **kwargs):
        if reader != head:
            raise OperationalError("canceling statement due to lock timeout")
        return read(reader, *args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(sendings.reading, "read", away)
        assert sendings.send(sending.pk, at=moment) == 1

    sending.refresh_from_db()
    assert sending.next_at == moment
    now = moment + timedelta(minutes=1)
    assert sendings.due(at=now) == []
    later = timezone.now() + sendings.ABANDONED_AFTER + timedelta(minutes=1)
    assert sendings.due(at=later) == [sending.pk]
    assert sendings.send(sending.pk, at=later) == 1

    letters = {letter.to: letter for letter in Letter.objects.all()}
    assert set(letters) == {head.email, base.mara.email}
    assert "comes late" not in letters[head.email].text
    for text in (letters[base.mara.email].text, letters[base.mara.email].html):
        assert "приходит с опозданием" in text
    sending.refresh_from_db()
    assert sending.next_at > moment
    assert sendings.due(at=later) == []


def test_a_letter_shows_the_drawings_of_its_report_as_mail_programs_can(tmp_path):
    """A picture that the letter carries for lines and columns over time, cells for columns of things, seen in the catcher."""
    days = Lines("Победы", [("a", "выиграно"), ("b", "год назад")], [("a", [1, 5, 2]), ("b", [0, 2, 4])], ["янв", "фев", "мар"], ["", "", ""], "5")  # fmt: skip
    people = Drawing("Часы", [("a", "победы"), ("h", "прочее")], [stacked("Нильс", "2 ч", 0, [("a", 2), ("h", 6)], 8)], 1, "8", named=True)  # fmt: skip
    sheet = Sheet("deals", "Сделки", drawings=[days, people])
    sending = ReportSending(report="deals", name="Сделки", owner=(head := UserFactory(preset="director")))  # fmt: skip

    made = report_letters.compose(sending, head, Read(sheet, "март"), [])
    letter = queue_letter(to=head.email, kind="report", at=on(3, 1, 9), **made)

    assert "Нильс" in letter.html and 'bgcolor="#3553d3" width="25%"' in letter.html
    raw = wires.message_of(letter, letter.attachments.all()).message().as_bytes()
    (tmp_path / f"{(name := '20260301T090000000000-0123456789ab')}.eml").write_bytes(raw)  # fmt: skip
    caught = catching.caught_letter(tmp_path, name)
    assert caught.message.get_body(("related",)) is not None and caught.files == []
    assert caught.html.count("cid:drawing-1@report") == 1
    ((kind, said),) = re.findall(r'src="data:(image/\w+);base64,([^"]+)"', caught.with_pictures)  # fmt: skip
    picture = Image.open(BytesIO(b64decode(said)))
    assert (kind, picture.size) == ("image/png", (charts.PNG_WIDTH, charts.PNG_HEIGHT))
    assert len(picture.convert("RGB").getcolors(9999)) > 3
