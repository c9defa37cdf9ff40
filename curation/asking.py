"""How people's words become full-text queries."""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q

from curation.models import Response
from curation.text import sanitise

LONGEST = 200
SIGNS = "«»‹›“”„‘’‚…–—―·•¿¡؟،؛٪٫٬۔।॥。、？！：；（）「」『』【】《》〈〉・～"  # noqa: RUF001
"""Signs between words that PostgreSQL's parser takes for letters in a database whose locale is C."""
QUOTES = str.maketrans("“”„", '"""')
BLANKS = str.maketrans(SIGNS, " " * len(SIGNS))


def text_query(words: str) -> SearchQuery:
    """Return the query for what someone typed: words, "phrases", or, and -without.

    English texts are found whatever the ending of a word, all others as they are spelled.
    """
    asked = sanitise(words.translate(QUOTES).translate(BLANKS)).text[:LONGEST]
    return SearchQuery(asked, config="english", search_type="websearch") | SearchQuery(
        asked, config="simple", search_type="websearch"
    )


def said(words: str, *, in_responses: bool) -> Q:
    """Return the condition that a scenario, or one of its responses, says these words."""
    query = text_query(words)
    if not in_responses:
        return Q(document__words=query)
    return Q(Exists(Response.objects.filter(scenario=OuterRef("pk"), document__words=query)))
