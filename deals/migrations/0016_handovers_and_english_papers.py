"""Two lines of migrations become one again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0014_handovers"),
        ("deals", "0015_english_papers"),
    ]
    operations = []
