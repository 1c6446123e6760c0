from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Millions of rows: their indexes are built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0016_deals_looked_up_by_hash")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("closed_at__isnull", False)),
                fields=["closed_at", "id"],
                include=("responsible", "process", "state", "opened_at", "currency", "amount", "in_norms"),
                name="deal_by_end",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_by_closed"),
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                fields=["-issued_on", "-id"],
                include=("responsible", "currency", "state", "due_on", "total", "paid", "corrects"),
                name="invoice_by_day",
            ),
        ),
        RemoveIndexConcurrently(model_name="invoice", name="invoice_by_date"),
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "partly"])),
                fields=["due_on", "id"],
                include=("client", "responsible", "currency", "total", "paid", "corrects"),
                name="invoice_owed_by_due",
            ),
        ),
        RemoveIndexConcurrently(model_name="invoice", name="invoice_owed_by_term"),
        AddIndexConcurrently(
            model_name="payment",
            index=models.Index(
                fields=["-paid_on", "-id"],
                include=("kind", "currency", "amount"),
                name="payment_by_day",
            ),
        ),
        RemoveIndexConcurrently(model_name="payment", name="payment_by_date"),
        AddIndexConcurrently(
            model_name="plannedreceipt",
            index=models.Index(
                fields=["due_on", "id"],
                include=("deal", "currency", "amount"),
                name="planned_receipt_by_due",
            ),
        ),
        RemoveIndexConcurrently(
            model_name="plannedreceipt", name="planned_receipt_by_day"
        ),
    ]  # fmt: skip
    operations = at_once(operations)
