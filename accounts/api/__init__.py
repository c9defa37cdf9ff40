"""Who asks the API, what their token opens, and requests that may come twice."""

from accounts.api.asking import Asking, needs
from accounts.api.repeats import once

__all__ = ["Asking", "needs", "once"]
