"""What to publish, and where to."""

import re

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.wording import words
from curation.models import Domain, Family, TraitVersion
from egress.models import Secret
from labeling.models import Project

REPO_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?")
"""What both halves of a repository's id look like on the Hub."""


def check_repo_id(value: str) -> None:
    """Refuse what the Hub would refuse as the id of a dataset repository."""
    organisation, slash, name = value.partition("/")
    if not slash or "/" in name:
        raise ValidationError(_("Write it as organisation/name, for example my-lab/beneficial-traits."))
    for part in (organisation, name):
        if not REPO_NAME.fullmatch(part):
            raise ValidationError(
                _(
                    "Both halves take 1 to 96 letters without accents, digits, “-”, “_” and “.”, and begin and end"
                    " with a letter or digit."
                )
            )
    if "--" in value or ".." in value or value.endswith(".git"):
        raise ValidationError(_("The Hub takes no “--”, no “..” and no “.git” at the end."))


class Destination(models.Model):
    """A place where releases go, and the token that may write there."""

    class Kind(models.TextChoices):
        HUB = "hub", _("Hugging Face Hub")
        S3 = "s3", _("S3-compatible storage")
        FOLDER = "folder", _("Folder on the server")

    class Gating(models.TextChoices):
        NONE = "", _("Not gated")
        AUTO = "auto", _("Gated: readers accept terms")
        MANUAL = "manual", _("Gated: somebody lets each reader in")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.HUB)
    """Never changes: what was published there belongs to it."""
    endpoint = models.URLField(max_length=300, blank=True, default="https://huggingface.co")
    """The address of the Hub or storage, without a path; empty for a folder."""
    repo_id = models.CharField(max_length=193)
    """The repository on a Hub as organisation/name; bucket/prefix of a storage; the path of a folder."""
    region = models.CharField(max_length=40, blank=True)
    access_key = models.CharField(max_length=128, blank=True)
    """The public half of a storage's credentials; the other half is the secret."""
    is_private = models.BooleanField(default=False)
    """Nothing is sent to a place that anybody may read."""
    gating = models.CharField(max_length=10, choices=Gating, blank=True, default=Gating.NONE)
    """Nothing is sent to a Hub's repository that is open to readers who accepted nothing."""
    create_if_missing = models.BooleanField(default=False)
    secret = models.ForeignKey(Secret, models.PROTECT, null=True, related_name="+")
    """Null until a token was given, and again when the endpoint changed."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_hub(self) -> bool:
        """Whether it is a repository with commits and tags."""
        return self.kind == self.Kind.HUB

    @property
    def needs_token(self) -> bool:
        """Whether somebody asks who we are there."""
        return self.kind != self.Kind.FOLDER


def only_native() -> list[str]:
    """Return the sources of annotations that a recipe takes unless somebody said otherwise."""
    return [Recipe.Source.NATIVE.value]


def only_training() -> list[str]:
    """Return the pools from which a recipe takes scenarios unless somebody said otherwise."""
    return [Family.Pool.TRAIN.value]


class Recipe(models.Model):
    """What to publish: which projects' annotations, by which rules, under which name and license."""

    class Aggregation(models.TextChoices):
        MAJORITY = "majority", words("Majority of the votes")
        """More than half of the votes decide."""
        MEAN = "mean strength", words("Mean strength")
        """The side of the mean strength decides."""
        DAWID_SKENE = "dawid-skene", words("Dawid and Skene")
        """Votes weigh by how their givers err."""
        BRADLEY_TERRY = "bradley-terry", words("Bradley and Terry")
        """All comparisons of a scenario's responses decide together."""

    class Ties(models.TextChoices):
        COUNT = "count", words("Count as votes for neither")
        """A tie is a vote for neither."""
        IGNORE = "ignore", words("Leave the decision to the others")
        """Those who preferred one decide."""

    class Plural(models.TextChoices):
        KEEP = "keep", words("Compared, without a winner")
        """What an adjudicator left plural is compared, and has no winner."""
        VOTE = "vote", words("Decided as all others")
        """It is decided as everything else."""
        LEAVE_OUT = "leave out", words("Left out")

    class Source(models.TextChoices):
        NATIVE = "native"
        IMPORT = "import"
        LABEL_STUDIO = "label_studio"

    slug = models.SlugField(max_length=60, unique=True)
    """Names the folder of its releases, so it never changes."""
    name = models.CharField(max_length=120)
    """The dataset's name on its card."""
    description = models.TextField(blank=True)
    license = models.CharField(max_length=60, default="cc-by-4.0")
    """A license id of the Hub, for what people wrote here; model outputs keep the terms of their makers."""
    projects: "models.ManyToManyField[Project, models.Model]" = models.ManyToManyField(
        Project, related_name="recipes"
    )
    heldout_domains: "models.ManyToManyField[Domain, models.Model]" = models.ManyToManyField(
        Domain, related_name="+", blank=True
    )
    """Their rows appear in the split test_heldout_domain and nowhere else."""
    minimum_annotators = models.PositiveSmallIntegerField(default=2)
    """Pairs that fewer people judged stay out."""
    validation_permille = models.PositiveSmallIntegerField(default=50)
    """Families whose bucket is below this go to the validation split."""
    aggregation = models.CharField(
        max_length=16,
        choices=Aggregation,
        default=Aggregation.MAJORITY,
        db_default=Aggregation.MAJORITY.value,
    )
    """How the votes on a pair become its winner."""
    ties = models.CharField(max_length=8, choices=Ties, default=Ties.COUNT, db_default=Ties.COUNT.value)
    plural = models.CharField(
        max_length=10, choices=Plural, default=Plural.KEEP, db_default=Plural.KEEP.value
    )
    configs = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)
    """Names of the configs that are written; all when there are none."""
    sources = ArrayField(
        models.CharField(max_length=16, choices=Source), default=only_native, db_default=["native"]
    )
    """Where verdicts may come from, those of outside annotators included. Those of a model that judges are never released."""
    pools = ArrayField(
        models.CharField(max_length=8, choices=Family.Pool), default=only_training, db_default=["TRAIN"]
    )
    """TRAIN for training; EVAL makes `benchmark`, ATTACK makes `adversarial`. PRIVATE never leaves."""
    domains: "models.ManyToManyField[Domain, models.Model]" = models.ManyToManyField(
        Domain, related_name="+", blank=True
    )
    """Takes scenarios of these alone; of all domains when there are none."""
    traits: "models.ManyToManyField[TraitVersion, models.Model]" = models.ManyToManyField(
        TraitVersion, related_name="+", blank=True
    )
    """Takes verdicts on these wordings, and overall ones, alone; on all when there are none."""
    is_demo = models.BooleanField(default=False)
    """Takes the starter pack's rows, and nothing else; no other recipe takes them."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(minimum_annotators__gte=1), name="recipe_minimum_positive"),
            models.CheckConstraint(condition=Q(validation_permille__lte=500), name="recipe_validation_share"),
            models.CheckConstraint(
                condition=Q(sources__len__gte=1, pools__len__gte=1)
                & Q(pools__contained_by=["TRAIN", "EVAL", "ATTACK"])
                & Q(sources__contained_by=["native", "import", "label_studio"]),
                name="recipe_choices_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name
