import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import without_its_tree


class Migration(migrations.Migration):
    # Millions of rows: built beside the work, outside a transaction.
    atomic = False

    dependencies = [
        ("deals", "0019_promises_looked_up_by_hash"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                fields=["responsible", "closed_at", "id"],
                include=(
                    "process",
                    "state",
                    "opened_at",
                    "currency",
                    "amount",
                    "in_norms",
                ),
                condition=models.Q(bin=None, closed_at__isnull=False),
                name="deal_ended_of_person",
            ),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                fields=["responsible", "id"],
                include=("bin", "state", "in_norms", "process"),
                name="deal_of_person",
            ),
        ),
        without_its_tree(
            "deals_deal",
            "responsible",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deals",
                to=settings.AUTH_USER_MODEL,
                verbose_name="responsible",
            ),
            "deals_deal_responsible_id_6e9683de",
        ),
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                fields=["responsible", "issued_on", "id"],
                include=("currency", "state", "due_on", "total", "paid", "corrects"),
                name="invoice_issued_of_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="invoice", name="invoice_by_responsible"),
        without_its_tree(
            "deals_invoice",
            "responsible",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="seller",
            ),
            "deals_invoice_responsible_id_dea45419",
        ),
        AddIndexConcurrently(
            model_name="plannedreceipt",
            index=models.Index(
                fields=["deal"],
                include=("due_on", "currency", "amount", "invoice"),
                name="planned_receipt_of_deal",
            ),
        ),
        without_its_tree(
            "deals_plannedreceipt",
            "deal",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="planned_receipts",
                to="deals.deal",
            ),
            "deals_plannedreceipt_deal_id_c7262476",
        ),
        AddIndexConcurrently(
            model_name="allocation",
            index=models.Index(
                fields=["invoice"], include=("payment",), name="allocation_of_invoice"
            ),
        ),
        without_its_tree(
            "deals_allocation",
            "invoice",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allocations",
                to="deals.invoice",
            ),
            "deals_allocation_invoice_id_d75c582a",
        ),
    ]
