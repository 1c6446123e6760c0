import django.contrib.postgres.fields
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("clients", "0001_initial"),
    ]

    dependencies = [
        ("core", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ActivityGoal",
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
            ],
            options={
                "verbose_name": "activity goal",
                "verbose_name_plural": "activity goals",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ActivityKind",
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
                ("code", models.SlugField(max_length=40, unique=True)),
                ("icon", models.CharField(default="note", max_length=40)),
                (
                    "is_contact",
                    models.BooleanField(
                        default=True, verbose_name="counts as a contact"
                    ),
                ),
                (
                    "has_direction",
                    models.BooleanField(default=False, verbose_name="has a direction"),
                ),
                (
                    "needs_summary",
                    models.BooleanField(
                        default=True, verbose_name="résumé is required when done"
                    ),
                ),
                (
                    "in_composer",
                    models.BooleanField(
                        default=False, verbose_name="has its own tab on the card"
                    ),
                ),
                (
                    "default_minutes",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="usual duration, minutes"
                    ),
                ),
            ],
            options={
                "verbose_name": "activity kind",
                "verbose_name_plural": "activity kinds",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ActivityResult",
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
                (
                    "shows_interest",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        verbose_name="means that interest is found",
                    ),
                ),
            ],
            options={
                "verbose_name": "activity result",
                "verbose_name_plural": "activity results",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BinEntry",
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
                            ("client", "Clients"),
                            ("contact", "Contact persons"),
                            ("activity", "History and plans"),
                            ("file", "Files"),
                            ("selection", "Selections"),
                            ("entry", "Dictionary entries"),
                            ("deal", "Deals"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("model", models.CharField(max_length=40)),
                ("object_id", models.BigIntegerField()),
                ("put_at", models.DateTimeField(verbose_name="deleted")),
                ("purge_on", models.DateField(verbose_name="kept until")),
            ],
            options={
                "verbose_name": "thing in the bin",
                "verbose_name_plural": "bin",
                "ordering": ["-put_at", "-pk"],
                "permissions": [
                    ("use_bin", "Open the bin and take back what one deleted"),
                    ("use_whole_bin", "See and take back what others deleted"),
                    ("purge_bin", "Remove things from the bin for ever"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="BulkChange",
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
                ("entity", models.CharField(default="client", max_length=20)),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("set", "change"),
                            ("add", "add"),
                            ("remove", "take away"),
                            ("archive", "archive"),
                            ("restore", "restore"),
                        ],
                        max_length=8,
                    ),
                ),
                ("field", models.CharField(max_length=60)),
                ("value", models.CharField(blank=True, max_length=60)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("parameters", models.TextField(blank=True)),
                ("is_ticked", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preview", "waiting for a decision"),
                            ("queued", "waiting for its turn"),
                            ("running", "running"),
                            ("stopped", "stopped"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        default="preview",
                        max_length=8,
                    ),
                ),
                ("stop_asked", models.BooleanField(default=False)),
                ("asked_count", models.PositiveIntegerField(default=0)),
                ("planned_count", models.PositiveIntegerField(default=0)),
                ("same_count", models.PositiveIntegerField(default=0)),
                ("closed_count", models.PositiveIntegerField(default=0)),
                ("absent_count", models.PositiveIntegerField(default=0)),
                ("changed_count", models.PositiveIntegerField(default=0)),
                ("left_count", models.PositiveIntegerField(default=0)),
                ("chunks_total", models.PositiveIntegerField(default=0)),
                ("chunks_done", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "bulk change",
                "verbose_name_plural": "bulk changes",
                "ordering": ["-created_at", "-pk"],
                "permissions": [("bulk_change", "Change many cards at once")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="BulkChunk",
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
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField()
                    ),
                ),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField()
                    ),
                ),
            ],
            options={
                "verbose_name": "chunk of a bulk change",
                "verbose_name_plural": "chunks of bulk changes",
                "ordering": ["change", "number"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
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
                ("object_id", models.BigIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("changed", "changed"),
                            ("other", "changed by somebody else meanwhile"),
                            ("closed", "archived meanwhile"),
                            ("gone", "no longer within reach"),
                            ("value", "the former value is no longer there"),
                            ("refused", "refused: something it needs is missing"),
                        ],
                        max_length=8,
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "verbose_name": "card of a bulk change",
                "verbose_name_plural": "cards of bulk changes",
                "ordering": ["change", "object_id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Campaign",
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
                (
                    "starts_on",
                    models.DateField(blank=True, null=True, verbose_name="starts on"),
                ),
                (
                    "ends_on",
                    models.DateField(blank=True, null=True, verbose_name="ends on"),
                ),
                (
                    "utm",
                    models.CharField(
                        blank=True,
                        db_default="",
                        max_length=200,
                        verbose_name="utm_campaign of its links",
                    ),
                ),
                (
                    "goal",
                    models.TextField(blank=True, db_default="", verbose_name="goal"),
                ),
                (
                    "audience",
                    models.TextField(
                        blank=True, db_default="", verbose_name="audience"
                    ),
                ),
                (
                    "planned_inquiries",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="planned inquiries"
                    ),
                ),
                (
                    "planned_won",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="planned won deals"
                    ),
                ),
                (
                    "planned_revenue",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="planned revenue",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CampaignCost",
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
                    "side",
                    models.CharField(
                        choices=[("plan", "planned"), ("spent", "spent")],
                        default="spent",
                        max_length=5,
                        verbose_name="planned or spent",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("advertising", "advertising"),
                            ("event", "exhibition or event"),
                            ("materials", "printed matter and gifts"),
                            ("mailing", "mailing"),
                            ("contractor", "contractors"),
                            ("calls", "telemarketing"),
                            ("other", "other"),
                        ],
                        max_length=11,
                        verbose_name="on what",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="amount, RUB"
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=300, verbose_name="note"),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "line of a campaign's budget",
                "verbose_name_plural": "lines of campaigns' budgets",
                "ordering": ["on", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CampaignFile",
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
                ("file", models.FileField(max_length=200, upload_to="campaigns/%Y/%m")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("size", models.PositiveBigIntegerField()),
                ("content_type", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "material of a campaign",
                "verbose_name_plural": "materials of campaigns",
                "ordering": ["-added_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CardDraft",
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
                ("name", models.CharField(blank=True, max_length=300)),
                ("data", models.JSONField()),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "draft of a card",
                "verbose_name_plural": "drafts of cards",
                "ordering": ["-saved_at"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CardLayout",
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
                ("layout", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "arrangement of the card",
                "verbose_name_plural": "arrangements of the card",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ChangedCard",
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
                ("client_id", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "changed card",
                "verbose_name_plural": "changed cards",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Client",
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
                    "full_name",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="full name"
                    ),
                ),
                (
                    "is_person",
                    models.BooleanField(
                        default=False, verbose_name="is a private person"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("client", "client"),
                            ("supplier", "supplier"),
                            ("partner", "partner"),
                            ("competitor", "competitor"),
                        ],
                        default="client",
                        max_length=12,
                        verbose_name="category",
                    ),
                ),
                (
                    "inn",
                    models.CharField(blank=True, max_length=20, verbose_name="INN"),
                ),
                (
                    "kpp",
                    models.CharField(blank=True, max_length=20, verbose_name="KPP"),
                ),
                (
                    "ogrn",
                    models.CharField(blank=True, max_length=20, verbose_name="OGRN"),
                ),
                (
                    "city",
                    models.CharField(blank=True, max_length=120, verbose_name="city"),
                ),
                (
                    "initiative",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ours", "our initiative"),
                            ("theirs", "they approached us"),
                        ],
                        max_length=8,
                        verbose_name="who started",
                    ),
                ),
                (
                    "interest",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "no interest"),
                            (1, "slight interest"),
                            (2, "interested"),
                            (3, "strong interest"),
                        ],
                        null=True,
                        verbose_name="degree of interest",
                    ),
                ),
                (
                    "true_need",
                    models.TextField(
                        blank=True, verbose_name="true need and ways to meet it"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "first_contact_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="first contact"
                    ),
                ),
                (
                    "last_contact_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last contact"
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
                    "completeness",
                    models.PositiveSmallIntegerField(
                        blank=True, editable=False, null=True, verbose_name="filled, %"
                    ),
                ),
                (
                    "missing",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        blank=True,
                        editable=False,
                        null=True,
                    ),
                ),
                (
                    "completeness_due_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "contact_due_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="contact due",
                    ),
                ),
                (
                    "sales_count",
                    models.PositiveIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="sales"
                    ),
                ),
                (
                    "outside_id",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="id in another system"
                    ),
                ),
                ("folded", models.CharField(editable=False, max_length=300)),
                (
                    "core_name",
                    models.CharField(blank=True, editable=False, max_length=300),
                ),
                ("search_text", models.TextField(blank=True, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(verbose_name="card opened")),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "archived_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="archived"
                    ),
                ),
                (
                    "do_not_call",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        verbose_name="do not call",
                    ),
                ),
                (
                    "stopped_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="processing stopped",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="personal data erased",
                    ),
                ),
            ],
            options={
                "verbose_name": "client",
                "verbose_name_plural": "clients",
                "ordering": ["folded", "pk"],
                "permissions": [
                    ("view_all_clients", "Read every card whatever the role's scope"),
                    ("archive_client", "Archive and restore cards"),
                    ("export_clients", "Export lists"),
                    ("import_clients", "Import lists"),
                    ("change_curator", "Change a client's curator"),
                    ("merge_clients", "Join duplicate cards"),
                    ("share_selection", "Share selections with everyone"),
                    ("manage_dictionaries", "Change dictionaries"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientAddress",
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
                            ("legal", "registered address"),
                            ("postal", "postal address"),
                            ("delivery", "delivery address"),
                            ("office", "office"),
                        ],
                        default="postal",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="address")),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ClientAddressEvent",
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
                            ("legal", "registered address"),
                            ("postal", "postal address"),
                            ("delivery", "delivery address"),
                            ("office", "office"),
                        ],
                        default="postal",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="address")),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClientDimension",
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
                "verbose_name": "segment of a client",
                "verbose_name_plural": "segments of clients",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ClientDimensionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClientEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "full_name",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="full name"
                    ),
                ),
                (
                    "is_person",
                    models.BooleanField(
                        default=False, verbose_name="is a private person"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("client", "client"),
                            ("supplier", "supplier"),
                            ("partner", "partner"),
                            ("competitor", "competitor"),
                        ],
                        default="client",
                        max_length=12,
                        verbose_name="category",
                    ),
                ),
                (
                    "inn",
                    models.CharField(blank=True, max_length=20, verbose_name="INN"),
                ),
                (
                    "kpp",
                    models.CharField(blank=True, max_length=20, verbose_name="KPP"),
                ),
                (
                    "ogrn",
                    models.CharField(blank=True, max_length=20, verbose_name="OGRN"),
                ),
                (
                    "city",
                    models.CharField(blank=True, max_length=120, verbose_name="city"),
                ),
                (
                    "initiative",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ours", "our initiative"),
                            ("theirs", "they approached us"),
                        ],
                        max_length=8,
                        verbose_name="who started",
                    ),
                ),
                (
                    "interest",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "no interest"),
                            (1, "slight interest"),
                            (2, "interested"),
                            (3, "strong interest"),
                        ],
                        null=True,
                        verbose_name="degree of interest",
                    ),
                ),
                (
                    "true_need",
                    models.TextField(
                        blank=True, verbose_name="true need and ways to meet it"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "first_contact_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="first contact"
                    ),
                ),
                (
                    "outside_id",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="id in another system"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="card opened")),
                (
                    "archived_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="archived"
                    ),
                ),
                (
                    "do_not_call",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        verbose_name="do not call",
                    ),
                ),
                (
                    "stopped_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="processing stopped",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="personal data erased",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClientFile",
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
                ("file", models.FileField(max_length=200, upload_to="clients/%Y/%m")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("size", models.PositiveBigIntegerField()),
                ("content_type", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "file",
                "verbose_name_plural": "files",
                "ordering": ["-uploaded_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ClientGroup",
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
            ],
            options={
                "verbose_name": "client group",
                "verbose_name_plural": "client groups",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClientMerge",
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
                ("at", models.DateTimeField()),
                ("moved", models.JSONField(default=dict)),
                ("removed", models.JSONField(default=list)),
                ("changed", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("kept_back", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "joining of two cards",
                "verbose_name_plural": "joinings of cards",
                "ordering": ["-at", "-pk"],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ClientProduct",
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
                        choices=[("interest", "of interest"), ("bought", "bought")],
                        max_length=8,
                    ),
                ),
                ("since_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "product of a client",
                "verbose_name_plural": "products of clients",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ClientProductEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("interest", "of interest"), ("bought", "bought")],
                        max_length=8,
                    ),
                ),
                ("since_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClientSite",
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
                ("url", models.CharField(max_length=300, verbose_name="site")),
                ("host", models.CharField(blank=True, editable=False, max_length=255)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "site",
                "verbose_name_plural": "sites",
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ClientSiteEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("url", models.CharField(max_length=300, verbose_name="site")),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Commitment",
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
                        choices=[("agreement", "agreement"), ("promise", "promise")],
                        default="promise",
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                (
                    "due_on",
                    models.DateField(blank=True, null=True, verbose_name="until"),
                ),
                ("made_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "commitment",
                "verbose_name_plural": "commitments",
                "ordering": ["-made_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CompletenessRule",
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
                ("code", models.CharField(max_length=40)),
                ("reference", models.BigIntegerField(blank=True, null=True)),
                (
                    "weight",
                    models.PositiveSmallIntegerField(default=1, verbose_name="weight"),
                ),
                (
                    "is_required",
                    models.BooleanField(default=False, verbose_name="required"),
                ),
                ("threshold", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "rule of completeness",
                "verbose_name_plural": "rules of completeness",
                "ordering": ["relationship", "-weight", "pk"],
                "permissions": [
                    ("manage_completeness", "Set what a card must contain")
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Consent",
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
                            ("processing", "processing of personal data"),
                            ("advertising", "advertising"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("email", "e-mail"),
                            ("phone", "phone call"),
                            ("messenger", "messenger or SMS"),
                            ("fax", "fax"),
                            ("post", "post"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="given")),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("paper", "on paper"),
                            ("site", "form on the site"),
                            ("email", "by e-mail"),
                            ("phone", "by phone, recorded"),
                            ("meeting", "in person"),
                            ("link", "by the link in a letter"),
                            ("other", "other"),
                        ],
                        max_length=8,
                        verbose_name="how it was got",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="from where"
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=200,
                        upload_to="consents/%Y/%m",
                        verbose_name="file",
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=255)),
                ("entered_at", models.DateTimeField()),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="withdrawn"
                    ),
                ),
                (
                    "withdrawn_means",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("paper", "on paper"),
                            ("site", "form on the site"),
                            ("email", "by e-mail"),
                            ("phone", "by phone, recorded"),
                            ("meeting", "in person"),
                            ("link", "by the link in a letter"),
                            ("other", "other"),
                        ],
                        max_length=8,
                        verbose_name="how it was withdrawn",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["-given_at", "-pk"],
                "permissions": [
                    ("record_consent", "Record consents and their withdrawal"),
                    ("manage_personal_data", "Answer persons about their data, stop"),
                    ("erase_person", "Erase a person's data"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
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
                            ("processing", "processing of personal data"),
                            ("advertising", "advertising"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                (
                    "version",
                    models.PositiveIntegerField(default=1, verbose_name="version"),
                ),
                ("text", models.TextField(verbose_name="text")),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "text of a consent",
                "verbose_name_plural": "texts of consents",
                "ordering": ["kind", "title", "-version"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Contact",
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
                    "last_name",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="last name"
                    ),
                ),
                (
                    "first_name",
                    models.CharField(max_length=120, verbose_name="first name"),
                ),
                (
                    "patronymic",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="patronymic"
                    ),
                ),
                (
                    "birthday",
                    models.DateField(blank=True, null=True, verbose_name="birthday"),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("folded", models.CharField(editable=False, max_length=400)),
                ("search_text", models.TextField(blank=True, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "archived_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="archived"
                    ),
                ),
                (
                    "do_not_call",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        verbose_name="do not call",
                    ),
                ),
                (
                    "stopped_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="processing stopped",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="personal data erased",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact person",
                "verbose_name_plural": "contact persons",
                "ordering": ["folded", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ContactEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "last_name",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="last name"
                    ),
                ),
                (
                    "first_name",
                    models.CharField(max_length=120, verbose_name="first name"),
                ),
                (
                    "patronymic",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="patronymic"
                    ),
                ),
                (
                    "birthday",
                    models.DateField(blank=True, null=True, verbose_name="birthday"),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("created_at", models.DateTimeField()),
                (
                    "archived_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="archived"
                    ),
                ),
                (
                    "do_not_call",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        verbose_name="do not call",
                    ),
                ),
                (
                    "stopped_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="processing stopped",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="personal data erased",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContactLink",
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
                    models.CharField(
                        blank=True, max_length=160, verbose_name="position"
                    ),
                ),
                (
                    "decision_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("decides", "decides"),
                            ("approves", "approves"),
                            ("influences", "influences"),
                            ("uses", "uses"),
                            ("buys", "handles purchasing"),
                            ("", "not known"),
                        ],
                        max_length=12,
                        verbose_name="role in the decision",
                    ),
                ),
                (
                    "is_main",
                    models.BooleanField(default=False, verbose_name="main contact"),
                ),
                (
                    "from_on",
                    models.DateField(blank=True, null=True, verbose_name="from"),
                ),
                (
                    "until_on",
                    models.DateField(blank=True, null=True, verbose_name="until"),
                ),
            ],
            options={
                "verbose_name": "place of a contact person",
                "verbose_name_plural": "places of contact persons",
                "ordering": ["-is_main", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ContactLinkEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "position",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="position"
                    ),
                ),
                (
                    "decision_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("decides", "decides"),
                            ("approves", "approves"),
                            ("influences", "influences"),
                            ("uses", "uses"),
                            ("buys", "handles purchasing"),
                            ("", "not known"),
                        ],
                        max_length=12,
                        verbose_name="role in the decision",
                    ),
                ),
                (
                    "is_main",
                    models.BooleanField(default=False, verbose_name="main contact"),
                ),
                (
                    "from_on",
                    models.DateField(blank=True, null=True, verbose_name="from"),
                ),
                (
                    "until_on",
                    models.DateField(blank=True, null=True, verbose_name="until"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContactMerge",
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
                ("at", models.DateTimeField()),
                ("moved", models.JSONField(default=dict)),
                ("removed", models.JSONField(default=list)),
                ("changed", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("kept_back", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "joining of two persons",
                "verbose_name_plural": "joinings of persons",
                "ordering": ["-at", "-pk"],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Dimension",
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
            ],
            options={
                "verbose_name": "dimension",
                "verbose_name_plural": "dimensions",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DimensionValue",
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
            ],
            options={
                "verbose_name": "value of a dimension",
                "verbose_name_plural": "values of dimensions",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DistributionRule",
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
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("call", "Call"),
                                ("site", "Site"),
                                ("email", "E-mail"),
                                ("message", "Message"),
                                ("event", "Exhibition or event"),
                                ("list", "List"),
                                ("other", "Other"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        verbose_name="channels",
                    ),
                ),
                (
                    "giving",
                    models.CharField(
                        choices=[("turns", "in turn"), ("load", "to the least loaded")],
                        default="turns",
                        max_length=5,
                        verbose_name="how",
                    ),
                ),
                (
                    "answer_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="first answer within, working minutes",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of distribution",
                "verbose_name_plural": "rules of distribution",
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DistributionTurn",
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
                ("last_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "turn",
                "verbose_name_plural": "turns",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Email",
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
                ("address", models.EmailField(max_length=254, verbose_name="e-mail")),
                (
                    "note",
                    models.CharField(blank=True, max_length=120, verbose_name="note"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "is_suppressed",
                    models.BooleanField(
                        db_default=False, default=False, editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "e-mail",
                "verbose_name_plural": "e-mails",
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="EmailEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("address", models.EmailField(max_length=254, verbose_name="e-mail")),
                (
                    "note",
                    models.CharField(blank=True, max_length=120, verbose_name="note"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EntryMerge",
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
                ("model", models.CharField(max_length=40)),
                ("source_id", models.BigIntegerField()),
                ("target_id", models.BigIntegerField()),
                ("total", models.PositiveIntegerField()),
                ("moved", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("undo_asked_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("left_alone", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "merge of dictionary entries",
                "verbose_name_plural": "merges of dictionary entries",
                "ordering": ["-asked_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="EntryMergePart",
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
                ("table", models.CharField(max_length=80)),
                ("field", models.CharField(max_length=80)),
                ("was_id", models.BigIntegerField()),
                ("became_id", models.BigIntegerField()),
                (
                    "rows",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list
                    ),
                ),
                (
                    "kept",
                    models.JSONField(
                        default=list,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a merge of entries",
                "verbose_name_plural": "parts of a merge of entries",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Erasure",
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
                    "ground",
                    models.CharField(
                        choices=[
                            ("demand", "demand of the person"),
                            ("withdrawn", "consent to processing withdrawn"),
                            ("purpose", "purpose of processing reached or lost"),
                            ("unlawful", "unlawful processing"),
                            ("term", "term of storage ended"),
                        ],
                        max_length=10,
                        verbose_name="ground",
                    ),
                ),
                (
                    "ground_note",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="document"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waiting"),
                            ("done", "erased"),
                            ("failed", "failed"),
                        ],
                        default="queued",
                        max_length=6,
                    ),
                ),
                ("chosen", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField()),
                ("rung_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("number", models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "erasure of personal data",
                "verbose_name_plural": "erasures of personal data",
                "ordering": ["-decided_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FormerPerformer",
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
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "former performer",
                "verbose_name_plural": "former performers",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportJob",
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
                ("entity", models.CharField(default="client", max_length=20)),
                ("file", models.FileField(max_length=200, upload_to="imports/%Y/%m")),
                ("name", models.CharField(max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "waiting for the mapping"),
                            ("queued", "waiting for its turn"),
                            ("running", "running"),
                            ("deciding", "waiting for decisions"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "stopped"),
                            ("reverted", "reverted"),
                        ],
                        default="uploaded",
                        max_length=9,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("check", "looking for known clients"),
                            ("load", "loading"),
                            ("revert", "taking back"),
                        ],
                        default="load",
                        max_length=6,
                    ),
                ),
                ("encoding", models.CharField(blank=True, max_length=40)),
                ("delimiter", models.CharField(blank=True, max_length=4)),
                ("columns", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                ("rows_total", models.PositiveIntegerField(default=0)),
                ("checked_count", models.PositiveIntegerField(default=0)),
                ("match_count", models.PositiveIntegerField(default=0)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("created_count", models.PositiveIntegerField(default=0)),
                ("updated_count", models.PositiveIntegerField(default=0)),
                ("duplicate_count", models.PositiveIntegerField(default=0)),
                ("rejected_count", models.PositiveIntegerField(default=0)),
                ("warning_count", models.PositiveIntegerField(default=0)),
                ("reverted_upto", models.PositiveIntegerField(default=0)),
                ("reverted_count", models.PositiveIntegerField(default=0)),
                ("kept_count", models.PositiveIntegerField(default=0)),
                ("pace", models.FloatField(blank=True, null=True)),
                ("failure", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_asked_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("reverted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "ordering": ["-created_at", "-pk"],
                "permissions": [("revert_imports", "Take imports back")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportKey",
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
                ("key", models.BigIntegerField()),
                ("row", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "key of a row",
                "verbose_name_plural": "keys of rows",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportMapping",
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
                ("entity", models.CharField(default="client", max_length=20)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("headings", models.CharField(max_length=64)),
                ("columns", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                (
                    "is_shared",
                    models.BooleanField(
                        default=False, verbose_name="for everyone who loads lists"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "saved set of columns",
                "verbose_name_plural": "saved sets of columns",
                "ordering": ["-used_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportMatch",
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
                ("row", models.PositiveIntegerField()),
                ("level", models.CharField(max_length=8)),
                ("evidence", models.JSONField(default=list)),
                ("object_id", models.BigIntegerField(blank=True, null=True)),
                ("other_row", models.PositiveIntegerField(blank=True, null=True)),
                ("said", models.JSONField(default=dict)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("skip", "pass over"),
                            ("update", "fill empty fields"),
                            ("create", "open a new card"),
                        ],
                        max_length=6,
                    ),
                ),
            ],
            options={
                "verbose_name": "row like a known client",
                "verbose_name_plural": "rows like known clients",
                "ordering": ["job", "row"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
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
                ("row", models.PositiveIntegerField()),
                ("outcome", models.CharField(max_length=10)),
                ("object_id", models.BigIntegerField(blank=True, null=True)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("reasons", models.JSONField(default=list)),
                ("cells", models.JSONField(default=list)),
                ("changes", models.JSONField(blank=True, null=True)),
                ("undone", models.CharField(blank=True, max_length=7)),
                ("kept_because", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "imported row",
                "verbose_name_plural": "imported rows",
                "ordering": ["job", "row"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportTrace",
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
                ("row", models.PositiveIntegerField()),
                ("said", models.JSONField(default=dict)),
                ("traits", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "trace of a row",
                "verbose_name_plural": "traces of rows",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Industry",
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
            ],
            options={
                "verbose_name": "industry",
                "verbose_name_plural": "industries",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InformationSource",
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
            ],
            options={
                "verbose_name": "information source",
                "verbose_name_plural": "information sources",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
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
                    "channel",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("site", "Site"),
                            ("email", "E-mail"),
                            ("message", "Message"),
                            ("event", "Exhibition or event"),
                            ("list", "List"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "utm_source",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="utm_source",
                    ),
                ),
                (
                    "utm_medium",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="utm_medium",
                    ),
                ),
                (
                    "utm_campaign",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="utm_campaign",
                    ),
                ),
                (
                    "utm_content",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="utm_content",
                    ),
                ),
                (
                    "utm_term",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="utm_term",
                    ),
                ),
                (
                    "landing",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=500,
                        verbose_name="landing page",
                    ),
                ),
                (
                    "referrer",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=500,
                        verbose_name="came from the page",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("recorded_at", models.DateTimeField(verbose_name="written down")),
                ("text", models.TextField(blank=True, verbose_name="what they asked")),
                (
                    "received",
                    models.JSONField(
                        blank=True, default=dict, verbose_name="as it came"
                    ),
                ),
                (
                    "consent",
                    models.TextField(blank=True, verbose_name="wording of the consent"),
                ),
                (
                    "consent_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="consent given"
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, max_length=200, verbose_name="name"),
                ),
                (
                    "company",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="company"
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="job title"
                    ),
                ),
                (
                    "phones",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        blank=True,
                        default=list,
                        verbose_name="phones",
                    ),
                ),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        editable=False,
                    ),
                ),
                (
                    "emails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254),
                        blank=True,
                        default=list,
                        verbose_name="e-mails",
                    ),
                ),
                (
                    "inn",
                    models.CharField(blank=True, max_length=20, verbose_name="INN"),
                ),
                (
                    "city",
                    models.CharField(blank=True, max_length=120, verbose_name="city"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("work", "in work"),
                            ("converted", "became a client"),
                            ("refused", "not ours"),
                        ],
                        default="new",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "not_ours",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_client", "not a client"),
                            ("spam", "advertising or spam"),
                            ("duplicate", "repeats another inquiry"),
                            ("no_need", "needs nothing of ours"),
                            ("unreachable", "cannot be reached"),
                        ],
                        max_length=11,
                        verbose_name="why not ours",
                    ),
                ),
                ("outcome", models.TextField(blank=True, verbose_name="outcome")),
                (
                    "assigned_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="given"),
                ),
                (
                    "taken_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="taken into work"
                    ),
                ),
                (
                    "answer_due_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="answer due"
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="first answer"
                    ),
                ),
                (
                    "escalated_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="head told"
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="closed"),
                ),
                ("folded", models.TextField(blank=True, editable=False)),
                ("entry_key", models.UUIDField(blank=True, editable=False, null=True)),
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
            ],
            options={
                "verbose_name": "inquiry",
                "verbose_name_plural": "inquiries",
                "ordering": ["-received_at", "-pk"],
                "permissions": [
                    ("assign_inquiry", "Give inquiries to others"),
                    ("export_inquiries", "Export inquiries"),
                    ("import_inquiries", "Import inquiries"),
                    (
                        "manage_intake",
                        "Set up forms of sites and distribution of inquiries",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InquiryEntry",
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
                            ("note", "Note"),
                            ("call", "Call"),
                            ("email", "E-mail"),
                            ("message", "Message"),
                        ],
                        default="note",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="what was said")),
                ("at", models.DateTimeField()),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=200, upload_to="inquiries/%Y/%m"
                    ),
                ),
                (
                    "file_name",
                    models.CharField(blank=True, max_length=255, verbose_name="file"),
                ),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("content_type", models.CharField(blank=True, max_length=120)),
                ("sha256", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "verbose_name": "entry of an inquiry",
                "verbose_name_plural": "entries of inquiries",
                "ordering": ["at", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LegalForm",
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
                (
                    "full_name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="full form"
                    ),
                ),
            ],
            options={
                "verbose_name": "legal form",
                "verbose_name_plural": "legal forms",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MatchKey",
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
                ("digest", models.BigIntegerField()),
                ("contact", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "key of a card",
                "verbose_name_plural": "keys of cards",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OwnBlock",
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
                (
                    "owner",
                    models.CharField(
                        choices=[("client", "Clients"), ("contact", "Contact persons")],
                        max_length=8,
                        verbose_name="whose",
                    ),
                ),
            ],
            options={
                "verbose_name": "block of own fields",
                "verbose_name_plural": "blocks of own fields",
                "ordering": ["position", "pk"],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OwnChoice",
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
            ],
            options={
                "verbose_name": "choice of an own field",
                "verbose_name_plural": "choices of own fields",
                "ordering": ["position", "pk"],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OwnField",
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
                (
                    "owner",
                    models.CharField(
                        choices=[("client", "Clients"), ("contact", "Contact persons")],
                        max_length=8,
                        verbose_name="whose",
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("number", "number"),
                            ("date", "date"),
                            ("choice", "choice from a list"),
                            ("yes_no", "yes or no"),
                        ],
                        max_length=8,
                        verbose_name="type",
                    ),
                ),
                (
                    "hint",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="hint in Russian"
                    ),
                ),
                (
                    "hint_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="hint in English"
                    ),
                ),
                (
                    "is_required",
                    models.BooleanField(
                        default=False, verbose_name="must be filled in"
                    ),
                ),
                (
                    "is_column",
                    models.BooleanField(
                        default=False, verbose_name="a column of the list for everyone"
                    ),
                ),
                (
                    "removed_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
            ],
            options={
                "verbose_name": "own field",
                "verbose_name_plural": "own fields",
                "ordering": ["position", "pk"],
                "permissions": [
                    ("manage_own_fields", "Change own fields and arrange the card")
                ],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OwnValue",
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
                    "text",
                    models.CharField(
                        blank=True, max_length=500, null=True, verbose_name="value"
                    ),
                ),
                (
                    "number",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=18,
                        null=True,
                        verbose_name="value",
                    ),
                ),
                ("date", models.DateField(blank=True, null=True, verbose_name="value")),
                (
                    "flag",
                    models.BooleanField(blank=True, null=True, verbose_name="value"),
                ),
                ("folded", models.CharField(editable=False, max_length=500, null=True)),
            ],
            options={
                "verbose_name": "own field",
                "verbose_name_plural": "values of own fields",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OwnValueEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "text",
                    models.CharField(
                        blank=True, max_length=500, null=True, verbose_name="value"
                    ),
                ),
                (
                    "number",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=18,
                        null=True,
                        verbose_name="value",
                    ),
                ),
                ("date", models.DateField(blank=True, null=True, verbose_name="value")),
                (
                    "flag",
                    models.BooleanField(blank=True, null=True, verbose_name="value"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PersonRequest",
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
                            ("access", "tell what data are held"),
                            ("rectify", "correct inaccurate data"),
                            ("stop", "stop processing"),
                            ("no_ads", "stop advertising"),
                            ("withdraw", "consent withdrawn"),
                            ("erase", "erase the data"),
                            ("unlawful", "unlawful processing found"),
                        ],
                        max_length=10,
                        verbose_name="demand",
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received")),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("paper", "on paper"),
                            ("site", "form on the site"),
                            ("email", "by e-mail"),
                            ("phone", "by phone, recorded"),
                            ("meeting", "in person"),
                            ("link", "by the link in a letter"),
                            ("other", "other"),
                        ],
                        max_length=8,
                        verbose_name="how it was got",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "stop_on",
                    models.DateField(blank=True, null=True, verbose_name="stop by"),
                ),
                ("due_on", models.DateField(verbose_name="answer by")),
                ("extended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "extension_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="reason"),
                ),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "fulfilled"),
                            ("refused", "refused with reasons"),
                        ],
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "answer",
                    models.TextField(
                        blank=True, verbose_name="what was done and answered"
                    ),
                ),
            ],
            options={
                "verbose_name": "request of a person",
                "verbose_name_plural": "requests of persons",
                "ordering": ["due_on", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Phone",
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
                ("raw", models.CharField(max_length=80, verbose_name="phone")),
                ("e164", models.CharField(blank=True, editable=False, max_length=20)),
                (
                    "extension",
                    models.CharField(
                        blank=True, max_length=10, verbose_name="extension"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("work", "work"),
                            ("mobile", "mobile"),
                            ("fax", "fax"),
                            ("other", "other"),
                        ],
                        default="work",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=120, verbose_name="note"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "is_suppressed",
                    models.BooleanField(
                        db_default=False, default=False, editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "phone",
                "verbose_name_plural": "phones",
                "ordering": ["position", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PhoneEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("raw", models.CharField(max_length=80, verbose_name="phone")),
                ("e164", models.CharField(blank=True, editable=False, max_length=20)),
                (
                    "extension",
                    models.CharField(
                        blank=True, max_length=10, verbose_name="extension"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("work", "work"),
                            ("mobile", "mobile"),
                            ("fax", "fax"),
                            ("other", "other"),
                        ],
                        default="work",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=120, verbose_name="note"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Product",
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
                (
                    "code",
                    models.CharField(blank=True, max_length=60, verbose_name="article"),
                ),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProductCategory",
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
            ],
            options={
                "verbose_name": "product category",
                "verbose_name_plural": "product categories",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Question",
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
                ("text", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "question of a client",
                "verbose_name_plural": "questions of clients",
                "ordering": ["-asked_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Recount",
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
                ("kind", models.CharField(max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waiting for its turn"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("superseded", "begun anew"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("cards_total", models.PositiveIntegerField(default=0)),
                ("cards_done", models.PositiveIntegerField(default=0)),
                ("changed_count", models.PositiveIntegerField(default=0)),
                ("last_id", models.BigIntegerField(default=0)),
                ("begun", models.JSONField(default=list)),
                ("failure", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("heartbeat_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "recount",
                "verbose_name_plural": "recounts",
                "ordering": ["-created_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Region",
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
            ],
            options={
                "verbose_name": "region",
                "verbose_name_plural": "regions",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RelationshipMove",
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
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "fact",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("interest", "degree of interest noted"),
                            ("product", "product of interest noted"),
                            ("result", "interest shown in a talk"),
                            ("sale", "a sale"),
                            ("sales", "a further sale"),
                        ],
                        db_default="",
                        max_length=8,
                    ),
                ),
                ("facts_step", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "move of a relationship",
                "verbose_name_plural": "moves of relationships",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RelationshipPolicy",
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
                    "on_missing",
                    models.CharField(
                        choices=[
                            ("warn", "save and warn"),
                            ("refuse", "do not save, keep as a draft"),
                        ],
                        default="warn",
                        max_length=6,
                        verbose_name="when a required value is missing",
                    ),
                ),
                (
                    "contact_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="contact at least every, days",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy of a relationship type",
                "verbose_name_plural": "policies of relationship types",
                "ordering": ["relationship"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RelationshipType",
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
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Cold"),
                            (2, "Potential"),
                            (3, "Current"),
                            (4, "Regular"),
                        ],
                        verbose_name="step of the ladder",
                    ),
                ),
            ],
            options={
                "verbose_name": "relationship type",
                "verbose_name_plural": "relationship types",
                "ordering": ["step", "position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Selection",
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
                ("entity", models.CharField(default="client", max_length=20)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("parameters", models.TextField(blank=True)),
                (
                    "is_shared",
                    models.BooleanField(default=False, verbose_name="for everyone"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "frozen_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="frozen"
                    ),
                ),
                (
                    "sentence",
                    models.TextField(blank=True, db_default="", editable=False),
                ),
            ],
            options={
                "verbose_name": "selection",
                "verbose_name_plural": "selections",
                "ordering": ["position", "name", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SelectionMember",
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
                ("record", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "member of a selection",
                "verbose_name_plural": "members of selections",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SiteForm",
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
                ("key", models.CharField(editable=False, max_length=40, unique=True)),
                (
                    "origins",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        default=list,
                        verbose_name="sites",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("ru", "Русский"), ("en", "English")],
                        default="ru",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "heading",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="heading"
                    ),
                ),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=list,
                        verbose_name="what is asked",
                    ),
                ),
                (
                    "consent",
                    models.TextField(blank=True, verbose_name="wording of the consent"),
                ),
                (
                    "consent_url",
                    models.URLField(blank=True, verbose_name="page with the full text"),
                ),
                (
                    "thanks",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="answer after sending"
                    ),
                ),
                (
                    "per_hour",
                    models.PositiveIntegerField(
                        default=200, verbose_name="at most, an hour"
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
                    "last_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last sent"
                    ),
                ),
            ],
            options={
                "verbose_name": "form on a site",
                "verbose_name_plural": "forms on sites",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Suppression",
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
                        choices=[("email", "e-mail"), ("phone", "phone")], max_length=5
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("stopped", "the person told us to stop"),
                            ("withdrawn", "consent withdrawn"),
                            ("erased", "the person's data were erased"),
                        ],
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "address of the stop list",
                "verbose_name_plural": "stop list",
                "ordering": ["-made_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SuppressionKey",
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
                ("key", models.BinaryField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SuspectedPair",
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
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "probably one firm"), (2, "worth a look")],
                        verbose_name="level",
                    ),
                ),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list
                    ),
                ),
                ("weight", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be looked at"),
                            ("dismissed", "not duplicates"),
                            ("merged", "joined"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "suspected pair",
                "verbose_name_plural": "suspected pairs",
                "ordering": ["level", "-weight", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TakeOverRequest",
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
                ("reason", models.CharField(max_length=500, verbose_name="why")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for a decision"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.CharField(blank=True, max_length=500, verbose_name="answer"),
                ),
            ],
            options={
                "verbose_name": "request to take over",
                "verbose_name_plural": "requests to take over",
                "ordering": ["-asked_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TriggerEvent",
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
            ],
            options={
                "verbose_name": "trigger event",
                "verbose_name_plural": "trigger events",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Unit",
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
                (
                    "code",
                    models.CharField(
                        blank=True, max_length=4, verbose_name="code by the classifier"
                    ),
                ),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "ordering": ["position", "folded"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Activity",
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
                    "direction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("out", "outgoing"),
                            ("in", "incoming"),
                            ("", "no direction"),
                        ],
                        max_length=3,
                        verbose_name="direction",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                        ],
                        default="planned",
                        max_length=9,
                    ),
                ),
                (
                    "planned_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="planned for"
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="duration, minutes"
                    ),
                ),
                (
                    "done_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="done"),
                ),
                ("summary", models.TextField(blank=True, verbose_name="résumé")),
                ("feed_at", models.DateTimeField(editable=False)),
                ("created_at", models.DateTimeField()),
                ("entry_key", models.UUIDField(blank=True, editable=False, null=True)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        db_default=0, default=0, editable=False
                    ),
                ),
                ("revised_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
                "ordering": ["-feed_at", "-pk"],
                "permissions": [
                    ("plan_for_others", "Plan work for other people"),
                    (
                        "change_others_activity",
                        "Change what others recorded or planned",
                    ),
                ],
            },
        ),
    ]
    operations = at_once(operations)
