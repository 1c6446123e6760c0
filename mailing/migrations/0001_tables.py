import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("mailing", "0001_mailings"),
        ("mailing", "0002_mail_servers_and_parcels"),
        ("mailing", "0003_incoming_and_fax"),
        ("mailing", "0005_erased_addressees"),
    ]

    dependencies = [
        ("clients", "0001_tables"),
        ("deals", "0001_tables"),
        ("outbox", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeadAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("status", models.CharField(blank=True, max_length=12)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "address that letters come back from",
                "verbose_name_plural": "addresses that letters come back from",
                "ordering": ["-last_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "name",
                    models.CharField(max_length=80, unique=True, verbose_name="name"),
                ),
                ("host", models.CharField(max_length=253, verbose_name="server")),
                ("port", models.PositiveIntegerField(default=993, verbose_name="port")),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("starttls", "STARTTLS"),
                            ("tls", "TLS"),
                        ],
                        default="tls",
                        max_length=8,
                        verbose_name="encryption",
                    ),
                ),
                (
                    "username",
                    models.CharField(max_length=254, verbose_name="user name"),
                ),
                ("password_sealed", models.TextField(blank=True, editable=False)),
                (
                    "folder",
                    models.CharField(
                        default="INBOX", max_length=200, verbose_name="folder"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="is read"),
                ),
                ("created_at", models.DateTimeField()),
                ("uid_validity", models.BigIntegerField(editable=False, null=True)),
                ("last_uid", models.BigIntegerField(default=0, editable=False)),
                ("checked_at", models.DateTimeField(editable=False, null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=500
                    ),
                ),
                ("failed_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "mailbox",
                "verbose_name_plural": "mailboxes",
                "ordering": ["name"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FaxLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "name",
                    models.CharField(max_length=80, unique=True, verbose_name="name"),
                ),
                (
                    "driver",
                    models.CharField(
                        choices=[
                            ("gateway", "e-mail-to-fax service"),
                            ("hylafax", "HylaFAX"),
                        ],
                        max_length=10,
                        verbose_name="goes by",
                    ),
                ),
                ("options", models.JSONField(blank=True, default=dict)),
                ("secret_sealed", models.TextField(blank=True, editable=False)),
                (
                    "number_format",
                    models.CharField(
                        choices=[
                            ("plus", "+74951234567"),
                            ("digits", "74951234567"),
                            ("eight", "84951234567"),
                            ("abroad", "8107… / 810…"),
                        ],
                        default="plus",
                        max_length=8,
                        verbose_name="how numbers are written",
                    ),
                ),
                (
                    "quiet_from",
                    models.TimeField(
                        blank=True, null=True, verbose_name="no faxes from"
                    ),
                ),
                (
                    "quiet_until",
                    models.TimeField(blank=True, null=True, verbose_name="until"),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=3, verbose_name="attempts"
                    ),
                ),
                (
                    "per_hour",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="faxes an hour at most"
                    ),
                ),
                (
                    "is_default",
                    models.BooleanField(
                        default=False,
                        verbose_name="faxes go by it unless another is chosen",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "fax line",
                "verbose_name_plural": "fax lines",
                "ordering": ["name"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("is_default",),
                        name="fax_line_one_default",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempts__gte", 1), ("attempts__lte", 12)),
                        name="fax_line_attempts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-mail"), ("fax", "fax")],
                        default="email",
                        max_length=5,
                        verbose_name="goes by",
                    ),
                ),
                ("parameters", models.TextField(blank=True)),
                ("audience", models.CharField(blank=True, max_length=300)),
                (
                    "whom",
                    models.CharField(
                        choices=[
                            (
                                "main",
                                "one address of each client: the main contact person first",
                            ),
                            ("people", "every contact person who works there"),
                            ("firm", "common addresses of the firm"),
                        ],
                        default="main",
                        max_length=6,
                        verbose_name="to whom",
                    ),
                ),
                (
                    "is_advertising",
                    models.BooleanField(default=True, verbose_name="advertising"),
                ),
                ("content", models.JSONField(blank=True, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("freezing", "addressees are being gathered"),
                            ("ready", "ready to go"),
                            ("approval", "waits for approval"),
                            ("running", "running"),
                            ("paused", "paused"),
                            ("stopped", "stopped"),
                            ("done", "done"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "starts_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="begins"),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="letters a minute"
                    ),
                ),
                (
                    "per_domain",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="a minute to one mail domain",
                    ),
                ),
                (
                    "quiet_from",
                    models.TimeField(
                        blank=True, null=True, verbose_name="no letters from"
                    ),
                ),
                (
                    "quiet_until",
                    models.TimeField(blank=True, null=True, verbose_name="until"),
                ),
                (
                    "track_opens",
                    models.BooleanField(default=False, verbose_name="count openings"),
                ),
                (
                    "track_clicks",
                    models.BooleanField(default=True, verbose_name="count clicks"),
                ),
                ("created_at", models.DateTimeField()),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("included", models.PositiveIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("failure", models.TextField(blank=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outbox.mailaccount",
                        verbose_name="mail server",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "parcel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="outbox.parcel",
                    ),
                ),
                (
                    "selection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="clients.selection",
                        verbose_name="selection",
                    ),
                ),
            ],
            options={
                "verbose_name": "mailing",
                "verbose_name_plural": "mailings",
                "ordering": ["-created_at", "-pk"],
                "permissions": [
                    ("run_mailings", "Prepare and send mailings"),
                    (
                        "approve_mailings",
                        "Approve mailings to many and see those of others",
                    ),
                    ("write_letters", "Send single letters from the card and the deal"),
                    ("exchange_groups", "Hand groups to outside mailing services"),
                ],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="MailingLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("url", models.CharField(max_length=2000)),
                (
                    "mailing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="mailing.mailing",
                    ),
                ),
            ],
            options={
                "verbose_name": "link of a mailing",
                "verbose_name_plural": "links of mailings",
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MailTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-mail"), ("fax", "fax")],
                        default="email",
                        max_length=5,
                        verbose_name="goes by",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("mailing", "mailing"),
                            ("letter", "single letter"),
                            ("invoice", "letter with an invoice"),
                            ("act", "letter with an act"),
                            ("offer", "letter with an offer"),
                            ("document", "letter with another paper"),
                        ],
                        default="mailing",
                        max_length=8,
                        verbose_name="offered for",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("ru", "Russian"), ("en", "English")],
                        default="ru",
                        max_length=2,
                        verbose_name="language of the letter",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="subject"
                    ),
                ),
                ("body", models.TextField(blank=True, verbose_name="letter")),
                ("text", models.TextField(blank=True, verbose_name="text part")),
                (
                    "cover",
                    models.BooleanField(default=True, verbose_name="with a cover page"),
                ),
                ("code", models.CharField(blank=True, editable=False, max_length=30)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "materials",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="deals.material",
                        verbose_name="from the library",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.documenttemplate",
                        verbose_name="paper drawn for each addressee",
                    ),
                ),
            ],
            options={
                "verbose_name": "template of a letter",
                "verbose_name_plural": "templates of letters",
                "ordering": ["purpose", "name", "pk"],
                "permissions": [
                    ("manage_mail_templates", "Change templates of letters and faxes")
                ],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="mailing",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mailings",
                to="mailing.mailtemplate",
                verbose_name="template",
            ),
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254)),
                ("address_key", models.CharField(blank=True, max_length=254)),
                ("domain", models.CharField(blank=True, max_length=254)),
                ("utc_offset", models.SmallIntegerField(default=180)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("left_out", "left out"),
                            ("waiting", "waits for its turn"),
                            ("queued", "handed to the outbox"),
                            ("failed", "could not be made"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_address", "no address"),
                            ("stopped", "asked to stop processing the data"),
                            ("suppressed", "address on the stop list"),
                            ("bounced", "letters came back before"),
                            ("no_consent", "no consent to advertising"),
                            ("bad_address", "address that no letter can be sent to"),
                            ("duplicate", "the same address is in the list already"),
                            ("removed", "taken out by hand"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("failure", models.CharField(blank=True, default="", max_length=300)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
                ("noted_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("clicked_at", models.DateTimeField(blank=True, null=True)),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                ("unsubscribed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.contact",
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mailing_recipient",
                        to="outbox.letter",
                    ),
                ),
                (
                    "mailing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="mailing.mailing",
                    ),
                ),
            ],
            options={
                "verbose_name": "addressee",
                "verbose_name_plural": "addressees",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Click",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clicks",
                        to="mailing.mailinglink",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clicks",
                        to="mailing.recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "click",
                "verbose_name_plural": "clicks",
                "ordering": ["-last_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SingleLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("activity_id", models.BigIntegerField(blank=True, null=True)),
                ("written_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.contact",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.deal",
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="single_letter",
                        to="outbox.letter",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mailing.mailtemplate",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "single letter",
                "verbose_name_plural": "single letters",
                "ordering": ["-written_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Fax",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        blank=True, max_length=200, null=True, unique=True
                    ),
                ),
                ("tag", models.CharField(max_length=40, unique=True)),
                ("number", models.CharField(max_length=20)),
                ("title", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("sending", "being sent"),
                            ("delivered", "delivered"),
                            ("partly", "delivered in part"),
                            ("failed", "not delivered"),
                            ("cancelled", "called off"),
                        ],
                        default="queued",
                        max_length=9,
                    ),
                ),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_line", "The fax server cannot be reached."),
                            ("busy", "The number is busy."),
                            ("no_answer", "Nobody answers."),
                            ("not_a_fax", "No fax machine answers at this number."),
                            ("bad_number", "The line cannot call this number."),
                            ("refused", "The line refused the fax."),
                            ("broken_off", "The connection broke off."),
                            ("silent", "The service did not say whether it arrived."),
                            (
                                "unsure",
                                "Sending was interrupted: the fax may have gone out. It is not sent again by itself.",
                            ),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("failure", models.CharField(blank=True, default="", max_length=500)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField()),
                ("attempt_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("job", models.CharField(blank=True, default="", max_length=80)),
                ("pages", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("pages_sent", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("seconds", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.contact",
                    ),
                ),
                (
                    "files",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faxes",
                        to="outbox.parcel",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outbox.letter",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faxes",
                        to="mailing.faxline",
                    ),
                ),
            ],
            options={
                "verbose_name": "fax",
                "verbose_name_plural": "faxes",
                "ordering": ["-queued_at", "-pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["-queued_at", "-id"], name="fax_by_time"),
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["attempt_at"],
                        name="fax_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["asked_at"],
                        name="fax_on_its_way",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "queued",
                                    "sending",
                                    "delivered",
                                    "partly",
                                    "failed",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="fax_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at", None), ("state__in", ["queued", "sending"])
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                (
                                    "state__in",
                                    ["delivered", "partly", "failed", "cancelled"],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="fax_ended_iff_ended_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), _negated=True),
                            models.Q(("trouble", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="fax_failed_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incoming",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reply", "answer"),
                            ("auto_reply", "automatic answer"),
                            ("bounce", "letter came back"),
                            ("delay", "delivery is delayed"),
                            ("unsubscribe", "asks for no more letters"),
                        ],
                        max_length=11,
                    ),
                ),
                ("from_address", models.CharField(blank=True, max_length=320)),
                ("subject", models.CharField(blank=True, max_length=500)),
                ("text", models.TextField(blank=True)),
                ("status", models.CharField(blank=True, default="", max_length=12)),
                ("received_at", models.DateTimeField()),
                ("read_at", models.DateTimeField()),
                (
                    "activity",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="clients.activity",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.contact",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="outbox.letter",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mailing.mailbox",
                    ),
                ),
            ],
            options={
                "verbose_name": "incoming letter",
                "verbose_name_plural": "incoming letters",
                "ordering": ["-read_at", "-pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["-read_at", "-id"], name="incoming_by_time")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "reply",
                                    "auto_reply",
                                    "bounce",
                                    "delay",
                                    "unsubscribe",
                                ],
                            )
                        ),
                        name="incoming_kind_known",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="mailinglink",
            constraint=models.UniqueConstraint(
                fields=("mailing", "position"), name="mailing_link_place_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "fax"])),
                name="mail_template_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        ["mailing", "letter", "invoice", "act", "offer", "document"],
                    )
                ),
                name="mail_template_purpose_known",
            ),
        ),
        migrations.AddIndex(
            model_name="mailing",
            index=models.Index(fields=["-created_at", "-id"], name="mailing_by_time"),
        ),
        migrations.AddIndex(
            model_name="mailing",
            index=models.Index(
                condition=models.Q(("state__in", ["freezing", "running"])),
                fields=["heartbeat_at"],
                name="mailing_at_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "freezing",
                            "ready",
                            "approval",
                            "running",
                            "paused",
                            "stopped",
                            "done",
                        ],
                    )
                ),
                name="mailing_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "freezing"]),
                    ("frozen_at__isnull", False),
                    _connector="OR",
                ),
                name="mailing_goes_to_a_frozen_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at", None),
                    ("finished_at__gte", models.F("created_at")),
                    _connector="OR",
                ),
                name="mailing_ends_after_it_began",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                fields=["mailing", "state", "id"], name="recipient_by_state"
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("state", "left_out")),
                fields=["mailing", "reason", "id"],
                name="recipient_by_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("queued_at__isnull", False)),
                fields=["mailing", "queued_at"],
                name="recipient_by_queueing",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("noted_at", None), ("state", "queued")),
                fields=["mailing", "id"],
                name="recipient_under_way",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("letter__isnull", False)),
                fields=["address_key"],
                name="recipient_by_address",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("opened_at__isnull", False)),
                fields=["mailing", "id"],
                name="recipient_opened",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("clicked_at__isnull", False)),
                fields=["mailing", "id"],
                name="recipient_clicked",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("replied_at__isnull", False)),
                fields=["mailing", "id"],
                name="recipient_replied",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("unsubscribed_at__isnull", False)),
                fields=["mailing", "id"],
                name="recipient_unsubscribed",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("state", "left_out"), _negated=True),
                    models.Q(("address_key", "…"), _negated=True),
                ),
                fields=("mailing", "address_key"),
                name="recipient_address_once_per_mailing",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["left_out", "waiting", "queued", "failed"])
                ),
                name="recipient_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("letter", None),
                        ("state", "left_out"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "left_out"), _negated=True), ("reason", "")
                    ),
                    _connector="OR",
                ),
                name="recipient_left_out_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason", ""),
                    (
                        "reason__in",
                        [
                            "no_address",
                            "stopped",
                            "suppressed",
                            "bounced",
                            "no_consent",
                            "bad_address",
                            "duplicate",
                            "removed",
                        ],
                    ),
                    _connector="OR",
                ),
                name="recipient_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "queued"), _negated=True),
                    ("letter__isnull", False),
                    _connector="OR",
                ),
                name="recipient_queued_with_a_letter",
            ),
        ),
        migrations.AddConstraint(
            model_name="click",
            constraint=models.UniqueConstraint(
                fields=("recipient", "link"), name="click_row_once_per_link"
            ),
        ),
    ]
    operations = at_once(operations)
