"""What letters and faxes are made of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.models import DocumentTemplate, Material
from mailing.choices import MailChannel, Purpose, TemplateLanguage

USER = settings.AUTH_USER_MODEL


class MailTemplate(models.Model):
    """A letter with merge fields. `text` empty: the text part is made of the body each time.

    `materials` of the library are enclosed as they are; `paper` is drawn for each addressee and enclosed as PDF.
    `cover` is for a fax: a first page that says to whom, from whom, how many pages. `code` marks what the product brings.
    """

    name = models.CharField(_("name"), max_length=120)
    channel = models.CharField(
        _("goes by"), max_length=5, choices=MailChannel, default=MailChannel.EMAIL
    )
    purpose = models.CharField(
        _("offered for"), max_length=8, choices=Purpose, default=Purpose.MAILING
    )
    language = models.CharField(
        _("language of the letter"),
        max_length=2,
        choices=TemplateLanguage,
        default=TemplateLanguage.RUSSIAN,
    )
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body = models.TextField(_("letter"), blank=True)
    text = models.TextField(_("text part"), blank=True)
    materials = models.ManyToManyField(
        Material, blank=True, related_name="+", verbose_name=_("from the library")
    )
    paper = models.ForeignKey(
        DocumentTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("paper drawn for each addressee"),
    )
    cover = models.BooleanField(_("with a cover page"), default=True)
    code = models.CharField(max_length=30, blank=True, editable=False)
    created_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("template of a letter")
        verbose_name_plural = _("templates of letters")
        ordering = ["purpose", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=MailChannel.values),
                name="mail_template_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values),
                name="mail_template_purpose_known",
            ),
        ]
        default_permissions = ()
        permissions = [
            ("manage_mail_templates", _("Change templates of letters and faxes"))
        ]

    def __str__(self) -> str:
        return self.name
