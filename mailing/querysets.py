from collections.abc import Mapping

from django.db import models
from django.db.models import Aggregate, Count, Q, Sum

from mailing.choices import MailChannel
from salesexpert.accounts.models import User

# What became of a letter, and of a fax. Sent are all that went out, those that came back or went in part among them.
_OF_LETTER = {
    "outbox": Q(letter__status__in=["queued", "sending"]),
    "sent": Q(letter__status__in=["sent", "bounced"]),
    "failed": Q(letter__status="failed"),
    "bounced": Q(letter__status="bounced"),
    "suppressed": Q(letter__status="suppressed"),
}
_OF_FAX = {
    "outbox": Q(fax__state__in=["queued", "sending"]),
    "sent": Q(fax__state__in=["delivered", "partly"]),
    "failed": Q(fax__state="failed"),
    "partly": Q(fax__state="partly"),
    "suppressed": Q(fax__state="cancelled"),
}


def outcome(channel: str) -> Mapping[str, Q]:
    """What may have become of an addressee's letter or fax, as a condition on his row."""
    return _OF_FAX if channel == MailChannel.FAX else _OF_LETTER


class MailingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "MailingQuerySet":
        """His own; those of all for whoever approves mailings. Drafts that were thrown away are gone."""
        return self._of(user).filter(thrown_at=None)

    def thrown_away(self, user: User) -> "MailingQuerySet":
        """Drafts that `user` would see, had they not been thrown away: they may be taken back."""
        return self._of(user).filter(thrown_at__isnull=False)

    def _of(self, user: User) -> "MailingQuerySet":
        if user.is_superuser or user.has_perm("mailing.approve_mailings"):
            return self.all()
        return self.filter(created_by=user)


class RecipientQuerySet(models.QuerySet):
    def counts(self, channel: str) -> dict[str, int]:
        """How many are left out, wait, and what became of the others; responses beside. One query."""
        figures: dict[str, Aggregate] = {
            "left_out": Count("pk", filter=Q(state="left_out")),
            "waiting": Count("pk", filter=Q(state="waiting")),
            "unmade": Count("pk", filter=Q(state="failed")),
            **{
                name: Count("pk", filter=condition)
                for name, condition in outcome(channel).items()
            },
            **{
                name: Count("pk", filter=Q(**{f"{name}_at__isnull": False}))
                for name in ("opened", "clicked", "replied", "unsubscribed")
            },
        }
        if channel == MailChannel.FAX:
            figures |= {
                "pages": Sum("fax__pages_sent", default=0),
                "seconds": Sum("fax__seconds", default=0),
            }
        nothing = dict.fromkeys(("bounced", "partly", "pages", "seconds"), 0)
        return nothing | self.aggregate(**figures)
