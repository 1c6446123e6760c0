from datetime import datetime, timedelta
from typing import Any

from django.db import models

from salesexpert.accounts.models import User

READ_KEPT = timedelta(days=60)
UNREAD_KEPT = timedelta(days=365)


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        """A notice is for one person and nobody else."""
        return self.filter(user=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def outlived(self, *, at: datetime) -> "NoticeQuerySet":
        """Those that nobody will look for any more."""
        return self.filter(
            models.Q(read_at__lt=at - READ_KEPT) | models.Q(at__lt=at - UNREAD_KEPT)
        )

    def about(self, subject: models.Model) -> "NoticeQuerySet":
        return self.filter(
            about_type=subject._meta.model_name or "", about_id=subject.pk
        )

    def mark_read(self, *, at: datetime) -> int:
        changed: Any = self.unread().update(read_at=at)
        return int(changed)
