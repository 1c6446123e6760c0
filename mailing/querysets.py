from django.db import models
from django.db.models import Count, Q

from salesexpert.accounts.models import User


class MailingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "MailingQuerySet":
        """His own; those of all for whoever approves mailings."""
        if user.is_superuser or user.has_perm("mailing.approve_mailings"):
            return self.all()
        return self.filter(created_by=user)


class RecipientQuerySet(models.QuerySet):
    def counts(self) -> dict[str, int]:
        """How many are left out, wait, and how many letters stand where in the outbox; responses beside. One query."""
        return self.aggregate(
            left_out=Count("pk", filter=Q(state="left_out")),
            waiting=Count("pk", filter=Q(state="waiting")),
            unmade=Count("pk", filter=Q(state="failed")),
            outbox=Count("pk", filter=Q(letter__status__in=["queued", "sending"])),
            sent=Count("pk", filter=Q(letter__status="sent")),
            failed=Count("pk", filter=Q(letter__status="failed")),
            bounced=Count("pk", filter=Q(letter__status="bounced")),
            suppressed=Count("pk", filter=Q(letter__status="suppressed")),
            opened=Count("pk", filter=Q(opened_at__isnull=False)),
            clicked=Count("pk", filter=Q(clicked_at__isnull=False)),
            replied=Count("pk", filter=Q(replied_at__isnull=False)),
            unsubscribed=Count("pk", filter=Q(unsubscribed_at__isnull=False)),
        )
