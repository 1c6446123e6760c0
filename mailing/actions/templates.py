"""Templates of letters and faxes: kept, copied, retired, tried."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from deals.actions.library import attachments
from deals.models import Material
from deals.papers.pdf import make_pdf
from mailing import limits, papers, values
from mailing.actions.faxes import check_fax_number, queue_fax
from mailing.choices import MailChannel
from mailing.cleaning import clean_template
from mailing.composing import Letters, fax_page, fax_title
from mailing.models import Fax, MailTemplate
from mailing.values import To, Values
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import moment
from salesexpert.outbox.actions import pack, queue_letter

TEST = "mailing-test"


class TooLarge(DomainError):
    pass


class NoOwnAddress(DomainError):
    pass


class ChangedMeanwhile(DomainError):
    """Somebody saved the template since this one was opened. Nothing was saved; `changed_at` is that moment."""

    def __init__(self, changed_at: datetime) -> None:
        self.changed_at = changed_at
        super().__init__(
            _("Somebody saved this template meanwhile: %s. Yours stands below: look at the other one first, or save again to put yours in its place.")
            % moment(changed_at)
        )  # fmt: skip


def check_size(materials: Iterable[Material]) -> None:
    """Raises TooLarge with the sentence for the field."""
    total = sum(m.size for m in materials)
    if total > limits.largest():
        raise TooLarge(
            _("The files are %(size)s together; a letter carries at most %(most)s. Put a link to the file into the letter instead.")
            % {"size": limits.in_words(total), "most": limits.in_words(limits.largest())}
        )  # fmt: skip


@transaction.atomic
def save_template(
    *,
    template: MailTemplate,
    materials: Iterable[Material],
    by: User,
    at: datetime,
    seen: str = "",
) -> MailTemplate:
    """Keep a template, its body cleaned of what has no place in a letter.

    `seen` is the ISO moment of the change that it was written over; empty: whatever stands there.

    Raises TooLarge, ChangedMeanwhile.
    """
    materials = list(materials)
    check_size(materials)
    template.body = clean_template(template.body)
    if template._state.adding:
        template.created_at, template.created_by = at, by
    else:
        stands = MailTemplate.objects.select_for_update().get(pk=template.pk)
        if seen and seen != stands.changed_at.isoformat():
            raise ChangedMeanwhile(stands.changed_at)
    template.changed_at = at
    template.save()
    template.materials.set(materials)
    journal.record("mail_template.saved", template, by=by, at=at)
    return template


@transaction.atomic
def copy_template(*, template: MailTemplate, by: User, at: datetime) -> MailTemplate:
    materials = list(template.materials.all())
    copy = MailTemplate.objects.get(pk=template.pk)
    copy.pk, copy._state.adding = None, True
    copy.name, copy.code = _("%s, copy") % template.name[:110], ""
    copy.created_at, copy.changed_at, copy.created_by = at, at, by
    copy.retired_at = None
    copy.save()
    copy.materials.set(materials)
    journal.record("mail_template.saved", copy, by=by, at=at)
    return copy


@transaction.atomic
def retire_template(*, template: MailTemplate, by: User, at: datetime) -> None:
    """Offer it no more, or again; mailings that were made of it keep what they sent."""
    template.retired_at = None if template.retired_at else at
    template.save(update_fields=["retired_at"])
    verb = "mail_template.retired" if template.retired_at else "mail_template.offered"
    journal.record(verb, template, by=by, at=at)


def content_of(template: MailTemplate) -> dict[str, object]:
    """What a mailing keeps of a template when its list is frozen."""
    return {
        "subject": template.subject,
        "body": template.body,
        "text": template.text,
        "language": template.language,
        "cover": template.cover,
        "paper": template.paper_id,
    }


@transaction.atomic
def send_test(
    *, template: MailTemplate, to: To | None, by: User, at: datetime, key: str
) -> str:
    """Send the letter to its author, filled from a card or with invented values; the address it goes to.

    Raises NoOwnAddress, BadTemplate, BadAddress.
    """
    if not by.email:
        raise NoOwnAddress(_("Your profile has no e-mail address to send the test to."))
    assert template.channel == MailChannel.EMAIL
    letters = Letters(content_of(template))
    if to is None:
        filled = values.sample(template.language, template.purpose)
    else:
        known = Values(by=by, language=template.language, at=at).of(to)
        filled = values.with_samples(known, template.language, template.purpose)
    made = letters.make(filled, sender=filled["company"]["name"])
    queue_letter(
        to=by.email, subject=made.subject, text=made.text, html=made.html, kind=TEST, key=key, at=at,
        attachments=attachments(list(template.materials.all())),
    )  # fmt: skip
    return by.email


def send_test_fax(
    *,
    template: MailTemplate,
    number: str,
    to: To | None,
    by: User,
    at: datetime,
    key: str,
) -> Fax:
    """Fax the pages to a number, filled from a card or with invented values, by the usual line and its real driver.

    Raises CannotFax, BadTemplate, CannotMakePdf.
    """
    assert template.channel == MailChannel.FAX
    check_fax_number(number)
    content = content_of(template)
    if to is None:
        filled = values.sample(template.language, template.purpose)
    else:
        known = Values(by=by, language=template.language, at=at).of(to)
        filled = values.with_samples(known, template.language, template.purpose)
    pdf, pages = make_pdf(fax_page(content, filled, number=number))
    files = [("fax.pdf", pdf, "application/pdf")]
    if template.paper is not None and to is not None and to.client is not None:
        files.append(papers.drawn(template.paper, to.client, by=by))
    files += attachments(list(template.materials.all()))
    with transaction.atomic():
        return queue_fax(
            number=number, pdf=pack(files, at=at), pages=pages if len(files) == 1 else None, key=key, by=by, at=at,
            title=_("Test: %s") % fax_title(content, filled),
        )  # fmt: skip
