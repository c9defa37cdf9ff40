"""LICENSE and CITATION.cff: under which terms, and how to cite."""

import yaml

from exports.papers.facts import Facts, Terms
from exports.papers.markdown import escaped, table

LICENSES = {
    "cc-by-4.0": (
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/legalcode",
    ),
    "cc-by-sa-4.0": (
        "Creative Commons Attribution Share Alike 4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/legalcode",
    ),
    "cc-by-nc-4.0": (
        "Creative Commons Attribution Non Commercial 4.0",
        "https://creativecommons.org/licenses/by-nc/4.0/legalcode",
    ),
    "cc0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/legalcode"),
    "odc-by": ("Open Data Commons Attribution 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    "apache-2.0": ("Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    "mit": ("MIT License", "https://opensource.org/license/mit"),
}
"""License ids of the Hub that a recipe may choose, with name and address."""
SPDX = {
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc0-1.0": "CC0-1.0",
    "odc-by": "ODC-By-1.0",
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
}


def license_text(facts: Facts) -> bytes:
    """Return LICENSE."""
    name, url = LICENSES[facts.terms["license"]]
    text = f"""What people wrote and judged for this dataset is under {name}:
{url}

Prompts from elsewhere keep their own license: see the column "license" of every row. Responses were made by
models; the terms of their makers are in the column "output_terms" of the config "responses". "unknown" means
that nobody stated them: find out before you rely on them.
"""
    return (text + (f"\n{outside(facts)}\n" if facts.n_outside else "")).encode()


def outside(facts: Facts) -> str:
    """Return under which terms stands what people elsewhere judged."""
    return (
        f"Verdicts of {facts.n_outside} annotators were given elsewhere and come under {' and '.join(facts.outside_licenses)}:"
        ' those whose "consent_release" is false in the config "annotators".'
    )


def licenses(facts: Facts) -> bytes:
    """Return LICENSES.md: under which terms the prompts of each source and the outputs of each model come."""
    name, url = LICENSES[facts.terms["license"]]
    parts = [
        "# Licenses",
        f"Judgments, reasons and wordings were written for this dataset and are under [{name}]({url}).",
        *([outside(facts)] if facts.n_outside else []),
        "## Prompts",
        "By source; the column `license` of every row says the same.",
        table(["source", "license", "prompts"], term_rows(facts.prompt_terms)),
        "## Responses",
        "By model; the column `output_terms` of the config `responses` says the same. Terms of a model’s maker may limit what "
        "its outputs are used for, training of other models among it: read them before you train.",
        table(["model", "terms", "responses"], term_rows(facts.output_terms)),
    ]
    if any(each.terms in {"", "unknown"} for each in [*facts.prompt_terms, *facts.output_terms]):
        parts.append("“unknown” means that nobody stated them: find out before you rely on them.")
    return ("\n\n".join(parts) + "\n").encode()


def term_rows(found: list[Terms]) -> list[list[str]]:
    """Return the rows of a table of terms."""
    return [
        [escaped(each.origin) or "unknown", escaped(each.terms) or "unknown", f"{each.number:,}"]
        for each in found
    ]


def citation(facts: Facts) -> bytes:
    """Return CITATION.cff."""
    values = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite the release that you used.",
        "type": "dataset",
        "title": facts.terms["name"],
        "version": facts.version,
        "date-released": facts.cut_at.date(),
        "license": SPDX[facts.terms["license"]],
        "authors": [{"name": f"The contributors to {facts.terms['name']}"}],
    }
    text: str = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=1000)
    return text.encode()
