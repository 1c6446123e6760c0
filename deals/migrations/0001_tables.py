import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.fields.json
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import deals.models.money
from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("deals", "0001_initial"),
        ("deals", "0002_deals_and_money"),
        ("deals", "0003_process_of_a_deal"),
        ("deals", "0004_bank_statements"),
        ("deals", "0005_receipt_schedules"),
        ("deals", "0006_term_of_a_planned_receipt"),
        ("deals", "0007_rates_and_units"),
        ("deals", "0008_documents"),
        ("deals", "0009_discussions"),
    ]

    dependencies = [
        ("clients", "0001_tables"),
        ("pipeline", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentTemplate",
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
                            ("technical_offer", "technical offer"),
                            ("financial_offer", "financial offer"),
                            ("contract", "contract"),
                            ("invoice", "invoice"),
                            ("act", "act"),
                            ("vat_invoice", "счёт-фактура"),
                            ("upd", "УПД"),
                            ("other", "other paper"),
                        ],
                        max_length=20,
                        verbose_name="paper",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "language",
                    models.CharField(
                        choices=[("ru", "Russian"), ("en", "English")],
                        default="ru",
                        max_length=2,
                        verbose_name="language of the paper",
                    ),
                ),
                (
                    "landscape",
                    models.BooleanField(default=False, verbose_name="lying sheet"),
                ),
                (
                    "is_default",
                    models.BooleanField(default=False, verbose_name="offered first"),
                ),
                ("code", models.CharField(blank=True, editable=False, max_length=30)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "template of papers",
                "verbose_name_plural": "templates of papers",
                "ordering": ["kind", "-is_default", "position", "name"],
                "permissions": [
                    ("manage_templates", "Change templates of papers"),
                    ("edit_template_source", "See and change the source of templates"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FirmAccount",
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
                ("number", models.CharField(max_length=34, verbose_name="account")),
                (
                    "bank",
                    models.CharField(blank=True, max_length=200, verbose_name="bank"),
                ),
                ("bic", models.CharField(blank=True, max_length=9, verbose_name="BIC")),
                (
                    "correspondent",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="correspondent account"
                    ),
                ),
                (
                    "bank_en",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="bank in English",
                    ),
                ),
                (
                    "swift",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=11,
                        verbose_name="SWIFT",
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
                    "is_default",
                    models.BooleanField(
                        default=False, verbose_name="printed on invoices"
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "bank account",
                "verbose_name_plural": "bank accounts",
                "ordering": ["-is_default", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReceiptSchedule",
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
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "schedule of receipts",
                "verbose_name_plural": "schedules of receipts",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="BankStatement",
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
                    "file_name",
                    models.CharField(blank=True, max_length=255, verbose_name="file"),
                ),
                (
                    "digest",
                    models.CharField(editable=False, max_length=64, unique=True),
                ),
                (
                    "sender",
                    models.CharField(blank=True, max_length=300, verbose_name="sender"),
                ),
                (
                    "since",
                    models.DateField(
                        blank=True, null=True, verbose_name="from the day"
                    ),
                ),
                (
                    "until",
                    models.DateField(blank=True, null=True, verbose_name="to the day"),
                ),
                (
                    "accounts",
                    models.JSONField(default=list, verbose_name="our accounts"),
                ),
                ("figures", models.JSONField(default=dict)),
                ("warnings", models.JSONField(default=list)),
                ("loaded_at", models.DateTimeField(verbose_name="loaded")),
                (
                    "loaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bank statement",
                "verbose_name_plural": "bank statements",
                "ordering": ["-loaded_at", "-pk"],
                "permissions": [("load_statements", "Load bank statements")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Competitor",
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
                    models.CharField(max_length=160, verbose_name="name in Russian"),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="name in English"
                    ),
                ),
                ("folded", models.CharField(editable=False, max_length=160)),
                (
                    "position",
                    models.PositiveIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="retired"
                    ),
                ),
                ("site", models.URLField(blank=True, verbose_name="site")),
                (
                    "bin",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.binentry",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.competitor",
                        verbose_name="merged into",
                    ),
                ),
            ],
            options={
                "verbose_name": "competitor",
                "verbose_name_plural": "competitors",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Contract",
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
                ("number", models.CharField(max_length=60, verbose_name="number")),
                ("dated_on", models.DateField(verbose_name="date")),
                (
                    "starts_on",
                    models.DateField(blank=True, null=True, verbose_name="valid from"),
                ),
                (
                    "ends_on",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "signed_on",
                    models.DateField(blank=True, null=True, verbose_name="signed on"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("in_review", "with the lawyer"),
                            ("returned", "returned"),
                            ("approved", "approved"),
                            ("signed", "signed"),
                            ("ended", "ended"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="subject"
                    ),
                ),
                (
                    "amount",
                    deals.models.money.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="sum",
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
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "lawyer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lawyer",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "contract",
                "verbose_name_plural": "contracts",
                "ordering": ["-dated_on", "-pk"],
                "permissions": [("approve_contract", "Approve or return contracts")],
            },
        ),
        migrations.CreateModel(
            name="ContractStep",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("in_review", "with the lawyer"),
                            ("returned", "returned"),
                            ("approved", "approved"),
                            ("signed", "signed"),
                            ("ended", "ended"),
                        ],
                        max_length=10,
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="deals.contract",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a contract",
                "verbose_name_plural": "steps of a contract",
                "ordering": ["made_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Deal",
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
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "in work"),
                            ("won", "success"),
                            ("lost", "refusal"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=4,
                        verbose_name="state",
                    ),
                ),
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
                    "currency",
                    deals.models.money.CurrencyField(
                        db_default="RUB",
                        default="RUB",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                (
                    "expected_on",
                    models.DateField(blank=True, null=True, verbose_name="expected on"),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "low"), (2, "normal"), (3, "high"), (4, "urgent")],
                        db_default=2,
                        default=2,
                        verbose_name="priority",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "opened_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="opened"),
                ),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="closed"),
                ),
                (
                    "override_reason",
                    models.TextField(
                        blank=True, verbose_name="success without its condition"
                    ),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="on the stage since"
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="stage due by"
                    ),
                ),
                (
                    "waits_until",
                    models.DateField(
                        blank=True, null=True, verbose_name="waits for the client until"
                    ),
                ),
                (
                    "next_step_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="next step on"
                    ),
                ),
                (
                    "next_step_title",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="next step"
                    ),
                ),
                (
                    "invoiced",
                    deals.models.money.MoneyField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="invoiced",
                    ),
                ),
                (
                    "paid",
                    deals.models.money.MoneyField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="paid",
                    ),
                ),
                (
                    "delivered",
                    deals.models.money.MoneyField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="delivered",
                    ),
                ),
                (
                    "margin",
                    deals.models.money.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="margin",
                    ),
                ),
                (
                    "outside_id",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="id in another system"
                    ),
                ),
                (
                    "imported",
                    models.BooleanField(
                        db_default=False, default=False, editable=False
                    ),
                ),
                (
                    "in_norms",
                    models.BooleanField(db_default=True, default=True, editable=False),
                ),
                (
                    "folded",
                    models.CharField(
                        db_default="", default="", editable=False, max_length=200
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "bin",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.binentry",
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
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
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
                        verbose_name="contact person",
                    ),
                ),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.deal",
                        verbose_name="repeats the deal",
                    ),
                ),
                (
                    "interests",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="clients.product",
                        verbose_name="products of interest",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="performer of the stage",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pipeline.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "refusal_stage",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pipeline.stage",
                        verbose_name="stage of the refusal",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.informationsource",
                        verbose_name="source",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="pipeline.stage",
                        verbose_name="stage",
                    ),
                ),
            ],
            options={
                "verbose_name": "deal",
                "verbose_name_plural": "deals",
                "ordering": ["-opened_at", "-pk"],
                "permissions": [
                    ("move_deal", "Move deals along the stages"),
                    ("override_success", "End a deal in success before its condition"),
                    ("reopen_deal", "Reopen ended deals"),
                    ("change_responsible", "Hand deals over to others"),
                    ("export_deals", "Export deals"),
                    ("import_deals", "Import deals"),
                    ("bulk_change_deals", "Change many deals at once"),
                    ("view_margin", "See cost and margin"),
                ],
            },
        ),
        migrations.AddField(
            model_name="contract",
            name="deal",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contracts",
                to="deals.deal",
                verbose_name="deal",
            ),
        ),
        migrations.CreateModel(
            name="CompetitorPrice",
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
                    "price",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="price"
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
                ("seen_on", models.DateField(verbose_name="on")),
                (
                    "known_from",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="where from"
                    ),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "competitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="deals.competitor",
                        verbose_name="competitor",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="competitor_prices",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
            ],
            options={
                "verbose_name": "competitor's price",
                "verbose_name_plural": "competitors' prices",
                "ordering": ["-seen_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CheckMark",
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
                ("marked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "check_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pipeline.stagecheck",
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="check_marks",
                        to="deals.deal",
                    ),
                ),
            ],
            options={
                "verbose_name": "tick of the checklist",
                "verbose_name_plural": "ticks of the checklist",
            },
        ),
        migrations.CreateModel(
            name="BookingRequest",
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
                    models.CharField(
                        blank=True, max_length=200, verbose_name="what to do"
                    ),
                ),
                ("note", models.TextField(max_length=2000, verbose_name="note")),
                ("wanted_at", models.DateTimeField(verbose_name="when wanted")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(verbose_name="duration, minutes"),
                ),
                ("hand_stage", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for the head"),
                            ("assigned", "assigned"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(blank=True, max_length=500, verbose_name="answer"),
                ),
                (
                    "activity",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.activity",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "wanted_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        verbose_name="deal",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for time",
                "verbose_name_plural": "requests for time",
                "ordering": ["wanted_at", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DealLine",
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
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "unit",
                    models.CharField(blank=True, max_length=20, verbose_name="unit"),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=3,
                        default=1,
                        max_digits=14,
                        verbose_name="quantity",
                    ),
                ),
                (
                    "price",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="price"
                    ),
                ),
                (
                    "discount",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="discount, %",
                    ),
                ),
                (
                    "vat_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="VAT, %",
                    ),
                ),
                (
                    "total",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="sum"
                    ),
                ),
                (
                    "vat",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="VAT in it",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "cost",
                    deals.models.money.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="cost price of one",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="deals.deal",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a deal",
                "verbose_name_plural": "lines of a deal",
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DealParticipant",
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
                    "share",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="share, %",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="what he does"
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="deals.deal",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="participant",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                            ("torg12", "ТОРГ-12"),
                            ("upd", "УПД"),
                            ("act", "act"),
                            ("other", "other document"),
                        ],
                        max_length=6,
                        verbose_name="paper",
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=60, verbose_name="waybill number"),
                ),
                ("delivered_on", models.DateField(verbose_name="date")),
                (
                    "total",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="sum"
                    ),
                ),
                (
                    "vat_total",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="VAT in it",
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
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                (
                    "closed_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="signed papers back on"
                    ),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="clients.client",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="deals.deal",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "ordering": ["-delivered_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="DeliveryLine",
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
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "unit",
                    models.CharField(blank=True, max_length=20, verbose_name="unit"),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=3,
                        default=1,
                        max_digits=14,
                        verbose_name="quantity",
                    ),
                ),
                (
                    "price",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="price"
                    ),
                ),
                (
                    "discount",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="discount, %",
                    ),
                ),
                (
                    "vat_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="VAT, %",
                    ),
                ),
                (
                    "total",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="sum"
                    ),
                ),
                (
                    "vat",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="VAT in it",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="deals.delivery",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a delivery",
                "verbose_name_plural": "lines of a delivery",
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DiscussionSeen",
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
                ("seen_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="deals.deal",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "discussion read",
                "verbose_name_plural": "discussions read",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Handover",
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
                    "of",
                    models.CharField(
                        choices=[
                            ("activity", "planned work"),
                            ("stage", "a stage of a deal"),
                            ("deal", "a deal"),
                            ("client", "a client"),
                            ("person", "all of a person"),
                        ],
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("link", models.CharField(blank=True, max_length=200)),
                (
                    "note",
                    models.TextField(
                        max_length=2000, verbose_name="note for the receiver"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "waits for an answer"),
                            ("running", "being handed over"),
                            ("done", "handed over"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                            ("returning", "being given back"),
                            ("returned", "given back"),
                            ("stuck", "stopped halfway"),
                        ],
                        default="offered",
                        max_length=9,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "answer_by",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="answer by"
                    ),
                ),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(blank=True, max_length=500, verbose_name="answer"),
                ),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                (
                    "failures",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, editable=False
                    ),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="from whom",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="to whom",
                    ),
                ),
                (
                    "returned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "handover",
                "verbose_name_plural": "handovers",
                "ordering": ["-made_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HandoverItem",
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
                ("unit", models.BigIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("client", "client"),
                            ("deal", "deal"),
                            ("stage", "stage"),
                            ("activity", "planned work"),
                        ],
                        max_length=8,
                    ),
                ),
                ("object_id", models.BigIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "not yet"),
                            ("moved", "handed over"),
                            ("other", "somebody else's by then"),
                            ("gone", "over by then"),
                            ("returned", "given back"),
                            ("kept", "changed since, stays"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "handover",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="deals.handover",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a handover",
                "verbose_name_plural": "items of a handover",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Invoice",
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
                ("number", models.CharField(max_length=40, verbose_name="number")),
                ("year", models.PositiveSmallIntegerField(editable=False)),
                ("issued_on", models.DateField(verbose_name="date")),
                ("due_on", models.DateField(verbose_name="pay by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "issued"),
                            ("partly", "partly paid"),
                            ("paid", "paid"),
                            ("cancelled", "cancelled"),
                        ],
                        default="issued",
                        max_length=10,
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
                    "total",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="sum"
                    ),
                ),
                (
                    "vat_total",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="VAT in it",
                    ),
                ),
                (
                    "paid",
                    deals.models.money.MoneyField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="paid"
                    ),
                ),
                (
                    "basis",
                    models.CharField(blank=True, max_length=300, verbose_name="ground"),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("seller", models.JSONField(default=dict)),
                ("buyer", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.firmaccount",
                        verbose_name="our account",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="deals.contract",
                        verbose_name="contract",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="deals.invoice",
                        verbose_name="cancels the invoice",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seller",
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice",
                "verbose_name_plural": "invoices",
                "ordering": ["-issued_on", "-pk"],
                "permissions": [
                    ("cancel_invoice", "Cancel invoices"),
                    ("view_receivables", "Read debts of all clients"),
                ],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="invoice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="deals.invoice",
                verbose_name="invoice",
            ),
        ),
        migrations.CreateModel(
            name="InvoiceLine",
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
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "unit",
                    models.CharField(blank=True, max_length=20, verbose_name="unit"),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=3,
                        default=1,
                        max_digits=14,
                        verbose_name="quantity",
                    ),
                ),
                (
                    "price",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="price"
                    ),
                ),
                (
                    "discount",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="discount, %",
                    ),
                ),
                (
                    "vat_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="VAT, %",
                    ),
                ),
                (
                    "total",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="sum"
                    ),
                ),
                (
                    "vat",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="VAT in it",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="deals.invoice",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an invoice",
                "verbose_name_plural": "lines of an invoice",
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Material",
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
                            ("standard", "standard document"),
                            ("demo", "demonstration material"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="category"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "description",
                    models.TextField(blank=True, verbose_name="what it is for"),
                ),
                (
                    "folded",
                    models.CharField(default="", editable=False, max_length=400),
                ),
                ("file", models.FileField(max_length=200, upload_to="library/%Y/%m")),
                ("file_name", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("content_type", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "archived_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "material",
                "verbose_name_plural": "materials",
                "ordering": ["category", "name", "pk"],
                "permissions": [("manage_library", "Change the library of materials")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Offer",
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
                            ("technical", "technical offer"),
                            ("financial", "financial offer"),
                        ],
                        default="financial",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "number",
                    models.CharField(blank=True, max_length=40, verbose_name="number"),
                ),
                (
                    "version",
                    models.PositiveSmallIntegerField(default=1, verbose_name="version"),
                ),
                ("made_on", models.DateField(verbose_name="date")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("sent", "sent"),
                            ("countered", "counter-offer"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                        ],
                        default="draft",
                        max_length=10,
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
                    "total",
                    deals.models.money.MoneyField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="sum"
                    ),
                ),
                (
                    "discount",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="discount, %",
                    ),
                ),
                ("terms", models.TextField(blank=True, verbose_name="terms")),
                (
                    "counter_total",
                    deals.models.money.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="client's sum",
                    ),
                ),
                (
                    "counter_comment",
                    models.TextField(blank=True, verbose_name="client's answer"),
                ),
                (
                    "countered_on",
                    models.DateField(blank=True, null=True, verbose_name="answered on"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="deals.deal",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "offer",
                "verbose_name_plural": "offers",
                "ordering": ["deal", "kind", "version"],
            },
        ),
        migrations.CreateModel(
            name="Document",
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
                            ("technical_offer", "technical offer"),
                            ("financial_offer", "financial offer"),
                            ("contract", "contract"),
                            ("invoice", "invoice"),
                            ("act", "act"),
                            ("vat_invoice", "счёт-фактура"),
                            ("upd", "УПД"),
                            ("other", "other paper"),
                        ],
                        max_length=20,
                        verbose_name="paper",
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "number",
                    models.CharField(blank=True, max_length=60, verbose_name="number"),
                ),
                ("dated_on", models.DateField(verbose_name="date")),
                (
                    "version",
                    models.PositiveSmallIntegerField(default=1, verbose_name="version"),
                ),
                (
                    "with_stamp",
                    models.BooleanField(
                        default=False, verbose_name="with stamp and signature"
                    ),
                ),
                ("context", models.JSONField(default=dict)),
                ("content", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waits"),
                            ("making", "being made"),
                            ("ready", "ready"),
                            ("failed", "failed"),
                        ],
                        default="queued",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("failure", models.TextField(blank=True)),
                (
                    "pdf",
                    models.FileField(
                        blank=True, max_length=200, upload_to="documents/%Y/%m"
                    ),
                ),
                ("size", models.PositiveIntegerField(default=0)),
                ("pages", models.PositiveSmallIntegerField(default=0)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="sent"),
                ),
                (
                    "sent_to",
                    models.CharField(
                        blank=True, max_length=254, verbose_name="sent to"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="deals.contract",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="deals.deal",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="deals.delivery",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="deals.documenttemplate",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="deals.invoice",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="deals.offer",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper",
                "verbose_name_plural": "papers",
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OfferLine",
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
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "unit",
                    models.CharField(blank=True, max_length=20, verbose_name="unit"),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=3,
                        default=1,
                        max_digits=14,
                        verbose_name="quantity",
                    ),
                ),
                (
                    "price",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="price"
                    ),
                ),
                (
                    "discount",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="discount, %",
                    ),
                ),
                (
                    "vat_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="VAT, %",
                    ),
                ),
                (
                    "total",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="sum"
                    ),
                ),
                (
                    "vat",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="VAT in it",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="deals.offer",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an offer",
                "verbose_name_plural": "lines of an offer",
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OwnFirm",
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
                ("name", models.CharField(max_length=200, verbose_name="short name")),
                (
                    "full_name",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="full name"
                    ),
                ),
                (
                    "inn",
                    models.CharField(blank=True, max_length=12, verbose_name="INN"),
                ),
                ("kpp", models.CharField(blank=True, max_length=9, verbose_name="KPP")),
                (
                    "ogrn",
                    models.CharField(blank=True, max_length=15, verbose_name="OGRN"),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="legal address"
                    ),
                ),
                (
                    "phone",
                    models.CharField(blank=True, max_length=60, verbose_name="phone"),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail"
                    ),
                ),
                (
                    "tax_regime",
                    models.CharField(
                        choices=[
                            ("general", "with VAT"),
                            ("simplified_0", "simplified, without VAT"),
                            ("simplified_5", "simplified, VAT 5%"),
                            ("simplified_7", "simplified, VAT 7%"),
                        ],
                        default="general",
                        max_length=12,
                        verbose_name="taxes",
                    ),
                ),
                (
                    "director",
                    models.CharField(
                        blank=True,
                        max_length=120,
                        verbose_name="head, surname and initials",
                    ),
                ),
                (
                    "director_position",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="position of the head"
                    ),
                ),
                (
                    "director_genitive",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        verbose_name="represented by (position and name in the genitive)",
                    ),
                ),
                (
                    "director_basis",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        verbose_name="acting on the basis of",
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="name in English papers",
                    ),
                ),
                (
                    "address_en",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=400,
                        verbose_name="address in English",
                    ),
                ),
                (
                    "director_en",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=120,
                        verbose_name="head in English",
                    ),
                ),
                (
                    "director_position_en",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=120,
                        verbose_name="his position in English",
                    ),
                ),
                (
                    "accountant",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="chief accountant"
                    ),
                ),
                (
                    "number_prefix",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        verbose_name="letters before its numbers",
                    ),
                ),
                ("logo", models.FileField(blank=True, upload_to="firms/")),
                (
                    "stamp",
                    models.FileField(
                        blank=True, upload_to="firms/", verbose_name="stamp"
                    ),
                ),
                (
                    "signature",
                    models.FileField(
                        blank=True,
                        upload_to="firms/",
                        verbose_name="signature of the head",
                    ),
                ),
                (
                    "is_default",
                    models.BooleanField(default=False, verbose_name="offered first"),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "own firm",
                "verbose_name_plural": "own firms",
                "ordering": ["-is_default", "name"],
                "permissions": [
                    ("manage_own_firms", "Change own firms, rates and accounts"),
                    ("use_stamp", "Put stamp and signature on papers"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("is_default",),
                        name="one_default_own_firm",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
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
                            ("invoice", "invoice"),
                            ("contract", "contract"),
                            ("offer", "offer"),
                            ("act", "act"),
                            ("vat_invoice", "VAT invoice"),
                            ("upd", "УПД"),
                        ],
                        max_length=12,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="deals.ownfirm",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="InvoiceEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(max_length=40, verbose_name="number")),
                ("year", models.PositiveSmallIntegerField(editable=False)),
                ("issued_on", models.DateField(verbose_name="date")),
                ("due_on", models.DateField(verbose_name="pay by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "issued"),
                            ("partly", "partly paid"),
                            ("paid", "paid"),
                            ("cancelled", "cancelled"),
                        ],
                        default="issued",
                        max_length=10,
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
                    "total",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="sum"
                    ),
                ),
                (
                    "vat_total",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="VAT in it",
                    ),
                ),
                (
                    "paid",
                    deals.models.money.MoneyField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="paid"
                    ),
                ),
                (
                    "basis",
                    models.CharField(blank=True, max_length=300, verbose_name="ground"),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("seller", models.JSONField(default=dict)),
                ("buyer", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.firmaccount",
                        verbose_name="our account",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.contract",
                        verbose_name="contract",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.invoice",
                        verbose_name="cancels the invoice",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        related_query_name="event",
                        to="deals.invoice",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seller",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.ownfirm",
                        verbose_name="our firm",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="invoice",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deals.ownfirm",
                verbose_name="our firm",
            ),
        ),
        migrations.AddField(
            model_name="firmaccount",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="accounts",
                to="deals.ownfirm",
            ),
        ),
        migrations.AddField(
            model_name="documenttemplate",
            name="firm",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="deals.ownfirm",
                verbose_name="our firm",
            ),
        ),
        migrations.CreateModel(
            name="DocumentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("technical_offer", "technical offer"),
                            ("financial_offer", "financial offer"),
                            ("contract", "contract"),
                            ("invoice", "invoice"),
                            ("act", "act"),
                            ("vat_invoice", "счёт-фактура"),
                            ("upd", "УПД"),
                            ("other", "other paper"),
                        ],
                        max_length=20,
                        verbose_name="paper",
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "number",
                    models.CharField(blank=True, max_length=60, verbose_name="number"),
                ),
                ("dated_on", models.DateField(verbose_name="date")),
                (
                    "version",
                    models.PositiveSmallIntegerField(default=1, verbose_name="version"),
                ),
                (
                    "with_stamp",
                    models.BooleanField(
                        default=False, verbose_name="with stamp and signature"
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="sent"),
                ),
                (
                    "sent_to",
                    models.CharField(
                        blank=True, max_length=254, verbose_name="sent to"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.contract",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.deal",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.delivery",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        related_query_name="event",
                        to="deals.document",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.documenttemplate",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.invoice",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.offer",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.ownfirm",
                        verbose_name="our firm",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="document",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deals.ownfirm",
                verbose_name="our firm",
            ),
        ),
        migrations.CreateModel(
            name="DeliveryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("torg12", "ТОРГ-12"),
                            ("upd", "УПД"),
                            ("act", "act"),
                            ("other", "other document"),
                        ],
                        max_length=6,
                        verbose_name="paper",
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=60, verbose_name="waybill number"),
                ),
                ("delivered_on", models.DateField(verbose_name="date")),
                (
                    "total",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="sum"
                    ),
                ),
                (
                    "vat_total",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="VAT in it",
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
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                (
                    "closed_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="signed papers back on"
                    ),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.deal",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        related_query_name="event",
                        to="deals.delivery",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.invoice",
                        verbose_name="invoice",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.ownfirm",
                        verbose_name="our firm",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deals.ownfirm",
                verbose_name="our firm",
            ),
        ),
        migrations.CreateModel(
            name="ContractEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(max_length=60, verbose_name="number")),
                ("dated_on", models.DateField(verbose_name="date")),
                (
                    "starts_on",
                    models.DateField(blank=True, null=True, verbose_name="valid from"),
                ),
                (
                    "ends_on",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "signed_on",
                    models.DateField(blank=True, null=True, verbose_name="signed on"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("in_review", "with the lawyer"),
                            ("returned", "returned"),
                            ("approved", "approved"),
                            ("signed", "signed"),
                            ("ended", "ended"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="subject"
                    ),
                ),
                (
                    "amount",
                    deals.models.money.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="sum",
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
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "lawyer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lawyer",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        related_query_name="event",
                        to="deals.contract",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.ownfirm",
                        verbose_name="our firm",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="contract",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deals.ownfirm",
                verbose_name="our firm",
            ),
        ),
        migrations.CreateModel(
            name="Payment",
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
                            ("refund", "refund"),
                            ("reversal", "correction"),
                        ],
                        default="receipt",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("paid_on", models.DateField(verbose_name="date")),
                (
                    "amount",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="amount"
                    ),
                ),
                (
                    "allocated",
                    deals.models.money.MoneyField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="of it on invoices",
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
                    "document_number",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="document number"
                    ),
                ),
                (
                    "payer",
                    models.CharField(blank=True, max_length=300, verbose_name="payer"),
                ),
                (
                    "payer_inn",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="payer's INN"
                    ),
                ),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.firmaccount",
                        verbose_name="our account",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="deals.payment",
                        verbose_name="corrects the payment",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.ownfirm",
                        verbose_name="our firm",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "ordering": ["-paid_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
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
                    "amount",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="amount"
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="deals.invoice",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="allocations",
                        to="deals.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a payment",
                "verbose_name_plural": "parts of payments",
            },
        ),
        migrations.CreateModel(
            name="PaymentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "payment"),
                            ("refund", "refund"),
                            ("reversal", "correction"),
                        ],
                        default="receipt",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("paid_on", models.DateField(verbose_name="date")),
                (
                    "amount",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="amount"
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
                    "document_number",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="document number"
                    ),
                ),
                (
                    "payer",
                    models.CharField(blank=True, max_length=300, verbose_name="payer"),
                ),
                (
                    "payer_inn",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="payer's INN"
                    ),
                ),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.firmaccount",
                        verbose_name="our account",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.payment",
                        verbose_name="corrects the payment",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.ownfirm",
                        verbose_name="our firm",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        related_query_name="event",
                        to="deals.payment",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PaymentPromise",
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
                ("promised_on", models.DateField(verbose_name="will pay by")),
                (
                    "amount",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="amount"
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
                    "comment",
                    models.CharField(
                        blank=True,
                        max_length=500,
                        verbose_name="who promised, what he said",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("kept", "kept"),
                            ("broken", "broken"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_promises",
                        to="clients.client",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="deals.deal",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promises",
                        to="deals.invoice",
                        verbose_name="invoice",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "promise to pay",
                "verbose_name_plural": "promises to pay",
                "ordering": ["promised_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PlannedReceipt",
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
                ("due_on", models.DateField(verbose_name="expected on")),
                (
                    "amount",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="amount"
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
                    "basis",
                    models.CharField(
                        choices=[
                            ("contract", "the contract"),
                            ("invoice", "the invoice"),
                            ("delivery", "the delivery"),
                            ("date", "a date"),
                        ],
                        default="date",
                        max_length=8,
                        verbose_name="counted from",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, verbose_name="working days after"
                    ),
                ),
                (
                    "comment",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="comment"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="planned_receipts",
                        to="deals.deal",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="planned_receipts",
                        to="deals.invoice",
                        verbose_name="invoice",
                    ),
                ),
            ],
            options={
                "verbose_name": "planned receipt",
                "verbose_name_plural": "planned receipts",
                "ordering": ["due_on", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ProductPrice",
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
                ("since", models.DateField(verbose_name="from")),
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
                    "price",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="price"
                    ),
                ),
                (
                    "cost",
                    deals.models.money.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="cost price",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prices",
                        to="clients.product",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "price",
                "verbose_name_plural": "prices",
                "ordering": ["-since", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ProductTerms",
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
                    "vat_kind",
                    models.CharField(
                        choices=[
                            ("main", "main rate"),
                            ("reduced", "reduced rate"),
                            ("zero", "0%"),
                            ("simplified_5", "5%, simplified"),
                            ("simplified_7", "7%, simplified"),
                            ("exempt", "without VAT"),
                        ],
                        default="main",
                        max_length=12,
                        verbose_name="VAT",
                    ),
                ),
                (
                    "is_service",
                    models.BooleanField(default=False, verbose_name="service"),
                ),
                (
                    "description",
                    models.TextField(blank=True, verbose_name="description"),
                ),
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="clients.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "terms of a product",
                "verbose_name_plural": "terms of products",
                "permissions": [("manage_catalogue", "Change products and prices")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ReceiptScheduleRow",
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
                    "percent",
                    models.DecimalField(
                        decimal_places=2, max_digits=5, verbose_name="percent"
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("contract", "the contract"),
                            ("invoice", "the invoice"),
                            ("delivery", "the delivery"),
                            ("date", "a date"),
                        ],
                        max_length=8,
                        verbose_name="counted from",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="working days after"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "schedule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="deals.receiptschedule",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RefusalReason",
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
                    models.CharField(max_length=160, verbose_name="name in Russian"),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="name in English"
                    ),
                ),
                ("folded", models.CharField(editable=False, max_length=160)),
                (
                    "position",
                    models.PositiveIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="retired"
                    ),
                ),
                ("code", models.CharField(blank=True, editable=False, max_length=30)),
                (
                    "bin",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.binentry",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.refusalreason",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="deals.refusalreason",
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "stages",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="pipeline.stage",
                        verbose_name="offered at the stages",
                    ),
                ),
            ],
            options={
                "verbose_name": "refusal reason",
                "verbose_name_plural": "refusal reasons",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Refusal",
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
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                (
                    "competitor_price",
                    deals.models.money.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="at the price",
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
                ("refused_at", models.DateTimeField()),
                ("reopened_at", models.DateTimeField(blank=True, null=True)),
                (
                    "competitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.competitor",
                        verbose_name="bought from",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refusals",
                        to="deals.deal",
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reopened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pipeline.stage",
                        verbose_name="stage",
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.refusalreason",
                        verbose_name="reason",
                    ),
                ),
            ],
            options={
                "verbose_name": "refusal",
                "verbose_name_plural": "refusals",
                "ordering": ["refused_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DealEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "in work"),
                            ("won", "success"),
                            ("lost", "refusal"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=4,
                        verbose_name="state",
                    ),
                ),
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
                    "currency",
                    deals.models.money.CurrencyField(
                        db_default="RUB",
                        default="RUB",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                (
                    "expected_on",
                    models.DateField(blank=True, null=True, verbose_name="expected on"),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "low"), (2, "normal"), (3, "high"), (4, "urgent")],
                        db_default=2,
                        default=2,
                        verbose_name="priority",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "opened_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="opened"),
                ),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="closed"),
                ),
                (
                    "override_reason",
                    models.TextField(
                        blank=True, verbose_name="success without its condition"
                    ),
                ),
                (
                    "waits_until",
                    models.DateField(
                        blank=True, null=True, verbose_name="waits for the client until"
                    ),
                ),
                (
                    "outside_id",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="id in another system"
                    ),
                ),
                (
                    "imported",
                    models.BooleanField(
                        db_default=False, default=False, editable=False
                    ),
                ),
                (
                    "in_norms",
                    models.BooleanField(db_default=True, default=True, editable=False),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.contact",
                        verbose_name="contact person",
                    ),
                ),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.deal",
                        verbose_name="repeats the deal",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="performer of the stage",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        related_query_name="event",
                        to="deals.deal",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pipeline.process",
                        verbose_name="process",
                    ),
                ),
                (
                    "refusal_stage",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pipeline.stage",
                        verbose_name="stage of the refusal",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.informationsource",
                        verbose_name="source",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="pipeline.stage",
                        verbose_name="stage",
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.refusalreason",
                        verbose_name="reason of the refusal",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="deal",
            name="reason",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deals.refusalreason",
                verbose_name="reason of the refusal",
            ),
        ),
        migrations.CreateModel(
            name="Remark",
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
                ("text", models.TextField(max_length=5000, verbose_name="text")),
                ("written_at", models.DateTimeField(verbose_name="written")),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remarks",
                        to="clients.client",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
            ],
            options={
                "verbose_name": "remark",
                "verbose_name_plural": "remarks",
                "ordering": ["-written_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Mention",
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
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "remark",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="deals.remark",
                    ),
                ),
            ],
            options={
                "verbose_name": "mention",
                "verbose_name_plural": "mentions",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="StagePassage",
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
                ("entered_at", models.DateTimeField(verbose_name="entered")),
                (
                    "due_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="due by"),
                ),
                (
                    "left_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="left"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("forward", "passed on"),
                            ("back", "taken back"),
                            ("won", "success"),
                            ("lost", "refusal"),
                        ],
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("norm_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("percent", models.PositiveSmallIntegerField()),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="deals.deal",
                    ),
                ),
                (
                    "moved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "performer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="performer",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passages",
                        to="pipeline.stage",
                    ),
                ),
            ],
            options={
                "verbose_name": "passage of a stage",
                "verbose_name_plural": "passages of stages",
                "ordering": ["entered_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PassagePause",
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
                ("since", models.DateField(verbose_name="since")),
                ("until", models.DateField(verbose_name="until")),
                (
                    "ended_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="ended early on"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "passage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        to="deals.stagepassage",
                    ),
                ),
            ],
            options={
                "verbose_name": "pause",
                "verbose_name_plural": "pauses",
                "ordering": ["since", "pk"],
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
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
                    "identity",
                    models.CharField(editable=False, max_length=64, unique=True),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("in", "came to us"),
                            ("out", "paid by us"),
                            ("own", "between our accounts"),
                            ("unknown", "not of our accounts"),
                        ],
                        max_length=8,
                        verbose_name="direction",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("kept", "nothing to do"),
                            ("waiting", "to be decided"),
                            ("booked", "booked"),
                            ("aside", "set aside"),
                        ],
                        default="kept",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "account",
                    models.CharField(
                        blank=True, max_length=34, verbose_name="our account"
                    ),
                ),
                (
                    "kind",
                    models.CharField(blank=True, max_length=60, verbose_name="paper"),
                ),
                ("payment_code", models.CharField(blank=True, max_length=10)),
                (
                    "number",
                    models.CharField(blank=True, max_length=60, verbose_name="number"),
                ),
                ("dated_on", models.DateField(verbose_name="date")),
                ("booked_on", models.DateField(verbose_name="came on")),
                (
                    "amount",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, verbose_name="amount"
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
                    "payer",
                    models.CharField(blank=True, max_length=300, verbose_name="payer"),
                ),
                (
                    "payer_inn",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="payer's INN"
                    ),
                ),
                ("payer_account", models.CharField(blank=True, max_length=34)),
                ("payer_bank", models.CharField(blank=True, max_length=200)),
                ("payer_bic", models.CharField(blank=True, max_length=9)),
                (
                    "recipient",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="recipient"
                    ),
                ),
                ("recipient_inn", models.CharField(blank=True, max_length=20)),
                ("recipient_account", models.CharField(blank=True, max_length=34)),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("by_itself", models.BooleanField(default=False)),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="why set aside"
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement_lines",
                        to="deals.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="deals.bankstatement",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a bank statement",
                "verbose_name_plural": "lines of bank statements",
                "ordering": ["-booked_on", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TemplateBlock",
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
                            ("heading", "heading"),
                            ("text", "text"),
                            ("image", "picture"),
                            ("bank", "bank details and QR code"),
                            ("parties", "seller and buyer"),
                            ("lines", "table of goods and services"),
                            ("totals", "totals and sum in words"),
                            ("conditions", "conditions"),
                            ("requisites", "requisites of both sides"),
                            ("signature", "signature"),
                            ("form", "statutory form"),
                            ("page_break", "page break"),
                        ],
                        max_length=12,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "condition",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="print only if"
                    ),
                ),
                ("options", models.JSONField(blank=True, default=dict)),
                (
                    "image",
                    models.FileField(
                        blank=True, upload_to="templates/", verbose_name="picture"
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to="deals.documenttemplate",
                    ),
                ),
            ],
            options={
                "verbose_name": "block of a template",
                "verbose_name_plural": "blocks of a template",
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="VatRate",
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
                            ("main", "main rate"),
                            ("reduced", "reduced rate"),
                            ("zero", "0%"),
                            ("simplified_5", "5%, simplified"),
                            ("simplified_7", "7%, simplified"),
                            ("exempt", "without VAT"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="percent",
                    ),
                ),
                ("since", models.DateField(verbose_name="from")),
            ],
            options={
                "verbose_name": "VAT rate",
                "verbose_name_plural": "VAT rates",
                "ordering": ["kind", "-since"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "since"), name="vat_rate_once_per_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankCounterparty",
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
                ("number", models.CharField(max_length=34, verbose_name="account")),
                (
                    "bank",
                    models.CharField(blank=True, max_length=200, verbose_name="bank"),
                ),
                ("bic", models.CharField(blank=True, max_length=9, verbose_name="BIC")),
                (
                    "correspondent",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="correspondent account"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bank_accounts",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "bank account of a client",
                "verbose_name_plural": "bank accounts of clients",
                "indexes": [
                    models.Index(fields=["number"], name="client_account_by_number")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "number"), name="client_account_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="bankstatement",
            index=models.Index(fields=["-loaded_at", "-id"], name="statement_by_date"),
        ),
        migrations.AddConstraint(
            model_name="competitor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="competitor_name_unique",
            ),
        ),
        migrations.AddIndex(
            model_name="competitorprice",
            index=models.Index(
                fields=["product", "competitor", "-seen_on"],
                name="competitor_price_by_product",
            ),
        ),
        migrations.AddIndex(
            model_name="competitorprice",
            index=models.Index(
                fields=["-seen_on", "-id"], name="competitor_price_by_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="competitorprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__gt", 0)), name="competitor_price_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkmark",
            constraint=models.UniqueConstraint(
                fields=("deal", "check_line"), name="check_marked_once"
            ),
        ),
        migrations.AddIndex(
            model_name="bookingrequest",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["wanted_at", "id"],
                name="booking_open",
            ),
        ),
        migrations.AddIndex(
            model_name="bookingrequest",
            index=models.Index(
                fields=["asked_by", "-asked_at"], name="booking_of_asker"
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["open", "assigned", "declined", "withdrawn"])
                ),
                name="booking_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 5), ("minutes__lte", 600)),
                name="booking_length_sensible",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="booking_has_note"
            ),
        ),
        migrations.AddConstraint(
            model_name="dealline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)),
                name="dealline_quantity_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="dealline",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount__gte", 0), ("discount__lte", 100)),
                name="dealline_discount_is_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="dealline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("price__gte", 0), ("total__gte", 0), ("vat__gte", 0)
                ),
                name="dealline_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="dealparticipant",
            constraint=models.UniqueConstraint(
                fields=("deal", "user"), name="deal_participant_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="dealparticipant",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gte", 0), ("share__lte", 100)),
                name="deal_share_is_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)),
                name="deliveryline_quantity_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryline",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount__gte", 0), ("discount__lte", 100)),
                name="deliveryline_discount_is_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("price__gte", 0), ("total__gte", 0), ("vat__gte", 0)
                ),
                name="deliveryline_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="discussionseen",
            constraint=models.UniqueConstraint(
                fields=("user", "client", "deal"),
                name="discussion_seen_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["-made_at", "-id"], name="handover_latest"),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                fields=["giver", "-made_at", "-id"], name="handover_of_giver"
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                fields=["receiver", "-made_at", "-id"], name="handover_of_receiver"
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("state", "offered")),
                fields=["receiver", "answer_by"],
                name="handover_offered",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("state__in", ("running", "returning"))),
                fields=["heartbeat_at"],
                name="handover_in_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "offered",
                            "running",
                            "done",
                            "declined",
                            "withdrawn",
                            "returning",
                            "returned",
                            "stuck",
                        ],
                    )
                ),
                name="handover_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("of__in", ["activity", "stage", "deal", "client", "person"])
                ),
                name="handover_of_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True),
                name="handover_has_note",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("receiver", None),
                    models.Q(("receiver", models.F("giver")), _negated=True),
                    _connector="OR",
                ),
                name="handover_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "offered"), _negated=True),
                    models.Q(("answer_by__isnull", False), ("receiver__isnull", False)),
                    _connector="OR",
                ),
                name="handover_offered_to_someone",
            ),
        ),
        migrations.AddIndex(
            model_name="handoveritem",
            index=models.Index(
                fields=["handover", "outcome", "unit"], name="handover_item_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(
                fields=("handover", "kind", "object_id"), name="handover_item_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["client", "deal", "stage", "activity"])
                ),
                name="handover_item_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        ["waiting", "moved", "other", "gone", "returned", "kept"],
                    )
                ),
                name="handover_item_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)),
                name="invoiceline_quantity_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount__gte", 0), ("discount__lte", 100)),
                name="invoiceline_discount_is_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("price__gte", 0), ("total__gte", 0), ("vat__gte", 0)
                ),
                name="invoiceline_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                fields=("deal", "kind", "version"), name="offer_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 0)), name="offer_total_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="offerline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)),
                name="offerline_quantity_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerline",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount__gte", 0), ("discount__lte", 100)),
                name="offerline_discount_is_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("price__gte", 0), ("total__gte", 0), ("vat__gte", 0)
                ),
                name="offerline_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberseries",
            constraint=models.UniqueConstraint(
                fields=("firm", "kind", "year"), name="number_series_once"
            ),
        ),
        migrations.AddIndex(
            model_name="invoiceevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="invoice_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="invoiceevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="invoice_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="invoiceevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="invoice_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="invoiceevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="invoice_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoiceevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="fef4848a765e5cf2c776c8427e8b94182f5eb98d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b0101",
                    table="deals_invoiceevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["-issued_on", "-id"], name="invoice_by_date"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "partly"])),
                fields=["due_on", "id"],
                include=("client", "responsible", "currency", "total", "paid"),
                name="invoice_owed_by_term",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "partly"])),
                fields=["client", "due_on"],
                include=("currency", "total", "paid"),
                name="invoice_owed_by_client",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "partly"])),
                fields=["deal", "due_on"],
                include=("currency", "total", "paid"),
                name="invoice_owed_by_deal",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["responsible", "-issued_on"], name="invoice_by_responsible"
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["number"], name="invoice_by_number"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                fields=("firm", "year", "number"), name="invoice_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gt", 0), ("vat_total__gte", 0)),
                name="invoice_sum_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("paid__gte", 0), ("paid__lte", models.F("total"))),
                name="invoice_not_paid_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid", 0), ("state", "issued")),
                    models.Q(
                        ("paid__gt", 0),
                        ("paid__lt", models.F("total")),
                        ("state", "partly"),
                    ),
                    models.Q(("paid", models.F("total")), ("state", "paid")),
                    models.Q(("paid", 0), ("state", "cancelled")),
                    _connector="OR",
                ),
                name="invoice_state_is_what_is_paid",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_invoiceevent" ("account_id", "basis", "buyer", "client_id", "comment", "contract_id", "corrects_id", "created_at", "currency", "deal_id", "due_on", "firm_id", "id", "issued_on", "made_by_id", "number", "paid", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "responsible_id", "seller", "state", "total", "vat_total", "year") VALUES (NEW."account_id", NEW."basis", NEW."buyer", NEW."client_id", NEW."comment", NEW."contract_id", NEW."corrects_id", NEW."created_at", NEW."currency", NEW."deal_id", NEW."due_on", NEW."firm_id", NEW."id", NEW."issued_on", NEW."made_by_id", NEW."number", NEW."paid", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."responsible_id", NEW."seller", NEW."state", NEW."total", NEW."vat_total", NEW."year"); RETURN NULL;',
                    hash="ba84493d313b0017ba275862ba5c2056c9bdfd28",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c81f5",
                    table="deals_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "deals_invoiceevent" ("account_id", "basis", "buyer", "client_id", "comment", "contract_id", "corrects_id", "created_at", "currency", "deal_id", "due_on", "firm_id", "id", "issued_on", "made_by_id", "number", "paid", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "responsible_id", "seller", "state", "total", "vat_total", "year") VALUES (NEW."account_id", NEW."basis", NEW."buyer", NEW."client_id", NEW."comment", NEW."contract_id", NEW."corrects_id", NEW."created_at", NEW."currency", NEW."deal_id", NEW."due_on", NEW."firm_id", NEW."id", NEW."issued_on", NEW."made_by_id", NEW."number", NEW."paid", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."responsible_id", NEW."seller", NEW."state", NEW."total", NEW."vat_total", NEW."year"); RETURN NULL;',
                    hash="bb31bbd6338d05a7312a0f690912aecd0676c157",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5c0ad",
                    table="deals_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_invoiceevent" ("account_id", "basis", "buyer", "client_id", "comment", "contract_id", "corrects_id", "created_at", "currency", "deal_id", "due_on", "firm_id", "id", "issued_on", "made_by_id", "number", "paid", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "responsible_id", "seller", "state", "total", "vat_total", "year") VALUES (OLD."account_id", OLD."basis", OLD."buyer", OLD."client_id", OLD."comment", OLD."contract_id", OLD."corrects_id", OLD."created_at", OLD."currency", OLD."deal_id", OLD."due_on", OLD."firm_id", OLD."id", OLD."issued_on", OLD."made_by_id", OLD."number", OLD."paid", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."responsible_id", OLD."seller", OLD."state", OLD."total", OLD."vat_total", OLD."year"); RETURN NULL;',
                    hash="c605427e3e7013f365407e1acdaeca5313dc9c9b",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a8c68",
                    table="deals_invoice",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="firmaccount",
            constraint=models.UniqueConstraint(
                fields=("number",), name="own_account_once"
            ),
        ),
        migrations.AddIndex(
            model_name="documentevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="document_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="documentevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="document_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="documentevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="document_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="documentevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="document_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="documentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4caf6665690cd8dbbfb7a4d7f13ea5cd52a80133",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_61b79",
                    table="deals_documentevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["deal", "-made_at"], name="document_by_deal"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["client", "-made_at"], name="document_by_client"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "making"])),
                fields=["made_at"],
                name="document_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                models.F("firm"),
                models.F("kind"),
                models.F("number"),
                models.F("version"),
                models.F("dated_on__year"),
                condition=models.Q(("number", ""), _negated=True),
                name="document_version_once",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_documentevent" ("client_id", "contract_id", "dated_on", "deal_id", "delivery_id", "firm_id", "id", "invoice_id", "kind", "made_at", "made_by_id", "number", "offer_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "sent_to", "template_id", "title", "version", "with_stamp") VALUES (NEW."client_id", NEW."contract_id", NEW."dated_on", NEW."deal_id", NEW."delivery_id", NEW."firm_id", NEW."id", NEW."invoice_id", NEW."kind", NEW."made_at", NEW."made_by_id", NEW."number", NEW."offer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."sent_at", NEW."sent_to", NEW."template_id", NEW."title", NEW."version", NEW."with_stamp"); RETURN NULL;',
                    hash="85e819d977543779366feff6fb5f9d1ac9f9e00a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_12c10",
                    table="deals_document",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contract_id" IS DISTINCT FROM (NEW."contract_id") OR OLD."dated_on" IS DISTINCT FROM (NEW."dated_on") OR OLD."deal_id" IS DISTINCT FROM (NEW."deal_id") OR OLD."delivery_id" IS DISTINCT FROM (NEW."delivery_id") OR OLD."firm_id" IS DISTINCT FROM (NEW."firm_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invoice_id" IS DISTINCT FROM (NEW."invoice_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."offer_id" IS DISTINCT FROM (NEW."offer_id") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."sent_to" IS DISTINCT FROM (NEW."sent_to") OR OLD."template_id" IS DISTINCT FROM (NEW."template_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."with_stamp" IS DISTINCT FROM (NEW."with_stamp"))',
                    func='INSERT INTO "deals_documentevent" ("client_id", "contract_id", "dated_on", "deal_id", "delivery_id", "firm_id", "id", "invoice_id", "kind", "made_at", "made_by_id", "number", "offer_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "sent_to", "template_id", "title", "version", "with_stamp") VALUES (NEW."client_id", NEW."contract_id", NEW."dated_on", NEW."deal_id", NEW."delivery_id", NEW."firm_id", NEW."id", NEW."invoice_id", NEW."kind", NEW."made_at", NEW."made_by_id", NEW."number", NEW."offer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."sent_at", NEW."sent_to", NEW."template_id", NEW."title", NEW."version", NEW."with_stamp"); RETURN NULL;',
                    hash="64a3376004a43a92a766b0f80a1a2438750b3c3d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b4e01",
                    table="deals_document",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_documentevent" ("client_id", "contract_id", "dated_on", "deal_id", "delivery_id", "firm_id", "id", "invoice_id", "kind", "made_at", "made_by_id", "number", "offer_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "sent_to", "template_id", "title", "version", "with_stamp") VALUES (OLD."client_id", OLD."contract_id", OLD."dated_on", OLD."deal_id", OLD."delivery_id", OLD."firm_id", OLD."id", OLD."invoice_id", OLD."kind", OLD."made_at", OLD."made_by_id", OLD."number", OLD."offer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."sent_at", OLD."sent_to", OLD."template_id", OLD."title", OLD."version", OLD."with_stamp"); RETURN NULL;',
                    hash="644a1cff58a3cc3d1c74af33d79e068b674c47a9",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b019d",
                    table="deals_document",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="deliveryevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="delivery_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="deliveryevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="delivery_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="deliveryevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="delivery_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="deliveryevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="delivery_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deliveryevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2168b6a1bfdb9044c8dea8b145f416b358d59060",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_46125",
                    table="deals_deliveryevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["-delivered_on", "-id"], name="delivery_by_date"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 0)), name="delivery_sum_not_negative"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delivery",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_deliveryevent" ("cancelled_at", "client_id", "closed_on", "comment", "created_at", "currency", "deal_id", "delivered_on", "firm_id", "id", "invoice_id", "kind", "made_by_id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "total", "vat_total") VALUES (NEW."cancelled_at", NEW."client_id", NEW."closed_on", NEW."comment", NEW."created_at", NEW."currency", NEW."deal_id", NEW."delivered_on", NEW."firm_id", NEW."id", NEW."invoice_id", NEW."kind", NEW."made_by_id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."total", NEW."vat_total"); RETURN NULL;',
                    hash="592fa3bcc2da26afec4362f3a8072d0dc0382e45",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_18bbf",
                    table="deals_delivery",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delivery",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "deals_deliveryevent" ("cancelled_at", "client_id", "closed_on", "comment", "created_at", "currency", "deal_id", "delivered_on", "firm_id", "id", "invoice_id", "kind", "made_by_id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "total", "vat_total") VALUES (NEW."cancelled_at", NEW."client_id", NEW."closed_on", NEW."comment", NEW."created_at", NEW."currency", NEW."deal_id", NEW."delivered_on", NEW."firm_id", NEW."id", NEW."invoice_id", NEW."kind", NEW."made_by_id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."total", NEW."vat_total"); RETURN NULL;',
                    hash="0e931d26b146dfb019805a271aa5aa55740a54a6",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_62cd1",
                    table="deals_delivery",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delivery",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_deliveryevent" ("cancelled_at", "client_id", "closed_on", "comment", "created_at", "currency", "deal_id", "delivered_on", "firm_id", "id", "invoice_id", "kind", "made_by_id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "total", "vat_total") VALUES (OLD."cancelled_at", OLD."client_id", OLD."closed_on", OLD."comment", OLD."created_at", OLD."currency", OLD."deal_id", OLD."delivered_on", OLD."firm_id", OLD."id", OLD."invoice_id", OLD."kind", OLD."made_by_id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."total", OLD."vat_total"); RETURN NULL;',
                    hash="2a8c4d0e0ca9284dbdea790dbb591cbb858da782",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_be67b",
                    table="deals_delivery",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="contractevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contract_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="contractevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contract_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="contractevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contract_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="contractevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contract_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="fa5fa86462d142951dfe385edbc2901a3665e9b2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_dab8c",
                    table="deals_contractevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["-dated_on", "-id"], name="contract_by_date"),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                models.F("firm"),
                models.F("number"),
                models.F("dated_on__year"),
                name="contract_number_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "signed"), _negated=True),
                    ("signed_on__isnull", False),
                    _connector="OR",
                ),
                name="contract_signed_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("starts_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="contract_ends_after_it_starts",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contract",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_contractevent" ("amount", "client_id", "created_at", "currency", "dated_on", "deal_id", "ends_on", "firm_id", "id", "lawyer_id", "made_by_id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_on", "starts_on", "state", "subject") VALUES (NEW."amount", NEW."client_id", NEW."created_at", NEW."currency", NEW."dated_on", NEW."deal_id", NEW."ends_on", NEW."firm_id", NEW."id", NEW."lawyer_id", NEW."made_by_id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."signed_on", NEW."starts_on", NEW."state", NEW."subject"); RETURN NULL;',
                    hash="fe048ea87072f2279bb6ce86b1a436e812dbddcc",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2734a",
                    table="deals_contract",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contract",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "deals_contractevent" ("amount", "client_id", "created_at", "currency", "dated_on", "deal_id", "ends_on", "firm_id", "id", "lawyer_id", "made_by_id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_on", "starts_on", "state", "subject") VALUES (NEW."amount", NEW."client_id", NEW."created_at", NEW."currency", NEW."dated_on", NEW."deal_id", NEW."ends_on", NEW."firm_id", NEW."id", NEW."lawyer_id", NEW."made_by_id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."signed_on", NEW."starts_on", NEW."state", NEW."subject"); RETURN NULL;',
                    hash="324a7a23af268d155a7f5f849aecc75478e2a19f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d7e9d",
                    table="deals_contract",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contract",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_contractevent" ("amount", "client_id", "created_at", "currency", "dated_on", "deal_id", "ends_on", "firm_id", "id", "lawyer_id", "made_by_id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "signed_on", "starts_on", "state", "subject") VALUES (OLD."amount", OLD."client_id", OLD."created_at", OLD."currency", OLD."dated_on", OLD."deal_id", OLD."ends_on", OLD."firm_id", OLD."id", OLD."lawyer_id", OLD."made_by_id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."signed_on", OLD."starts_on", OLD."state", OLD."subject"); RETURN NULL;',
                    hash="68b54cc0f73b0625ca7c02e803656e2afc4d3876",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e0eab",
                    table="deals_contract",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["-paid_on", "-id"], name="payment_by_date"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["client", "-paid_on"], name="payment_by_client"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(
                    ("allocated__lt", models.F("amount")), ("kind", "receipt")
                ),
                fields=["client", "currency"],
                name="payment_with_advance",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="payment_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("allocated__gte", 0), ("allocated__lte", models.F("amount"))
                ),
                name="payment_not_allocated_twice",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects__isnull", False), ("kind", "reversal")),
                    models.Q(("corrects", None), ("kind__in", ["receipt", "refund"])),
                    _connector="OR",
                ),
                name="payment_reversal_names_its_payment",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_paymentevent" ("account_id", "amount", "client_id", "corrects_id", "created_at", "currency", "deal_id", "document_number", "firm_id", "id", "kind", "made_by_id", "paid_on", "payer", "payer_inn", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose") VALUES (NEW."account_id", NEW."amount", NEW."client_id", NEW."corrects_id", NEW."created_at", NEW."currency", NEW."deal_id", NEW."document_number", NEW."firm_id", NEW."id", NEW."kind", NEW."made_by_id", NEW."paid_on", NEW."payer", NEW."payer_inn", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."purpose"); RETURN NULL;',
                    hash="9e3ce5469284c6358ac105e66855568e950d5a2b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_94aba",
                    table="deals_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."corrects_id" IS DISTINCT FROM (NEW."corrects_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."deal_id" IS DISTINCT FROM (NEW."deal_id") OR OLD."document_number" IS DISTINCT FROM (NEW."document_number") OR OLD."firm_id" IS DISTINCT FROM (NEW."firm_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."paid_on" IS DISTINCT FROM (NEW."paid_on") OR OLD."payer" IS DISTINCT FROM (NEW."payer") OR OLD."payer_inn" IS DISTINCT FROM (NEW."payer_inn") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose"))',
                    func='INSERT INTO "deals_paymentevent" ("account_id", "amount", "client_id", "corrects_id", "created_at", "currency", "deal_id", "document_number", "firm_id", "id", "kind", "made_by_id", "paid_on", "payer", "payer_inn", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose") VALUES (NEW."account_id", NEW."amount", NEW."client_id", NEW."corrects_id", NEW."created_at", NEW."currency", NEW."deal_id", NEW."document_number", NEW."firm_id", NEW."id", NEW."kind", NEW."made_by_id", NEW."paid_on", NEW."payer", NEW."payer_inn", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."purpose"); RETURN NULL;',
                    hash="52496259b7d3c7ea2f3ebd1bd46d3efa7c82d9a7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_660cb",
                    table="deals_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_paymentevent" ("account_id", "amount", "client_id", "corrects_id", "created_at", "currency", "deal_id", "document_number", "firm_id", "id", "kind", "made_by_id", "paid_on", "payer", "payer_inn", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose") VALUES (OLD."account_id", OLD."amount", OLD."client_id", OLD."corrects_id", OLD."created_at", OLD."currency", OLD."deal_id", OLD."document_number", OLD."firm_id", OLD."id", OLD."kind", OLD."made_by_id", OLD."paid_on", OLD."payer", OLD."payer_inn", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."purpose"); RETURN NULL;',
                    hash="15450b857dc18f83d600983bc9f84054f9bf4778",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_fbe34",
                    table="deals_payment",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.UniqueConstraint(
                fields=("payment", "invoice"), name="allocation_once_per_invoice"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="allocation_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="paymentevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="payment_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="payment_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="payment_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="payment_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paymentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f82e3d289e2bcc5ffcca9a9f775e1bb9fde9cfbb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_948c5",
                    table="deals_paymentevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="paymentpromise",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["promised_on", "id"],
                name="promise_waiting_by_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentpromise",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="promise_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="plannedreceipt",
            index=models.Index(fields=["due_on", "id"], name="planned_receipt_by_day"),
        ),
        migrations.AddConstraint(
            model_name="plannedreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="planned_receipt_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="productprice",
            constraint=models.UniqueConstraint(
                fields=("product", "currency", "since"), name="price_once_per_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="productprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__gte", 0)), name="product_price_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="refusalreason",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="refusalreason_name_unique",
            ),
        ),
        migrations.AddIndex(
            model_name="refusal",
            index=models.Index(
                fields=["reason", "stage", "refused_at"], name="refusal_by_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reopened_at", None)),
                fields=("deal",),
                name="one_standing_refusal_per_deal",
            ),
        ),
        migrations.AddIndex(
            model_name="dealevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="deal_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="dealevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="deal_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="dealevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="deal_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="dealevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="deal_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dealevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="78f88f3ee27fd7acb221506066267d2c7b26f837",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_678e0",
                    table="deals_dealevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["client", "-opened_at"], name="deal_by_client"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["process", "stage", "-priority", "expected_on", "id"],
                include=("responsible", "amount", "currency"),
                name="deal_board",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["responsible", "next_step_at", "id"],
                name="deal_open_by_responsible",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["next_step_at", "id"],
                name="deal_by_next_step",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["due_at", "id"],
                name="deal_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["-opened_at", "-id"], name="deal_by_opened"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["closed_at", "id"],
                name="deal_by_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["-amount", "-id"], name="deal_by_amount"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["expected_on", "id"],
                name="deal_by_expected",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["folded", "id"], name="deal_by_title"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("folded"), name="gin_trgm_ops"
                ),
                name="deal_title_search",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("outside_id", ""), _negated=True),
                fields=["outside_id"],
                name="deal_outside",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin__isnull", False)),
                fields=["bin"],
                name="deal_in_bin",
            ),
        ),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at", None),
                    ("opened_at", None),
                    ("closed_at__gte", models.F("opened_at")),
                    _connector="OR",
                ),
                name="deal_closed_after_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state", "open")),
                    models.Q(
                        ("closed_at__isnull", False), ("state__in", ["won", "lost"])
                    ),
                    _connector="OR",
                ),
                name="deal_closed_iff_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "lost"), _negated=True),
                    ("reason__isnull", False),
                    _connector="OR",
                ),
                name="deal_refused_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "open"), _negated=True),
                    ("stage__isnull", False),
                    _connector="OR",
                ),
                name="deal_open_stands_on_a_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__in", [1, 2, 3, 4])),
                name="deal_priority_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount", None), ("amount__gte", 0), _connector="OR"
                ),
                name="deal_amount_not_negative",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deal",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_dealevent" ("amount", "campaign_id", "client_id", "closed_at", "closed_by_id", "contact_id", "copied_from_id", "currency", "expected_on", "id", "imported", "in_norms", "note", "opened_at", "opened_by_id", "outside_id", "override_reason", "performer_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "process_id", "reason_id", "refusal_stage_id", "responsible_id", "source_id", "stage_id", "state", "title", "waits_until") VALUES (NEW."amount", NEW."campaign_id", NEW."client_id", NEW."closed_at", NEW."closed_by_id", NEW."contact_id", NEW."copied_from_id", NEW."currency", NEW."expected_on", NEW."id", NEW."imported", NEW."in_norms", NEW."note", NEW."opened_at", NEW."opened_by_id", NEW."outside_id", NEW."override_reason", NEW."performer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."priority", NEW."process_id", NEW."reason_id", NEW."refusal_stage_id", NEW."responsible_id", NEW."source_id", NEW."stage_id", NEW."state", NEW."title", NEW."waits_until"); RETURN NULL;',
                    hash="2f489314240c2c7f1d15d0bb4f570da121ed3ea1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_107f7",
                    table="deals_deal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deal",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."campaign_id" IS DISTINCT FROM (NEW."campaign_id") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."closed_by_id" IS DISTINCT FROM (NEW."closed_by_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."copied_from_id" IS DISTINCT FROM (NEW."copied_from_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."expected_on" IS DISTINCT FROM (NEW."expected_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."imported" IS DISTINCT FROM (NEW."imported") OR OLD."in_norms" IS DISTINCT FROM (NEW."in_norms") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."outside_id" IS DISTINCT FROM (NEW."outside_id") OR OLD."override_reason" IS DISTINCT FROM (NEW."override_reason") OR OLD."performer_id" IS DISTINCT FROM (NEW."performer_id") OR OLD."priority" IS DISTINCT FROM (NEW."priority") OR OLD."process_id" IS DISTINCT FROM (NEW."process_id") OR OLD."reason_id" IS DISTINCT FROM (NEW."reason_id") OR OLD."refusal_stage_id" IS DISTINCT FROM (NEW."refusal_stage_id") OR OLD."responsible_id" IS DISTINCT FROM (NEW."responsible_id") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."stage_id" IS DISTINCT FROM (NEW."stage_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."waits_until" IS DISTINCT FROM (NEW."waits_until"))',
                    func='INSERT INTO "deals_dealevent" ("amount", "campaign_id", "client_id", "closed_at", "closed_by_id", "contact_id", "copied_from_id", "currency", "expected_on", "id", "imported", "in_norms", "note", "opened_at", "opened_by_id", "outside_id", "override_reason", "performer_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "process_id", "reason_id", "refusal_stage_id", "responsible_id", "source_id", "stage_id", "state", "title", "waits_until") VALUES (NEW."amount", NEW."campaign_id", NEW."client_id", NEW."closed_at", NEW."closed_by_id", NEW."contact_id", NEW."copied_from_id", NEW."currency", NEW."expected_on", NEW."id", NEW."imported", NEW."in_norms", NEW."note", NEW."opened_at", NEW."opened_by_id", NEW."outside_id", NEW."override_reason", NEW."performer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."priority", NEW."process_id", NEW."reason_id", NEW."refusal_stage_id", NEW."responsible_id", NEW."source_id", NEW."stage_id", NEW."state", NEW."title", NEW."waits_until"); RETURN NULL;',
                    hash="7f4698aba0819c9f58aa0c868553f7e1b9a3823c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e9aad",
                    table="deals_deal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deal",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "deals_dealevent" ("amount", "campaign_id", "client_id", "closed_at", "closed_by_id", "contact_id", "copied_from_id", "currency", "expected_on", "id", "imported", "in_norms", "note", "opened_at", "opened_by_id", "outside_id", "override_reason", "performer_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "process_id", "reason_id", "refusal_stage_id", "responsible_id", "source_id", "stage_id", "state", "title", "waits_until") VALUES (OLD."amount", OLD."campaign_id", OLD."client_id", OLD."closed_at", OLD."closed_by_id", OLD."contact_id", OLD."copied_from_id", OLD."currency", OLD."expected_on", OLD."id", OLD."imported", OLD."in_norms", OLD."note", OLD."opened_at", OLD."opened_by_id", OLD."outside_id", OLD."override_reason", OLD."performer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."priority", OLD."process_id", OLD."reason_id", OLD."refusal_stage_id", OLD."responsible_id", OLD."source_id", OLD."stage_id", OLD."state", OLD."title", OLD."waits_until"); RETURN NULL;',
                    hash="7b51c3723c46be5252f9ccc3c55f52a1f0216c5d",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8271c",
                    table="deals_deal",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="remark",
            index=models.Index(
                fields=["client", "-written_at"], name="remark_of_client"
            ),
        ),
        migrations.AddIndex(
            model_name="remark",
            index=models.Index(
                condition=models.Q(("deal__isnull", False)),
                fields=["deal", "-written_at"],
                name="remark_of_deal",
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                condition=models.Q(("seen_at", None)),
                fields=["user", "id"],
                name="mention_not_seen",
            ),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(
                fields=("remark", "user"), name="mentioned_once_in_a_remark"
            ),
        ),
        migrations.AddIndex(
            model_name="stagepassage",
            index=models.Index(fields=["deal", "entered_at"], name="passage_by_deal"),
        ),
        migrations.AddIndex(
            model_name="stagepassage",
            index=models.Index(
                fields=["stage", "left_at"],
                include=("deal", "entered_at", "outcome"),
                name="passage_by_stage",
            ),
        ),
        migrations.AddIndex(
            model_name="stagepassage",
            index=models.Index(
                fields=["performer", "left_at"], name="passage_by_performer"
            ),
        ),
        migrations.AddIndex(
            model_name="stagepassage",
            index=models.Index(fields=["entered_at"], name="passage_by_entered"),
        ),
        migrations.AddConstraint(
            model_name="stagepassage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)),
                fields=("deal",),
                name="one_open_passage_per_deal",
            ),
        ),
        migrations.AddConstraint(
            model_name="stagepassage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_at", None),
                    ("left_at__gte", models.F("entered_at")),
                    _connector="OR",
                ),
                name="passage_left_after_entered",
            ),
        ),
        migrations.AddConstraint(
            model_name="stagepassage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at", None), ("outcome", "")),
                    models.Q(
                        ("left_at__isnull", False),
                        ("outcome__in", ["forward", "back", "won", "lost"]),
                    ),
                    _connector="OR",
                ),
                name="passage_has_outcome_iff_left",
            ),
        ),
        migrations.AddConstraint(
            model_name="passagepause",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))),
                name="pause_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["-booked_on", "-id"],
                name="statement_line_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("payment__isnull", False)),
                fields=("payment",),
                name="statement_line_once_per_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)),
                name="statement_line_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payment__isnull", False), ("state", "booked")),
                    models.Q(
                        models.Q(("state", "booked"), _negated=True), ("payment", None)
                    ),
                    _connector="OR",
                ),
                name="statement_line_booked_iff_paid",
            ),
        ),
    ]
    operations = at_once(operations)
