from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterStatus(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")


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
    UNSURE = (
        "unsure",
        _(
            "The connection broke off before the mail server confirmed the letter. It may have arrived: "
            "it is not sent again by itself, so that nobody gets it twice."
        ),
    )
