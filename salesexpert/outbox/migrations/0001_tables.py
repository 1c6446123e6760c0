import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("outbox", "0001_initial"),
        ("outbox", "0002_mail_servers"),
        ("outbox", "0003_letters_by_address"),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Parcel",
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
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "files of many letters",
                "verbose_name_plural": "files of many letters",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
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
                    "domain",
                    models.CharField(
                        max_length=253, unique=True, verbose_name="domain"
                    ),
                ),
                ("selector", models.CharField(max_length=63, verbose_name="selector")),
                ("private_sealed", models.TextField(editable=False)),
                ("public", models.TextField(editable=False)),
                (
                    "is_active",
                    models.BooleanField(
                        default=False, verbose_name="letters are signed"
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "key of signatures",
                "verbose_name_plural": "keys of signatures",
                "ordering": ["domain"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MailAccount",
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
                    "from_address",
                    models.CharField(max_length=320, verbose_name="From address"),
                ),
                ("host", models.CharField(max_length=253, verbose_name="server")),
                ("port", models.PositiveIntegerField(default=587, verbose_name="port")),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("starttls", "STARTTLS"),
                            ("tls", "TLS"),
                        ],
                        default="starttls",
                        max_length=8,
                        verbose_name="encryption",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        blank=True, max_length=254, verbose_name="user name"
                    ),
                ),
                ("password_sealed", models.TextField(blank=True, editable=False)),
                (
                    "timeout",
                    models.PositiveSmallIntegerField(
                        default=20, verbose_name="wait for an answer, seconds"
                    ),
                ),
                (
                    "connections",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="connections at once"
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="letters a minute at most"
                    ),
                ),
                (
                    "per_day",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="letters a day at most"
                    ),
                ),
                (
                    "bounce_address",
                    models.EmailField(
                        blank=True,
                        max_length=254,
                        verbose_name="address for undelivered letters",
                    ),
                ),
                (
                    "is_default",
                    models.BooleanField(
                        default=False,
                        verbose_name="letters go by it unless another is chosen",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("created_at", models.DateTimeField()),
                ("minute_at", models.DateTimeField(editable=False, null=True)),
                (
                    "minute_count",
                    models.PositiveIntegerField(default=0, editable=False),
                ),
                ("day_on", models.DateField(editable=False, null=True)),
                ("day_count", models.PositiveIntegerField(default=0, editable=False)),
                ("rests_until", models.DateTimeField(editable=False, null=True)),
                (
                    "strikes",
                    models.PositiveSmallIntegerField(default=0, editable=False),
                ),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("connection", "The mail server cannot be reached."),
                            (
                                "cut_off",
                                "The mail server broke off the connection before it took the letter.",
                            ),
                            (
                                "login",
                                "The mail server did not accept our user name and password.",
                            ),
                            ("put_off", "The mail server asked to come again later."),
                            ("recipient", "The mail server refused this address."),
                            ("sender", "The mail server refused our sender address."),
                            ("content", "The mail server refused the letter."),
                            (
                                "malformed",
                                "A letter could not be made of what was given.",
                            ),
                            (
                                "interrupted",
                                "Sending was interrupted on our side again and again.",
                            ),
                            (
                                "no_mailbox",
                                "The letter came back: there is no such mailbox.",
                            ),
                            ("returned", "The letter came back."),
                            (
                                "stop_list",
                                "The addressee asked for no more such letters before this one went out.",
                            ),
                            (
                                "secret_lost",
                                "The password of the mail server cannot be read: enter it anew.",
                            ),
                            (
                                "unsure",
                                "The connection broke off before the mail server confirmed the letter. It may have arrived: it is not sent again by itself, so that nobody gets it twice.",
                            ),
                        ],
                        default="",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("failure", models.TextField(blank=True, editable=False)),
            ],
            options={
                "verbose_name": "mail server",
                "verbose_name_plural": "mail servers",
                "ordering": ["name"],
                "permissions": [("manage_mail", "Set up mail servers and mailboxes")],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("is_default",),
                        name="mail_account_one_default",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("connections__gte", 1), ("connections__lte", 20)
                        ),
                        name="mail_account_connections",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("per_minute", None),
                                ("per_minute__gte", 1),
                                _connector="OR",
                            ),
                            models.Q(
                                ("per_day", None), ("per_day__gte", 1), _connector="OR"
                            ),
                        ),
                        name="mail_account_limits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
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
                ("kind", models.CharField(max_length=40)),
                ("to", models.EmailField(max_length=254)),
                ("from_address", models.CharField(blank=True, max_length=320)),
                ("reply_to", models.CharField(blank=True, max_length=320)),
                ("subject", models.CharField(max_length=500)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
                ("headers", models.JSONField(blank=True, default=dict)),
                ("message_id", models.CharField(max_length=200, unique=True)),
                ("is_bulk", models.BooleanField(db_default=False, default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                            ("bounced", "came back"),
                            ("suppressed", "held back"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField()),
                ("attempt_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("beat_at", models.DateTimeField(blank=True, null=True)),
                (
                    "interrupted",
                    models.PositiveSmallIntegerField(db_default=0, default=0),
                ),
                ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("connection", "The mail server cannot be reached."),
                            (
                                "cut_off",
                                "The mail server broke off the connection before it took the letter.",
                            ),
                            (
                                "login",
                                "The mail server did not accept our user name and password.",
                            ),
                            ("put_off", "The mail server asked to come again later."),
                            ("recipient", "The mail server refused this address."),
                            ("sender", "The mail server refused our sender address."),
                            ("content", "The mail server refused the letter."),
                            (
                                "malformed",
                                "A letter could not be made of what was given.",
                            ),
                            (
                                "interrupted",
                                "Sending was interrupted on our side again and again.",
                            ),
                            (
                                "no_mailbox",
                                "The letter came back: there is no such mailbox.",
                            ),
                            ("returned", "The letter came back."),
                            (
                                "stop_list",
                                "The addressee asked for no more such letters before this one went out.",
                            ),
                            (
                                "secret_lost",
                                "The password of the mail server cannot be read: enter it anew.",
                            ),
                            (
                                "unsure",
                                "The connection broke off before the mail server confirmed the letter. It may have arrived: it is not sent again by itself, so that nobody gets it twice.",
                            ),
                        ],
                        db_default="",
                        default="",
                        max_length=12,
                    ),
                ),
                ("failure", models.TextField(blank=True)),
                ("bounced_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bounce_status",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=12
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="outbox.mailaccount",
                        verbose_name="mail server",
                    ),
                ),
                (
                    "parcel",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="outbox.parcel",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["-queued_at", "-pk"],
                "permissions": [
                    ("view_outbox", "Read the letters that the system sends")
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Attachment",
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
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=120)),
                ("content", models.BinaryField()),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="outbox.letter",
                    ),
                ),
                (
                    "parcel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="outbox.parcel",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("status", "queued")),
                fields=["account", "is_bulk", "attempt_at"],
                name="letter_due",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("parcel__isnull", False)),
                fields=["parcel"],
                name="letter_of_parcel",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("status", "sending")),
                fields=["claimed_at"],
                name="letter_in_hand",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                django.db.models.functions.text.Lower("to"), name="letter_by_address"
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["-queued_at", "-id"], name="letter_by_time"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                fields=["status", "-queued_at", "-id"], name="letter_by_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "queued",
                            "sending",
                            "sent",
                            "failed",
                            "bounced",
                            "suppressed",
                        ],
                    )
                ),
                name="letter_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("sent_at__isnull", False), ("status__in", ("sent", "bounced"))
                    ),
                    models.Q(
                        models.Q(("status__in", ("sent", "bounced")), _negated=True),
                        ("sent_at", None),
                    ),
                    _connector="OR",
                ),
                name="letter_taken_iff_sent_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("trouble", ""),
                    (
                        "trouble__in",
                        [
                            "connection",
                            "cut_off",
                            "login",
                            "put_off",
                            "recipient",
                            "sender",
                            "content",
                            "malformed",
                            "interrupted",
                            "no_mailbox",
                            "returned",
                            "stop_list",
                            "secret_lost",
                            "unsure",
                        ],
                    ),
                    _connector="OR",
                ),
                name="letter_trouble_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "failed"), _negated=True),
                    models.Q(("trouble", ""), _negated=True),
                    _connector="OR",
                ),
                name="letter_failed_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("letter__isnull", False), ("parcel", None)),
                    models.Q(("letter", None), ("parcel__isnull", False)),
                    _connector="OR",
                ),
                name="attachment_of_letter_or_parcel",
            ),
        ),
    ]
    operations = at_once(operations)
