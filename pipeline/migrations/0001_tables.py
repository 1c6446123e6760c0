import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("pipeline", "0001_initial"),
        ("pipeline", "0002_processes"),
    ]

    dependencies = [
        ("accounts", "0001_tables"),
        ("clients", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Process",
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
                    models.CharField(max_length=120, verbose_name="name in Russian"),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="name in English"
                    ),
                ),
                (
                    "description",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="what it is for"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, verbose_name="order"
                    ),
                ),
                (
                    "success_condition",
                    models.CharField(
                        choices=[
                            ("none", "nothing is asked"),
                            ("contract", "the contract is signed"),
                            ("paid", "paid and delivered"),
                            (
                                "closed",
                                "paid, delivered and the closing documents are signed",
                            ),
                        ],
                        db_default="paid",
                        default="paid",
                        max_length=10,
                        verbose_name="success when",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="retired"
                    ),
                ),
                (
                    "next_process",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pipeline.process",
                        verbose_name="after success goes on in",
                    ),
                ),
            ],
            options={
                "verbose_name": "process",
                "verbose_name_plural": "processes",
                "ordering": ["position", "name"],
                "permissions": [
                    ("manage_processes", "Change processes, stages and norms")
                ],
            },
        ),
        migrations.CreateModel(
            name="Series",
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
                    "title",
                    models.CharField(blank=True, max_length=200, verbose_name="what"),
                ),
                (
                    "note",
                    models.TextField(blank=True, verbose_name="note for the performer"),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="duration, minutes"
                    ),
                ),
                ("clock", models.TimeField(verbose_name="time")),
                ("time_zone", models.CharField(max_length=60)),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("daily", "every working day"),
                            ("weekly", "every week"),
                            ("monthly", "every month"),
                        ],
                        max_length=7,
                        verbose_name="repeats",
                    ),
                ),
                (
                    "every",
                    models.PositiveSmallIntegerField(default=1, verbose_name="every"),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                (
                    "until_on",
                    models.DateField(blank=True, null=True, verbose_name="last day"),
                ),
                (
                    "count",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="times"
                    ),
                ),
                ("made_until", models.DateField(editable=False, null=True)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField()),
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
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "followed_by",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pipeline.series",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.activitykind",
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="performer",
                    ),
                ),
            ],
            options={
                "verbose_name": "repeating work",
                "verbose_name_plural": "repeating work",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Occurrence",
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
                ("on", models.DateField()),
                ("is_own", models.BooleanField(default=False)),
                (
                    "activity",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="occurrence",
                        to="clients.activity",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occurrences",
                        to="pipeline.series",
                    ),
                ),
            ],
            options={
                "verbose_name": "one time of repeating work",
                "verbose_name_plural": "times of repeating work",
                "ordering": ["series", "on"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Stage",
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
                    models.CharField(max_length=120, verbose_name="name in Russian"),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="name in English"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="order")),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        verbose_name="percent of progress"
                    ),
                ),
                (
                    "norm_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="norm, working days"
                    ),
                ),
                (
                    "hint",
                    models.TextField(
                        blank=True, verbose_name="what to do next, in Russian"
                    ),
                ),
                (
                    "hint_en",
                    models.TextField(
                        blank=True, verbose_name="what to do next, in English"
                    ),
                ),
                (
                    "required_fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        verbose_name="must be filled before leaving",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="retired"
                    ),
                ),
                (
                    "next_stages",
                    models.ManyToManyField(
                        blank=True,
                        related_name="previous_stages",
                        to="pipeline.stage",
                        verbose_name="may be followed by",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="pipeline.process",
                    ),
                ),
            ],
            options={
                "verbose_name": "stage",
                "verbose_name_plural": "stages",
                "ordering": ["process", "position"],
            },
        ),
        migrations.CreateModel(
            name="PerformerRule",
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
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "picking",
                    models.CharField(
                        choices=[
                            ("named", "this person"),
                            ("least_loaded", "who has the fewest open deals"),
                            ("head", "the head of the department"),
                        ],
                        default="named",
                        max_length=12,
                        verbose_name="who",
                    ),
                ),
                (
                    "hands_over",
                    models.BooleanField(
                        default=False, verbose_name="the deal passes to the performer"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.clientgroup",
                        verbose_name="client group",
                    ),
                ),
                (
                    "industry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.industry",
                        verbose_name="industry",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="performer_rules",
                        to="pipeline.stage",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of performers",
                "verbose_name_plural": "rules of performers",
                "ordering": ["stage", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Norm",
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
                    "days",
                    models.PositiveSmallIntegerField(verbose_name="norm, working days"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("typed", "typed"), ("history", "from own history")],
                        default="typed",
                        editable=False,
                        max_length=8,
                    ),
                ),
                (
                    "percentile",
                    models.PositiveSmallIntegerField(
                        blank=True, editable=False, null=True
                    ),
                ),
                (
                    "sample",
                    models.PositiveIntegerField(blank=True, editable=False, null=True),
                ),
                ("set_at", models.DateTimeField(auto_now=True)),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.clientgroup",
                        verbose_name="client group",
                    ),
                ),
                (
                    "industry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.industry",
                        verbose_name="industry",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="norms",
                        to="pipeline.stage",
                    ),
                ),
            ],
            options={
                "verbose_name": "norm",
                "verbose_name_plural": "norms",
                "ordering": ["stage", "pk"],
            },
        ),
        migrations.CreateModel(
            name="StageActivity",
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
                    models.CharField(max_length=120, verbose_name="name in Russian"),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="name in English"
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("out", "outgoing"),
                            ("in", "incoming"),
                            ("", "no direction"),
                        ],
                        max_length=8,
                        verbose_name="direction",
                    ),
                ),
                (
                    "after_days",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="working days after the stage began"
                    ),
                ),
                (
                    "for_whom",
                    models.CharField(
                        choices=[
                            ("performer", "performer of the stage"),
                            ("responsible", "responsible for the deal"),
                        ],
                        default="performer",
                        max_length=12,
                        verbose_name="for whom",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.activitygoal",
                        verbose_name="goal",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.activitykind",
                        verbose_name="kind",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="planned",
                        to="pipeline.stage",
                    ),
                ),
            ],
            options={
                "verbose_name": "activity of the stage",
                "verbose_name_plural": "activities of the stage",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="StageCheck",
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
                    models.CharField(max_length=120, verbose_name="name in Russian"),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="name in English"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "required",
                    models.BooleanField(
                        default=True, verbose_name="the deal cannot leave without it"
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="pipeline.stage",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of the exit checklist",
                "verbose_name_plural": "exit checklist",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="WorkingHours",
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
                ("valid_from", models.DateField(verbose_name="holds from")),
                ("weekday", models.PositiveSmallIntegerField()),
                (
                    "begins",
                    models.TimeField(blank=True, null=True, verbose_name="from, time"),
                ),
                (
                    "ends",
                    models.TimeField(blank=True, null=True, verbose_name="until, time"),
                ),
                ("lunch_begins", models.TimeField(blank=True, null=True)),
                ("lunch_ends", models.TimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "working hours",
                "verbose_name_plural": "working hours",
                "ordering": ["user", "valid_from", "weekday"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Absence",
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
                            ("holiday", "holiday"),
                            ("sick", "sick leave"),
                            ("leave", "leave of absence"),
                            ("trip", "business trip"),
                            ("other", "other"),
                        ],
                        default="holiday",
                        max_length=8,
                        verbose_name="why",
                    ),
                ),
                ("since_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(verbose_name="until, inclusive")),
                (
                    "begins",
                    models.TimeField(blank=True, null=True, verbose_name="from, time"),
                ),
                (
                    "ends",
                    models.TimeField(blank=True, null=True, verbose_name="until, time"),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=300, verbose_name="note"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked for"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "absence",
                "verbose_name_plural": "absences",
                "ordering": ["since_on", "pk"],
                "permissions": [
                    ("manage_absences", "Set absences and working hours of others")
                ],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["user", "until_on"], name="absence_of_person"),
                    models.Index(
                        fields=["until_on", "since_on"], name="absence_by_days"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("since_on"))),
                        name="absence_ends_after_begin",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("begins", None), ("ends", None)),
                            models.Q(
                                ("begins__isnull", False),
                                ("ends__isnull", False),
                                ("until_on__gt", models.F("since_on")),
                            ),
                            models.Q(
                                ("begins__isnull", False),
                                ("ends__gt", models.F("begins")),
                            ),
                            _connector="OR",
                        ),
                        name="absence_hours_both_and_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["holiday", "sick", "leave", "trip", "other"])
                        ),
                        name="absence_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["asked", "approved", "declined"])
                        ),
                        name="absence_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
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
                ("key", models.CharField(editable=False, max_length=43, unique=True)),
                (
                    "hides_clients",
                    models.BooleanField(
                        default=False,
                        verbose_name="without names of clients and persons",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar subscription",
                "verbose_name_plural": "calendar subscriptions",
                "ordering": ["pk"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("user",),
                        name="calendar_feed_one_per_person",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="process",
            constraint=models.UniqueConstraint(
                fields=("name",), name="process_name_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="process",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("success_condition__in", ["none", "contract", "paid", "closed"])
                ),
                name="process_success_condition_known",
            ),
        ),
        migrations.AddIndex(
            model_name="series",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["made_until"],
                name="series_to_be_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("frequency__in", ["daily", "weekly", "monthly"])),
                name="series_frequency_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("every__gte", 1)), name="series_every_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on", None),
                    ("until_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="series_ends_after_begin",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on", None), ("count", None), _connector="OR"
                ),
                name="series_ends_one_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="occurrence",
            constraint=models.UniqueConstraint(
                fields=("series", "on"), name="occurrence_once_per_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at", None)),
                fields=("process", "position"),
                name="stage_position_unique_in_process",
            ),
        ),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__lte", 100)),
                name="stage_percent_at_most_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="performerrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("picking", "named"), ("user__isnull", False)),
                    models.Q(
                        ("department__isnull", False),
                        ("picking__in", ["least_loaded", "head"]),
                    ),
                    _connector="OR",
                ),
                name="performer_rule_names_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="norm",
            constraint=models.UniqueConstraint(
                fields=("stage", "region", "industry", "group"),
                name="norm_once_per_segment",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="norm",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gt", 0)), name="norm_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=models.UniqueConstraint(
                fields=("user", "valid_from", "weekday"),
                name="working_hours_once_per_weekday",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__lte", 6)),
                name="working_hours_weekday_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("begins", None),
                        ("ends", None),
                        ("lunch_begins", None),
                        ("lunch_ends", None),
                    ),
                    models.Q(
                        ("begins__isnull", False), ("ends__gt", models.F("begins"))
                    ),
                    _connector="OR",
                ),
                name="working_hours_end_after_begin",
            ),
        ),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lunch_begins", None), ("lunch_ends", None)),
                    models.Q(
                        ("lunch_begins__gte", models.F("begins")),
                        ("lunch_ends__gt", models.F("lunch_begins")),
                        ("lunch_ends__lte", models.F("ends")),
                    ),
                    _connector="OR",
                ),
                name="working_hours_lunch_within",
            ),
        ),
    ]
    operations = at_once(operations)
