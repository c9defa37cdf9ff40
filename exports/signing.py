"""Signs what webhooks get, so that they can tell that it is from us and when it was sent."""

import hmac
import secrets

PREFIX = "whsec_"


def new_secret() -> str:
    """Return a secret that nobody guesses."""
    return PREFIX + secrets.token_urlsafe(32)


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return the hex HMAC-SHA256 of `<timestamp>.<body>` under a secret.

    Args:
        secret: as it was shown, in UTF-8.
        timestamp: seconds since 1970, as in the header.
        body: the bytes that are sent.
    """
    return hmac.digest(secret.encode(), b"%d." % timestamp + body, "sha256").hex()
