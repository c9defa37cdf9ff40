"""Where `./arete up` says that it is: by name on this machine, since browsers make no passkeys for numbers."""

import socket

import pytest

from supervisor.programs import allowed_hosts, free_port, refuse_busy_port, web_address
from supervisor.says import Refusal


@pytest.mark.parametrize(
    ("bind", "address"),
    [
        ("127.0.0.1", "http://localhost:8010"),
        ("::1", "http://localhost:8010"),
        ("0.0.0.0", "http://localhost:8010"),  # noqa: S104 - to recognise, not to bind.
        ("::", "http://localhost:8010"),
        ("192.0.2.7", "http://192.0.2.7:8010"),
        ("2001:db8::7", "http://[2001:db8::7]:8010"),
    ],
)
def test_this_machine_is_called_by_its_name(bind: str, address: str) -> None:
    assert web_address(bind, 8010) == address


def test_numbers_are_answered_beside_the_name() -> None:
    assert allowed_hosts("127.0.0.1") == "127.0.0.1,[::1],localhost"


def test_a_port_that_is_somebody_elses_by_the_same_name_is_refused() -> None:
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with other, pytest.raises(Refusal, match=r"on ::1 belongs to somebody else"):
        refuse_busy_port("127.0.0.1", other.getsockname()[1])


def test_a_free_port_is_taken() -> None:
    refuse_busy_port("127.0.0.1", free_port(0))
