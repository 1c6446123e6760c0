import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("accounts", "0001_initial"),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Department",
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
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.department",
                        verbose_name="part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Role",
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
                ("code", models.SlugField(max_length=40, unique=True)),
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
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["all", "team", "own"])),
                        name="role_scope_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
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
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "This user name is taken."},
                        max_length=60,
                        unique=True,
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
                    "theme",
                    models.CharField(
                        choices=[
                            ("system", "as the system"),
                            ("light", "light"),
                            ("dark", "dark"),
                        ],
                        default="system",
                        max_length=8,
                        verbose_name="theme",
                    ),
                ),
                (
                    "list_columns",
                    models.JSONField(blank=True, default=dict, editable=False),
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
                    "head",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subordinates",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="head",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="accounts.role",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "ordering": ["last_name", "first_name", "username"],
                "permissions": [
                    ("manage_users", "Add and change users and departments"),
                    ("manage_roles", "Change roles and their rights"),
                    ("manage_company", "Change the company's settings"),
                    ("view_journal", "Read the journal of the whole company"),
                    ("view_figures", "Read the figures of all departments"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint(
                fields=("parent", "name"),
                name="department_name_unique",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="user_email_unique_when_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("username"),
                name="user_username_unique_in_any_case",
            ),
        ),
    ]
    operations = at_once(operations)
