"""How people's words become full-text queries."""

from collections.abc import Collection

from django.contrib.postgres.search import SearchConfig, SearchHeadline, SearchQuery
from django.db.models import Case, Exists, F, Func, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Concat, Left

from curation.excerpts import MARK, UNMARK, Piece, marked
from curation.models import Response, Scenario
from curation.text import sanitise

LONGEST = 200
SEARCHED = 100_000
"""How many characters of a conversation are looked at."""
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


def hits(words: str, scenarios: Collection[Scenario]) -> dict[Scenario, list[Piece]]:
    """Return the passage of each conversation that says the words best, the words marked.

    A conversation is left out when only its name says them.
    """
    turns = Func(
        F("messages"),
        template="array_to_string(ARRAY(SELECT m.value ->> 'content' FROM jsonb_array_elements(%(expressions)s) m), ' … ')",
        output_field=TextField(),
    )
    language = Case(When(language__startswith="en", then=Value("english")), default=Value("simple"))
    headline = SearchHeadline(
        Left(Concat(turns, Value(" … "), "system_prompt", output_field=TextField()), SEARCHED),
        text_query(words),
        config=SearchConfig(language),
        start_sel=MARK,
        stop_sel=UNMARK,
        min_words=24,
        max_words=40,
    )
    rows = Scenario.objects.filter(pk__in=[each.pk for each in scenarios]).order_by()
    said_by = dict(rows.values_list("pk", headline))
    return {each: marked(said_by[each.pk]) for each in scenarios if MARK in said_by.get(each.pk, "")}
