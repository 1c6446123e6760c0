from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterStatus(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    BOUNCED = "bounced", _("came back")
    SUPPRESSED = "suppressed", _("held back")


# The mail server took it, whatever became of it then.
TAKEN = (LetterStatus.SENT, LetterStatus.BOUNCED)


class Security(models.TextChoices):
    NONE = "none", _("none")
    STARTTLS = "starttls", "STARTTLS"
    TLS = "tls", "TLS"


class Trouble(models.TextChoices):
    """Why the last attempt did not deliver, in words for the person who reads the list; `failure` holds the server's own."""

    NO_CONNECTION = "connection", _("The mail server cannot be reached.")
    CUT_OFF = (
        "cut_off",
        _("The mail server broke off the connection before it took the letter."),
    )
    LOGIN = "login", _("The mail server did not accept our user name and password.")
    PUT_OFF = "put_off", _("The mail server asked to come again later.")
    RECIPIENT = "recipient", _("The mail server refused this address.")
    SENDER = "sender", _("The mail server refused our sender address.")
    CONTENT = "content", _("The mail server refused the letter.")
    MALFORMED = "malformed", _("A letter could not be made of what was given.")
    INTERRUPTED = (
        "interrupted",
        _("Sending was interrupted on our side again and again."),
    )
    NO_MAILBOX = "no_mailbox", _("The letter came back: there is no such mailbox.")
    RETURNED = "returned", _("The letter came back.")
    STOP_LIST = (
        "stop_list",
        _("The addressee asked for no more such letters before this one went out."),
    )
    SECRET_LOST = (
        "secret_lost",
        _("The password of the mail server cannot be read: enter it anew."),
    )
    UNSURE = (
        "unsure",
        _(
            "The connection broke off before the mail server confirmed the letter. It may have arrived: "
            "it is not sent again by itself, so that nobody gets it twice."
        ),
    )
