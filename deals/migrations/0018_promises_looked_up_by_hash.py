from django.contrib.postgres.indexes import HashIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0017_reports_read_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="paymentpromise",
            index=HashIndex(fields=["id"], name="promise_key"),
        ),
    ]
