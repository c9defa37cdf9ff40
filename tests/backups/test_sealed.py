"""Encrypted streams: what was written comes back, and nothing else does."""

from io import BytesIO

import pytest

from config.backups.sealed import PIECE, TAG, Damaged, SealedReader, SealedWriter, WrongKey

KEY = b"correct horse battery staple"
HEADER = 24 + 16 + 7 + TAG


def sealed(content: bytes) -> bytes:
    file = BytesIO()
    writer = SealedWriter(file, KEY)
    for start in range(0, len(content), 300_000):
        writer.write(content[start : start + 300_000])
    writer.close()
    return file.getvalue()


def opened(written: bytes, key: bytes = KEY) -> bytes:
    reader, found = SealedReader(BytesIO(written), key), b""
    while part := reader.read(700_001):
        found += part
    return found


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5])
def test_what_was_sealed_comes_back(size: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)

    assert opened(sealed(content[:size])) == content[:size]


def test_nothing_can_be_read_in_the_file() -> None:
    assert b"secret words" not in sealed(b"secret words" * 1000)


def test_the_same_content_is_sealed_differently_each_time() -> None:
    assert sealed(b"a") != sealed(b"a")


def test_another_key_is_told_from_a_damaged_file() -> None:
    with pytest.raises(WrongKey):
        opened(sealed(b"a"), b"another key altogether")


@pytest.mark.parametrize("place", [HEADER, HEADER + PIECE + TAG + 3, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    written = bytearray(sealed(bytes(2 * PIECE + 5)))
    written[place] ^= 1

    with pytest.raises(Damaged):
        opened(bytes(written))


def test_pieces_that_were_cut_off_or_exchanged_are_noticed() -> None:
    written, step = sealed(bytes(2 * PIECE + 5)), PIECE + TAG
    first, second = written[HEADER : HEADER + step], written[HEADER + step : HEADER + 2 * step]

    for other in (written[: HEADER + step], written[: HEADER + 2 * step], written[:HEADER] + second + first):
        with pytest.raises(Damaged):
            opened(other)
