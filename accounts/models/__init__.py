"""People, how they get in, what they consented to, and what they did with their rights."""

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
from accounts.models.trail import AUDIT_HASH, AuditCheck, AuditEvent

__all__ = [
    "APPEND_ONLY",
    "AUDIT_HASH",
    "NOWHERE",
    "AuditCheck",
    "AuditEvent",
    "ConsentRecord",
    "ConsentVersion",
    "Invitation",
    "Role",
    "SignInAttempt",
    "User",
    "UserManager",
    "UserQuerySet",
    "UserRequest",
    "Visit",
]
