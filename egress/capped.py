"""What the guarded HTTP clients share: addresses checked at connect, and caps on time and size. Fits httpx and httpx2."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from egress.guard import Refused, Resolver, checked_addresses, checked_place

TOTAL_S = 60.0
MAX_BYTES = 64 * 1024 * 1024
CONNECT_S = 10.0
SILENCE_S = 30.0


class Deadline(threading.local):
    """Until when the request of this thread may take, on the monotonic clock."""

    until: float | None = None

    @contextmanager
    def held(self, until: float) -> Iterator[None]:
        """Let reads and writes inside the block end at the deadline."""
        before, self.until = self.until, until
        try:
            yield
        finally:
            self.until = before

    def shortened(self, timeout: float | None) -> float | None:
        """Return a timeout that doesn't reach past the deadline."""
        if self.until is None:
            return timeout
        left = max(0.001, self.until - time.monotonic())
        return left if timeout is None else min(left, timeout)


class CappedConnection:
    """A connection whose every wait ends at the deadline. Fits httpcore and httpcore2, which share a shape."""

    def __init__(self, inner: Any, deadline: Deadline) -> None:
        self.inner = inner
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        received: bytes = self.inner.read(max_bytes, self.deadline.shortened(timeout))
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all."""
        self.inner.write(buffer, self.deadline.shortened(timeout))

    def close(self) -> None:
        """Close."""
        self.inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> "CappedConnection":
        """Encrypt; the certificate must be of the host that was asked for."""
        encrypted = self.inner.start_tls(ssl_context, server_hostname, self.deadline.shortened(timeout))
        return CappedConnection(encrypted, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        """Tell about the socket."""
        return self.inner.get_extra_info(info)


class GuardedNetwork:
    """Resolves a host, checks every address, and connects to a checked one: nothing is resolved twice."""

    def __init__(self, inner: Any, no_connection: type[Exception], resolver: Resolver) -> None:
        self.inner = inner
        self.no_connection = no_connection
        self.resolver = resolver
        self.deadline = Deadline()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> CappedConnection:
        """Connect to the first checked address that answers."""
        try:
            addresses = checked_addresses(host, port, self.resolver)
        except (OSError, UnicodeError) as error:
            raise self.no_connection(f"No host called {host} can be found.") from error
        failure: Exception = self.no_connection(f"{host} has no address.")
        for address in addresses:
            try:
                wait = self.deadline.shortened(timeout)
                return CappedConnection(
                    self.inner.connect_tcp(address, port, wait, local_address, socket_options), self.deadline
                )
            except self.no_connection as error:
                failure = error
        raise failure

    def connect_unix_socket(self, path: str, *args: Any, **options: Any) -> CappedConnection:
        """Refuse: nothing outside listens there."""
        raise Refused(f"{path} is on this machine.")

    def sleep(self, seconds: float) -> None:
        """Wait before another attempt to connect."""
        self.inner.sleep(seconds)


class CappedBody:
    """The bytes of an answer, up to the cap and the deadline."""

    def __init__(self, inner: Any, network: GuardedNetwork, until: float, max_bytes: int) -> None:
        self.inner = inner
        self.network = network
        self.until = until
        self.max_bytes = max_bytes

    def __iter__(self) -> Iterator[bytes]:
        parts = iter(self.inner)
        received = 0
        while True:
            with self.network.deadline.held(self.until):
                part = next(parts, None)
            if part is None:
                return
            received += len(part)
            if received > self.max_bytes:
                raise Refused(f"The answer is longer than {self.max_bytes:,} bytes.")
            yield part

    def close(self) -> None:
        """Close."""
        self.inner.close()


def prepared(request: Any) -> None:
    """Check the address of a request, and ask for bytes as they are: a packed answer could be a bomb."""
    checked_place(str(request.url))
    request.headers["Accept-Encoding"] = "identity"


def refuse_packed(response: Any) -> None:
    """Refuse an answer that is packed although we asked for a plain one."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        response.close()
        raise Refused("The answer is packed, although a plain one was asked for.")
