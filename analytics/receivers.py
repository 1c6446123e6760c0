"""Answers to what deals tell: it is noted in the transaction of the deed, by one statement, and counted by whoever asks next.

While nobody is paid by a scheme nothing is noted: whoever is put on one has his past counted then.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from deals.models import Payment
from deals.signals import deal_ended, payments_laid
from salesexpert.core.prepared import prepared

_NOTE = """INSERT INTO analytics_moneytocount ({column}, cause_id) SELECT thing, %s::bigint FROM unnest(%s::bigint[]) AS thing
    WHERE EXISTS (SELECT FROM analytics_schemeassignment)"""


def _laid(sender: Any, invoices: Collection[int], cause: Payment | None, **kwargs: Any) -> None:  # fmt: skip
    with prepared() as cursor:
        cursor.execute(
            _NOTE.format(column="invoice_id"),
            [cause.pk if cause else None, list(invoices)],
        )


def _ended(sender: Any, deal: int, at: datetime, **kwargs: Any) -> None:
    with prepared() as cursor:
        cursor.execute(_NOTE.format(column="deal_id"), [None, [deal]])


def connect() -> None:
    payments_laid.connect(_laid, dispatch_uid="analytics-payments-laid")
    deal_ended.connect(_ended, dispatch_uid="analytics-deal-ended")
