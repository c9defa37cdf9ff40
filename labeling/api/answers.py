"""An annotation as programs send it, turned into the form that the page posts: both are read by the same rules."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from labeling.questions import OVERALL_CODE
from labeling.submission import Fields

Letter = Literal["A", "B", "C", "D", "E", "F", "G", "H"]
Code = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="The trait's two letters.")]
Named = {"p": "preferences", "r": "ratings", "c": "marks"}
"""What the form's names of a kind of verdict are called here."""
RENAMED = {"ranking": "ranks", "cut": "acceptable_to", "cite": "citations"}


class Shown(Sent):
    """What the answer is about, sent back as the assignment came: judgments of other words are refused."""

    traits: dict[Code, UUID] = Field(max_length=50)
    criteria: list[UUID] = Field(max_length=200)
    renderer: str = Field(max_length=10)


class PreferenceIn(Sent):
    """Which of two responses is better."""

    trait: Code | None = Field(None, description="Null: all in all.")
    strength: int | None = Field(
        None, ge=-3, le=3, description="-3: A is much better … 3: B is. Null: can't judge."
    )
    both_bad: bool = False


class MarkIn(Sent):
    """Whether a response meets a criterion."""

    response: Letter
    criterion: UUID
    value: Literal["met", "not met", "unsure"]
    because: str = Field("", max_length=1_000)


class RatingIn(Sent):
    """How far a response shows a trait."""

    response: Letter
    trait: Code
    value: int | None = Field(ge=0, le=4, description="Null: can't judge.")


class RankIn(Sent):
    """The place of a response; equal places are ties."""

    response: Letter
    place: int = Field(ge=1, le=8)


class RewriteIn(Sent):
    """A better wording of a response."""

    response: Letter
    text: str = Field(min_length=1, max_length=20_000)


class AnnotationIn(Sent):
    """One answer about one item. The same submission id again changes nothing."""

    submission_id: UUID = Field(description="Made by the client, one for each answer.")
    shown: Shown
    expected_revision: int = Field(0, ge=0, le=32767, description="0 first; to revise, the newest revision.")
    preferences: list[PreferenceIn] = Field([], max_length=50)
    marks: list[MarkIn] = Field([], max_length=1_600)
    ratings: list[RatingIn] = Field([], max_length=400)
    ranks: list[RankIn] = Field([], max_length=8)
    acceptable_to: int | None = Field(
        None, ge=0, le=8, description="The last place that is still acceptable."
    )
    rewrite: RewriteIn | None = None
    harms: list[Letter] = Field([], max_length=8)
    reasons: list[Annotated[str, Field(max_length=40)]] = Field([], max_length=20)
    citations: list[Annotated[str, Field(max_length=60)]] = Field(
        [], max_length=200, description="Sentences, as A3, or A3:HO for a trait."
    )
    rationale: str = Field("", max_length=20_000)
    confidence: int | None = Field(None, ge=1, le=3)
    note: str = Field("", max_length=5_000, description="For the adjudicator; never released.")
    elapsed_ms: int | None = Field(None, ge=0, le=2**31 - 1)
    confirmed: bool = Field(
        False, description="Both answers stand, though they pull in different directions."
    )


def fields_of(sent: AnnotationIn) -> Fields:
    """Return the form that says the same."""
    plain = {
        "submission_id": str(sent.submission_id),
        "expected_revision": str(sent.expected_revision),
        "criteria": " ".join(map(str, sent.shown.criteria)),
        "renderer": sent.shown.renderer,
        "cut": "" if sent.acceptable_to is None else str(sent.acceptable_to),
        "rationale": sent.rationale,
        "confidence": str(sent.confidence or ""),
        "note": sent.note,
        "elapsed_ms": "" if sent.elapsed_ms is None else str(sent.elapsed_ms),
        **{f"v_{code}": str(version) for code, version in sent.shown.traits.items()},
        **dict(verdicts_of(sent)),
    }
    if sent.confirmed:
        plain["confirmed"] = "1"
    many = {"cite": sent.citations, "harm": list(map(str, sent.harms)), "reasons": sent.reasons}
    return {**{name: [value] for name, value in plain.items()}, **many}


def verdicts_of(sent: AnnotationIn) -> Iterator[tuple[str, str]]:
    """Yield the fields of the verdicts."""
    for preference in sent.preferences:
        yield from preference_fields(preference)
    for mark in sent.marks:
        yield f"m_{mark.response}_{mark.criterion}", mark.value
        yield f"why_{mark.response}_{mark.criterion}", mark.because
    for rating in sent.ratings:
        yield f"r_{rating.response}_{rating.trait}", "na" if rating.value is None else str(rating.value)
    for rank in sent.ranks:
        yield f"place_{rank.response}", str(rank.place)
    if sent.rewrite:
        yield "rewrite_of", sent.rewrite.response
        yield "rewrite", sent.rewrite.text


def preference_fields(preference: PreferenceIn) -> Iterator[tuple[str, str]]:
    """Yield the fields of a preference."""
    code = preference.trait or OVERALL_CODE
    if preference.both_bad:
        yield f"bad_{code}", "1"
    if preference.strength is not None:
        yield f"p_{code}", str(preference.strength)
    elif not preference.both_bad:
        yield f"na_{code}", "1"


def problem_of(problems: Mapping[str, str]) -> Problem:
    """Return what the form refused, by the names that programs use."""
    return invalid((named(field), message) for field, message in problems.items())


def named(field: str) -> str:
    """Return what a field of the form is called here."""
    kind, _, which = field.partition("_")
    return f"{Named[kind]}.{which}" if kind in Named and which else RENAMED.get(field, field)


class AnswerOut(BaseModel):
    """What was answered before, as it would be sent again; `submission_id` and `shown` are to be added."""

    preferences: list[PreferenceIn]
    marks: list[MarkIn]
    ratings: list[RatingIn]
    ranks: list[RankIn]
    acceptable_to: int | None
    rewrite: RewriteIn | None
    harms: list[Letter]
    reasons: list[str]
    citations: list[str]
    rationale: str
    confidence: int | None
    note: str


def answer_of(values: Fields) -> AnswerOut:
    """Return the answer that a form holds."""
    plain = {name: value[-1] if value else "" for name, value in values.items()}
    found = sorted((name.split("_", 2), value) for name, value in plain.items())
    codes = {name[1] for name, _ in found if name[0] in {"p", "na", "bad"} and len(name) == 2}
    rewrite_of = plain.get("rewrite_of")
    return AnswerOut.model_validate(
        {
            "preferences": [preference_of(plain, code) for code in sorted(codes, reverse=True)],
            "marks": [
                {
                    "response": name[1],
                    "criterion": name[2],
                    "value": value,
                    "because": plain.get(f"why_{name[1]}_{name[2]}", ""),
                }
                for name, value in found
                if name[0] == "m"
            ],
            "ratings": [
                {"response": name[1], "trait": name[2], "value": None if value == "na" else int(value)}
                for name, value in found
                if name[0] == "r"
            ],
            "ranks": [
                {"response": name[1], "place": int(value)}
                for name, value in found
                if name[0] == "place" and value
            ],
            "acceptable_to": int(plain["cut"]) if plain.get("cut") and "place_A" in plain else None,
            "rewrite": {"response": rewrite_of, "text": plain["rewrite"]} if rewrite_of else None,
            "harms": list(values.get("harm", ())),
            "reasons": list(values.get("reasons", ())),
            "citations": list(values.get("cite", ())),
            "rationale": plain.get("rationale", ""),
            "confidence": int(plain["confidence"]) if plain.get("confidence") else None,
            "note": plain.get("note", ""),
        }
    )


def preference_of(plain: Mapping[str, str], code: str) -> dict[str, object]:
    """Return a preference of a form."""
    strength = plain.get(f"p_{code}")
    return {
        "trait": None if code == OVERALL_CODE else code,
        "strength": int(strength) if strength else None,
        "both_bad": bool(plain.get(f"bad_{code}")),
    }
