"""croissant.json: the release as Croissant 1.1 with the responsible-AI vocabulary, for catalogues and search.

Files stand as objects of their own with their hashes, by paths relative to this file, so that it is true on every Hub.

Source:
    https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html, https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html
"""

from typing import Any

from exports.papers.facts import DataFile, Facts
from exports.papers.front_matter import feature
from exports.papers.license import LICENSES
from exports.papers.manifest import as_json
from exports.schema import CONFIGS, Column, Config

CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "arrayShape": "cr:arrayShape",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
TYPES = {
    "string": "sc:Text",
    "int32": "sc:Integer",
    "int64": "sc:Integer",
    "float64": "sc:Float",
    "bool": "sc:Boolean",
}
"""By the types of the card's features."""
UNSAID = "Not stated."


def croissant(facts: Facts, files: list[DataFile]) -> bytes:
    """Return croissant.json."""
    configs = {config.name: config for config in CONFIGS}
    return as_json(
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": [
                "http://mlcommons.org/croissant/1.1",
                "http://mlcommons.org/croissant/RAI/1.0",
            ],
            "name": facts.slug,
            "alternateName": facts.terms["name"],
            "description": facts.terms["description"] or facts.terms["name"],
            "license": LICENSES[facts.terms["license"]][1],
            "url": "https://huggingface.co/docs/datasets",
            "version": facts.version,
            "datePublished": facts.date,
            "inLanguage": facts.languages,
            "keywords": sorted({trait["name"] for trait in facts.codebook}),
            "citeAs": f"The contributors to {facts.terms['name']}, release {facts.version}, {facts.cut_at:%Y}.",
            "creator": {"@type": "sc:Organization", "name": f"The contributors to {facts.terms['name']}"},
            "isLiveDataset": False,
            **responsible(facts),
            "distribution": [file_object(file) for file in files],
            "recordSet": [record_set(configs[file.config], file) for file in files],
        }
    )


def responsible(facts: Facts) -> dict[str, Any]:
    """Return what the responsible-AI vocabulary asks, as far as the release knows it."""
    said = facts.terms.get("card", {})
    open_gates = [
        f"{gate.title}: {gate.figure} ({gate.status})" for gate in facts.gates if gate.status != "passed"
    ]
    return {
        "rai:dataCollection": "Scenarios were written by people or imported under their license; responses were sampled from "
        "models or written; people judged pairs of responses under written definitions of traits.",
        "rai:dataCollectionType": ["Manual Human Curation", "Experiments"],
        "rai:dataCollectionTimeFrame": facts.date,
        "rai:dataCollectionMissingData": "Pairs that too few people judged, and verdicts without consent, are left out and counted "
        "in the card. “Can’t judge” is null in `ratings`.",
        "rai:dataCollectionRawData": "Every counted verdict is a row of `ratings`.",
        "rai:dataImputationProtocol": "Nothing is imputed.",
        "rai:dataPreprocessingProtocol": "Texts are released as they were judged; bytes that PostgreSQL refuses were replaced.",
        "rai:dataManipulationProtocol": "Majority of those who could judge decides a pair; ties and both-bad count as votes for neither.",
        "rai:dataAnnotationProtocol": "Blind to models, in an order drawn by the server and recorded; strengths from -3 to 3 for each "
        "trait, with evidence and reasons. Definitions are in traits.json."
        + (" Outside annotators judged elsewhere, in the order of their source." if facts.n_outside else ""),
        "rai:dataAnnotationPlatform": "Arete",
        "rai:dataAnnotationAnalysis": agreement(facts),
        "rai:annotationsPerItem": f"At least {facts.terms['minimum_annotators']}.",
        "rai:annotatorDemographics": f"{facts.n_annotators} pseudonymous annotators. {said.get('care', '') or UNSAID}",
        "rai:machineAnnotationTools": "None: no verdict of a model is in the release.",
        "rai:dataReleaseMaintenancePlan": "Numbered releases; withdrawn rows are listed in CHANGELOG.md. "
        + (f"Contact: {said['contact']}" if said.get("contact") else ""),
        "rai:personalSensitiveInformation": "Annotators are pseudonymous per release, times are days. Texts were scanned for personal data by patterns, and findings looked at.",
        "rai:dataSocialImpact": "Definitions of good behaviour are contestable; dissent and every single judgment are published.",
        "rai:dataBiases": biases(facts),
        "rai:dataLimitations": " ".join([*open_gates, said.get("limits", "")]).strip() or "See the card.",
        "rai:dataUseCases": "Training and evaluating models on beneficial traits: preference optimisation, reward models, "
        "re-aggregation of judgments. "
        + ("Demo content: not for training." if facts.terms["is_demo"] else ""),
    }


def agreement(facts: Facts) -> str:
    """Return alpha of each trait in one sentence."""
    rows = [row for row in facts.measures.get("agreement", []) if row["domain"] is None]
    said = [
        f"{row['trait']}@{row['version']} {row['value']:.3f}"
        if row["value"] is not None
        else f"{row['trait']}@{row['version']} undefined"
        for row in rows
    ]
    return f"Krippendorff’s alpha, ordinal: {', '.join(said)}." if said else UNSAID


def biases(facts: Facts) -> str:
    """Return position and length in one sentence each."""
    first, total = facts.position
    if not total:
        return "Nobody preferred one response."
    text = f"What was shown first was preferred in {first / total:.1%} of {total} verdicts."
    longer = facts.measures.get("longer", {}).get("value")
    return text if longer is None else f"{text} The longer response was preferred in {longer + 0.5:.1%}."


def file_object(file: DataFile) -> dict[str, Any]:
    """Return one file of Parquet."""
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "encodingFormat": "application/x-parquet",
        "contentSize": f"{file.size_bytes} B",
        "sha256": file.sha256,
    }


def record_set(config: Config, file: DataFile) -> dict[str, Any]:
    """Return the rows of one split of a config."""
    name = f"{config.name}-{file.split}"
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{config.one_row}; {file.rows} rows",
        "field": [field(name, column, file) for column in config.columns],
    }


def field(name: str, column: Column, file: DataFile) -> dict[str, Any]:
    """Return one column, by what the card says of its type."""
    kind = feature(column)
    source: dict[str, Any] = {"fileObject": {"@id": file.path}, "extract": {"column": column.name}}
    described: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{name}/{column.name}",
        "name": column.name,
        "description": column.meaning,
        "source": source,
    }
    if "list" in kind:
        described |= {"isArray": True, "arrayShape": "-1"}
    parts = kind.get("list")
    if not isinstance(parts, list):
        return {**described, "dataType": data_type(kind.get("dtype", "string"))}
    return {
        **described,
        "subField": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column.name}/{part['name']}",
                "name": part["name"],
                "dataType": data_type(part.get("dtype", "string")),
                "source": {**source, "transform": {"jsonPath": f"[*].{part['name']}"}},
            }
            for part in parts
        ],
    }


def data_type(name: str) -> str:
    """Return the type of a value; what is nested deeper is described as text."""
    return "sc:DateTime" if name.startswith("timestamp") else TYPES.get(name, "sc:Text")
