"""Where runs that people paused go on. Knows no Django.

A pause is more than a run knows of: what it works for keeps its turn. An app that lets people pause registers a function
when it starts:

    paused.resumed_at["exports.publish"] = resumed_at      # in ExportsConfig.ready
"""

from collections.abc import Callable
from uuid import UUID

resumed_at: dict[str, Callable[[UUID], str]] = {}
"""By kind of run. Given the id of a cancelled run: the address that resumes it by POST, empty when nobody paused it."""
