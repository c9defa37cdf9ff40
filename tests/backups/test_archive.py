"""The file of a backup: complete and as written, or refused."""

import io
import tarfile
from pathlib import Path

import pytest

from config.backups.archive import ArchiveWriter, KeyNeeded, checked, is_inside, is_sealed, opened
from config.backups.sealed import Damaged, WrongKey

KEY = b"correct horse battery staple"


def write(path: Path, secret: bytes | None = None) -> Path:
    with path.open("wb") as file:
        archive = ArchiveWriter(file, secret)
        archive.add_bytes("about.json", b'{"version": "1"}')
        archive.add_database(io.BytesIO(bytes(9_000_000)))
        archive.add_bytes("files/media/größe.jsonl", b"words" * 100)
        archive.finish()
    return path


@pytest.mark.parametrize("secret", [None, KEY])
def test_what_was_written_is_found(tmp_path: Path, secret: bytes | None) -> None:
    path = write(tmp_path / "a", secret)

    assert checked(path, secret) == {"version": "1"}
    assert is_sealed(path) is bool(secret)
    with opened(path, secret) as members:
        sizes = {name: len(content.read()) for name, content in members}
    assert sizes == {
        "about.json": 16,
        "database/00000000": 4 << 20,
        "database/00000001": 4 << 20,
        "database/00000002": 9_000_000 - (8 << 20),
        "files/media/größe.jsonl": 500,
        "manifest.json": sizes["manifest.json"],
    }


def test_an_encrypted_one_needs_its_key(tmp_path: Path) -> None:
    path = write(tmp_path / "a", KEY)

    with pytest.raises(KeyNeeded):
        checked(path, None)
    with pytest.raises(WrongKey):
        checked(path, KEY + b"!")


@pytest.mark.parametrize("secret", [None, KEY])
def test_one_that_was_cut_off_is_refused(tmp_path: Path, secret: bytes | None) -> None:
    whole = write(tmp_path / "a", secret).read_bytes()

    for share in (0.1, 0.5, 0.98):
        (tmp_path / "b").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(Damaged):
            checked(tmp_path / "b", secret)


@pytest.mark.parametrize("place", [520, 2_000_000, 8_900_000])
def test_a_changed_byte_is_noticed(tmp_path: Path, place: int) -> None:
    whole = bytearray(write(tmp_path / "a").read_bytes())
    whole[place] ^= 1
    (tmp_path / "a").write_bytes(whole)

    with pytest.raises(Damaged):
        checked(tmp_path / "a", None)


@pytest.mark.parametrize("content", [b"", b"no archive at all", bytes(20_000)])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)

    with pytest.raises(Damaged):
        checked(tmp_path / "a", None)


def test_names_that_lead_outside_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a", "w") as tar:
        tar.addfile(tarfile.TarInfo("files/../../etc/passwd"))

    with pytest.raises(Damaged, match="which no backup does"):
        checked(tmp_path / "a", None)
    assert [is_inside(name) for name in ("files/a", "/a", "a/../b", "a\0b")] == [True, False, False, False]


def test_a_link_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a", "w") as tar:
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)

    with pytest.raises(Damaged):
        checked(tmp_path / "a", None)


def test_a_file_that_shrinks_while_it_is_read_ends_the_backup(tmp_path: Path) -> None:
    changed = pytest.raises(Damaged, match="changed while it was read")

    with (tmp_path / "a").open("wb") as file, changed, ArchiveWriter(file, None) as archive:
        archive.add("files/x", io.BytesIO(b"short"), 500)
