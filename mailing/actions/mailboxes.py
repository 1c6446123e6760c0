"""Mailboxes set up and tried out."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mailing.incoming import mailboxes
from mailing.models import Mailbox
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.secrets_at_rest import seal


class DidNotOpen(DomainError):
    pass


@transaction.atomic
def save(mailbox: Mailbox, *, password: str, by: User, at: datetime) -> Mailbox:
    """Keep the mailbox as it was filled in; an empty password leaves the kept one."""
    if password:
        mailbox.password_sealed = seal(password)
    if mailbox._state.adding:
        mailbox.created_at = at
    elif Mailbox.objects.exclude(
        host=mailbox.host, username=mailbox.username, folder=mailbox.folder
    ).filter(pk=mailbox.pk):
        mailbox.uid_validity, mailbox.last_uid = None, 0  # another one by the same name
    mailbox.failure, mailbox.failed_at = "", None
    mailbox.save()
    journal.record("mailbox.saved", by, by=by, at=at, name=mailbox.name)
    return mailbox


def try_out(mailbox: Mailbox) -> int:
    """Open the mailbox now; how many messages its folder holds. Raises DidNotOpen with what the server said."""
    try:
        with mailboxes.opened(mailbox, patience=8) as server:
            state, found = server.uid("SEARCH", "ALL")
    except mailboxes.Unreachable as error:
        raise DidNotOpen(
            _("The mailbox does not open: %(answer)s") % {"answer": error}
        ) from error
    return len((found[0] or b"").split()) if state == "OK" else 0
