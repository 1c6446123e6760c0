import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("clients", "0002_initial"),
        ("clients", "0004_client_base"),
        ("clients", "0015_campaigns_and_their_money"),
        ("clients", "0016_consents_withdrawn_by_a_link"),
    ]

    dependencies = [
        ("accounts", "0001_tables"),
        ("clients", "0001_tables"),
        ("deals", "0001_tables"),
        ("pipeline", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="deal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="deals.deal",
                verbose_name="deal",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="clients.activity",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="performer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to=settings.AUTH_USER_MODEL,
                verbose_name="performer",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="stage",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pipeline.stage",
            ),
        ),
        migrations.AddField(
            model_name="activitygoal",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.activitygoal",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="goal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.activitygoal",
                verbose_name="goal",
            ),
        ),
        migrations.AddField(
            model_name="activitykind",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.activitykind",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="activitygoal",
            name="kind",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="goals",
                to="clients.activitykind",
                verbose_name="activity kind",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="kind",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.activitykind",
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="activityresult",
            name="kind",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to="clients.activitykind",
                verbose_name="activity kind",
            ),
        ),
        migrations.AddField(
            model_name="activityresult",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.activityresult",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="result",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.activityresult",
                verbose_name="result",
            ),
        ),
        migrations.AddField(
            model_name="binentry",
            name="put_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="deleted by",
            ),
        ),
        migrations.AddField(
            model_name="activityresult",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="activitykind",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="activitygoal",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="bulkchange",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="bulkchange",
            name="undoes",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undo",
                to="clients.bulkchange",
            ),
        ),
        migrations.AddField(
            model_name="bulkchunk",
            name="change",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="chunks",
                to="clients.bulkchange",
            ),
        ),
        migrations.AddField(
            model_name="bulkitem",
            name="change",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="clients.bulkchange",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="led_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who leads it",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.campaign",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="campaigncost",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="costs",
                to="clients.campaign",
            ),
        ),
        migrations.AddField(
            model_name="campaigncost",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="campaignfile",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="campaignfile",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="clients.campaign",
            ),
        ),
        migrations.AddField(
            model_name="carddraft",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="cardlayout",
            name="role",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="card_layout",
                to="accounts.role",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.campaign",
                verbose_name="campaign",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="card opened by",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="curator",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="clients",
                to=settings.AUTH_USER_MODEL,
                verbose_name="curator",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="first_contact_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author of the first contact",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_cards",
                to="clients.client",
                verbose_name="joined into",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="branches",
                to="clients.client",
                verbose_name="parent firm",
            ),
        ),
        migrations.AddField(
            model_name="carddraft",
            name="client",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="binentry",
            name="client",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="client",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientaddress",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="addresses",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientaddressevent",
            name="client",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientaddressevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.clientaddress",
            ),
        ),
        migrations.AddField(
            model_name="clientdimension",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="dimensions",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientdimensionevent",
            name="client",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientdimensionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.clientdimension",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.campaign",
                verbose_name="campaign",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="card opened by",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="curator",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="curator",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="first_contact_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author of the first contact",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
                verbose_name="joined into",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
                verbose_name="parent firm",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientfile",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="clients.activity",
            ),
        ),
        migrations.AddField(
            model_name="clientfile",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="clientfile",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientfile",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="clientgroup",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="clientgroup",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.clientgroup",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="group",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.clientgroup",
                verbose_name="group",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="group",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.clientgroup",
                verbose_name="group",
            ),
        ),
        migrations.AddField(
            model_name="clientmerge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="clientmerge",
            name="loser",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientmerge",
            name="survivor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientmerge",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="clientproduct",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="product_links",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientproductevent",
            name="client",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientproductevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.clientproduct",
            ),
        ),
        migrations.AddField(
            model_name="clientsite",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sites",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientsiteevent",
            name="client",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="clientsiteevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.clientsite",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitments",
                to="clients.activity",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitments",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="client",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entered by",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="consenttext",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="text",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
                to="clients.consenttext",
                verbose_name="wording",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_contacts",
                to="clients.contact",
                verbose_name="joined into",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="clients.contact",
                verbose_name="contact person",
            ),
        ),
        migrations.AddField(
            model_name="contactevent",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contactevent",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.contact",
                verbose_name="joined into",
            ),
        ),
        migrations.AddField(
            model_name="contactevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="contactlink",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contact_links",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="contactlink",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="clients",
            field=models.ManyToManyField(
                related_name="contacts",
                through="clients.ContactLink",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="contactlinkevent",
            name="client",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="contactlinkevent",
            name="contact",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="contactlinkevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.contactlink",
            ),
        ),
        migrations.AddField(
            model_name="contactmerge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contactmerge",
            name="loser",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="contactmerge",
            name="survivor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="contactmerge",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dimension",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="dimension",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.dimension",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="clientdimensionevent",
            name="dimension",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.dimension",
            ),
        ),
        migrations.AddField(
            model_name="clientdimension",
            name="dimension",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.dimension",
            ),
        ),
        migrations.AddField(
            model_name="dimensionvalue",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="dimensionvalue",
            name="dimension",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="values",
                to="clients.dimension",
                verbose_name="dimension",
            ),
        ),
        migrations.AddField(
            model_name="dimensionvalue",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.dimensionvalue",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="clientdimensionevent",
            name="value",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.dimensionvalue",
            ),
        ),
        migrations.AddField(
            model_name="clientdimension",
            name="value",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.dimensionvalue",
            ),
        ),
        migrations.AddField(
            model_name="distributionrule",
            name="campaigns",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to="clients.campaign",
                verbose_name="campaigns",
            ),
        ),
        migrations.AddField(
            model_name="distributionrule",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
                verbose_name="department",
            ),
        ),
        migrations.AddField(
            model_name="distributionrule",
            name="head",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who is told of a late answer",
            ),
        ),
        migrations.AddField(
            model_name="distributionrule",
            name="people",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="people",
            ),
        ),
        migrations.AddField(
            model_name="distributionturn",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="turns",
                to="clients.distributionrule",
            ),
        ),
        migrations.AddField(
            model_name="distributionturn",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="email",
            name="client",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="emails",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="email",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="emails",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="emailevent",
            name="client",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="emailevent",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="emailevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.email",
            ),
        ),
        migrations.AddField(
            model_name="entrymerge",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="entrymerge",
            name="undo_asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="entrymergepart",
            name="merge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="clients.entrymerge",
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="client",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="erasures",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="erasures",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="formerperformer",
            name="activity",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.activity",
            ),
        ),
        migrations.AddField(
            model_name="formerperformer",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importjob",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importjob",
            name="reverted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importkey",
            name="job",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="keys",
                to="clients.importjob",
            ),
        ),
        migrations.AddField(
            model_name="importmapping",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importjob",
            name="remembered",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="clients.importmapping",
            ),
        ),
        migrations.AddField(
            model_name="importmatch",
            name="job",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="matches",
                to="clients.importjob",
            ),
        ),
        migrations.AddField(
            model_name="importrow",
            name="job",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="clients.importjob",
            ),
        ),
        migrations.AddField(
            model_name="importtrace",
            name="job",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="traces",
                to="clients.importjob",
            ),
        ),
        migrations.AddField(
            model_name="industry",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="industry",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.industry",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="distributionrule",
            name="industries",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to="clients.industry",
                verbose_name="industries",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="industry",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.industry",
                verbose_name="industry",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="industry",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.industry",
                verbose_name="industry",
            ),
        ),
        migrations.AddField(
            model_name="informationsource",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="informationsource",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.informationsource",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="product_source",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.informationsource",
                verbose_name="how they learned of the product",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="source",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.informationsource",
                verbose_name="how they learned of the firm",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="product_source",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.informationsource",
                verbose_name="how they learned of the product",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="source",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.informationsource",
                verbose_name="how they learned of the firm",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="channels",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to="clients.informationsource",
                verbose_name="channels of promotion",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.campaign",
                verbose_name="campaign",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="client",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inquiries",
                to="clients.client",
                verbose_name="client",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inquiries",
                to="clients.contact",
                verbose_name="contact person",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="deal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inquiries",
                to="deals.deal",
                verbose_name="deal",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="industry",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.industry",
                verbose_name="industry",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="product_source",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.informationsource",
                verbose_name="how they learned of the product",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="written down by",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="repeats",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="repeated_by",
                to="clients.inquiry",
                verbose_name="repeats",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="responsible",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="clients.distributionrule",
                verbose_name="rule of distribution",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="source",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.informationsource",
                verbose_name="how they learned of the firm",
            ),
        ),
        migrations.AddField(
            model_name="inquiryentry",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="clients.activity",
            ),
        ),
        migrations.AddField(
            model_name="inquiryentry",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="inquiryentry",
            name="inquiry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entries",
                to="clients.inquiry",
            ),
        ),
        migrations.AddField(
            model_name="legalform",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="legalform",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.legalform",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="legal_form",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.legalform",
                verbose_name="legal form",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="legal_form",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="clients.legalform",
                verbose_name="legal form",
            ),
        ),
        migrations.AddField(
            model_name="matchkey",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownblock",
            constraint=models.UniqueConstraint(
                fields=("owner", "folded"), name="ownblock_name_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownblock",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner__in", ["client", "contact"])),
                name="ownblock_owner_known",
            ),
        ),
        migrations.AddField(
            model_name="ownfield",
            name="block",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="fields",
                to="clients.ownblock",
                verbose_name="block",
            ),
        ),
        migrations.AddField(
            model_name="ownchoice",
            name="field",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="choices",
                to="clients.ownfield",
                verbose_name="own field",
            ),
        ),
        migrations.AddField(
            model_name="ownvalue",
            name="choice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="values",
                to="clients.ownchoice",
                verbose_name="value",
            ),
        ),
        migrations.AddField(
            model_name="ownvalue",
            name="client",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="own_values",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="ownvalue",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="own_values",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="ownvalue",
            name="field",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="values",
                to="clients.ownfield",
            ),
        ),
        migrations.AddField(
            model_name="ownvalueevent",
            name="choice",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.ownchoice",
                verbose_name="value",
            ),
        ),
        migrations.AddField(
            model_name="ownvalueevent",
            name="client",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="ownvalueevent",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="ownvalueevent",
            name="field",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.ownfield",
            ),
        ),
        migrations.AddField(
            model_name="ownvalueevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.ownvalue",
            ),
        ),
        migrations.AddField(
            model_name="personrequest",
            name="client",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="data_requests",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="personrequest",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="personrequest",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="data_requests",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="personrequest",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="personrequest",
            name="responsible",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="responsible",
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="request",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="erasures",
                to="clients.personrequest",
            ),
        ),
        migrations.AddField(
            model_name="phone",
            name="client",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="phones",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="phone",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="phones",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="phoneevent",
            name="client",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="phoneevent",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.contact",
            ),
        ),
        migrations.AddField(
            model_name="phoneevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                related_query_name="event",
                to="clients.phone",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.product",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="products",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to="clients.product",
                verbose_name="products of interest",
            ),
        ),
        migrations.AddField(
            model_name="distributionrule",
            name="products",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to="clients.product",
                verbose_name="products",
            ),
        ),
        migrations.AddField(
            model_name="clientproductevent",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.product",
            ),
        ),
        migrations.AddField(
            model_name="clientproduct",
            name="product",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.product",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="products",
            field=models.ManyToManyField(
                related_name="+", through="clients.ClientProduct", to="clients.product"
            ),
        ),
        migrations.AddField(
            model_name="productcategory",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="productcategory",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.productcategory",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="productcategory",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="clients.productcategory",
                verbose_name="belongs to",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="products",
                to="clients.productcategory",
                verbose_name="category",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questions",
                to="clients.activity",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questions",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recount",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="region",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="region",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.region",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="region",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.region",
                verbose_name="region",
            ),
        ),
        migrations.AddField(
            model_name="distributionrule",
            name="regions",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to="clients.region",
                verbose_name="regions",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="region",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.region",
                verbose_name="region",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="region",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.region",
                verbose_name="region",
            ),
        ),
        migrations.AddField(
            model_name="relationshipmove",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="relationshipmove",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="relationship_moves",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="relationshiptype",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="relationshiptype",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.relationshiptype",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="relationshippolicy",
            name="relationship",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="policy",
                to="clients.relationshiptype",
            ),
        ),
        migrations.AddField(
            model_name="relationshipmove",
            name="from_type",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.relationshiptype",
            ),
        ),
        migrations.AddField(
            model_name="relationshipmove",
            name="to_type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.relationshiptype",
            ),
        ),
        migrations.AddField(
            model_name="completenessrule",
            name="relationship",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="completeness_rules",
                to="clients.relationshiptype",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="relationship",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.relationshiptype",
                verbose_name="relationship",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="relationship",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.relationshiptype",
                verbose_name="relationship",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="relationship",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.relationshiptype",
            ),
        ),
        migrations.AddField(
            model_name="selection",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="selection",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="selections",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="selection",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="clients.selection",
                verbose_name="selection of clients",
            ),
        ),
        migrations.AddField(
            model_name="selectionmember",
            name="selection",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="clients.selection",
            ),
        ),
        migrations.AddField(
            model_name="siteform",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.campaign",
                verbose_name="campaign",
            ),
        ),
        migrations.AddField(
            model_name="siteform",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="siteform",
            name="product_source",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.informationsource",
                verbose_name="how they learned of the product",
            ),
        ),
        migrations.AddField(
            model_name="siteform",
            name="source",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.informationsource",
                verbose_name="how they learned of the firm",
            ),
        ),
        migrations.AddField(
            model_name="inquiry",
            name="form",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inquiries",
                to="clients.siteform",
                verbose_name="form on a site",
            ),
        ),
        migrations.AddField(
            model_name="distributionrule",
            name="forms",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                to="clients.siteform",
                verbose_name="forms on sites",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="lifted_consent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.consent",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="suppressionkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("pk", 1)), name="suppression_key_is_one"
            ),
        ),
        migrations.AddField(
            model_name="suspectedpair",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suspectedpair",
            name="first",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="suspectedpair",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="takeoverrequest",
            name="asker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="takeoverrequest",
            name="client",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="take_over_requests",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="takeoverrequest",
            name="curator",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="takeoverrequest",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="triggerevent",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="triggerevent",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.triggerevent",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="clientevent",
            name="trigger_event",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="clients.triggerevent",
                verbose_name="trigger event",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="trigger_event",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.triggerevent",
                verbose_name="trigger event",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="bin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.binentry",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.unit",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="activityresult",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("kind", "folded"),
                name="activityresult_name_unique_in_kind",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="activitykind",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="activitykind_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="activitygoal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("kind", "folded"),
                name="activitygoal_name_unique_in_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkchange",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "running"])),
                fields=["heartbeat_at"],
                name="bulk_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkchange",
            index=models.Index(
                condition=models.Q(("state", "preview")),
                fields=["created_at"],
                name="bulk_undecided",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkchange",
            index=models.Index(fields=["-created_at", "-id"], name="bulk_by_time"),
        ),
        migrations.AddIndex(
            model_name="bulkchange",
            index=models.Index(
                fields=["created_by", "-created_at"], name="bulk_by_author"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["preview", "queued", "running", "stopped", "done", "failed"],
                    )
                ),
                name="bulk_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deed__in", ["set", "add", "remove", "archive", "restore"])
                ),
                name="bulk_deed_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["preview", "queued"]),
                    ("started_at__isnull", False),
                    _connector="OR",
                ),
                name="bulk_begun_when_past_the_queue",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkchunk",
            constraint=models.UniqueConstraint(
                fields=("change", "number"), name="bulk_chunk_once"
            ),
        ),
        migrations.AddIndex(
            model_name="bulkitem",
            index=models.Index(
                condition=models.Q(("outcome", "changed"), _negated=True),
                fields=["change", "outcome", "object_id"],
                name="bulk_item_left",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(
                fields=("change", "object_id"), name="bulk_item_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        ["changed", "other", "closed", "gone", "value", "refused"],
                    )
                ),
                name="bulk_outcome_known",
            ),
        ),
        migrations.AddIndex(
            model_name="campaigncost",
            index=models.Index(
                fields=["side", "on", "campaign"], name="campaigncost_by_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigncost",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="campaigncost_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigncost",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["plan", "spent"])),
                name="campaigncost_side_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigncost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "advertising",
                            "event",
                            "materials",
                            "mailing",
                            "contractor",
                            "calls",
                            "other",
                        ],
                    )
                ),
                name="campaigncost_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="cardlayout",
            constraint=models.UniqueConstraint(
                fields=("role",), name="cardlayout_one_per_role", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="carddraft",
            index=models.Index(models.F("saved_at"), name="card_draft_by_age"),
        ),
        migrations.AddConstraint(
            model_name="carddraft",
            constraint=models.UniqueConstraint(
                fields=("user", "client"),
                name="card_draft_one_per_person_and_card",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="binentry",
            index=models.Index(fields=["-put_at", "-id"], name="bin_by_time"),
        ),
        migrations.AddIndex(
            model_name="binentry",
            index=models.Index(fields=["kind", "-put_at", "-id"], name="bin_by_kind"),
        ),
        migrations.AddIndex(
            model_name="binentry",
            index=models.Index(fields=["purge_on"], name="bin_by_purge"),
        ),
        migrations.AddConstraint(
            model_name="binentry",
            constraint=models.UniqueConstraint(
                fields=("model", "object_id"), name="bin_holds_a_thing_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="binentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "client",
                            "contact",
                            "activity",
                            "file",
                            "selection",
                            "entry",
                            "deal",
                        ],
                    )
                ),
                name="bin_kind_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientaddress",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientaddressevent" ("client_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "text") VALUES (NEW."client_id", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."text"); RETURN NULL;',
                    hash="7e04b50cc43c528d1382efd32146887989190272",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a4e2f",
                    table="clients_clientaddress",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientaddress",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_clientaddressevent" ("client_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "text") VALUES (NEW."client_id", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."text"); RETURN NULL;',
                    hash="6eb9dfbd1ad1dd893807fb3b17e20d66e101bda1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_afade",
                    table="clients_clientaddress",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientaddress",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientaddressevent" ("client_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "text") VALUES (OLD."client_id", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."text"); RETURN NULL;',
                    hash="0932c91d4e08c6b108d810ebbc1afb190dd6109f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_cdf18",
                    table="clients_clientaddress",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientaddress",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); RETURN NULL;",
                    hash="022e1dfd76590771103fbb7d052c00ad181d23b8",
                    operation="INSERT",
                    pgid="pgtrigger_noted_insert_caabf",
                    table="clients_clientaddress",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientaddress",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."text" IS DISTINCT FROM (NEW."text"))',
                    func="INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); RETURN NULL;",
                    hash="51f59ca897c0250116d4398378d5db8664ef61e1",
                    operation='UPDATE OF "client_id", "text"',
                    pgid="pgtrigger_noted_update_dbc79",
                    table="clients_clientaddress",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientaddress",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO clients_changedcard (client_id) VALUES (OLD.client_id); RETURN NULL;",
                    hash="ef351804f2b9d369f51ecef74dbfe96ab5827b7e",
                    operation="DELETE",
                    pgid="pgtrigger_noted_delete_3fc1e",
                    table="clients_clientaddress",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="clientaddressevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientaddress_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="clientaddressevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientaddress_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="clientaddressevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientaddress_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="clientaddressevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientaddress_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientaddressevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ed4de60b3b58e76ab1ea82bb08da5eb91a06fbd9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_adc6c",
                    table="clients_clientaddressevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="clientfile",
            index=models.Index(
                fields=["client", "-uploaded_at"], name="file_by_client"
            ),
        ),
        migrations.AddIndex(
            model_name="clientfile",
            index=models.Index(
                condition=models.Q(("bin__isnull", False)),
                fields=["bin"],
                name="file_in_bin",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientgroup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="clientgroup_name_unique",
            ),
        ),
        migrations.AddIndex(
            model_name="clientmerge",
            index=models.Index(
                models.OrderBy(models.F("at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="client_merge_by_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)),
                fields=("loser",),
                name="client_merged_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("survivor", models.F("loser")), _negated=True),
                name="client_merge_of_two",
            ),
        ),
        migrations.AddIndex(
            model_name="clientsite",
            index=models.Index(
                condition=models.Q(("host", ""), _negated=True),
                fields=["host"],
                name="client_site_by_host",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientsite",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientsiteevent" ("client_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "url") VALUES (NEW."client_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."url"); RETURN NULL;',
                    hash="87102d4c8317a5232cba9a8510b7770f5821d460",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0ad87",
                    table="clients_clientsite",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientsite",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."url" IS DISTINCT FROM (NEW."url"))',
                    func='INSERT INTO "clients_clientsiteevent" ("client_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "url") VALUES (NEW."client_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."url"); RETURN NULL;',
                    hash="cd64ed46042cfbc1481d19e9d4270a00d2aeef88",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ed263",
                    table="clients_clientsite",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientsite",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientsiteevent" ("client_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "url") VALUES (OLD."client_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."url"); RETURN NULL;',
                    hash="d7e3d05d9226922b0c5e87e3a931bb04767d511a",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e20aa",
                    table="clients_clientsite",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientsite",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); RETURN NULL;",
                    hash="9922428470a3f1d7a6907b280f7949fd89ae0f9e",
                    operation="INSERT",
                    pgid="pgtrigger_noted_insert_a6557",
                    table="clients_clientsite",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientsite",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."host" IS DISTINCT FROM (NEW."host"))',
                    func="INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); RETURN NULL;",
                    hash="fbdf1449ba45c90f0c6a365dc92d1bb087a52a35",
                    operation='UPDATE OF "client_id", "host"',
                    pgid="pgtrigger_noted_update_38914",
                    table="clients_clientsite",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientsite",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO clients_changedcard (client_id) VALUES (OLD.client_id); RETURN NULL;",
                    hash="2cf8e7e03cb71a60decb4ce4abaa209324b3671d",
                    operation="DELETE",
                    pgid="pgtrigger_noted_delete_4bd11",
                    table="clients_clientsite",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="clientsiteevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientsite_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="clientsiteevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientsite_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="clientsiteevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientsite_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="clientsiteevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientsite_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientsiteevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="674c9f30449c1df5a72f875578c9302fc08496e4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fc8a6",
                    table="clients_clientsiteevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(("settled_at", None)),
                fields=["client", "-made_at"],
                name="commitment_open_by_client",
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(("due_on__isnull", False), ("settled_at", None)),
                fields=["made_by", "due_on"],
                name="commitment_due_by_author",
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(("bin__isnull", False)),
                fields=["bin"],
                name="commitment_in_bin",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_at", None),
                    ("settled_at__gte", models.F("made_at")),
                    _connector="OR",
                ),
                name="commitment_settled_after_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.UniqueConstraint(
                fields=("kind", "title", "version"), name="consent_text_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["processing", "advertising"])),
                name="consent_text_kind_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consenttext",
            trigger=pgtrigger.compiler.Trigger(
                name="text_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="4923039b3ab6955a0b45d3ef9850224704f0719f",
                    operation="UPDATE",
                    pgid="pgtrigger_text_is_final_1ffc6",
                    table="clients_consenttext",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(
                    ("contact__isnull", False),
                    ("kind", "advertising"),
                    ("withdrawn_at", None),
                ),
                fields=["channel", "contact"],
                name="consent_live_of_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(
                    ("client__isnull", False),
                    ("kind", "advertising"),
                    ("withdrawn_at", None),
                ),
                fields=["channel", "client"],
                name="consent_live_of_client",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client__isnull", False), ("contact", None)),
                    models.Q(("client", None), ("contact__isnull", False)),
                    _connector="OR",
                ),
                name="consent_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", ""), ("kind", "processing")),
                    models.Q(
                        ("channel__in", ["email", "phone", "messenger", "fax", "post"]),
                        ("kind", "advertising"),
                    ),
                    _connector="OR",
                ),
                name="consent_to_advertising_has_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "means__in",
                        ["paper", "site", "email", "phone", "meeting", "link", "other"],
                    )
                ),
                name="consent_means_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None),
                    models.Q(
                        ("withdrawn_at__gte", models.F("given_at")),
                        ("withdrawn_by__isnull", False),
                    ),
                    models.Q(
                        ("withdrawn_at__gte", models.F("given_at")),
                        ("withdrawn_means", "link"),
                    ),
                    _connector="OR",
                ),
                name="consent_withdrawn_after_given",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="consent_is_final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."text_id" IS DISTINCT FROM (NEW."text_id") OR OLD."given_at" IS DISTINCT FROM (NEW."given_at") OR OLD."means" IS DISTINCT FROM (NEW."means") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."file" IS DISTINCT FROM (NEW."file") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."entered_at" IS DISTINCT FROM (NEW."entered_at") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ba16a11ad3affe8c2db4b1d14c8119caaa2573fd",
                    operation="UPDATE",
                    pgid="pgtrigger_consent_is_final_df85e",
                    table="clients_consent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="withdrawn_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."withdrawn_at" IS NOT NULL)',
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "withdrawn_at", "withdrawn_means", "withdrawn_by_id" rows from % table\', TG_TABLE_NAME;',
                    hash="62ca988810028584c3c0c7dbdd97c18393c5df10",
                    operation='UPDATE OF "withdrawn_at", "withdrawn_means", "withdrawn_by_id"',
                    pgid="pgtrigger_withdrawn_once_327d0",
                    table="clients_consent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="consent_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="a8b7ae5295c4de06ba180e19eafef5802944a81c",
                    operation="DELETE",
                    pgid="pgtrigger_consent_stays_31827",
                    table="clients_consent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="contactevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contact_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="contactevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contact_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="contactevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contact_ev_user",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="01d25464ec32cd8a8244e9669619bb36b2ce8777",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_64aaa",
                    table="clients_contactevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="contactlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_on", None)),
                fields=("contact", "client"),
                name="contact_link_live_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on", None),
                    ("from_on", None),
                    ("until_on__gte", models.F("from_on")),
                    _connector="OR",
                ),
                name="contact_link_until_after_from",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactlink",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_contactlinkevent" ("client_id", "contact_id", "decision_role", "from_on", "id", "is_main", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "until_on") VALUES (NEW."client_id", NEW."contact_id", NEW."decision_role", NEW."from_on", NEW."id", NEW."is_main", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."until_on"); RETURN NULL;',
                    hash="d3cc5b74e00fd56af287eab22a28fbc6eed45fc3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_406fe",
                    table="clients_contactlink",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactlink",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_contactlinkevent" ("client_id", "contact_id", "decision_role", "from_on", "id", "is_main", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "until_on") VALUES (NEW."client_id", NEW."contact_id", NEW."decision_role", NEW."from_on", NEW."id", NEW."is_main", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."until_on"); RETURN NULL;',
                    hash="80643044fd346176b55287a312e8ce5d503e9767",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cb0dc",
                    table="clients_contactlink",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactlink",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_contactlinkevent" ("client_id", "contact_id", "decision_role", "from_on", "id", "is_main", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "until_on") VALUES (OLD."client_id", OLD."contact_id", OLD."decision_role", OLD."from_on", OLD."id", OLD."is_main", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."until_on"); RETURN NULL;',
                    hash="d6944480e66681d32f9e5793bdd26a440b544392",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_280d5",
                    table="clients_contactlink",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactlink",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); RETURN NULL;",
                    hash="f7b0af1ab48d8e4dd3669c0a1289be047df6bc72",
                    operation="INSERT",
                    pgid="pgtrigger_noted_insert_0c164",
                    table="clients_contactlink",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactlink",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."until_on" IS DISTINCT FROM (NEW."until_on"))',
                    func="INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); RETURN NULL;",
                    hash="ad019db4edd7c408f1f8a3a9ee7a488c7d73cb47",
                    operation='UPDATE OF "client_id", "contact_id", "until_on"',
                    pgid="pgtrigger_noted_update_cf35b",
                    table="clients_contactlink",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactlink",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO clients_changedcard (client_id) VALUES (OLD.client_id); RETURN NULL;",
                    hash="b1f35c468b599fa80f1d1d75495b079cb7d4a610",
                    operation="DELETE",
                    pgid="pgtrigger_noted_delete_768d7",
                    table="clients_contactlink",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="contact_by_merged_into",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["created_by"],
                name="contact_live_by_author",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["folded", "id"],
                name="contact_live_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", False)),
                fields=["folded", "id"],
                name="contact_archived_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("search_text"), name="gin_trgm_ops"
                ),
                name="contact_search",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("bin__isnull", False)),
                fields=["bin"],
                name="contact_in_bin",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_contactevent" ("archived_at", "birthday", "created_at", "created_by_id", "do_not_call", "erased_at", "first_name", "id", "last_name", "merged_into_id", "note", "patronymic", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stopped_at") VALUES (NEW."archived_at", NEW."birthday", NEW."created_at", NEW."created_by_id", NEW."do_not_call", NEW."erased_at", NEW."first_name", NEW."id", NEW."last_name", NEW."merged_into_id", NEW."note", NEW."patronymic", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."stopped_at"); RETURN NULL;',
                    hash="86f29f748ea8e65314fab94d698ea6c6927ffdfe",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4640e",
                    table="clients_contact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."birthday" IS DISTINCT FROM (NEW."birthday") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."do_not_call" IS DISTINCT FROM (NEW."do_not_call") OR OLD."erased_at" IS DISTINCT FROM (NEW."erased_at") OR OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."patronymic" IS DISTINCT FROM (NEW."patronymic") OR OLD."stopped_at" IS DISTINCT FROM (NEW."stopped_at"))',
                    func='INSERT INTO "clients_contactevent" ("archived_at", "birthday", "created_at", "created_by_id", "do_not_call", "erased_at", "first_name", "id", "last_name", "merged_into_id", "note", "patronymic", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stopped_at") VALUES (NEW."archived_at", NEW."birthday", NEW."created_at", NEW."created_by_id", NEW."do_not_call", NEW."erased_at", NEW."first_name", NEW."id", NEW."last_name", NEW."merged_into_id", NEW."note", NEW."patronymic", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."stopped_at"); RETURN NULL;',
                    hash="39147e228382826bccde5c0335c4aa5a15b54d4f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9f71b",
                    table="clients_contact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_contactevent" ("archived_at", "birthday", "created_at", "created_by_id", "do_not_call", "erased_at", "first_name", "id", "last_name", "merged_into_id", "note", "patronymic", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "stopped_at") VALUES (OLD."archived_at", OLD."birthday", OLD."created_at", OLD."created_by_id", OLD."do_not_call", OLD."erased_at", OLD."first_name", OLD."id", OLD."last_name", OLD."merged_into_id", OLD."note", OLD."patronymic", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."stopped_at"); RETURN NULL;',
                    hash="02d141f66f33fec47bf8c749809f09b44774102f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_cfeb4",
                    table="clients_contact",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="contactlinkevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contactlink_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="contactlinkevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contactlink_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="contactlinkevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contactlink_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="contactlinkevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contactlink_ev_client",
            ),
        ),
        migrations.AddIndex(
            model_name="contactlinkevent",
            index=models.Index(
                models.F("contact"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="contactlink_ev_contact",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactlinkevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a2c3f64b320e64432fa8c9d8676234531beb32b9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_2998f",
                    table="clients_contactlinkevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="contactmerge",
            index=models.Index(
                models.OrderBy(models.F("at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="contact_merge_by_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)),
                fields=("loser",),
                name="contact_merged_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("survivor", models.F("loser")), _negated=True),
                name="contact_merge_of_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="dimension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="dimension_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="dimensionvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("dimension", "folded"),
                name="dimensionvalue_name_unique_in_dimension",
            ),
        ),
        migrations.AddConstraint(
            model_name="dimensionvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="dimensionvalue_name_given",
            ),
        ),
        migrations.AddIndex(
            model_name="clientdimensionevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientdimension_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="clientdimensionevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientdimension_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="clientdimensionevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientdimension_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="clientdimensionevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientdimension_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientdimensionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1cdbae81314e3159eae62633e76954412767979a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8c7de",
                    table="clients_clientdimensionevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="clientdimension",
            index=models.Index(
                fields=["value", "client"], name="client_dimension_by_value"
            ),
        ),
        migrations.AddConstraint(
            model_name="clientdimension",
            constraint=models.UniqueConstraint(
                fields=("client", "dimension"), name="client_dimension_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientdimension",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientdimensionevent" ("client_id", "dimension_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "value_id") VALUES (NEW."client_id", NEW."dimension_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."value_id"); RETURN NULL;',
                    hash="6d1d53923ae947dd1e6f54303259c37531361ed0",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_28112",
                    table="clients_clientdimension",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientdimension",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_clientdimensionevent" ("client_id", "dimension_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "value_id") VALUES (NEW."client_id", NEW."dimension_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."value_id"); RETURN NULL;',
                    hash="53ff7c1386caaf6f1e0d2a655723dd6ba209c734",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_81260",
                    table="clients_clientdimension",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientdimension",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientdimensionevent" ("client_id", "dimension_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "value_id") VALUES (OLD."client_id", OLD."dimension_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."value_id"); RETURN NULL;',
                    hash="d781f9d71b41d7526645f3ab6f2d4c748a1f36c3",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6d203",
                    table="clients_clientdimension",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="distributionturn",
            constraint=models.UniqueConstraint(
                fields=("rule", "user"), name="distribution_turn_once"
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(("client__isnull", False)),
                fields=["client"],
                name="email_by_client",
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact"],
                name="email_by_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                django.db.models.functions.text.Upper("address"),
                name="email_by_address",
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                django.db.models.functions.text.Lower(
                    models.Func(
                        models.F("address"),
                        models.Value("@"),
                        models.Value(2),
                        function="split_part",
                        output_field=models.TextField(),
                    )
                ),
                name="email_by_domain",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client__isnull", False), ("contact", None)),
                    models.Q(("client", None), ("contact__isnull", False)),
                    _connector="OR",
                ),
                name="email_of_client_or_contact",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="email",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_emailevent" ("address", "client_id", "contact_id", "id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."address", NEW."client_id", NEW."contact_id", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="8fb11b48311863fa2811b4fb40bdb91264d5a23c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_65df2",
                    table="clients_email",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="email",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."position" IS DISTINCT FROM (NEW."position"))',
                    func='INSERT INTO "clients_emailevent" ("address", "client_id", "contact_id", "id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."address", NEW."client_id", NEW."contact_id", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="21dc498cbfe74e707c1c9055fde2b43f2d4e6adc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_da1e6",
                    table="clients_email",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="email",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_emailevent" ("address", "client_id", "contact_id", "id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (OLD."address", OLD."client_id", OLD."contact_id", OLD."id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position"); RETURN NULL;',
                    hash="eb24fec273db49a9eb6c34c898de35bb6c6048e1",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4670f",
                    table="clients_email",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="email",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF NEW.client_id IS NOT NULL THEN INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); ELSE INSERT INTO clients_changedcard (client_id) SELECT l.client_id FROM clients_contactlink l WHERE l.contact_id = NEW.contact_id; END IF; RETURN NULL;",
                    hash="a1cfbe59610db336ef37bd01349c55a67f93c1dc",
                    operation="INSERT",
                    pgid="pgtrigger_noted_insert_f2548",
                    table="clients_email",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="email",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id"))',
                    func="IF NEW.client_id IS NOT NULL THEN INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); ELSE INSERT INTO clients_changedcard (client_id) SELECT l.client_id FROM clients_contactlink l WHERE l.contact_id = NEW.contact_id; END IF; RETURN NULL;",
                    hash="2d839441a32a2bb5412ee262006ff2ef92801019",
                    operation='UPDATE OF "client_id", "contact_id", "address"',
                    pgid="pgtrigger_noted_update_dda0e",
                    table="clients_email",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="email",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF OLD.client_id IS NOT NULL THEN INSERT INTO clients_changedcard (client_id) VALUES (OLD.client_id); ELSE INSERT INTO clients_changedcard (client_id) SELECT l.client_id FROM clients_contactlink l WHERE l.contact_id = OLD.contact_id; END IF; RETURN NULL;",
                    hash="6ed92300ce8660b7ce9343f1536e363a8086d198",
                    operation="DELETE",
                    pgid="pgtrigger_noted_delete_fbd79",
                    table="clients_email",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="emailevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="email_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="emailevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="email_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="emailevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="email_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="emailevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="email_ev_client",
            ),
        ),
        migrations.AddIndex(
            model_name="emailevent",
            index=models.Index(
                models.F("contact"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="email_ev_contact",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emailevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b9351d4fe722896399348f517b8f15a5b03cadfc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a7576",
                    table="clients_emailevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="entrymerge",
            index=models.Index(
                condition=models.Q(("finished_at", None)),
                fields=["heartbeat_at"],
                name="entry_merge_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="entrymerge",
            index=models.Index(
                condition=models.Q(("undone_at", None)),
                fields=["model", "source_id"],
                name="entry_merge_to_undo",
            ),
        ),
        migrations.AddConstraint(
            model_name="entrymerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished_at", None)),
                fields=("model", "source_id"),
                name="entry_merged_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="entrymerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("source_id", models.F("target_id")), _negated=True),
                name="entry_not_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="formerperformer",
            constraint=models.UniqueConstraint(
                fields=("activity", "user"), name="former_performer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importkey",
            constraint=models.UniqueConstraint(
                fields=("job", "key"), name="import_key_once"
            ),
        ),
        migrations.AddIndex(
            model_name="importmapping",
            index=models.Index(
                fields=["entity", "headings", "-used_at"], name="import_mapping_for"
            ),
        ),
        migrations.AddConstraint(
            model_name="importmapping",
            constraint=models.UniqueConstraint(
                models.F("owner"),
                models.F("entity"),
                models.F("name"),
                name="import_mapping_name_once",
            ),
        ),
        migrations.AddIndex(
            model_name="importjob",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "running"])),
                fields=["heartbeat_at"],
                name="import_unfinished",
            ),
        ),
        migrations.AddIndex(
            model_name="importjob",
            index=models.Index(
                fields=["created_by", "-created_at"], name="import_by_author"
            ),
        ),
        migrations.AddConstraint(
            model_name="importjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "uploaded",
                            "queued",
                            "running",
                            "deciding",
                            "done",
                            "failed",
                            "cancelled",
                            "reverted",
                        ],
                    )
                ),
                name="import_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importjob",
            constraint=models.CheckConstraint(
                condition=models.Q(("phase__in", ["check", "load", "revert"])),
                name="import_phase_known",
            ),
        ),
        migrations.AddIndex(
            model_name="importmatch",
            index=models.Index(
                fields=["job", "level", "row"], name="import_match_by_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="importmatch",
            constraint=models.UniqueConstraint(
                fields=("job", "row"), name="import_match_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importmatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("object_id__isnull", False),
                    ("other_row__isnull", False),
                    _connector="OR",
                ),
                name="import_match_with_something",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("fingerprint", ""), _negated=True),
                fields=["fingerprint"],
                name="import_row_by_fingerprint",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                fields=["job", "outcome", "row"], name="import_row_by_outcome"
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("reasons", []), _negated=True),
                fields=["job", "row"],
                name="import_row_with_reasons",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("undone", "kept")),
                fields=["job", "row"],
                name="import_row_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(
                fields=("job", "row"), name="import_row_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importtrace",
            constraint=models.UniqueConstraint(
                fields=("job", "row"), name="import_trace_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="industry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="industry_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationsource",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="informationsource_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalform",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="legalform_name_unique",
            ),
        ),
        migrations.AddIndex(
            model_name="matchkey",
            index=models.Index(fields=["digest", "client"], name="match_key_digest"),
        ),
        migrations.AddConstraint(
            model_name="ownfield",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("owner", "folded"),
                name="ownfield_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner__in", ["client", "contact"])),
                name="ownfield_owner_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("type__in", ["text", "number", "date", "choice", "yes_no"])
                ),
                name="ownfield_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_at", None), ("retired_at__isnull", False), _connector="OR"
                ),
                name="ownfield_removed_is_retired",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownchoice",
            constraint=models.UniqueConstraint(
                fields=("field", "folded"), name="ownchoice_name_unique_in_field"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="ownchoice_name_given",
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalue",
            index=models.Index(
                condition=models.Q(("number__isnull", False)),
                fields=["field", "number"],
                include=("client", "contact"),
                name="ownvalue_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalue",
            index=models.Index(
                condition=models.Q(("date__isnull", False)),
                fields=["field", "date"],
                include=("client", "contact"),
                name="ownvalue_by_date",
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalue",
            index=models.Index(
                condition=models.Q(("flag__isnull", False)),
                fields=["field", "flag"],
                include=("client", "contact"),
                name="ownvalue_by_flag",
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalue",
            index=models.Index(
                condition=models.Q(("choice__isnull", False)),
                fields=["field", "choice"],
                include=("client", "contact"),
                name="ownvalue_by_choice",
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalue",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("folded"), name="gin_trgm_ops"
                ),
                condition=models.Q(("folded__isnull", False)),
                name="ownvalue_by_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client__isnull", False)),
                fields=("client", "field"),
                name="ownvalue_once_per_client",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownvalue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("contact__isnull", False)),
                fields=("contact", "field"),
                name="ownvalue_once_per_contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client__isnull", False), ("contact", None)),
                    models.Q(("client", None), ("contact__isnull", False)),
                    _connector="OR",
                ),
                name="ownvalue_of_client_or_contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("choice", None),
                    ("date", None),
                    ("flag", None),
                    ("number", None),
                    ("text", None),
                    _negated=True,
                ),
                name="ownvalue_given",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ownvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_ownvalueevent" ("choice_id", "client_id", "contact_id", "date", "field_id", "flag", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."choice_id", NEW."client_id", NEW."contact_id", NEW."date", NEW."field_id", NEW."flag", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."text"); RETURN NULL;',
                    hash="a52ae0173419063301909c1b57263ca58aff3d9d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1e74e",
                    table="clients_ownvalue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ownvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."choice_id" IS DISTINCT FROM (NEW."choice_id") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."date" IS DISTINCT FROM (NEW."date") OR OLD."field_id" IS DISTINCT FROM (NEW."field_id") OR OLD."flag" IS DISTINCT FROM (NEW."flag") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."text" IS DISTINCT FROM (NEW."text"))',
                    func='INSERT INTO "clients_ownvalueevent" ("choice_id", "client_id", "contact_id", "date", "field_id", "flag", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."choice_id", NEW."client_id", NEW."contact_id", NEW."date", NEW."field_id", NEW."flag", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."text"); RETURN NULL;',
                    hash="0c5c9437ab26db4a5bacad81325d1a4edc35c7cb",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1f16a",
                    table="clients_ownvalue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ownvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_ownvalueevent" ("choice_id", "client_id", "contact_id", "date", "field_id", "flag", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (OLD."choice_id", OLD."client_id", OLD."contact_id", OLD."date", OLD."field_id", OLD."flag", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."text"); RETURN NULL;',
                    hash="56c7cfd687144a4cea2f1f4019d4183b1ad28266",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_186b1",
                    table="clients_ownvalue",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalueevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="ownvalue_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalueevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="ownvalue_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalueevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="ownvalue_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalueevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="ownvalue_ev_client",
            ),
        ),
        migrations.AddIndex(
            model_name="ownvalueevent",
            index=models.Index(
                models.F("contact"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="ownvalue_ev_contact",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ownvalueevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="66888b0a66da435ad359ca4682786bb3edcd61fc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c1d71",
                    table="clients_ownvalueevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="personrequest",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["due_on", "id"],
                name="person_request_open",
            ),
        ),
        migrations.AddIndex(
            model_name="personrequest",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["responsible", "due_on"],
                name="person_request_mine",
            ),
        ),
        migrations.AddIndex(
            model_name="personrequest",
            index=models.Index(
                fields=["-closed_at", "-id"], name="person_request_closed"
            ),
        ),
        migrations.AddConstraint(
            model_name="personrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client__isnull", False), ("contact", None)),
                    models.Q(("client", None), ("contact__isnull", False)),
                    _connector="OR",
                ),
                name="person_request_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="personrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "access",
                            "rectify",
                            "stop",
                            "no_ads",
                            "withdraw",
                            "erase",
                            "unlawful",
                        ],
                    )
                ),
                name="person_request_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="personrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("outcome", "")),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("outcome__in", ["done", "refused"]),
                    ),
                    _connector="OR",
                ),
                name="person_request_closed_with_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="personrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("extended_at", None),
                    models.Q(("extension_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="person_request_extended_with_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="erasure",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["rung_at"],
                name="erasure_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client__isnull", False), ("contact", None)),
                    models.Q(("client", None), ("contact__isnull", False)),
                    _connector="OR",
                ),
                name="erasure_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "done", "failed"])),
                name="erasure_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_at__isnull", False),
                        ("number__isnull", False),
                        ("state", "done"),
                        ("year__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state", "done"), _negated=True),
                        ("done_at", None),
                        ("number", None),
                    ),
                    _connector="OR",
                ),
                name="erasure_done_has_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                fields=("year", "number"), name="erasure_number_once_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("contact__isnull", False), ("state", "queued")),
                fields=("contact",),
                name="erasure_one_at_a_time_of_contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client__isnull", False), ("state", "queued")),
                fields=("client",),
                name="erasure_one_at_a_time_of_client",
            ),
        ),
        migrations.AddIndex(
            model_name="phone",
            index=models.Index(
                condition=models.Q(("client__isnull", False)),
                fields=["client"],
                name="phone_by_client",
            ),
        ),
        migrations.AddIndex(
            model_name="phone",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact"],
                name="phone_by_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="phone",
            index=models.Index(
                condition=models.Q(("e164", ""), _negated=True),
                fields=["e164"],
                name="phone_by_e164",
            ),
        ),
        migrations.AddIndex(
            model_name="phone",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("e164"), name="gin_trgm_ops"
                ),
                name="phone_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="phone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client__isnull", False), ("contact", None)),
                    models.Q(("client", None), ("contact__isnull", False)),
                    _connector="OR",
                ),
                name="phone_of_client_or_contact",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phone",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_phoneevent" ("client_id", "contact_id", "e164", "extension", "id", "kind", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "raw") VALUES (NEW."client_id", NEW."contact_id", NEW."e164", NEW."extension", NEW."id", NEW."kind", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."raw"); RETURN NULL;',
                    hash="87cd6dc77a5fb12a2d88cce315c02bf5faaf41ae",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a535c",
                    table="clients_phone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phone",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."e164" IS DISTINCT FROM (NEW."e164") OR OLD."extension" IS DISTINCT FROM (NEW."extension") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."raw" IS DISTINCT FROM (NEW."raw"))',
                    func='INSERT INTO "clients_phoneevent" ("client_id", "contact_id", "e164", "extension", "id", "kind", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "raw") VALUES (NEW."client_id", NEW."contact_id", NEW."e164", NEW."extension", NEW."id", NEW."kind", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."raw"); RETURN NULL;',
                    hash="c07b9dde2df72eabb6c077f6c2bb990a36159980",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_46de1",
                    table="clients_phone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phone",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_phoneevent" ("client_id", "contact_id", "e164", "extension", "id", "kind", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "raw") VALUES (OLD."client_id", OLD."contact_id", OLD."e164", OLD."extension", OLD."id", OLD."kind", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."raw"); RETURN NULL;',
                    hash="a956addafb326ac2de5a8dc34c4265465df8880c",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ff01e",
                    table="clients_phone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phone",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF NEW.client_id IS NOT NULL THEN INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); ELSE INSERT INTO clients_changedcard (client_id) SELECT l.client_id FROM clients_contactlink l WHERE l.contact_id = NEW.contact_id; END IF; RETURN NULL;",
                    hash="23967208f4f038e8fd1a7449f28c1050a33b9d54",
                    operation="INSERT",
                    pgid="pgtrigger_noted_insert_64e78",
                    table="clients_phone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phone",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."e164" IS DISTINCT FROM (NEW."e164"))',
                    func="IF NEW.client_id IS NOT NULL THEN INSERT INTO clients_changedcard (client_id) VALUES (NEW.client_id); ELSE INSERT INTO clients_changedcard (client_id) SELECT l.client_id FROM clients_contactlink l WHERE l.contact_id = NEW.contact_id; END IF; RETURN NULL;",
                    hash="f9dbfd4775a9074c5b076aa3e89fb2b59b548998",
                    operation='UPDATE OF "client_id", "contact_id", "e164"',
                    pgid="pgtrigger_noted_update_94f19",
                    table="clients_phone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phone",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF OLD.client_id IS NOT NULL THEN INSERT INTO clients_changedcard (client_id) VALUES (OLD.client_id); ELSE INSERT INTO clients_changedcard (client_id) SELECT l.client_id FROM clients_contactlink l WHERE l.contact_id = OLD.contact_id; END IF; RETURN NULL;",
                    hash="e60dbdcb9fab8da90f0df2f6d555852de3df16d3",
                    operation="DELETE",
                    pgid="pgtrigger_noted_delete_e2180",
                    table="clients_phone",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="phoneevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="phone_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="phoneevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="phone_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="phoneevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="phone_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="phoneevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="phone_ev_client",
            ),
        ),
        migrations.AddIndex(
            model_name="phoneevent",
            index=models.Index(
                models.F("contact"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="phone_ev_contact",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phoneevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="433c47414751492f09baf6fa11e7f90468282eb2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a9824",
                    table="clients_phoneevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="clientproductevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientproduct_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="clientproductevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientproduct_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="clientproductevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientproduct_ev_user",
            ),
        ),
        migrations.AddIndex(
            model_name="clientproductevent",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="clientproduct_ev_client",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientproductevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f2b750e17c80fb547c1ca8b5924e80314d11f712",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7aefe",
                    table="clients_clientproductevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="clientproduct",
            index=models.Index(
                fields=["product", "kind", "client"], name="client_product_by_product"
            ),
        ),
        migrations.AddConstraint(
            model_name="clientproduct",
            constraint=models.UniqueConstraint(
                fields=("client", "product", "kind"),
                name="client_product_once_per_kind",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientproduct",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientproductevent" ("client_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "since_on") VALUES (NEW."client_id", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."product_id", NEW."since_on"); RETURN NULL;',
                    hash="6a2c764e1ab853a3b8c75119c385b36e6d1d6cbc",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2be9d",
                    table="clients_clientproduct",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientproduct",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_clientproductevent" ("client_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "since_on") VALUES (NEW."client_id", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."product_id", NEW."since_on"); RETURN NULL;',
                    hash="9313c520fef46414a2449b38a5ecd49648083983",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1e988",
                    table="clients_clientproduct",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientproduct",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientproductevent" ("client_id", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "since_on") VALUES (OLD."client_id", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."product_id", OLD."since_on"); RETURN NULL;',
                    hash="e30999975233a78d95d34cb751d0df3d96b98019",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_eb8f3",
                    table="clients_clientproduct",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="productcategory",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="productcategory_name_unique",
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                fields=["client", "-asked_at"], name="question_by_client"
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("bin__isnull", False)),
                fields=["bin"],
                name="question_in_bin",
            ),
        ),
        migrations.AddIndex(
            model_name="recount",
            index=models.Index(fields=["kind", "-created_at"], name="recount_by_kind"),
        ),
        migrations.AddIndex(
            model_name="recount",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "running"])),
                fields=["heartbeat_at"],
                name="recount_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="recount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["queued", "running", "done", "failed", "superseded"])
                ),
                name="recount_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["queued", "running"])),
                fields=("kind",),
                name="recount_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="region",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="region_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationshiptype",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="relationshiptype_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationshippolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_missing__in", ["warn", "refuse"])),
                name="relationship_policy_on_missing_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationshippolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("contact_days", None), ("contact_days__gt", 0), _connector="OR"
                ),
                name="relationship_policy_contact_days_given",
            ),
        ),
        migrations.AddIndex(
            model_name="relationshipmove",
            index=models.Index(
                fields=["client", "-at"], name="relationship_move_by_client"
            ),
        ),
        migrations.AddIndex(
            model_name="relationshipmove",
            index=models.Index(
                fields=["at", "to_type"], name="relationship_move_by_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="completenessrule",
            constraint=models.UniqueConstraint(
                fields=("relationship", "code"), name="completeness_rule_once_per_type"
            ),
        ),
        migrations.AddConstraint(
            model_name="completenessrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1), ("weight__lte", 100)),
                name="completeness_rule_weight_1_to_100",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("goal__isnull", False)),
                fields=["goal"],
                name="activity_by_goal",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("result__isnull", False)),
                fields=["result"],
                name="activity_by_result",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("relationship__isnull", False)),
                fields=["relationship"],
                name="activity_by_relationship",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("stage__isnull", False)),
                fields=["stage"],
                name="activity_by_stage",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("follows__isnull", False)),
                fields=["follows"],
                name="activity_by_follows",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                fields=["client", "-feed_at", "-id"], name="activity_of_client"
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("status", "planned")),
                fields=["client", "planned_at", "id"],
                name="activity_next_steps",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("bin", None), ("status", "planned")),
                fields=["performer", "planned_at", "id"],
                include=("created_by",),
                name="activity_planned",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("bin", None), ("status", "done")),
                fields=["performer", "done_at", "id"],
                name="activity_done",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("bin", None), ("status", "cancelled")),
                fields=["performer", "planned_at"],
                name="activity_cancelled",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact", "-feed_at"],
                name="activity_by_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("deal__isnull", False)),
                fields=["deal", "-feed_at"],
                name="activity_by_deal",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("bin__isnull", False)),
                fields=["bin"],
                name="activity_in_bin",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.UniqueConstraint(
                condition=models.Q(("entry_key__isnull", False)),
                fields=("entry_key",),
                name="activity_entered_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "done", "cancelled"])),
                name="activity_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", False), ("status", "done")),
                    models.Q(
                        models.Q(("status", "done"), _negated=True), ("done_at", None)
                    ),
                    _connector="OR",
                ),
                name="activity_done_iff_done_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "done"), ("planned_at__isnull", False), _connector="OR"
                ),
                name="activity_planned_has_time",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activity",
            trigger=pgtrigger.compiler.Trigger(
                name="count_revisions",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."bin_id" IS DISTINCT FROM (NEW."bin_id") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."done_at" IS DISTINCT FROM (NEW."done_at") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."performer_id" IS DISTINCT FROM (NEW."performer_id") OR OLD."planned_at" IS DISTINCT FROM (NEW."planned_at") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."title" IS DISTINCT FROM (NEW."title"))',
                    func="NEW.revision := OLD.revision + 1; NEW.revised_at := clock_timestamp(); RETURN NEW;",
                    hash="f4ef3c76838cd2480f9666c92b089e307de5c3cd",
                    operation="UPDATE",
                    pgid="pgtrigger_count_revisions_a867b",
                    table="clients_activity",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activity",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_former_performer",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."performer_id" IS DISTINCT FROM (NEW."performer_id"))',
                    func="\n                    DELETE FROM clients_formerperformer WHERE activity_id = NEW.id AND user_id = NEW.performer_id;\n                    INSERT INTO clients_formerperformer (activity_id, user_id, until)\n                         VALUES (NEW.id, OLD.performer_id, clock_timestamp())\n                    ON CONFLICT (activity_id, user_id) DO UPDATE SET until = excluded.until;\n                    RETURN NULL;",
                    hash="9442c022d29477836c80a80e115e1e428722c277",
                    operation="UPDATE",
                    pgid="pgtrigger_keep_former_performer_89cf4",
                    table="clients_activity",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("owner", "entity", "name"),
                name="selection_name_unique_per_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                models.OrderBy(models.F("starts_on"), descending=True, nulls_last=True),
                models.OrderBy(models.F("id"), descending=True),
                name="campaign_by_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="campaign_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="selectionmember",
            constraint=models.UniqueConstraint(
                fields=("selection", "record"), name="selection_member_once"
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("client__isnull", False)),
                fields=["client"],
                name="inquiry_by_client",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact"],
                name="inquiry_by_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("deal__isnull", False)),
                fields=["deal"],
                name="inquiry_by_deal",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("repeats__isnull", False)),
                fields=["repeats"],
                name="inquiry_by_repeats",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("form__isnull", False)),
                fields=["form"],
                name="inquiry_by_form",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(fields=["-received_at", "-id"], name="inquiry_by_time"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                fields=["state", "-received_at", "-id"], name="inquiry_by_state"
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                fields=["responsible", "state", "-received_at"],
                name="inquiry_by_responsible",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["new", "work"]), ("answered_at", None)
                ),
                fields=["answer_due_at", "id"],
                name="inquiry_waits_for_answer",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("recorded_by__isnull", False)),
                fields=["recorded_by", "-received_at"],
                name="inquiry_by_author",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("campaign__isnull", False)),
                fields=["campaign", "-received_at"],
                name="inquiry_by_campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("source__isnull", False)),
                fields=["source", "-received_at"],
                name="inquiry_by_source",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("utm_source", ""), _negated=True),
                fields=["utm_source", "-received_at"],
                name="inquiry_by_utm_source",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("utm_medium", ""), _negated=True),
                fields=["utm_medium", "-received_at"],
                name="inquiry_by_utm_medium",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("utm_campaign", ""), _negated=True),
                fields=["utm_campaign", "-received_at"],
                name="inquiry_by_utm_campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("landing", ""), _negated=True),
                fields=["landing", "-received_at"],
                name="inquiry_by_landing",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("referrer", ""), _negated=True),
                fields=["referrer", "-received_at"],
                name="inquiry_by_referrer",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("outside_id", ""), _negated=True),
                fields=["outside_id"],
                name="inquiry_outside",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["numbers"], name="inquiry_numbers"
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["emails"], name="inquiry_emails"
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("folded"), name="gin_trgm_ops"
                ),
                name="inquiry_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("entry_key__isnull", False)),
                fields=("entry_key",),
                name="inquiry_sent_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "channel__in",
                        ["call", "site", "email", "message", "event", "list", "other"],
                    )
                ),
                name="inquiry_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["new", "work", "converted", "refused"])
                ),
                name="inquiry_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["new", "work"]), ("closed_at", None)),
                    models.Q(
                        models.Q(("state__in", ["new", "work"]), _negated=True),
                        ("closed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="inquiry_closed_iff_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "not_ours__in",
                            [
                                "not_client",
                                "spam",
                                "duplicate",
                                "no_need",
                                "unreachable",
                            ],
                        ),
                        ("state", "refused"),
                    ),
                    models.Q(
                        models.Q(("state", "refused"), _negated=True), ("not_ours", "")
                    ),
                    _connector="OR",
                ),
                name="inquiry_refused_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "converted"), _negated=True),
                    ("client__isnull", False),
                    _connector="OR",
                ),
                name="inquiry_converted_has_client",
            ),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(fields=["-made_at", "-id"], name="suppression_by_time"),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)),
                fields=("kind", "digest"),
                name="suppression_live_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at", None), ("lifted_consent", None)),
                    models.Q(
                        ("lifted_at__isnull", False), ("lifted_consent__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="suppression_lifted_by_consent",
            ),
        ),
        migrations.AddIndex(
            model_name="suspectedpair",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["level", "-weight", "-id"],
                name="pair_open",
            ),
        ),
        migrations.AddIndex(
            model_name="suspectedpair",
            index=models.Index(
                condition=models.Q(("state", "dismissed")),
                fields=["-decided_at", "-id"],
                name="pair_dismissed",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspectedpair",
            constraint=models.UniqueConstraint(
                fields=("first", "second"), name="pair_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="suspectedpair",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))),
                name="pair_older_card_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspectedpair",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "dismissed", "merged"])),
                name="pair_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspectedpair",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", [1, 2])), name="pair_level_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="suspectedpair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="pair_decided_iff_not_open",
            ),
        ),
        migrations.AddIndex(
            model_name="takeoverrequest",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["-asked_at", "-id"],
                name="take_over_open",
            ),
        ),
        migrations.AddIndex(
            model_name="takeoverrequest",
            index=models.Index(
                fields=["client", "-asked_at"], name="take_over_by_client"
            ),
        ),
        migrations.AddIndex(
            model_name="takeoverrequest",
            index=models.Index(
                fields=["asker", "-asked_at"], name="take_over_by_asker"
            ),
        ),
        migrations.AddIndex(
            model_name="takeoverrequest",
            index=models.Index(
                fields=["curator", "-asked_at"], name="take_over_by_curator"
            ),
        ),
        migrations.AddConstraint(
            model_name="takeoverrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("client", "asker"),
                name="take_over_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="takeoverrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["open", "accepted", "refused", "withdrawn"])
                ),
                name="take_over_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="takeoverrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="take_over_decided_iff_not_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="takeoverrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="take_over_refused_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="triggerevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="triggerevent_name_unique",
            ),
        ),
        migrations.AddIndex(
            model_name="clientevent",
            index=models.Index(
                models.F("pgh_obj"),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="client_ev_obj",
            ),
        ),
        migrations.AddIndex(
            model_name="clientevent",
            index=models.Index(
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="client_ev_time",
            ),
        ),
        migrations.AddIndex(
            model_name="clientevent",
            index=models.Index(
                django.db.models.fields.json.KeyTransform("user", "pgh_context"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="client_ev_user",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="80c22ec4a1df4225284700a4524ea7870d75db51",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_2989c",
                    table="clients_clientevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["group", "industry"],
                name="client_live_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["curator"],
                name="client_live_of_curator",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["folded", "id"],
                include=("curator", "region", "industry", "group", "relationship"),
                name="client_live_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", False)),
                fields=["folded", "id"],
                name="client_archived_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["curator", "folded", "id"],
                include=("region", "industry", "group", "relationship"),
                name="client_live_by_curator",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["last_contact_at", "id"],
                include=("curator", "region", "industry", "group", "relationship"),
                name="client_live_by_last_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["next_step_at", "id"],
                include=("curator", "region", "industry", "group", "relationship"),
                name="client_live_by_next_step",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["curator", "last_contact_at", "id"],
                include=("region", "industry", "group", "relationship"),
                name="client_live_curator_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["-created_at", "-id"], name="client_by_created"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                fields=["-first_contact_at", "-id"], name="client_by_first_contact"
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["category", "folded", "id"],
                name="client_live_by_category",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("bin", None)),
                fields=["region", "folded", "id"],
                include=("curator", "industry", "group", "relationship", "archived_at"),
                name="client_by_region",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("bin", None)),
                fields=["industry", "folded", "id"],
                include=("curator", "region", "group", "relationship", "archived_at"),
                name="client_by_industry",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("bin", None)),
                fields=["group", "folded", "id"],
                include=(
                    "curator",
                    "region",
                    "industry",
                    "relationship",
                    "archived_at",
                ),
                name="client_by_group",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("bin", None)),
                fields=["relationship", "folded", "id"],
                include=("curator", "region", "industry", "group", "archived_at"),
                name="client_by_relationship",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)),
                fields=["parent"],
                name="client_by_parent",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("product_source__isnull", False)),
                fields=["product_source"],
                name="client_by_product_source",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("trigger_event__isnull", False)),
                fields=["trigger_event"],
                name="client_by_trigger_event",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("campaign__isnull", False)),
                fields=["campaign"],
                name="client_by_campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="client_by_merged_into",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                django.db.models.functions.text.Upper("city"),
                models.F("folded"),
                models.F("id"),
                name="client_by_city",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(
                    ("archived_at", None), ("bin", None), ("next_step_at", None)
                ),
                fields=["curator", "folded", "id"],
                include=("category",),
                name="client_live_without_step",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("inn", ""), _negated=True),
                fields=["inn", "kpp"],
                name="client_by_inn",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("core_name", ""), _negated=True),
                fields=["core_name"],
                name="client_by_core_name",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("bin__isnull", False)),
                fields=["bin"],
                name="client_in_bin",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["completeness", "id"],
                name="client_live_completeness",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["curator", "completeness", "id"],
                name="client_live_curator_filled",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("completeness_due_at__isnull", False)),
                fields=["completeness_due_at"],
                name="client_completeness_due",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["contact_due_at", "id"],
                name="client_live_contact_due",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("bin", None)),
                fields=["curator", "contact_due_at", "id"],
                name="client_live_curator_due",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["missing"], name="client_missing"
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("search_text"), name="gin_trgm_ops"
                ),
                name="client_search",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("folded"), name="gin_trgm_ops"
                ),
                name="client_name_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("outside_id", ""), _negated=True), ("bin", None)
                ),
                fields=("outside_id",),
                name="client_outside_id_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("category__in", ["client", "supplier", "partner", "competitor"])
                ),
                name="client_category_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="client_name_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent", None),
                    models.Q(("parent", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="client_not_its_own_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    ("archived_at__isnull", False),
                    _connector="OR",
                ),
                name="client_joined_is_archived",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="client_not_joined_into_itself",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientevent" ("archived_at", "campaign_id", "category", "city", "created_at", "created_by_id", "curator_id", "do_not_call", "erased_at", "first_contact_at", "first_contact_by_id", "full_name", "group_id", "id", "industry_id", "initiative", "inn", "interest", "is_person", "kpp", "legal_form_id", "merged_into_id", "name", "note", "ogrn", "outside_id", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_source_id", "region_id", "relationship_id", "source_id", "stopped_at", "trigger_event_id", "true_need") VALUES (NEW."archived_at", NEW."campaign_id", NEW."category", NEW."city", NEW."created_at", NEW."created_by_id", NEW."curator_id", NEW."do_not_call", NEW."erased_at", NEW."first_contact_at", NEW."first_contact_by_id", NEW."full_name", NEW."group_id", NEW."id", NEW."industry_id", NEW."initiative", NEW."inn", NEW."interest", NEW."is_person", NEW."kpp", NEW."legal_form_id", NEW."merged_into_id", NEW."name", NEW."note", NEW."ogrn", NEW."outside_id", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."product_source_id", NEW."region_id", NEW."relationship_id", NEW."source_id", NEW."stopped_at", NEW."trigger_event_id", NEW."true_need"); RETURN NULL;',
                    hash="98ffb22e1d1eaa857996c74f20714ab427e15e22",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a5391",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."campaign_id" IS DISTINCT FROM (NEW."campaign_id") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."curator_id" IS DISTINCT FROM (NEW."curator_id") OR OLD."do_not_call" IS DISTINCT FROM (NEW."do_not_call") OR OLD."erased_at" IS DISTINCT FROM (NEW."erased_at") OR OLD."first_contact_at" IS DISTINCT FROM (NEW."first_contact_at") OR OLD."first_contact_by_id" IS DISTINCT FROM (NEW."first_contact_by_id") OR OLD."full_name" IS DISTINCT FROM (NEW."full_name") OR OLD."group_id" IS DISTINCT FROM (NEW."group_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."industry_id" IS DISTINCT FROM (NEW."industry_id") OR OLD."initiative" IS DISTINCT FROM (NEW."initiative") OR OLD."inn" IS DISTINCT FROM (NEW."inn") OR OLD."interest" IS DISTINCT FROM (NEW."interest") OR OLD."is_person" IS DISTINCT FROM (NEW."is_person") OR OLD."kpp" IS DISTINCT FROM (NEW."kpp") OR OLD."legal_form_id" IS DISTINCT FROM (NEW."legal_form_id") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."ogrn" IS DISTINCT FROM (NEW."ogrn") OR OLD."outside_id" IS DISTINCT FROM (NEW."outside_id") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."product_source_id" IS DISTINCT FROM (NEW."product_source_id") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."relationship_id" IS DISTINCT FROM (NEW."relationship_id") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."stopped_at" IS DISTINCT FROM (NEW."stopped_at") OR OLD."trigger_event_id" IS DISTINCT FROM (NEW."trigger_event_id") OR OLD."true_need" IS DISTINCT FROM (NEW."true_need"))',
                    func='INSERT INTO "clients_clientevent" ("archived_at", "campaign_id", "category", "city", "created_at", "created_by_id", "curator_id", "do_not_call", "erased_at", "first_contact_at", "first_contact_by_id", "full_name", "group_id", "id", "industry_id", "initiative", "inn", "interest", "is_person", "kpp", "legal_form_id", "merged_into_id", "name", "note", "ogrn", "outside_id", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_source_id", "region_id", "relationship_id", "source_id", "stopped_at", "trigger_event_id", "true_need") VALUES (NEW."archived_at", NEW."campaign_id", NEW."category", NEW."city", NEW."created_at", NEW."created_by_id", NEW."curator_id", NEW."do_not_call", NEW."erased_at", NEW."first_contact_at", NEW."first_contact_by_id", NEW."full_name", NEW."group_id", NEW."id", NEW."industry_id", NEW."initiative", NEW."inn", NEW."interest", NEW."is_person", NEW."kpp", NEW."legal_form_id", NEW."merged_into_id", NEW."name", NEW."note", NEW."ogrn", NEW."outside_id", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."product_source_id", NEW."region_id", NEW."relationship_id", NEW."source_id", NEW."stopped_at", NEW."trigger_event_id", NEW."true_need"); RETURN NULL;',
                    hash="676e690bd4c8cc29738ae238a266b3f93d938ba6",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_757e7",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientevent" ("archived_at", "campaign_id", "category", "city", "created_at", "created_by_id", "curator_id", "do_not_call", "erased_at", "first_contact_at", "first_contact_by_id", "full_name", "group_id", "id", "industry_id", "initiative", "inn", "interest", "is_person", "kpp", "legal_form_id", "merged_into_id", "name", "note", "ogrn", "outside_id", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_source_id", "region_id", "relationship_id", "source_id", "stopped_at", "trigger_event_id", "true_need") VALUES (OLD."archived_at", OLD."campaign_id", OLD."category", OLD."city", OLD."created_at", OLD."created_by_id", OLD."curator_id", OLD."do_not_call", OLD."erased_at", OLD."first_contact_at", OLD."first_contact_by_id", OLD."full_name", OLD."group_id", OLD."id", OLD."industry_id", OLD."initiative", OLD."inn", OLD."interest", OLD."is_person", OLD."kpp", OLD."legal_form_id", OLD."merged_into_id", OLD."name", OLD."note", OLD."ogrn", OLD."outside_id", OLD."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."product_source_id", OLD."region_id", OLD."relationship_id", OLD."source_id", OLD."stopped_at", OLD."trigger_event_id", OLD."true_need"); RETURN NULL;',
                    hash="24cfd9e1ff1ac494d2fb3b2feec02b4c967668ce",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f8895",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO clients_changedcard (client_id) VALUES (NEW.id); RETURN NULL;",
                    hash="9f8cf75ab9ad3627fd9af0fd59ad388e89112986",
                    operation="INSERT",
                    pgid="pgtrigger_noted_insert_46e28",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="noted_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."bin_id" IS DISTINCT FROM (NEW."bin_id") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."core_name" IS DISTINCT FROM (NEW."core_name") OR OLD."inn" IS DISTINCT FROM (NEW."inn") OR OLD."kpp" IS DISTINCT FROM (NEW."kpp") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id"))',
                    func="INSERT INTO clients_changedcard (client_id) VALUES (NEW.id); RETURN NULL;",
                    hash="201af930e43782c1fdb9a1d3b505a7310e4a69c2",
                    operation='UPDATE OF "name", "core_name", "inn", "kpp", "city", "parent_id", "archived_at", "bin_id"',
                    pgid="pgtrigger_noted_update_5abf2",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="unit_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bin", None)),
                fields=("folded",),
                name="product_name_unique",
            ),
        ),
    ]
    operations = at_once(operations)
