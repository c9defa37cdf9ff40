"""What the counts of a release are called. Knows no Django."""

IN_RELEASE = ("response1", "response2", "tie", "both_bad", "undecided", "plural")
"""Outcomes of pairs that a release holds; the first two make chosen and rejected."""

OUTCOMES = {
    "preference": "in the preference config",
    "tie": "tied",
    "both_bad": "both responses called bad",
    "undecided": "undecided: no answer has more than half of the votes",
    "plural": "kept plural: an adjudicator found that values differ, and no label is forced",
    "left_out": "left out, because an adjudicator found that values differ",
    "too_few": "judged by too few people",
    "cannot_judge": "nobody could judge it",
    "nothing_counted": "no verdict on it counts",
}
"""What can become of a pair under one trait; the first five are in the release."""

OUT = {
    "calibration": "was given to calibrate, beside the places of the item",
    "late": "came after the place was given to someone else",
    "stale": "was given under a wording that has come to mean something else",
    "source": "comes from a source that the recipe doesn't take",
    "demo": "demo content, or not demo content in the demo recipe",
    "removed": "scenario was taken out",
    "pool": "scenario is not in the pool TRAIN",
    "attack": "scenario is an adversarial variant",
    "unplaced": "the pool policy has not placed the scenario's family yet",
    "ruled": "scenario's family reaches into what the pool policy holds out",
    "near_heldout": "scenario's family nearly repeats one that is held out",
    "heldout_family": "scenario's family reaches into a held-out domain",
    "domain": "scenario is not of a domain that the recipe takes",
    "trait": "is about a trait, or a wording of it, that the recipe doesn't take",
    "not_a_pair": "item has not exactly two responses",
    "license": "is of an outside annotator, and its import names no license, or it was taken back",
    "consent": "annotator has not consented to release in the wording of that time, or withdrew",
}
"""Why a verdict doesn't count."""

EQUALLY_LONG = "Wherever somebody preferred one response, both have equally many words."
"""Why nothing can be said of length in a release."""
