"""The HTTP client that may talk to the world: checked at connect, no redirects, no proxies, capped."""

import time
from functools import cache
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from egress.capped import (
    CONNECT_S,
    MAX_BYTES,
    SILENCE_S,
    TOTAL_S,
    CappedBody,
    GuardedNetwork,
    prepared,
    refuse_packed,
)
from egress.guard import Resolver, resolve


class CappedStream(CappedBody, httpx.SyncByteStream):
    """For httpx."""


@cache
def authorities() -> SSLContext:
    """Return whose certificates count; reading them takes longer than many a request, and they stay the same."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """The transport of `client`."""

    def __init__(self, total_s: float, max_bytes: int, resolver: Resolver) -> None:
        self.network = GuardedNetwork(httpcore.SyncBackend(), httpcore.ConnectError, resolver)
        self.total_s, self.max_bytes = total_s, max_bytes
        backend: Any = self.network
        self._pool = httpcore.ConnectionPool(ssl_context=authorities(), network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        prepared(request)
        until = time.monotonic() + self.total_s
        with self.network.deadline.held(until):
            response = super().handle_request(request)
        refuse_packed(response)
        response.stream = CappedStream(response.stream, self.network, until, self.max_bytes)
        return response


def client(
    *,
    total_s: float = TOTAL_S,
    max_bytes: int = MAX_BYTES,
    silence_s: float = SILENCE_S,
    resolver: Resolver = resolve,
) -> httpx.Client:
    """Return a guarded httpx client.

    Args:
        total_s: How long one request may take, from connecting to the last byte.
        max_bytes: How long one answer may be.
        silence_s: How long it may go on without a byte.
        resolver: Finds the addresses of a host.
    """
    return httpx.Client(
        transport=GuardedTransport(total_s, max_bytes, resolver),
        timeout=httpx.Timeout(silence_s, connect=min(CONNECT_S, silence_s)),
        follow_redirects=False,
        trust_env=False,
    )
