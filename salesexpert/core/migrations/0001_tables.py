from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("core", "0001_extensions"),
        ("core", "0002_initial"),
    ]

    dependencies = []

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
