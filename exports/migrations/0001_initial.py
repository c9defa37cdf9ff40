import config.ids
import config.migrating
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import exports.models.recipes
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("curation", "0001_initial"),
        ("egress", "0001_initial"),
        ("labeling", "0001_initial"),
        ("runs", "0001_initial"),
    ]

    operations = [
        config.migrating.Together(
            operations=[
                migrations.CreateModel(
                    name="Recipe",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=60, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("description", models.TextField(blank=True)),
                        ("license", models.CharField(default="cc-by-4.0", max_length=60)),
                        ("minimum_annotators", models.PositiveSmallIntegerField(default=2)),
                        ("validation_permille", models.PositiveSmallIntegerField(default=50)),
                        (
                            "aggregation",
                            models.CharField(
                                choices=[
                                    ("majority", "Majority"),
                                    ("mean strength", "Mean"),
                                    ("dawid-skene", "Dawid Skene"),
                                    ("bradley-terry", "Bradley Terry"),
                                ],
                                db_default="majority",
                                default="majority",
                                max_length=16,
                            ),
                        ),
                        (
                            "ties",
                            models.CharField(
                                choices=[("count", "Count"), ("ignore", "Ignore")],
                                db_default="count",
                                default="count",
                                max_length=8,
                            ),
                        ),
                        (
                            "plural",
                            models.CharField(
                                choices=[("keep", "Keep"), ("vote", "Vote"), ("leave out", "Leave Out")],
                                db_default="keep",
                                default="keep",
                                max_length=10,
                            ),
                        ),
                        (
                            "configs",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20),
                                blank=True,
                                db_default=[],
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "sources",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("native", "Native"),
                                        ("import", "Import"),
                                        ("label_studio", "Label Studio"),
                                    ],
                                    max_length=16,
                                ),
                                db_default=["native"],
                                default=exports.models.recipes.only_native,
                                size=None,
                            ),
                        ),
                        (
                            "pools",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("TRAIN", "Train"),
                                        ("ATTACK", "Attack"),
                                        ("EVAL", "Eval"),
                                        ("PRIVATE", "Private"),
                                    ],
                                    max_length=8,
                                ),
                                db_default=["TRAIN"],
                                default=exports.models.recipes.only_training,
                                size=None,
                            ),
                        ),
                        ("is_demo", models.BooleanField(default=False)),
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
                        ("projects", models.ManyToManyField(related_name="recipes", to="labeling.project")),
                        (
                            "heldout_domains",
                            models.ManyToManyField(blank=True, related_name="+", to="curation.domain"),
                        ),
                        (
                            "domains",
                            models.ManyToManyField(blank=True, related_name="+", to="curation.domain"),
                        ),
                        (
                            "traits",
                            models.ManyToManyField(blank=True, related_name="+", to="curation.traitversion"),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("minimum_annotators__gte", 1)),
                                name="recipe_minimum_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("validation_permille__lte", 500)),
                                name="recipe_validation_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("pools__len__gte", 1),
                                    ("sources__len__gte", 1),
                                    ("pools__contained_by", ["TRAIN", "EVAL", "ATTACK"]),
                                    ("sources__contained_by", ["native", "import", "label_studio"]),
                                ),
                                name="recipe_choices_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Destination",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=60, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("hub", "Hugging Face Hub"),
                                    ("s3", "S3-compatible storage"),
                                    ("folder", "Folder on the server"),
                                ],
                                default="hub",
                                max_length=10,
                            ),
                        ),
                        (
                            "endpoint",
                            models.URLField(blank=True, default="https://huggingface.co", max_length=300),
                        ),
                        ("repo_id", models.CharField(max_length=193)),
                        ("region", models.CharField(blank=True, max_length=40)),
                        ("access_key", models.CharField(blank=True, max_length=128)),
                        ("is_private", models.BooleanField(default=False)),
                        (
                            "gating",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Not gated"),
                                    ("auto", "Gated: readers accept terms"),
                                    ("manual", "Gated: somebody lets each reader in"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("create_if_missing", models.BooleanField(default=False)),
                        (
                            "secret",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="egress.secret",
                            ),
                        ),
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
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
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
                                    ("email", "E-mail address"),
                                    ("phone", "Phone number"),
                                    ("name", "Name of a person"),
                                    ("address", "Street address"),
                                    ("card", "Card number"),
                                    ("iban", "Bank account"),
                                    ("national_id", "National id"),
                                    ("key", "Key or token"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.scenario",
                            ),
                        ),
                        ("turn", models.SmallIntegerField(null=True)),
                        (
                            "response",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        (
                            "annotation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="labeling.annotation",
                            ),
                        ),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scenario", "turn", "response", "annotation", "kind", "start", "end"),
                                name="finding_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("start__lt", models.F("end"))), name="finding_not_empty"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("annotation", None),
                                        ("response", None),
                                        ("scenario__isnull", False),
                                        ("turn__isnull", False),
                                    ),
                                    models.Q(
                                        ("annotation", None),
                                        ("response__isnull", False),
                                        ("scenario", None),
                                        ("turn", None),
                                    ),
                                    models.Q(
                                        ("annotation__isnull", False),
                                        ("response", None),
                                        ("scenario", None),
                                        ("turn", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="finding_is_in_one_text",
                            ),
                        ],
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
                            models.CharField(
                                choices=[("webhook", "Webhook"), ("email", "E-mail")], max_length=10
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("address", models.CharField(max_length=300)),
                        (
                            "kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), default=list, size=None
                            ),
                        ),
                        (
                            "secret",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="egress.secret",
                            ),
                        ),
                        ("failures", models.PositiveSmallIntegerField(default=0)),
                        ("disabled_at", models.DateTimeField(null=True)),
                        ("disabled_why", models.TextField(blank=True)),
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
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("disabled_at", None),
                                    models.Q(("disabled_why", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="disabled_listener_says_why",
                            )
                        ],
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
                                    (
                                        "release.failed",
                                        "A build or publication failed, or waits for a person",
                                    ),
                                    (
                                        "gate.failed",
                                        "A schedule stopped because something is wrong with its release",
                                    ),
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
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "subject"), name="news_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Release",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "recipe",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
                                to="exports.recipe",
                            ),
                        ),
                        ("major", models.PositiveSmallIntegerField()),
                        ("minor", models.PositiveSmallIntegerField()),
                        ("patch", models.PositiveSmallIntegerField()),
                        (
                            "previous",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exports.release",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("frozen", "Frozen"),
                                    ("built", "Built"),
                                    ("published", "Published"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("cut_at", models.DateTimeField(null=True)),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        ("counts", models.JSONField(default=dict)),
                        ("terms", models.JSONField(default=dict)),
                        ("codebook", models.JSONField(default=list)),
                        ("salt", models.BinaryField()),
                        ("path", models.CharField(blank=True, max_length=400)),
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
                    ],
                    options={
                        "ordering": ["-created_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("recipe", "major", "minor", "patch"), name="release_version_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "draft")),
                                fields=("recipe",),
                                name="one_draft_per_recipe",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "draft"),
                                    models.Q(
                                        models.Q(("digest", ""), _negated=True), ("cut_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="frozen_release_has_a_digest",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["draft", "frozen"]),
                                    models.Q(("path", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="built_release_has_a_path",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Schedule",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "recipe",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="schedules",
                                to="exports.recipe",
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
                            "destinations",
                            models.ManyToManyField(
                                blank=True, related_name="schedules", to="exports.destination"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["recipe", "created_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_at__isnull", False)),
                                fields=["next_at"],
                                name="schedule_due",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CardText",
                    fields=[
                        (
                            "recipe",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="card_text",
                                serialize=False,
                                to="exports.recipe",
                            ),
                        ),
                        ("pay", models.TextField(blank=True)),
                        ("care", models.TextField(blank=True)),
                        ("limits", models.TextField(blank=True)),
                        ("contact", models.CharField(blank=True, max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="Thresholds",
                    fields=[
                        (
                            "recipe",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="thresholds",
                                serialize=False,
                                to="exports.recipe",
                            ),
                        ),
                        ("annotators", models.PositiveSmallIntegerField(default=2)),
                        ("alpha_permille", models.PositiveSmallIntegerField(default=667)),
                        ("gold_percent", models.PositiveSmallIntegerField(default=70)),
                        ("position_points", models.PositiveSmallIntegerField(default=5)),
                        ("length_points", models.PositiveSmallIntegerField(default=10)),
                        ("identity_leaks", models.PositiveIntegerField(default=0)),
                        ("band_people", models.PositiveSmallIntegerField(default=5)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("alpha_permille__lte", 1000),
                                    ("annotators__gte", 1),
                                    ("gold_percent__lte", 100),
                                    ("band_people__gte", 2),
                                    ("length_points__lte", 50),
                                    ("position_points__lte", 50),
                                ),
                                name="thresholds_in_range",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FindingReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "finding",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="review",
                                to="exports.finding",
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("invented", "Invented, or a placeholder"),
                                    ("public", "Published by its owner, such as a hotline"),
                                    ("not personal", "No personal data at all"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "listener",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="exports.listener",
                            ),
                        ),
                        (
                            "news",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="exports.news",
                            ),
                        ),
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
                            ),
                        ),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["-created_at"],
                        "constraints": [
                            models.UniqueConstraint(fields=("listener", "news"), name="delivered_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Publication",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="publications",
                                to="exports.release",
                            ),
                        ),
                        (
                            "destination",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="publications",
                                to="exports.destination",
                            ),
                        ),
                        ("repo_id", models.CharField(max_length=193)),
                        ("endpoint", models.URLField(blank=True, max_length=300)),
                        (
                            "purpose",
                            models.CharField(
                                choices=[("publish", "Publish"), ("restore", "Restore"), ("erase", "Erase")],
                                default="publish",
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("started", "Started"),
                                    ("committed", "Committed"),
                                    ("tagged", "Tagged"),
                                    ("done", "Done"),
                                ],
                                default="started",
                                max_length=10,
                            ),
                        ),
                        ("accepted_head", models.CharField(blank=True, max_length=64)),
                        ("parent_commit", models.CharField(blank=True, max_length=64)),
                        ("commit_oid", models.CharField(blank=True, max_length=64)),
                        ("tag", models.CharField(blank=True, max_length=40)),
                        ("paused_at", models.DateTimeField(null=True)),
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
                    ],
                    options={
                        "ordering": ["-created_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("purpose", "publish"), ("state", "done")),
                                fields=("release", "endpoint", "repo_id"),
                                name="published_once_per_repo",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    models.Q(
                                        models.Q(("commit_oid", ""), _negated=True),
                                        models.Q(("tag", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="done_publication_has_a_commit",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseAnnotator",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="annotators",
                                to="exports.release",
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        ("annotator", models.CharField(max_length=24)),
                        ("expertise", models.CharField(max_length=60)),
                        ("years_band", models.CharField(max_length=20)),
                        ("region_band", models.CharField(max_length=40)),
                        ("has_consented", models.BooleanField()),
                        ("n_ratings", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "annotator"), name="release_annotator_once"
                            ),
                            models.UniqueConstraint(
                                fields=("release", "ordinal"), name="release_annotator_order"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="exports.release",
                            ),
                        ),
                        ("path", models.CharField(max_length=300)),
                        ("sha256", models.CharField(max_length=64)),
                        ("size_bytes", models.PositiveBigIntegerField()),
                        ("rows", models.PositiveBigIntegerField(null=True)),
                    ],
                    options={
                        "ordering": ["path"],
                        "constraints": [
                            models.UniqueConstraint(fields=("release", "path"), name="release_file_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleasePrompt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="prompts",
                                to="exports.release",
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.scenario",
                            ),
                        ),
                        ("prompt_id", models.CharField(max_length=40)),
                        (
                            "split",
                            models.CharField(
                                choices=[
                                    ("train", "Train"),
                                    ("validation", "Validation"),
                                    ("test_heldout_domain", "Test Heldout Domain"),
                                    ("test", "Test"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("split_group", models.CharField(max_length=40)),
                        ("domain", models.CharField(max_length=60)),
                        ("language", models.CharField(max_length=12)),
                        ("source", models.CharField(max_length=120)),
                        ("license", models.CharField(max_length=60)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "scenario"), name="release_scenario_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GateResult",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="gate_results",
                                to="exports.release",
                            ),
                        ),
                        ("attempt", models.PositiveSmallIntegerField()),
                        (
                            "gate",
                            models.CharField(
                                choices=[
                                    ("annotators", "Enough people per pair"),
                                    ("agreement", "Agreement on factual criteria"),
                                    ("gold", "Accuracy on gold items"),
                                    ("adjudication", "Contested items settled"),
                                    ("leaks", "No family or near-duplicate in two pools or splits"),
                                    ("contamination", "Not in a known benchmark"),
                                    ("personal_data", "Personal data"),
                                    ("identity", "No response names its model"),
                                    ("position", "Position bias"),
                                    ("length", "Length bias"),
                                    ("licenses", "Licenses known"),
                                    ("consent", "Consent current"),
                                    ("demographics", "Nobody stands out by their bands"),
                                    ("canaries", "Canaries in what is held out"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("passed", "Passed"),
                                    ("failed", "Failed"),
                                    ("not applicable", "Not Applicable"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("figure", models.CharField(max_length=400)),
                        ("needed", models.CharField(max_length=120)),
                        ("next_step", models.CharField(blank=True, max_length=400)),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="labeling.project",
                            ),
                        ),
                        ("checked_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "attempt", "gate"), name="gate_once_per_check"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "failed"), _negated=True),
                                    models.Q(("next_step", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="failed_gate_has_a_next_step",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseMeasures",
                    fields=[
                        (
                            "release",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="measures",
                                serialize=False,
                                to="exports.release",
                            ),
                        ),
                        ("values", models.JSONField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ReleaseAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        ("key", models.CharField(max_length=24)),
                        (
                            "prompt",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exports.releaseprompt",
                            ),
                        ),
                        (
                            "split",
                            models.CharField(
                                choices=[
                                    ("train", "Train"),
                                    ("validation", "Validation"),
                                    ("test_heldout_domain", "Test Heldout Domain"),
                                    ("test", "Test"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("trait", models.CharField(default="overall", max_length=80)),
                        ("trait_number", models.PositiveSmallIntegerField(default=0)),
                        ("since", models.CharField(max_length=20)),
                        ("row_sha256", models.CharField(max_length=64)),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="exports.release",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                choices=[("ratings", "Ratings"), ("marks", "Marks"), ("pairs", "Pairs")],
                                max_length=8,
                            ),
                        ),
                        ("is_good", models.BooleanField()),
                        ("score", models.FloatField()),
                        ("agreement", models.FloatField()),
                        ("n_annotators", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "split", "ordinal"), name="releaseanswer_order"
                            ),
                            models.UniqueConstraint(fields=("release", "key"), name="releaseanswer_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("agreement__gte", 0),
                                    ("agreement__lte", 1),
                                    ("score__gte", 0),
                                    ("score__lte", 1),
                                ),
                                name="release_answer_ranges",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseDemonstration",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        ("key", models.CharField(max_length=24)),
                        (
                            "prompt",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exports.releaseprompt",
                            ),
                        ),
                        (
                            "split",
                            models.CharField(
                                choices=[
                                    ("train", "Train"),
                                    ("validation", "Validation"),
                                    ("test_heldout_domain", "Test Heldout Domain"),
                                    ("test", "Test"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("trait", models.CharField(default="overall", max_length=80)),
                        ("trait_number", models.PositiveSmallIntegerField(default=0)),
                        ("since", models.CharField(max_length=20)),
                        ("row_sha256", models.CharField(max_length=64)),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="demonstrations",
                                to="exports.release",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("rewrite", "Rewrite"), ("ideal", "Ideal")], max_length=8
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        ("text", models.TextField()),
                        ("annotator", models.CharField(blank=True, max_length=24)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "split", "ordinal"), name="releasedemonstration_order"
                            ),
                            models.UniqueConstraint(
                                fields=("release", "key"), name="releasedemonstration_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="exports.release",
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        ("key", models.CharField(max_length=24)),
                        (
                            "prompt",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="exports.releaseprompt",
                            ),
                        ),
                        (
                            "split",
                            models.CharField(
                                choices=[
                                    ("train", "Train"),
                                    ("validation", "Validation"),
                                    ("test_heldout_domain", "Test Heldout Domain"),
                                    ("test", "Test"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="labeling.item",
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("trait", models.CharField(max_length=80)),
                        ("trait_number", models.PositiveSmallIntegerField()),
                        (
                            "response1",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        (
                            "response2",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        ("n_annotators", models.PositiveSmallIntegerField()),
                        ("n_first", models.PositiveSmallIntegerField()),
                        ("n_second", models.PositiveSmallIntegerField()),
                        ("n_ties", models.PositiveSmallIntegerField()),
                        ("n_both_bad", models.PositiveSmallIntegerField()),
                        ("n_cannot_judge", models.PositiveSmallIntegerField()),
                        ("n_first_shown_first", models.PositiveSmallIntegerField()),
                        ("mean_preference", models.FloatField()),
                        (
                            "winner",
                            models.CharField(
                                choices=[
                                    ("response1", "Response1"),
                                    ("response2", "Response2"),
                                    ("tie", "Tie"),
                                    ("both_bad", "Both Bad"),
                                    ("undecided", "Undecided"),
                                    ("plural", "Plural"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("since", models.CharField(max_length=20)),
                        ("row_sha256", models.CharField(max_length=64)),
                    ],
                    options={
                        "ordering": ["ordinal"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "split", "ordinal"), name="release_item_order"
                            ),
                            models.UniqueConstraint(fields=("release", "key"), name="release_item_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "n_annotators",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("n_first"), "+", models.F("n_second")
                                            ),
                                            "+",
                                            models.F("n_ties"),
                                        ),
                                    )
                                ),
                                name="release_item_votes_add_up",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseJudgement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        ("key", models.CharField(max_length=24)),
                        (
                            "prompt",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exports.releaseprompt",
                            ),
                        ),
                        (
                            "split",
                            models.CharField(
                                choices=[
                                    ("train", "Train"),
                                    ("validation", "Validation"),
                                    ("test_heldout_domain", "Test Heldout Domain"),
                                    ("test", "Test"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("trait", models.CharField(default="overall", max_length=80)),
                        ("trait_number", models.PositiveSmallIntegerField(default=0)),
                        ("since", models.CharField(max_length=20)),
                        ("row_sha256", models.CharField(max_length=64)),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="judgements",
                                to="exports.release",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("criterion", "Criterion"),
                                    ("ranking", "Ranking"),
                                    ("rating", "Rating"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "annotation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="labeling.annotation",
                            ),
                        ),
                        ("annotator", models.CharField(max_length=24)),
                        (
                            "response",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        (
                            "shown_first",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.criterion",
                            ),
                        ),
                        ("is_met", models.BooleanField(null=True)),
                        ("value", models.PositiveSmallIntegerField(null=True)),
                        (
                            "ranking",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), null=True, size=None
                            ),
                        ),
                        ("rationale", models.TextField()),
                        ("confidence", models.PositiveSmallIntegerField(null=True)),
                        ("duration_ms", models.PositiveIntegerField()),
                        ("rated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "split", "ordinal"), name="releasejudgement_order"
                            ),
                            models.UniqueConstraint(fields=("release", "key"), name="releasejudgement_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseRanking",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        ("key", models.CharField(max_length=24)),
                        (
                            "prompt",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exports.releaseprompt",
                            ),
                        ),
                        (
                            "split",
                            models.CharField(
                                choices=[
                                    ("train", "Train"),
                                    ("validation", "Validation"),
                                    ("test_heldout_domain", "Test Heldout Domain"),
                                    ("test", "Test"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("trait", models.CharField(default="overall", max_length=80)),
                        ("trait_number", models.PositiveSmallIntegerField(default=0)),
                        ("since", models.CharField(max_length=20)),
                        ("row_sha256", models.CharField(max_length=64)),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rankings",
                                to="exports.release",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="labeling.item",
                            ),
                        ),
                        ("n_annotators", models.PositiveSmallIntegerField()),
                        ("kendall_w", models.FloatField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "split", "ordinal"), name="releaseranking_order"
                            ),
                            models.UniqueConstraint(fields=("release", "key"), name="releaseranking_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseResponse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="exports.release",
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        (
                            "prompt",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="exports.releaseprompt",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        ("model", models.CharField(max_length=200)),
                        ("model_revision", models.CharField(max_length=120)),
                        ("sampling_json", models.TextField()),
                        ("output_terms", models.CharField(max_length=60)),
                        ("generated_at", models.DateTimeField(null=True)),
                        ("since", models.CharField(max_length=20)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "response"), name="release_response_once"
                            ),
                            models.UniqueConstraint(
                                fields=("release", "ordinal"), name="release_response_order"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        ("key", models.CharField(max_length=24)),
                        (
                            "prompt",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exports.releaseprompt",
                            ),
                        ),
                        (
                            "split",
                            models.CharField(
                                choices=[
                                    ("train", "Train"),
                                    ("validation", "Validation"),
                                    ("test_heldout_domain", "Test Heldout Domain"),
                                    ("test", "Test"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("trait", models.CharField(default="overall", max_length=80)),
                        ("trait_number", models.PositiveSmallIntegerField(default=0)),
                        ("since", models.CharField(max_length=20)),
                        ("row_sha256", models.CharField(max_length=64)),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="exports.release",
                            ),
                        ),
                        (
                            "config",
                            models.CharField(
                                choices=[
                                    ("rl", "Rl"),
                                    ("benchmark", "Benchmark"),
                                    ("adversarial", "Adversarial"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("version", models.CharField(max_length=12)),
                        ("rubric_json", models.TextField()),
                        (
                            "must_hold",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), default=list, size=None
                            ),
                        ),
                        ("base_id", models.CharField(blank=True, max_length=28)),
                        ("attack_type", models.CharField(blank=True, max_length=20)),
                        (
                            "pressure_turns",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), default=list, size=None
                            ),
                        ),
                        (
                            "tags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), default=list, size=None
                            ),
                        ),
                        ("ideal", models.TextField(blank=True)),
                        ("is_in_distribution", models.BooleanField(default=False)),
                        ("canary", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "split", "ordinal"), name="releasetask_order"
                            ),
                            models.UniqueConstraint(fields=("release", "key"), name="releasetask_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("canary", ""),
                                        ("config", "rl"),
                                        models.Q(("split", "test"), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("config", "rl"), _negated=True),
                                        models.Q(("canary", ""), _negated=True),
                                        ("split", "test"),
                                    ),
                                    _connector="OR",
                                ),
                                name="release_task_is_for_training_or_tests",
                            ),
                        ],
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
                        (
                            "schedule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="slots",
                                to="exports.schedule",
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
                        (
                            "run",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="runs.run",
                            ),
                        ),
                        (
                            "build",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="runs.run",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="exports.release",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("publications", models.ManyToManyField(related_name="+", to="exports.publication")),
                    ],
                    options={
                        "ordering": ["-slot_at"],
                        "constraints": [
                            models.UniqueConstraint(fields=("schedule", "slot_at"), name="slot_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "skipped"), ("run__isnull", False), _connector="OR"
                                ),
                                name="slot_has_a_run_or_was_skipped",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["skipped", "stopped", "failed"]), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="slot_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WaiverRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "result",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="requests",
                                to="exports.gateresult",
                            ),
                        ),
                        ("reason", models.TextField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=django.db.models.lookups.GreaterThanOrEqual(
                                    django.db.models.functions.text.Length("reason"), 30
                                ),
                                name="waiver_reason_says_something",
                            ),
                            models.UniqueConstraint(fields=("result", "asked_by"), name="waiver_asked_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseRank",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ranks",
                                to="exports.release",
                            ),
                        ),
                        (
                            "ranking",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ranks",
                                to="exports.releaseranking",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        ("rank", models.PositiveSmallIntegerField()),
                        ("mean_rank", models.FloatField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("ranking", "response"), name="release_rank_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseRating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="exports.release",
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        (
                            "item",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="exports.releaseitem",
                            ),
                        ),
                        (
                            "split",
                            models.CharField(
                                choices=[
                                    ("train", "Train"),
                                    ("validation", "Validation"),
                                    ("test_heldout_domain", "Test Heldout Domain"),
                                    ("test", "Test"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "annotation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="labeling.annotation",
                            ),
                        ),
                        ("annotator", models.CharField(max_length=24)),
                        ("strength", models.SmallIntegerField(null=True)),
                        ("both_bad", models.BooleanField()),
                        ("is_first_shown_first", models.BooleanField()),
                        ("rationale", models.TextField()),
                        ("confidence", models.PositiveSmallIntegerField(null=True)),
                        ("duration_ms", models.PositiveIntegerField()),
                        ("rated_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("release", "split", "ordinal"), name="release_rating_order"
                            ),
                            models.UniqueConstraint(fields=("item", "annotator"), name="release_rating_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Waiver",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "request",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waiver",
                                to="exports.waiverrequest",
                            ),
                        ),
                        (
                            "approved_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
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
                pgtrigger.migrations.AddTrigger(
                    model_name="finding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="5485b7cc7f98068c8bb6e40e41aa46fad30dcb62",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_kept_33244",
                            table="exports_finding",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="findingreview",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="cbfa7fa9bd8944d4fc067c498cbbbb13ca44f34c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_kept_972b6",
                            table="exports_findingreview",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasemeasures",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1aed92fc291124dd48a23047a7b946787f426561",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_kept_ea9e6",
                            table="exports_releasemeasures",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="release",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state <> 'draft' AND to_jsonb(OLD) - 'state' - 'path' IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'path')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1b3bf53f61ce31779c9125571f3082dc07adf323",
                            operation="UPDATE",
                            pgid="pgtrigger_frozen_stays_aa56e",
                            table="exports_release",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="release",
                    trigger=pgtrigger.compiler.Trigger(
                        name="state_moves_forward",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (array_position(ARRAY['draft', 'frozen', 'built', 'published'], NEW.state::text) < array_position(ARRAY['draft', 'frozen', 'built', 'published'], OLD.state::text))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="edd127f3a833d021401a5d59434a3b70ac919028",
                            operation="UPDATE",
                            pgid="pgtrigger_state_moves_forward_0a1ee",
                            table="exports_release",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="release",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state <> 'draft')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="49e509e6b6897fb0e237aeb27920fc4a4e18e7b7",
                            operation="DELETE",
                            pgid="pgtrigger_frozen_kept_3b8f5",
                            table="exports_release",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="publication",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="e745004dfc0a5d109a8b0a4c59b4c3257d6e7d55",
                            operation="DELETE",
                            pgid="pgtrigger_kept_ac87b",
                            table="exports_publication",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="publication",
                    trigger=pgtrigger.compiler.Trigger(
                        name="gates_first",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (SELECT 1 FROM exports_release WHERE id = NEW.release_id AND terms ? 'gates')\n            AND NOT EXISTS (SELECT 1 FROM exports_gateresult WHERE release_id = NEW.release_id)\n        THEN\n            RAISE EXCEPTION 'the gates of this release were never checked' USING ERRCODE = 'restrict_violation';\n        END IF;\n        IF EXISTS (SELECT 1 FROM (\n    SELECT r.release_id, r.gate FROM exports_gateresult r\n    WHERE r.status = 'failed'\n      AND r.attempt = (SELECT max(n.attempt) FROM exports_gateresult n WHERE n.release_id = r.release_id)\n      AND NOT EXISTS (\n        SELECT 1 FROM exports_waiver w\n        JOIN exports_waiverrequest q ON q.id = w.request_id JOIN exports_gateresult was ON was.id = q.result_id\n        WHERE was.release_id = r.release_id AND was.gate = r.gate\n          AND (was.figure, was.needed) = (r.figure, r.needed))\n) open WHERE open.release_id = NEW.release_id) THEN\n            RAISE EXCEPTION 'a gate of this release fails and is not waived' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="ec625f569b27e726691dbbe14008d55a689d2832",
                            operation="INSERT",
                            pgid="pgtrigger_gates_first_c2db4",
                            table="exports_publication",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gateresult",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="dd905e6cd1f5c23d575df279dd79ee6e1a0024c7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_kept_1d917",
                            table="exports_gateresult",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gateresult",
                    trigger=pgtrigger.compiler.Trigger(
                        name="results_in_time",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (SELECT 1 FROM exports_release WHERE id = NEW.release_id AND state = 'draft')\n            OR EXISTS (SELECT 1 FROM exports_publication WHERE release_id = NEW.release_id)\n        THEN\n            RAISE EXCEPTION 'gates are checked after freezing and before publishing'\n                USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="3ee787ff0c3da1dfafcd9ca8150070632851e2e4",
                            operation="INSERT",
                            pgid="pgtrigger_results_in_time_a3151",
                            table="exports_gateresult",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseannotator",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="fa2083b956f251c9cf43f41a6feeeeedb681ca72",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_5d132",
                            table="exports_releaseannotator",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseannotator",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="54c40b438b67b9568cd572e0bf0b15186cd8f1c5",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_58c24",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releaseannotator",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasefile",
                    trigger=pgtrigger.compiler.Trigger(
                        name="files_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="518b52ea832647aae933b909aa5f007d116a8afb",
                            operation="DELETE",
                            pgid="pgtrigger_files_kept_6720b",
                            table="exports_releasefile",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasefile",
                    trigger=pgtrigger.compiler.Trigger(
                        name="files_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF NEW.rows IS NOT NULL OR (NEW.id, NEW.release_id, NEW.path, NEW.rows)\n                IS DISTINCT FROM (OLD.id, OLD.release_id, OLD.path, OLD.rows)\n            OR EXISTS (SELECT 1 FROM exports_publication WHERE release_id = NEW.release_id)\n        THEN\n            RAISE EXCEPTION 'a file of a release stays as it was built' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="c850b16ccdfba5e48a625497109d2c635ca32c3c",
                            operation="UPDATE",
                            pgid="pgtrigger_files_stay_52858",
                            table="exports_releasefile",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseprompt",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="83573724cdbc8ac373181458e49936e5d96de876",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_80864",
                            table="exports_releaseprompt",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseprompt",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="fd29f67533470d2615aec6b4417c3bf8198a9b68",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_fc901",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releaseprompt",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasejudgement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="196d3f906cbbadaf7e026721a128fef81ff58a0b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_85579",
                            table="exports_releasejudgement",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasejudgement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="57fe34a73982b3bb24136a358e833cd00f239431",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_917ec",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releasejudgement",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7a5f097060d4f4d417305b0a84d3ae5f735c541a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_ebbf6",
                            table="exports_releaseitem",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="e3721d42dc09abe147000dc0709b9144e6071299",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_f2609",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releaseitem",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasedemonstration",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="3d7604fd8e2d528430a8965fe4cd50674557f511",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_1f964",
                            table="exports_releasedemonstration",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasedemonstration",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="d0ef3e1da4aa3860132fe443daf8084a9d96aad0",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_2ac35",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releasedemonstration",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseanswer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="a02231436d47d501741e07a298a595534c39bed4",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_3854a",
                            table="exports_releaseanswer",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseanswer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="b11e5e080d0f8592dd6725e31973975780a88abe",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_b6f75",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releaseanswer",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseranking",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c7dde037ab31a2bd03041cc149f976dbc3e7a4bb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_1d9ed",
                            table="exports_releaseranking",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseranking",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="a5b8d1b04332344e85b581d471570c0036379eba",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_1de39",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releaseranking",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaserank",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="aa417d716e01c73102c962de740da8c8c45848d3",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_e8533",
                            table="exports_releaserank",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaserank",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="a32ae0eb76879c4ade4ac24171e511188b1039dd",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_7cff5",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releaserank",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaserating",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="3158a8959fe421ab71640f3153887d7fd786b093",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_10d71",
                            table="exports_releaserating",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaserating",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="f592ef00f57c092835f9842cdd49cf96fcc78ff2",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_507c4",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releaserating",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseresponse",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="02bb604c10dafe73d0508046c1d13411bf0c4df7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_04ff8",
                            table="exports_releaseresponse",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releaseresponse",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="ea1c49018a5ae6bfa49a73fe1e965f79079872a7",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_c7c76",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releaseresponse",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasetask",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f52351a71bbbebe5d02ce4f36b9bce4bef44cfaa",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_rows_stay_3f05a",
                            table="exports_releasetask",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="releasetask",
                    trigger=pgtrigger.compiler.Trigger(
                        name="rows_enter_drafts_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM new_rows\n            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')\n        ) THEN\n            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="a98bf368556be39a1bce7c1dc0ea4750dd74eb8e",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_rows_enter_drafts_only_6ecfe",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="exports_releasetask",
                            when="AFTER",
                        ),
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
                pgtrigger.migrations.AddTrigger(
                    model_name="waiverrequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="4ebf0f5d8e8f8aee065771f636f7964b173e6ee2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_kept_44565",
                            table="exports_waiverrequest",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="waiver",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="64806148b8362c57837f001f345bf9056ee21301",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_kept_69c85",
                            table="exports_waiver",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="waiver",
                    trigger=pgtrigger.compiler.Trigger(
                        name="waived_by_another",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE asked record;",
                            func="\n        SELECT q.asked_by_id, r.id AS release_id, r.created_by_id, g.gate, g.status INTO asked\n        FROM exports_waiverrequest q JOIN exports_gateresult g ON g.id = q.result_id\n        JOIN exports_release r ON r.id = g.release_id WHERE q.id = NEW.request_id;\n        IF NEW.approved_by_id = asked.asked_by_id OR NEW.approved_by_id IS NOT DISTINCT FROM asked.created_by_id THEN\n            RAISE EXCEPTION 'a waiver is given by somebody who neither asked for it nor cut the release'\n                USING ERRCODE = 'restrict_violation';\n        END IF;\n        IF asked.status <> 'failed' OR asked.gate = 'consent' THEN\n            RAISE EXCEPTION 'this gate is not waived' USING ERRCODE = 'restrict_violation';\n        END IF;\n        IF NOT EXISTS (\n            SELECT 1 FROM accounts_user u WHERE u.id = NEW.approved_by_id AND u.is_active AND u.name <> '' AND (\n                u.is_superuser OR EXISTS (\n                    SELECT 1 FROM accounts_user_groups m JOIN auth_group a ON a.id = m.group_id\n                    WHERE m.user_id = u.id AND a.name = 'stewards')))\n        THEN\n            RAISE EXCEPTION 'a waiver is given by a steward with a name' USING ERRCODE = 'restrict_violation';\n        END IF;\n        IF EXISTS (SELECT 1 FROM exports_publication WHERE release_id = asked.release_id) THEN\n            RAISE EXCEPTION 'this release is being published' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="14d76a020e57c89bb10c35f85ff1a6cbd9fce784",
                            operation="INSERT",
                            pgid="pgtrigger_waived_by_another_217fb",
                            table="exports_waiver",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
