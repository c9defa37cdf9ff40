"""Passwords that are known from breaches."""

from hashlib import sha1
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from accounts.breached import BreachedPasswordValidator, is_listed

KNOWN = [f"a word that leaked {number}" for number in range(500)]


def digest(password: str) -> str:
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def listed(tmp_path: Path, *, length: int = 40, end: str = "\n", count: str = ":3") -> Path:
    path = tmp_path / "breached.txt"
    lines = sorted({digest(each)[:length] for each in KNOWN})
    path.write_bytes("".join(f"{line}{count}{end}" for line in lines).encode())
    return path


@pytest.mark.parametrize(
    ("length", "end", "count"),
    [(40, "\n", ":3"), (40, "\r\n", ":12345678"), (12, "\n", ""), (10, "\r\n", "")],
)
def test_every_password_of_the_list_is_found_and_no_other(tmp_path: Path, length: int, end: str, count: str):
    path = listed(tmp_path, length=length, end=end, count=count)

    assert all(is_listed(path, each) for each in KNOWN)
    assert not any(is_listed(path, f"{each}!") for each in KNOWN)


@pytest.mark.parametrize("content", ["", "\n", "no hash at all\n", "00\n"])
def test_a_file_that_holds_no_hash_refuses_nothing(tmp_path: Path, content: str):
    path = tmp_path / "breached.txt"
    path.write_text(content)

    assert not is_listed(path, "seven green lamps")


def test_such_a_password_is_refused_with_the_reason(tmp_path: Path, settings: Settings):
    settings.BREACHED_PASSWORDS = str(listed(tmp_path))

    with pytest.raises(ValidationError, match="known from a breach"):
        BreachedPasswordValidator().validate(KNOWN[7])
    BreachedPasswordValidator().validate("seven green lamps")


def test_without_a_list_nothing_is_asked(settings: Settings):
    settings.BREACHED_PASSWORDS = ""

    BreachedPasswordValidator().validate(KNOWN[7])
