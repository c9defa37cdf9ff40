import config.ids
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0020_places"),
        ("runs", "0002_ring"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("expression", models.CharField(max_length=100)),
                ("zone", models.CharField(default="UTC", max_length=60)),
                (
                    "bump",
                    models.CharField(
                        choices=[
                            ("minor", "Minor: new, changed or withdrawn annotations"),
                            ("major", "Major: also when rows move to another split"),
                        ],
                        default="minor",
                        max_length=10,
                    ),
                ),
                ("skip_unchanged", models.BooleanField(default=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["recipe", "created_at"],
            },
        ),
        migrations.CreateModel(
            name="ScheduleSlot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slot_at", models.DateTimeField()),
                ("previous_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("building", "Building"),
                            ("publishing", "Publishing"),
                            ("done", "Done"),
                            ("skipped", "Skipped"),
                            ("stopped", "Stopped"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-slot_at"],
            },
        ),
        migrations.AddField(
            model_name="schedule",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="schedule",
            name="destinations",
            field=models.ManyToManyField(blank=True, related_name="schedules", to="exports.destination"),
        ),
        migrations.AddField(
            model_name="schedule",
            name="recipe",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="schedules", to="exports.recipe"
            ),
        ),
        migrations.AddField(
            model_name="scheduleslot",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="scheduleslot",
            name="build",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
            ),
        ),
        migrations.AddField(
            model_name="scheduleslot",
            name="publications",
            field=models.ManyToManyField(related_name="+", to="exports.publication"),
        ),
        migrations.AddField(
            model_name="scheduleslot",
            name="release",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="exports.release",
            ),
        ),
        migrations.AddField(
            model_name="scheduleslot",
            name="run",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
            ),
        ),
        migrations.AddField(
            model_name="scheduleslot",
            name="schedule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="slots", to="exports.schedule"
            ),
        ),
        migrations.AddIndex(
            model_name="schedule",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)), fields=["next_at"], name="schedule_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduleslot",
            constraint=models.UniqueConstraint(fields=("schedule", "slot_at"), name="slot_once"),
        ),
        migrations.AddConstraint(
            model_name="scheduleslot",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "skipped"), ("run__isnull", False), _connector="OR"),
                name="slot_has_a_run_or_was_skipped",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduleslot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["skipped", "stopped", "failed"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="slot_says_why",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scheduleslot",
            trigger=pgtrigger.compiler.Trigger(
                name="slot_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="560df8c284f26a1da71b02a5ab5c3397e1fddbf7",
                    operation="DELETE",
                    pgid="pgtrigger_slot_kept_8219a",
                    table="exports_scheduleslot",
                    when="BEFORE",
                ),
            ),
        ),
    ]
