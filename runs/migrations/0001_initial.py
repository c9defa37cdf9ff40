import config.ids
import config.migrating
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        config.migrating.Together(
            operations=[
                migrations.CreateModel(
                    name="Ring",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("task", models.CharField(max_length=120, unique=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="WorkerSign",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("queue", models.CharField(max_length=20, unique=True)),
                        ("seen_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Run",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=60)),
                        ("queue", models.CharField(default="io", max_length=20)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                    ("needs attention", "Needs Attention"),
                                ],
                                default="queued",
                                max_length=20,
                            ),
                        ),
                        ("arguments", models.JSONField(default=dict)),
                        ("cursor", models.JSONField(default=dict)),
                        ("result", models.JSONField(default=dict)),
                        ("error", models.TextField(blank=True)),
                        ("done", models.PositiveBigIntegerField(default=0)),
                        ("total", models.PositiveBigIntegerField(null=True)),
                        ("unit", models.CharField(default="rows", max_length=20)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "due_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                        ),
                        ("dispatched_at", models.DateTimeField(null=True)),
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("heartbeat_at", models.DateTimeField(null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("lease_token", models.UUIDField(null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("max_attempts", models.PositiveSmallIntegerField(default=5)),
                        ("cancel_asked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "running"])),
                                fields=["due_at"],
                                name="run_unfinished",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "running"), _negated=True),
                                    models.Q(("lease_token__isnull", False), ("lease_until__isnull", False)),
                                    _connector="OR",
                                ),
                                name="running_run_has_a_lease",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["queued", "running"]),
                                    ("finished_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="ended_run_has_an_end",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RunLog",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="log", to="runs.run"
                            ),
                        ),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("text", models.TextField()),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
            ],
        ),
    ]
