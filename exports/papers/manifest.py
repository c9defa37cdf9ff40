"""manifest.json and traits.json: what is in a release, for machines."""

import json
from hashlib import sha256
from typing import Any

from exports.papers.facts import DataFile, Facts
from exports.schema import CONFIGS, SCHEMA_VERSION


def manifest(facts: Facts, files: list[DataFile], papers: dict[str, bytes]) -> bytes:
    """Return manifest.json.

    Args:
        facts: the release.
        files: its files of Parquet.
        papers: every other file but the manifest itself, by path.
    """
    listed: dict[str, dict[str, Any]] = {
        file.path: {"sha256": file.sha256, "bytes": file.size_bytes, "rows": file.rows} for file in files
    }
    for path, content in papers.items():
        listed[path] = {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
    return as_json(
        {
            "name": facts.slug,
            "release": facts.version,
            "schema_version": SCHEMA_VERSION,
            "previous_release": facts.previous,
            "cut_at": facts.cut_at.isoformat(timespec="seconds"),
            "digest": facts.digest,
            "held_out_domains": facts.terms["heldout_domains"],
            **pool_policy(facts),
            **({"canary": facts.terms["canary"]} if facts.terms.get("canary") else {}),
            "configs": {
                config.name: [column.name for column in config.columns]
                for config in CONFIGS
                if any(file.config == config.name for file in files)
            },
            "counts": facts.counts,
            "gates": [gate._asdict() for gate in facts.gates],
            "waivers": [waiver._asdict() for waiver in facts.waivers],
            "files": listed,
        }
    )


def pool_policy(facts: Facts) -> dict[str, str | None]:
    """Return the digest of the policy by which families were held out; releases before there were any say nothing."""
    return {"pool_policy_sha256": facts.terms["pool_policy"] or None} if "pool_policy" in facts.terms else {}


def traits(facts: Facts) -> bytes:
    """Return traits.json, the codebook: what was judged, in the words that annotators saw."""
    said: dict[tuple[str, str], list[str]] = {}
    for row in facts.measures.get("dissent", []):
        said.setdefault((row["trait"], str(row["version"])), []).append(row["text"])
    codebook = [
        {**trait, "dissent": said.get((trait["trait_id"], trait["trait_version"]), [])}
        for trait in facts.codebook
    ]
    return as_json({"release": facts.version, "traits": codebook})


def as_json(value: object) -> bytes:
    """Return JSON of which equal values have equal bytes."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
