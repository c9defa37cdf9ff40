"""What a person sent about an item, read and checked. Knows no Django.

A form names responses by the letters that the person saw; what is read from it names them by canonical place:

    submission = read_submission(fields, shown)
"""

from labeling.submission.answers import Citation, Mark, Placed, Rated, Rewritten, Submission, Verdict
from labeling.submission.fields import Fields, InvalidSubmission, OtherDefinition
from labeling.submission.reading import digest, draft_of, read_submission
from labeling.submission.shown import LETTERS, Shown, ShownTrait

__all__ = [
    "LETTERS",
    "Citation",
    "Fields",
    "InvalidSubmission",
    "Mark",
    "OtherDefinition",
    "Placed",
    "Rated",
    "Rewritten",
    "Shown",
    "ShownTrait",
    "Submission",
    "Verdict",
    "digest",
    "draft_of",
    "read_submission",
]
