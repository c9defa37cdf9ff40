"""Items about which people disagree."""

from labeling.actions.annotations import submit_annotation
from labeling.actions.contested import find_disagreements
from labeling.models import Assignment, Disagreement, Project
from labeling.submission import LETTERS
from tests.labeling.modes import make_mode
from tests.labeling.scenes import answer_to, codes_of, make_labeling_project, make_member, submit, take


def judged(*strengths: int, **fields: str) -> Project:
    """A project with one item, judged by one person per strength, in canonical order."""
    project = make_labeling_project(items=1, traits=1, overlap=len(strengths))
    for strength in strengths:
        member = make_member(project)
        assignment = take(project, member)
        shown = strength if assignment.order_shown[0] == 0 else -strength
        submit_annotation(assignment.pk, member, answer_to(assignment, strength=shown, **fields))
    return project


def contested(*strengths: int) -> Disagreement:
    """A disagreement that was found by the rules."""
    project = judged(*(strengths or (-2, 3)))
    find_disagreements(project)
    return Disagreement.objects.with_item().get()


def rated(*ratings: str) -> Project:
    """A project with one item, whose first response one person per rating rated so."""
    project = make_mode("ratings", items=1, overlap=len(ratings))
    for rating in ratings:
        assignment = take(project, make_member(project))
        submit(assignment, **{f"r_{first_letter(assignment)}_{codes_of(assignment)[0]}": rating})
    return project


def marked(*marks: str) -> Project:
    """A project with one item, whose first response one person per mark held so against its first criterion."""
    project = make_mode("criteria", items=1, overlap=len(marks))
    for mark in marks:
        assignment = take(project, make_member(project))
        name = f"{first_letter(assignment)}_{assignment.criteria[0]}"
        why = {f"why_{name}": "It is half said."} if mark == "unsure" else {}
        submit(assignment, **{f"m_{name}": mark, **why})
    return project


def first_letter(assignment: Assignment) -> str:
    """The letter under which a person saw the first response."""
    return LETTERS[assignment.order_shown.index(0)]
