from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Trusted extensions: the schema's owner may add them without being a superuser."""

    initial = True
    dependencies = []
    operations = [TrigramExtension(), BtreeGinExtension()]
