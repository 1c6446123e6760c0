from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models import F

from salesexpert.core.migrating import waits_less


class Migration(migrations.Migration):
    dependencies = [("clients", "0008_indexes_of_own_fields_of_deals")]

    operations = [
        waits_less(
            "client",
            GinIndex(
                OpClass(F("search_text"), name="gin_trgm_ops"),
                name="client_search",
                gin_pending_list_limit=256,
            ),
        ),
        waits_less(
            "client",
            GinIndex(
                OpClass(F("folded"), name="gin_trgm_ops"),
                name="client_name_search",
                gin_pending_list_limit=256,
            ),
        ),
    ]
