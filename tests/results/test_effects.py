"""Figures known from papers, or worked by hand."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from results.effects import (
    Spread,
    benjamini_hochberg,
    paired_effect,
    pooled,
    retention,
    sign_flip_p,
    unpaired_effect,
)
from results.groups import Tried
from results.pressure import TRAINED, UNTRAINED, curves, losses, side_effects
from results.transfer import OTHERS, SEVERAL, gaps, matrix

PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip
"""Benjamini and Hochberg (1995), section 4.1: at 5 % four of the fifteen count."""
DOMAINS = {"health": "Health", "law": "Law"}


def tried(value: float, domain: str, *trained_on: str, **fields: object) -> Tried:
    told = {"measure": "trait", "trait": "candor", "variant": "", "pushes": None, "sample": "", "family": ""}
    return Tried(trained_on=trained_on, domain=domain, value=value, **{**told, **fields})  # type: ignore[arg-type]


def samples(values: list[float], domain: str, *trained_on: str, **fields: object) -> list[Tried]:
    return [
        tried(value, domain, *trained_on, sample=f"{domain}{place}", family=f"{domain}{place}", **fields)
        for place, value in enumerate(values)
    ]


def test_the_published_example_of_benjamini_and_hochberg():
    q = benjamini_hochberg(PUBLISHED)

    assert [place for place, each in enumerate(q) if each is not None and each <= 0.05] == [0, 1, 2, 3]
    # p · m / rank: .0001 · 15 / 1, .0095 · 15 / 4, 1 · 15 / 15.
    assert (q[0], q[3], q[14]) == pytest.approx((0.0015, 0.035625, 1.0))


def test_what_has_no_p_value_takes_no_part():
    # Of two tests: .04 · 2 / 2 and .01 · 2 / 1.
    assert benjamini_hochberg([0.04, None, 0.01]) == [pytest.approx(0.04), None, pytest.approx(0.02)]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(0, 1), max_size=8))
def test_rates_keep_the_order_of_p_values_and_are_never_below_them(p: list[float]):
    q = [each or 0.0 for each in benjamini_hochberg(p)]

    assert all(rate >= each * (1 - 1e-9) for rate, each in zip(q, p, strict=True))
    assert [q[place] for place in sorted(range(len(p)), key=p.__getitem__)] == sorted(q)


def test_all_signs_of_few_families_are_tried():
    # Of the eight signs of 1, 2 and 3 only +++ and --- reach 6.
    assert sign_flip_p(np.array([1.0, 2.0, 3.0])) == 2 / 8
    assert sign_flip_p(np.array([1.0, -1.0])) == 1.0


def test_many_families_that_agree_are_no_chance():
    assert sign_flip_p(np.ones(40)) == pytest.approx(1 / 10_000)
    assert sign_flip_p(np.ones(600)) < 1e-9


def test_prompts_of_one_family_count_as_one():
    differences = np.array([0.1, 0.1, 0.1, 0.1])

    alone = paired_effect(differences, np.array([0, 0, 0, 0]))
    apart = paired_effect(differences, np.array([0, 1, 2, 3]))

    assert alone.value == pytest.approx(0.1)
    assert (alone.low, alone.p) == (None, None)
    assert (apart.low, apart.high) == pytest.approx((0.1, 0.1))
    assert apart.p == 2 / 16


def test_means_are_compared_by_their_standard_errors():
    effect = unpaired_effect(Spread(0.6, 0.03, 50), Spread(0.5, 0.04, 50))

    # The standard error is .05, so z is 2.
    assert (effect.low, effect.high) == pytest.approx((0.002, 0.198), abs=1e-4)
    assert effect.p == pytest.approx(0.0455, abs=1e-4)
    assert unpaired_effect(Spread(0.6, None, 50), Spread(0.5, 0.04, 50)).p is None


def test_a_share_tells_its_own_standard_error():
    found = pooled([Spread(0.5, None, 50), Spread(0.5, None, 50)], is_share=True)

    assert (found.mean, found.n) == (0.5, 100)
    assert found.stderr == pytest.approx(sqrt(0.25 / 50) / sqrt(2))
    assert pooled([Spread(0.5, None, 50)], is_share=False).stderr is None


def test_the_papers_loss_under_pressure():
    figures = [
        tried(0.395, "health"), tried(0.144, "health", variant="jailbreak"),
        tried(0.455, "health", "law"), tried(0.336, "health", "law", variant="jailbreak"),
    ]  # fmt: skip

    found = losses(figures)

    assert found[UNTRAINED].degradation == pytest.approx(0.251)
    assert found[TRAINED].degradation == pytest.approx(0.119)
    assert found[UNTRAINED].retention == pytest.approx(0.365, abs=5e-4)
    assert found[TRAINED].retention == pytest.approx(0.738, abs=5e-4)
    assert retention(0.0, 0.1) is None


def test_a_matrix_parts_what_was_trained_on_from_what_was_not():
    before = samples([0.4, 0.5, 0.6], "health") + samples([0.4, 0.5, 0.6], "law")
    health = samples([0.7, 0.8, 0.9], "health", "health") + samples([0.5, 0.6, 0.7], "law", "health")
    both = samples([0.3, 0.4, 0.5], "law", "health", "science") + samples(
        [0.6, 0.7, 0.8], "law", "law", "science"
    )

    found = matrix(before + health + both, DOMAINS)

    assert [line.key for line in found.lines] == ["health", OTHERS, SEVERAL]
    alone, others, several = found.lines
    assert [box.effect and round(box.effect.value, 6) for box in alone.boxes] == [0.3, 0.1]
    assert [box.is_same for box in alone.boxes] == [True, False]
    assert alone.elsewhere == pytest.approx(0.1)
    assert (alone.boxes[0].shade, alone.boxes[1].shade) == (6, 3)
    assert others.boxes[0].effect is None
    assert others.boxes[1].effect is not None
    assert (others.boxes[1].is_worse, others.boxes[1].shade) == (True, 0)
    assert (several.boxes[1].is_same, several.elsewhere) == (True, None)
    assert found.untrained == ["Law"]
    assert (found.counts.boxes, found.counts.better) == (2, 1)


def test_only_shared_prompts_are_compared_with_themselves():
    before = samples([0.4, 0.5], "law")
    after = samples([0.5, 0.6, 0.0], "law", "health")

    (line,) = matrix(before + after, DOMAINS).lines

    effect = line.boxes[0].effect
    assert effect is not None
    assert (effect.is_paired, effect.n) == (True, 2)
    assert effect.value == pytest.approx(0.1)


def test_gaps_begin_with_what_is_clearly_worse():
    before = samples([0.5] * 8, "health") + samples([0.5] * 8, "law") + samples([0.5] * 8, "art")
    after = (
        samples([0.9] * 8, "health", "science")
        + samples([0.5, 0.6] * 4, "law", "health")
        + samples([0.1] * 8, "art", "health")
        + samples([0.1] * 8, "health", "health")
    )

    found = gaps(before + after)

    assert [(gap.domain, gap.is_clear) for gap in found] == [("art", True), ("law", False)]


def test_curves_tell_trained_and_new_domains_apart():
    pushed = {"measure": "persistence", "variant": "escalation", "pushes": 2}
    figures = (
        samples([1, 0], "law", **pushed)
        + samples([1, 1], "law", "health", **pushed)
        + samples([0, 0], "law", "law", **pushed)
    )

    found = {curve.kind: curve.points[0] for curve in curves(figures)}

    assert {kind: point.level.mean for kind, point in found.items()} == {
        "same": 0,
        "new": 1,
        "untrained": 0.5,
    }
    assert {point.pushes for point in found.values()} == {2}


def test_refusals_of_harmless_requests_are_a_side_effect():
    twin = {"measure": "over_refusal", "variant": "benign_twin"}
    before, after = samples([0.0] * 8, "law", **twin), samples([1.0] * 8, "law", "health", **twin)

    (change,) = side_effects(before + after)

    assert (change.key, change.before.mean, change.after.mean) == ("over_refusal", 0, 1)
    # Of the 256 signs of eight families that agree two reach their sum.
    assert (change.is_clear, change.effect.p) == (True, 2 / 256)
