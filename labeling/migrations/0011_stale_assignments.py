import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("labeling", "0010_urgent_items"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="earlier_versions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="state",
            field=models.CharField(
                choices=[
                    ("leased", "Leased"),
                    ("submitted", "Submitted"),
                    ("skipped", "Skipped"),
                    ("expired", "Expired"),
                    ("stale", "Stale"),
                ],
                default="leased",
                max_length=10,
            ),
        ),
    ]
