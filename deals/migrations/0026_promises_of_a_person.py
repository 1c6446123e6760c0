from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0025_foreseen_and_by_exception")]

    operations = [
        AddIndexConcurrently(
            model_name="paymentpromise",
            index=models.Index(
                fields=["made_by", "promised_on"],
                include=("id", "state"),
                name="promise_of_person",
            ),
        ),
    ]
    operations = at_once(operations)
