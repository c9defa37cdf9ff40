"""Where people disagree, what they say about it, and how it was settled."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7
from config.wording import words
from curation.models import Comment, Criterion, Response, TraitVersion
from labeling.models.annotations import Annotation
from labeling.models.items import Item, ItemResponse
from labeling.models.projects import Membership
from labeling.models.verdicts import APPENDED, CriterionMark

JUDGES = (Membership.Role.LEAD, Membership.Role.ADJUDICATOR)
NEVER_ONES_OWN = pgtrigger.Trigger(
    name="never_ones_own",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF EXISTS (
            SELECT 1 FROM labeling_disagreement d
            JOIN labeling_assignment a ON a.item_id = d.item_id AND a.annotator_id = NEW.adjudicator_id
            JOIN labeling_annotation n ON n.assignment_id = a.id
            WHERE d.id = NEW.disagreement_id
        ) THEN
            RAISE EXCEPTION 'an adjudicator is never one of the annotators' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)


class DisagreementQuerySet(models.QuerySet["Disagreement"]):
    """Which disagreements."""

    def settled_by(self, user: User) -> Self:
        """Those in projects that the person leads or adjudicates."""
        if user.is_superuser:
            return self
        mine = Membership.objects.filter(user=user, role__in=JUDGES, project=OuterRef("item__project"))
        return self.filter(Exists(mine))

    def about_labels_of(self, user: User) -> Self:
        """Those about items that the person judged."""
        judged = Annotation.objects.filter(assignment__item=OuterRef("item"), assignment__annotator=user)
        return self.filter(Exists(judged))

    def told_to(self, user: User) -> Self:
        """Those about a person's own labels that were settled, or about which someone asks them."""
        asked = Remark.objects.filter(disagreement=OuterRef("pk"))
        return self.about_labels_of(user).filter(Q(is_open=False) & decided() | Exists(asked))

    def visible_to(self, user: User) -> Self:
        """Those that a person settles, and those that they are told of."""
        return self.filter(
            Q(pk__in=self.settled_by(user).values("pk")) | Q(pk__in=self.told_to(user).values("pk"))
        )

    def waiting(self) -> Self:
        """Those without a decision in force, the widest first."""
        return self.filter(is_open=True).order_by("-measure", "id")

    def settled(self) -> Self:
        """Those with a decision in force, the newest first."""
        return self.filter(decided(), is_open=False).order_by("-opened_at")

    def with_item(self) -> Self:
        """Together with the conversation, the question, and the place of the response that it is about."""
        places = ItemResponse.objects.filter(item=OuterRef("item"), response=OuterRef("response"))
        return self.select_related(
            "item__project", "item__scenario__domain", "trait_version__trait", "criterion"
        ).annotate(place=Subquery(places.values("place")[:1]))


class Disagreement(models.Model):
    """People answered one question about an item differently.

    A preference compares its responses on a trait; a rating holds one response against a trait, and a mark against a
    criterion.
    """

    class Kind(models.TextChoices):
        PREFERENCE = "preference", words("Preference")
        RATING = "rating", words("Rating")
        MARK = "mark", words("Mark")

    class Rule(models.TextChoices):
        OPPOSITE = "opposite signs", words("Opposite")
        """Some prefer the one response, some the other; or some say met, some not met."""
        SPREAD = "spread", words("Spread")
        """Strengths or ratings lie far apart."""
        UNSURE = "unsure", words("Unsure")
        """Many could not judge."""
        SENT = "sent", words("Sent")
        """A lead sent it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, db_index=False, related_name="disagreements")
    trait_version = models.ForeignKey(TraitVersion, models.PROTECT, null=True, related_name="+")
    """Null for the overall preference, and for a mark on a criterion without a trait."""
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="+")
    """In the wording that was marked; null for preferences and ratings."""
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    """Null for preferences, which are about all of them."""
    rule = models.CharField(max_length=16, choices=Rule)
    """What made it contested."""
    measure = models.FloatField(default=0)
    """Standard deviation of the answers, in steps of the scale; of marks, met is 1 and not met -1."""
    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField(default=timezone.now)

    objects = DisagreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "trait_version", "criterion", "response"],
                name="disagreement_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(criterion=None) | Q(response__isnull=False), name="marks_are_about_a_response"
            ),
        ]
        indexes = [
            models.Index(F("measure").desc(), "id", name="disagreement_open", condition=Q(is_open=True))
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"disagreement about {self.item_id}"

    @property
    def kind(self) -> Kind:
        """What people were asked."""
        if self.response_id is None:
            return self.Kind.PREFERENCE
        return self.Kind.RATING if self.criterion_id is None else self.Kind.MARK


class Adjudication(models.Model):
    """How one person settled a disagreement. Labels stay as they are; the newest row is in force."""

    class Cause(models.TextChoices):
        GAP = "guideline gap", words("Gap")
        SCENARIO = "underspecified scenario", words("Scenario")
        STYLE = "style", words("Style")
        REFUSAL = "refusal", words("Refusal")
        ERROR = "error", words("Error")
        FACTUAL = "factual", words("Factual")
        VALUES = "value divergence", words("Values")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    disagreement = models.ForeignKey(Disagreement, models.PROTECT, related_name="adjudications")
    adjudicator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=24, choices=Cause)
    strength = models.SmallIntegerField(null=True)
    """In canonical order, as in `Preference`; null where no single answer was given."""
    rating = models.PositiveSmallIntegerField(null=True)
    """From 0 to 4, as in `Rating`; null where no single answer was given."""
    mark = models.CharField(max_length=8, blank=True, choices=CriterionMark.Value)
    """Empty where no single answer was given."""
    is_plural = models.BooleanField(default=False)
    """All labels stand beside one another, and none is forced."""
    reason = models.TextField()
    amendment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="+")
    """The remark on the trait's draft that a gap led to."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(strength=None) | Q(strength__gte=-3, strength__lte=3),
                name="adjudication_strength_range",
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__lte=4), name="adjudication_rating_range"
            ),
            models.CheckConstraint(
                condition=Q(mark__in=["", "met", "not met"]), name="adjudication_mark_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="adjudication_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(is_plural=False) | Q(strength=None, rating=None, mark=""),
                name="plural_forces_no_label",
            ),
            models.CheckConstraint(
                condition=~Q(cause="value divergence") | Q(is_plural=True), name="values_stay_plural"
            ),
        ]
        triggers = [APPENDED, NEVER_ONES_OWN]

    def __str__(self) -> str:
        return self.cause


def decided() -> Exists:
    """Whether somebody decided a disagreement once."""
    return Exists(Adjudication.objects.filter(disagreement=OuterRef("pk")))


class Remark(models.Model):
    """What an adjudicator asks the people who judged an item, or what one of them answers."""

    disagreement = models.ForeignKey(Disagreement, models.PROTECT, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return self.text[:80]


class GoldQuerySet(models.QuerySet["GoldReference"]):
    """Which references."""

    def in_force(self) -> Self:
        """Those that answers are compared with."""
        return self.filter(retired_at=None)


class GoldReference(models.Model):
    """The reference label of a gold item on one trait, with its reason. A revision is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, db_index=False, related_name="gold_references")
    trait_version = models.ForeignKey(TraitVersion, models.PROTECT, null=True, related_name="+")
    """Null for the overall preference."""
    strength = models.SmallIntegerField()
    """In canonical order, as in `Preference`."""
    reason = models.TextField()
    """Shown to annotators after they submitted."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    adjudication = models.OneToOneField(Adjudication, models.PROTECT, null=True, related_name="gold")
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    objects = GoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "trait_version"],
                name="one_reference_in_force",
                condition=Q(retired_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(strength__gte=-3, strength__lte=3), name="gold_strength_range"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="gold_gives_its_reason"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="words_stay", exclude=["retired_at"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"reference {self.strength} of {self.item_id}"
