from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.bin import Binnable, OutOfBin
from clients.querysets import SelectionQuerySet


class Selection(Binnable):
    """Saved filter parameters over a list: live, run through the same filterset as the list page.

    `parameters` is the query string of the list without its page. `entity` is "client" or "contact". A frozen selection
    names itself in its parameters (`frozen=7`), so that whoever runs a selection runs both kinds alike; its `members`
    are who it held at `frozen_at`, by the question that `sentence` says in words.
    """

    entity = models.CharField(max_length=20, default="client")
    name = models.CharField(_("name"), max_length=80)
    parameters = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="selections"
    )
    is_shared = models.BooleanField(_("for everyone"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, editable=False)
    sentence = models.TextField(blank=True, db_default="", editable=False)

    objects = OutOfBin.from_queryset(SelectionQuerySet)()
    with_bin = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        ordering = ["position", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "entity", "name"],
                condition=models.Q(bin=None),
                name="selection_name_unique_per_owner",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class SelectionMember(models.Model):
    """A record that a frozen selection holds, by its id: it may be gone since, or joined to another."""

    selection = models.ForeignKey(
        Selection, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    record = models.BigIntegerField()

    class Meta:
        verbose_name = _("member of a selection")
        verbose_name_plural = _("members of selections")
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "record"], name="selection_member_once"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.selection_id}: {self.record}"
