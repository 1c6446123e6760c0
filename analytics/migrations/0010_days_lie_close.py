from django.db import migrations


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("analytics", "0009_norms_and_procedure_by_months")]

    operations = [
        # Days were written in no order, so a third of each block of their indexes is empty. They are written in their order now.
        migrations.RunSQL(
            "REINDEX INDEX CONCURRENTLY contact_day_summed", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            "REINDEX INDEX CONCURRENTLY person_day_summed", migrations.RunSQL.noop
        ),
    ]
