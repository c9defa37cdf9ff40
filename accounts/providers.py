"""The providers by which people may sign in, as the operator named them."""

from typing import Any

from django.conf import settings


def provider_names() -> dict[str, str]:
    """Return the name of each provider by its key, in the order of the settings."""
    found: Any = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return {app["provider_id"]: app["name"] for app in found}
