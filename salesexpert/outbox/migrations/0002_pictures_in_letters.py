from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="content_id",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60
            ),
        ),
    ]
