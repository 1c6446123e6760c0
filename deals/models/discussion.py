from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.models.deal import Deal
from deals.querysets import OfDealQuerySet

USER = settings.AUTH_USER_MODEL


class Remark(models.Model):
    """What colleagues say to each other about a client, or about one deal with him. A taken back one keeps its place."""

    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="remarks"
    )
    deal = models.ForeignKey(
        Deal,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="remarks",
        verbose_name=_("deal"),
    )
    author = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(_("text"), max_length=5000)
    written_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = OfDealQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["client", "-written_at"], name="remark_of_client"),
            models.Index(
                fields=["deal", "-written_at"],
                condition=Q(deal__isnull=False),
                name="remark_of_deal",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text[:80]


class Mention(models.Model):
    """A person called by name in a remark. `seen_at` empty: he has not opened the discussion since."""

    remark = models.ForeignKey(
        Remark, on_delete=models.CASCADE, related_name="mentions"
    )
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(
                fields=["remark", "user"], name="mentioned_once_in_a_remark"
            )
        ]
        indexes = [
            models.Index(
                fields=["user", "id"],
                condition=Q(seen_at=None),
                name="mention_not_seen",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)


class DiscussionSeen(models.Model):
    """Until when a person has read a discussion; what others wrote later is marked for him as new."""

    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(
        "clients.Client", on_delete=models.CASCADE, related_name="+"
    )
    deal = models.ForeignKey(
        Deal, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("discussion read")
        verbose_name_plural = _("discussions read")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "client", "deal"],
                nulls_distinct=False,
                name="discussion_seen_once",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user}: {self.client}"
