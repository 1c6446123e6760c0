"""What could not be taken is kept with its connection: the same again is counted, so a flood is a few rows."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from salesexpert.telephony.models import Connection, Fault

KEPT = 100


def note_fault(connection: Connection, kind: str, about: str, *, at: datetime) -> None:
    about = about.replace("\x00", "").strip()[:200]
    same = Fault.objects.filter(connection=connection, kind=kind, about=about)
    if same.update(count=F("count") + 1, last_at=at):
        return
    try:
        with transaction.atomic():
            Fault.objects.create(connection=connection, kind=kind, about=about, first_at=at, last_at=at)  # fmt: skip
    except IntegrityError:
        same.update(count=F("count") + 1, last_at=at)
    old = Fault.objects.filter(connection=connection).order_by("-last_at", "-pk")
    Fault.objects.filter(pk__in=list(old.values_list("pk", flat=True)[KEPT:])).delete()
