"""Settings that can't be right stop the start."""

from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.checks import check_settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECOND_FACTOR_FOR", ["stewards", "emperors"], "emperors, which is no role"),
        ("BREACHED_PASSWORDS", "/nowhere/list.txt", "can't be read"),
        ("OIDC_ISSUER", "https://login.example.org", "go together"),
    ],
)
def test_what_is_wrong_is_said(settings: Settings, name: str, value: object, said: str):
    setattr(settings, name, value)

    (found,) = check_settings()

    assert said in found.msg


def test_the_usual_settings_are_right(settings: Settings, tmp_path: Path):
    (tmp_path / "list.txt").write_text("")
    settings.BREACHED_PASSWORDS = str(tmp_path / "list.txt")
    settings.SECOND_FACTOR_FOR = ["stewards", "administrators"]

    assert check_settings() == []
