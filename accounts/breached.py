"""Refuses passwords that are known from breaches, by a list on this machine: nothing is asked outside."""

import os
from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 10
"""Hexadecimal digits that a line needs: with fewer, a list of a billion would refuse good passwords by chance."""
LONGEST_LINE = 200


class BreachedPasswordValidator:
    """Looks a password up in a sorted file of SHA-1 hashes, one a line, whole or cut short.

    The file may be as long as it likes: it is searched by halving, and never read whole. Lines look as those of
    Have I Been Pwned (`5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824`); what follows a colon is passed over.
    """

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a password that is in the list.

        Raises:
            ValidationError: it is.
        """
        path = settings.BREACHED_PASSWORDS
        if path and is_listed(Path(path), password):
            raise ValidationError(
                _("This password is known from a breach of another site."), code="password_breached"
            )

    def get_help_text(self) -> str:
        """Say what is asked."""
        return _("Your password can’t be one that is known from a breach.")


def is_listed(path: Path, password: str) -> bool:
    """Say whether the hash of a password begins with a line of the file. Takes some forty reads at most.

    Raises:
        OSError: the file can't be read.
    """
    wanted = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            start, line = line_at(file, middle)
            known = line.partition(b":")[0].strip().upper()
            if len(known) >= SHORTEST and wanted.startswith(known):
                return True
            if known and known < wanted:
                low = max(start + len(line), middle + 1)
            else:
                high = min(start, middle)
    return False


def line_at(file: BinaryIO, place: int) -> tuple[int, bytes]:
    """Return the line that a place in the file lies in, and where it starts."""
    start = max(0, place - LONGEST_LINE)
    file.seek(start)
    before = file.read(place - start)
    start += before.rfind(b"\n") + 1
    file.seek(start)
    return start, file.readline(LONGEST_LINE)
