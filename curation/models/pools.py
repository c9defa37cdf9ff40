"""Pools: by which policy families are kept apart, and what marks those that must never be trained on."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.ids import uuid7
from curation.models.guards import TERMS_STAY
from curation.models.scenarios import Domain, Family, PoolPolicy
from curation.models.traits import Trait


class PoolRule(models.Model):
    """One thing that a policy holds out whole: a domain, a trait, or a family, and the pool it goes to."""

    policy = models.ForeignKey(PoolPolicy, models.CASCADE, related_name="rules")
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, related_name="+")
    trait = models.ForeignKey(Trait, models.PROTECT, null=True, related_name="+")
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    pool = models.CharField(max_length=8, choices=Family.Pool, default=Family.Pool.EVAL)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(domain__isnull=False, trait=None, family=None)
                | Q(domain=None, trait__isnull=False, family=None)
                | Q(domain=None, trait=None, family__isnull=False),
                name="pool_rule_names_one_thing",
            ),
            models.UniqueConstraint(
                fields=["policy", "domain", "trait", "family"], name="pool_rule_once", nulls_distinct=False
            ),
        ]
        triggers = [TERMS_STAY]

    def __str__(self) -> str:
        return f"{self.domain_id or self.trait_id or self.family_id} to {self.pool}"


class PoolShare(models.Model):
    """The share of a cell's clusters that a policy holds out, where it differs from the policy's own."""

    policy = models.ForeignKey(PoolPolicy, models.CASCADE, related_name="shares")
    trait = models.ForeignKey(Trait, models.PROTECT, related_name="+")
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="+")
    eval_permille = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "trait", "domain"], name="pool_share_once"),
            models.CheckConstraint(condition=Q(eval_permille__lte=1000), name="pool_share_range"),
        ]
        triggers = [TERMS_STAY]

    def __str__(self) -> str:
        return f"{self.eval_permille} ‰ of {self.trait_id} in {self.domain_id}"


class Canary(models.Model):
    """A string that no text of the world holds but ours: a model that knows it was trained on a pool."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pool = models.CharField(max_length=8, choices=Family.Pool, unique=True)
    text = models.CharField(max_length=300, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "canaries"
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text
