from django.db import migrations, models
from django.db.models.functions import Now

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [("mailing", "0007_topics")]
    operations = [
        migrations.AddField(
            model_name="mailing",
            name="changed_at",
            field=models.DateTimeField(db_default=Now(), editable=False),
        ),
        migrations.AddField(
            model_name="mailing",
            name="thrown_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
    operations = at_once(operations)
