"""README.md: the card that people read on the Hub."""

from collections import Counter
from collections.abc import Iterable

from exports.papers.facts import Cell, DataFile, Facts
from exports.papers.front_matter import HELD_OUT, front_matter
from exports.papers.license import LICENSES
from exports.papers.loading import loading
from exports.papers.markdown import escaped, table
from exports.papers.quality import agreement, gates, signals
from exports.reasons import OUT, OUTCOMES
from exports.schema import COMMON, CONFIGS, SPLITS, STRUCTS, TEST, Column

TYPES = {"strings": "list of string", "timestamp": "timestamp[us, UTC]"} | {
    name: ("list of " if struct.is_list else "") + "{" + ", ".join(part for part, _ in struct.parts) + "}"
    for name, struct in STRUCTS.items()
}

DEMO = """> **This is demo content.** It was written by hand to show how Arete works and how its releases look. Do not train
> or evaluate on it.
"""
HOW = """## How it was made

Annotators read a conversation and two responses without knowing which model wrote which. The server drew the order
on the screen for each of them, and it is recorded. For every trait they chose a strength from -3 to 3, could call both
responses bad, could say that they can't judge, and could cite sentences as evidence.

{rule} Decided pairs make the config `preference`. Undecided pairs stay in `comparisons`, and every
single verdict is in `ratings`. Pairs need {minimum}.

Splits go by scenario family (`split_group`) and never change from release to release: {share} of the families are
`validation`.{heldout}{policy}"""
RULES = {
    "majority": "A pair is decided when more than half of those who could judge it prefer the same response; ties and "
    "“both bad” count\nas votes for neither.",
    "mean strength": "A pair is decided by the side of the mean strength, unless more than half called both responses bad.",
    "dawid-skene": "A pair is decided when one side is more probable than everything else together, votes being weighed "
    "by how\nthose who gave them err (Dawid and Skene), unless more than half called both responses bad.",
    "bradley-terry": "A pair is decided when one side is more probable than everything else together, given all "
    "comparisons of the\nscenario's responses (Bradley and Terry), unless more than half called both responses bad.",
}
IGNORED = " Ties are left aside: those who preferred one decide."
POLICY = {
    True: "\n\nWhich families are held out for evaluation was decided by a pool policy before the first release "
    "(sha256 `{}`). Near-duplicates are held out together, and none of them is in a split of this dataset.",
    False: "\n\nNo pool policy was in force: nothing was held out beyond what is said here.",
}
WHO = """## Who judged, and how they were treated

{n_annotators} annotators{agreed}{outside}. They appear as pseudonyms that differ in every release,
with days instead of times. Whoever withdraws their consent is left out of the next release.

Content notes come before the content, skipping is free, there is no clock on the screen, and nobody is told to agree.
{care}

Pay: {pay}"""
UNSAID_PAY = "the people who publish this release did not state how annotators were paid."
LIMITS = """## Limits

- A majority hides disagreement. Use `comparisons` and `ratings` where it matters; undecided is an answer too.
- What was shown first was preferred in {position}.
  `chosen_shown_first_rate` and `response1_shown_first` allow to correct for it.
- `chosen_chars` and `rejected_chars` allow to check how far length decides.
- Traits are contestable. Their wordings, boundary cases and tensions are in `traits.json`; other wordings are possible.
- Personal data was looked for by patterns (addresses, numbers, keys, “my name is …”). A name in running text is not found so.
{reach}"""
REACH = {
    False: "- Scenarios kept for attacks, evaluation or private use are not part of this release.",
    True: "- Held-out rows carry a canary string. Never train on them; whoever finds the canary in a model knows that someone did.",
}
WITHDRAW = """## Corrections and withdrawals

{withdrawn} What is withdrawn is listed by id in `CHANGELOG.md`; drop these ids from older copies. {contact}"""


def card(facts: Facts, files: list[DataFile], pictures: dict[str, str]) -> bytes:
    """Return README.md.

    Args:
        facts: the release.
        files: its files of Parquet.
        pictures: what each figure shows, by the name of its file in `figures/`.
    """
    terms = facts.terms
    first = files[0]
    present = {file.config for file in files}
    shown = {name: f"![{alt_text(alt)}](figures/{name}.svg)" for name, alt in pictures.items()}
    parts = [
        front_matter(facts, files),
        f"# {escaped(terms['name'])}",
        DEMO if terms["is_demo"] else "",
        escaped(terms["description"]),
        f"Release {facts.version}, cut on {facts.date}. Digest `{facts.digest}`. License: {terms_of_use(facts)}.",
        loading(first.config, first.split, facts.tag, present),
        configs_table(files),
        "## What was judged",
        traits_table(facts),
        shown.get("coverage", ""),
        cells_table(facts.cells),
        how(facts),
        who(facts),
        gates(facts),
        agreement(facts, shown),
        signals(facts, shown),
        "## What is in and what is out",
        counts_tables(facts),
        columns_tables(files),
        limits(facts, bool(present & HELD_OUT)),
        withdrawals(facts),
        cite(facts),
    ]
    return ("\n\n".join(part.strip() for part in parts if part.strip()) + "\n").encode()


def alt_text(words: str) -> str:
    """Return words that may stand between the brackets of a picture."""
    return " ".join(words.split()).translate(str.maketrans("[]<>", "()()")).replace("\\", "")


def limits(facts: Facts, has_held_out: bool) -> str:
    """Return what to mind, and what the stewards add to it."""
    text = LIMITS.format(position=position(facts), reach=REACH[has_held_out])
    own = facts.terms.get("card", {}).get("limits", "")
    return f"{text}\n\n{escaped(own)}" if own else text


def withdrawals(facts: Facts) -> str:
    """Return what was taken back in this release, and whom to write to."""
    count = len(facts.withdrawn_keys)
    since = (
        f"Since {facts.previous}, {count:,} pairs were withdrawn."
        if facts.previous
        else "This is the first release."
    )
    contact = facts.terms.get("card", {}).get("contact", "")
    return WITHDRAW.format(
        withdrawn=since,
        contact=f"To have something taken out, write to {escaped(contact)}." if contact else "",
    ).rstrip()


def terms_of_use(facts: Facts) -> str:
    """Return the license as a link."""
    name, url = LICENSES[facts.terms["license"]]
    return f"[{name}]({url})"


def how(facts: Facts) -> str:
    """Return how it was made, with the recipe's numbers."""
    domains = ", ".join(facts.terms["heldout_domains"])
    people = facts.terms["minimum_annotators"]
    rule = RULES[facts.terms.get("aggregation", "majority")]
    return HOW.format(
        rule=rule + (IGNORED if facts.terms.get("ties") == "ignore" else ""),
        minimum="one annotator" if people == 1 else f"at least {people} annotators who could judge them",
        share=f"{facts.terms['validation_permille'] / 10:g} %",
        heldout=f" These domains are held out, and appear only in `test_heldout_domain`: {domains}."
        if domains
        else "",
        policy=POLICY[bool(facts.terms["pool_policy"])].format(facts.terms["pool_policy"])
        if "pool_policy" in facts.terms
        else "",
    )


def who(facts: Facts) -> str:
    """Return who judged and how they were treated; demo annotators are nobody."""
    agreed = "" if facts.terms["is_demo"] else " who agreed to the release of their judgments"
    said = facts.terms.get("card", {})
    seconds = facts.measures.get("median_s")
    pace = f"Half of the judgments took longer than {seconds:.0f} seconds. " if seconds else ""
    return WHO.format(
        n_annotators=facts.n_annotators - facts.n_outside,
        agreed=agreed,
        outside=outside(facts),
        care=f"{pace}{escaped(said.get('care', ''))}".strip(),
        pay=escaped(said.get("pay", "")) or UNSAID_PAY,
    )


def outside(facts: Facts) -> str:
    """Return that some judged elsewhere, where nobody asked them; empty where nobody did."""
    if not facts.n_outside:
        return ""
    under = escaped(" and ".join(facts.outside_licenses))
    return (
        f", and {facts.n_outside} who judged elsewhere, under other rules: they were not asked, and their verdicts are"
        f"\nreleased under the license of their source ({under})"
    )


def position(facts: Facts) -> str:
    """Return how often the first shown response was preferred."""
    first, total = facts.position
    if not total:
        return "no verdict, since none preferred one response"
    return f"{first / total:.1%} of the {total} verdicts that preferred one"


def configs_table(files: list[DataFile]) -> str:
    """Return what each config holds and how many rows each of its splits has."""
    rows = []
    splits = [
        split for split in (*SPLITS, TEST) if split != TEST or any(file.split == TEST for file in files)
    ]
    for config in CONFIGS:
        counts = Counter[str]()
        for file in files:
            if file.config == config.name:
                counts[file.split] += file.rows
        if counts:
            rows.append([f"`{config.name}`", config.one_row, *(counts.get(split, 0) for split in splits)])
    return table(["config", "one row is", *(f"`{split}`" for split in splits)], rows)


def traits_table(facts: Facts) -> str:
    """Return the traits with their wordings and what they rest on."""
    rows = []
    for trait in facts.codebook:
        sources = "; ".join(
            f"[{escaped(source['title'])}]({source['url']})" if source["url"] else escaped(source["title"])
            for source in trait["references"]
        )
        label = f"{escaped(trait['name'])} `{trait['trait_id']}@{trait['trait_version']}`"
        rows.append([label, escaped(trait["definition"]), sources])
    return table(["trait", "definition", "sources"], rows)


def cells_table(cells: list[Cell]) -> str:
    """Return compared pairs by trait and domain, all splits together."""
    domains = sorted({cell.domain for cell in cells})
    traits = sorted({(cell.trait, cell.version) for cell in cells})
    rows = [
        [
            f"`{trait}@{version}`",
            *(
                sum(c.pairs for c in cells if (c.trait, c.version, c.domain) == (trait, version, domain))
                for domain in domains
            ),
        ]
        for trait, version in traits
    ]
    return "Compared pairs by trait and domain:\n\n" + table(["trait", *domains], rows)


def counts_tables(facts: Facts) -> str:
    """Return what became of every pair and of every verdict."""
    pairs, verdicts = facts.counts["pairs"], facts.counts["verdicts"]
    pair_rows = [(text, pairs[key]) for key, text in OUTCOMES.items() if pairs[key]]
    verdict_rows = [("counted", verdicts["counted"])]
    verdict_rows += [(text, verdicts[key]) for key, text in OUT.items() if verdicts.get(key)]
    return "\n\n".join(
        [
            table(["pair under one trait", "number"], [*pair_rows, ("**all**", pairs["total"])]),
            table(["verdict", "number"], [*verdict_rows, ("**all**", verdicts["total"])]),
        ]
    )


def columns_tables(files: list[DataFile]) -> str:
    """Return the columns of every config, those that all have once."""
    parts = ["## Columns", "### Every config but `annotators` begins with", columns_table(COMMON)]
    for config in CONFIGS:
        if any(file.config == config.name for file in files):
            own = [column for column in config.columns if column not in COMMON]
            parts += [f"### `{config.name}`", columns_table(own)]
    return "\n\n".join(parts)


def columns_table(columns: Iterable[Column]) -> str:
    """Return names, types and meanings of columns."""
    return table(
        ["column", "type", "meaning"],
        ((f"`{c.name}`", TYPES.get(c.type, c.type), c.meaning) for c in columns),
    )


def cite(facts: Facts) -> str:
    """Return where citation, changes and license stand."""
    return (
        "## Cite it\n\nSee `CITATION.cff`. What changed since the release before is in `CHANGELOG.md`, the terms are in"
        " `LICENSE` and, by source and model, in `LICENSES.md`; `croissant.json` describes it all for machines. Made with"
        f" Arete; the release is called `{facts.slug}@{facts.version}`."
    )
