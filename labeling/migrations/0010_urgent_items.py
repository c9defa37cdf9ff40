from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("labeling", "0004_questions_and_verdicts"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="is_urgent",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="membership",
            name="urgent_cursor",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="project",
            name="urgent_last",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("is_urgent", True), ("taken__lt", models.F("needed"))),
                fields=["project", "position"],
                name="item_urgent",
            ),
        ),
    ]
