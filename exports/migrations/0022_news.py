import config.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("egress", "0001_initial"),
        ("exports", "0021_schedules"),
        ("runs", "0002_ring"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Listener",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("webhook", "Webhook"), ("email", "E-mail")], max_length=10),
                ),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(max_length=300)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("disabled_at", models.DateTimeField(null=True)),
                ("disabled_why", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("release.built", "A release was built"),
                            ("release.published", "A release was published"),
                            ("release.failed", "A build or publication failed, or waits for a person"),
                            ("gate.failed", "A schedule stopped because something is wrong with its release"),
                            ("schedule.skipped", "A schedule skipped a slot"),
                            ("test", "A test"),
                        ],
                        max_length=30,
                    ),
                ),
                ("subject", models.UUIDField()),
                ("facts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="run",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
            ),
        ),
        migrations.AddField(
            model_name="listener",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="listener",
            name="secret",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="egress.secret"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="listener",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="exports.listener"
            ),
        ),
        migrations.AddConstraint(
            model_name="news",
            constraint=models.UniqueConstraint(fields=("kind", "subject"), name="news_once"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="news",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="exports.news"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="news",
            trigger=pgtrigger.compiler.Trigger(
                name="news_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4c17acaf8ae32a2f71f7f78a701b949a202e6a51",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_news_stay_73ef2",
                    table="exports_news",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="listener",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("disabled_at", None), models.Q(("disabled_why", ""), _negated=True), _connector="OR"
                ),
                name="disabled_listener_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("listener", "news"), name="delivered_once"),
        ),
    ]
