"""What mailings are about, and who wants none of one sort while he keeps the others."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.dictionaries import DictionaryEntry


class MailingTopic(DictionaryEntry):
    """A sort of mailings that a person may refuse by itself: product news, invitations. Offered to him while in use."""

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("topic of mailings")
        verbose_name_plural = _("topics of mailings")


class TopicRefusal(models.Model):
    """An address that wants no mailings of a topic, as the keyed hash of the stop list: it outlives the card."""

    topic = models.ForeignKey(
        MailingTopic, on_delete=models.PROTECT, related_name="refusals", db_index=False
    )
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("refused topic")
        verbose_name_plural = _("refused topics")
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "digest"], name="topic_refused_once"
            )
        ]
        indexes = [models.Index(fields=["digest"], name="topic_refusal_by_address")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.topic_id} {self.digest[:8]}"
