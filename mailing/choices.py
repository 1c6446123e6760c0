from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MailChannel(TextChoices):
    EMAIL = "email", _("e-mail")
    FAX = "fax", _("fax")


class TemplateLanguage(TextChoices):
    RUSSIAN = "ru", _("Russian")
    ENGLISH = "en", _("English")


class Purpose(TextChoices):
    """What a template is offered for: a mailing, or a single letter that carries a paper."""

    MAILING = "mailing", _("mailing")
    LETTER = "letter", _("single letter")
    INVOICE = "invoice", _("letter with an invoice")
    ACT = "act", _("letter with an act")
    OFFER = "offer", _("letter with an offer")
    DOCUMENT = "document", _("letter with another paper")


class Whom(TextChoices):
    """Which addresses of a client a mailing goes to."""

    MAIN = "main", _("one address of each client: the main contact person first")
    PEOPLE = "people", _("every contact person who works there")
    FIRM = "firm", _("common addresses of the firm")


class MailingState(TextChoices):
    DRAFT = "draft", pgettext_lazy("mailing", "draft")
    FREEZING = "freezing", pgettext_lazy("mailing", "addressees are being gathered")
    READY = "ready", pgettext_lazy("mailing", "ready to go")
    APPROVAL = "approval", pgettext_lazy("mailing", "waits for approval")
    RUNNING = "running", pgettext_lazy("mailing", "running")
    PAUSED = "paused", pgettext_lazy("mailing", "paused")
    STOPPED = "stopped", pgettext_lazy("mailing", "stopped")
    DONE = "done", pgettext_lazy("mailing", "done")


class RecipientState(TextChoices):
    """*queued*: the letter is a row of the outbox, and that row says what became of it."""

    LEFT_OUT = "left_out", _("left out")
    WAITING = "waiting", _("waits for its turn")
    QUEUED = "queued", _("handed to the outbox")
    FAILED = "failed", _("could not be made")


class LeftOut(TextChoices):
    """Why somebody of the audience gets nothing; the strongest reason first."""

    NO_ADDRESS = "no_address", _("no address")
    STOPPED = "stopped", _("asked to stop processing the data")
    SUPPRESSED = "suppressed", _("address on the stop list")
    BOUNCED = "bounced", _("letters came back before")
    NO_CONSENT = "no_consent", _("no consent to advertising")
    BAD_ADDRESS = "bad_address", _("address that no letter can be sent to")
    TOPIC = "topic", _("wants no letters on this topic")
    DUPLICATE = "duplicate", _("the same address is in the list already")
    REMOVED = "removed", _("taken out by hand")


_LEFT_OUT_OF_FAX = {
    LeftOut.NO_ADDRESS: _("no fax number"),
    LeftOut.SUPPRESSED: _("number on the stop list"),
    LeftOut.BOUNCED: _("no fax machine answered there before"),
    LeftOut.NO_CONSENT: _("no consent to advertising by fax"),
    LeftOut.BAD_ADDRESS: _("number that cannot be called"),
    LeftOut.DUPLICATE: _("the same number is in the list already"),
}


def why_left_out(reason: str, channel: str) -> Promise | str:
    """The reason in words, those of numbers where faxes go."""
    if reason not in LeftOut.values:
        return ""
    code = LeftOut(reason)
    if channel == MailChannel.FAX and code in _LEFT_OUT_OF_FAX:
        return _LEFT_OUT_OF_FAX[code]
    return code.label


class IncomingKind(TextChoices):
    REPLY = "reply", _("answer")
    AUTO_REPLY = "auto_reply", _("automatic answer")
    BOUNCE = "bounce", _("letter came back")
    DELAY = "delay", _("delivery is delayed")
    UNSUBSCRIBE = "unsubscribe", _("asks for no more letters")


class FaxDriver(TextChoices):
    GATEWAY = "gateway", _("e-mail-to-fax service")
    HYLAFAX = "hylafax", "HylaFAX"


class NumberFormat(TextChoices):
    """How a line wants +7 495 123-45-67 written."""

    PLUS = "plus", "+74951234567"
    DIGITS = "digits", "74951234567"
    EIGHT = "eight", "84951234567"
    ABROAD = "abroad", "8107… / 810…"


class FaxState(TextChoices):
    QUEUED = "queued", pgettext_lazy("fax", "queued")
    SENDING = "sending", pgettext_lazy("fax", "being sent")
    DELIVERED = "delivered", pgettext_lazy("fax", "delivered")
    PARTLY = "partly", pgettext_lazy("fax", "delivered in part")
    FAILED = "failed", pgettext_lazy("fax", "not delivered")
    CANCELLED = "cancelled", pgettext_lazy("fax", "called off")


class FaxTrouble(TextChoices):
    NO_LINE = "no_line", _("The fax server cannot be reached.")
    BUSY = "busy", _("The number is busy.")
    NO_ANSWER = "no_answer", _("Nobody answers.")
    NOT_A_FAX = "not_a_fax", _("No fax machine answers at this number.")
    BAD_NUMBER = "bad_number", _("The line cannot call this number.")
    REFUSED = "refused", _("The line refused the fax.")
    BROKEN_OFF = "broken_off", _("The connection broke off.")
    SILENT = "silent", _("The service did not say whether it arrived.")
    UNSURE = (
        "unsure",
        _(
            "Sending was interrupted: the fax may have gone out. It is not sent again by itself."
        ),
    )
