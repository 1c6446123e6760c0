import django.db.models.deletion
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_consents_by_the_link"),
        ("mailing", "0004_first_templates"),
        ("outbox", "0001_tables"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="recipient",
            name="recipient_left_out_with_a_reason",
        ),
        migrations.RemoveConstraint(
            model_name="recipient",
            name="recipient_queued_with_a_letter",
        ),
        migrations.AddField(
            model_name="fax",
            name="shared",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shared_by_faxes",
                to="outbox.parcel",
            ),
        ),
        migrations.AddField(
            model_name="mailing",
            name="line",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mailing.faxline",
                verbose_name="fax line",
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="fax",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mailing_recipients",
                to="mailing.fax",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("letter", None), ("fax", None), _connector="OR"),
                name="recipient_gets_a_letter_or_a_fax",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fax", None),
                        ("letter", None),
                        ("state", "left_out"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "left_out"), _negated=True), ("reason", "")
                    ),
                    _connector="OR",
                ),
                name="recipient_left_out_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "queued"), _negated=True),
                    ("letter__isnull", False),
                    ("fax__isnull", False),
                    _connector="OR",
                ),
                name="recipient_queued_with_a_letter_or_a_fax",
            ),
        ),
    ]
    operations = at_once(operations)
