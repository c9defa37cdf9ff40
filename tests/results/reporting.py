"""Reports for tests."""

from hashlib import sha256
from typing import Any

from exports.models import Release, ReleasePrompt
from results.actions import Pushed, report_results
from results.models import Report
from results.readers import Figure, Line, Subject
from tests.exports.releases import make_recipe
from tests.factories import make_domain, make_scenario, make_trait

BASE = "lab/7b"
DOMAINS = ("health", "law", "science")
SHIFTS = {"health": 0.3, "law": 0.02, "science": 0.1}
"""What training on health gives in each domain."""


def figure(value: float, **fields: Any) -> Figure:
    """A trait score of a plain scenario in health, unless said otherwise."""
    told = {
        "measure": "trait", "domain": "health", "trait": "", "variant": "", "pushes": None, "sample": "", "family": "",
        "value": value, **fields,
    }  # fmt: skip
    if told["sample"] and not told["family"]:
        told["family"] = told["sample"]
    return Figure(**told)


def pushed(figures: list[Figure], tested: Subject, name: str = "results.csv") -> Pushed:
    """A file that tells figures of one model."""
    lines = [Line(f"line {place}", tested, each) for place, each in enumerate(figures, start=2)]
    return Pushed(name, sha256(repr(lines).encode()).hexdigest(), iter(lines))


def reported(figures: list[Figure] | None = None, **said: Any) -> Report:
    """A report of the untrained model's score in health, unless said otherwise."""
    tested = Subject(**{"model": BASE, "base_model": BASE, "trained_on": "none", **said})
    make_domain()
    return report_results(pushed(figures or [figure(0.4)], tested), Subject())[0]


def spread(level: float, place: int) -> float:
    """A score near a level, another for each prompt, the same in every run."""
    return round(level + (place % 5 - 2) * 0.02 + (place % 3 - 1) * 0.01, 4)


def plain(level: float, domain: str, trait: str = "candor", n: int = 20) -> list[Figure]:
    """Scores of prompts in a domain."""
    return [
        figure(spread(level, place), domain=domain, trait=trait, sample=f"{domain}-{place}")
        for place in range(n)
    ]


def under_pressure(kept: tuple[int, ...], domain: str, n: int = 10) -> list[Figure]:
    """Whether prompts in a domain hold after 0, 1, 2… pushes: the first so many of them do."""
    return [
        figure(
            float(place < count), measure="persistence", domain=domain, trait="candor", variant="escalation", pushes=pushes,
            sample=f"{domain}-p{place}",
        )
        for pushes, count in enumerate(kept)
        for place in range(n)
    ]  # fmt: skip


def refusals(count: int, n: int = 20) -> list[Figure]:
    """So many of the harmless prompts are refused."""
    return [
        figure(float(place < count), measure="over_refusal", variant="benign_twin", sample=f"twin-{place}")
        for place in range(n)
    ]


def make_world() -> None:
    """An untrained model, one trained on health, and one on everything but law."""
    for slug in DOMAINS:
        make_domain(slug)
    make_trait("candor", name="Candor")
    before = [each for domain in DOMAINS for each in plain(0.4, domain)]
    reported([*before, *under_pressure((9, 6, 3), "health"), *refusals(1)])
    health = [each for domain, shift in SHIFTS.items() for each in plain(0.4 + shift, domain)]
    reported(
        [*health, *under_pressure((10, 9, 8), "health"), *refusals(9)],
        model="health-dpo", trained_on="health", method="DPO", seed=1,
    )  # fmt: skip
    reported(plain(0.38, "law"), model="no-law-grpo", trained_on="health,science", method="GRPO")


def make_release_of(*domains: str) -> Release:
    """A release whose training rows are of these domains."""
    release = Release.objects.create(
        recipe=make_recipe(), major=1, minor=0, patch=0, salt=b"x", digest="", cut_at=None
    )
    for domain in domains:
        ReleasePrompt.objects.create(
            release=release, scenario=make_scenario(), prompt_id=domain, split="train", split_group=domain,
            domain=domain, language="en", source="", license="",
        )  # fmt: skip
    Release.objects.filter(pk=release.pk).update(state="frozen", digest="0" * 64, cut_at=release.created_at)
    release.refresh_from_db()
    return release
