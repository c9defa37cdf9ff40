"""Domains, families and scenarios."""

import random
from typing import Self

import pgtrigger
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Left
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7
from config.wording import words
from curation.models.guards import CLUSTER_SHARES_A_POOL, FROZEN_POOL_STAYS, POLICY_STAYS
from curation.models.imports import Import
from curation.models.traits import Trait

Message = dict[str, str]
"""One turn: exactly `role` (user or assistant) and `content`."""


ATTACKS = ("harmful_persona", "jailbreak", "escalation")
"""Kinds of variant that push a model away from the trait."""
MOST_VALUES = 50
MOST_WARNED = 500


def draw_bucket() -> int:
    """Draw the number from 0 to 999 that decides the split of a family, once and for all releases."""
    return random.randrange(1000)  # noqa: S311


class Domain(models.Model):
    """A field of life in which scenarios happen."""

    slug = models.SlugField(max_length=60, primary_key=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name


class PoolPolicyQuerySet(models.QuerySet["PoolPolicy"]):
    """Which pool policies."""

    def drafts(self) -> Self:
        """Policies that may still be edited."""
        return self.filter(state=PoolPolicy.State.DRAFT)

    def in_force(self) -> Self:
        """The policy that gives families their pools, if there is one."""
        return self.filter(state__in=[PoolPolicy.State.APPLIED, PoolPolicy.State.FROZEN])


class PoolPolicy(models.Model):
    """How families are given their pools. Frozen with the first release; its digest stands in the manifest."""

    class State(models.TextChoices):
        DRAFT = "draft", words("Draft")
        APPLIED = "applied", words("Applied")
        FROZEN = "frozen", words("Frozen")
        REPLACED = "replaced", words("Replaced")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    seed = models.CharField(max_length=64)
    eval_permille = models.PositiveSmallIntegerField(default=150)
    """The share of each cell's clusters that is held out for evaluation."""
    digest = models.CharField(max_length=64, blank=True)
    """sha256 of the policy's canonical JSON, from its application on."""
    note = models.TextField(blank=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)

    objects = PoolPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "pool policies"
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                name="one_pool_policy_in_force",
                condition=models.Q(state__in=["applied", "frozen"]),
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | ~models.Q(digest=""), name="applied_policy_has_a_digest"
            ),
            models.CheckConstraint(condition=models.Q(eval_permille__lte=1000), name="pool_policy_share"),
        ]
        triggers = POLICY_STAYS

    def __str__(self) -> str:
        return f"pool policy of {self.created_at:%Y-%m-%d}"

    @property
    def is_frozen(self) -> bool:
        """Whether a release rests on it."""
        return self.state == self.State.FROZEN


class Cluster(models.Model):
    """Families whose scenarios nearly say the same. They share a pool."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    is_settled = models.BooleanField(default=False, db_default=False)
    """Whether someone has decided about each of its pairs."""

    class Meta:
        indexes = [models.Index(fields=["id"], name="cluster_open", condition=models.Q(is_settled=False))]

    def __str__(self) -> str:
        return str(self.id)


class FamilyQuerySet(models.QuerySet["Family"]):
    """Which families."""

    def visible_to(self, user: User) -> Self:
        """All for those who curate."""
        return self if user.may_curate else self.none()

    def varied(self) -> Self:
        """Families that hold more than a base."""
        return self.filter(pk__in=Scenario.objects.kept().varied().values("family"))

    def flagged(self) -> Self:
        """Families with an attack and no helpful control to hold it against; a ready attack wants a ready one."""
        kept = Scenario.objects.kept().varied()
        enough = models.Q(state="ready") | models.Q(state=models.OuterRef("state"))
        controls = kept.filter(enough, family=models.OuterRef("family"), variant="helpful_control")
        lone = kept.filter(~models.Exists(controls), variant__in=ATTACKS)
        return self.filter(pk__in=lone.values("family"))


class Family(models.Model):
    """A base scenario with its variants. It holds pool and split, so that no variant can straddle."""

    class Pool(models.TextChoices):
        TRAIN = "TRAIN"
        ATTACK = "ATTACK"
        EVAL = "EVAL"
        PRIVATE = "PRIVATE"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pool = models.CharField(max_length=8, choices=Pool, default=Pool.TRAIN)
    bucket = models.PositiveSmallIntegerField(default=draw_bucket)
    """0 to 999, drawn once: the releases' validation split takes the lowest."""
    cluster = models.ForeignKey(Cluster, models.PROTECT, null=True, related_name="families")
    policy = models.ForeignKey(PoolPolicy, models.PROTECT, null=True, db_index=False, related_name="+")
    """Which policy gave it its pool; null while none has looked at it."""
    pool_reason = models.CharField(max_length=120, db_default="", default="", blank=True)
    """Why it is in this pool, in words."""

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "families"
        constraints = [
            models.CheckConstraint(condition=models.Q(bucket__lt=1000), name="family_bucket_range")
        ]
        indexes = [
            models.Index(fields=["pool"], name="family_held_out", condition=~models.Q(pool="TRAIN")),
        ]
        triggers = [FROZEN_POOL_STAYS, CLUSTER_SHARES_A_POOL]

    def __str__(self) -> str:
        return str(self.id)


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Which scenarios."""

    def visible_to(self, user: User) -> Self:
        """All for those who curate, their projects' for leads, none for anybody else."""
        if user.may_curate:
            return self
        return self.filter(pk__in=user.memberships.filter(role="lead").values("project__items__scenario"))

    def ready(self) -> Self:
        """Scenarios whose text is final."""
        return self.filter(state=Scenario.State.READY)

    def kept(self) -> Self:
        """Scenarios that nobody took out."""
        # As an outer join the planner takes it for rare, and walks through all scenarios to find a few.
        removal = apps.get_model("curation", "Removal")
        return self.filter(~models.Exists(removal.objects.filter(scenario=models.OuterRef("pk"))))

    def varied(self) -> Self:
        """Scenarios that are variants of another. The condition is the index's own."""
        return self.exclude(variant="base")

    def with_warning(self, warning: str) -> Self:
        """Scenarios that carry a content warning. The second condition is the index's own."""
        return self.filter(content_warnings__contains=[warning]).exclude(content_warnings=[])

    def for_list(self) -> Self:
        """Scenarios with the little that a list shows of each: conversations may be long."""
        last = KeyTextTransform("content", KeyTransform("-1", "messages"))
        return (
            self.select_related("domain")
            .defer("messages", "rendered", "original", "system_prompt")
            .annotate(ending=Left(last, 241))
        )

    def first_of_each_family(self) -> Self:
        """The base of each family, or its oldest scenario where there is no base."""
        is_variant = models.Case(models.When(variant="base", then=0), default=1)
        return self.order_by("family", is_variant, "pk").distinct("family")

    def values_of(self, column: str) -> list[str]:
        """The different values of an indexed column, found by jumping from one to the next in its index."""
        values: list[str] = []
        row = self.order_by(column).values_list(column, flat=True).first()
        while row is not None and len(values) < MOST_VALUES:
            values.append(row)
            larger = self.filter(**{f"{column}__gt": row})
            row = larger.order_by(column).values_list(column, flat=True).first()
        return values

    def recent_values(self) -> list[str]:
        """The values in tension that the newest scenarios name."""
        newest = self.order_by("-pk").values_list("values_in_tension", flat=True)[:MOST_WARNED]
        return sorted({value for values in newest for value in values}, key=str.casefold)[:MOST_VALUES]

    def recent_warnings(self) -> list[str]:
        """The content warnings on the newest scenarios that have any."""
        newest = self.exclude(content_warnings=[]).order_by("-pk")
        rows = newest.values_list("content_warnings", flat=True)[:MOST_WARNED]
        return sorted({warning for row in rows for warning in row})


class Scenario(models.Model):
    """A conversation that ends on a user turn, waiting for a response."""

    class State(models.TextChoices):
        DRAFT = "draft", words("Draft")
        READY = "ready", words("Ready")

    class Variant(models.TextChoices):
        BASE = "base", words("Base")
        HARMFUL_PERSONA = "harmful_persona", words("Harmful Persona")
        JAILBREAK = "jailbreak", words("Jailbreak")
        ESCALATION = "escalation", words("Escalation")
        HELPFUL_CONTROL = "helpful_control", words("Helpful Control")
        IDENTITY_SWAP = "identity_swap", words("Identity Swap")
        BENIGN_TWIN = "benign_twin", words("Benign Twin")

    class Pressure(models.TextChoices):
        INSISTENCE = "insistence", words("Insistence")
        AUTHORITY = "authority", words("Authority")
        TIME_PRESSURE = "time_pressure", words("Time Pressure")
        EMOTIONAL_APPEAL = "emotional_appeal", words("Emotional Appeal")
        FLATTERY = "flattery", words("Flattery")
        FINANCIAL_INCENTIVE = "financial_incentive", words("Financial Incentive")
        SOCIAL_PROOF = "social_proof", words("Social Proof")
        SUNK_COST = "sunk_cost", words("Sunk Cost")
        AMBIGUITY = "ambiguity", words("Ambiguity")
        PERSONA = "persona", words("Persona")
        ESCALATION = "escalation", words("Escalation")

    class Origin(models.TextChoices):
        HUMAN = "human", words("Human")
        MODEL_EDITED = "drafted by model, edited", words("Model Edited")
        IMPORTED = "imported", words("Imported")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    family = models.ForeignKey(Family, models.PROTECT, related_name="scenarios")
    variant = models.CharField(max_length=20, choices=Variant, default=Variant.BASE)
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    system_prompt = models.TextField(blank=True)
    messages: "models.JSONField[list[Message], list[Message]]" = models.JSONField()
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, db_index=False, related_name="scenarios")
    aimed_traits: "models.ManyToManyField[Trait, models.Model]" = models.ManyToManyField(
        Trait, related_name="scenarios"
    )
    pressures = ArrayField(models.CharField(max_length=20, choices=Pressure), default=list)
    values_in_tension = ArrayField(models.CharField(max_length=80), default=list)
    planted_fault_turn = models.PositiveSmallIntegerField(null=True)
    """Index in `messages` of the assistant turn that was made faulty on purpose."""
    content_warnings = ArrayField(models.CharField(max_length=80), default=list)
    language = models.CharField(max_length=12, default="en")
    origin = models.CharField(max_length=30, choices=Origin, default=Origin.HUMAN)
    source = models.CharField(max_length=120, blank=True)
    license = models.CharField(max_length=60, blank=True)
    """An SPDX or Hub license id; empty when unknown."""
    name = models.CharField(max_length=120, db_default="", default="", blank=True)
    """What its writers call it; annotators don't see it."""
    background = models.TextField(db_default="", default="", blank=True)
    """Facts that an annotator may need; shown on request."""
    lazy_answer = models.TextField(db_default="", default="", blank=True)
    """What a response would say that takes the easy way."""
    over_refusal_answer = models.TextField(db_default="", default="", blank=True)
    """What a response would say that refuses without need."""
    ideal_answer = models.TextField(db_default="", default="", blank=True)
    what_changes: "models.CharField[str, str]" = models.CharField(
        max_length=300, db_default="", default="", blank=True
    )
    """Of a variant: how it differs from its base."""
    based_on = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="variants")
    """The scenario a variant or a corrected copy was made from."""
    author = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    edited_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(default=False)
    """Belongs to the starter pack; enters no recipe but `demo`."""
    content_sha256 = models.CharField(max_length=64)
    """Of the canonical JSON of system prompt and messages: `curation.text`. Of a draft, whose words change, of its id."""
    normalised_sha256 = models.CharField(max_length=64)
    is_sanitised = models.BooleanField(default=False)
    original: "models.BinaryField[bytes | None, bytes | None]" = models.BinaryField(null=True)
    """The bytes as they came, when sanitising changed them."""
    rendered: "models.JSONField[list[str] | None, list[str] | None]" = models.JSONField(null=True)
    """The HTML of each message, made once; null until the render run reached it."""
    renderer_version = models.PositiveSmallIntegerField(default=0)
    imported_by = models.ForeignKey(
        Import, models.PROTECT, null=True, db_index=False, related_name="scenarios"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_sha256"], name="scenario_content_once")]
        # Ids grow with time, so each of these lists the newest of a kind without sorting.
        indexes = [
            models.Index(fields=["domain", "id"], name="scenario_of_domain"),
            models.Index(fields=["source", "id"], name="scenario_of_source"),
            models.Index(fields=["language", "id"], name="scenario_in_language"),
            models.Index(
                fields=["variant", "id"], name="scenario_of_variant", condition=~models.Q(variant="base")
            ),
            models.Index(fields=["id"], name="scenario_draft", condition=models.Q(state="draft")),
            models.Index(fields=["id"], name="scenario_warned", condition=~models.Q(content_warnings=[])),
            GinIndex(
                fields=["content_warnings"],
                name="scenario_with_warning",
                condition=~models.Q(content_warnings=[]),
            ),
            # Most scenarios came in from files: alone in their family, and based on none.
            models.Index(fields=["family"], name="scenario_variant", condition=~models.Q(variant="base")),
            models.Index(
                fields=["based_on"], name="scenario_based", condition=models.Q(based_on__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ready_text",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'ready' AND (OLD.messages, OLD.system_prompt, OLD.content_sha256, OLD.state,"
                    " OLD.family_id) IS DISTINCT FROM (NEW.messages, NEW.system_prompt, NEW.content_sha256,"
                    " NEW.state, NEW.family_id)"
                ),
            ),
            pgtrigger.Protect(
                name="ready_kept", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__state="ready")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """Whether its text may still change."""
        return self.state == Scenario.State.DRAFT

    @property
    def title(self) -> str:
        """Its name, or the beginning of the last turn."""
        said = self.messages[-1]["content"] if self.messages else ""
        text = self.name or " ".join(said.split()) or "Untitled"
        return text if len(text) <= 80 else text[:79].rsplit(" ", 1)[0] + "…"
