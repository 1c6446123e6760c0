from mailing.models.mailings import (
    Click,
    Mailing,
    MailingLink,
    Recipient,
    SingleLetter,
)
from mailing.models.templates import MailTemplate

__all__ = [
    "Click",
    "MailTemplate",
    "Mailing",
    "MailingLink",
    "Recipient",
    "SingleLetter",
]
