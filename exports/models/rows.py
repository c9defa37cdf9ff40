"""The rows that a release freezes beside its compared pairs: answers, rankings, tasks, demonstrations, judgements, people."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from curation.models import Criterion, Response, TraitVersion
from exports.models.releases import ROWS_ENTER_DRAFTS, ROWS_STAY, Release, ReleasePrompt, Split
from labeling.models import Annotation, Item


class ReleaseRow(models.Model):
    """What these rows have in common."""

    ordinal = models.PositiveIntegerField()
    """Its place in every file, from 1."""
    key = models.CharField(max_length=24)
    """Stable over releases: stands behind the prefix in the row's id."""
    prompt = models.ForeignKey(ReleasePrompt, models.PROTECT, related_name="+", db_index=False)
    split = models.CharField(max_length=20, choices=Split)
    trait_version = models.ForeignKey(
        TraitVersion, models.PROTECT, null=True, related_name="+", db_index=False
    )
    trait = models.CharField(max_length=80, default="overall")
    """The trait's slug; "overall" for what is about no single trait."""
    trait_number = models.PositiveSmallIntegerField(default=0)
    since = models.CharField(max_length=20)
    """The release in which this row last changed."""
    row_sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["release", "split", "ordinal"], name="%(class)s_order"),
            models.UniqueConstraint(fields=["release", "key"], name="%(class)s_once"),
        ]
        triggers = [ROWS_STAY, ROWS_ENTER_DRAFTS]

    def __str__(self) -> str:
        return self.key


class ReleaseAnswer(ReleaseRow):
    """A response in a release with what people found of it under one trait, taken alone."""

    class Basis(models.TextChoices):
        RATINGS = "ratings"
        MARKS = "marks"
        PAIRS = "pairs"

    release = models.ForeignKey(Release, models.PROTECT, related_name="answers", db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, related_name="+", db_index=False)
    basis = models.CharField(max_length=8, choices=Basis)
    """The most direct kind of verdict that there was."""
    is_good = models.BooleanField()
    score = models.FloatField()
    agreement = models.FloatField()
    n_annotators = models.PositiveSmallIntegerField()

    class Meta(ReleaseRow.Meta):
        constraints = [
            *ReleaseRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1, agreement__gte=0, agreement__lte=1),
                name="release_answer_ranges",
            ),
        ]


class ReleaseRanking(ReleaseRow):
    """An item in a release whose responses people put in order."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="rankings", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
    n_annotators = models.PositiveSmallIntegerField()
    """People who ranked all of its responses."""
    kendall_w: "models.FloatField[float | None, float | None]" = models.FloatField(null=True)
    """Null for one person, or when all tied all."""


class ReleaseRank(models.Model):
    """A response in a ranking of a release."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="ranks", db_index=False)
    ranking = models.ForeignKey(ReleaseRanking, models.PROTECT, related_name="ranks", db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, related_name="+", db_index=False)
    rank = models.PositiveSmallIntegerField()
    """From 0, the best; equal ranks are ties, and the rank after a tie counts its members: 0, 0, 2."""
    mean_rank = models.FloatField()
    """Mean of the places it was given, from 1; members of a tie share the mean of their places."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ranking", "response"], name="release_rank_once")]
        triggers = [ROWS_STAY, ROWS_ENTER_DRAFTS]

    def __str__(self) -> str:
        return f"rank {self.rank}"


class ReleaseTask(ReleaseRow):
    """A prompt in a release with the rubric by which responses to it are scored."""

    class Config(models.TextChoices):
        RL = "rl"
        BENCHMARK = "benchmark"
        ADVERSARIAL = "adversarial"

    release = models.ForeignKey(Release, models.PROTECT, related_name="tasks", db_index=False)
    config = models.CharField(max_length=12, choices=Config)
    version = models.CharField(max_length=12)
    """Of the rubric: the beginning of a hash over its wordings and points."""
    rubric_json = models.TextField()
    """The criteria as they leave, in order: the wordings that were in force at the cut."""
    must_hold = ArrayField(models.TextField(), default=list)
    base_id = models.CharField(max_length=28, blank=True)
    """Of what is for tests: the id of the row of its family's base, or its own."""
    attack_type = models.CharField(max_length=20, blank=True)
    pressure_turns = ArrayField(models.TextField(), default=list)
    tags = ArrayField(models.CharField(max_length=200), default=list)
    ideal = models.TextField(blank=True)
    is_in_distribution = models.BooleanField(default=False)
    """Whether its domain is trained on in the same release."""
    canary = models.CharField(max_length=300, blank=True)
    """Empty exactly for what is for training."""

    class Meta(ReleaseRow.Meta):
        constraints = [
            *ReleaseRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(config="rl", canary="") & ~Q(split="test")
                | ~Q(config="rl") & ~Q(canary="") & Q(split="test"),
                name="release_task_is_for_training_or_tests",
            ),
        ]


class ReleaseDemonstration(ReleaseRow):
    """A response in a release that a person wrote: a rewrite, or an ideal one."""

    class Kind(models.TextChoices):
        REWRITE = "rewrite"
        IDEAL = "ideal"

    release = models.ForeignKey(Release, models.PROTECT, related_name="demonstrations", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+", db_index=False)
    """What was rewritten."""
    text = models.TextField()
    annotator = models.CharField(max_length=24, blank=True)
    """A pseudonym; empty for an ideal response, which is the scenario's own."""


class ReleaseJudgement(ReleaseRow):
    """One verdict by one person in a release that compares no pair, under a pseudonym of this release only."""

    class Kind(models.TextChoices):
        CRITERION = "criterion"
        RANKING = "ranking"
        RATING = "rating"

    release = models.ForeignKey(Release, models.PROTECT, related_name="judgements", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    annotation = models.ForeignKey(Annotation, models.PROTECT, related_name="+", db_index=False)
    annotator = models.CharField(max_length=24)
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+", db_index=False)
    """Null for a ranking."""
    shown_first = models.ForeignKey(Response, models.PROTECT, related_name="+", db_index=False)
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="+", db_index=False)
    is_met: "models.BooleanField[bool | None, bool | None]" = models.BooleanField(null=True)
    """Null: unsure."""
    value = models.PositiveSmallIntegerField(null=True)
    """Of a rating, 0 to 4. Null: can't judge."""
    ranking = ArrayField(models.TextField(), null=True)
    """Ids of responses, best first, ties joined."""
    rationale = models.TextField()
    confidence = models.PositiveSmallIntegerField(null=True)
    duration_ms = models.PositiveIntegerField()
    rated_at = models.DateTimeField()


class ReleaseAnnotator(models.Model):
    """A person in a release, under a pseudonym, in bands so broad that nobody stands alone."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="annotators", db_index=False)
    ordinal = models.PositiveIntegerField()
    annotator = models.CharField(max_length=24)
    expertise = models.CharField(max_length=60)
    years_band = models.CharField(max_length=20)
    region_band = models.CharField(max_length=40)
    has_consented = models.BooleanField()
    n_ratings = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "annotator"], name="release_annotator_once"),
            models.UniqueConstraint(fields=["release", "ordinal"], name="release_annotator_order"),
        ]
        triggers = [ROWS_STAY, ROWS_ENTER_DRAFTS]

    def __str__(self) -> str:
        return self.annotator
