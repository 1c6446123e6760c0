"""An erasure carried out: one transaction that takes the person out of the base, and gives the act its number."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clients import erasing, searching
from clients.actions.consents import suppress_all
from clients.actions.steps import refresh_one
from clients.choices import ActivityStatus
from clients.erasing import Circle
from clients.models import (
    Activity,
    CardDraft,
    ClientFile,
    Consent,
    Contact,
    ContactLink,
    Erasure,
    ImportJob,
)
from clients.personal_choices import ErasureState, SuppressionReason
from clients.persons import CONTACT, Person, locked, of_row
from salesexpert.audit import journal
from salesexpert.audit.acting import acting
from salesexpert.outbox.choices import LetterStatus
from salesexpert.outbox.models import Attachment, Letter


def carry_out(erasure_id: int) -> bool:
    """Erase, once; False when there is nothing (any more) to do. All or nothing: a failure is noted and may be tried again."""
    waiting = Erasure.objects.filter(pk=erasure_id, state=ErasureState.QUEUED)
    erasure = waiting.select_related("decided_by").first()
    if erasure is None:
        return False
    try:
        with acting(user=erasure.decided_by, task="clients.erase"):
            return _carry_out(erasure_id, at=timezone.now())
    except Exception as error:
        waiting.update(state=ErasureState.FAILED, failure=type(error).__name__)
        raise


@transaction.atomic
def _carry_out(erasure_id: int, *, at: datetime) -> bool:
    # A second worker waits here and then finds nothing to do.
    erasure = (
        Erasure.objects.select_for_update(of=["self"])
        .select_related("contact", "client", "decided_by")
        .filter(pk=erasure_id, state=ErasureState.QUEUED)
        .first()
    )
    if erasure is None:
        return False
    person = locked(of_row(erasure))
    circle = erasing.circle_of(person)
    roots: list[Any] = [person.root]
    if person.kind == CONTACT:
        roots = list(
            Contact._base_manager.filter(pk__in=circle.contacts).order_by("pk")
        )
    by = erasure.decided_by
    counts: dict[str, int] = {}

    for root in roots:
        counts["suppressed"] = counts.get("suppressed", 0) + suppress_all(
            Person(root), reason=SuppressionReason.ERASED, by=by, at=at
        )
    counts["letters"] = _letters(roots)
    counts["texts_blanked"] = _chosen_talks(erasure, circle)
    counts["files"] = _chosen_files(erasure, circle, at=at)
    counts["imports"] = _chosen_imports(erasure)
    CardDraft.objects.filter(client__in=circle.clients).delete()
    counts["proofs"] = _proofs(roots)
    counts["planned_cancelled"] = _planned(circle, at=at)
    counts["texts_struck"] = sum(
        erasing.strike_out(erasing.mentions(circle), circle).values()
    )
    counts |= _own(roots, at=at)
    erasure_number = _next_number(at)
    counts["journal"] = _journal(erasure, circle)
    searching.refresh_search(circle.clients)
    searching.refresh_contact_search(circle.contacts)
    for client in circle.clients:
        refresh_one(client)

    erasure.refresh_from_db(fields=["ground_note"])
    erasure.state = ErasureState.DONE
    erasure.done_at, erasure.counts = at, counts
    erasure.year, erasure.number = erasure_number
    erasure.save(update_fields=["state", "done_at", "counts", "year", "number"])
    journal.record(
        "person.erased",
        person.root,
        by=by,
        at=at,
        erasure=erasure.pk,
        act=str(erasure),
        ground=erasure.ground,
        counts=counts,
    )
    return True


def _letters(roots: list[Any]) -> int:
    """Letters to the person: those that wait never go out, of those that went the row stays without its words."""
    addresses = [
        email.address.lower() for root in roots for email in Person(root).emails()
    ]
    if not addresses:
        return 0
    his = Letter.objects.extra(where=['lower("to") = ANY(%s)'], params=[addresses])
    ids = list(his.exclude(status=LetterStatus.SENDING).values_list("pk", flat=True))
    Attachment.objects.filter(letter__in=ids).delete()
    Letter.objects.filter(pk__in=ids, status=LetterStatus.QUEUED).delete()
    Letter.objects.filter(pk__in=ids).update(
        to="", reply_to="", subject="", text="", html="", headers={}, failure=""
    )
    return len(ids)


def _chosen_talks(erasure: Erasure, circle: Circle) -> int:
    wanted = Activity._base_manager.filter(pk__in=erasure.chosen.get("activities", []))
    return (
        wanted.filter(client__in=circle.clients)
        | wanted.filter(contact__in=circle.contacts)
    ).update(title="", note="", summary="")


def _chosen_files(erasure: Erasure, circle: Circle, *, at: datetime) -> int:
    """Bytes go after the commit; the row stays to say that there was a file, who brought it and when."""
    files = ClientFile._base_manager.filter(
        pk__in=erasure.chosen.get("files", []), client__in=circle.clients
    )
    for file in files:
        _delete_bytes(file.file)
    return files.update(name=_("erased"), file="", size=0, sha256="", archived_at=at)


def _chosen_imports(erasure: Erasure) -> int:
    jobs = ImportJob.objects.filter(pk__in=erasure.chosen.get("imports", [])).exclude(
        file=""
    )
    done = [job for job in jobs if job.finished_at]
    for job in done:
        _delete_bytes(job.file)
    return ImportJob.objects.filter(pk__in=[job.pk for job in done]).update(file="")


def _proofs(roots: list[Any]) -> int:
    """Scans of his consents: the rows stay, the journal's function takes the names of the files out."""
    count = 0
    for root in roots:
        for consent in Consent.objects.filter(**Person(root).owner).exclude(file=""):
            _delete_bytes(consent.file)
            count += 1
    return count


def _delete_bytes(file: Any) -> None:
    if file:
        storage, name = file.storage, file.name
        transaction.on_commit(lambda: storage.delete(name))


def _planned(circle: Circle, *, at: datetime) -> int:
    """Nobody can be called any more: what was planned with him is cancelled."""
    planned = Activity._base_manager.filter(status=ActivityStatus.PLANNED)
    his = planned.filter(contact__in=circle.contacts)
    if circle.person.kind != CONTACT:
        his = planned.filter(client__in=circle.clients)
    return his.update(
        status=ActivityStatus.CANCELLED,
        summary=_("The person's data were erased."),
        feed_at=at,
    )


def _own(roots: list[Any], *, at: datetime) -> dict[str, int]:
    """His phones, addresses and own fields go; his card keeps its number, its moments and its history."""
    counts = {"fields": 0, "phones": 0, "emails": 0, "addresses": 0, "places": 0}
    named = {"phone": "phones", "email": "emails", "clientaddress": "addresses"}
    for root in roots:
        owner = Person(root).owner
        for model in erasing.OWN:
            if not {f.name for f in model._meta.fields} >= owner.keys():
                continue
            rows: Any = model._base_manager.filter(**owner)
            count = rows.count()
            for row in rows:
                row.delete()
            key = named.get(model._meta.model_name or "", "fields")
            counts[key] += count
        if isinstance(root, Contact):
            for link in ContactLink._base_manager.filter(contact=root):
                link.position, link.is_main = "", False
                link.save(update_fields=["position", "is_main"])
                counts["places"] += 1
        counts["fields"] += len(erasing.blank(root))
        # a name is what lists and links are drawn by: the number of the record names nobody
        mark = f"№ {root.pk}"
        if isinstance(root, Contact):
            root.first_name = mark
        else:
            root.name, root.legal_form = mark, None
        root.erased_at = root.archived_at = at
        root.stopped_at = root.stopped_at or at
        root.do_not_call = True
        root.version += 1
        root.save()
    return counts


def _journal(erasure: Erasure, circle: Circle) -> int:
    """The owner's function blanks what the journal says of him (`clients.erasure_sql`); how many lines it changed."""
    words = circle.words
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clients_erase_history(%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                erasure.pk,
                *(words.sure, words.near, words.digits, words.traces, words.addresses),
                *(circle.namesakes.contacts, circle.namesakes.clients),
            ],
        )
        return int(cursor.fetchone()[0])


def _next_number(at: datetime) -> tuple[int, int]:
    year = timezone.localdate(at).year
    with connection.cursor() as cursor:
        # Numbers of acts have no gaps and no doubles: erasures of a year take turns.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [15_201, year])
    last = Erasure.objects.filter(year=year).aggregate(last=Max("number"))["last"]
    return year, (last or 0) + 1
