"""Words of the law on personal data: consents, requests of persons, grounds of an erasure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConsentKind(TextChoices):
    """A consent to advertising is never part of a consent to processing."""

    PROCESSING = "processing", _("processing of personal data")
    ADVERTISING = "advertising", _("advertising")


class Channel(TextChoices):
    """How an advertisement reaches the person; each needs a consent of its own."""

    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone call")
    MESSENGER = "messenger", _("messenger or SMS")
    FAX = "fax", _("fax")
    POST = "post", _("post")


class Means(TextChoices):
    """How a consent, its withdrawal or a request was got: what proves it."""

    PAPER = "paper", _("on paper")
    SITE = "site", _("form on the site")
    EMAIL = "email", _("by e-mail")
    PHONE = "phone", _("by phone, recorded")
    MEETING = "meeting", _("in person")
    LINK = "link", _("by the link in a letter")
    OTHER = "other", _("other")


# What a person may enter for somebody: the link in a letter is followed by the addressee alone.
ENTERED_MEANS = [choice for choice in Means.choices if choice[0] != Means.LINK]


class RequestKind(TextChoices):
    """What a person may demand; each has its term (`clients.terms`)."""

    ACCESS = "access", _("tell what data are held")
    RECTIFY = "rectify", _("correct inaccurate data")
    STOP = "stop", _("stop processing")
    STOP_ADVERTISING = "no_ads", _("stop advertising")
    WITHDRAW = "withdraw", _("consent withdrawn")
    ERASE = "erase", _("erase the data")
    UNLAWFUL = "unlawful", _("unlawful processing found")


class RequestOutcome(TextChoices):
    DONE = "done", _("fulfilled")
    REFUSED = "refused", _("refused with reasons")


class ErasureGround(TextChoices):
    DEMAND = "demand", _("demand of the person")
    WITHDRAWN = "withdrawn", _("consent to processing withdrawn")
    PURPOSE = "purpose", _("purpose of processing reached or lost")
    UNLAWFUL = "unlawful", _("unlawful processing")
    TERM = "term", _("term of storage ended")


class ErasureState(TextChoices):
    QUEUED = "queued", _("waiting")
    DONE = "done", _("erased")
    FAILED = "failed", _("failed")


class AddressType(TextChoices):
    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone")


class SuppressionReason(TextChoices):
    STOPPED = "stopped", _("the person told us to stop")
    WITHDRAWN = "withdrawn", _("consent withdrawn")
    ERASED = "erased", _("the person's data were erased")
