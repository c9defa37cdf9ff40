"""What is measured over the frozen rows of a release: agreement, strengths, and signals that should say nothing.

numpy is heavy: import this where a release is built, never at start-up.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from curation.models import TraitReview
from exports.models import Release
from exports.reasons import EQUALLY_LONG
from exports.refusals import refuses
from labeling.agreement import Estimate, krippendorff_alpha, percent_agreement, tabulate
from labeling.bias import NO_PREFERENCE, Shown, length_bias, position_bias
from labeling.comparing import wilson
from labeling.models import Adjudication

ROWS_AT_ONCE = 20_000
DIGITS = 4
"""Decimal places kept: beyond them machines may differ."""
MOST_MODELS = 20
RATINGS = """
SELECT rating.item_id, rating.annotator, prompt.split_group, item.trait, item.trait_number, prompt.domain,
    rating.strength, rating.both_bad, rating.is_first_shown_first,
    ln(greatest(one.words, 1)::float / greatest(other.words, 1)), rating.duration_ms
FROM exports_releaserating rating
JOIN exports_releaseitem item ON item.id = rating.item_id
JOIN exports_releaseprompt prompt ON prompt.id = item.prompt_id
JOIN curation_response one ON one.id = item.response1_id
JOIN curation_response other ON other.id = item.response2_id
WHERE rating.release_id = %s ORDER BY rating.ordinal
"""
TEXTS = """
SELECT answer.response_id, left(response.text, 300)
FROM exports_releaseresponse answer JOIN curation_response response ON response.id = answer.response_id
WHERE answer.release_id = %s
"""
PAIRS = """
SELECT CASE winner WHEN 'response1' THEN response1_id ELSE response2_id END AS won,
       CASE winner WHEN 'response1' THEN response2_id ELSE response1_id END AS lost
FROM exports_releaseitem WHERE release_id = %s AND winner IN ('response1', 'response2')
"""
MODELS = f"""
WITH pair AS ({PAIRS}), game AS (
    SELECT one.model AS winner, other.model AS loser, count(*) AS times FROM pair
    JOIN exports_releaseresponse one ON one.release_id = %s AND one.response_id = pair.won
    JOIN exports_releaseresponse other ON other.release_id = %s AND other.response_id = pair.lost
    WHERE one.model <> other.model GROUP BY 1, 2
)
SELECT answer.model, count(*),
    coalesce((SELECT sum(times) FROM game WHERE winner = answer.model), 0)::int,
    coalesce((SELECT sum(times) FROM game WHERE answer.model IN (winner, loser)), 0)::int
FROM exports_releaseresponse answer WHERE answer.release_id = %s
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_MODELS}
"""  # noqa: S608 - only our own texts are put in.

Codes = NDArray[np.int64]


class Ratings(NamedTuple):
    """Verdicts in long form, every name a number from 0; can't judge is left out."""

    items: Codes
    annotators: Codes
    families: Codes
    scopes: Codes
    domains: Codes
    strengths: Codes
    first_shown_first: NDArray[np.bool_]
    log_ratio: NDArray[np.float64]

    def where(self, mask: NDArray[np.bool_]) -> "Ratings":
        """Return some of them."""
        return Ratings(
            self.items[mask], self.annotators[mask], self.families[mask], self.scopes[mask], self.domains[mask],
            self.strengths[mask], self.first_shown_first[mask], self.log_ratio[mask],
        )  # fmt: skip


def measured(release: Release) -> dict[str, Any]:
    """Return everything that is measured of a frozen release, as plain values. Equal rows give equal values."""
    ratings, scopes, domains, spoken = read(release)
    values = {
        "agreement": agreement(ratings, scopes, domains),
        "strengths": strengths(ratings, scopes, spoken),
        "median_s": spoken["median_s"],
        **biases(ratings),
        **models_and_refusals(release),
        "adjudication": adjudication(release),
        "dissent": dissent(release),
    }
    return values


def rows_of(statement: str, release: Release) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows in chunks, never all at once."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, [release.pk] * statement.count("%s"))
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield rows


def read(release: Release) -> tuple[Ratings, list[tuple[str, int]], list[str], dict[str, Any]]:
    """Return the verdicts of a release, the traits and domains that numbers stand for, and what is counted beside."""
    people, families, scopes, domains = [dict[Any, int]() for _ in range(4)]
    both_bad, silent = Counter[int](), Counter[int]()
    # Arrays by chunk: a million tuples would take ten times the room.
    chunks, ratios, durations = [np.empty((0, 7), np.int64)], [np.empty(0)], [np.empty(0, np.int64)]
    for rows in rows_of(RATINGS, release):
        durations.append(np.array([row[-1] for row in rows], np.int64))
        for row in rows:
            scope = scopes.setdefault((row[3], row[4]), len(scopes))
            both_bad[scope] += row[7]
            silent[scope] += row[6] is None
        judged = [row for row in rows if row[6] is not None]
        chunks.append(
            np.array(
                [
                    (
                        item,
                        people.setdefault(person, len(people)),
                        families.setdefault(family, len(families)),
                        scopes[trait, number],
                        domains.setdefault(domain, len(domains)),
                        strength,
                        first,
                    )
                    for item, person, family, trait, number, domain, strength, _, first, *_ in judged
                ],
                np.int64,
            ).reshape(-1, 7)
        )
        ratios.append(np.array([row[9] for row in judged], np.float64))
    item, person, family, scope, domain, strength, first = np.concatenate(chunks).T
    units = np.unique(item, return_inverse=True)[1].astype(np.int64)
    found = Ratings(
        units, person, family, scope, domain, strength, first.astype(np.bool_), np.concatenate(ratios)
    )
    took = np.concatenate(durations)
    spoken = {
        "both_bad": both_bad,
        "cannot_judge": silent,
        "median_s": float(np.median(took)) / 1000 if len(took) else None,
    }
    return found, list(scopes), list(domains), spoken


def agreement(ratings: Ratings, scopes: list[tuple[str, int]], domains: list[str]) -> list[dict[str, Any]]:
    """Return ordinal alpha and percent agreement of each trait version, whole and by domain."""
    found = []
    for scope in sorted(range(len(scopes)), key=scopes.__getitem__):
        mine = ratings.where(ratings.scopes == scope)
        found.append(agreed(mine, scopes[scope], None))
        here = sorted(np.unique(mine.domains), key=lambda number: domains[number])
        found += [agreed(mine.where(mine.domains == d), scopes[scope], domains[d]) for d in here]
    return found


def agreed(mine: Ratings, scope: tuple[str, int], domain: str | None) -> dict[str, Any]:
    """Return how far people agree in one scope."""
    table = tabulate(mine.items, mine.annotators, mine.strengths, mine.families)
    percent = percent_agreement(table)
    return {
        "trait": scope[0],
        "version": scope[1],
        "domain": domain,
        **plain(krippendorff_alpha(table, "ordinal")),
        "percent": rounded(percent.value),
    }


def strengths(
    ratings: Ratings, scopes: list[tuple[str, int]], spoken: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return how often each trait version was judged how strongly, whichever response was preferred."""
    found = []
    for scope in sorted(range(len(scopes)), key=scopes.__getitem__):
        sizes = np.abs(ratings.strengths[ratings.scopes == scope])
        found.append(
            {
                "trait": scopes[scope][0],
                "version": scopes[scope][1],
                "counts": [int(count) for count in np.bincount(sizes, minlength=4)[:4]],
                "both_bad": spoken["both_bad"][scope],
                "cannot_judge": spoken["cannot_judge"][scope],
            }
        )
    return found


def biases(ratings: Ratings) -> dict[str, dict[str, Any]]:
    """Return how far preferences follow what was shown first, and what is longer; ties say nothing."""
    decided = ratings.where(ratings.strengths != 0)
    first_won = (decided.strengths < 0) == decided.first_shown_first
    shown = Shown(first_won, decided.families, decided.annotators)
    ratio = np.where(decided.first_shown_first, decided.log_ratio, -decided.log_ratio)
    differing = decided.where(decided.log_ratio != 0)
    why = EQUALLY_LONG if len(decided.strengths) else NO_PREFERENCE
    longer_won = (differing.strengths < 0) == (differing.log_ratio > 0)
    return {
        "position": plain(position_bias(shown)),
        "longer": plain(position_bias(Shown(longer_won, differing.families, differing.annotators), why=why)),
        "length": plain(length_bias(shown, ratio)),
    }


def models_and_refusals(release: Release) -> dict[str, Any]:
    """Return how often each model's response won against another model's, and how often a refusal did."""
    refusing: set[Any] = set()
    responses = 0
    for rows in rows_of(TEXTS, release):
        responses += len(rows)
        refusing.update(pk for pk, text in rows if refuses(text))
    refusals_won, against = 0, 0
    for rows in rows_of(PAIRS, release):
        for winner, loser in rows:
            if (winner in refusing) != (loser in refusing):
                against += 1
                refusals_won += winner in refusing
    return {
        "models": [
            {"model": model, "responses": count, **won(wins, games)}
            for rows in rows_of(MODELS, release)
            for model, count, wins, games in rows
        ],
        "refusals": {"refusing": len(refusing), "responses": responses, **won(refusals_won, against)},
    }


def adjudication(release: Release) -> dict[str, Any]:
    """Return how what people disagreed about in the release was settled: by cause, and how often all answers stay."""
    newest = (
        Adjudication.objects.filter(
            disagreement__is_open=False, disagreement__item__in=release.items.order_by().values("item")
        )
        .order_by("disagreement", "-pk")
        .distinct("disagreement")
    )
    found = list(newest.values_list("cause", "is_plural"))
    causes = Counter(cause for cause, _ in found)
    return {"causes": dict(sorted(causes.items())), "plural": sum(plural for _, plural in found)}


def dissent(release: Release) -> list[dict[str, Any]]:
    """Return the dissent with which reviewers approved the released wordings, without names."""
    versions = release.items.order_by().values("trait_version")
    reviews = TraitReview.objects.in_force().filter(
        version__in=versions, decision=TraitReview.Decision.DISSENT
    )
    rows = reviews.order_by("version__trait__slug", "version__number", "pk")
    return [
        {"trait": slug, "version": number, "text": text}
        for slug, number, text in rows.values_list("version__trait__slug", "version__number", "reason")
    ]


def won(wins: int, games: int) -> dict[str, Any]:
    """Return a share of wins with its interval."""
    low, high = wilson(wins, games)
    return {"wins": wins, "n": games, "low": rounded(low), "high": rounded(high)}


def plain(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate as values that are the same on every machine."""
    return {
        "value": rounded(estimate.value),
        "low": rounded(estimate.low),
        "high": rounded(estimate.high),
        "n": estimate.units,
        "annotators": estimate.annotators,
        "undefined": estimate.undefined,
    }


def rounded(value: float | None) -> float | None:
    """Return a value without the digits in which machines differ."""
    return None if value is None else round(value, DIGITS)
