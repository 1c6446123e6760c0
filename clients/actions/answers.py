"""Promises kept and questions answered."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clients.actions.activity_rules import AlreadySettled, SummaryIsRequired, locked
from clients.models import (
    Commitment,
    Question,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@transaction.atomic
def settle_commitment(*, commitment: Commitment, by: User, at: datetime) -> Commitment:
    """Mark an agreement or promise as kept or no longer due. Raises AlreadySettled, CardIsArchived."""
    locked(commitment.client, by=by)
    commitment = (
        Commitment.objects.select_for_update(of=["self"])
        .select_related("settled_by")
        .get(pk=commitment.pk)
    )
    if commitment.settled_at:
        raise AlreadySettled(
            _("%(person)s has already settled this.")
            % {"person": commitment.settled_by}
        )
    commitment.settled_at = max(at, commitment.made_at)
    commitment.settled_by = by
    commitment.save(update_fields=["settled_at", "settled_by"])
    journal.record(
        "commitment.settled", commitment, by=by, at=at, client=commitment.client_id
    )
    return commitment


@transaction.atomic
def answer_question(
    *, question: Question, answer: str, by: User, at: datetime
) -> Question:
    """Write down what the client was answered. Raises SummaryIsRequired, AlreadySettled, CardIsArchived."""
    if not answer.strip():
        raise SummaryIsRequired(_("Write what the client was answered."))
    locked(question.client, by=by)
    question = (
        Question.objects.select_for_update(of=["self"])
        .select_related("answered_by")
        .get(pk=question.pk)
    )
    if question.answered_at:
        raise AlreadySettled(
            _("%(person)s has already answered this.")
            % {"person": question.answered_by}
        )
    question.answer = answer
    question.answered_at = at
    question.answered_by = by
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    journal.record(
        "question.answered", question, by=by, at=at, client=question.client_id
    )
    return question
