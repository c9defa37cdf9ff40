"""The questions of a panel as templates draw them, with what was said so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from config.wording import words
from labeling.definitions import Definition, definitions
from labeling.questions import OVERALL_CODE, Question
from labeling.sheets import Wording
from labeling.submission import Fields
from labeling.submission.fields import one


class Step(NamedTuple):
    """One of the seven places of the scale."""

    value: str
    side: str
    n: int
    say: str


class Choice(NamedTuple):
    """One answer of a row, and the key that gives it."""

    key: str
    value: str
    name: str
    icon: str = ""
    say: str = ""


STEPS = [
    Step("-3", "a", 3, words("A is much better")),
    Step("-2", "a", 2, words("A is better")),
    Step("-1", "a", 1, words("A is slightly better")),
    Step("0", "", 0, words("Tie: about equal")),
    Step("1", "b", 1, words("B is slightly better")),
    Step("2", "b", 2, words("B is better")),
    Step("3", "b", 3, words("B is much better")),
]
MARKS = [
    Choice("1", "met", words("Met"), "check"),
    Choice("2", "not met", words("Not met"), "x"),
    Choice("3", "unsure", words("Unsure"), "help"),
]
RATINGS = [
    Choice("0", "0", "0", say=words("not at all")),
    Choice("1", "1", "1", say=words("a little")),
    Choice("2", "2", "2", say=words("partly")),
    Choice("3", "3", "3", say=words("mostly")),
    Choice("4", "4", "4", say=words("fully")),
    Choice("x", "na", words("Can’t judge")),
]
WHOLE = words("the answer as a whole")


@dataclass(frozen=True)
class Said:
    """What was said so far, and what is wrong with it."""

    values: Fields
    problems: Any

    def one(self, name: str) -> str:
        """The value of a field."""
        return one(self.values, name)

    def cites(self, targets: Iterable[str]) -> list["Cite"]:
        """The sentences that were cited for some of the targets; "" stands for the whole answer."""
        found = [(value, *value.partition(":")) for value in self.values.get("cite", ())]
        wanted = set(targets)
        return [
            Cite(value, ref, ref[:1].lower(), target) for value, ref, _, target in found if target in wanted
        ]


class Cite(NamedTuple):
    """A citation as the form posts it."""

    value: str
    ref: str
    key: str
    code: str


class Judged(NamedTuple):
    """A scale with what was chosen on it so far."""

    code: str
    name: str
    target: str
    """What a sentence is cited for from here."""
    target_name: str
    problem_words: str
    chosen: str
    is_bad: bool
    is_na: bool
    problem: str


class Row(NamedTuple):
    """One response in a block."""

    letter: str
    key: str
    field: str
    chosen: str
    why_field: str = ""
    why: str = ""


class Block(NamedTuple):
    """A criterion or a trait that each response is held against."""

    field: str
    target: str
    target_name: str
    sign: str
    text: str
    legend: str
    problem_words: str
    problem: str
    rows: Sequence[Row]
    cites: Sequence[Cite]
    points: float | None = None
    signed_points: str = ""


class Section(NamedTuple):
    """Questions of one kind."""

    template: str
    title: str
    blocks: Sequence[Any]
    choices: Sequence[Choice] = ()
    total: str = ""
    """Positive points of a rubric; "" for what is no rubric."""


def asked(
    versions: tuple[UUID, ...],
    questions: Sequence[str],
    letters: str,
    criteria: Sequence[Wording],
    said: Said,
) -> dict[str, Any]:
    """Return what the templates of the panel need."""
    traits = definitions(versions)
    sections = [
        section
        for section in (
            _scales(traits, questions, said),
            _criteria(criteria, questions, letters, said),
            _ratings(traits, questions, letters, said),
            _ranking(questions, letters, said),
        )
        if section
    ]
    return {
        "traits": traits,
        "title": sections[0].title if sections else words("Your answer"),
        "sections": sections,
        "citations": said.cites(["", *(trait.code for trait in traits)]),
        "steps": STEPS,
        "places": [str(place) for place in range(1, len(letters) + 1)],
        "cut": said.one("cut"),
    }


def _scales(traits: Sequence[Definition], questions: Sequence[str], said: Said) -> Section | None:
    scales = []
    if Question.OVERALL in questions:
        problem = words("Say which is better all in all, or that you can’t judge it.")
        scales.append(_judged(OVERALL_CODE, words("All in all"), "", WHOLE, problem, said))
    if Question.TRAITS in questions:
        for trait in traits:
            problem = words("Judge {trait}, or say that you can’t judge it.", trait=trait.name)
            scales.append(_judged(trait.code, trait.name, trait.code, trait.name, problem, said))
    if not scales:
        return None
    is_overall = Question.OVERALL in questions
    title = words("Which is better?") if is_overall else words("Which is better on each trait?")
    return Section("labeling/_scales.html", title, scales)


def _judged(code: str, name: str, target: str, target_name: str, problem: str, said: Said) -> Judged:
    return Judged(
        code,
        name,
        target,
        target_name,
        problem,
        said.one(f"p_{code}"),
        bool(said.one(f"bad_{code}")),
        bool(said.one(f"na_{code}")),
        said.problems.get(f"p_{code}", ""),
    )


def _criteria(
    criteria: Sequence[Wording], questions: Sequence[str], letters: str, said: Said
) -> Section | None:
    if Question.CRITERIA not in questions:
        return None
    blocks = []
    for number, criterion in enumerate(criteria, start=1):
        rows = []
        for letter in letters:
            field, why = f"m_{letter}_{criterion.id}", f"why_{letter}_{criterion.id}"
            rows.append(Row(letter, letter.lower(), field, said.one(field), why, said.one(why)))
        blocks.append(
            Block(
                field=f"c_{criterion.id}",
                target=criterion.id,
                target_name=words("criterion {number}", number=number),
                sign=str(number),
                text=criterion.text,
                legend=words(
                    "Criterion {number}: {text}. Worth {points} points.",
                    number=number,
                    text=criterion.text,
                    points=criterion.signed_points,
                ),
                problem_words=words("Grade every response by criterion {number}.", number=number),
                problem=said.problems.get(f"c_{criterion.id}", ""),
                rows=rows,
                cites=said.cites([criterion.id]),
                points=criterion.points,
                signed_points=criterion.signed_points,
            )
        )
    total = sum(criterion.points for criterion in criteria if criterion.points > 0)
    return Section("labeling/_grid.html", words("Criteria"), blocks, MARKS, f"{total:g}")


def _ratings(
    traits: Sequence[Definition], questions: Sequence[str], letters: str, said: Said
) -> Section | None:
    if Question.RATINGS not in questions:
        return None
    blocks = [
        Block(
            field=f"r_{trait.code}",
            target=trait.code,
            target_name=trait.name,
            sign=trait.code,
            text=trait.name,
            legend=words("{trait}, from 0 not at all to 4 fully", trait=trait.name),
            problem_words=words("Rate every response on {trait}.", trait=trait.name),
            problem=said.problems.get(f"r_{trait.code}", ""),
            rows=[
                Row(letter, letter.lower(), field, said.one(field))
                for letter in letters
                for field in [f"r_{letter}_{trait.code}"]
            ],
            cites=(),
        )
        for trait in traits
    ]
    return Section("labeling/_grid.html", words("How far does each response show it?"), blocks, RATINGS)


def _ranking(questions: Sequence[str], letters: str, said: Said) -> Section | None:
    if Question.RANKING not in questions:
        return None
    rows = [
        Row(letter, letter.lower(), field, said.one(field))
        for letter in letters
        for field in [f"place_{letter}"]
    ]
    return Section("labeling/_ranking.html", words("Rank the responses"), rows)
