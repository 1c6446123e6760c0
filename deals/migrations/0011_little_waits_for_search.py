from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models import F

from salesexpert.core.migrating import waits_less


class Migration(migrations.Migration):
    dependencies = [("deals", "0010_where_deals_stand_is_read_from_an_index")]

    operations = [
        waits_less(
            "deal",
            GinIndex(
                OpClass(F("folded"), name="gin_trgm_ops"),
                name="deal_title_search",
                gin_pending_list_limit=256,
            ),
        ),
    ]
