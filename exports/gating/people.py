"""Gates about the people who judged, and about what must be recognisable if it is trained on."""

from typing import Any

from django.db import connection, transaction

from accounts.models import User
from config.wording import counting, words
from curation.models import Canary
from exports.gating.outcome import ALL, Checked, Outcome, failed, not_applicable, passed
from exports.models import Release
from exports.released import annotations_of, outside_of
from exports.schema import CONFIGS
from labeling.models import Annotation

HELD_OUT = ("benchmark", "adversarial")
"""Configs whose rows carry a canary."""
BANDS = ("expertise", "years_band", "region_band")
WITHHELD = ("", "withheld", "unknown", "not stated")
"""Says nothing about anybody."""
PSEUDONYMS = words("Nothing is released about people but pseudonyms")
LAST = 2**31 - 1
"""No row of a release is further back in its order."""
STRAY = """
SELECT count(*) FROM exports_releaseprompt p JOIN curation_scenario s ON s.id = p.scenario_id
JOIN curation_canary c ON strpos(s.messages::text || s.system_prompt, c.text) > 0
WHERE p.release_id = %(release)s AND p.split IN ('train', 'validation', 'test_heldout_domain')
"""


def consent(checked: Checked) -> Outcome:
    """Check that everybody of whom anything is in the release still agrees to that, whatever kind of verdict it is.

    Nobody could ask outside annotators: the license of what was imported stands for them.
    """
    released = annotations_of(checked.release.pk)
    asked = User.objects.people().filter(assignments__annotations__in=released).distinct()
    total = asked.count()
    outside, taken_back, licenses = outside_of(checked.release.pk)
    if not total + outside:
        return not_applicable(words("Demo annotators alone, who are nobody"), ALL)
    gone = total - asked.with_consent().count()
    withdrawn = Annotation.objects.filter(pk__in=released, superseded_by__source="withdrawn").count()
    figure = agreed(total, gone, withdrawn)
    if outside:
        figure = with_outside(figure, outside, taken_back, licenses)
    if not gone and not withdrawn and not taken_back:
        return passed(figure, ALL)
    return failed(
        figure,
        ALL,
        words("Cut a new release: it leaves out whoever does not agree. This is never waived."),
    )


def agreed(total: int, gone: int, withdrawn: int) -> str:
    """Return how many members agree to the release, and how much of them is withdrawn; empty without members."""
    if not total:
        return ""
    figure = counting("{some} of {n} person", "{some} of {n} people", total, some=total - gone)
    if not withdrawn:
        return figure
    return words(
        "{people}, {annotations} withdrawn since",
        people=figure,
        annotations=counting("{n} annotation", "{n} annotations", withdrawn),
    )


def with_outside(members: str, outside: int, taken_back: int, licenses: list[str]) -> str:
    """Return the figure together with the outside annotators, whose import's license stands for their consent."""
    said = words(
        "{people} under {licenses}",
        people=counting("{n} outside annotator", "{n} outside annotators", outside),
        licenses=", ".join(licenses),
    )
    if taken_back:
        said = words("{people}, {gone} of them taken back since", people=said, gone=taken_back)
    return words("{members}, {outside}", members=members, outside=said) if members else said


def has_config(name: str) -> bool:
    """Say whether releases have a config of this name."""
    return any(config.name == name for config in CONFIGS)


def asked_of(release: Release, config: str, split: str, question: str) -> Any:
    """Return the rows that a question about the rows of one split of a config gets; it calls them `rows`."""
    from exports.arrow import PROJECTIONS  # noqa: PLC0415 - beside heavy packages.

    query = (PROJECTIONS / f"{config}.sql").read_text()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('arete.release', %s, true), set_config('arete.split', %s, true),"
            " set_config('arete.first', '1', true), set_config('arete.last', %s, true)",
            [str(release.pk), split, str(LAST)],
        )
        # Without parameters, so that a per cent sign of the projection stays one.
        cursor.execute(f"WITH rows AS ({query}) {question}")
        return cursor.fetchall()


def demographics(checked: Checked) -> Outcome:
    """Check that the bands of each person are shared by enough others."""
    limit = checked.limits["band_people"]
    needed = words("{limit} people or more share what is said of each", limit=limit)
    if not has_config("annotators"):
        return not_applicable(PSEUDONYMS, needed)
    columns = [column.name for config in CONFIGS if config.name == "annotators" for column in config.columns]
    bands = ", ".join(f"coalesce({name}::text, '')" for name in BANDS if name in columns)
    if not bands:
        return not_applicable(PSEUDONYMS, needed)
    silent = " AND ".join(f"coalesce({name}::text, '') IN {WITHHELD!r}" for name in BANDS if name in columns)
    groups = asked_of(
        checked.release, "annotators", "train",
        f"SELECT count(*), bool_and({silent}) FROM rows GROUP BY {bands}",  # noqa: S608
    )  # fmt: skip
    telling = [count for count, says_nothing in groups if not says_nothing]
    if not telling:
        return passed(words("No band is told of anybody"), needed)
    figure = words("{low} to {high} people in each group", low=min(telling), high=max(telling))
    if min(telling) >= limit:
        return passed(figure, needed)
    return failed(
        figure, needed, words("Withhold or coarsen the bands that few people share, then cut a new release.")
    )


def canaries(checked: Checked) -> Outcome:
    """Check that what is held out can be recognised, and that nothing else carries a canary."""
    needed = words("in every held-out row, and nowhere else")
    with connection.cursor() as cursor:
        cursor.execute(STRAY, {"release": checked.release.pk})
        stray = cursor.fetchone()[0]
    if stray:
        figure = counting(
            "{n} prompt for training with a canary", "{n} prompts for training with a canary", stray
        )
        return failed(figure, needed, words("Take those scenarios out, and cut a new release."))
    held_out = [name for name in HELD_OUT if has_config(name)]
    known = set(Canary.objects.values_list("text", flat=True))
    rows, marked = 0, 0
    for name in held_out:
        for canary, count in asked_of(checked.release, name, "test", "SELECT canary, count(*) FROM rows GROUP BY 1"):  # fmt: skip
            rows += count
            marked += count if canary in known else 0
    if not rows:
        return not_applicable(words("Holds no held-out row"), needed)
    figure = counting(
        "{marked} of {n} held-out row", "{marked} of {n} held-out rows", rows, marked=f"{marked:,}"
    )
    if marked == rows:
        return passed(figure, needed)
    return failed(
        figure, needed, words("Give the held-out pools their canaries under Pools, then cut a new release.")
    )
