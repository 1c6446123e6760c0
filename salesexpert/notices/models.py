from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesexpert.notices import kinds
from salesexpert.notices.choices import AHEAD_DEFAULT, DIGEST_AT_DEFAULT, Way
from salesexpert.notices.querysets import NoticeQuerySet

USER = settings.AUTH_USER_MODEL


class Notice(models.Model):
    """What one person is told once. `key` says what it is about (`reminder:812:1771502400`): told again, it stays one.

    It keeps the words, not the sentence: whoever reads it reads it in his language and time zone. `note` is what a
    colleague wrote, word for word. `is_quiet`: it came in quiet hours, so it only waits in the list.
    """

    user = models.ForeignKey(
        USER, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    variant = models.CharField(max_length=20, blank=True)
    words = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=500, blank=True)
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    by = models.ForeignKey(
        USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    is_quiet = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user", "kind", "-id"], name="notice_of_user_by_kind"),
            models.Index(
                fields=["user", "-id"],
                condition=Q(read_at=None),
                name="notice_unread",
            ),
            models.Index(
                fields=["about_type", "about_id"],
                condition=Q(about_id__isnull=False),
                name="notice_about",
            ),
            models.Index(fields=["at"], name="notice_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_told_once")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """In the active language and time zone."""
        return kinds.text_of(self.kind, self.variant, self.words)

    @property
    def icon(self) -> str:
        return kinds.kind_of(self.kind).icon


class NoticeChoice(models.Model):
    """What a person wants to be told, how and when. Who never chose has no row and the defaults."""

    user = models.OneToOneField(
        USER, on_delete=models.CASCADE, related_name="notice_choice", primary_key=True
    )
    # Only the kinds whose ways differ from those they were declared with: {"import": ["page", "email"]}.
    ways = models.JSONField(default=dict, blank=True)
    remind_minutes = models.PositiveSmallIntegerField(
        _("remind of planned work"), default=AHEAD_DEFAULT
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    digest = models.BooleanField(_("letter with the plan of the day"), default=True)
    digest_at = models.TimeField(_("sent at"), default=DIGEST_AT_DEFAULT)

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notice_quiet_hours_have_both_ends",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    def ways_of(self, kind: kinds.Kind) -> frozenset[str]:
        chosen: Any = self.ways.get(kind.code)
        if not isinstance(chosen, list):
            return frozenset(kind.ways)
        return frozenset(way for way in chosen if way in Way.values)


class LastLook(models.Model):
    """Until what moment a periodic look for something due has looked, so that nothing is missed while beat is down."""

    name = models.CharField(max_length=40, primary_key=True)
    looked_until = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
