from django.contrib.postgres.indexes import HashIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0015_invoices_in_the_order_in_which_they_lie")]

    operations = [
        AddIndexConcurrently(
            model_name="deal", index=HashIndex(fields=["id"], name="deal_key")
        ),
    ]
