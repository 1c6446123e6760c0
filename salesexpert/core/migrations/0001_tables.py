from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("core", "0001_extensions"),
        ("core", "0002_initial"),
    ]

    # Nothing here needs them. But Django renders all models anew for many of their operations, which is quick while there are few.
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        TrigramExtension(),
        BtreeGinExtension(),
        migrations.CreateModel(
            name="CompanySetting",
            fields=[
                (
                    "name",
                    models.CharField(max_length=60, primary_key=True, serialize=False),
                ),
                ("value", models.JSONField()),
            ],
            options={
                "verbose_name": "company setting",
                "verbose_name_plural": "company settings",
            },
        ),
    ]
    operations = at_once(operations)
