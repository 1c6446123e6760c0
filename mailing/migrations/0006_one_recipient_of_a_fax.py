from django.db import migrations, models

NAME = "recipient_of_a_fax_is_one"


class Migration(migrations.Migration):
    # An index is built beside the work only outside a transaction.
    atomic = False

    dependencies = [("mailing", "0005_mailings_by_fax")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {NAME}"
                    " ON mailing_recipient (fax_id) WHERE fax_id IS NOT NULL",
                    f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="recipient",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("fax__isnull", False)),
                        fields=("fax",),
                        name=NAME,
                    ),
                )
            ],
        ),
    ]
