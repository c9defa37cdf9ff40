"""Lines of a stream."""

import json

from arete_client.asking import Json


def loads(line: str) -> Json:
    """Return the object of a line."""
    found: Json = json.loads(line)
    return found
