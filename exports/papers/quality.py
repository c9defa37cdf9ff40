"""The part of the card about how far the release can be relied on: gates, waivers, agreement, dissent, signals."""

from exports.papers.facts import Facts
from exports.papers.markdown import escaped, table

GATES = """## Quality gates

Every release is checked before it is published, and held back while a gate fails. A gate that fails leaves only when a
second named steward, who neither asked for it nor cut the release, answers for it: then its waiver stands below."""
NO_WAIVER = "No gate was waived."
AGREEMENT = """## Agreement, and where people differ

Preference about values is reported and never forced into agreement: who trains on this can keep the distribution
(`comparisons`, `ratings`) instead of its majority."""
SETTLED = """Contested items go to an adjudicator who judged none of them. {settled}{plural} Every label stays as it was given."""
SIGNALS = """## Signals that should not decide

Position on the screen, length, refusal and the model behind a response say nothing about a trait by themselves. Where one
of them goes with preference, a model can learn it instead of the trait."""
UNCHECKED = "The gates of this release were not checked: it was cut before there were any."


def gates(facts: Facts) -> str:
    """Return what each gate found, and who let what pass."""
    if not facts.gates:
        return f"{GATES}\n\n{UNCHECKED}"
    rows = [
        [escaped(gate.title), gate.status, escaped(gate.figure), escaped(gate.needed)] for gate in facts.gates
    ]
    return "\n\n".join([GATES, table(["gate", "state", "found", "needed"], rows), waivers(facts)])


def waivers(facts: Facts) -> str:
    """Return every waiver with its reason and the two people behind it."""
    if not facts.waivers:
        return NO_WAIVER
    lines = ["### Waivers", ""]
    for each in facts.waivers:
        lines.append(
            f"- **{escaped(each.title)}** ({escaped(each.figure)}; needed: {escaped(each.needed)}): "
            f"{escaped(each.reason)} Asked for by {escaped(each.asked_by)}, answered for by "
            f"{escaped(each.approved_by)} on {each.date}."
        )
    return "\n".join(lines)


def agreement(facts: Facts, pictures: dict[str, str]) -> str:
    """Return how far people agree, how disagreement was settled, and the dissent about the wordings themselves."""
    parts = [AGREEMENT, pictures.get("agreement", ""), agreement_table(facts), pictures.get("strengths", "")]
    return "\n\n".join(part for part in [*parts, adjudication(facts), dissent(facts)] if part)


def agreement_table(facts: Facts) -> str:
    """Return the statistics of each trait, whole."""
    rows = []
    for row in facts.measures.get("agreement", []):
        if row["domain"] is not None:
            continue
        value = "undefined" if row["value"] is None else f"{row['value']:.3f}"
        ends = "" if row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}"
        percent = "" if row["percent"] is None else f"{row['percent']:.0%}"
        rows.append(
            [
                f"`{row['trait']}@{row['version']}`",
                value,
                ends or escaped(row["undefined"]),
                percent,
                row["n"],
                row["annotators"],
            ]
        )
    if not rows:
        return ""
    return table(
        [
            "trait",
            "alpha (ordinal)",
            "95 % interval",
            "same strength",
            "pairs judged by two or more",
            "annotators",
        ],
        rows,
    )


def adjudication(facts: Facts) -> str:
    """Return how what people disagreed about was settled."""
    found = facts.measures.get("adjudication")
    if not found:
        return ""
    causes = ", ".join(f"{count} {cause}" for cause, count in found["causes"].items())
    settled = f"Settled by cause: {causes}." if causes else "None was settled in this release."
    plural = f" {found['plural']} keep all answers beside one another." if found["plural"] else ""
    return SETTLED.format(settled=settled, plural=plural)


def dissent(facts: Facts) -> str:
    """Return the dissent with which the wordings were approved."""
    if not facts.measures:
        return ""
    rows = facts.measures["dissent"]
    if not rows:
        return "No reviewer left a dissent to the wordings on record."
    lines = ["Reviewers approved these wordings with dissent:", ""]
    lines += [f"- `{row['trait']}@{row['version']}`: {escaped(row['text'])}" for row in rows]
    return "\n".join(lines)


def signals(facts: Facts, pictures: dict[str, str]) -> str:
    """Return how far position, length, refusal and model go with preference."""
    found = facts.measures
    if not found:
        return ""
    parts = [SIGNALS, pictures.get("signals", ""), pictures.get("models", ""), lengths(facts)]
    refusals = found["refusals"]
    parts.append(
        f"{refusals['refusing']:,} of {refusals['responses']:,} responses begin with a refusal; against a response that does "
        f"not, a refusal won {refusals['wins']:,} of {refusals['n']:,} decided pairs. Benign twins and helpful controls are "
        "in the same splits as their base, so over-refusal can be measured."
    )
    return "\n\n".join(part for part in parts if part)


def lengths(facts: Facts) -> str:
    """Return what length does to preference, as a coefficient."""
    found = facts.measures["length"]
    if found["value"] is None:
        return f"Length: {escaped(found['undefined'])}"
    ends = "" if found["low"] is None else f" (95 % interval {found['low']:.2f} to {found['high']:.2f})"
    return (
        f"Logistic coefficient of preference on the log ratio of lengths: {found['value']:.2f}{ends}; "
        "0 is none, and at 1 a response twice as long is preferred with odds of 2 to 1."
    )  # fmt: skip
