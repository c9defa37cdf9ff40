import django.db.models.deletion
import django.utils.timezone
import config.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("labeling", "0012_project_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("runs", "0002_ring"),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("query", models.TextField()),
                ("size", models.PositiveSmallIntegerField()),
                ("planned", models.PositiveIntegerField()),
                ("made", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "item batches",
            },
        ),
        migrations.AddField(
            model_name="itembatch",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="itembatch",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="labeling.project"
            ),
        ),
        migrations.AddField(
            model_name="itembatch",
            name="run",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
            ),
        ),
        migrations.AddConstraint(
            model_name="itembatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("made__lte", models.F("planned"))), name="batch_makes_what_it_promised"
            ),
        ),
    ]
