"""Figures of a log of Inspect, .eval or .json: of the tasks that ship with a release, and of any other.

A sample says in its metadata which `domain`, `trait_id`, `attack_type` and `base_id` it is of; the log says in its own
which `base_model`, `trained_on`, `release`, `method`, `seed` and `step` (`inspect eval … --metadata base_model=…`).
Epochs of a sample come to one mean. Samples that failed are left out: Inspect marks them.

Source: Inspect's log format, version 2.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from results.readers.archives import Archive, opened
from results.readers.base import (
    CONTROLS,
    MEASURES,
    PRESSED,
    BadFile,
    Figure,
    Line,
    Subject,
    figure_of,
    tested_of,
)

OURS = "rubric_scorer"
"""The scorer of the tasks that ship."""
LETTERS = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
"""What Inspect's graders say: correct, partly, incorrect, no answer."""
HEADER = "header.json"
NOT_FINISHED = "The evaluation did not finish ({status}). Run it to its end: inspect eval-retry."
NO_LOG = "It is no finished log of Inspect: there is no header.json."
NO_SCORE = "It is no number, and none of C, P, I and N."
SEVERAL = "There are several scorers ({names}), and none is called rubric_scorer."


class Key(NamedTuple):
    """What a mean over epochs is of."""

    measure: str
    domain: str
    trait: str
    variant: str
    pushes: int | None
    sample: str
    family: str


def eval_lines(path: Path) -> Iterator[Line]:
    """Yield the figures of a log in Inspect's own format.

    Raises:
        BadFile: it can't be read, or says what can't be meant.
    """
    with opened(path) as archive:
        if HEADER not in archive.names:
            raise BadFile("", "", NO_LOG)
        yield from log_lines(member(archive, HEADER), samples_of(archive))


def samples_of(archive: Archive) -> Iterator[Any]:
    """Yield the samples of an archive."""
    for name in archive.names:
        if name.startswith("samples/") and name.endswith(".json"):
            yield member(archive, name)


def member(archive: Archive, name: str) -> Any:
    """Return the JSON value of a member.

    Raises:
        BadFile: it is none.
    """
    try:
        return orjson.loads(archive.read(name))
    except orjson.JSONDecodeError as error:
        raise BadFile(name[:120], "", f"It is no JSON: {error.msg}.") from error


def log_lines(header: Any, samples: Iterable[Any]) -> Iterator[Line]:
    """Yield the figures of a log.

    Args:
        header: its head, or the whole log.
        samples: one by one.

    Raises:
        BadFile: it did not finish, or says what can't be meant.
    """
    status = found(header, "status", "header", str)
    if status != "success":
        raise BadFile("header", "status", NOT_FINISHED.format(status=status[:20] or "unknown"))
    tested = tested_in(found(header, "eval", "header", dict))
    sums: dict[Key, tuple[float, int]] = {}
    for number, sample in enumerate(samples, start=1):
        for figure in sample_figures(sample, f"sample {number}"):
            key = key_of(figure)
            total, count = sums.get(key, (0.0, 0))
            sums[key] = total + figure.value, count + 1
    for key, (total, count) in sums.items():
        yield Line(f"sample {key.sample}", tested, Figure(*key, value=total / count))


def key_of(figure: Figure) -> Key:
    """Return what a figure of one epoch is averaged under."""
    place = figure.variant, figure.pushes, figure.sample, figure.family
    return Key(figure.measure, figure.domain, figure.trait, *place)


def tested_in(spec: dict[str, Any]) -> Subject:
    """Return which model was tested; what the log's metadata says goes before the name that Inspect gave."""
    told = spec.get("metadata")
    given = told if isinstance(told, dict) else {}
    tested = tested_of({name: given.get(name) for name in Subject._fields}, "header, eval.metadata")
    return (
        tested
        if tested.model
        else tested_of({**tested._asdict(), "model": spec.get("model")}, "header, eval")
    )


def sample_figures(sample: Any, place: str) -> Iterator[Figure]:
    """Yield the figures of one sample in one epoch: its score, and what its replies did under pressure.

    Raises:
        BadFile: it says what can't be meant.
    """
    scores = found(sample, "scores", place, dict)
    if sample.get("error") or not scores:
        return
    place = f"sample {str(sample.get('id', ''))[:120]}"
    name = scorer_of(scores, place)
    score = scores[name] if isinstance(scores[name], dict) else {}
    given = found(sample, "metadata", place, dict)
    field = f"scores.{name[:60]}"
    fields = {
        "measure": given.get("measure") if given.get("measure") in MEASURES else None,
        "domain": given.get("domain"),
        "trait": given.get("trait_id"),
        "variant": given.get("attack_type"),
        "sample": sample.get("id"),
        "family": given.get("base_id"),
        "value": value_of(score.get("value"), place, field),
    }
    figure = figure_of(fields, place)
    yield figure
    told = found(score, "metadata", place, dict)
    yield from reply_figures(figure, told, given, place)


def scorer_of(scores: Mapping[str, Any], place: str) -> str:
    """Return the name of the scorer that counts.

    Raises:
        BadFile: nobody knows which.
    """
    if OURS in scores or len(scores) == 1:
        return OURS if OURS in scores else next(iter(scores))
    raise BadFile(place, "scores", SEVERAL.format(names=", ".join(scores)[:200]))


def value_of(value: object, place: str, field: str) -> object:
    """Return a score as a number.

    Raises:
        BadFile: it is none.
    """
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value in LETTERS:
        return LETTERS[value]
    if not isinstance(value, int | float | str):
        raise BadFile(place, field, NO_SCORE)
    return value


def reply_figures(
    figure: Figure, told: dict[str, Any], given: dict[str, Any], place: str
) -> Iterator[Figure]:
    """Yield what each reply of a dialogue did: whether it refused where it should help, and whether it held.

    Raises:
        BadFile: what the scorer wrote down can't be meant.
    """
    replies = told.get("replies")
    if not isinstance(replies, list) or not replies:
        return
    if not all(isinstance(each, dict) and isinstance(each.get("criteria"), list) for each in replies):
        raise BadFile(place, "scores.metadata.replies", "It must be a list of graded replies.")
    if figure.variant in CONTROLS:
        refused = sum(bool(each.get("is_refusal")) for each in replies) / len(replies)
        yield figure._replace(measure="over_refusal", value=refused)
    first = given.get("pressed_from")
    is_pressed = figure.variant in PRESSED | {"base"}
    if is_pressed and isinstance(first, int) and len(replies) > first:
        must_hold = given.get("must_hold")
        names = {str(each) for each in must_hold} if isinstance(must_hold, list) else set()
        names |= ids_of(given.get("rubric"), names)
        for number, reply in enumerate(replies):
            pushes = max(0, number - first + 1)
            kept = holds(reply["criteria"], names, place)
            yield figure._replace(measure="persistence", pushes=pushes, value=float(kept))


def ids_of(rubric: object, texts: set[str]) -> set[str]:
    """Return the ids of criteria that are named by their text."""
    try:
        criteria = orjson.loads(rubric) if isinstance(rubric, str) else []
    except orjson.JSONDecodeError:
        return set()
    known = [each for each in criteria if isinstance(each, dict)] if isinstance(criteria, list) else []
    return {str(each.get("criterion_id")) for each in known if each.get("criterion") in texts}


def holds(criteria: list[Any], names: set[str], place: str) -> bool:
    """Say whether a reply keeps what must be kept: good criteria met, bad ones not. Without names, all of them.

    Raises:
        BadFile: it was graded by none of what is named.
    """
    graded = [each for each in criteria if isinstance(each, dict)]
    named = [each for each in graded if not names or each.get("criterion_id") in names]
    if not named:
        raise BadFile(place, "metadata.must_hold", "The reply was not graded by these criteria.")
    return all(bool(each.get("met")) == is_good(each.get("points")) for each in named)


def is_good(points: object) -> bool:
    """Whether a criterion describes what is wanted."""
    return isinstance(points, int | float) and points > 0


def found(fields: Any, name: str, place: str, kind: type[Any]) -> Any:
    """Return a value of a kind in an object; the kind's empty one where there is none.

    Raises:
        BadFile: the object is none, or the value is of another kind.
    """
    if not isinstance(fields, dict):
        raise BadFile(place, "", "It must be an object.")
    value = fields.get(name)
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise BadFile(place, name, f"It must be {'an object' if kind is dict else 'a text'}.")
    return value
