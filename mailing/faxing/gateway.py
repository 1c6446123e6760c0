"""E-mail to fax: the PDF goes as a letter to an address made of the number, `84951234567@fax.example`."""

import re
from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailing.choices import FaxState, FaxTrouble
from mailing.faxing.base import NotTaken, Status, written
from mailing.models import Fax, FaxLine, Incoming
from salesexpert.outbox.actions import BadAddress, queue_letter
from salesexpert.outbox.choices import LetterStatus

KIND = "fax"
# What services answer, in the order in which the words must be tried.
_ANSWERS = (
    (re.compile(r"не полностью|частично|partial", re.IGNORECASE), FaxState.PARTLY),
    (re.compile(r"не доставлен|не отправлен|не удалось|fail|not (sent|delivered)|error|занят|busy|no answer", re.IGNORECASE), FaxState.FAILED),
    (re.compile(r"доставлен|отправлен|success|delivered|sent|\bok\b", re.IGNORECASE), FaxState.DELIVERED),
)  # fmt: skip


class Gateway:
    options: Mapping[str, tuple[object, str]] = {
        "address": (_("Address, the number as {number}"), "{number}@fax.example"),
        "subject": (_("Subject of the letter"), ""),
    }
    secret: tuple[object, object] | None = None

    def send(self, line: FaxLine, fax: Fax, pdfs: Sequence[bytes]) -> str:
        """The outbox sends the letter once, whatever happens to us: its key is the fax's tag."""
        number = written(fax.number, line.number_format)
        address = str(line.options.get("address", "")).replace("{number}", number)
        try:
            letter = queue_letter(
                to=address,
                subject=str(line.options.get("subject") or fax.title or fax.tag),
                text=fax.title,
                kind=KIND,
                key=f"fax:{fax.tag}",
                at=timezone.now(),
                attachments=[
                    (f"fax{n if n > 1 else ''}.pdf", pdf, "application/pdf")
                    for n, pdf in enumerate(pdfs, 1)
                ],
            )
        except BadAddress as error:
            raise NotTaken(FaxTrouble.BAD_NUMBER, str(error), for_good=True) from error
        Fax.objects.filter(pk=fax.pk).update(letter=letter)
        return letter.message_id

    def complaint(self, line: FaxLine) -> str:
        return ""

    def ask(self, line: FaxLine, faxes: list[Fax]) -> dict[int, Status]:
        """The service answers by letter; a letter that could not be sent or came back is a fax that did not go."""
        found: dict[int, Status] = {}
        for fax in faxes:
            letter = fax.letter
            if letter is None:
                continue
            if letter.status in {LetterStatus.FAILED, LetterStatus.BOUNCED, LetterStatus.SUPPRESSED}:  # fmt: skip
                found[fax.pk] = Status(FaxState.FAILED, FaxTrouble.REFUSED, letter.failure)  # fmt: skip
                continue
            answer = Incoming.objects.filter(letter=letter).order_by("-pk").first()
            if answer is not None:
                found[fax.pk] = said_by(f"{answer.subject}\n{answer.text}")
        return {pk: status for pk, status in found.items() if status.state != FaxState.SENDING}  # fmt: skip


def said_by(text: str) -> Status:
    """What a service's letter says of a fax: “доставлен”, “не полностью”, “не доставлен”, in Russian or English."""
    for words, state in _ANSWERS:
        if words.search(text):
            trouble = FaxTrouble.REFUSED if state == FaxState.FAILED else None
            pages = re.search(r"(?i)(?:pages?|страниц\w*)\D{0,12}(\d{1,3})", text)
            return Status(
                state,
                trouble,
                " ".join(text.split())[:300] if trouble else "",
                pages_sent=int(pages[1]) if pages else None,
                seconds=_seconds(text),
            )
    return Status(FaxState.SENDING)


_CLOCK = re.compile(r"(?i)(?:duration|длительность|продолжительность|время передачи)\D{0,12}(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")  # fmt: skip
_COUNT = re.compile(r"(?i)(?:duration|длительность|продолжительность|время передачи)\D{0,12}(\d{1,5})\s*(?:s|с)")  # fmt: skip


def _seconds(text: str) -> int | None:
    """How long the call took: “длительность 1:35”, “duration: 95 s”."""
    if clock := _CLOCK.search(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return 3600 * hours + 60 * minutes + seconds
    count = _COUNT.search(text)
    return int(count[1]) if count else None
