"""Traits and their immutable versions."""

from typing import Self
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils import timezone

from accounts.models import Role, User
from config.ids import uuid7
from config.wording import words

FROZEN = ["published", "retired"]

REFUSE_WHEN_PUBLISHED = pgtrigger.Trigger(
    name="parts_of_published_version",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF EXISTS (
            SELECT 1 FROM curation_traitversion
            WHERE id = coalesce(NEW.version_id, OLD.version_id) AND state IN ('published', 'retired')
        ) THEN
            RAISE EXCEPTION 'a published trait version does not change' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN coalesce(NEW, OLD);
    """,
)

PUBLISHED_AFTER_APPROVAL = pgtrigger.Trigger(
    name="published_after_approval",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    # The starter pack has no author; how many approvals there must be is the deployment's setting, one is the least.
    condition=pgtrigger.Condition("NEW.state = 'published' AND NEW.author_id IS NOT NULL"),
    func="""
        IF TG_OP = 'UPDATE' AND OLD.state IN ('published', 'retired') THEN
            RETURN NEW;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM curation_traitreview r
            WHERE r.version_id = NEW.id AND r.round = NEW.review_round AND r.decision LIKE 'approve%'
            AND r.reviewer_id <> NEW.author_id
            AND NOT EXISTS (
                SELECT 1 FROM curation_contribution c WHERE c.version_id = NEW.id AND c.author_id = r.reviewer_id)
        ) THEN
            RAISE EXCEPTION 'nobody but its authors approved this wording' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)


class Trait(models.Model):
    """A disposition, whatever its current wording."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    """Its name outside: `trait_id` in releases. Never changed."""
    code = models.CharField(max_length=2, unique=True)
    """Two letters that cite it, like a siglum in a critical edition."""
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = [pgtrigger.ReadOnly(name="keeps_its_slug", fields=["slug"])]

    def __str__(self) -> str:
        return self.name


class TraitVersionQuerySet(models.QuerySet["TraitVersion"]):
    """Which trait versions."""

    def visible_to(self, user: User) -> Self:
        """Published wordings for everybody, drafts for those who write traits."""
        return self if user.has_role(Role.TRAIT_AUTHORS) else self.filter(state__in=FROZEN)

    def published(self) -> Self:
        """Versions that projects may pin."""
        return self.filter(state=TraitVersion.State.PUBLISHED)

    def waiting_for(self, user: User) -> Self:
        """Versions in review that the person may still speak on: not their own, not yet reviewed by them."""
        if not user.has_role(Role.TRAIT_AUTHORS):
            return self.none()
        said = models.FilteredRelation(
            "reviews", condition=models.Q(reviews__reviewer=user, reviews__round=models.F("review_round"))
        )
        others = self.filter(state=TraitVersion.State.IN_REVIEW).exclude(contributions__author=user)
        others = others.filter(models.Q(author=None) | ~models.Q(author=user))
        return others.alias(said=said).filter(said=None)

    def newest_of_each(self) -> Self:
        """The highest number of each trait, with its trait and the number of its behaviours."""
        higher = self.filter(trait=models.OuterRef("trait"), number__gt=models.OuterRef("number"))
        newest = self.filter(~models.Exists(higher)).select_related("trait")
        return newest.annotate(behaviour_count=models.Count("behaviours"))

    def with_parts(self) -> Self:
        """Versions with everything that their page shows."""
        return self.select_related("trait", "author").prefetch_related(
            "behaviours", "references", models.Prefetch("tensions", Tension.objects.select_related("other"))
        )


class TraitVersion(models.Model):
    """One wording of a trait. Once published it does not change: the database refuses it."""

    class State(models.TextChoices):
        DRAFT = "draft", words("Draft")
        IN_REVIEW = "in review", words("In Review")
        PUBLISHED = "published", words("Published")
        RETIRED = "retired", words("Retired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    trait = models.ForeignKey(Trait, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    definition = models.TextField()
    """One sentence that begins "Whether the model"."""
    benefit = models.TextField(blank=True)
    """Why it is good for people."""
    attribution = models.TextField(blank=True)
    meaning_changed = models.BooleanField(default=True)
    """Set by the author against the version before; true makes older annotations stale."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Null for the starter pack."""
    change_note = models.TextField(blank=True)
    """What changed against the version before, and why."""
    review_round = models.PositiveSmallIntegerField(default=0)
    """Raised each time the draft is submitted: earlier approvals were of another text."""
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    objects = TraitVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trait", "number"], name="trait_version_number"),
            models.CheckConstraint(
                condition=~models.Q(state__in=FROZEN) | models.Q(published_at__isnull=False),
                name="published_version_has_a_date",
            ),
        ]
        triggers = [
            PUBLISHED_AFTER_APPROVAL,
            pgtrigger.Protect(
                name="published_wording",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('published', 'retired')"
                    " AND to_jsonb(OLD) - 'state' IS DISTINCT FROM to_jsonb(NEW) - 'state'"
                ),
            ),
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=FROZEN) & ~pgtrigger.Q(new__state__in=FROZEN),
            ),
            pgtrigger.Protect(
                name="published_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=FROZEN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trait.slug}@{self.number}"

    @property
    def is_published(self) -> bool:
        """Whether the wording is final."""
        return self.state in FROZEN

    @property
    def exhibits(self) -> "list[Behaviour]":
        """What a response does that shows the trait."""
        return self.of_kind(Behaviour.Kind.EXHIBITS)

    @property
    def violates(self) -> "list[Behaviour]":
        """What a response does that fails it."""
        return self.of_kind(Behaviour.Kind.VIOLATES)

    @property
    def counterfeits(self) -> "list[Behaviour]":
        """What looks like it and is not."""
        return self.of_kind(Behaviour.Kind.COUNTERFEIT)

    @property
    def boundary_cases(self) -> "list[Behaviour]":
        """What lies on its border, and why."""
        return self.of_kind(Behaviour.Kind.BOUNDARY)

    def of_kind(self, kind: str) -> "list[Behaviour]":
        """Return the behaviours of a kind in their order, from those that were prefetched if any were."""
        return [behaviour for behaviour in self.behaviours.all() if behaviour.kind == kind]


class Behaviour(models.Model):
    """Something a response does that shows the trait, fails it, imitates it, or lies on its border."""

    class Kind(models.TextChoices):
        EXHIBITS = "exhibits", words("Exhibits")
        VIOLATES = "violates", words("Violates")
        COUNTERFEIT = "counterfeit", words("Counterfeit")
        BOUNDARY = "boundary", words("Boundary")

    class CountsAs(models.TextChoices):
        POSITIVE = "positive", words("Positive")
        NEGATIVE = "negative", words("Negative")
        NEUTRAL = "neutral", words("Neutral")

    version = models.ForeignKey(TraitVersion, models.CASCADE, related_name="behaviours")
    key = models.UUIDField(default=uuid4, db_default=RandomUUID())
    """The same in every version that keeps it, however it is reworded."""
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    counts_as = models.CharField(max_length=8, choices=CountsAs, blank=True)
    """Of a boundary case: how annotators shall count it."""
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="behaviour_key_once")]
        triggers = [REFUSE_WHEN_PUBLISHED]

    def __str__(self) -> str:
        return self.text

    @property
    def headline(self) -> str:
        """The first sentence, which names a counterfeit or states a case."""
        return self.text.partition(". ")[0].rstrip(".") + "."

    @property
    def explanation(self) -> str:
        """What follows the first sentence."""
        return self.text.partition(". ")[2]


class Tension(models.Model):
    """Where a trait pulls against another, and what then decides."""

    version = models.ForeignKey(TraitVersion, models.CASCADE, related_name="tensions")
    other = models.ForeignKey(Trait, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        triggers = [REFUSE_WHEN_PUBLISHED]

    def __str__(self) -> str:
        return self.text

    @property
    def part(self) -> str:
        """What remarks on it call it: the same in every version that keeps it."""
        return f"tension-{self.other_id}"


class Reference(models.Model):
    """A source that a trait version rests on."""

    version = models.ForeignKey(TraitVersion, models.CASCADE, related_name="references")
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True)

    class Meta:
        triggers = [REFUSE_WHEN_PUBLISHED]

    def __str__(self) -> str:
        return self.title
