from mailing.models.fax import Fax, FaxLine
from mailing.models.incoming import DeadAddress, Incoming, Mailbox
from mailing.models.mailings import (
    Click,
    Mailing,
    MailingLink,
    Recipient,
    SingleLetter,
)
from mailing.models.templates import MailTemplate
from mailing.models.topics import MailingTopic, TopicRefusal

__all__ = [
    "Click",
    "DeadAddress",
    "Fax",
    "FaxLine",
    "Incoming",
    "MailTemplate",
    "Mailbox",
    "Mailing",
    "MailingLink",
    "MailingTopic",
    "Recipient",
    "SingleLetter",
    "TopicRefusal",
]
