"""Finds scenarios that say nearly the same, and says which are near a text that is being written."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from curation.actions.clusters import Edge, link
from curation.actions.copying import copy_in, rows_with
from curation.actions.pools import assign_new_families
from curation.marking import Marker, marking
from curation.models import NearDuplicate, Scenario, Signature
from curation.models.scenarios import Message
from curation.similarity import (
    HOLDERS,
    KEYS,
    METHOD,
    Mark,
    compared_as,
    estimate,
    jaccard,
    mark,
    marks,
    shingles,
)
from curation.similarity.minhash import DOUBT
from runs.actions import start
from runs.models import Run
from runs.work import Work

KIND = "curation.compare"
CHUNK = 1_000
RECENT = 500
"""How far back beat looks for a scenario that no run has compared."""
NOBODY = UUID(int=0)
SIMILARITY_LOCK = 0x4E454152
"""Key of the advisory lock under which scenarios are compared: of two at once, neither would see the other."""
MOST_CHECKED = 64
"""How many candidates of one scenario are read word by word, the likeliest first."""
MOST_NEIGHBOURS = 20
_LOOK_UP = """
SELECT DISTINCT near.scenario_id FROM generate_series(0, %(last)s) AS text(place)
CROSS JOIN LATERAL (
    SELECT scenario_id FROM curation_signature
    WHERE method = %(method)s
        AND bands && (%(keys)s::bigint[])[text.place * %(width)s + 1 : text.place * %(width)s + %(width)s]
) near
"""


class Neighbour(NamedTuple):
    """A scenario that says nearly the same."""

    scenario_id: UUID
    similarity: float
    """Jaccard index of the shingles, 0 to 1."""


class Known(NamedTuple):
    """What is needed of a scenario to compare it."""

    id: UUID
    family_id: UUID
    mark: Mark


Pair = tuple[Known, Known]
Holders = dict[int, list[Known]]
"""Who answers to a key."""


class Found(NamedTuple):
    """A scenario and another that is near it."""

    one: Known
    other: Known
    similarity: float
    is_same: bool
    """Whether their words are the same."""


def threshold() -> float:
    """Return the Jaccard index from which scenarios are near-duplicates."""
    return float(settings.NEAR_DUPLICATE_PERCENT / 100)


def words_said(messages: Iterable[Message]) -> list[str]:
    """Return the words by which a conversation is compared.

    The system prompt is not among them: a long one would make all the scenarios alike that share it.
    """
    return compared_as(each["content"] for each in messages)


@transaction.atomic
def sign(scenario: Scenario) -> None:
    """Compare a ready scenario with all others, unless that was done. A draft is left alone."""
    compare([scenario.pk])
    assign_new_families()


def neighbours_of_text(messages: Sequence[Message], *, exclude: Scenario | None = None) -> list[Neighbour]:
    """Return the ready scenarios that say nearly the same as a conversation, the nearest first, at most twenty.

    Args:
        messages: the conversation; fewer than five words find only their equals.
        exclude: a scenario that is not returned, nor any of its family.
    """
    words = words_said(messages)
    if not any(words):
        return []
    text = Known(exclude.pk if exclude else NOBODY, exclude.family_id if exclude else NOBODY, mark(words))
    found = verified(likeliest(text, look_up([text.mark])), {text.id: words})
    nearest = sorted(found, key=lambda each: (-each.similarity, each.other.id))
    return [Neighbour(each.other.id, each.similarity) for each in nearest[:MOST_NEIGHBOURS]]


def compare(ids: Collection[UUID], made: Mapping[str, Mark] | None = None) -> int:
    """Compare ready scenarios with all that were compared before and with each other, inside the caller's transaction.

    Those that were compared before are left out, so doing it twice changes nothing.

    Args:
        ids: of the scenarios.
        made: by content hash, marks that are at hand; the others are made.

    Returns:
        How many scenarios were compared.
    """
    lock_similarity()
    arrivals = read(ids, made or {})
    if not arrivals:
        return 0
    holders = look_up([each.mark for each in arrivals])
    pairs: list[Pair] = []
    signatures = []
    for each in arrivals:
        pairs += likeliest(each, holders)
        free = [key for key in each.mark.keys if len(holders[key]) < HOLDERS]
        for key in free:
            holders[key].append(each)
        signatures.append((each.id, each.mark.values, free))
    copy_in(Signature, ("scenario_id", "values", "bands"), signatures, {"method": METHOD})
    store(verified(pairs, {}))
    return len(arrivals)


def lock_similarity() -> None:
    """Wait until nobody else compares; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SIMILARITY_LOCK])


def read(ids: Collection[UUID], made: Mapping[str, Mark]) -> list[Known]:
    """Return the scenarios that are to be compared, the oldest first."""
    rows = rows_with(Scenario, "id", ids).filter(state=Scenario.State.READY, signature=None).order_by("pk")
    found = list(rows.values_list("pk", "family", "content_sha256"))
    # What was edited since its mark was made has another hash.
    unmade = [pk for pk, _, sha in found if sha not in made]
    stored = rows_with(Scenario, "id", unmade).values_list("pk", "messages") if unmade else ()
    texts = {pk: words_said(messages) for pk, messages in stored}
    here = dict(zip(texts, marks(list(texts.values())), strict=True))
    return [Known(pk, family, here.get(pk) or made[sha]) for pk, family, sha in found]


def look_up(marked: Sequence[Mark]) -> Holders:
    """Return who of the compared scenarios answers to the keys of texts, the oldest first."""
    holders: Holders = {key: [] for each in marked for key in each.keys}
    keys = ",".join(str(key) for each in marked for key in (each.keys * KEYS)[:KEYS])
    # An array as one text: psycopg would look at each of the many numbers.
    asked: dict[str, Any] = {"last": len(marked) - 1, "method": METHOD, "keys": f"{{{keys}}}", "width": KEYS}
    with transaction.atomic(), connection.cursor() as cursor:
        # While the table fills, the planner still takes it for empty and would read all of it for each text.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute(_LOOK_UP, asked)
        near = [scenario_id for (scenario_id,) in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")
    rows = rows_with(Signature, "scenario_id", near).order_by("pk") if near else Signature.objects.none()
    for scenario_id, family_id, values, bands in rows.values_list(
        "pk", "scenario__family", "values", "bands"
    ):
        known = Known(scenario_id, family_id, Mark(bytes(values), tuple(bands)))
        for key in bands:
            if key in holders:
                holders[key].append(known)
    return holders


def likeliest(text: Known, holders: Holders) -> list[Pair]:
    """Return the pairs of a text with those of other families that share a key and may well be near."""
    whole = text.mark.keys[-1]
    # Each scenario is one object here, and hashing an address costs a fraction of hashing a UUID.
    others = {id(other): other for key in text.mark.keys for other in holders[key]}
    scores = [
        (1.0 if whole in other.mark.keys else estimate(text.mark.values, other.mark.values), other)
        for other in others.values()
        if other.family_id != text.family_id and other.id != text.id
    ]
    lowest = threshold() - DOUBT
    likely = sorted((-score, other.id, other) for score, other in scores if score >= lowest)
    return [(text, other) for _, _, other in likely[:MOST_CHECKED]]


def verified(pairs: Collection[Pair], words: dict[UUID, list[str]]) -> list[Found]:
    """Return those pairs that are near, word by word.

    Args:
        pairs: that may be near.
        words: by id, the words of scenarios at hand; those of others are read.
    """
    missing = {each.id for pair in pairs for each in pair} - words.keys()
    stored = rows_with(Scenario, "id", missing).values_list("pk", "messages") if missing else ()
    words = words | {pk: words_said(messages) for pk, messages in stored}
    sets = {id: shingles(words[id]) for pair in pairs for id in (pair[0].id, pair[1].id)}
    found = []
    for one, other in pairs:
        is_same = words[one.id] == words[other.id]
        similarity = 1.0 if is_same else jaccard(sets[one.id], sets[other.id])
        if is_same or (one.mark.values and other.mark.values and similarity >= threshold()):
            found.append(Found(one, other, similarity, is_same))
    return found


def store(found: Iterable[Found]) -> None:
    """Write pairs down that are near, and put their families into clusters."""
    by_text: dict[UUID, list[Found]] = {}
    for each in found:
        by_text.setdefault(each.one.id, []).append(each)
    edges = [
        Edge(each.one.family_id, each.other.family_id, each.similarity, each)
        for near in by_text.values()
        for each in sorted(near, key=lambda pair: (-pair.similarity, pair.other.id))
    ]
    rows = []
    for edge, is_straddling in link(edges):
        first, second = sorted((edge.what.one.id, edge.what.other.id))
        kind = NearDuplicate.Kind.NORMALISED if edge.what.is_same else NearDuplicate.Kind.NEAR
        rows.append(
            NearDuplicate(
                first_id=first,
                second_id=second,
                kind=kind,
                similarity=edge.similarity,
                is_straddling=is_straddling,
            )
        )
    NearDuplicate.objects.bulk_create(rows, ignore_conflicts=True)


def run_compare(work: Work) -> dict[str, Any]:
    """Compare the ready scenarios that nobody has compared yet, the oldest first. Doing it again changes nothing."""
    after = UUID(work.cursor.get("after", str(NOBODY)))
    done = work.run.done
    total = done + unsigned(after).count()
    with marking(is_beside=total - done > CHUNK) as marker:
        for ids, made in chunks(after, marker):
            with transaction.atomic():
                done += compare(ids, made)
                work.checkpoint(done, total=max(done, total), cursor={"after": str(ids[-1])})
    assign_new_families()
    return {"scenarios": done}


def chunks(after: UUID, marker: Marker) -> Iterator[tuple[list[UUID], dict[str, Mark]]]:
    """Yield what is to be compared, with marks by content hash; those of the next chunk are made meanwhile."""
    coming = read_chunk(after, marker)
    while coming:
        made = dict(zip(coming.values(), marker.receive(), strict=True))
        ids = list(coming)
        coming = read_chunk(ids[-1], marker)
        yield ids, made


def read_chunk(after: UUID, marker: Marker) -> dict[UUID, str]:
    """Have the next scenarios marked, and return their content hashes by id."""
    rows = list(unsigned(after).order_by("pk").values_list("pk", "content_sha256", "messages")[:CHUNK])
    if rows:
        marker.send([[turn["content"] for turn in messages] for _, _, messages in rows])
    return {pk: sha for pk, sha, _ in rows}


def unsigned(after: UUID = NOBODY) -> "QuerySet[Scenario]":
    """Return the ready scenarios that were not compared yet."""
    return Scenario.objects.ready().filter(pk__gt=after, signature=None)


@transaction.atomic
def start_compare(*, created_by: User | None = None) -> Run:
    """Have scenarios compared. A run that waits to begin is enough."""
    waiting = Run.objects.filter(kind=KIND, state=Run.State.QUEUED).order_by("pk").first()
    return waiting or start(KIND, {}, created_by=created_by, unit="scenarios")


def start_compare_if_behind() -> Run | None:
    """Start a run when one of the newest scenarios was not compared and no run is at it."""
    newest = Scenario.objects.ready().order_by("-pk").values("pk")[:RECENT]
    if Signature.objects.filter(pk__in=newest).count() == len(newest):
        return None
    if Run.objects.filter(kind=KIND).unfinished().exists():
        return None
    return start_compare()
