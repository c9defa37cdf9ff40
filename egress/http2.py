"""The same client as `egress.http`, on the library that the Hub's client and the storages take. Apart, since each takes a while to load."""

import time
from functools import cache
from ssl import SSLContext
from typing import Any

import httpcore2
import httpx2

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


class CappedStream2(CappedBody, httpx2.SyncByteStream):
    """For httpx2."""


@cache
def authorities() -> SSLContext:
    """Return whose certificates count; reading them takes longer than many a request, and they stay the same."""
    return httpx2.create_ssl_context(trust_env=False)


class GuardedTransport2(httpx2.HTTPTransport):
    """The transport of `client2`."""

    def __init__(self, total_s: float, max_bytes: int, resolver: Resolver) -> None:
        self.network = GuardedNetwork(httpcore2.SyncBackend(), httpcore2.ConnectError, resolver)
        self.total_s, self.max_bytes = total_s, max_bytes
        backend: Any = self.network
        self._pool = httpcore2.ConnectionPool(ssl_context=authorities(), network_backend=backend)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        prepared(request)
        until = time.monotonic() + self.total_s
        with self.network.deadline.held(until):
            response = super().handle_request(request)
        refuse_packed(response)
        response.stream = CappedStream2(response.stream, self.network, until, self.max_bytes)
        return response


def client2(
    *,
    total_s: float = TOTAL_S,
    max_bytes: int = MAX_BYTES,
    silence_s: float = SILENCE_S,
    resolver: Resolver = resolve,
) -> httpx2.Client:
    """Return a guarded httpx2 client.

    Args:
        total_s: How long one request may take, from connecting to the last byte.
        max_bytes: How long one answer may be.
        silence_s: How long it may go on without a byte.
        resolver: Finds the addresses of a host.
    """
    return httpx2.Client(
        transport=GuardedTransport2(total_s, max_bytes, resolver),
        timeout=httpx2.Timeout(silence_s, connect=min(CONNECT_S, silence_s)),
        follow_redirects=False,
        trust_env=False,
    )
