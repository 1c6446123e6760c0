"""The journal of what lies below: accounts tell their deeds by a signal, for they may not import the journal."""

from datetime import datetime
from typing import Any

from django.db import models
from django.dispatch import receiver

from salesexpert.accounts.models import User
from salesexpert.accounts.signals import deed_done
from salesexpert.audit import journal
from salesexpert.outbox.models import Letter
from salesexpert.outbox.signals import sent_again, set_up


@receiver(deed_done)
def record_deed(
    sender: Any,
    *,
    verb: str,
    subject: models.Model,
    by: User | None,
    at: datetime,
    detail: dict[str, Any],
    **kwargs: Any,
) -> None:
    journal.record(verb, subject, by=by, at=at, **detail)


@receiver(sent_again)
def record_sent_again(
    sender: Any, *, letter: Letter, by: User, at: datetime, **kwargs: Any
) -> None:
    journal.record("letter.sent_again", by, by=by, at=at, letter=letter.pk)


@receiver(set_up)
def record_mail_set_up(
    sender: Any,
    *,
    verb: str,
    row: models.Model | None,
    by: User,
    at: datetime,
    **kwargs: Any,
) -> None:
    journal.record(verb, by, by=by, at=at, name=str(row or ""))
