"""Lists of clients frozen as they stand: for a mailing, for telemarketing, for comparing later."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients import frozen
from clients.models import Client, Selection
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError


class NameIsTaken(DomainError):
    pass


@transaction.atomic
def freeze(
    *,
    clients: QuerySet[Client] | Iterable[int],
    name: str,
    sentence: str,
    by: User,
    at: datetime,
    is_shared: bool = False,
) -> Selection:
    """Keep exactly these clients under a name; `sentence` says by what question they were found.

    The selection opens and mails like a live one: its parameters name the list. Raises NameIsTaken.
    """
    name = " ".join(name.split())[:80]
    same = Selection.objects.filter(owner=by, entity="client", name=name)
    if not name or same.exists():
        raise NameIsTaken(_("You already have a selection with this name."))
    made = Selection.objects.create(
        owner=by, name=name, sentence=sentence, frozen_at=at, is_shared=is_shared
    )
    made.parameters = f"{frozen.PARAMETER}={made.pk}"
    made.save(update_fields=["parameters"])
    count = _hold(made.pk, clients)
    journal.record("selection.frozen", made, by=by, at=at, name=name, count=count)
    return made


def _hold(selection: int, clients: QuerySet[Client] | Iterable[int]) -> int:
    if isinstance(clients, QuerySet):
        try:
            ids, params = clients.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return 0
    else:
        ids, params = "SELECT unnest(%s::bigint[])", ([*clients],)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clients_selectionmember (selection_id, record)"
            f" SELECT DISTINCT %s::bigint, found.id FROM ({ids}) AS found (id)",
            [selection, *params],
        )
        return cursor.rowcount
