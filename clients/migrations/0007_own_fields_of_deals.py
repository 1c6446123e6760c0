import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0006_looked_up_by_hash"),
        ("deals", "0008_open_deals_are_counted_in_an_index"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="ownvalue",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ownvalue",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ownvalue",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="ownblock",
            name="ownblock_owner_known",
        ),
        migrations.RemoveConstraint(
            model_name="ownfield",
            name="ownfield_owner_known",
        ),
        migrations.RemoveConstraint(
            model_name="ownvalue",
            name="ownvalue_of_client_or_contact",
        ),
        migrations.AddField(
            model_name="ownvalue",
            name="deal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="own_values",
                to="deals.deal",
            ),
        ),
        migrations.AddField(
            model_name="ownvalueevent",
            name="deal",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="deals.deal",
            ),
        ),
        migrations.AlterField(
            model_name="ownblock",
            name="owner",
            field=models.CharField(
                choices=[
                    ("client", "Clients"),
                    ("contact", "Contact persons"),
                    ("deal", "Deals"),
                ],
                max_length=8,
                verbose_name="whose",
            ),
        ),
        migrations.AlterField(
            model_name="ownfield",
            name="owner",
            field=models.CharField(
                choices=[
                    ("client", "Clients"),
                    ("contact", "Contact persons"),
                    ("deal", "Deals"),
                ],
                max_length=8,
                verbose_name="whose",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ownvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_ownvalueevent" ("choice_id", "client_id", "contact_id", "date", "deal_id", "field_id", "flag", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."choice_id", NEW."client_id", NEW."contact_id", NEW."date", NEW."deal_id", NEW."field_id", NEW."flag", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."text"); RETURN NULL;',
                    hash="4335a85c0bc8d6f48a16560059c5dcb887f272d8",
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
                    condition='WHEN (OLD."choice_id" IS DISTINCT FROM (NEW."choice_id") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."date" IS DISTINCT FROM (NEW."date") OR OLD."deal_id" IS DISTINCT FROM (NEW."deal_id") OR OLD."field_id" IS DISTINCT FROM (NEW."field_id") OR OLD."flag" IS DISTINCT FROM (NEW."flag") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."text" IS DISTINCT FROM (NEW."text"))',
                    func='INSERT INTO "clients_ownvalueevent" ("choice_id", "client_id", "contact_id", "date", "deal_id", "field_id", "flag", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (NEW."choice_id", NEW."client_id", NEW."contact_id", NEW."date", NEW."deal_id", NEW."field_id", NEW."flag", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."text"); RETURN NULL;',
                    hash="d26261a72cb9a0b1123ad223cfcd175d0fa4b1ad",
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
                    func='INSERT INTO "clients_ownvalueevent" ("choice_id", "client_id", "contact_id", "date", "deal_id", "field_id", "flag", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (OLD."choice_id", OLD."client_id", OLD."contact_id", OLD."date", OLD."deal_id", OLD."field_id", OLD."flag", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."text"); RETURN NULL;',
                    hash="c63a146304b9e9c96bc8a24fb8ca74e1ab2bb9cd",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_186b1",
                    table="clients_ownvalue",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="ownblock",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner__in", ["client", "contact", "deal"])),
                name="ownblock_owner_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownfield",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner__in", ["client", "contact", "deal"])),
                name="ownfield_owner_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("client__isnull", False), ("contact", None), ("deal", None)
                    ),
                    models.Q(
                        ("client", None), ("contact__isnull", False), ("deal", None)
                    ),
                    models.Q(
                        ("client", None), ("contact", None), ("deal__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="ownvalue_of_one_owner",
            ),
        ),
    ]
    operations = at_once(operations)
