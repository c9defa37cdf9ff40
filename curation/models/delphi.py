"""Delphi rounds: an anonymous panel rates each statement of a draft."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7
from curation.models.reviews import APPENDED
from curation.models.traits import TraitVersion

MOST_ROUNDS = 3
VOTE_OF_THE_PANEL = pgtrigger.Trigger(
    name="vote_of_the_panel",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM curation_delphistatement s
            JOIN curation_delphiround r ON r.id = s.round_id
            JOIN curation_delphipanelist p ON p.version_id = r.version_id AND p.id = NEW.panelist_id
            WHERE s.id = NEW.statement_id AND r.closed_at IS NULL
        ) THEN
            RAISE EXCEPTION 'only the panel rates, and only while the round is open'
            USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)


class DelphiPanelist(models.Model):
    """Someone asked to rate a draft's statements, and the group whose view they bring, if groups matter."""

    version = models.ForeignKey(TraitVersion, models.PROTECT, related_name="panel")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    group = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="panelist_once")]

    def __str__(self) -> str:
        return f"{self.person} on the panel of {self.version_id}"


class DelphiRoundQuerySet(models.QuerySet["DelphiRound"]):
    """Which rounds."""

    def waiting_for(self, user: User) -> Self:
        """Open rounds in which a panelist has statements left to rate."""
        unrated = DelphiStatement.objects.filter(round=models.OuterRef("pk")).exclude(
            votes__panelist__person=user
        )
        asked = self.filter(closed_at=None, version__panel__person=user)
        return asked.filter(models.Exists(unrated))


class DelphiRound(models.Model):
    """One round of ratings of a draft's statements, as they are worded at its opening."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(TraitVersion, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    in_percent = models.PositiveSmallIntegerField()
    """A statement is in when at least this share rates it 7 to 9 …"""
    out_percent = models.PositiveSmallIntegerField()
    """… and less than this share rates it 1 to 3: the deployment's settings at the opening."""
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    objects = DelphiRoundQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="delphi_round_number"),
            models.UniqueConstraint(
                fields=["version"], name="one_open_delphi_round", condition=Q(closed_at=None)
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_ROUNDS), name="delphi_round_range"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="closed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.number} on {self.version_id}"


class DelphiStatement(models.Model):
    """One statement of a round, in the words that the panel rates."""

    round = models.ForeignKey(DelphiRound, models.CASCADE, related_name="statements")
    part = models.CharField(max_length=60)
    """`definition`, or the key of a behaviour or criterion: what joins the rounds."""
    kind = models.CharField(max_length=20)
    """definition, exhibits, violates, counterfeit, boundary or criterion."""
    text = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["round", "part"], name="delphi_statement_once")]
        triggers = [pgtrigger.Protect(name="words_stay", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.text[:80]


class DelphiVote(models.Model):
    """One panelist's rating of one statement. Cast once; who cast it is on no page."""

    statement = models.ForeignKey(DelphiStatement, models.PROTECT, related_name="votes")
    panelist = models.ForeignKey(DelphiPanelist, models.PROTECT, related_name="votes")
    rating = models.PositiveSmallIntegerField()
    """1 does not belong in the trait … 9 essential to it."""
    reason = models.TextField(blank=True)
    is_dissent = models.BooleanField(default=False)
    """The panelist wants the reason published with the version, without a name."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "panelist"], name="delphi_vote_once"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=9), name="delphi_rating_range"),
            models.CheckConstraint(
                condition=Q(is_dissent=False) | ~Q(reason=""), name="delphi_dissent_has_a_reason"
            ),
        ]
        triggers = [APPENDED, VOTE_OF_THE_PANEL]

    def __str__(self) -> str:
        return str(self.rating)
