"""What a program has of an answer so far: kept, as the page keeps it, and not counted."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from accounts.api import Asking
from config.rest.problems import Problem
from labeling.actions.annotations import StaleRevision, Withdrawn, save_draft
from labeling.api.answers import AnnotationIn, fields_of
from labeling.api.assignments import LABELS, STALE, TAKEN_BACK, check_reach, routes


class KeptShape(BaseModel):
    """When an unfinished answer was kept."""

    saved_at: datetime
    doubts: list[str] = Field(description="Answers that pull in different directions.")


@routes.put(
    "/assignments/{uuid:assignment_id}/draft",
    auth=LABELS,
    response=KeptShape,
    url_name="assignment_draft",
)
def assignment_draft(request: Asking, assignment_id: UUID, sent: AnnotationIn) -> KeptShape:
    """Keep an unfinished answer, on the page too. Nothing counts before it is submitted."""
    check_reach(request, assignment_id)
    try:
        kept = save_draft(assignment_id, request.user, fields_of(sent))
    except StaleRevision as error:
        detail = STALE.format(revision=error.revision)
        raise Problem(409, "stale_revision", detail, revision=error.revision) from error
    except Withdrawn as error:
        raise Problem(410, "withdrawn", TAKEN_BACK) from error
    return KeptShape(saved_at=kept.saved_at, doubts=[str(each) for each in kept.doubts])
