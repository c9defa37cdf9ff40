import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("labeling", "0011_stale_assignments"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="shows_domain",
            field=models.BooleanField(db_default=True, default=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="project",
            trigger=pgtrigger.compiler.Trigger(
                name="questions_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."questions" IS DISTINCT FROM (NEW."questions"))',
                    func="\n        IF EXISTS (\n            SELECT 1 FROM labeling_item i JOIN labeling_assignment a ON a.item_id = i.id WHERE i.project_id = NEW.id\n        ) THEN\n            RAISE EXCEPTION 'an item was handed out under other questions' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="e642a0c8c28991bbb0f1c5b42f44b4e0334617aa",
                    operation="UPDATE",
                    pgid="pgtrigger_questions_stay_b1f61",
                    table="labeling_project",
                    when="BEFORE",
                ),
            ),
        ),
    ]
