"""Labeling efforts: which traits, which people, which rules."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce, Now, NullIf
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7
from config.wording import words
from curation.models import Import, TraitVersion
from labeling.questions import USUAL, Question


def usual_questions() -> list[str]:
    """Return what a project asks when nothing else was chosen."""
    return [str(question) for question in USUAL]


QUESTIONS_STAY = pgtrigger.Trigger(
    name="questions_stay",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__questions__df=pgtrigger.F("new__questions")),
    func="""
        IF EXISTS (
            SELECT 1 FROM labeling_item i JOIN labeling_assignment a ON a.item_id = i.id WHERE i.project_id = NEW.id
        ) THEN
            RAISE EXCEPTION 'an item was handed out under other questions' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)


class ProjectQuerySet(models.QuerySet["Project"]):
    """Which projects."""

    def visible_to(self, user: User) -> Self:
        """Projects that the person takes part in; administrators see all."""
        return self if user.is_superuser else self.filter(memberships__user=user)

    def open(self) -> Self:
        """Projects in which people can label now."""
        return self.filter(state=Project.State.OPEN)

    def with_progress(self) -> Self:
        """Each with `done`, the annotations so far that fill places, and `wanted`, how many there shall be."""
        done = Membership.objects.filter(project=models.OuterRef("pk")).order_by().values("project")
        return self.annotate(
            done=Coalesce(
                models.Subquery(done.annotate(sum=Sum(F("done") - F("calibrated"))).values("sum")), Value(0)
            ),
            wanted=F("items_total") * F("overlap"),
        )

    def with_abandoned_leases(self) -> Self:
        """Projects in which a lease ran out and still holds a place."""
        return self.filter(
            items__assignments__state="leased", items__assignments__expires_at__lt=Now()
        ).distinct()


class Project(models.Model):
    """Traits, items, people and rules of one labeling effort."""

    class State(models.TextChoices):
        DRAFT = "draft", words("Draft")
        OPEN = "open", words("Open")
        PAUSED = "paused", words("Paused")
        CLOSED = "closed", words("Closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    guidelines = models.TextField(blank=True)
    guidelines_html = models.TextField(blank=True)
    """Rendered and sanitised when the guidelines are saved."""
    questions = ArrayField(
        models.CharField(max_length=12, choices=[(each.value, each.value) for each in Question]),
        default=usual_questions,
    )
    """What is asked about each item: values of `Question`. Fixed once the first item was handed out."""
    overlap = models.PositiveSmallIntegerField(default=2)
    """How many people judge each item."""
    gold_percent = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Of a hundred items handed out, how many are gold."""
    is_calibrating = models.BooleanField(default=False, db_default=False)
    """Whether a round is open: only then does a claim ask what is due."""
    lease_minutes = models.PositiveSmallIntegerField(default=60)
    rationale_from = models.PositiveSmallIntegerField(default=2)
    """A rationale is required from this strength on, in any trait."""
    shows_domain = models.BooleanField(default=True, db_default=True)
    """Whether annotators see which domain a conversation is of. Model names and pools are never sent."""
    is_demo = models.BooleanField(default=False)
    next_position = models.BigIntegerField(default=1)
    """The next free place in the queue; taken by `labeling.queue.reserve_positions` alone."""
    urgent_last = models.BigIntegerField(default=0, db_default=0)
    """The highest position that an urgent item was given: who has walked so far need not look for one."""
    items_total = models.PositiveBigIntegerField(default=0)
    """How many items there are, kept beside them: counting a million rows is no work for a page."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    traits: "models.ManyToManyField[TraitVersion, ProjectTrait]" = models.ManyToManyField(
        TraitVersion, through="ProjectTrait", related_name="projects"
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(overlap__gte=1), name="project_overlap_positive"),
            models.CheckConstraint(condition=Q(gold_percent__lte=50), name="project_gold_share"),
            models.CheckConstraint(
                condition=Q(questions__len__gte=1, questions__contained_by=[str(each) for each in Question]),
                name="project_questions_known",
            ),
            models.CheckConstraint(
                condition=Q(lease_minutes__gte=1, lease_minutes__lte=120), name="project_lease_range"
            ),
        ]
        triggers = [QUESTIONS_STAY]

    def __str__(self) -> str:
        return self.name

    def is_led_by(self, user: User) -> bool:
        """Whether the person may change the project."""
        return user.is_superuser or self.memberships.filter(user=user, role=Membership.Role.LEAD).exists()


class ProjectTrait(models.Model):
    """A trait version that a project pins, and its place on the page."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="pins")
    trait_version = models.ForeignKey(TraitVersion, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["project", "trait_version"], name="project_pins_once")]

    def __str__(self) -> str:
        return f"{self.project} pins {self.trait_version}"


AS_CAREFUL_AS_ITS_PERSON = pgtrigger.Trigger(
    name="as_careful_as_its_person",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        NEW.is_careful = EXISTS (SELECT 1 FROM labeling_care c WHERE c.person_id = NEW.user_id);
        RETURN NEW;
    """,
)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Which memberships."""

    def queues_of(self, user: User) -> Self:
        """A person's places in projects that are open, those that have got the least of what they want first."""
        others = Membership.objects.filter(project=models.OuterRef("project")).order_by().values("project")
        filled = models.Subquery(others.annotate(sum=Sum(F("done") - F("calibrated"))).values("sum"))
        wanted = NullIf(F("project__items_total") * F("project__overlap"), Value(0))
        mine = self.select_related("project").filter(user=user, project__state=Project.State.OPEN)
        share = Coalesce(filled * Value(1.0) / wanted, Value(1.0), output_field=models.FloatField())
        return mine.annotate(filled=share).order_by("filled", "created_at")


class Membership(models.Model):
    """A person's role in a project, and how far they walked its queue."""

    class Role(models.TextChoices):
        LEAD = "lead", words("Lead")
        ADJUDICATOR = "adjudicator", words("Adjudicator")
        ANNOTATOR = "annotator", words("Annotator")

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.ANNOTATOR)
    cursor = models.BigIntegerField(default=0)
    """Position of the last item claimed; the queue is never searched before it."""
    urgent_cursor = models.BigIntegerField(default=0, db_default=0)
    """The same for urgent items, which are handed out before the others."""
    missed_from = models.BigIntegerField(null=True)
    """Lowest position passed over because someone held its lock at that moment; searched again at the end."""
    done = models.PositiveIntegerField(default=0)
    """Items of the project that this person has judged, late ones included."""
    calibrated = models.PositiveIntegerField(default=0, db_default=0)
    """Those of them that were handed out to calibrate and fill no place."""
    is_block_reversed: "models.BooleanField[bool | None, bool | None]" = models.BooleanField(null=True)
    """How the first of two items was ordered, while the second of the block is still to come."""
    is_careful = models.BooleanField(default=False, db_default=False)
    """Whether the person set something under `Care`; kept by the database, so that a claim needn't look."""
    created_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_role_per_project")]
        triggers = [AS_CAREFUL_AS_ITS_PERSON]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.project}"

    @property
    def percent(self) -> int:
        """How much of the project the person has judged, from 0 to 100."""
        total = self.project.items_total
        return min(100, self.done * 100 // total) if total else 0


class ProjectImport(models.Model):
    """An import whose responses become items of a project."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="imports")
    import_run = models.OneToOneField(Import, models.PROTECT, related_name="+")
    verdicts = models.PositiveIntegerField(default=0, db_default=0)
    """How many verdicts of outside annotators it brought that were not here before."""

    def __str__(self) -> str:
        return f"{self.import_run} into {self.project}"
