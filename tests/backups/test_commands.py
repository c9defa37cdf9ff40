"""What the commands say when they can't do what was asked, before anything is touched."""

import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.backups.archive import ArchiveWriter
from config.backups.asking import BadKey, secret_from

KEY = "correct horse battery staple"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


def backup_at(path: Path, secret: bytes | None = None) -> Path:
    with path.open("wb") as file, ArchiveWriter(file, secret) as archive:
        archive.add_bytes("about.json", b'{"format": 1, "version": "9", "migrations": ["labeling.0999_x"]}')
        archive.finish()
    return path


def refusal(*arguments: object) -> str:
    with pytest.raises(CommandError) as refused:
        call_command(*map(str, arguments))
    return str(refused.value)


@pytest.mark.django_db
def test_a_backup_of_a_newer_arete_is_named(tmp_path: Path):
    assert "made by a newer Arete (9)" in refusal("restore", backup_at(tmp_path / "a"))


def test_a_wrong_key_is_named(tmp_path: Path):
    (tmp_path / "key").write_text("another key altogether")

    said = refusal("restore", backup_at(tmp_path / "a", KEY.encode()), "--key-file", tmp_path / "key")

    assert said == "Nothing was touched: the key is not the one it was encrypted with."


def test_a_damaged_file_is_named(tmp_path: Path):
    path = backup_at(tmp_path / "a")
    path.write_bytes(path.read_bytes()[:600])

    assert refusal("restore", path).startswith("Nothing was touched: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    assert refusal("restore", tmp_path / "none") == f"No such file or directory: {tmp_path / 'none'}"


def test_nobody_at_the_terminal_is_said(tmp_path: Path):
    assert "--key-file" in refusal("restore", backup_at(tmp_path / "a", KEY.encode()))
    assert "--key-file" in refusal("backup", "--to", tmp_path / "b", "--encrypt")


@pytest.mark.django_db(transaction=True)
def test_a_backup_overwrites_nothing(tmp_path: Path):
    (tmp_path / "a.arete").write_text("mine")

    assert "exists already" in refusal("backup", "--to", tmp_path / "a.arete")
    assert (tmp_path / "a.arete").read_text() == "mine"


@pytest.mark.parametrize(("content", "said"), [("short", "12 characters"), (None, "No such file")])
def test_a_key_file_that_is_none_is_refused(tmp_path: Path, content: str | None, said: str):
    if content:
        (tmp_path / "key").write_text(content)

    with pytest.raises(BadKey, match=said):
        secret_from(tmp_path / "key")


@pytest.mark.parametrize(("typed", "is_taken"), [([KEY, KEY], True), ([KEY, "a slip"], False)])
def test_a_passphrase_is_typed_twice(monkeypatch: pytest.MonkeyPatch, typed: list[str], is_taken: bool):
    answers = iter(typed)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("config.backups.asking.getpass", lambda _prompt: next(answers))

    if is_taken:
        assert secret_from(None, twice=True) == KEY.encode()
    else:
        with pytest.raises(BadKey, match="differ"):
            secret_from(None, twice=True)
