from django.db import migrations

import deals.models.money
from analytics import money_sql
from salesexpert.core.migrating import at_once


def fill(_apps, editor):
    """Days that hold money already are told what was settled; a base that comes from before they were kept fills them whole."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM analytics_moneyday)")
        cursor.execute(money_sql.SETTLE if cursor.fetchone()[0] else money_sql.FILL)


def _settled(model):
    return migrations.AddField(
        model_name=model,
        name="settled",
        field=deals.models.money.MoneyField(
            db_default=0, decimal_places=2, default=0, max_digits=18
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("analytics", "0020_ended_deals_by_months")]

    operations = [
        # Whoever books waits until the days are filled, readers do not: nothing is counted twice or missed.
        migrations.RunSQL(
            "LOCK TABLE deals_deal, deals_invoice, deals_payment, deals_allocation IN SHARE ROW EXCLUSIVE MODE",
            migrations.RunSQL.noop,
        ),
        _settled("moneychange"),
        _settled("moneyday"),
        migrations.RunSQL(
            money_sql.LIES + money_sql.OF_INVOICE + money_sql.OF_PAYMENT,
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
    operations = at_once(operations)
