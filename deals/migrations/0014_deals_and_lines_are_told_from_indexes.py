import django.db.models.deletion
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import without_its_tree


class Migration(migrations.Migration):
    # Millions of deals and lines: their indexes are built beside the work, outside a transaction.
    atomic = False

    dependencies = [
        ("clients", "0013_cards_are_told_from_an_index"),
        ("deals", "0013_stays_repeated_on_their_deals"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                fields=["client", "-opened_at"],
                include=("state", "closed_at", "bin"),
                name="deal_of_client",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_by_client"),
        without_its_tree(
            "deals_deal",
            "client",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deals",
                to="clients.client",
                verbose_name="client",
            ),
            "deals_deal_client_id_26543475",
        ),
        AddIndexConcurrently(
            model_name="dealline",
            index=models.Index(
                fields=["deal", "product"], include=("total",), name="line_of_deal"
            ),
        ),
        without_its_tree(
            "deals_dealline",
            "deal",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="deals.deal",
            ),
            "deals_dealline_deal_id_0d1f9696",
        ),
    ]
