"""Erasing a person: decided on a ground; `clients.erasure_work` carries it out in the background."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients import tasks
from clients.models import Erasure, PersonRequest
from clients.personal_choices import ErasureState
from clients.persons import Person, locked
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

# A bell may be lost with its broker: whoever waits longer is rung for again.
RING_AGAIN_AFTER = timedelta(seconds=60)


class AlreadyErased(DomainError):
    pass


class FirmIsNoPerson(DomainError):
    pass


@dataclass(slots=True)
class Chosen:
    """What the one who decided ticked besides what always goes: ids of talks, files and uploaded lists."""

    activities: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)

    def kept(self) -> dict[str, list[int]]:
        return {
            "activities": self.activities,
            "files": self.files,
            "imports": self.imports,
        }


@transaction.atomic
def decide(
    *,
    person: Person,
    ground: str,
    ground_note: str = "",
    request: PersonRequest | None = None,
    chosen: Chosen,
    by: User,
    at: datetime,
) -> Erasure:
    """Decide that the person's data go; a worker carries it out at once. What `chosen` names must be his: the rest is ignored.

    Raises AlreadyErased, FirmIsNoPerson.
    """
    person = locked(person)
    if not person.is_private:
        raise FirmIsNoPerson(_("A firm is not a person: erase its people one by one."))
    if person.root.erased_at:
        raise AlreadyErased(_("The person's data were erased already."))
    try:
        with transaction.atomic():
            made = Erasure.objects.create(
                **person.owner,
                request=request,
                ground=ground,
                ground_note=ground_note,
                chosen=chosen.kept(),
                decided_at=at,
                decided_by=by,
                rung_at=at,
            )
    except IntegrityError as error:
        raise AlreadyErased(_("The erasure was decided a moment ago.")) from error
    journal.record(
        "person.erasure_decided",
        person.root,
        by=by,
        at=at,
        erasure=made.pk,
        ground=ground,
    )
    tasks.erase_person.delay_on_commit(erasure_id=made.pk)
    return made


def try_again(*, erasure: Erasure, at: datetime) -> None:
    """Put an erasure that failed back in the queue."""
    if Erasure.objects.filter(pk=erasure.pk, state=ErasureState.FAILED).update(
        state=ErasureState.QUEUED, failure="", rung_at=at
    ):
        tasks.erase_person.delay_on_commit(erasure_id=erasure.pk)


def take_up(*, at: datetime) -> list[int]:
    """Erasures whose bell was not heard; each is told to one caller a minute."""
    silent = Erasure.objects.filter(
        state=ErasureState.QUEUED, rung_at__lt=at - RING_AGAIN_AFTER
    )
    ids = list(silent.values_list("pk", flat=True)[:20])
    return [pk for pk in ids if silent.filter(pk=pk).update(rung_at=at)]
