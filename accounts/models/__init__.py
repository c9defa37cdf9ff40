"""People, how they get in, what they consented to, what they did with their rights, and their tokens."""

from accounts.models.door import Invitation, SignInAttempt, Visit
from accounts.models.people import (
    APPEND_ONLY,
    NOWHERE,
    ConsentRecord,
    ConsentVersion,
    Role,
    User,
    UserManager,
    UserQuerySet,
    UserRequest,
)
from accounts.models.profiles import Profile
from accounts.models.tokens import ApiToken, KeptAnswer, Scope
from accounts.models.trail import AUDIT_HASH, AuditCheck, AuditEvent

__all__ = [
    "APPEND_ONLY",
    "AUDIT_HASH",
    "NOWHERE",
    "ApiToken",
    "AuditCheck",
    "AuditEvent",
    "ConsentRecord",
    "ConsentVersion",
    "Invitation",
    "KeptAnswer",
    "Profile",
    "Role",
    "Scope",
    "SignInAttempt",
    "User",
    "UserManager",
    "UserQuerySet",
    "UserRequest",
    "Visit",
]
