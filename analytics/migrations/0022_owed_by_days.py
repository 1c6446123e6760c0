from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("analytics", "0021_settled_by_days")]

    operations = [
        AddIndexConcurrently(
            model_name="moneyday",
            index=models.Index(
                fields=["user_id", "currency", "day"],
                include=["issued", "settled"],
                name="money_day_owed",
            ),
        ),
    ]
