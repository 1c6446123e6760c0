import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import salesexpert.core.sealed
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("telephony", "0001_initial"),
        ("telephony", "0002_names_that_nobody_else_counts_by"),
        ("telephony", "0003_seal_credentials"),
    ]

    dependencies = [
        ("clients", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
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
                ("provider", models.CharField(max_length=20, verbose_name="provider")),
                ("key", models.CharField(editable=False, max_length=40, unique=True)),
                (
                    "credentials",
                    salesexpert.core.sealed.SealedJSONField(
                        blank=True, default=dict, editable=False
                    ),
                ),
                (
                    "city_code",
                    models.CharField(
                        blank=True,
                        help_text="Completes numbers that come without it: 495, 4852.",
                        max_length=6,
                        verbose_name="city code",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="switched off"
                    ),
                ),
                (
                    "heard_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last heard of"
                    ),
                ),
                (
                    "linked_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="connected since"
                    ),
                ),
                ("trouble", models.CharField(blank=True, max_length=300)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        help_text="Gets those that rang at nobody's telephone and are of nobody's client.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answers for missed calls",
                    ),
                ),
            ],
            options={
                "verbose_name": "telephone exchange",
                "verbose_name_plural": "telephone exchanges",
                "ordering": ["pk"],
                "permissions": [("manage_telephony", "Connect telephone exchanges")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Call",
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
                ("outside_id", models.CharField(max_length=120)),
                (
                    "direction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in", "incoming"),
                            ("out", "outgoing"),
                            ("inner", "internal"),
                            ("", "not known"),
                        ],
                        max_length=5,
                        verbose_name="direction",
                    ),
                ),
                (
                    "number",
                    models.CharField(blank=True, max_length=20, verbose_name="number"),
                ),
                ("number_raw", models.CharField(blank=True, max_length=40)),
                (
                    "line",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="our number"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ringing", "ringing"),
                            ("talking", "talking"),
                            ("over", "over"),
                        ],
                        default="ringing",
                        max_length=7,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("talked", "talked"), ("missed", "missed"), ("", "—")],
                        max_length=6,
                        verbose_name="outcome",
                    ),
                ),
                ("began_at", models.DateTimeField(verbose_name="began")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "talk_seconds",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="talked, seconds"
                    ),
                ),
                ("heard_at", models.DateTimeField()),
                (
                    "waits",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("summary", "a résumé"),
                            ("card", "whose call it was"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "recording",
                    models.URLField(
                        blank=True, max_length=500, verbose_name="recording"
                    ),
                ),
                (
                    "activity",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="telephone_calls",
                        to="clients.activity",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="telephone_calls",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="telephone_calls",
                        to="clients.contact",
                        verbose_name="contact person",
                    ),
                ),
                (
                    "inquiry",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="telephone_calls",
                        to="clients.inquiry",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="telephone_calls",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="telephony.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "call",
                "verbose_name_plural": "calls",
                "ordering": ["-began_at", "-pk"],
                "permissions": [
                    ("view_call", "See calls, and whom they are from while it rings")
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Extension",
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
                ("number", models.CharField(max_length=20, verbose_name="extension")),
                (
                    "connection",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extensions",
                        to="telephony.connection",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extensions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "extension",
                "verbose_name_plural": "extensions",
                "ordering": ["number"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Fault",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("secret", "wrong secret"),
                            ("body", "not understood"),
                            ("size", "too large"),
                            ("flood", "too many requests"),
                            ("extension", "unknown extension"),
                            ("line", "no connection"),
                            ("callback", "callback refused"),
                        ],
                        max_length=9,
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=200)),
                ("count", models.PositiveIntegerField(default=1)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="faults",
                        to="telephony.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "fault of telephony",
                "verbose_name_plural": "faults of telephony",
                "ordering": ["-last_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Leg",
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
                ("outside_id", models.CharField(max_length=120)),
                ("extension", models.CharField(blank=True, max_length=20)),
                ("state", models.CharField(max_length=8)),
                ("seq", models.BigIntegerField(blank=True, null=True)),
                ("rang_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="legs",
                        to="telephony.call",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a call",
                "verbose_name_plural": "parts of calls",
                "ordering": ["rang_at", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["-began_at", "-id"], name="call_by_time"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                fields=["user", "-began_at", "-id"], name="call_of_user"
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("number", ""), _negated=True),
                fields=["number", "-began_at"],
                name="call_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("state", "over"), _negated=True),
                fields=["heard_at"],
                name="call_going_on",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("waits", ""), _negated=True),
                fields=["user", "-began_at"],
                name="call_that_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("outcome", "missed")),
                fields=["-began_at", "-id"],
                name="call_missed",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("client__isnull", False)),
                fields=["client"],
                name="call_by_client",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact"],
                name="call_by_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("activity__isnull", False)),
                fields=["activity"],
                name="call_by_activity",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("inquiry__isnull", False)),
                fields=["inquiry"],
                name="call_by_inquiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(
                fields=("connection", "outside_id"), name="call_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ringing", "talking", "over"])),
                name="call_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state", "over")),
                    models.Q(
                        models.Q(("state", "over"), _negated=True), ("outcome", "")
                    ),
                    _connector="OR",
                ),
                name="call_has_its_outcome_once_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None),
                    ("ended_at__gte", models.F("began_at")),
                    _connector="OR",
                ),
                name="call_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                fields=("connection", "number"), name="extension_of_one_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="fault",
            constraint=models.UniqueConstraint(
                fields=("connection", "kind", "about"), name="fault_counted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="leg",
            constraint=models.UniqueConstraint(
                fields=("call", "outside_id"), name="leg_told_once"
            ),
        ),
    ]
    operations = at_once(operations)
