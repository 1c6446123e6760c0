from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.activity import Activity
from clients.models.bin import Binnable, OutOfBin
from clients.models.client import Client

SPREADSHEETS = frozenset(
    {
        "text/csv",
        "text/tab-separated-values",
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)


class ClientFile(Binnable):
    """A file on the card. The bytes lie outside the web root under a random name; a view serves them by right."""

    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        related_name="files",
        db_index=False,
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    file = models.FileField(max_length=200, upload_to="clients/%Y/%m")
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = OutOfBin()
    with_bin = models.Manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [
            models.Index(fields=["client", "-uploaded_at"], name="file_by_client"),
            models.Index(
                fields=["bin"],
                condition=models.Q(bin__isnull=False),
                name="file_in_bin",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def icon(self) -> str:
        """The icon of the sprite for a file of this type."""
        if self.content_type == "application/pdf":
            return "file-type-pdf"
        if self.content_type in SPREADSHEETS:
            return "file-spreadsheet"
        return "file-text"
