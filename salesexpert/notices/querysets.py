from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models

from salesexpert.accounts.models import User
from salesexpert.core.prepared import prepared

READ_KEPT = timedelta(days=60)
UNREAD_KEPT = timedelta(days=365)


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        """A notice is for one person and nobody else."""
        return self.filter(user=user)

    def add_once(self, notice: Any) -> bool:
        """Save it with its id, in one statement; False, and nothing changed, when he was told of its key before."""
        fields = [f for f in self.model._meta.concrete_fields if not f.primary_key]
        columns = ", ".join(f'"{f.column}"' for f in fields)
        values = [f.get_db_prep_save(f.pre_save(notice, add=True), connection) for f in fields]  # fmt: skip
        with prepared() as cursor:
            cursor.execute(
                f"""INSERT INTO "{self.model._meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})
                    ON CONFLICT (user_id, key) DO NOTHING RETURNING id""",
                values,
            )
            row = cursor.fetchone()
        if row is None:
            return False
        notice.pk, notice._state.adding = row[0], False
        notice._state.db = connection.alias
        return True

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
