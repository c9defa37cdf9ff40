"""People, how they get in, what they consented to, what they did with their rights, and their tokens."""

from accounts.models.people import (
    APPEND_ONLY,
    AUDIT_HASH,
    NOWHERE,
    AuditEvent,
    ConsentRecord,
    ConsentVersion,
    Invitation,
    InvitationQuerySet,
    Role,
    SignInAttempt,
    User,
    UserManager,
    UserQuerySet,
    UserRequest,
)
from accounts.models.tokens import ApiToken, KeptAnswer, Scope

__all__ = [
    "APPEND_ONLY",
    "AUDIT_HASH",
    "NOWHERE",
    "ApiToken",
    "AuditEvent",
    "ConsentRecord",
    "ConsentVersion",
    "Invitation",
    "InvitationQuerySet",
    "KeptAnswer",
    "Role",
    "Scope",
    "SignInAttempt",
    "User",
    "UserManager",
    "UserQuerySet",
    "UserRequest",
]
