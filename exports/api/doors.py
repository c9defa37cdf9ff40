"""Who finds what leaves the house: stewards alone."""

from accounts.api import Asking
from config.rest.problems import not_found


def stewards_only(request: Asking) -> None:
    """Let stewards on.

    Raises:
        Problem: for everybody else there is nothing here.
    """
    if not request.user.may_release:
        raise not_found()
