from django.contrib.postgres.indexes import HashIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0018_stays_of_a_stage")]

    operations = [
        AddIndexConcurrently(
            model_name="paymentpromise",
            index=HashIndex(fields=["id"], name="promise_key"),
        ),
    ]
