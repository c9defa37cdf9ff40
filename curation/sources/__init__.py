"""Files of scenarios and responses, turned into rows. Knows no Django.

    for outcome in read(find_source("hh-rlhf"), path, Limits()):
        if isinstance(outcome, Problem): …

Adding a source is a parser (`Parse`) and an entry in `SOURCES`; every source can lie in every file format.
"""

from curation.sources.base import (
    Limits,
    Message,
    Outcome,
    Problem,
    ResponseText,
    Source,
    SourceError,
    SourceRow,
    Stripe,
    TooLarge,
    UnreadableFile,
)
from curation.sources.named import SOURCES, UnknownSource, find_source
from curation.sources.reading import Unread, read

__all__ = [
    "SOURCES",
    "Limits",
    "Message",
    "Outcome",
    "Problem",
    "ResponseText",
    "Source",
    "SourceError",
    "SourceRow",
    "Stripe",
    "TooLarge",
    "UnknownSource",
    "Unread",
    "UnreadableFile",
    "find_source",
    "read",
]
