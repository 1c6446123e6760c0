from django.urls import path

from mailing.views import (
    digest,
    exchange,
    letters,
    mailboxes,
    mailings,
    responses,
    templates,
    unsubscribing,
)
