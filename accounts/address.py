"""Where a request comes from, behind as many proxies as the operator runs."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

NETWORK_OF_ONE = 64
"""An IPv6 subscriber gets this many leading bits; the rest they choose as they like."""


def client_address(request: HttpRequest) -> str:
    """Return the address that the outermost of our own proxies saw.

    Each proxy writes who spoke to it at the right end of `X-Forwarded-For`; what stands further left was sent by the
    client, who may have made it up.
    """
    remote = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    said = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if not proxies or len(said) < proxies:
        return remote
    try:
        return str(ip_address(said[-proxies]))
    except ValueError:
        return remote


def counted_as(address: str) -> str:
    """Return whom to count for an address: a whole network of IPv6 is one client."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), NETWORK_OF_ONE), strict=False))
