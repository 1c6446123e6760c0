"""Calls of the demo company: an exchange, everybody's telephone, the calls behind the talks of the last months.

Written by the database out of what stands there, as the inquiries are; the same seed makes the same calls.
"""

from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from clients.choices import ActivityCode
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import User
from salesexpert.telephony.models import Call, Connection, Extension

DAYS = 90
LINE = "+74950000000"
# Who was not in the book: these wait for whoever talked to say whose call it was.
STRANGERS = ("+79005550181", "+79005550182", "+79005550183")


def write(*, until: date) -> None:
    """After the history is written and before sequences follow."""
    people = list(
        User.objects.active()
        .filter(role__code__in=(PresetRole.SELLER, PresetRole.TELEMARKETER, PresetRole.SERVICE, PresetRole.ASSISTANT))
        .order_by("pk")
    )  # fmt: skip
    if not people:
        return
    exchange = Connection.objects.create(
        pk=1,
        name="АТС офиса",
        provider="generic",
        key="demo-exchange",
        city_code="495",
        made_at=_moment(until - timedelta(days=400), 10),
        made_by=people[0],
        heard_at=_moment(until, 9, 40),
    )
    Extension.objects.bulk_create(
        Extension(pk=n, connection=exchange, number=str(100 + n), user=person)
        for n, person in enumerate(people, 1)
    )
    _of_the_history(exchange, until=until)
    _of_strangers(exchange, people, until=until)


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _of_the_history(exchange: Connection, *, until: date) -> None:
    """The call behind each talk with somebody whose number is known; of one in nine the missed call before it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH firms AS (
                SELECT DISTINCT ON (client_id) client_id, e164 FROM clients_phone
                 WHERE client_id IS NOT NULL AND e164 <> '' ORDER BY client_id, position, id
            ), people AS (
                SELECT DISTINCT ON (contact_id) contact_id, e164 FROM clients_phone
                 WHERE contact_id IS NOT NULL AND e164 <> '' ORDER BY contact_id, position, id
            ), talks AS (
                SELECT a.id, a.client_id, a.contact_id, a.performer_id, a.done_at, coalesce(p.e164, f.e164) AS number,
                       CASE WHEN a.direction = '' THEN 'out' ELSE a.direction END AS direction,
                       greatest(coalesce(a.minutes, 4), 1) * 60 - 7 - (a.id %% 40)::int AS seconds
                  FROM clients_activity a
                  JOIN clients_activitykind k ON k.id = a.kind_id AND k.code = %s
                  LEFT JOIN people p ON p.contact_id = a.contact_id
                  LEFT JOIN firms f ON f.client_id = a.client_id
                 WHERE a.status = 'done' AND a.bin_id IS NULL AND a.client_id IS NOT NULL
                   AND a.done_at >= %s AND coalesce(p.e164, f.e164) IS NOT NULL
            ), calls AS (
                SELECT 'd' || id AS outside_id, direction, number, 'talked' AS outcome, done_at - make_interval(secs => seconds + 9) AS began,
                       done_at - make_interval(secs => seconds) AS answered, done_at AS ended, seconds, performer_id, client_id, contact_id, id AS activity_id
                  FROM talks
                UNION ALL
                SELECT 'm' || id, 'in', number, 'missed', done_at - make_interval(secs => seconds + 1900), NULL,
                       done_at - make_interval(secs => seconds + 1870), NULL, performer_id, client_id, contact_id, id
                  FROM talks WHERE direction = 'out' AND id %% 9 = 0
            )
            INSERT INTO telephony_call (id, connection_id, outside_id, direction, number, number_raw, line, state, outcome, began_at,
                   answered_at, ended_at, talk_seconds, heard_at, user_id, client_id, contact_id, activity_id, inquiry_id, waits, recording)
            SELECT row_number() OVER (ORDER BY began, outside_id), %s, outside_id, direction, number, ltrim(number, '+'), %s, 'over', outcome,
                   began, answered, ended, seconds, ended, performer_id, client_id, contact_id, activity_id, NULL, '', ''
              FROM calls
            """,
            [str(ActivityCode.CALL), _moment(until - timedelta(days=DAYS), 0), exchange.pk, LINE],
        )  # fmt: skip


def _of_strangers(exchange: Connection, people: list[User], *, until: date) -> None:
    first = Call.objects.count() + 1
    Call.objects.bulk_create(
        Call(
            pk=first + n,
            connection=exchange,
            outside_id=f"s{n}",
            direction="in",
            number=number,
            number_raw=number.lstrip("+"),
            line=LINE,
            state="over",
            outcome="talked",
            began_at=_moment(until - timedelta(days=1), 16, 10 + n * 7),
            answered_at=_moment(until - timedelta(days=1), 16, 11 + n * 7),
            ended_at=_moment(until - timedelta(days=1), 16, 13 + n * 7),
            heard_at=_moment(until - timedelta(days=1), 16, 13 + n * 7),
            talk_seconds=120,
            user=people[n % len(people)],
            waits="card",
        )
        for n, number in enumerate(STRANGERS)
    )
