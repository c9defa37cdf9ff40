"""Which files a release has: every config by split, the ones that trainers read by domain too, none with too many rows."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from exports.models import Release
from exports.schema import CONFIGS, SPLITS, TEST, Config

SHARD_ROWS = 250_000
"""Places in order that one file spans at most. Files depend on this, and never on how many workers write them."""
DOMAIN = "exports_releaseprompt prompt ON prompt.id = mine.prompt_id"


class Source(NamedTuple):
    """Where rows of a config come from."""

    query: str
    """Names the file in `exports/projections`."""
    table: str
    where: str = "true"
    by_domain: bool = False
    suffix: str = ""
    """Stands in the file's name where a config has several sources."""
    split: str = "mine.split"


SOURCES = {
    "preference": [
        Source(
            "preference", "exports_releaseitem", "mine.winner IN ('response1', 'response2')", by_domain=True
        )
    ],
    "unpaired": [Source("unpaired", "exports_releaseanswer", by_domain=True)],
    "comparisons": [Source("comparisons", "exports_releaseitem")],
    "rankings": [Source("rankings", "exports_releaseranking")],
    "rl": [Source("rl", "exports_releasetask", "mine.config = 'rl'", by_domain=True)],
    "sft": [Source("sft", "exports_releasedemonstration", by_domain=True)],
    "ratings": [
        Source("ratings", "exports_releaserating"),
        Source("ratings_others", "exports_releasejudgement", "mine.kind <> 'rating'", suffix="-others"),
    ],
    "trait_scores": [Source("trait_scores", "exports_releasejudgement", "mine.kind = 'rating'")],
    "responses": [Source("responses", "exports_releaseresponse", split="prompt.split")],
    "annotators": [Source("annotators", "exports_releaseannotator", split="'train'")],
    "benchmark": [Source("benchmark", "exports_releasetask", "mine.config = 'benchmark'")],
    "adversarial": [Source("adversarial", "exports_releasetask", "mine.config = 'adversarial'")],
}


class Shard(NamedTuple):
    """One file of a release."""

    config: Config
    split: str
    domain: str
    """Empty where a file holds several."""
    query: str
    first: int
    last: int
    """The first and last place in order of its rows."""
    path: str

    @property
    def span(self) -> int:
        """How many places in order it spans: no fewer than its rows."""
        return self.last - self.first + 1


def shards_of(release: Release) -> list[Shard]:
    """Return the files of a frozen release that hold a row, in the order of the card."""
    chosen = set(release.terms.get("configs") or [config.name for config in CONFIGS])
    return [
        shard
        for config in CONFIGS
        if config.name in chosen
        for source in SOURCES[config.name]
        for shard in shards_from(release, config, source)
    ]


def shards_from(release: Release, config: Config, source: Source) -> Iterator[Shard]:
    """Yield the files for the rows of one source, split by split."""
    found = spans(release, source)
    order = {split: place for place, split in enumerate((*SPLITS, TEST))}
    for split, domain, first, last in sorted(found, key=lambda span: (order[span[0]], span[1])):
        stem = f"data/{config.name}/{split}{f'/{domain}' if domain else ''}{source.suffix}"
        for number, start in enumerate(range(first, last + 1, SHARD_ROWS)):
            yield Shard(
                config,
                split,
                domain,
                source.query,
                start,
                min(start + SHARD_ROWS - 1, last),
                f"{stem}-{number:05}.parquet" if number else f"{stem}.parquet",
            )


def spans(release: Release, source: Source) -> list[tuple[str, str, int, int]]:
    """Return split, domain, and first and last place of the rows of one source."""
    joins_prompt = source.by_domain or source.split.startswith("prompt.")
    query = f"""
        SELECT {source.split}, {"prompt.domain" if source.by_domain else "''"}, min(mine.ordinal), max(mine.ordinal)
        FROM {source.table} mine {f"JOIN {DOMAIN}" if joins_prompt else ""}
        WHERE mine.release_id = %s AND {source.where} GROUP BY 1, 2
    """  # noqa: S608 - only our own constants are put in.
    with connection.cursor() as cursor:
        cursor.execute(query, [release.pk])
        found: list[tuple[str, str, int, int]] = cursor.fetchall()
    return found
