"""Items about which people disagree."""

from labeling.actions.adjudication import find_disagreements
from labeling.actions.annotations import submit_annotation
from labeling.models import Disagreement, Project
from tests.labeling.scenes import answer_to, make_labeling_project, make_member, take


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
