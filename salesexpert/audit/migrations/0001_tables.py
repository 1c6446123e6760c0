import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.fields.json
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("audit", "0001_initial"),
    ]

    dependencies = [
        ("accounts", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TrackedRoleEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("code", models.SlugField(db_index=False, max_length=40)),
                (
                    "name",
                    models.CharField(max_length=80, verbose_name="name in Russian"),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="name in English"
                    ),
                ),
                (
                    "permissions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        verbose_name="rights",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("all", "all records"),
                            ("team", "own and the team's records"),
                            ("own", "own records only"),
                        ],
                        default="all",
                        max_length=8,
                        verbose_name="sees",
                    ),
                ),
                (
                    "requires_second_factor",
                    models.BooleanField(
                        default=False, verbose_name="second factor is required"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TrackedUser",
            fields=[],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.user",),
        ),
        migrations.CreateModel(
            name="TrackedRole",
            fields=[],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.role",),
        ),
        migrations.CreateModel(
            name="TrackedDepartment",
            fields=[],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("accounts.department",),
        ),
        migrations.CreateModel(
            name="JournalEntry",
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
                ("verb", models.CharField(max_length=60)),
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("detail", models.JSONField(default=dict)),
                (
                    "deed",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=32
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "journal entry",
                "verbose_name_plural": "journal entries",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TrackedDepartmentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.department",
                        verbose_name="part of",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TrackedUserEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "This user name is taken."},
                        max_length=60,
                        validators=[
                            django.contrib.auth.validators.UnicodeUsernameValidator()
                        ],
                        verbose_name="user name",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail"
                    ),
                ),
                (
                    "first_name",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="first name"
                    ),
                ),
                (
                    "patronymic",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="patronymic"
                    ),
                ),
                (
                    "last_name",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="last name"
                    ),
                ),
                (
                    "job_title",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="job title"
                    ),
                ),
                (
                    "phone",
                    models.CharField(blank=True, max_length=40, verbose_name="phone"),
                ),
                (
                    "extension",
                    models.CharField(
                        blank=True, max_length=10, verbose_name="extension"
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
                    "time_zone",
                    models.CharField(
                        default="Europe/Moscow", max_length=60, verbose_name="time zone"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="may sign in"),
                ),
                ("is_staff", models.BooleanField(default=False, editable=False)),
                (
                    "is_superuser",
                    models.BooleanField(default=False, verbose_name="all rights"),
                ),
                (
                    "invited_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "head",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="head",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.role",
                        verbose_name="role",
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
                        to="audit.trackeduser",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackeduser",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "audit_trackeduserevent" ("date_joined", "department_id", "email", "extension", "first_name", "head_id", "id", "invited_at", "is_active", "is_staff", "is_superuser", "job_title", "language", "last_name", "patronymic", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "role_id", "time_zone", "username") VALUES (NEW."date_joined", NEW."department_id", NEW."email", NEW."extension", NEW."first_name", NEW."head_id", NEW."id", NEW."invited_at", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."job_title", NEW."language", NEW."last_name", NEW."patronymic", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."phone", NEW."role_id", NEW."time_zone", NEW."username"); RETURN NULL;',
                    hash="37dd40bab283d63c9bc9d5ffc82e56277d361eec",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a8e87",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackeduser",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."department_id" IS DISTINCT FROM (NEW."department_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."extension" IS DISTINCT FROM (NEW."extension") OR OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."head_id" IS DISTINCT FROM (NEW."head_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invited_at" IS DISTINCT FROM (NEW."invited_at") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."job_title" IS DISTINCT FROM (NEW."job_title") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."patronymic" IS DISTINCT FROM (NEW."patronymic") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."role_id" IS DISTINCT FROM (NEW."role_id") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone") OR OLD."username" IS DISTINCT FROM (NEW."username"))',
                    func='INSERT INTO "audit_trackeduserevent" ("date_joined", "department_id", "email", "extension", "first_name", "head_id", "id", "invited_at", "is_active", "is_staff", "is_superuser", "job_title", "language", "last_name", "patronymic", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "role_id", "time_zone", "username") VALUES (NEW."date_joined", NEW."department_id", NEW."email", NEW."extension", NEW."first_name", NEW."head_id", NEW."id", NEW."invited_at", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."job_title", NEW."language", NEW."last_name", NEW."patronymic", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."phone", NEW."role_id", NEW."time_zone", NEW."username"); RETURN NULL;',
                    hash="fd4350fb8bea93461a59c25c6da2ab3767413f91",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3f48b",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackeduser",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "audit_trackeduserevent" ("date_joined", "department_id", "email", "extension", "first_name", "head_id", "id", "invited_at", "is_active", "is_staff", "is_superuser", "job_title", "language", "last_name", "patronymic", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "role_id", "time_zone", "username") VALUES (OLD."date_joined", OLD."department_id", OLD."email", OLD."extension", OLD."first_name", OLD."head_id", OLD."id", OLD."invited_at", OLD."is_active", OLD."is_staff", OLD."is_superuser", OLD."job_title", OLD."language", OLD."last_name", OLD."patronymic", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."phone", OLD."role_id", OLD."time_zone", OLD."username"); RETURN NULL;',
                    hash="09b6c21d1cce6f4fb7750ea2eb5dcbce117d7e84",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c48e1",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackeduser",
            trigger=pgtrigger.compiler.Trigger(
                name="password_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."password" IS DISTINCT FROM (NEW."password"))',
                    func='INSERT INTO "audit_trackeduserevent" ("date_joined", "department_id", "email", "extension", "first_name", "head_id", "id", "invited_at", "is_active", "is_staff", "is_superuser", "job_title", "language", "last_name", "patronymic", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "role_id", "time_zone", "username") VALUES (NEW."date_joined", NEW."department_id", NEW."email", NEW."extension", NEW."first_name", NEW."head_id", NEW."id", NEW."invited_at", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."job_title", NEW."language", NEW."last_name", NEW."patronymic", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'password\', NEW."id", NEW."phone", NEW."role_id", NEW."time_zone", NEW."username"); RETURN NULL;',
                    hash="2a50e83de64c76eb8b51117ac8173fa7065c72db",
                    operation="UPDATE",
                    pgid="pgtrigger_password_update_01caf",
                    table="accounts_user",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="trackedroleevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="audit.trackedrole",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackedrole",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "audit_trackedroleevent" ("code", "id", "name", "name_en", "permissions", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "requires_second_factor", "scope") VALUES (NEW."code", NEW."id", NEW."name", NEW."name_en", NEW."permissions", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."requires_second_factor", NEW."scope"); RETURN NULL;',
                    hash="19306e19f36c893209715e6ca6642d052320bed8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9414d",
                    table="accounts_role",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackedrole",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "audit_trackedroleevent" ("code", "id", "name", "name_en", "permissions", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "requires_second_factor", "scope") VALUES (NEW."code", NEW."id", NEW."name", NEW."name_en", NEW."permissions", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."requires_second_factor", NEW."scope"); RETURN NULL;',
                    hash="5b1519d2411659a2cbf0d718b03d3a64fff2ad63",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a733e",
                    table="accounts_role",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackedrole",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "audit_trackedroleevent" ("code", "id", "name", "name_en", "permissions", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "requires_second_factor", "scope") VALUES (OLD."code", OLD."id", OLD."name", OLD."name_en", OLD."permissions", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."requires_second_factor", OLD."scope"); RETURN NULL;',
                    hash="22158f2a2269254765016f19e10d07daea982faf",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_19eaa",
                    table="accounts_role",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="trackeddepartmentevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="audit.trackeddepartment",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackeddepartment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "audit_trackeddepartmentevent" ("id", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."id", NEW."name", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="3e984c48f1632fc8351103254d750907441dc766",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6af82",
                    table="accounts_department",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackeddepartment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "audit_trackeddepartmentevent" ("id", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."id", NEW."name", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="1ea7529b552dfcb2548ae5dd6cde13e44a1cc386",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ff763",
                    table="accounts_department",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackeddepartment",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "audit_trackeddepartmentevent" ("id", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (OLD."id", OLD."name", OLD."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position"); RETURN NULL;',
                    hash="c4bdd86811f05d552ba2bef1f3ebc715d9b1b33c",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_db123",
                    table="accounts_department",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                fields=["subject_type", "subject_id", "-at"], name="journal_by_subject"
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["-at", "-id"], name="journal_by_time"),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["by", "-at"], name="journal_by_actor"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="journalentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="27c9abddebd30a51957fbe08f4b2320d07ba6189",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9ad3b",
                    table="audit_journalentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="trackeduserevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="trackeduser_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="trackeduserevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="trackeduser_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="trackeduserevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="trackeduser_ev_user",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackeduserevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="cacb19e566334889f3075700ac1c449f431c2b58",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1eaec",
                    table="audit_trackeduserevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="trackedroleevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="trackedrole_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="trackedroleevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="trackedrole_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="trackedroleevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="trackedrole_ev_user",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackedroleevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="da491a2b66d8daf452c89438fe65e14a12773f42",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7af80",
                    table="audit_trackedroleevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="trackeddepartmentevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="trackeddepartment_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="trackeddepartmentevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="trackeddepartment_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="trackeddepartmentevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="trackeddepartment_ev_user",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="trackeddepartmentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1f21edd8651a876d24d60230f2a7769571976128",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5c8e1",
                    table="audit_trackeddepartmentevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
    operations = at_once(operations)
