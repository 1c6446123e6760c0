"""Whom a mailing goes to: gathered once, in one statement that locks no card, each with his place or the reason he has none."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils import timezone, translation

from clients import suppressions
from clients.models import Region
from clients.personal_choices import SuppressionReason
from clients.selections import NotUnderstood, listing_of
from mailing import clocks, dead_addresses, topics
from mailing.choices import (
    FaxState,
    FaxTrouble,
    LeftOut,
    MailChannel,
    MailingState,
    RecipientState,
    Whom,
)
from mailing.models import Fax, Mailing, Recipient
from salesexpert.accounts.models import User

# What an address must look like before a letter is made of it; the outbox looks again.
# A bound like {1,64} in it would cost forty times as much: the length is asked beside it.
_ADDRESS = r"^[!-?A-~]+@[^@\s<>,;:\"()]+\.[^@\s<>,;:\"().][^@\s<>,;:\"().]+$"

_NO_FAX_THERE = (FaxTrouble.NOT_A_FAX, FaxTrouble.BAD_NUMBER)


def audience(parameters: str, user: User) -> Any:
    """The clients of a list with these parameters, as `user` sees it. Raises NotUnderstood when a filter means nothing
    any more: the list passes over it, a letter to everybody cannot be taken back.
    """
    listing = listing_of(QueryDict(parameters), user)
    return listing.found.filter(archived_at=None)


def freeze(mailing_id: int, *, at: datetime) -> bool:
    """Gather the addressees of a mailing that waits for it. False when it does not, or no longer."""
    with transaction.atomic():
        mailing = (
            Mailing.objects.select_for_update(of=["self"])
            .select_related("created_by__role")
            .filter(pk=mailing_id, state=MailingState.FREEZING)
            .first()
        )
        if mailing is None:
            return False
        Recipient.objects.filter(mailing=mailing).delete()
        author = mailing.created_by
        try:
            with translation.override(author.language):
                statement = _insertion(mailing, at=at)
        except NotUnderstood as error:
            mailing.state, mailing.failure = MailingState.DRAFT, str(error)
            mailing.heartbeat_at = None
            mailing.save(update_fields=["state", "failure", "heartbeat_at"])
            return False
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL work_mem = '64MB'"
            )  # its sorts hold the whole audience
            cursor.execute(*statement)
        _leave_out_unreachable(mailing)
        states = Recipient.objects.filter(mailing=mailing).order_by()
        counts = dict(states.values_list("state").annotate(n=Count("pk")))
        mailing.included = counts.get(RecipientState.WAITING, 0)
        mailing.left_out = counts.get(RecipientState.LEFT_OUT, 0)
        mailing.state, mailing.frozen_at = MailingState.READY, timezone.now()
        mailing.heartbeat_at, mailing.failure = None, ""
        mailing.save(
            update_fields=["included", "left_out", "state", "frozen_at", "heartbeat_at", "failure"]
        )  # fmt: skip
    return True


def _leave_out_unreachable(mailing: Mailing) -> None:
    """Addresses that letters came back from; numbers on the stop list, and those where no fax machine answered."""
    waiting = Recipient.objects.filter(mailing=mailing, state=RecipientState.WAITING)
    if mailing.channel == MailChannel.FAX:
        numbers = list(waiting.values_list("address", flat=True))
        stopped = _stopped_numbers(numbers)
        _leave_out(waiting.filter(address__in=stopped), LeftOut.SUPPRESSED)
        there = Fax.objects.filter(number__in=numbers)
        answered = set(there.filter(state__in=[FaxState.DELIVERED, FaxState.PARTLY]).values_list("number", flat=True))  # fmt: skip
        mute = set(there.filter(state=FaxState.FAILED, trouble__in=_NO_FAX_THERE).values_list("number", flat=True))  # fmt: skip
        _leave_out(waiting.filter(address__in=mute - answered), LeftOut.BOUNCED)
        _leave_out_refusing_faxes(mailing, waiting)
        return
    dead = dead_addresses.dead(
        waiting.values_list("address_key", flat=True).iterator(5000)
    )
    if dead:
        _leave_out(waiting.filter(address_key__in=dead), LeftOut.BOUNCED)
    _leave_out_refusing(mailing, waiting)


def _leave_out_refusing(mailing: Mailing, waiting: QuerySet[Recipient]) -> set[int]:
    """Those who want nothing of the mailing's topic; which they are."""
    addresses = waiting.values_list("address_key", flat=True)
    refusing = topics.refusing(mailing.topic_id, addresses.iterator(5000))
    if not refusing:
        return set()
    rows = waiting.filter(address_key__in=refusing)
    found = set(rows.values_list("pk", flat=True))
    _leave_out(rows, LeftOut.TOPIC)
    return found


def _leave_out_refusing_faxes(mailing: Mailing, waiting: QuerySet[Recipient]) -> set[int]:  # fmt: skip
    """The same of a mailing by fax: nobody refuses a topic by a fax, so his letters are asked too."""
    found = topics.refusing_faxes(mailing.topic_id, waiting)
    if found:
        _leave_out(waiting.filter(pk__in=found), LeftOut.TOPIC)
    return found


def _leave_out(rows: QuerySet[Recipient], reason: LeftOut) -> None:
    rows.update(state=RecipientState.LEFT_OUT, reason=reason)


def _stopped_numbers(numbers: Iterable[str]) -> set[str]:
    """Numbers that no advertisement may be faxed to: who only asked not to be called may still have agreed to faxes."""
    spelled = {number: suppressions.normal_phone(number) for number in numbers}
    known = suppressions.suppressed(spelled.values())
    stopped = {address for address, row in known.items() if row.reason != SuppressionReason.WITHDRAWN}  # fmt: skip
    return {number for number, address in spelled.items() if address in stopped}


def addressed(
    parameters: str,
    user: User,
    *,
    channel: str = MailChannel.EMAIL,
    whom: str = Whom.MAIN,
    is_advertising: bool = True,
) -> tuple[str, list[Any]]:
    """The audience with an address or a reason each, as the last table `placed` of a WITH clause, and its parameters."""
    found = audience(parameters, user)
    try:
        sql, params = found.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        sql, params = "SELECT NULL::bigint WHERE FALSE", ()
    mail = channel == MailChannel.EMAIL
    # A consent to advertising is asked for only where it is one; the stop list and a demand to stop hold for all.
    consent = "NOT EXISTS (SELECT 1 FROM clients_consent k WHERE k.{owner}_id = {id} AND k.kind = 'advertising' AND k.channel = %s AND k.withdrawn_at IS NULL)"
    asks = "AND TRUE" if is_advertising else "AND FALSE"
    table, what, only = (
        ("clients_email", "e.address", "")
        if mail
        else ("clients_phone", "coalesce(nullif(e.e164, ''), e.raw)", "AND e.kind = 'fax'")
    )  # fmt: skip
    # A number that must not be called may be faxed to: `_leave_out_unreachable` asks why it is on the stop list.
    stopped_person = (
        "p.id IN (SELECT contact_id FROM clients_email WHERE is_suppressed AND contact_id IS NOT NULL)"
        if mail
        else "FALSE"
    )
    stopped_firm = "e.is_suppressed" if mail else "FALSE"
    parts, values = [], []
    if whom in (Whom.MAIN, Whom.PEOPLE):
        parts.append(
            f"""SELECT l.client_id, p.id AS contact_id, trim({what}) AS address, l.is_main, 0 AS firm, e.position, e.id AS eid,
              CASE WHEN p.stopped_at IS NOT NULL OR p.erased_at IS NOT NULL OR f.stopped_at IS NOT NULL THEN 'stopped'
                   WHEN {stopped_person} THEN 'suppressed'
                   WHEN {consent.format(owner="contact", id="p.id")} {asks} THEN 'no_consent' ELSE '' END AS reason
            FROM audience a JOIN clients_client f ON f.id = a.id
            JOIN clients_contactlink l ON l.client_id = a.id AND l.until_on IS NULL
            JOIN clients_contact p ON p.id = l.contact_id AND p.bin_id IS NULL AND p.archived_at IS NULL
            JOIN {table} e ON e.contact_id = p.id {only}"""
        )
        values.append(channel)
    if whom in (Whom.MAIN, Whom.FIRM):
        parts.append(
            f"""SELECT a.id AS client_id, NULL::bigint AS contact_id, trim({what}) AS address, FALSE AS is_main, 1 AS firm, e.position, e.id AS eid,
              CASE WHEN f.stopped_at IS NOT NULL OR f.erased_at IS NOT NULL THEN 'stopped'
                   WHEN {stopped_firm} THEN 'suppressed'
                   WHEN {consent.format(owner="client", id="f.id")} {asks} THEN 'no_consent' ELSE '' END AS reason
            FROM audience a JOIN clients_client f ON f.id = a.id JOIN {table} e ON e.client_id = a.id {only}"""
        )
        values.append(channel)
    one_of = {
        Whom.MAIN: "client_id",
        Whom.PEOPLE: "client_id, contact_id",
        Whom.FIRM: "client_id",
    }[Whom(whom)]
    normal = "lower(address)" if mail else "regexp_replace(address, '\\D', '', 'g')"
    fits = (
        f"strpos(address, '@') <= 65 AND address ~ '{_ADDRESS}'"
        if mail
        else r"address ~ '^\+[1-9][0-9]{6,14}$'"
    )
    tables = f"""
      WITH audience AS MATERIALIZED (SELECT DISTINCT q.id FROM ({sql}) AS q(id)),
      candidate AS ({" UNION ALL ".join(parts)}),
      seen AS MATERIALIZED (
        SELECT c.client_id, c.contact_id, c.address, {normal} AS address_key, c.is_main, c.firm, c.position, c.eid,
          CASE WHEN c.reason <> '' THEN c.reason
               WHEN NOT ({fits}) THEN 'bad_address' ELSE '' END AS reason
        FROM candidate c),
      chosen AS (
        SELECT DISTINCT ON ({one_of}) * FROM seen
        ORDER BY {one_of}, (reason <> ''), firm, (NOT is_main), position, eid),
      placed AS (
        SELECT client_id, contact_id, address, address_key,
          CASE WHEN reason = '' AND row_number() OVER (PARTITION BY address_key COLLATE "C", (reason = '') ORDER BY client_id, contact_id) > 1
               THEN 'duplicate' ELSE reason END AS reason
        FROM chosen
        UNION ALL
        SELECT a.id, NULL, '', '', 'no_address' FROM audience a
        WHERE NOT EXISTS (SELECT 1 FROM chosen c WHERE c.client_id = a.id))"""
    return tables, [*params, *values]


def _insertion(mailing: Mailing, *, at: datetime) -> tuple[str, list[Any]]:
    tables, params = addressed(
        mailing.parameters,
        mailing.created_by,
        channel=str(mailing.channel),
        whom=mailing.whom,
        is_advertising=mailing.is_advertising,
    )
    offsets = [
        (pk, offset)
        for pk, name in Region.objects.values_list("pk", "name")
        if (offset := clocks.offset_of(name)) is not None
    ]
    clock = ", ".join(["(%s::bigint, %s::smallint)"] * (len(offsets) or 1))
    statement = f"""{tables},
      clock (region_id, minutes) AS (VALUES {clock})
      INSERT INTO mailing_recipient
        (mailing_id, client_id, contact_id, address, address_key, domain, utc_offset, state, reason, failure)
      SELECT %s, p.client_id, p.contact_id, left(p.address, 254), left(p.address_key, 254),
        left(CASE WHEN p.address_key LIKE '%%@%%' THEN split_part(p.address_key, '@', 2) ELSE '' END, 254),
        coalesce(z.minutes, %s), CASE WHEN p.reason = '' THEN 'waiting' ELSE 'left_out' END, p.reason, ''
      FROM placed p JOIN clients_client f ON f.id = p.client_id LEFT JOIN clock z ON z.region_id = f.region_id
      ORDER BY p.client_id, p.contact_id"""
    clocks_told = [x for pair in offsets or [(0, 0)] for x in pair]
    return statement, [*params, *clocks_told, mailing.pk, clocks.company_offset(at)]


# What became of those who wait since they were gathered: the same questions, asked of a few rows.
_SINCE = """
  UPDATE mailing_recipient r SET state = 'left_out', reason = CASE
      WHEN p.stopped_at IS NOT NULL OR p.erased_at IS NOT NULL OR f.stopped_at IS NOT NULL OR f.erased_at IS NOT NULL THEN 'stopped'
      WHEN s.hit THEN 'suppressed' ELSE 'no_consent' END
  FROM mailing_recipient w
  JOIN clients_client f ON f.id = w.client_id
  LEFT JOIN clients_contact p ON p.id = w.contact_id
  CROSS JOIN LATERAL (SELECT {hit} AS hit) s
  WHERE r.id = w.id AND w.id = ANY(%s) AND w.state = 'waiting' AND (
      p.stopped_at IS NOT NULL OR p.erased_at IS NOT NULL OR f.stopped_at IS NOT NULL OR f.erased_at IS NOT NULL OR s.hit
      OR (%s AND NOT EXISTS (SELECT 1 FROM clients_consent k WHERE k.kind = 'advertising' AND k.channel = %s AND k.withdrawn_at IS NULL
          AND CASE WHEN w.contact_id IS NULL THEN k.client_id = w.client_id ELSE k.contact_id = w.contact_id END)))
  RETURNING r.id"""


def leave_out_who_said_no(mailing: Mailing, ids: list[int]) -> set[int]:
    """Leave out those of the waiting `ids` who took their consent back since the list was frozen; which they are."""
    mail = mailing.channel == MailChannel.EMAIL
    hit = "EXISTS (SELECT 1 FROM clients_email e WHERE upper(e.address) = upper(w.address) AND e.is_suppressed)"
    with connection.cursor() as cursor:
        cursor.execute(_SINCE.format(hit=hit if mail else "FALSE"), [ids, mailing.is_advertising, str(mailing.channel)])  # fmt: skip
        found = {row[0] for row in cursor.fetchall()}
    waiting = Recipient.objects.filter(pk__in=ids, state=RecipientState.WAITING)
    if mail:
        found |= _leave_out_refusing(mailing, waiting)
    else:
        stopped = _stopped_numbers(waiting.values_list("address", flat=True))
        rows = waiting.filter(address__in=stopped)
        found |= set(rows.values_list("pk", flat=True))
        _leave_out(rows, LeftOut.SUPPRESSED)
        found |= _leave_out_refusing_faxes(mailing, waiting)
    return found
