"""What the counts of a release are called. Knows no Django."""

from config.wording import words

IN_RELEASE = ("response1", "response2", "tie", "both_bad", "undecided", "plural")
"""Outcomes of pairs that a release holds; the first two make chosen and rejected."""

OUTCOMES = {
    "preference": words("in the preference config"),
    "tie": words("tied"),
    "both_bad": words("both responses called bad"),
    "undecided": words("undecided: no answer has more than half of the votes"),
    "plural": words("kept plural: an adjudicator found that values differ, and no label is forced"),
    "left_out": words("left out, because an adjudicator found that values differ"),
    "too_few": words("judged by too few people"),
    "cannot_judge": words("nobody could judge it"),
    "nothing_counted": words("no verdict on it counts"),
}
"""What can become of a pair under one trait; the first five are in the release."""

OUT = {
    "calibration": words("was given to calibrate, beside the places of the item"),
    "late": words("came after the place was given to someone else"),
    "stale": words("was given under a wording that has come to mean something else"),
    "source": words("comes from a source that the recipe doesn't take"),
    "demo": words("demo content, or not demo content in the demo recipe"),
    "removed": words("scenario was taken out"),
    "pool": words("scenario is not in the pool TRAIN"),
    "attack": words("scenario is an adversarial variant"),
    "unplaced": words("the pool policy has not placed the scenario's family yet"),
    "ruled": words("scenario's family reaches into what the pool policy holds out"),
    "near_heldout": words("scenario's family nearly repeats one that is held out"),
    "heldout_family": words("scenario's family reaches into a held-out domain"),
    "domain": words("scenario is not of a domain that the recipe takes"),
    "trait": words("is about a trait, or a wording of it, that the recipe doesn't take"),
    "not_a_pair": words("item has not exactly two responses"),
    "license": words("is of an outside annotator, and its import names no license, or it was taken back"),
    "consent": words("annotator has not consented to release in the wording of that time, or withdrew"),
}
"""Why a verdict doesn't count."""

EQUALLY_LONG = words("Wherever somebody preferred one response, both have equally many words.")
"""Why nothing can be said of length in a release."""
