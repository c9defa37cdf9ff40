"""What became of every pair and every verdict, and what is new since the release before. Knows no Django."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from config.wording import words
from exports.reasons import OUT, OUTCOMES

CONFIGS_WITH = {
    "preference": "preference, comparisons",
    "tie": "comparisons",
    "both_bad": "comparisons",
    "undecided": "comparisons",
    "plural": "comparisons",
}
"""The configs in which a pair of each outcome appears."""
LIMITS = {
    "annotators": words("People per pair, for its gate"),
    "alpha_permille": words("Lowest alpha of a criterion, in thousandths"),
    "gold_percent": words("Lowest accuracy on gold items, in percent"),
    "position_points": words("Most position bias, in points"),
    "length_points": words("Most length bias, in points"),
    "identity_leaks": words("Most responses that name their model"),
    "band_people": words("Fewest people who share a band"),
}
TERMS = {
    "minimum_annotators": words("Fewest people per pair"),
    "validation_permille": words("Share for validation"),
    "license": words("License"),
    "heldout_domains": words("Held-out domains"),
    "pool_policy": words("Pool policy"),
    "aggregation": words("How votes become a winner"),
    "ties": words("Ties"),
    "plural": words("Pairs that were kept plural"),
    "configs": words("Configs"),
    "sources": words("Sources"),
    "pools": words("Pools"),
    "domains": words("Domains"),
    "traits": words("Traits"),
    "schema_version": words("Schema"),
    "name": words("Name"),
}
CHANGED = {
    "answers": "`unpaired`",
    "rankings": "`rankings`",
    "tasks": words("`rl`, `benchmark` and `adversarial`"),
    "demonstrations": "`sft`",
}
"""The configs that each kind of other rows makes."""


COUNTED = words("counted")
NONE = words("none")


class Row(NamedTuple):
    """One outcome: how many had it, and where they went; `place` is empty when they are out."""

    text: str
    number: int
    place: str


class Balance(NamedTuple):
    """Rows that add up to a total."""

    total: int
    rows: list[Row]


def pairs_balance(counts: dict[str, Any]) -> Balance:
    """Return what became of the pairs; outcomes that none had are left aside."""
    pairs = counts["pairs"]
    rows = [Row(text, pairs[key], CONFIGS_WITH.get(key, "")) for key, text in OUTCOMES.items() if pairs[key]]
    return Balance(pairs["total"], rows)


def verdicts_balance(counts: dict[str, Any]) -> Balance:
    """Return what became of the verdicts; reasons that none had are left aside."""
    verdicts = counts["verdicts"]
    place = words("ratings, where the pair is in")
    rows = [Row(COUNTED, verdicts["counted"], place)] if verdicts["counted"] else []
    rows += [Row(text, verdicts[key], "") for key, text in OUT.items() if verdicts.get(key)]
    return Balance(verdicts["total"], rows)


def balances(counts: dict[str, Any]) -> list[tuple[str, Balance, str]]:
    """Return both with what they count and what their totals are called."""
    found: list[tuple[str, Balance, str]] = [
        (words("Pairs"), pairs_balance(counts), words("All pairs")),
        (words("Verdicts"), verdicts_balance(counts), words("All verdicts")),
    ]
    # Releases that were cut before there were other kinds of verdicts say nothing of them.
    others = counts.get("judgements", {})
    if others.get("total"):
        rows = [Row(text, others[key], "") for key, text in OUT.items() if others.get(key)]
        counts_in = Row(COUNTED, others["counted"], "unpaired, rankings, sft, ratings, trait_scores")
        all_others = Balance(others["total"], [counts_in, *rows])
        found.append((words("Other verdicts"), all_others, words("All other verdicts")))
    return found


def other_changes(counts: dict[str, Any]) -> Iterator[str]:
    """Yield in words what changed since the release before in rows that are no compared pairs."""
    for key, name in CHANGED.items():
        found = counts.get("other_changes", {}).get(key, {})
        if any(found.get(what) for what in ("added", "changed", "withdrawn")):
            yield words(
                "{name}: {added} added, {changed} changed, {withdrawn} withdrawn.", **(found | {"name": name})
            )


def terms_changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Yield in words what the recipe says differently."""
    for key, name in TERMS.items():
        # Releases that were cut before there were pool policies say nothing of them.
        if before.get(key) != after.get(key):
            new, old = (
                f"{terms[key] / 10:g}%" if key == "validation_permille" else said(terms.get(key))
                for terms in (after, before)
            )
            yield words("{name}: {new} instead of {old}.", name=name, new=new, old=old)
    if "gates" in before and "gates" in after:
        for key, name in LIMITS.items():
            new, old = after["gates"][key], before["gates"][key]
            if new != old:
                yield words("{name}: {new} instead of {old}.", name=name, new=new, old=old)


def wording_changes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[str]:
    """Yield in words which traits came, went or have another wording."""
    old, new = versions(before), versions(after)
    names = {trait["trait_id"]: trait["name"] for trait in [*before, *after]}
    for trait, name in sorted(names.items(), key=lambda item: item[1]):
        if trait not in old:
            yield words("{name} is new.", name=name)
        elif trait not in new:
            yield words("{name} is not in it any more.", name=name)
        elif old[trait] != new[trait]:
            now, then = said(new[trait]), said(old[trait])
            yield words("{name} has version {now}, and had {then}.", name=name, now=now, then=then)


def versions(codebook: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the versions of each trait."""
    found: dict[str, list[str]] = {}
    for trait in codebook:
        found.setdefault(trait["trait_id"], []).append(trait["trait_version"])
    return found


def said(value: object) -> str:
    """Return a value as it stands in a sentence."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NONE
    return str(value) if value else NONE
