"""Questions that people keep: versions never change, so that whoever changed one spoils nothing for the others."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from salesexpert.accounts.models import User

USER = settings.AUTH_USER_MODEL


class SavedQueryQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "SavedQueryQuerySet":
        """His own, those shown to everyone and those shown to his role; what was removed is nobody's."""
        shown = Q(owner=user) | Q(for_everyone=True) | Q(ready__gt="")
        if user.role_id:
            roles = SavedQuery.roles.through.objects.filter(role=user.role_id)
            shown |= Q(pk__in=roles.values("savedquery"))
        return self.filter(shown, removed_at=None)

    def changeable_by(self, user: User) -> "SavedQueryQuerySet":
        return self.filter(owner=user, removed_at=None)


class SavedQuery(models.Model):
    """A question kept under a name. `question` is what `Question.to_json` gives; `version` counts its changes.

    `ready` names a question that came with the product: it belongs to nobody and is shown to everyone.
    """

    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("what it is for"), blank=True)
    folder = models.CharField(_("folder"), max_length=80, blank=True)
    ready = models.CharField(max_length=60, blank=True, editable=False)
    question = models.JSONField()
    version = models.PositiveIntegerField(default=1, editable=False)
    owner = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="saved_queries"
    )
    for_everyone = models.BooleanField(_("show to everyone"), default=False)
    roles: Any = models.ManyToManyField(
        "accounts.Role", blank=True, related_name="+", verbose_name=_("show to roles")
    )
    made_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SavedQueryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("analytics", "query")
        verbose_name_plural = pgettext_lazy("analytics", "queries")
        ordering = ["folder", "name", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["ready"], condition=~Q(ready=""), name="ready_query_once"
            ),
            models.CheckConstraint(
                condition=~Q(owner=None) | ~Q(ready=""),
                name="saved_query_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("analytics:query", args=[self.pk])

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **more: Any) -> Self:
        """What came with the product is kept in English and read in the language of the reader."""
        row = super().from_db(db, field_names, values, **more)
        if row.__dict__.get("ready"):
            for name in ("name", "description", "folder"):
                if said := row.__dict__.get(name):
                    setattr(row, name, gettext(said))
        return row


class SavedQueryVersion(models.Model):
    """How a saved question stood after a change: rows are added, never changed."""

    append_only = True

    query = models.ForeignKey(
        SavedQuery, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    question = models.JSONField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a query")
        verbose_name_plural = _("versions of queries")
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["query", "number"], name="saved_query_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class FavouriteQuery(models.Model):
    query = models.ForeignKey(
        SavedQuery, on_delete=models.CASCADE, related_name="favourites"
    )
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    on_start_page = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("favourite query")
        verbose_name_plural = _("favourite queries")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "query"], name="favourite_query_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.query_id}"


class RunState(models.TextChoices):
    QUEUED = "queued", _("waits for its turn")
    RUNNING = "running", pgettext_lazy("query", "being counted")
    DONE = "done", pgettext_lazy("query", "counted")
    FAILED = "failed", pgettext_lazy("query", "not counted")


class QueryRun(models.Model):
    """A question counted in the background: the row says how far it is, and keeps what came out.

    `question` is exactly what was asked, periods as words; `day` is the day on which it was. `steps_done` of `steps`
    queries have answered.
    """

    question = models.JSONField()
    name = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=8, choices=RunState, default=RunState.QUEUED, db_default="queued"
    )
    steps = models.PositiveSmallIntegerField(default=0, db_default=0)
    steps_done = models.PositiveSmallIntegerField(default=0, db_default=0)
    fault = models.CharField(max_length=300, blank=True)
    result = models.BinaryField(null=True, editable=False)
    day = models.DateField()
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("query in the background")
        verbose_name_plural = _("queries in the background")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["user", "-asked_at"], name="query_run_of_user")]

    def __str__(self) -> str:
        return self.name or str(self.pk)
