"""The file of a long bank statement is kept until a worker has taken in its documents."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0006_promises_of_a_day"),
    ]

    operations = [
        migrations.AddField(
            model_name="statementbooking",
            name="taken_in",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="StatementFile",
            fields=[
                (
                    "statement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="deals.bankstatement",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]
