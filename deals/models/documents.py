"""Papers made of templates: what they are composed of, and each paper as it was made."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import (
    BlockKind,
    DocumentKind,
    DocumentLanguage,
    DocumentState,
    MaterialKind,
)
from deals.models.contract import Contract
from deals.models.deal import Deal
from deals.models.delivery import Delivery
from deals.models.firm import OwnFirm
from deals.models.invoice import Invoice
from deals.models.offer import Offer
from deals.querysets import OfDealQuerySet
from salesexpert.audit.tracking import tracked

USER = settings.AUTH_USER_MODEL


class DocumentTemplate(models.Model):
    """What papers of a kind are composed of; `firm` None: for all our firms. `code` marks those the product brings."""

    kind = models.CharField(_("paper"), max_length=20, choices=DocumentKind)
    name = models.CharField(_("name"), max_length=120)
    firm = models.ForeignKey(
        OwnFirm,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("our firm"),
    )
    language = models.CharField(
        _("language of the paper"),
        max_length=2,
        choices=DocumentLanguage,
        default=DocumentLanguage.RUSSIAN,
    )
    landscape = models.BooleanField(_("lying sheet"), default=False)
    is_default = models.BooleanField(_("offered first"), default=False)
    code = models.CharField(max_length=30, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("template of papers")
        verbose_name_plural = _("templates of papers")
        ordering = ["kind", "-is_default", "position", "name"]
        default_permissions = ()
        permissions = [
            ("manage_templates", _("Change templates of papers")),
            ("edit_template_source", _("See and change the source of templates")),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateBlock(models.Model):
    """One piece of a template. `text` holds merge fields; `condition`: when the block is printed (empty: always).

    `options` are those of its kind: `align`, `level` of a heading, `columns` of a table, `width` of a picture.
    """

    template = models.ForeignKey(
        DocumentTemplate, on_delete=models.CASCADE, related_name="blocks"
    )
    kind = models.CharField(max_length=12, choices=BlockKind)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("text"), blank=True)
    condition = models.CharField(_("print only if"), max_length=300, blank=True)
    options: Any = models.JSONField(default=dict, blank=True)
    image = models.FileField(_("picture"), upload_to="templates/", blank=True)

    class Meta:
        verbose_name = _("block of a template")
        verbose_name_plural = _("blocks of a template")
        ordering = ["position", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.template}: {self.get_kind_display()}"


@tracked(
    exclude=[
        "content",
        "context",
        "state",
        "failure",
        "started_at",
        "pages",
        "pdf",
        "size",
    ],
    of=["client"],
)
class Document(models.Model):
    """One version of a paper, as it was made: the values it was filled with, its text, its PDF.

    Nothing of a made paper changes; what is wrong in it is put right by a further version of the same number.
    """

    kind = models.CharField(_("paper"), max_length=20, choices=DocumentKind)
    template = models.ForeignKey(
        DocumentTemplate, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    title = models.CharField(_("title"), max_length=300)
    number = models.CharField(_("number"), max_length=60, blank=True)
    dated_on = models.DateField(_("date"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    client = models.ForeignKey(
        "clients.Client",
        on_delete=models.PROTECT,
        related_name="documents",
        verbose_name=_("client"),
    )
    firm = models.ForeignKey(
        OwnFirm, on_delete=models.PROTECT, related_name="+", verbose_name=_("our firm")
    )
    deal = models.ForeignKey(
        Deal, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    contract = models.ForeignKey(
        Contract,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    invoice = models.ForeignKey(
        Invoice,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    with_stamp = models.BooleanField(_("with stamp and signature"), default=False)
    context: Any = models.JSONField(default=dict)
    content = models.TextField(blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=DocumentState, default=DocumentState.QUEUED
    )
    failure = models.TextField(blank=True)
    pdf = models.FileField(upload_to="documents/%Y/%m", max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_to = models.CharField(_("sent to"), max_length=254, blank=True)
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    objects = OfDealQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["deal", "-made_at"], name="document_by_deal"),
            models.Index(fields=["client", "-made_at"], name="document_by_client"),
            models.Index(
                fields=["made_at"],
                condition=Q(state__in=["queued", "making"]),
                name="document_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "firm",
                "kind",
                "number",
                "version",
                "dated_on__year",
                condition=~Q(number=""),
                name="document_version_once",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.state in (DocumentState.QUEUED, DocumentState.MAKING)


class Material(models.Model):
    """A standard document or a demonstration material, ready to be sent to clients."""

    kind = models.CharField(_("kind"), max_length=8, choices=MaterialKind)
    category = models.CharField(_("category"), max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("what it is for"), blank=True)
    folded = models.CharField(max_length=400, editable=False, default="")
    file = models.FileField(max_length=200, upload_to="library/%Y/%m")
    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["category", "name", "pk"]
        default_permissions = ()
        permissions = [("manage_library", _("Change the library of materials"))]

    def __str__(self) -> str:
        return self.name
