import datetime

import django.contrib.postgres.fields
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import deals.models.money
from analytics import rollup_sql, stale_sql
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("analytics", "0001_plans_and_pay"),
        ("analytics", "0002_indicators"),
        ("analytics", "0003_sendings_and_alarms"),
        ("analytics", "0004_saved_queries"),
    ]

    dependencies = [
        ("deals", "0002_first_contents"),
        ("accounts", "0001_tables"),
        ("clients", "0001_tables"),
        ("deals", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedDay",
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
                ("user_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ContactDay",
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
                ("day", models.DateField()),
                ("done", models.PositiveIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CountedMoney",
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
                            ("receipt", "payment"),
                            ("back", "taken back"),
                            ("win", "won deal"),
                            ("reopened", "won deal reopened"),
                        ],
                        max_length=8,
                    ),
                ),
                ("day", models.DateField()),
                (
                    "currency",
                    deals.models.money.CurrencyField(
                        db_default="RUB",
                        default="RUB",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                (
                    "gross",
                    deals.models.money.MoneyField(decimal_places=2, max_digits=14),
                ),
                ("net", deals.models.money.MoneyField(decimal_places=2, max_digits=14)),
                ("lines", models.JSONField(default=list)),
                ("is_new", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "money counted for pay",
                "verbose_name_plural": "money counted for pay",
                "ordering": ["day", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CountedShare",
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
                ("percent", models.DecimalField(decimal_places=2, max_digits=5)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("month", models.DateField()),
            ],
            options={
                "verbose_name": "share of counted money",
                "verbose_name_plural": "shares of counted money",
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FavouriteQuery",
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
                ("on_start_page", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "verbose_name": "favourite query",
                "verbose_name_plural": "favourite queries",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IndicatorAlarm",
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
                ("indicator", models.CharField(max_length=60)),
                ("value", models.DecimalField(decimal_places=2, max_digits=18)),
                ("turned_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "alarm of an indicator",
                "verbose_name_plural": "alarms of indicators",
                "ordering": ["-turned_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IndicatorLimit",
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
                    "indicator",
                    models.CharField(max_length=60, verbose_name="indicator"),
                ),
                (
                    "low",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=16,
                        null=True,
                        verbose_name="at least",
                    ),
                ),
                (
                    "high",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=16,
                        null=True,
                        verbose_name="at most",
                    ),
                ),
                ("set_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "limit of an indicator",
                "verbose_name_plural": "limits of indicators",
                "ordering": ["indicator", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="KpiChoice",
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
                    "indicator",
                    models.CharField(max_length=60, verbose_name="indicator"),
                ),
                (
                    "target",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=16,
                        verbose_name="target for a month",
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(default=1, verbose_name="weight"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "KPI of a role",
                "verbose_name_plural": "KPI of roles",
                "ordering": ["role", "position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MoneyToCount",
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
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OwnIndicator",
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
                    "code",
                    models.SlugField(
                        max_length=40,
                        unique=True,
                        verbose_name="short name for formulas",
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
                ("formula", models.CharField(max_length=500, verbose_name="formula")),
                (
                    "definition",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="what it says"
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("number", "number"),
                            ("percent", "percent"),
                            ("money", "money"),
                            ("days", "days"),
                        ],
                        default="number",
                        max_length=8,
                        verbose_name="unit",
                    ),
                ),
                (
                    "good",
                    models.CharField(
                        choices=[
                            ("more", "more is better"),
                            ("less", "less is better"),
                        ],
                        default="more",
                        max_length=4,
                        verbose_name="direction",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "own indicator",
                "verbose_name_plural": "own indicators",
                "ordering": ["name"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PayMonth",
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
                ("month", models.DateField(verbose_name="month")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "being earned"),
                            ("approved", "approved"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "currency",
                    deals.models.money.CurrencyField(
                        db_default="RUB",
                        default="RUB",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                (
                    "earned",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="earned",
                    ),
                ),
                (
                    "expected",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="expected",
                    ),
                ),
                (
                    "possible",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="possible",
                    ),
                ),
                (
                    "statement",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                    ),
                ),
                ("worked_out_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "approved_sum",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, null=True
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "month of pay",
                "verbose_name_plural": "months of pay",
                "ordering": ["-month", "user"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PersonDay",
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
                ("day", models.DateField()),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("new_cards", models.PositiveIntegerField(default=0)),
                ("opened", models.PositiveIntegerField(default=0)),
                ("won", models.PositiveIntegerField(default=0)),
                ("lost", models.PositiveIntegerField(default=0)),
                ("priced", models.PositiveIntegerField(default=0)),
                (
                    "revenue",
                    deals.models.money.MoneyField(
                        decimal_places=2, default=0, max_digits=18
                    ),
                ),
                (
                    "margin",
                    deals.models.money.MoneyField(
                        decimal_places=2, default=0, max_digits=18
                    ),
                ),
                ("cycle_days", models.PositiveIntegerField(default=0)),
                ("cycled", models.PositiveIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="QueryRun",
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
                ("question", models.JSONField()),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waits for its turn"),
                            ("running", "being counted"),
                            ("done", "counted"),
                            ("failed", "not counted"),
                        ],
                        db_default="queued",
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("steps", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "steps_done",
                    models.PositiveSmallIntegerField(db_default=0, default=0),
                ),
                ("fault", models.CharField(blank=True, max_length=300)),
                ("result", models.BinaryField(null=True)),
                ("day", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "query in the background",
                "verbose_name_plural": "queries in the background",
                "ordering": ["-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ReportSending",
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
                ("report", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("parameters", models.TextField(blank=True)),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("day", "every day"),
                            ("workday", "every working day"),
                            ("week", "every week"),
                            ("month", "every month"),
                        ],
                        default="week",
                        max_length=8,
                        verbose_name="how often",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(7),
                        ],
                    ),
                ),
                (
                    "month_day",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(31),
                        ],
                    ),
                ),
                ("hour", models.TimeField(default=datetime.time(9, 0))),
                (
                    "files",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("xlsx", "Excel (XLSX)"), ("pdf", "PDF")],
                            max_length=4,
                        ),
                        blank=True,
                        default=list,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("next_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("last_at", models.DateTimeField(blank=True, null=True)),
                ("last_letters", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "sending of a report",
                "verbose_name_plural": "sendings of reports",
                "ordering": ["name", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SalesPlan",
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
                    "span",
                    models.CharField(
                        choices=[
                            ("month", "month"),
                            ("quarter", "quarter"),
                            ("year", "year"),
                        ],
                        max_length=7,
                        verbose_name="period",
                    ),
                ),
                ("since", models.DateField(verbose_name="from")),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("turnover", "turnover"),
                            ("margin", "margin"),
                            ("payments", "payments"),
                            ("won", "won deals"),
                            ("contacts", "contacts"),
                        ],
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, verbose_name="plan"
                    ),
                ),
                (
                    "currency",
                    deals.models.money.CurrencyField(
                        db_default="RUB",
                        default="RUB",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                ("set_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "sales plan",
                "verbose_name_plural": "sales plans",
                "ordering": ["since", "pk"],
                "permissions": [
                    ("view_plans", "See sales plans and KPI"),
                    ("manage_plans", "Set sales plans and KPI"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SavedQuery",
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
                    "description",
                    models.TextField(blank=True, verbose_name="what it is for"),
                ),
                (
                    "folder",
                    models.CharField(blank=True, max_length=80, verbose_name="folder"),
                ),
                ("ready", models.CharField(blank=True, editable=False, max_length=60)),
                ("question", models.JSONField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "for_everyone",
                    models.BooleanField(default=False, verbose_name="show to everyone"),
                ),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "removed_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "query",
                "verbose_name_plural": "queries",
                "ordering": ["folder", "name", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SavedQueryVersion",
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
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("question", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "version of a query",
                "verbose_name_plural": "versions of queries",
                "ordering": ["-number"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Scheme",
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
                    models.CharField(
                        max_length=120, unique=True, verbose_name="name in Russian"
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="name in English"
                    ),
                ),
                (
                    "currency",
                    deals.models.money.CurrencyField(
                        db_default="RUB",
                        default="RUB",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "scheme of pay",
                "verbose_name_plural": "schemes of pay",
                "ordering": ["name"],
                "permissions": [
                    ("view_own_pay", "See what one has earned"),
                    ("view_pay", "See what one's people have earned"),
                    ("approve_pay", "Approve and close months of pay"),
                    ("manage_schemes", "Change schemes of pay"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SchemeAssignment",
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
                ("since", models.DateField(verbose_name="from the month")),
                (
                    "until",
                    models.DateField(
                        blank=True, null=True, verbose_name="until the month"
                    ),
                ),
            ],
            options={
                "verbose_name": "person on a scheme",
                "verbose_name_plural": "people on schemes",
                "ordering": ["user", "since"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SchemeRule",
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
                            ("fixed", "fixed part"),
                            ("percent", "percent"),
                            ("piece", "piece rate"),
                            ("bonus", "bonus"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "base",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("receipts", "of payments received"),
                            ("margin", "of the margin in payments received"),
                            ("revenue", "of the revenue of won deals"),
                        ],
                        max_length=8,
                        verbose_name="percent",
                    ),
                ),
                (
                    "clients",
                    models.CharField(
                        choices=[
                            ("any", "all clients"),
                            ("new", "new clients only"),
                            ("regular", "regular clients only"),
                        ],
                        default="any",
                        max_length=8,
                        verbose_name="clients",
                    ),
                ),
                ("steps", models.JSONField(blank=True, default=list)),
                (
                    "amount",
                    deals.models.money.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="amount",
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("plan_turnover", "fulfilment of the plan of turnover, %"),
                            ("plan_margin", "fulfilment of the plan of margin, %"),
                            ("plan_payments", "fulfilment of the plan of payments, %"),
                            ("plan_won", "fulfilment of the plan of won deals, %"),
                            ("plan_contacts", "fulfilment of the plan of contacts, %"),
                            ("kpi", "KPI of the role by their weights, %"),
                            ("new_clients", "new clients"),
                            ("won", "won deals"),
                            ("contacts", "contacts"),
                        ],
                        max_length=14,
                        verbose_name="bonus for",
                    ),
                ),
                (
                    "every",
                    models.CharField(
                        choices=[
                            ("month", "every month"),
                            ("quarter", "every quarter"),
                        ],
                        default="month",
                        max_length=7,
                        verbose_name="paid",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of pay",
                "verbose_name_plural": "rules of pay",
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SchemeVersion",
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
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("active", "in force")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                (
                    "since",
                    models.DateField(
                        blank=True, null=True, verbose_name="in force from the month"
                    ),
                ),
                (
                    "with_vat",
                    models.BooleanField(
                        default=False, verbose_name="count percents of sums with VAT"
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="what is new in it"
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "version of a scheme",
                "verbose_name_plural": "versions of a scheme",
                "ordering": ["-number"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="StalePay",
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
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="contactday",
            name="kind",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.activitykind",
            ),
        ),
        migrations.AddField(
            model_name="contactday",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="countedmoney",
            name="cause",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deals.payment",
            ),
        ),
        migrations.AddField(
            model_name="countedmoney",
            name="deal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="deals.deal",
            ),
        ),
        migrations.AddField(
            model_name="countedmoney",
            name="invoice",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deals.invoice",
            ),
        ),
        migrations.AddField(
            model_name="countedmoney",
            name="payment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deals.payment",
            ),
        ),
        migrations.AddField(
            model_name="countedshare",
            name="money",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shares",
                to="analytics.countedmoney",
            ),
        ),
        migrations.AddField(
            model_name="countedshare",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="favouritequery",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="indicatoralarm",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="indicatorlimit",
            name="role",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.role",
            ),
        ),
        migrations.AddField(
            model_name="indicatorlimit",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="indicatorlimit",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="kpichoice",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="kpi",
                to="accounts.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="moneytocount",
            name="cause",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="deals.payment",
            ),
        ),
        migrations.AddField(
            model_name="moneytocount",
            name="deal",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="deals.deal",
            ),
        ),
        migrations.AddField(
            model_name="moneytocount",
            name="invoice",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="deals.invoice",
            ),
        ),
        migrations.AddField(
            model_name="ownindicator",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paymonth",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paymonth",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paymonth",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pay_months",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="personday",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="queryrun",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reportsending",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="report_sendings",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reportsending",
            name="receivers",
            field=models.ManyToManyField(
                related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="receivers"
            ),
        ),
        migrations.AddField(
            model_name="salesplan",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
                verbose_name="department",
            ),
        ),
        migrations.AddField(
            model_name="salesplan",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="salesplan",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="seller",
            ),
        ),
        migrations.AddField(
            model_name="savedquery",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="savedquery",
            name="made_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="analytics.savedquery",
            ),
        ),
        migrations.AddField(
            model_name="savedquery",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="saved_queries",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="savedquery",
            name="roles",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to="accounts.role",
                verbose_name="show to roles",
            ),
        ),
        migrations.AddField(
            model_name="favouritequery",
            name="query",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="favourites",
                to="analytics.savedquery",
            ),
        ),
        migrations.AddField(
            model_name="savedqueryversion",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="savedqueryversion",
            name="query",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="analytics.savedquery",
            ),
        ),
        migrations.AddField(
            model_name="schemeassignment",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="analytics.scheme",
                verbose_name="scheme of pay",
            ),
        ),
        migrations.AddField(
            model_name="schemeassignment",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="schemeassignment",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pay_schemes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="seller",
            ),
        ),
        migrations.AddField(
            model_name="schemerule",
            name="activity_kind",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.activitykind",
                verbose_name="activity kind",
            ),
        ),
        migrations.AddField(
            model_name="schemerule",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.productcategory",
                verbose_name="product category",
            ),
        ),
        migrations.AddField(
            model_name="schemeversion",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="schemeversion",
            name="published_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="schemeversion",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="analytics.scheme",
            ),
        ),
        migrations.AddField(
            model_name="schemerule",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rules",
                to="analytics.schemeversion",
            ),
        ),
        migrations.AddField(
            model_name="paymonth",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="analytics.schemeversion",
            ),
        ),
        migrations.AddField(
            model_name="stalepay",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="contactday",
            index=models.Index(fields=["day", "user"], name="contact_day_by_day"),
        ),
        migrations.AddConstraint(
            model_name="contactday",
            constraint=models.UniqueConstraint(
                fields=("user", "day", "kind"), name="contact_day_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="countedmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("invoice__isnull", False),
                        ("kind__in", ["receipt", "back"]),
                        ("payment__isnull", False),
                    ),
                    models.Q(
                        ("deal__isnull", False),
                        ("invoice", None),
                        ("kind__in", ["win", "reopened"]),
                        ("payment", None),
                    ),
                    _connector="OR",
                ),
                name="counted_money_names_its_papers",
            ),
        ),
        migrations.AddConstraint(
            model_name="countedmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gross__gte", 0), ("kind__in", ["receipt", "win"])),
                    models.Q(("gross__lte", 0), ("kind__in", ["back", "reopened"])),
                    _connector="OR",
                ),
                name="counted_money_has_its_sign",
            ),
        ),
        migrations.AddIndex(
            model_name="countedshare",
            index=models.Index(
                fields=["user", "month"], name="counted_by_person_and_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="countedshare",
            constraint=models.UniqueConstraint(
                fields=("money", "user"), name="counted_share_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatoralarm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("user", "indicator"),
                name="alarm_once_while_it_lasts",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatoralarm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None),
                    ("ended_at__gte", models.F("turned_at")),
                    _connector="OR",
                ),
                name="alarm_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorlimit",
            constraint=models.UniqueConstraint(
                fields=("indicator", "user", "role"),
                name="limit_once_per_target",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorlimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("user", None), ("role", None), _connector="OR"),
                name="limit_of_one_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorlimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("low__isnull", False), ("high__isnull", False), _connector="OR"
                ),
                name="limit_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorlimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("low", None),
                    ("high", None),
                    ("low__lte", models.F("high")),
                    _connector="OR",
                ),
                name="limit_low_below_high",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpichoice",
            constraint=models.UniqueConstraint(
                fields=("role", "indicator"), name="kpi_once_per_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="kpichoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1), ("weight__lte", 100)),
                name="kpi_weighs_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpichoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("target__gt", 0)), name="kpi_target_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="moneytocount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("invoice__isnull", False), ("deal__isnull", False), _connector="OR"
                ),
                name="money_to_count_is_of_something",
            ),
        ),
        migrations.AddIndex(
            model_name="personday",
            index=models.Index(fields=["day", "user"], name="person_day_by_day"),
        ),
        migrations.AddConstraint(
            model_name="personday",
            constraint=models.UniqueConstraint(
                fields=("user", "day", "currency"), name="person_day_once"
            ),
        ),
        migrations.AddIndex(
            model_name="queryrun",
            index=models.Index(fields=["user", "-asked_at"], name="query_run_of_user"),
        ),
        migrations.AddIndex(
            model_name="reportsending",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["next_at"],
                name="sending_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportsending",
            constraint=models.CheckConstraint(
                condition=models.Q(("rhythm__in", ["day", "workday", "week", "month"])),
                name="sending_rhythm_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportsending",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("month_day__range", (1, 31)), ("weekday__range", (1, 7))
                ),
                name="sending_day_exists",
            ),
        ),
        migrations.AddIndex(
            model_name="salesplan",
            index=models.Index(fields=["user", "since"], name="plan_by_person"),
        ),
        migrations.AddConstraint(
            model_name="salesplan",
            constraint=models.UniqueConstraint(
                fields=("measure", "span", "since", "user", "department"),
                name="plan_once_per_period",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="salesplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("user", None), ("department", None), _connector="OR"
                ),
                name="plan_of_one_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="salesplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="plan_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="salesplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("since__day", 1)), name="plan_begins_with_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedquery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ready", ""), _negated=True),
                fields=("ready",),
                name="ready_query_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedquery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("owner", None), _negated=True),
                    models.Q(("ready", ""), _negated=True),
                    _connector="OR",
                ),
                name="saved_query_is_somebodys",
            ),
        ),
        migrations.AddConstraint(
            model_name="favouritequery",
            constraint=models.UniqueConstraint(
                fields=("user", "query"), name="favourite_query_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedqueryversion",
            constraint=models.UniqueConstraint(
                fields=("query", "number"), name="saved_query_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeassignment",
            constraint=models.UniqueConstraint(
                fields=("user", "since"), name="one_scheme_from_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("user",),
                name="one_scheme_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since__day", 1),
                    models.Q(
                        ("until", None),
                        models.Q(("until__day", 1), ("until__gt", models.F("since"))),
                        _connector="OR",
                    ),
                ),
                name="scheme_holds_whole_months",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeversion",
            constraint=models.UniqueConstraint(
                fields=("scheme", "number"), name="scheme_version_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "active")),
                fields=("scheme", "since"),
                name="scheme_one_version_from_a_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    models.Q(
                        ("since__day", 1), ("since__isnull", False), ("state", "active")
                    ),
                    _connector="OR",
                ),
                name="scheme_version_in_force_from_a_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__isnull", False), ("kind", "fixed")),
                    models.Q(
                        ("kind", "percent"), models.Q(("base", ""), _negated=True)
                    ),
                    models.Q(
                        ("activity_kind__isnull", False),
                        ("amount__isnull", False),
                        ("kind", "piece"),
                    ),
                    models.Q(
                        ("kind", "bonus"), models.Q(("measure", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="rule_has_what_its_kind_needs",
            ),
        ),
        migrations.AddIndex(
            model_name="paymonth",
            index=models.Index(fields=["month", "state"], name="pay_month_by_state"),
        ),
        migrations.AddConstraint(
            model_name="paymonth",
            constraint=models.UniqueConstraint(
                fields=("user", "month"), name="pay_month_once_per_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymonth",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)),
                name="pay_month_named_by_its_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymonth",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("closed_at", None),
                    ),
                    _connector="OR",
                ),
                name="pay_month_closed_iff_at_a_moment",
            ),
        ),
        migrations.AddIndex(
            model_name="stalepay",
            index=models.Index(fields=["user", "id"], name="stale_pay_by_person"),
        ),
        migrations.RunSQL(stale_sql.INSTALL, stale_sql.REMOVE),
        migrations.RunSQL(rollup_sql.INSTALL, rollup_sql.REMOVE),
    ]
    operations = at_once(operations)
