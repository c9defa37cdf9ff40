import config.ids
import config.migrating
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import labeling.models.projects
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("curation", "0001_initial"),
        ("runs", "0001_initial"),
    ]

    operations = [
        config.migrating.Together(
            operations=[
                migrations.CreateModel(
                    name="Care",
                    fields=[
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="care",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "avoided",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80), default=list, size=None
                            ),
                        ),
                        ("sensitive_per_day", models.PositiveSmallIntegerField(null=True)),
                        ("sensitive_per_week", models.PositiveSmallIntegerField(null=True)),
                        ("minutes_per_day", models.PositiveSmallIntegerField(null=True)),
                        ("break_after", models.PositiveSmallIntegerField(default=50, null=True)),
                        ("paused_until", models.DateTimeField(null=True)),
                        ("quiet_until", models.DateTimeField(null=True)),
                        ("went_on_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Project",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("open", "Open"),
                                    ("paused", "Paused"),
                                    ("closed", "Closed"),
                                ],
                                default="draft",
                                max_length=8,
                            ),
                        ),
                        ("guidelines", models.TextField(blank=True)),
                        ("guidelines_html", models.TextField(blank=True)),
                        (
                            "questions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("overall", "overall"),
                                        ("traits", "traits"),
                                        ("criteria", "criteria"),
                                        ("ranking", "ranking"),
                                        ("ratings", "ratings"),
                                        ("rewrite", "rewrite"),
                                        ("reasons", "reasons"),
                                        ("confidence", "confidence"),
                                        ("harm", "harm"),
                                    ],
                                    max_length=12,
                                ),
                                default=labeling.models.projects.usual_questions,
                                size=None,
                            ),
                        ),
                        ("overlap", models.PositiveSmallIntegerField(default=2)),
                        ("gold_percent", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ("is_calibrating", models.BooleanField(db_default=False, default=False)),
                        ("lease_minutes", models.PositiveSmallIntegerField(default=60)),
                        ("rationale_from", models.PositiveSmallIntegerField(default=2)),
                        ("shows_domain", models.BooleanField(db_default=True, default=True)),
                        ("is_demo", models.BooleanField(default=False)),
                        ("next_position", models.BigIntegerField(default=1)),
                        ("urgent_last", models.BigIntegerField(db_default=0, default=0)),
                        ("items_total", models.PositiveBigIntegerField(default=0)),
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
                            "traits",
                            models.ManyToManyField(
                                related_name="projects",
                                through="labeling.ProjectTrait",
                                to="curation.traitversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("overlap__gte", 1)), name="project_overlap_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("gold_percent__lte", 50)), name="project_gold_share"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "questions__contained_by",
                                        [
                                            "overall",
                                            "traits",
                                            "criteria",
                                            "ranking",
                                            "ratings",
                                            "rewrite",
                                            "reasons",
                                            "confidence",
                                            "harm",
                                        ],
                                    ),
                                    ("questions__len__gte", 1),
                                ),
                                name="project_questions_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("lease_minutes__gte", 1), ("lease_minutes__lte", 120)),
                                name="project_lease_range",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DailyCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="labeling.project",
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "annotator",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        ("count", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("project", "day", "annotator", "trait_version"),
                                name="counted_once_a_day",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Deadline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deadlines",
                                to="labeling.project",
                            ),
                        ),
                        ("due_on", models.DateField(null=True)),
                        (
                            "set_by",
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
                    name="ItemBatch",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="batches",
                                to="labeling.project",
                            ),
                        ),
                        ("query", models.TextField()),
                        ("size", models.PositiveSmallIntegerField()),
                        ("planned", models.PositiveIntegerField()),
                        ("made", models.PositiveIntegerField(default=0)),
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "verbose_name_plural": "item batches",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("made__lte", models.F("planned"))),
                                name="batch_makes_what_it_promised",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Measurement",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="measurements",
                                to="labeling.project",
                            ),
                        ),
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
                            ),
                        ),
                        ("done", models.PositiveBigIntegerField()),
                        ("annotations", models.PositiveBigIntegerField(default=0)),
                        ("median_ms", models.PositiveIntegerField(null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("completed_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="labeling.project",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("lead", "Lead"),
                                    ("adjudicator", "Adjudicator"),
                                    ("annotator", "Annotator"),
                                ],
                                default="annotator",
                                max_length=12,
                            ),
                        ),
                        ("cursor", models.BigIntegerField(default=0)),
                        ("urgent_cursor", models.BigIntegerField(db_default=0, default=0)),
                        ("missed_from", models.BigIntegerField(null=True)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("calibrated", models.PositiveIntegerField(db_default=0, default=0)),
                        ("is_block_reversed", models.BooleanField(null=True)),
                        ("is_careful", models.BooleanField(db_default=False, default=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "user"), name="one_role_per_project")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProjectImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="imports",
                                to="labeling.project",
                            ),
                        ),
                        (
                            "import_run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.import",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ProjectInvitation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to="labeling.project",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("lead", "Lead"),
                                    ("adjudicator", "Adjudicator"),
                                    ("annotator", "Annotator"),
                                ],
                                default="annotator",
                                max_length=12,
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("token_sha256", models.CharField(max_length=64, unique=True)),
                        ("most_uses", models.PositiveSmallIntegerField(default=1)),
                        ("uses", models.PositiveSmallIntegerField(default=0)),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "invited_by",
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
                                condition=models.Q(("uses__lte", models.F("most_uses"))),
                                name="invitation_not_overused",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("email", ""), ("most_uses", 1), _connector="OR"),
                                name="invitation_of_one_person_works_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProjectTrait",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pins",
                                to="labeling.project",
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("project", "trait_version"), name="project_pins_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Withdrawal",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("person_sha256", models.CharField(db_index=True, max_length=64)),
                        (
                            "project",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="labeling.project",
                            ),
                        ),
                        ("annotations", models.PositiveIntegerField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["-created_at"],
                    },
                ),
                migrations.CreateModel(
                    name="Distribution",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "measurement",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="distributions",
                                to="labeling.measurement",
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("preference", "Preference"),
                                    ("rating", "Rating"),
                                    ("mark", "Mark"),
                                    ("rank", "Rank"),
                                ],
                                max_length=10,
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
                        (
                            "counts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveBigIntegerField(), size=None
                            ),
                        ),
                        ("both_bad", models.PositiveBigIntegerField(default=0)),
                        ("cannot_judge", models.PositiveBigIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("measurement", "verdict", "trait_version"),
                                name="distribution_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProjectInvitationUse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "invitation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="came",
                                to="labeling.projectinvitation",
                            ),
                        ),
                        (
                            "user",
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
                            models.UniqueConstraint(
                                fields=("invitation", "user"), name="invitation_once_per_person"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QueueHealth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "measurement",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="queues",
                                to="labeling.measurement",
                            ),
                        ),
                        (
                            "domain",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.domain",
                            ),
                        ),
                        ("items", models.PositiveBigIntegerField()),
                        ("waiting", models.PositiveBigIntegerField()),
                        ("oldest_at", models.DateTimeField(null=True)),
                        ("handed_out", models.PositiveBigIntegerField()),
                        ("skipped", models.PositiveBigIntegerField()),
                        ("recent", models.PositiveBigIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("measurement", "domain"),
                                name="queue_once_per_domain",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgreementReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "measurement",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agreement",
                                to="labeling.measurement",
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("preference", "Preference"),
                                    ("rating", "Rating"),
                                    ("mark", "Mark"),
                                    ("rank", "Rank"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "statistic",
                            models.CharField(
                                choices=[
                                    ("krippendorff_alpha", "Krippendorff’s alpha"),
                                    ("percent_agreement", "Percent agreement"),
                                    ("gwet_ac1", "Gwet’s AC1"),
                                    ("fleiss_kappa", "Fleiss’ kappa"),
                                    ("weighted_kappa", "Weighted kappa"),
                                    ("position_bias", "Position bias"),
                                    ("length_bias", "Length bias"),
                                    ("self_consistency", "Self-consistency"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("scale", models.CharField(blank=True, max_length=8)),
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
                        (
                            "domain",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.domain",
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
                        (
                            "annotator",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("value", models.FloatField(null=True)),
                        ("low", models.FloatField(null=True)),
                        ("high", models.FloatField(null=True)),
                        ("undefined", models.TextField(blank=True)),
                        ("units", models.PositiveBigIntegerField()),
                        ("annotators", models.PositiveIntegerField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("annotator", None), ("criterion", None), ("domain", None)
                                ),
                                fields=["measurement"],
                                name="figure_headline",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "measurement",
                                    "verdict",
                                    "statistic",
                                    "trait_version",
                                    "domain",
                                    "criterion",
                                    "annotator",
                                ),
                                name="figure_once_per_scope",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("value", None), models.Q(("undefined", ""), _negated=True)),
                                    models.Q(("undefined", ""), ("value__isnull", False)),
                                    _connector="OR",
                                ),
                                name="figure_or_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("high", None), ("low", None)),
                                    ("low__lte", models.F("high")),
                                    _connector="OR",
                                ),
                                name="figure_interval_ordered",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Item",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="labeling.project",
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="curation.scenario",
                            ),
                        ),
                        ("needed", models.PositiveSmallIntegerField(default=2)),
                        ("taken", models.PositiveSmallIntegerField(default=0)),
                        ("position", models.BigIntegerField()),
                        ("is_urgent", models.BooleanField(db_default=False, default=False)),
                        ("is_gold", models.BooleanField(default=False)),
                        ("content_sha256", models.CharField(max_length=64)),
                        ("source_preference", models.SmallIntegerField(null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "responses",
                            models.ManyToManyField(
                                related_name="items", through="labeling.ItemResponse", to="curation.response"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_gold", True)), fields=["project"], name="item_gold"
                            ),
                            models.Index(
                                condition=models.Q(("is_urgent", True), ("taken__lt", models.F("needed"))),
                                fields=["project", "position"],
                                name="item_urgent",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("taken__lte", models.F("needed"))),
                                name="item_not_oversubscribed",
                            ),
                            models.UniqueConstraint(
                                fields=("project", "content_sha256"), name="item_once_per_project"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("taken__lt", models.F("needed"))),
                                fields=("project", "position"),
                                name="item_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Disagreement",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disagreements",
                                to="labeling.item",
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("opposite signs", "Opposite"),
                                    ("spread", "Spread"),
                                    ("unsure", "Unsure"),
                                    ("sent", "Sent"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("measure", models.FloatField(default=0)),
                        ("is_open", models.BooleanField(default=True)),
                        ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                models.OrderBy(models.F("measure"), descending=True),
                                models.F("id"),
                                condition=models.Q(("is_open", True)),
                                name="disagreement_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("item", "trait_version"),
                                name="disagreement_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DividedItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "measurement",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="divided_items",
                                to="labeling.measurement",
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
                        ("spread", models.FloatField()),
                        (
                            "votes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=7
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("measurement", "item", "trait_version"),
                                name="divided_item_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ItemResponse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="places",
                                to="labeling.item",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "ordering": ["place"],
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "place"), name="item_place_once"),
                            models.UniqueConstraint(fields=("item", "response"), name="item_response_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Round",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rounds",
                                to="labeling.project",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("qualification", "Qualification"), ("norming", "Norming")],
                                max_length=16,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("revealed", "Revealed"), ("closed", "Closed")],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("pass_percent", models.PositiveSmallIntegerField(default=70)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("revealed_at", models.DateTimeField(null=True)),
                        ("items", models.ManyToManyField(related_name="rounds", to="labeling.item")),
                        ("people", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("pass_percent__lte", 100)), name="round_pass_mark"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "revealed"), _negated=True),
                                    models.Q(("kind", "norming"), ("revealed_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="only_norming_is_revealed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="labeling.item",
                            ),
                        ),
                        (
                            "annotator",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order_shown",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(), size=None
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("leased", "Leased"),
                                    ("submitted", "Submitted"),
                                    ("skipped", "Skipped"),
                                    ("expired", "Expired"),
                                    ("stale", "Stale"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="leased",
                                max_length=10,
                            ),
                        ),
                        (
                            "skip_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("distressing", "Distressing"),
                                    ("outside my expertise", "Outside Expertise"),
                                    ("unclear", "Unclear"),
                                    ("language", "Language"),
                                    ("conflict of interest", "Conflict"),
                                    ("other", "Other"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("skip_note", models.TextField(blank=True)),
                        ("leased_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("expires_at", models.DateTimeField()),
                        ("heartbeat_at", models.DateTimeField(null=True)),
                        ("opened_at", models.DateTimeField(null=True)),
                        (
                            "trait_versions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "earlier_versions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), db_default=[], default=list, size=None
                            ),
                        ),
                        (
                            "criteria",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), db_default=[], default=list, size=None
                            ),
                        ),
                        ("is_calibration", models.BooleanField(db_default=False, default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["annotator", "-leased_at"], name="assignment_of_annotator"),
                            models.Index(
                                condition=models.Q(("state", "leased")),
                                fields=["expires_at"],
                                name="assignment_live",
                            ),
                            models.Index(
                                condition=models.Q(("state", "leased")),
                                fields=["annotator"],
                                name="assignment_held",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("item", "annotator"), name="item_once_per_annotator"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "skipped"), _negated=True),
                                    models.Q(("skip_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="skip_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "assignment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="draft",
                                to="labeling.assignment",
                            ),
                        ),
                        ("body", models.JSONField(default=dict)),
                        ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="Flag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="flags",
                                to="labeling.assignment",
                            ),
                        ),
                        ("note", models.TextField(blank=True)),
                        ("is_raised", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="Qualification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="results",
                                to="labeling.round",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="qualifications",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "trait_versions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), size=None
                            ),
                        ),
                        ("same", models.PositiveIntegerField()),
                        ("compared", models.PositiveIntegerField()),
                        ("has_passed", models.BooleanField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("same__lte", models.F("compared"))),
                                name="qualification_counts_fit",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Remark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "disagreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remarks",
                                to="labeling.disagreement",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.TextField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="RoundRemark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remarks",
                                to="labeling.round",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="labeling.item",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.TextField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True),
                                name="round_remark_says_something",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Adjudication",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "disagreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="adjudications",
                                to="labeling.disagreement",
                            ),
                        ),
                        (
                            "adjudicator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("guideline gap", "Gap"),
                                    ("underspecified scenario", "Scenario"),
                                    ("style", "Style"),
                                    ("refusal", "Refusal"),
                                    ("error", "Error"),
                                    ("factual", "Factual"),
                                    ("value divergence", "Values"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("strength", models.SmallIntegerField(null=True)),
                        ("is_plural", models.BooleanField(default=False)),
                        ("reason", models.TextField()),
                        (
                            "amendment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.comment",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("strength", None),
                                    models.Q(("strength__gte", -3), ("strength__lte", 3)),
                                    _connector="OR",
                                ),
                                name="adjudication_strength_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="adjudication_gives_its_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("is_plural", False), ("strength", None), _connector="OR"),
                                name="plural_forces_no_label",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cause", "value divergence"), _negated=True),
                                    ("is_plural", True),
                                    _connector="OR",
                                ),
                                name="values_stay_plural",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Annotation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("submission_id", models.UUIDField(unique=True)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "assignment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="annotations",
                                to="labeling.assignment",
                            ),
                        ),
                        ("revision", models.PositiveSmallIntegerField(default=1)),
                        (
                            "superseded_by",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supersedes",
                                to="labeling.annotation",
                            ),
                        ),
                        ("rationale", models.TextField(blank=True)),
                        ("confidence", models.PositiveSmallIntegerField(null=True)),
                        (
                            "reasons",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                db_default=[],
                                default=list,
                                size=None,
                            ),
                        ),
                        ("note", models.TextField(blank=True)),
                        ("elapsed_ms", models.PositiveIntegerField(default=0)),
                        ("is_late", models.BooleanField(default=False)),
                        ("source", models.CharField(default="native", max_length=80)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("source", "withdrawn")),
                                fields=["created_at"],
                                name="annotation_withdrawn",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("assignment", "revision"), name="annotation_revision_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_by", None)),
                                fields=("assignment",),
                                name="one_live_annotation",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confidence", None),
                                    models.Q(("confidence__gte", 1), ("confidence__lte", 3)),
                                    _connector="OR",
                                ),
                                name="confidence_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("source", "withdrawn"), _negated=True),
                                    models.Q(
                                        ("confidence", None),
                                        ("is_late", True),
                                        ("note", ""),
                                        ("rationale", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="withdrawn_is_empty",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CriterionMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "annotation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="labeling.annotation",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="curation.criterion",
                            ),
                        ),
                        (
                            "value",
                            models.CharField(
                                choices=[("met", "Met"), ("not met", "Not Met"), ("unsure", "Unsure")],
                                max_length=8,
                            ),
                        ),
                        ("unsure_because", models.TextField(blank=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("annotation", "response", "criterion"),
                                name="mark_once_per_response_and_criterion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("value__in", ["met", "not met", "unsure"])),
                                name="mark_value_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("value", "unsure"), ("unsure_because", ""), _connector="OR"
                                ),
                                name="mark_reason_when_unsure",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evidence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "annotation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evidence",
                                to="labeling.annotation",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.criterion",
                            ),
                        ),
                        ("sentence", models.PositiveIntegerField()),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("quote", models.TextField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("start__lt", models.F("end"))), name="evidence_not_empty"
                            ),
                            models.UniqueConstraint(
                                fields=("annotation", "response", "sentence", "trait_version", "criterion"),
                                name="evidence_once",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoldReference",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="gold_references",
                                to="labeling.item",
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("strength", models.SmallIntegerField()),
                        ("reason", models.TextField()),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "adjudication",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="gold",
                                to="labeling.adjudication",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("retired_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at", None)),
                                fields=("item", "trait_version"),
                                name="one_reference_in_force",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("strength__gte", -3), ("strength__lte", 3)),
                                name="gold_strength_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="gold_gives_its_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Harm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "annotation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="harms",
                                to="labeling.annotation",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("annotation", "response"), name="harm_once_per_response"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Preference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "annotation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="preferences",
                                to="labeling.annotation",
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("strength", models.SmallIntegerField(null=True)),
                        ("both_bad", models.BooleanField(default=False)),
                        ("cannot_judge", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("annotation", "trait_version"),
                                name="preference_once_per_trait",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cannot_judge", True), ("strength", None)),
                                    models.Q(
                                        ("cannot_judge", False), ("strength__gte", -3), ("strength__lte", 3)
                                    ),
                                    _connector="OR",
                                ),
                                name="preference_strength_range",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rank",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "annotation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ranks",
                                to="labeling.annotation",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField()),
                        ("is_acceptable", models.BooleanField(default=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("annotation", "response"), name="rank_once_per_response"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("place__gte", 1)), name="rank_from_one"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "annotation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="labeling.annotation",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        (
                            "trait_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.traitversion",
                            ),
                        ),
                        ("value", models.PositiveSmallIntegerField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("annotation", "response", "trait_version"),
                                name="rating_once_per_response_and_trait",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("value", None), ("value__lte", 4), _connector="OR"),
                                name="rating_range",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rewrite",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "annotation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rewrite",
                                to="labeling.annotation",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.response",
                            ),
                        ),
                        ("text", models.TextField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="rewrite_not_empty"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoldContest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "reference",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contests",
                                to="labeling.goldreference",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.TextField()),
                        (
                            "outcome",
                            models.CharField(
                                blank=True, choices=[("kept", "Kept"), ("revised", "Revised")], max_length=8
                            ),
                        ),
                        ("answer", models.TextField(blank=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("outcome", "")),
                                fields=("reference", "author"),
                                name="one_contest_waits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="contest_says_why"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at", None), ("outcome", "")),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("outcome__in", ["kept", "revised"]),
                                        models.Q(("answer", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="contest_answer_says_why",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="care",
                    trigger=pgtrigger.compiler.Trigger(
                        name="tells_memberships",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        UPDATE labeling_membership SET is_careful = true WHERE user_id = NEW.person_id AND NOT is_careful;\n        RETURN NEW;\n    ",
                            hash="045401e82a46b693aa74108176bddefbc9a4aab5",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_tells_memberships_43bf6",
                            table="labeling_care",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="annotation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stays_withdrawn",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.revision > 1)",
                            func="\n        IF EXISTS (\n            SELECT 1 FROM labeling_annotation n\n            WHERE n.assignment_id = NEW.assignment_id AND n.source = 'withdrawn' AND n.id <> NEW.id\n        ) THEN\n            RAISE EXCEPTION 'what was withdrawn stays withdrawn' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="24a2c11e528b558ac123e20019bf58d7c0012b3c",
                            operation="INSERT",
                            pgid="pgtrigger_stays_withdrawn_d3b23",
                            table="labeling_annotation",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="annotation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."submission_id" IS DISTINCT FROM (NEW."submission_id") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."assignment_id" IS DISTINCT FROM (NEW."assignment_id") OR OLD."revision" IS DISTINCT FROM (NEW."revision") OR OLD."rationale" IS DISTINCT FROM (NEW."rationale") OR OLD."confidence" IS DISTINCT FROM (NEW."confidence") OR OLD."reasons" IS DISTINCT FROM (NEW."reasons") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."elapsed_ms" IS DISTINCT FROM (NEW."elapsed_ms") OR OLD."is_late" IS DISTINCT FROM (NEW."is_late") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="fcd634777f972484c5c5294c89b50aed6859acbb",
                            operation="UPDATE",
                            pgid="pgtrigger_appended_only_aa25b",
                            table="labeling_annotation",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="annotation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="0b7b9aa4e9a3ccba20982be6f8a4fb0445d97731",
                            operation="DELETE",
                            pgid="pgtrigger_kept_0d635",
                            table="labeling_annotation",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="criterionmark",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="0d45f4c57569ebb4073337c072424d0690e29976",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_3807c",
                            table="labeling_criterionmark",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="adjudication",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d7a56f5ad7b3313b5f876fefdfdea7b663fb5bce",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_53485",
                            table="labeling_adjudication",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="adjudication",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_ones_own",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM labeling_disagreement d\n            JOIN labeling_assignment a ON a.item_id = d.item_id AND a.annotator_id = NEW.adjudicator_id\n            JOIN labeling_annotation n ON n.assignment_id = a.id\n            WHERE d.id = NEW.disagreement_id\n        ) THEN\n            RAISE EXCEPTION 'an adjudicator is never one of the annotators' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="4b2cc7997158f802ababefa530fc0543f12c6e9f",
                            operation="INSERT",
                            pgid="pgtrigger_never_ones_own_9e70d",
                            table="labeling_adjudication",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="evidence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="131f1a4f3034745fd6ad99463a25c91507603b4a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_51a59",
                            table="labeling_evidence",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="goldcontest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="objection_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."reference_id" IS DISTINCT FROM (NEW."reference_id") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="09d248b3a0dfa2aadf219ab6fc3c65fd3e9db5b8",
                            operation="UPDATE",
                            pgid="pgtrigger_objection_stays_69054",
                            table="labeling_goldcontest",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="goldcontest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="00cc55bf01cc9701b4f732a82f7db3ffa1d1f843",
                            operation="DELETE",
                            pgid="pgtrigger_kept_62d35",
                            table="labeling_goldcontest",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="harm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d38d8eeffd1fc4e05439122affd9c87b77138891",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_9166f",
                            table="labeling_harm",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="goldreference",
                    trigger=pgtrigger.compiler.Trigger(
                        name="words_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."item_id" IS DISTINCT FROM (NEW."item_id") OR OLD."trait_version_id" IS DISTINCT FROM (NEW."trait_version_id") OR OLD."strength" IS DISTINCT FROM (NEW."strength") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."adjudication_id" IS DISTINCT FROM (NEW."adjudication_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="59ed969c554ac82bbc299f19b0b87da230fdf4ce",
                            operation="UPDATE",
                            pgid="pgtrigger_words_stay_ac7c5",
                            table="labeling_goldreference",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="goldreference",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="c38de1b7892f080048c3d872c8182c3d61dcb3ee",
                            operation="DELETE",
                            pgid="pgtrigger_kept_96cb7",
                            table="labeling_goldreference",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="disagreement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="d994485426517d6b030c163c73f5a0ce4e9cab71",
                            operation="DELETE",
                            pgid="pgtrigger_kept_91ab0",
                            table="labeling_disagreement",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="divideditem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="952adbda60d2a4d7d60ea9f164535ae4620aa896",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_db2cb",
                            table="labeling_divideditem",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="distribution",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="988cec9dca60d0c0f96eae417f008a8fd3427f70",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_83dc6",
                            table="labeling_distribution",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="agreementreport",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="328c62a616ff06d64549a2af783a37d70e8a328d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_82f3e",
                            table="labeling_agreementreport",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="preference",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="4f2085519831a4e91f3978ac99706275ee2e35d7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_355e3",
                            table="labeling_preference",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="membership",
                    trigger=pgtrigger.compiler.Trigger(
                        name="as_careful_as_its_person",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        NEW.is_careful = EXISTS (SELECT 1 FROM labeling_care c WHERE c.person_id = NEW.user_id);\n        RETURN NEW;\n    ",
                            hash="dc5afde5fa8ae4940499fada53a594ad9f6f9e23",
                            operation="INSERT",
                            pgid="pgtrigger_as_careful_as_its_person_5d430",
                            table="labeling_membership",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="deadline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="516f2ee1ca1a57af50140c9f44e7e9e34cd8680a",
                            operation="UPDATE",
                            pgid="pgtrigger_appended_only_2146a",
                            table="labeling_deadline",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="projectinvitation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="terms_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."project_id" IS DISTINCT FROM (NEW."project_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."token_sha256" IS DISTINCT FROM (NEW."token_sha256") OR OLD."most_uses" IS DISTINCT FROM (NEW."most_uses") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."invited_by_id" IS DISTINCT FROM (NEW."invited_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="a7fe13c9947d0aaf7a7db37c02634d6fb5280828",
                            operation="UPDATE",
                            pgid="pgtrigger_terms_stay_38d45",
                            table="labeling_projectinvitation",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="projectinvitationuse",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="aeeb9b6201d66e05b3436956174b15e4b5e98e5e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_588b0",
                            table="labeling_projectinvitationuse",
                            when="BEFORE",
                        ),
                    ),
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
                pgtrigger.migrations.AddTrigger(
                    model_name="queuehealth",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="57da0be34cd25118ff63b1cc2c9e9dd1fe9237db",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_a4a0f",
                            table="labeling_queuehealth",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rank",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="272ebf008c81ab2e8e34d7684e3f66f27b16fc2f",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_a2815",
                            table="labeling_rank",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rating",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="cd79ff22c64b74d1b65a4b6d45307ac9473fd977",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_9a7c2",
                            table="labeling_rating",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="remark",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c90effb4a53af5c4422742036cc283edd2c626a1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_37142",
                            table="labeling_remark",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rewrite",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="24cffaa488c85d24b5cfe8f63d6b64b939f52428",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_f3476",
                            table="labeling_rewrite",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="qualification",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1589faf757ceddd80753745433a9bd5710e95275",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_696b4",
                            table="labeling_qualification",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roundremark",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="dc17429823bf672e90114293af0dacb32938e52c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_58731",
                            table="labeling_roundremark",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="withdrawal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="41c3dfef9c7b69202f9d03433fa970aa55374e6f",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_9972c",
                            table="labeling_withdrawal",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
