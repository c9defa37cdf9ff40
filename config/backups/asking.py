"""Where the key of an encrypted backup comes from: a file, or the person at the terminal."""

import sys
from getpass import getpass
from pathlib import Path

SHORTEST = 12
TOO_SHORT = f"A key needs {SHORTEST} characters at least."
NOBODY = "It is encrypted and nobody is at the terminal: name the key with --key-file."


class BadKey(Exception):
    """There is no key, or none worth the name. The text is said to people."""


def secret_from(file: Path | None, *, twice: bool = False) -> bytes:
    """Return the key.

    Args:
        file: whose content is the key, without white space around it.
        twice: whether a person types it twice, because a slip would lock everything away.

    Raises:
        BadKey: the file can't be read, the two differ, or it is too short.
    """
    secret = read(file) if file else asked(twice)
    if len(secret) < SHORTEST:
        raise BadKey(TOO_SHORT)
    return secret


def read(file: Path) -> bytes:
    """Return the content of a key file."""
    try:
        return file.read_bytes().strip()
    except OSError as error:
        raise BadKey(f"{file}: {error.strerror}.") from error


def asked(twice: bool) -> bytes:
    """Ask the person at the terminal."""
    if not sys.stdin.isatty():
        raise BadKey(NOBODY)
    typed = getpass("Passphrase: ")
    if twice and getpass("Once more: ") != typed:
        raise BadKey("The two differ.")
    return typed.encode()
