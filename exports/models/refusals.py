"""Waivers that somebody did not want to answer for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from exports.models.gates import WaiverRequest
from exports.models.guards import KEPT, REFUSED_BY_ANOTHER


class WaiverRefusal(models.Model):
    """Another steward does not answer for it, and says why. Nobody can after that."""

    request = models.OneToOneField(WaiverRequest, models.PROTECT, related_name="refusal")
    reason = models.TextField()
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="waiver_refusal_says_why")]
        triggers = [KEPT, REFUSED_BY_ANOTHER]

    def __str__(self) -> str:
        return self.reason[:80]
