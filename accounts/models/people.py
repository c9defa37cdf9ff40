"""People, their roles, and what they consented to."""

from typing import Any, ClassVar, Self
from uuid import UUID

import pgtrigger
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone

from config.ids import uuid7

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Role(models.TextChoices):
    """The global roles: names of Django groups."""

    TRAIT_AUTHORS = "trait authors"
    CURATORS = "curators"
    STEWARDS = "stewards"
    ADMINISTRATORS = "administrators"


NOWHERE = ".invalid"
"""The end of an e-mail address that stands in for an unknown one."""
ASKS_AGAIN = pgtrigger.Trigger(
    name="asks_again",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    # Those who had agreed to an earlier wording; who refused, or was never asked, is left in peace.
    func="""
        UPDATE accounts_user u SET is_consent_due = true
        WHERE (SELECT r.is_given FROM accounts_consentrecord r WHERE r.user_id = u.id
               ORDER BY r.created_at DESC, r.id DESC LIMIT 1);
        RETURN NEW;
    """,
)
ANSWERED = pgtrigger.Trigger(
    name="answered",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
        UPDATE accounts_user SET is_consent_due = false
        WHERE id = NEW.user_id AND is_consent_due
          AND NEW.version_id = (SELECT v.id FROM accounts_consentversion v ORDER BY v.number DESC LIMIT 1);
        RETURN NEW;
    """,
)


class UserQuerySet(models.QuerySet["User"]):
    """Which people."""

    def with_consent(self) -> Self:
        """People whose newest word is that their labels may be released."""
        newest = ConsentRecord.objects.filter(user=models.OuterRef("pk")).order_by("-created_at", "-id")
        return self.alias(gave=models.Subquery(newest.values("is_given")[:1])).filter(gave=True)

    def administrators(self) -> Self:
        """People who administer the deployment and have not been let go."""
        return self.filter(is_superuser=True, is_active=True)

    def visible_to(self, user: "User") -> Self:
        """The one door through which views reach accounts: one's own, and all for administrators."""
        return self if user.has_role(Role.ADMINISTRATORS) else self.filter(pk=user.pk)

    def with_password(self) -> Self:
        """People who have set a password or come by a provider, so that they have been in."""
        has_none = models.Q(password="") | models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return self.filter(~has_none | models.Q(socialaccount__isnull=False)).distinct()

    def people(self) -> Self:
        """Everybody but the authors of the demo annotations, and those of whom nothing is known any more."""
        return self.filter(is_demo=False, erased_at=None)


class UserManager(BaseUserManager["User"]):
    """Creates users; there is no open sign-up, so only actions and commands call it."""

    def get_queryset(self) -> UserQuerySet:
        """All people."""
        return UserQuerySet(self.model, using=self._db)

    def with_consent(self) -> UserQuerySet:
        """People whose newest word is that their labels may be released."""
        return self.get_queryset().with_consent()

    def administrators(self) -> UserQuerySet:
        """People who administer the deployment and have not been let go."""
        return self.get_queryset().administrators()

    def visible_to(self, user: "User") -> UserQuerySet:
        """The one door through which views reach accounts."""
        return self.get_queryset().visible_to(user)

    def people(self) -> UserQuerySet:
        """Everybody but the authors of the demo annotations."""
        return self.get_queryset().people()

    def create_user(self, email: str, *, name: str = "", password: str | None = None) -> "User":
        """Create a user who can't sign in until a password is set."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by e-mail, whatever its case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Global roles are Django groups; `is_superuser` means administrator."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    """Always lower case."""
    new_email = models.EmailField(max_length=254, blank=True)
    """An address that they want to sign in with once they have shown that they read it."""
    name = models.CharField(max_length=120, blank=True)
    """What colleagues see. It never leaves in a release."""
    language = models.CharField(max_length=10, blank=True, db_default="", default="")
    """In which letters are written to them; empty for English. The languages there are may change without us."""
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    """Stands for the authors of the demo annotations; can't sign in."""
    is_consent_due = models.BooleanField(default=False, db_default=False)
    """A newer wording than the one they agreed to waits for their answer; kept by the database."""
    joined_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)
    """When everything that tells who this was went away; the row stays for what hangs on it."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(
                condition=models.Q(erased_at=None)
                | models.Q(name="", is_active=False, is_superuser=False, email__endswith=NOWHERE),
                name="erased_user_is_nobody",
            ),
        ]

    def __str__(self) -> str:
        return "somebody who left" if self.erased_at else self.name or self.email

    @property
    def has_come_in(self) -> bool:
        """Whether the person has set a password or come by a provider; lists fetch `socialaccount_set` ahead."""
        person: Any = self
        return bool(self.password and self.has_usable_password()) or person.socialaccount_set.all().exists()

    @property
    def newest_consent(self) -> "ConsentRecord | None":
        """The person's newest word on releases, with the wording it was about."""
        return self.consents.select_related("version").order_by("-created_at", "-pk").first()

    @property
    def has_given_consent(self) -> bool:
        """Whether the person's newest word is that their labels may be released."""
        newest = self.newest_consent
        return newest is not None and newest.is_given

    @property
    def needs_email(self) -> bool:
        """Whether nobody knows the e-mail address yet: the first administrator gives it on coming in."""
        return self.email.endswith(NOWHERE)

    @property
    def roles(self) -> list[str]:
        """The global roles that were given to the person."""
        return sorted(group.name for group in self.groups.all())

    @property
    def is_staff(self) -> bool:
        """Whether the person administers the deployment."""
        return self.is_superuser

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        words = (self.name or self.email).split()
        return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()

    def has_role(self, role: str) -> bool:
        """Whether the person holds a global role; administrators hold them all."""
        if self.is_superuser:
            return True
        if not hasattr(self, "_role_names"):
            self._role_names = set(self.groups.values_list("name", flat=True))
        return role in self._role_names

    @property
    def may_curate(self) -> bool:
        """Whether the person may read scenarios and responses with their provenance."""
        return any(self.has_role(role) for role in (Role.CURATORS, Role.TRAIT_AUTHORS, Role.STEWARDS))

    @property
    def may_write_traits(self) -> bool:
        """Whether the person writes traits, criteria and guidance."""
        return self.has_role(Role.TRAIT_AUTHORS)

    @property
    def may_release(self) -> bool:
        """Whether the person cuts and publishes releases."""
        return self.has_role(Role.STEWARDS)

    @property
    def may_read_results(self) -> bool:
        """Whether the person reads what came back from training and evaluation."""
        return self.has_role(Role.CURATORS) or self.has_role(Role.STEWARDS)


class UserRequest(HttpRequest):
    """A request of someone who is signed in."""

    user: User


class ConsentVersion(models.Model):
    """One wording of what people agree to when their labels are released. Never edited."""

    number = models.PositiveSmallIntegerField(unique=True)
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = [APPEND_ONLY, ASKS_AGAIN]

    def __str__(self) -> str:
        return f"consent {self.number}"


class ConsentRecord(models.Model):
    """A person gave or withdrew consent. The newest row counts; none is ever edited."""

    user = models.ForeignKey(User, models.PROTECT, related_name="consents")
    version = models.ForeignKey(ConsentVersion, models.PROTECT, related_name="+")
    is_given = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="consent_newest")]
        triggers = [APPEND_ONLY, ANSWERED]

    def __str__(self) -> str:
        return f"{self.user} {'gave' if self.is_given else 'withdrew'} {self.version}"
