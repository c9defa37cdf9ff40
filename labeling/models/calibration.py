"""How people calibrate: what they say against a reference, rounds that they take part in, and who has qualified."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7
from config.wording import words
from labeling.models.adjudication import GoldReference
from labeling.models.items import Item
from labeling.models.projects import Membership, Project
from labeling.models.verdicts import APPENDED


class ContestQuerySet(models.QuerySet["GoldContest"]):
    """Which objections."""

    def waiting(self) -> Self:
        """Those that nobody answered yet, the oldest first."""
        return self.filter(outcome="").order_by("id")

    def answered(self) -> Self:
        """Those with an answer, the newest first."""
        return self.exclude(outcome="").order_by("-answered_at")


class GoldContest(models.Model):
    """Why a person thinks that a reference label is wrong, and what a lead answered."""

    class Outcome(models.TextChoices):
        KEPT = "kept", words("Kept")
        REVISED = "revised", words("Revised")

    reference = models.ForeignKey(GoldReference, models.PROTECT, related_name="contests")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ContestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "author"], name="one_contest_waits", condition=Q(outcome="")
            ),
            models.CheckConstraint(condition=~Q(text=""), name="contest_says_why"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None)
                | Q(outcome__in=["kept", "revised"], answered_at__isnull=False) & ~Q(answer=""),
                name="contest_answer_says_why",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="objection_stays", fields=["reference", "author", "text", "created_at"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class RoundQuerySet(models.QuerySet["Round"]):
    """Which rounds."""

    def running(self) -> Self:
        """Rounds for which items are handed out."""
        return self.filter(state=Round.State.OPEN)

    def visible_to(self, user: User) -> Self:
        """Rounds in projects that the person leads, and norming rounds that they take part in."""
        if user.is_superuser:
            return self
        led = Project.objects.filter(memberships__user=user, memberships__role=Membership.Role.LEAD)
        own = Round.people.through.objects.filter(user=user).values("round")
        return self.filter(Q(project__in=led) | Q(pk__in=own))


class Round(models.Model):
    """Items that people judge to calibrate: to qualify by their references, or to compare notes in a norming."""

    class Kind(models.TextChoices):
        QUALIFICATION = "qualification", words("Qualification")
        NORMING = "norming", words("Norming")

    class State(models.TextChoices):
        OPEN = "open", words("Open")
        REVEALED = "revealed", words("Revealed")
        """Of a norming: votes are shown without names, and people may vote again."""
        CLOSED = "closed", words("Closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="rounds")
    kind = models.CharField(max_length=16, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    name = models.CharField(max_length=120)
    pass_percent = models.PositiveSmallIntegerField(default=70)
    """Of a qualification: how many of a hundred answers must point the way of the reference."""
    items = models.ManyToManyField(Item, related_name="rounds")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    """Of a norming: who votes. A qualification is for all annotators of the project."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    revealed_at = models.DateTimeField(null=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pass_percent__lte=100), name="round_pass_mark"),
            models.CheckConstraint(
                condition=~Q(state="revealed") | Q(kind="norming", revealed_at__isnull=False),
                name="only_norming_is_revealed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Qualification(models.Model):
    """How a person did in a qualification round, under which trait versions. A retake is a new row."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="results")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="qualifications")
    trait_versions = ArrayField(models.UUIDField())
    """Those that the project pinned: another meaning of one of them makes it due again."""
    same = models.PositiveIntegerField()
    """Answers that pointed the way of the reference."""
    compared = models.PositiveIntegerField()
    has_passed = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(same__lte=models.F("compared")), name="qualification_counts_fit"
            ),
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"{self.same} of {self.compared}"


class RoundRemark(models.Model):
    """What someone says about an item of a norming round after the votes were shown."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="remarks")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="round_remark_says_something")]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return self.text[:80]
