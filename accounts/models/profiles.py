"""What may be said about people beside their labels, in broad bands, if they want that."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Expertise(models.TextChoices):
    ARTS = "arts and journalism", _("Arts and journalism")
    BUSINESS = "business and administration", _("Business and administration")
    EDUCATION = "education", _("Education")
    HEALTH = "medicine and nursing", _("Medicine and nursing")
    LAW = "law", _("Law")
    PHILOSOPHY = "philosophy and ethics", _("Philosophy and ethics")
    PSYCHOLOGY = "psychology and counselling", _("Psychology and counselling")
    RELIGION = "religion and pastoral care", _("Religion and pastoral care")
    SCIENCE = "science and engineering", _("Science and engineering")
    SOCIAL = "social work", _("Social work")
    OTHER = "other", _("Something else")


class Years(models.TextChoices):
    TWO = "0-2", _("Up to 2 years")
    FIVE = "3-5", _("3 to 5 years")
    TEN = "6-10", _("6 to 10 years")
    TWENTY = "11-20", _("11 to 20 years")
    MORE = "over 20", _("More than 20 years")


class Region(models.TextChoices):
    AFRICA = "Africa", _("Africa")
    ASIA = "Asia", _("Asia")
    EUROPE = "Europe", _("Europe")
    LATIN_AMERICA = "Latin America and the Caribbean", _("Latin America and the Caribbean")
    NORTHERN_AMERICA = "Northern America", _("Northern America")
    OCEANIA = "Oceania", _("Oceania")


class Profile(models.Model):
    """What one person does, for how long, and where. Every field may stay empty, and releases tell none unasked."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="profile"
    )
    expertise = models.CharField(max_length=40, blank=True, choices=Expertise)
    years = models.CharField(max_length=10, blank=True, choices=Years)
    region = models.CharField(max_length=40, blank=True, choices=Region)
    """Of the world, as the United Nations divide it."""
    is_released = models.BooleanField(default=False)
    """The person wants it told beside their labels, where enough others share it."""
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expertise__in=["", *Expertise.values])
                & models.Q(years__in=["", *Years.values])
                & models.Q(region__in=["", *Region.values]),
                name="profile_in_broad_bands",
            )
        ]

    def __str__(self) -> str:
        return f"profile of {self.user_id}"
