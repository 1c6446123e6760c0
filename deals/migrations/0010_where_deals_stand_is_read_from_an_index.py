from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [
        ("deals", "0009_late_deals_of_a_person"),
        ("pipeline", "0002_process_to_begin_with"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="stagepassage",
            index=models.Index(
                condition=models.Q(("left_at", None)),
                fields=["deal"],
                include=("id", "entered_at", "norm_days"),
                name="passage_standing",
            ),
        ),
    ]
