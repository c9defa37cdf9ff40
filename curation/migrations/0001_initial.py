import config.ids
import config.migrating
import curation.models.scenarios
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("egress", "0001_initial"),
        ("runs", "0001_initial"),
    ]

    operations = [
        config.migrating.Together(
            operations=[
                migrations.CreateModel(
                    name="Domain",
                    fields=[
                        ("slug", models.SlugField(max_length=60, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=120)),
                        ("description", models.TextField(blank=True)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ["position", "slug"],
                    },
                ),
                migrations.CreateModel(
                    name="Trait",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        ("code", models.CharField(max_length=2, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="Benchmark",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True)),
                        ("note", models.TextField(blank=True)),
                        ("n", models.PositiveSmallIntegerField(default=8)),
                        ("entries", models.PositiveIntegerField(default=0)),
                        ("grams_total", models.PositiveBigIntegerField(default=0)),
                        ("is_active", models.BooleanField(default=True)),
                        ("active_since", models.DateTimeField(null=True)),
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
                    name="Canary",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "pool",
                            models.CharField(
                                choices=[
                                    ("TRAIN", "Train"),
                                    ("ATTACK", "Attack"),
                                    ("EVAL", "Eval"),
                                    ("PRIVATE", "Private"),
                                ],
                                max_length=8,
                                unique=True,
                            ),
                        ),
                        ("text", models.CharField(max_length=300, unique=True)),
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
                        "verbose_name_plural": "canaries",
                    },
                ),
                migrations.CreateModel(
                    name="Cluster",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("is_settled", models.BooleanField(db_default=False, default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_settled", False)), fields=["id"], name="cluster_open"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Endpoint",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True)),
                        ("base_url", models.URLField(max_length=300)),
                        ("model", models.CharField(max_length=200)),
                        ("license", models.CharField(blank=True, max_length=60)),
                        (
                            "secret",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="egress.secret",
                            ),
                        ),
                        ("concurrency", models.PositiveSmallIntegerField(default=4)),
                        ("price_in", models.DecimalField(decimal_places=6, default=0, max_digits=12)),
                        ("price_out", models.DecimalField(decimal_places=6, default=0, max_digits=12)),
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
                                condition=models.Q(("concurrency__gte", 1), ("concurrency__lte", 32)),
                                name="endpoint_concurrency_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("price_in__gte", 0), ("price_out__gte", 0)),
                                name="endpoint_prices_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PoolPolicy",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("applied", "Applied"),
                                    ("frozen", "Frozen"),
                                    ("replaced", "Replaced"),
                                ],
                                default="draft",
                                max_length=8,
                            ),
                        ),
                        ("seed", models.CharField(max_length=64)),
                        ("eval_permille", models.PositiveSmallIntegerField(default=150)),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        ("note", models.TextField(blank=True)),
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
                        ("applied_at", models.DateTimeField(null=True)),
                        ("frozen_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name_plural": "pool policies",
                        "constraints": [
                            models.UniqueConstraint(
                                models.Value(1),
                                condition=models.Q(("state__in", ["applied", "frozen"])),
                                name="one_pool_policy_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "draft"),
                                    models.Q(("digest", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="applied_policy_has_a_digest",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("eval_permille__lte", 1000)), name="pool_policy_share"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedFilter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_filters",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("page", models.CharField(max_length=40)),
                        ("name", models.CharField(max_length=80)),
                        ("query", models.CharField(max_length=1000)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("owner", "page", "name"), name="saved_filter_name"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("mapping", models.JSONField()),
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
                    name="Family",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "pool",
                            models.CharField(
                                choices=[
                                    ("TRAIN", "Train"),
                                    ("ATTACK", "Attack"),
                                    ("EVAL", "Eval"),
                                    ("PRIVATE", "Private"),
                                ],
                                default="TRAIN",
                                max_length=8,
                            ),
                        ),
                        (
                            "bucket",
                            models.PositiveSmallIntegerField(default=curation.models.scenarios.draw_bucket),
                        ),
                        (
                            "cluster",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="families",
                                to="curation.cluster",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.poolpolicy",
                            ),
                        ),
                        (
                            "pool_reason",
                            models.CharField(blank=True, db_default="", default="", max_length=120),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "families",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("pool", "TRAIN"), _negated=True),
                                fields=["pool"],
                                name="family_held_out",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("bucket__lt", 1000)), name="family_bucket_range"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Import",
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
                        ("file_name", models.CharField(max_length=255)),
                        ("path", models.CharField(max_length=1000)),
                        ("source", models.CharField(max_length=40)),
                        (
                            "domain",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.domain",
                            ),
                        ),
                        ("license", models.CharField(blank=True, max_length=60)),
                        ("mapping", models.JSONField(null=True)),
                        ("hub_repo", models.CharField(blank=True, max_length=193)),
                        ("hub_revision", models.CharField(blank=True, max_length=64)),
                        ("is_atomic", models.BooleanField(default=False)),
                        ("lines", models.PositiveBigIntegerField(default=0)),
                        ("created", models.PositiveBigIntegerField(default=0)),
                        ("duplicates", models.PositiveBigIntegerField(default=0)),
                        ("rejected", models.PositiveBigIntegerField(default=0)),
                        ("unread", models.JSONField(default=dict)),
                        ("is_complete", models.BooleanField(default=False)),
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "lines",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("created"), "+", models.F("duplicates")
                                            ),
                                            "+",
                                            models.F("rejected"),
                                        ),
                                    )
                                ),
                                name="import_totals_add_up",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TraitVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "trait",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="curation.trait",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in review", "In Review"),
                                    ("published", "Published"),
                                    ("retired", "Retired"),
                                ],
                                default="draft",
                                max_length=12,
                            ),
                        ),
                        ("definition", models.TextField()),
                        ("benefit", models.TextField(blank=True)),
                        ("attribution", models.TextField(blank=True)),
                        ("meaning_changed", models.BooleanField(default=True)),
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("change_note", models.TextField(blank=True)),
                        ("review_round", models.PositiveSmallIntegerField(default=0)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("edited_at", models.DateTimeField(null=True)),
                        ("published_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("trait", "number"), name="trait_version_number"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["published", "retired"]), _negated=True),
                                    ("published_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="published_version_has_a_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BenchmarkGram",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "benchmark",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="grams",
                                to="curation.benchmark",
                            ),
                        ),
                        ("value", models.BigIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("value", "benchmark"), name="benchmark_gram_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Cell",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "trait",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cells",
                                to="curation.trait",
                            ),
                        ),
                        (
                            "domain",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cells",
                                to="curation.domain",
                            ),
                        ),
                        ("target_scenarios", models.PositiveIntegerField(default=0)),
                        ("target_items", models.PositiveIntegerField(default=0)),
                        ("target_annotations", models.PositiveIntegerField(default=0)),
                        ("target_heldout", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("trait", "domain"), name="cell_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Sampling",
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
                            "endpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="samplings",
                                to="curation.endpoint",
                            ),
                        ),
                        ("k", models.PositiveSmallIntegerField(default=2)),
                        ("system_prompt", models.TextField(blank=True)),
                        ("parameters", models.JSONField(default=dict)),
                        ("seed", models.BigIntegerField(null=True)),
                        ("budget", models.DecimalField(decimal_places=6, max_digits=16, null=True)),
                        ("estimate", models.DecimalField(decimal_places=6, default=0, max_digits=16)),
                        ("cost", models.DecimalField(decimal_places=6, default=0, max_digits=16)),
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("k__gte", 1), ("k__lte", 64)), name="sampling_k_range"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PoolShare",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shares",
                                to="curation.poolpolicy",
                            ),
                        ),
                        (
                            "trait",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.trait",
                            ),
                        ),
                        (
                            "domain",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.domain",
                            ),
                        ),
                        ("eval_permille", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("policy", "trait", "domain"), name="pool_share_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("eval_permille__lte", 1000)), name="pool_share_range"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CellCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "trait",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="curation.trait",
                            ),
                        ),
                        (
                            "domain",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="curation.domain",
                            ),
                        ),
                        ("scenarios", models.PositiveIntegerField(default=0)),
                        ("heldout", models.PositiveIntegerField(default=0)),
                        ("items", models.PositiveIntegerField(default=0)),
                        ("annotations", models.PositiveIntegerField(default=0)),
                        ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("trait", "domain"), name="cell_count_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Behaviour",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="behaviours",
                                to="curation.traitversion",
                            ),
                        ),
                        (
                            "key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("exhibits", "Exhibits"),
                                    ("violates", "Violates"),
                                    ("counterfeit", "Counterfeit"),
                                    ("boundary", "Boundary"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("text", models.TextField()),
                        (
                            "counts_as",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("positive", "Positive"),
                                    ("negative", "Negative"),
                                    ("neutral", "Neutral"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "key"), name="behaviour_key_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Scenario",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scenarios",
                                to="curation.family",
                            ),
                        ),
                        (
                            "variant",
                            models.CharField(
                                choices=[
                                    ("base", "Base"),
                                    ("harmful_persona", "Harmful Persona"),
                                    ("jailbreak", "Jailbreak"),
                                    ("escalation", "Escalation"),
                                    ("helpful_control", "Helpful Control"),
                                    ("identity_swap", "Identity Swap"),
                                    ("benign_twin", "Benign Twin"),
                                ],
                                default="base",
                                max_length=20,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("ready", "Ready")],
                                default="ready",
                                max_length=8,
                            ),
                        ),
                        ("system_prompt", models.TextField(blank=True)),
                        ("messages", models.JSONField()),
                        (
                            "domain",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scenarios",
                                to="curation.domain",
                            ),
                        ),
                        (
                            "pressures",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("insistence", "Insistence"),
                                        ("authority", "Authority"),
                                        ("time_pressure", "Time Pressure"),
                                        ("emotional_appeal", "Emotional Appeal"),
                                        ("flattery", "Flattery"),
                                        ("financial_incentive", "Financial Incentive"),
                                        ("social_proof", "Social Proof"),
                                        ("sunk_cost", "Sunk Cost"),
                                        ("ambiguity", "Ambiguity"),
                                        ("persona", "Persona"),
                                        ("escalation", "Escalation"),
                                    ],
                                    max_length=20,
                                ),
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "values_in_tension",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80), default=list, size=None
                            ),
                        ),
                        ("planted_fault_turn", models.PositiveSmallIntegerField(null=True)),
                        (
                            "content_warnings",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80), default=list, size=None
                            ),
                        ),
                        ("language", models.CharField(default="en", max_length=12)),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("human", "Human"),
                                    ("drafted by model, edited", "Model Edited"),
                                    ("imported", "Imported"),
                                ],
                                default="human",
                                max_length=30,
                            ),
                        ),
                        ("source", models.CharField(blank=True, max_length=120)),
                        ("license", models.CharField(blank=True, max_length=60)),
                        ("name", models.CharField(blank=True, db_default="", default="", max_length=120)),
                        ("background", models.TextField(blank=True, db_default="", default="")),
                        ("lazy_answer", models.TextField(blank=True, db_default="", default="")),
                        ("over_refusal_answer", models.TextField(blank=True, db_default="", default="")),
                        ("ideal_answer", models.TextField(blank=True, db_default="", default="")),
                        (
                            "what_changes",
                            models.CharField(blank=True, db_default="", default="", max_length=300),
                        ),
                        (
                            "based_on",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="variants",
                                to="curation.scenario",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("edited_at", models.DateTimeField(null=True)),
                        ("is_demo", models.BooleanField(default=False)),
                        ("content_sha256", models.CharField(max_length=64)),
                        ("normalised_sha256", models.CharField(max_length=64)),
                        ("is_sanitised", models.BooleanField(default=False)),
                        ("original", models.BinaryField(null=True)),
                        ("rendered", models.JSONField(null=True)),
                        ("renderer_version", models.PositiveSmallIntegerField(default=0)),
                        (
                            "imported_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scenarios",
                                to="curation.import",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "aimed_traits",
                            models.ManyToManyField(related_name="scenarios", to="curation.trait"),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["domain", "id"], name="scenario_of_domain"),
                            models.Index(fields=["source", "id"], name="scenario_of_source"),
                            models.Index(fields=["language", "id"], name="scenario_in_language"),
                            models.Index(
                                condition=models.Q(("variant", "base"), _negated=True),
                                fields=["variant", "id"],
                                name="scenario_of_variant",
                            ),
                            models.Index(
                                condition=models.Q(("state", "draft")), fields=["id"], name="scenario_draft"
                            ),
                            models.Index(
                                condition=models.Q(("content_warnings", []), _negated=True),
                                fields=["id"],
                                name="scenario_warned",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                condition=models.Q(("content_warnings", []), _negated=True),
                                fields=["content_warnings"],
                                name="scenario_with_warning",
                            ),
                            models.Index(
                                condition=models.Q(("variant", "base"), _negated=True),
                                fields=["family"],
                                name="scenario_variant",
                            ),
                            models.Index(
                                condition=models.Q(("based_on__isnull", False)),
                                fields=["based_on"],
                                name="scenario_based",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("content_sha256",), name="scenario_content_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="references",
                                to="curation.traitversion",
                            ),
                        ),
                        ("title", models.CharField(max_length=300)),
                        ("url", models.URLField(blank=True, max_length=500)),
                    ],
                ),
                migrations.CreateModel(
                    name="TraitReview",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="curation.traitversion",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField()),
                        (
                            "reviewer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                choices=[
                                    ("approve", "Approve"),
                                    ("approve with dissent", "Dissent"),
                                    ("ask for changes", "Changes"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("reason", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decision", "approve"),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="review_gives_its_reason",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Comment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="comments",
                                to="curation.traitversion",
                            ),
                        ),
                        ("part", models.CharField(blank=True, max_length=60)),
                        ("quote", models.TextField(blank=True)),
                        (
                            "reply_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replies",
                                to="curation.comment",
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
                        ("resolved_at", models.DateTimeField(null=True)),
                        (
                            "resolved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("resolved_at", None), ("resolved_by", None)),
                                    models.Q(("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="comment_resolved_by_someone",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contribution",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contributions",
                                to="curation.traitversion",
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
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "author"), name="contribution_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DelphiPanelist",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="panel",
                                to="curation.traitversion",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("group", models.CharField(blank=True, max_length=60)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "person"), name="panelist_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DelphiRound",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rounds",
                                to="curation.traitversion",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("in_percent", models.PositiveSmallIntegerField()),
                        ("out_percent", models.PositiveSmallIntegerField()),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("closed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "number"), name="delphi_round_number"),
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at", None)),
                                fields=("version",),
                                name="one_open_delphi_round",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number__gte", 1), ("number__lte", 3)),
                                name="delphi_round_range",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Guidance",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "cell",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="guidance",
                                to="curation.cell",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("text", models.TextField(blank=True)),
                        ("example", models.TextField(blank=True)),
                        ("authorities", models.TextField(blank=True)),
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("published_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name_plural": "guidance",
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("cell", "number"), name="guidance_number"),
                            models.UniqueConstraint(
                                condition=models.Q(("published_at", None)),
                                fields=("cell",),
                                name="one_guidance_draft",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportProblem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "import_run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="problems",
                                to="curation.import",
                            ),
                        ),
                        ("line", models.PositiveBigIntegerField()),
                        ("column", models.CharField(blank=True, max_length=120)),
                        ("reason", models.CharField(max_length=500)),
                    ],
                    options={
                        "ordering": ["line"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("import_run", "line"), name="one_problem_per_line"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Retirement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="retirement",
                                to="curation.traitversion",
                            ),
                        ),
                        ("reason", models.TextField()),
                        (
                            "retired_by",
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
                    name="Tension",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tensions",
                                to="curation.traitversion",
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.trait",
                            ),
                        ),
                        ("text", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="PoolRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rules",
                                to="curation.poolpolicy",
                            ),
                        ),
                        (
                            "domain",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.domain",
                            ),
                        ),
                        (
                            "trait",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.trait",
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.family",
                            ),
                        ),
                        (
                            "pool",
                            models.CharField(
                                choices=[
                                    ("TRAIN", "Train"),
                                    ("ATTACK", "Attack"),
                                    ("EVAL", "Eval"),
                                    ("PRIVATE", "Private"),
                                ],
                                default="EVAL",
                                max_length=8,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("domain__isnull", False), ("family", None), ("trait", None)),
                                    models.Q(("domain", None), ("family", None), ("trait__isnull", False)),
                                    models.Q(("domain", None), ("family__isnull", False), ("trait", None)),
                                    _connector="OR",
                                ),
                                name="pool_rule_names_one_thing",
                            ),
                            models.UniqueConstraint(
                                fields=("policy", "domain", "trait", "family"),
                                name="pool_rule_once",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Response",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="curation.scenario",
                            ),
                        ),
                        ("text", models.TextField()),
                        ("text_sha256", models.CharField(max_length=64)),
                        ("model", models.CharField(blank=True, max_length=200)),
                        ("model_revision", models.CharField(blank=True, max_length=120)),
                        ("parameters", models.JSONField(default=dict)),
                        ("seed", models.BigIntegerField(null=True)),
                        ("prompt_tokens", models.PositiveIntegerField(null=True)),
                        ("completion_tokens", models.PositiveIntegerField(null=True)),
                        ("generated_at", models.DateTimeField(null=True)),
                        ("finish_reason", models.CharField(blank=True, max_length=40)),
                        ("license", models.CharField(blank=True, max_length=60)),
                        ("leaks_identity", models.BooleanField(default=False)),
                        ("is_sanitised", models.BooleanField(default=False)),
                        ("original", models.BinaryField(null=True)),
                        ("rendered_html", models.TextField(null=True)),
                        ("sentences", models.JSONField(null=True)),
                        ("renderer_version", models.PositiveSmallIntegerField(default=0)),
                        ("words", models.PositiveIntegerField(default=0)),
                        (
                            "imported_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="curation.import",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("leaks_identity", True)),
                                fields=["id"],
                                name="response_marked",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scenario", "text_sha256"), name="response_text_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TurnNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="turn_notes",
                                to="curation.scenario",
                            ),
                        ),
                        ("turn", models.PositiveSmallIntegerField()),
                        (
                            "pressure",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("insistence", "Insistence"),
                                    ("authority", "Authority"),
                                    ("time_pressure", "Time Pressure"),
                                    ("emotional_appeal", "Emotional Appeal"),
                                    ("flattery", "Flattery"),
                                    ("financial_incentive", "Financial Incentive"),
                                    ("social_proof", "Social Proof"),
                                    ("sunk_cost", "Sunk Cost"),
                                    ("ambiguity", "Ambiguity"),
                                    ("persona", "Persona"),
                                    ("escalation", "Escalation"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "ordering": ["turn"],
                        "constraints": [
                            models.UniqueConstraint(fields=("scenario", "turn"), name="turn_note_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BenchmarkCheck",
                    fields=[
                        (
                            "scenario",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="benchmark_check",
                                serialize=False,
                                to="curation.scenario",
                            ),
                        ),
                        ("checked_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ScenarioDocument",
                    fields=[
                        (
                            "scenario",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="document",
                                serialize=False,
                                to="curation.scenario",
                            ),
                        ),
                        ("words", django.contrib.postgres.search.SearchVectorField()),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["words"], name="scenario_words")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Signature",
                    fields=[
                        (
                            "scenario",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="signature",
                                serialize=False,
                                to="curation.scenario",
                            ),
                        ),
                        ("values", models.BinaryField()),
                        (
                            "bands",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), size=None
                            ),
                        ),
                        ("method", models.PositiveSmallIntegerField(default=1)),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=False, fields=["bands"], name="signature_bands"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contamination",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contaminations",
                                to="curation.scenario",
                            ),
                        ),
                        (
                            "benchmark",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="findings",
                                to="curation.benchmark",
                            ),
                        ),
                        ("coverage", models.FloatField()),
                        ("checked_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scenario", "benchmark"), name="contamination_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Criterion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4)),
                        ("number", models.PositiveSmallIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("published", "Published"),
                                    ("retired", "Retired"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="criteria",
                                to="curation.traitversion",
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="criteria",
                                to="curation.scenario",
                            ),
                        ),
                        ("text", models.TextField()),
                        ("points", models.DecimalField(decimal_places=2, max_digits=5)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("must", "Must"), ("should", "Should"), ("pitfall", "Pitfall")],
                                default="should",
                                max_length=8,
                            ),
                        ),
                        ("axis", models.CharField(blank=True, max_length=60)),
                        (
                            "framing",
                            models.CharField(
                                choices=[("positive", "Positive"), ("negative", "Negative")],
                                default="positive",
                                max_length=8,
                            ),
                        ),
                        (
                            "tags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), default=list, size=None
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("agreement", models.FloatField(null=True)),
                        (
                            "author",
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
                        "verbose_name_plural": "criteria",
                        "ordering": ["position", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("key", "number"), name="criterion_number"),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "published")),
                                fields=("key",),
                                name="one_published_wording",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("points__gte", -10),
                                    ("points__lte", 10),
                                    models.Q(("points", 0), _negated=True),
                                ),
                                name="criterion_points_range",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DelphiStatement",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="statements",
                                to="curation.delphiround",
                            ),
                        ),
                        ("part", models.CharField(max_length=60)),
                        ("kind", models.CharField(max_length=20)),
                        ("text", models.TextField()),
                        ("position", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("round", "part"), name="delphi_statement_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HealthBenchRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "scenario",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="healthbench",
                                to="curation.scenario",
                            ),
                        ),
                        ("prompt_id", models.CharField(db_index=True, max_length=120)),
                        ("raw", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="NearDuplicate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "first",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="curation.scenario",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="curation.scenario",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("normalised", "Normalised"), ("near", "Near")], max_length=10
                            ),
                        ),
                        ("similarity", models.FloatField()),
                        ("is_dismissed", models.BooleanField(default=False)),
                        ("is_kept", models.BooleanField(db_default=False, default=False)),
                        ("is_straddling", models.BooleanField(db_default=False, default=False)),
                        (
                            "dismissed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_straddling", True)),
                                fields=["id"],
                                name="near_duplicate_straddling",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("first", "second"), name="near_duplicate_once"),
                            models.CheckConstraint(
                                condition=models.Q(("first__lt", models.F("second"))),
                                name="near_duplicate_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_dismissed", False), ("is_kept", False), _connector="OR"
                                ),
                                name="near_duplicate_one_decision",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Removal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "scenario",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="removal",
                                to="curation.scenario",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("duplicate", "Duplicate"),
                                    ("contamination", "Contamination"),
                                    ("request", "Request"),
                                    ("other", "Other"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("note", models.TextField(blank=True)),
                        (
                            "removed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="ScenarioRating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="curation.scenario",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("realism", models.PositiveSmallIntegerField()),
                        ("test_awareness", models.PositiveSmallIntegerField()),
                        ("note", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("realism__gte", 1),
                                    ("realism__lte", 5),
                                    ("test_awareness__gte", 1),
                                    ("test_awareness__lte", 5),
                                ),
                                name="scenario_rating_range",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DelphiVote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="votes",
                                to="curation.delphistatement",
                            ),
                        ),
                        (
                            "panelist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="votes",
                                to="curation.delphipanelist",
                            ),
                        ),
                        ("rating", models.PositiveSmallIntegerField()),
                        ("reason", models.TextField(blank=True)),
                        ("is_dissent", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("statement", "panelist"), name="delphi_vote_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rating__gte", 1), ("rating__lte", 9)),
                                name="delphi_rating_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_dissent", False),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="delphi_dissent_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dismissal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "contamination",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="dismissal",
                                to="curation.contamination",
                            ),
                        ),
                        ("reason", models.TextField()),
                        (
                            "dismissed_by",
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
                    name="Grading",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="gradings",
                                to="curation.scenario",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="gradings",
                                to="curation.response",
                            ),
                        ),
                        (
                            "probe",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "None"),
                                    ("keyword stuffing", "Keyword Stuffing"),
                                    ("generic safe essay", "Safe Essay"),
                                    ("refusal", "Refusal"),
                                ],
                                default="",
                                max_length=20,
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("rubric_sha256", models.CharField(max_length=64)),
                        ("score", models.FloatField(null=True)),
                        (
                            "grader",
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("response", None), models.Q(("probe", ""), _negated=True)),
                                    models.Q(("probe", ""), ("response__isnull", False)),
                                    _connector="OR",
                                ),
                                name="grading_of_one_thing",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="curation.criterion",
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="curation.scenario",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("attached", "Attached"),
                                    ("declined", "Declined"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("decided_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("criterion", "scenario"), name="proposal_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResponseDocument",
                    fields=[
                        (
                            "response",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="document",
                                serialize=False,
                                to="curation.response",
                            ),
                        ),
                        ("words", django.contrib.postgres.search.SearchVectorField()),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["words"], name="response_words")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Sample",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "sampling",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="samples",
                                to="curation.sampling",
                            ),
                        ),
                        (
                            "scenario",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="samples",
                                to="curation.scenario",
                            ),
                        ),
                        ("ordinal", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("stored", "Stored"),
                                    ("failed", "Failed"),
                                    ("skipped", "Skipped"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="samples",
                                to="curation.response",
                            ),
                        ),
                        ("model", models.CharField(blank=True, max_length=200)),
                        ("finish_reason", models.CharField(blank=True, max_length=40)),
                        ("prompt_tokens", models.PositiveIntegerField(null=True)),
                        ("completion_tokens", models.PositiveIntegerField(null=True)),
                        ("cost", models.DecimalField(decimal_places=6, default=0, max_digits=12)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("problem", models.CharField(blank=True, max_length=300)),
                        ("answered_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["sampling", "id"],
                                name="sample_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sampling", "scenario", "ordinal"), name="sample_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "stored"), _negated=True),
                                    ("response__isnull", False),
                                    _connector="OR",
                                ),
                                name="stored_sample_has_a_response",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GradingMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "grading",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="curation.grading",
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="curation.criterion",
                            ),
                        ),
                        ("is_met", models.BooleanField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("grading", "criterion"), name="grading_mark_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProposalVote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="votes",
                                to="curation.proposal",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("agrees", models.BooleanField()),
                        ("reason", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("proposal", "rater"), name="proposal_vote_once")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="trait",
                    trigger=pgtrigger.compiler.Trigger(
                        name="keeps_its_slug",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."slug" IS DISTINCT FROM (NEW."slug"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="882c378e50072536d148ba1d260d2c48810eeddd",
                            operation="UPDATE",
                            pgid="pgtrigger_keeps_its_slug_e9fdc",
                            table="curation_trait",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="canary",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d5f4c6285780b29e5cd029dd99834fcfbfd2d893",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_stays_a0c4d",
                            table="curation_canary",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="delphistatement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="words_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="bc17ac9fb321a2882b47eaa4d41e99e16d401dc5",
                            operation="UPDATE",
                            pgid="pgtrigger_words_stay_7847f",
                            table="curation_delphistatement",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="delphivote",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="500780285e6c98f7d9fc7d49d946f5aa552610c0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_fc861",
                            table="curation_delphivote",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="delphivote",
                    trigger=pgtrigger.compiler.Trigger(
                        name="vote_of_the_panel",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF NOT EXISTS (\n            SELECT 1 FROM curation_delphistatement s\n            JOIN curation_delphiround r ON r.id = s.round_id\n            JOIN curation_delphipanelist p ON p.version_id = r.version_id AND p.id = NEW.panelist_id\n            WHERE s.id = NEW.statement_id AND r.closed_at IS NULL\n        ) THEN\n            RAISE EXCEPTION 'only the panel rates, and only while the round is open'\n            USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="04db27b50e4afbb45291daa924e8bbd4f43ce0de",
                            operation="INSERT",
                            pgid="pgtrigger_vote_of_the_panel_bca1f",
                            table="curation_delphivote",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dismissal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="words_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="c1d925dad22e38c3cde4f186665c18d97bd1e5c0",
                            operation="UPDATE",
                            pgid="pgtrigger_words_stay_1c8e9",
                            table="curation_dismissal",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gradingmark",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="0eeb350d44eeb091bf8954a54ed88db585a965e6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_c44ce",
                            table="curation_gradingmark",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="guidance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."published_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f3e07152176adb9937a7b3685be176dd6fd5c664",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_stays_83508",
                            table="curation_guidance",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="healthbenchrow",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d7b636c19c236cb7bb8fd840a28c470641954092",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_77e8e",
                            table="curation_healthbenchrow",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="poolpolicy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"state\" = 'frozen')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="adf82f9fbadd16f7a63a5de3ee2bca4e12a121f9",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_stays_e72fa",
                            table="curation_poolpolicy",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="poolpolicy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="applied_terms_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state <> 'draft' AND (NEW.state = 'draft' OR (OLD.seed, OLD.eval_permille, OLD.digest) IS DISTINCT FROM (NEW.seed, NEW.eval_permille, NEW.digest)))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1a7bc3b352c264255c44646852d35539dd6986b3",
                            operation="UPDATE",
                            pgid="pgtrigger_applied_terms_stay_98383",
                            table="curation_poolpolicy",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="poolpolicy",
                    trigger=pgtrigger.compiler.Trigger(
                        name="applied_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state <> 'draft')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="9de690914d51623c7430734f34bb79d94b7c5326",
                            operation="DELETE",
                            pgid="pgtrigger_applied_kept_c958e",
                            table="curation_poolpolicy",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="family",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_pool_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.policy_id IS NOT NULL AND (OLD.pool, OLD.policy_id) IS DISTINCT FROM (NEW.pool, NEW.policy_id))",
                            func="\n        IF (SELECT state FROM curation_poolpolicy WHERE id = OLD.policy_id) = 'frozen' THEN\n            RAISE EXCEPTION 'a frozen policy moves no family' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="2718cc2b8bbef345fdcdf8afdc85888e7740872d",
                            operation="UPDATE",
                            pgid="pgtrigger_frozen_pool_stays_3df81",
                            table="curation_family",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="family",
                    trigger=pgtrigger.compiler.Trigger(
                        name="cluster_shares_a_pool",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.cluster_id IS NOT NULL AND NEW.policy_id IS NOT NULL)",
                            constraint="CONSTRAINT",
                            func="\n        IF (SELECT count(DISTINCT pool) FROM curation_family\n            WHERE cluster_id = NEW.cluster_id AND policy_id IS NOT NULL) > 1 THEN\n            RAISE EXCEPTION 'a cluster has one pool' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="eadc573d198f11b154f3da531f488fb8df27b130",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_cluster_shares_a_pool_650ff",
                            table="curation_family",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="proposalvote",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="eecf264ab4be721a9155c81f8c0ab505e330270c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_ccc56",
                            table="curation_proposalvote",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="response",
                    trigger=pgtrigger.compiler.Trigger(
                        name="text_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."text_sha256" IS DISTINCT FROM (NEW."text_sha256") OR OLD."scenario_id" IS DISTINCT FROM (NEW."scenario_id") OR OLD."model" IS DISTINCT FROM (NEW."model"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="373385bba431b1ed41f4f634fa1690606aa5b5ae",
                            operation="UPDATE",
                            pgid="pgtrigger_text_stays_f6114",
                            table="curation_response",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="response",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="e5a71b90bd5916a64c14c4ce924f43dff9653eee",
                            operation="DELETE",
                            pgid="pgtrigger_kept_eb4ef",
                            table="curation_response",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="grading",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e9377a4d5c5f8449cdcb7d254358cda5e6c2837c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_c46d4",
                            table="curation_grading",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scenariorating",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="341aa95c360d0353073c2d49f833d5ba014f718b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_f9ac5",
                            table="curation_scenariorating",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scenario",
                    trigger=pgtrigger.compiler.Trigger(
                        name="ready_text",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state = 'ready' AND (OLD.messages, OLD.system_prompt, OLD.content_sha256, OLD.state, OLD.family_id) IS DISTINCT FROM (NEW.messages, NEW.system_prompt, NEW.content_sha256, NEW.state, NEW.family_id))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="f7e734a1600f474f70445e70bd8b5632ba011658",
                            operation="UPDATE",
                            pgid="pgtrigger_ready_text_c9e73",
                            table="curation_scenario",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scenario",
                    trigger=pgtrigger.compiler.Trigger(
                        name="ready_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"state\" = 'ready')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="416216cdaa6ad5aedd169c6f81b3b58e02900bcf",
                            operation="DELETE",
                            pgid="pgtrigger_ready_kept_37484",
                            table="curation_scenario",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="poolshare",
                    trigger=pgtrigger.compiler.Trigger(
                        name="applied_terms_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM curation_poolpolicy WHERE id IN (NEW.policy_id, OLD.policy_id) AND state <> 'draft'\n        ) THEN\n            RAISE EXCEPTION 'an applied policy keeps its terms' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN coalesce(NEW, OLD);\n    ",
                            hash="bd408a9e8431714d8c5ece8b17828da7b176b9a0",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_applied_terms_stay_ece18",
                            table="curation_poolshare",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="poolrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="applied_terms_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM curation_poolpolicy WHERE id IN (NEW.policy_id, OLD.policy_id) AND state <> 'draft'\n        ) THEN\n            RAISE EXCEPTION 'an applied policy keeps its terms' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN coalesce(NEW, OLD);\n    ",
                            hash="9a06d05f01434b5d499d0a5e7e94ffa65dc65d8e",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_applied_terms_stay_6e017",
                            table="curation_poolrule",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="traitversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_after_approval",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.state = 'published' AND NEW.author_id IS NOT NULL)",
                            func="\n        IF TG_OP = 'UPDATE' AND OLD.state IN ('published', 'retired') THEN\n            RETURN NEW;\n        END IF;\n        IF NOT EXISTS (\n            SELECT 1 FROM curation_traitreview r\n            WHERE r.version_id = NEW.id AND r.round = NEW.review_round AND r.decision LIKE 'approve%'\n            AND r.reviewer_id <> NEW.author_id\n            AND NOT EXISTS (\n                SELECT 1 FROM curation_contribution c WHERE c.version_id = NEW.id AND c.author_id = r.reviewer_id)\n        ) THEN\n            RAISE EXCEPTION 'nobody but its authors approved this wording' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="4a844ea66adc8efc3f5b4d4fdb6dc8d9f7fc3702",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_published_after_approval_8ac81",
                            table="curation_traitversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="traitversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_wording",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state IN ('published', 'retired') AND to_jsonb(OLD) - 'state' IS DISTINCT FROM to_jsonb(NEW) - 'state')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="a8ebeafc80c5814bdeefe254e4eaaa4a7474116a",
                            operation="UPDATE",
                            pgid="pgtrigger_published_wording_e71dc",
                            table="curation_traitversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="traitversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"state\" IN ('published', 'retired') AND NOT (NEW.\"state\" IN ('published', 'retired')))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="cbc1ebf1059eef60c9f4c2477fe08d844f1ece90",
                            operation="UPDATE",
                            pgid="pgtrigger_published_stays_41659",
                            table="curation_traitversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="traitversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"state\" IN ('published', 'retired'))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="4ff9fe21ce615286182737864cbf96e9e6e60403",
                            operation="DELETE",
                            pgid="pgtrigger_published_kept_b9f1d",
                            table="curation_traitversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="traitreview",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="432d81e4c9e4fd29cd1241b7a42b11ab40fc3a08",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_c85ee",
                            table="curation_traitreview",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tension",
                    trigger=pgtrigger.compiler.Trigger(
                        name="parts_of_published_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM curation_traitversion\n            WHERE id = coalesce(NEW.version_id, OLD.version_id) AND state IN ('published', 'retired')\n        ) THEN\n            RAISE EXCEPTION 'a published trait version does not change' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN coalesce(NEW, OLD);\n    ",
                            hash="b9f451dbea7c282abf5293f887b6fa089c233be5",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_parts_of_published_version_f9d5c",
                            table="curation_tension",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="retirement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="appended_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d429bf1975583a794d98362f37cd57d935eef350",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_appended_only_7ebcd",
                            table="curation_retirement",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reference",
                    trigger=pgtrigger.compiler.Trigger(
                        name="parts_of_published_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM curation_traitversion\n            WHERE id = coalesce(NEW.version_id, OLD.version_id) AND state IN ('published', 'retired')\n        ) THEN\n            RAISE EXCEPTION 'a published trait version does not change' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN coalesce(NEW, OLD);\n    ",
                            hash="1b68e8a81fb23dc4025df6a4bbd4a2bf6332b981",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_parts_of_published_version_906fe",
                            table="curation_reference",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="delphiround",
                    trigger=pgtrigger.compiler.Trigger(
                        name="closed_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."closed_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="ed6755c9224f18c338d8b09b396c23c999725a5e",
                            operation="UPDATE",
                            pgid="pgtrigger_closed_stays_e3130",
                            table="curation_delphiround",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="criterion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="shared_criteria_of_published_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF coalesce(NEW.scenario_id, OLD.scenario_id) IS NULL AND EXISTS (\n            SELECT 1 FROM curation_traitversion\n            WHERE id = coalesce(NEW.version_id, OLD.version_id) AND state IN ('published', 'retired')\n        ) THEN\n            RAISE EXCEPTION 'a published trait version keeps its criteria' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN coalesce(NEW, OLD);\n    ",
                            hash="0a74a6393edddb87e38b543f411931c52a8bd1ea",
                            operation="INSERT OR DELETE",
                            pgid="pgtrigger_shared_criteria_of_published_version_a60d9",
                            table="curation_criterion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="criterion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_wording",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state <> 'draft' AND to_jsonb(OLD) - 'state' - 'agreement' - 'position' IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'agreement' - 'position')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b1460c95700ccbd54d4d45ddff9631e37e0d8ff9",
                            operation="UPDATE",
                            pgid="pgtrigger_published_wording_4f65a",
                            table="curation_criterion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="criterion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state <> 'draft' AND NEW.state = 'draft')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="d1b56e4dbecd1d32f9bbc480d1555b5e2688377f",
                            operation="UPDATE",
                            pgid="pgtrigger_published_stays_6994a",
                            table="curation_criterion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="criterion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.state <> 'draft')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="f185bb47b7030f234663d5fcaf0726bd37cf1d71",
                            operation="DELETE",
                            pgid="pgtrigger_published_kept_6f3e4",
                            table="curation_criterion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="comment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="words_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."version_id" IS DISTINCT FROM (NEW."version_id") OR OLD."part" IS DISTINCT FROM (NEW."part") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."reply_to_id" IS DISTINCT FROM (NEW."reply_to_id") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="5b2735912ba1d0730b8ff66fc2f5b294516e3c39",
                            operation="UPDATE",
                            pgid="pgtrigger_words_stay_bbe1d",
                            table="curation_comment",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="comment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="0b8f7c3a3c053b14ee5082bbe3c5d262ccfcff61",
                            operation="DELETE",
                            pgid="pgtrigger_kept_d4dcb",
                            table="curation_comment",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="behaviour",
                    trigger=pgtrigger.compiler.Trigger(
                        name="parts_of_published_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF EXISTS (\n            SELECT 1 FROM curation_traitversion\n            WHERE id = coalesce(NEW.version_id, OLD.version_id) AND state IN ('published', 'retired')\n        ) THEN\n            RAISE EXCEPTION 'a published trait version does not change' USING ERRCODE = 'restrict_violation';\n        END IF;\n        RETURN coalesce(NEW, OLD);\n    ",
                            hash="8b113133f12bf1a7e51a7858462898b6aa944c3d",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_parts_of_published_version_a62b2",
                            table="curation_behaviour",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
