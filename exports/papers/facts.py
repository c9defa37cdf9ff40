"""What the papers say about a release, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class DataFile(NamedTuple):
    """One file of Parquet; `plain_bytes` is the size of its columns before compression."""

    path: str
    config: str
    split: str
    rows: int
    plain_bytes: int
    size_bytes: int
    sha256: str
    domain: str = ""
    """Empty where a file holds several."""


class Cell(NamedTuple):
    """How many pairs of a trait in a domain and split are in the release, and how many of them are decided."""

    trait: str
    version: int
    domain: str
    split: str
    pairs: int
    decided: int


class Position(NamedTuple):
    """How often what stood first on the screen was preferred, over verdicts that preferred one."""

    first_preferred: int
    total: int


class GateLine(NamedTuple):
    """What one gate found, in words."""

    title: str
    status: str
    """passed, failed, waived or not applicable."""
    figure: str
    needed: str


class WaiverLine(NamedTuple):
    """A gate that two named people let pass, and why."""

    title: str
    figure: str
    needed: str
    reason: str
    asked_by: str
    approved_by: str
    date: str


class Terms(NamedTuple):
    """How many prompts of a source, or responses of a model, come under which terms."""

    origin: str
    terms: str
    number: int


@dataclass(frozen=True)
class Facts:
    """A frozen release. Equal facts make equal bytes."""

    slug: str
    version: str
    previous: str | None
    cut_at: datetime
    digest: str
    terms: dict[str, Any]
    counts: dict[str, Any]
    codebook: list[dict[str, Any]]
    languages: list[str]
    sources: list[str]
    cells: list[Cell]
    n_annotators: int
    position: Position
    changed_keys: list[str]
    withdrawn_keys: list[str]
    earlier: list[tuple[str, dict[str, Any]]]
    """Versions before this one with their counts, newest first."""
    gates: list[GateLine]
    waivers: list[WaiverLine]
    measures: dict[str, Any]
    """Of `exports.measured`; empty before anything was measured."""
    prompt_terms: list[Terms]
    output_terms: list[Terms]
    n_outside: int = 0
    """Of the annotators, those who judged elsewhere and whom nobody could ask."""
    outside_licenses: tuple[str, ...] = ()
    """Under which their verdicts came."""

    @property
    def tag(self) -> str:
        """The git tag that consumers pin."""
        return f"v{self.version}"

    @property
    def date(self) -> str:
        """The day of the cut in UTC."""
        return f"{self.cut_at:%Y-%m-%d}"
