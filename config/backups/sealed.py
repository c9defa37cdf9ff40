"""Streams that are encrypted piece by piece, so that a file of any size takes the memory of one piece.

The STREAM construction: each piece is sealed by AES-256-GCM under a nonce of a random prefix, its number, and whether it
is the last one, so that pieces can be neither changed nor moved, nor cut off at the end.

Source: Hoang, Reyhanitabar, Rogaway, Vizár, Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015.
"""

import os
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"arete backup, sealed, 1\n"
PIECE = 1 << 20
TAG = 16
SALT = 16
PREFIX = 7
CHECK_NUMBER = 0xFFFFFFFF
"""The number of the empty piece by which a wrong key is told from a damaged file."""


class WrongKey(Exception):
    """The file was sealed with another key."""


class Damaged(Exception):
    """The file isn't what was written. The text is said to people."""


def key_of(secret: bytes, salt: bytes) -> bytes:
    """Return the key that a passphrase, or the content of a key file, stands for."""
    return Scrypt(salt=salt, length=32, n=1 << 16, r=8, p=1).derive(secret)


class Cipher:
    """Seals and opens the numbered pieces of one file."""

    def __init__(self, secret: bytes, header: bytes) -> None:
        salt, self.prefix = header[len(MAGIC) :][:SALT], header[-PREFIX:]
        self.header = header
        self.aead = AESGCM(key_of(secret, salt))

    def nonce(self, number: int, is_last: bool) -> bytes:
        """Return the nonce of a piece."""
        return self.prefix + number.to_bytes(4, "big") + bytes([is_last])

    def seal(self, piece: bytes, number: int, *, is_last: bool) -> bytes:
        """Return a piece as it is written."""
        return self.aead.encrypt(self.nonce(number, is_last), piece, self.header)

    def open(self, piece: bytes, number: int, *, is_last: bool) -> bytes:
        """Return what a piece holds.

        Raises:
            InvalidTag: it is another piece, or the key is another one.
        """
        return self.aead.decrypt(self.nonce(number, is_last), piece, self.header)


class SealedWriter:
    """Seals what is written to it into a file. Without `close` the file is not complete."""

    def __init__(self, file: IO[bytes], secret: bytes) -> None:
        header = MAGIC + os.urandom(SALT) + os.urandom(PREFIX)
        self.file = file
        self.cipher = Cipher(secret, header)
        self.waiting = bytearray()
        self.number = 0
        file.write(header + self.cipher.seal(b"", CHECK_NUMBER, is_last=False))

    def write(self, data: bytes) -> int:
        """Take bytes; a piece is sealed once it is known not to be the last one."""
        self.waiting += data
        while len(self.waiting) > PIECE:
            self.emit(bytes(self.waiting[:PIECE]), is_last=False)
            del self.waiting[:PIECE]
        return len(data)

    def emit(self, piece: bytes, *, is_last: bool) -> None:
        """Write one piece."""
        self.file.write(self.cipher.seal(piece, self.number, is_last=is_last))
        self.number += 1

    def close(self) -> None:
        """Seal the last piece."""
        self.emit(bytes(self.waiting), is_last=True)


class SealedReader:
    """Reads back what a `SealedWriter` wrote.

    Raises:
        WrongKey: another key sealed the file.
        Damaged: from `read`, when a piece was changed or the end is missing.
    """

    def __init__(self, file: IO[bytes], secret: bytes) -> None:
        self.file = file
        header = file.read(len(MAGIC) + SALT + PREFIX)
        self.cipher = Cipher(secret, header)
        try:
            self.cipher.open(file.read(TAG), CHECK_NUMBER, is_last=False)
        except InvalidTag:
            raise WrongKey from None
        self.next_piece = file.read(PIECE + TAG)
        self.opened = b""
        self.place = 0
        self.number = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes, fewer only at the end."""
        found = bytearray()
        while len(found) < size and (self.place < len(self.opened) or self.next_piece):
            if self.place == len(self.opened):
                self.open_next()
            part = self.opened[self.place : self.place + size - len(found)]
            self.place += len(part)
            found += part
        return bytes(found)

    def open_next(self) -> None:
        """Open the piece at hand; the one after it tells whether it is the last."""
        piece, self.next_piece = self.next_piece, self.file.read(PIECE + TAG)
        try:
            self.opened = self.cipher.open(piece, self.number, is_last=not self.next_piece)
        except InvalidTag:
            raise Damaged("a part of it was changed, or its end is missing") from None
        self.place = 0
        self.number += 1
