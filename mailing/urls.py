from django.urls import path

from mailing.views import (
    digest,
    exchange,
    faxes,
    letters,
    mailboxes,
    mailings,
    responses,
    templates,
    topics,
    unsubscribing,
)

app_name = "mailing"

urlpatterns = [
    path("mailing/", mailings.mailings, name="list"),
    path("mailing/new/", mailings.mailing_edit, name="new"),
    path("mailing/<int:pk>/", mailings.mailing, name="mailing"),
    path("mailing/<int:pk>/edit/", mailings.mailing_edit, name="mailing_edit"),
    path(
        "mailing/<int:pk>/addressees/", mailings.mailing_recipients, name="recipients"
    ),
    path(
        "mailing/<int:pk>/addressees/<int:recipient>/out/",
        mailings.recipient_out,
        name="recipient_out",
    ),
    path(
        "mailing/<int:pk>/inquiries/",
        mailings.mailing_followed,
        {"what": "inquiries"},
        name="inquiries",
    ),
    path(
        "mailing/<int:pk>/deals/",
        mailings.mailing_followed,
        {"what": "deals"},
        name="deals",
    ),
    path("mailing/<int:pk>/take-back/", mailings.mailing_take_back, name="take_back"),
    path("mailing/<int:pk>/do/<slug:deed>/", mailings.mailing_do, name="do"),
    path(
        "mailing/topics/<slug:kind>/<int:pk>/",
        topics.person_topics,
        name="person_topics",
    ),
    path("mailing/letters/new/", letters.write, name="write"),
    path("mailing/templates/", templates.templates, name="templates"),
    path("mailing/templates/new/", templates.template, name="template_new"),
    path("mailing/templates/<int:pk>/", templates.template, name="template"),
    path(
        "mailing/templates/<int:pk>/preview/",
        templates.template_preview,
        name="template_preview",
    ),
    path(
        "mailing/templates/<int:pk>/pdf/", templates.template_pdf, name="template_pdf"
    ),
    path(
        "mailing/templates/<int:pk>/test/",
        templates.template_test,
        name="template_test",
    ),
    path(
        "mailing/templates/<int:pk>/test-fax/",
        templates.template_test_fax,
        name="template_test_fax",
    ),
    path(
        "mailing/templates/<int:pk>/copy/",
        templates.template_copy,
        name="template_copy",
    ),
    path(
        "mailing/templates/<int:pk>/retire/",
        templates.template_retire,
        name="template_retire",
    ),
    path("mailing/exchange/", exchange.exchange, name="exchange"),
    path("mailing/exchange/file/", exchange.export, name="exchange_file"),
    path("c/<str:token>/", responses.click, name="click"),
    path("o/<str:token>/", responses.opened, name="open"),
    path("u/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("settings/fax/", faxes.lines, name="fax_lines"),
    path("settings/fax/new/<slug:driver>/", faxes.line_new, name="fax_line_new"),
    path("settings/fax/<int:pk>/", faxes.line, name="fax_line"),
    path("settings/fax/<int:pk>/trial/", faxes.line_trial, name="fax_line_trial"),
    path("settings/mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("settings/mailboxes/new/", mailboxes.mailbox, name="mailbox_new"),
    path("settings/mailboxes/<int:pk>/", mailboxes.mailbox, name="mailbox"),
    path(
        "settings/mailboxes/<int:pk>/trial/",
        mailboxes.mailbox_trial,
        name="mailbox_trial",
    ),
    path("digest/stop/<str:token>/", digest.stop, name="digest_stop"),
]
