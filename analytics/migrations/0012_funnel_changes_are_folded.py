import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0011_contacts_take_less_room"),
    ]

    operations = [
        migrations.CreateModel(
            name="FunnelChange",
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
                ("process_id", models.BigIntegerField()),
                (
                    "months",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField()
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField()
                    ),
                ),
                (
                    "stages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField()
                    ),
                ),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField()
                    ),
                ),
                ("n", models.SmallIntegerField()),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
    ]
