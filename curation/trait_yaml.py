"""A trait as a YAML file, and back without losing a letter. Aliases, tags and deep nesting are refused before anything is built.

text = written(trait_file)
assert read(text.encode()) == trait_file
"""

import re
from collections.abc import Iterable
from typing import Any

import yaml

from config.wording import words
from curation.wording import (
    CODE,
    COUNTS_AS,
    CRITERION_KINDS,
    FRAMINGS,
    KINDS,
    LONGEST_AXIS,
    LONGEST_NAME,
    LONGEST_TITLE,
    LONGEST_URL,
    RESERVED,
    SLUG,
    BehaviourWords,
    CriterionWords,
    GuidanceWords,
    ReferenceWords,
    TensionWords,
    TraitFile,
    Wording,
)
from curation.yaml_rows import Problem, Row

LARGEST_FILE = 512 * 1024
"""Bytes."""
DEEPEST = 6
LONGEST_TAG = 200
WORD = r"[^\s\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]+"
LINE = rf"{WORD}(?: {WORD})*"
ONE_LINE = re.compile(LINE)
"""Words with single spaces between them: what a folded block gives back exactly."""
LINES = re.compile(rf"{LINE}(?:\n+{LINE})+")
"""Such lines, with empty ones between: what a literal block gives back exactly."""
FOLDED_FROM = 60
"""Characters."""
WIDTH = 110
Loader: Any = yaml.CSafeLoader


class UnreadableTrait(Exception):
    """The file is not one of a trait, or parts of it can't be stored."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class TraitDumper(yaml.SafeDumper):
    """Writes sentences as folded blocks, and quotes what a block would not give back."""


def represent_text(dumper: TraitDumper, text: str) -> yaml.ScalarNode:
    """Choose how a text is written."""
    if ONE_LINE.fullmatch(text):
        style = ">" if len(text) > FOLDED_FROM else None
    else:
        style = "|" if LINES.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


TraitDumper.add_representer(str, represent_text)


def written(trait: TraitFile) -> str:
    """Return the file of a trait. The same words give the same bytes."""
    wording = trait.wording
    document: dict[str, Any] = {
        "slug": trait.slug,
        "code": trait.code,
        "name": trait.name,
        "definition": wording.definition,
        "benefit": wording.benefit,
        "behaviours": [
            without_empty(key=each.key, kind=each.kind, text=each.text, counts_as=each.counts_as)
            for each in wording.behaviours
        ],
        "tensions": [each.__dict__ for each in wording.tensions],
        "references": [without_empty(title=each.title, url=each.url) for each in wording.references],
        "attribution": wording.attribution,
        "criteria": [criterion_document(each) for each in wording.criteria],
        "guidance": [without_empty(**each.__dict__) for each in trait.guidance],
        "change_note": trait.change_note,
        "meaning_changed": trait.meaning_changed,
    }
    return yaml.dump(document, Dumper=TraitDumper, allow_unicode=True, sort_keys=False, width=WIDTH)


def criterion_document(said: CriterionWords) -> dict[str, Any]:
    """Return a criterion as it stands in the file."""
    points = f"{said.points.normalize():f}"
    number: Any = int(points) if said.points == said.points.to_integral_value() else float(points)
    given = without_empty(key=said.key, text=said.text, points=number, kind=said.kind, framing=said.framing)
    return given | without_empty(axis=said.axis, tags=list(said.tags))


def without_empty(**fields: Any) -> dict[str, Any]:
    """Return what is not empty."""
    return {name: value for name, value in fields.items() if value not in ("", [])}


def read(body: bytes) -> TraitFile:
    """Read the file of a trait.

    Raises:
        UnreadableTrait: with every problem by line and field.
    """
    if len(body) > LARGEST_FILE:
        raise UnreadableTrait(
            [
                Problem(
                    1,
                    "",
                    words(
                        "the file has more than {largest} kB. A trait has a few pages.",
                        largest=LARGEST_FILE // 1024,
                    ),
                )
            ]
        )
    try:
        text = body.decode("utf-8-sig")
        refuse_tricks(text)
        root = yaml.compose(text, Loader=Loader)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise UnreadableTrait(
            [Problem(line, "", words("the file is not UTF-8. Save it as UTF-8 and try again."))]
        ) from None
    except yaml.MarkedYAMLError as error:
        # A quotation mark that is never closed is found at the end, and was made where it opens.
        is_open = "end of stream" in (error.problem or "")
        mark = (error.context_mark if is_open else None) or error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise UnreadableTrait(
            [Problem(line, "", words("this is not YAML: {problem}.", problem=error.problem or error.context))]
        ) from None
    except yaml.YAMLError as error:
        raise UnreadableTrait(
            [Problem(1, "", words("this is not YAML: {problem}.", problem=str(error).splitlines()[0]))]
        ) from None
    if not isinstance(root, yaml.MappingNode):
        raise UnreadableTrait(
            [Problem(1, "", words("a trait's file begins with fields such as “slug: fairness”."))]
        )
    problems: list[Problem] = []
    row = Row(problems, root, "")
    trait = trait_file(row)
    row.refuse_the_rest()
    check(row, trait)
    if problems:
        raise UnreadableTrait(sorted(problems))
    return trait


def refuse_tricks(text: str) -> None:
    """Look at the events of a file, which costs no memory, before anything is built of them."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableTrait(
                [Problem(line, "", words("anchors and aliases (& and *) are not read. Write the words out."))]
            )
        if getattr(event, "tag", None):
            raise UnreadableTrait([Problem(line, "", words("tags (!) are not read. Take them away."))])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > DEEPEST or documents > 1:
            what = (
                words("one file holds one trait.")
                if documents > 1
                else words("the lists stand deeper than a trait's file has them.")
            )
            raise UnreadableTrait([Problem(line, "", what)])


def trait_file(row: Row) -> TraitFile:
    """Read the whole file."""
    return TraitFile(
        slug=row.text("slug", longest=80, needed=True),
        code=row.text("code", longest=2, needed=True),
        name=row.text("name", longest=LONGEST_NAME, needed=True),
        wording=Wording(
            definition=row.text("definition", needed=True),
            benefit=row.text("benefit"),
            attribution=row.text("attribution"),
            behaviours=row.parts("behaviours", behaviour),
            tensions=row.parts("tensions", tension),
            references=row.parts("references", reference),
            criteria=row.parts("criteria", criterion),
        ),
        change_note=row.text("change_note"),
        meaning_changed=row.truth("meaning_changed"),
        guidance=row.parts("guidance", guidance),
    )


def check(row: Row, trait: TraitFile) -> None:
    """Look at what no single field shows."""
    if trait.slug and (not SLUG.fullmatch(trait.slug) or trait.slug in RESERVED):
        row.complain(
            "slug", words("takes small Latin letters, digits and hyphens, such as “epistemic-humility”.")
        )
    if trait.code and not CODE.fullmatch(trait.code):
        row.complain("code", words("takes two capital letters from A to Z."))
    keys = [each.key for each in trait.wording.behaviours] + [each.key for each in trait.wording.criteria]
    once(
        row,
        "behaviours",
        list(filter(None, keys)),
        words("the key {} stands there twice. Each part has its own."),
    )
    domains = [each.domain for each in trait.guidance if each.domain]
    once(row, "guidance", domains, words("the domain {} stands there twice. Each has one guidance."))


def once(row: Row, name: str, values: list[str], reason: str) -> None:
    """Complain about values that stand there twice."""
    for value in sorted({value for value in values if values.count(value) > 1}):
        row.complain(name, reason.format(value))


def behaviour(row: Row) -> BehaviourWords:
    """Read a behaviour."""
    return BehaviourWords(
        key=row.key(),
        kind=row.one_of("kind", KINDS),
        text=row.text("text", needed=True),
        counts_as=row.one_of("counts_as", COUNTS_AS, default=""),
    )


def tension(row: Row) -> TensionWords:
    """Read a tension."""
    return TensionWords(trait=row.text("trait", longest=80, needed=True), text=row.text("text", needed=True))


def reference(row: Row) -> ReferenceWords:
    """Read a reference."""
    url = row.text("url", longest=LONGEST_URL)
    if url and not re.match(r"https?://\S+$", url):
        row.complain("url", words("takes an address that begins with http:// or https://."))
    return ReferenceWords(title=row.text("title", longest=LONGEST_TITLE, needed=True), url=url)


def criterion(row: Row) -> CriterionWords:
    """Read a criterion."""
    return CriterionWords(
        key=row.key(),
        text=row.text("text", needed=True),
        points=row.points(),
        kind=row.one_of("kind", CRITERION_KINDS, default="should"),
        framing=row.one_of("framing", FRAMINGS, default="positive"),
        axis=row.text("axis", longest=LONGEST_AXIS),
        tags=row.texts("tags", longest=LONGEST_TAG),
    )


def guidance(row: Row) -> GuidanceWords:
    """Read the guidance of a domain."""
    return GuidanceWords(
        domain=row.text("domain", longest=60, needed=True),
        text=row.text("text"),
        example=row.text("example"),
        authorities=row.text("authorities"),
    )
