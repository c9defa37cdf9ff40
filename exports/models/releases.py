"""One frozen, numbered publication of a recipe, and the rows that it froze."""

from pathlib import Path
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7
from curation.models import Response, Scenario, TraitVersion
from exports.models.guards import FILES_STAY
from exports.models.recipes import Recipe
from labeling.models import Annotation, Item, OutsideVerdict

ROWS_STAY = pgtrigger.Protect(name="frozen_rows_stay", operation=pgtrigger.Update | pgtrigger.Delete)
ROWS_ENTER_DRAFTS = pgtrigger.Trigger(
    name="rows_enter_drafts_only",
    # Once per statement: freezing inserts a million rows at a time.
    level=pgtrigger.Statement,
    referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]  # Untyped there.
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
        IF EXISTS (
            SELECT 1 FROM new_rows
            WHERE release_id NOT IN (SELECT id FROM exports_release WHERE state = 'draft')
        ) THEN
            RAISE EXCEPTION 'a frozen release takes no more rows' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    """,
)


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Which releases."""

    def visible_to(self, user: User) -> Self:
        """All for stewards, none for anybody else."""
        return self if user.may_release else self.none()

    def frozen(self) -> Self:
        """Releases whose rows are final."""
        return self.exclude(state=Release.State.DRAFT)

    def newest_first(self) -> Self:
        """Releases in the order of their versions, the newest first."""
        return self.order_by("-major", "-minor", "-patch")


class Release(models.Model):
    """One frozen, numbered publication of a recipe. What it froze never changes; its state moves forward only."""

    class State(models.TextChoices):
        DRAFT = "draft"
        FROZEN = "frozen"
        BUILT = "built"
        PUBLISHED = "published"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipe = models.ForeignKey(Recipe, models.PROTECT, related_name="releases")
    major = models.PositiveSmallIntegerField()
    """Raised when a column or split changed meaning."""
    minor = models.PositiveSmallIntegerField()
    """Raised when rows or columns were added."""
    patch = models.PositiveSmallIntegerField()
    """Raised when only the card or other papers changed."""
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    cut_at = models.DateTimeField(null=True)
    """When the snapshot was taken, by the database's clock: the only time that the files know."""
    digest = models.CharField(max_length=64, blank=True)
    """sha256 over the hashes of its rows, in order: `exports.digest`."""
    counts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """What became of every verdict and every pair, and what changed since the previous release."""
    terms: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """The recipe as it stood at the cut."""
    codebook: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(default=list)
    """The wordings of its traits as they stood at the cut."""
    salt: "models.BinaryField[bytes, bytes]" = models.BinaryField()
    """Keys the pseudonyms of this release, so that nobody can link them to another's. Never leaves."""
    path = models.CharField(max_length=400, blank=True)
    """The folder of its files, relative to DATA_DIR."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipe", "major", "minor", "patch"], name="release_version_once"
            ),
            models.UniqueConstraint(
                fields=["recipe"], name="one_draft_per_recipe", condition=Q(state="draft")
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(digest="") & Q(cut_at__isnull=False)),
                name="frozen_release_has_a_digest",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "frozen"]) | ~Q(path=""), name="built_release_has_a_path"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'draft' AND to_jsonb(OLD) - 'state' - 'path'"
                    " IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'path'"
                ),
            ),
            pgtrigger.Protect(
                name="state_moves_forward",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "array_position(ARRAY['draft', 'frozen', 'built', 'published'], NEW.state::text)"
                    " < array_position(ARRAY['draft', 'frozen', 'built', 'published'], OLD.state::text)"
                ),
            ),
            pgtrigger.Protect(
                name="frozen_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipe.slug}@{self.version}"

    @property
    def version(self) -> str:
        """Its semantic version."""
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def tag(self) -> str:
        """The git tag under which it is published."""
        return f"v{self.version}"

    @property
    def folder(self) -> Path:
        """Where its files lie, or will lie."""
        folder: Path = settings.DATA_DIR / "releases" / self.recipe.slug / self.version
        return folder

    @property
    def is_built(self) -> bool:
        """Whether its files were written."""
        return self.state in {self.State.BUILT, self.State.PUBLISHED}


class Split(models.TextChoices):
    """The files of a config."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST_HELDOUT_DOMAIN = "test_heldout_domain"
    TEST = "test"
    """What the pool policy holds out; in `benchmark` and `adversarial` alone."""


# The rows of a release are read in order, by its unique constraints; each further index makes freezing slower.
class ReleasePrompt(models.Model):
    """A scenario in a release, with what its rows say about it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="prompts", db_index=False)
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="+", db_index=False)
    prompt_id = models.CharField(max_length=40)
    split = models.CharField(max_length=20, choices=Split)
    split_group = models.CharField(max_length=40)
    domain = models.CharField(max_length=60)
    language = models.CharField(max_length=12)
    source = models.CharField(max_length=120)
    license = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "scenario"], name="release_scenario_once")]
        triggers = [ROWS_STAY, ROWS_ENTER_DRAFTS]

    def __str__(self) -> str:
        return self.prompt_id


class ReleaseResponse(models.Model):
    """A response in a release, with its provenance as it stood at the cut."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="responses", db_index=False)
    ordinal = models.PositiveIntegerField()
    prompt = models.ForeignKey(ReleasePrompt, models.PROTECT, related_name="responses", db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, related_name="+", db_index=False)
    model = models.CharField(max_length=200)
    model_revision = models.CharField(max_length=120)
    sampling_json = models.TextField()
    output_terms = models.CharField(max_length=60)
    generated_at = models.DateTimeField(null=True)
    since = models.CharField(max_length=20)
    """The release in which this row last changed."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "response"], name="release_response_once"),
            models.UniqueConstraint(fields=["release", "ordinal"], name="release_response_order"),
        ]
        triggers = [ROWS_STAY, ROWS_ENTER_DRAFTS]

    def __str__(self) -> str:
        return f"response {self.ordinal}"


class ReleaseItem(models.Model):
    """A compared pair of responses under one trait version in a release, with its aggregates."""

    class Winner(models.TextChoices):
        RESPONSE1 = "response1"
        RESPONSE2 = "response2"
        TIE = "tie"
        BOTH_BAD = "both_bad"
        UNDECIDED = "undecided"
        PLURAL = "plural"
        """An adjudicator found that values differ, and forced no label."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="items", db_index=False)
    ordinal = models.PositiveIntegerField()
    """Its place in every file, from 1."""
    key = models.CharField(max_length=24)
    """Stable over releases: stands behind the prefix in `cmp_…` and `prf_…`."""
    prompt = models.ForeignKey(ReleasePrompt, models.PROTECT, related_name="items", db_index=False)
    split = models.CharField(max_length=20, choices=Split)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
    trait_version = models.ForeignKey(
        TraitVersion, models.PROTECT, null=True, related_name="+", db_index=False
    )
    trait = models.CharField(max_length=80)
    """The trait's slug; "overall" for the question without a trait."""
    trait_number = models.PositiveSmallIntegerField()
    response1 = models.ForeignKey(Response, models.PROTECT, related_name="+", db_index=False)
    response2 = models.ForeignKey(Response, models.PROTECT, related_name="+", db_index=False)
    n_annotators = models.PositiveSmallIntegerField()
    """People who could judge it."""
    n_first = models.PositiveSmallIntegerField()
    n_second = models.PositiveSmallIntegerField()
    n_ties = models.PositiveSmallIntegerField()
    """Votes for neither, both bad included."""
    n_both_bad = models.PositiveSmallIntegerField()
    n_cannot_judge = models.PositiveSmallIntegerField()
    n_first_shown_first = models.PositiveSmallIntegerField()
    """How many of those who judged saw the first response first."""
    mean_preference = models.FloatField()
    """Mean strength from -3, the first is much better, to 3, the second is."""
    winner = models.CharField(max_length=10, choices=Winner)
    since = models.CharField(max_length=20)
    """The release in which this row last changed."""
    row_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["release", "split", "ordinal"], name="release_item_order"),
            models.UniqueConstraint(fields=["release", "key"], name="release_item_once"),
            models.CheckConstraint(
                condition=Q(n_annotators=F("n_first") + F("n_second") + F("n_ties")),
                name="release_item_votes_add_up",
            ),
        ]
        triggers = [ROWS_STAY, ROWS_ENTER_DRAFTS]

    def __str__(self) -> str:
        return f"cmp_{self.key}"


class ReleaseRating(models.Model):
    """One verdict by one person in a release, under a pseudonym of this release only."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="ratings", db_index=False)
    ordinal = models.PositiveIntegerField()
    item = models.ForeignKey(ReleaseItem, models.PROTECT, related_name="ratings", db_index=False)
    split = models.CharField(max_length=20, choices=Split)
    annotation = models.ForeignKey(Annotation, models.PROTECT, null=True, related_name="+", db_index=False)
    """Null for what came from outside."""
    outside = models.ForeignKey(OutsideVerdict, models.PROTECT, null=True, related_name="+", db_index=False)
    annotator = models.CharField(max_length=24)
    strength = models.SmallIntegerField(null=True)
    """Null: can't judge."""
    both_bad = models.BooleanField()
    is_first_shown_first = models.BooleanField()
    rationale = models.TextField()
    confidence = models.PositiveSmallIntegerField(null=True)
    duration_ms = models.PositiveIntegerField()
    """To the second: finer, it would tell people apart."""
    rated_at = models.DateTimeField()
    """To the day, for the same reason."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "split", "ordinal"], name="release_rating_order"),
            models.UniqueConstraint(fields=["item", "annotator"], name="release_rating_once"),
            models.CheckConstraint(
                condition=Q(annotation=None, outside__isnull=False)
                | Q(annotation__isnull=False, outside=None),
                name="release_rating_has_one_origin",
            ),
        ]
        triggers = [ROWS_STAY, ROWS_ENTER_DRAFTS]

    def __str__(self) -> str:
        return f"rating {self.ordinal}"


class ReleaseFile(models.Model):
    """One file of a built release."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="files", db_index=False)
    path = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField(null=True)
    """Null for papers."""

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["release", "path"], name="release_file_once")]
        triggers = [pgtrigger.Protect(name="files_kept", operation=pgtrigger.Delete), FILES_STAY]

    def __str__(self) -> str:
        return self.path
