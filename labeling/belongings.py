"""Everything that Arete holds about one person, as files of an archive that they may take away."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db.models import ManyToOneRel, Model, QuerySet

from accounts.models import AuditEvent, User
from accounts.models.profiles import Profile
from config.wording import words
from curation.models import Comment
from curation.views.removals import inert
from labeling.hours import COLUMNS, hours_of
from labeling.models import (
    Annotation,
    Assignment,
    Care,
    CriterionMark,
    Draft,
    Evidence,
    Flag,
    GoldContest,
    Harm,
    Membership,
    Preference,
    Rank,
    Rating,
    Remark,
    Rewrite,
    RoundRemark,
    Withdrawal,
)

FILES = {
    "profile.json": words("your account"),
    "consents.jsonl": words("what you answered to which wording on releases"),
    "memberships.jsonl": words("your projects, and your role in each"),
    "annotations.jsonl": words(
        "every revision of every label, with all verdicts and cited passages, the withdrawn ones as well"
    ),
    "skips.jsonl": words("items that you skipped, with your reasons"),
    "drafts.jsonl": words("answers that you have not submitted"),
    "flags.jsonl": words("items that you flagged"),
    "remarks.jsonl": words("what you said: about disagreements, in rounds, against references, about traits"),
    "results.jsonl": words("how you did in qualifications"),
    "works.jsonl": words("what else you wrote, rated, voted or decided, each row with its kind"),
    "traces.jsonl": words(
        "what else names you: what you set up or took part in, with its id and time, and what you did by your role"
    ),
    "care.json": words("what you set under Care"),
    "withdrawals.jsonl": words("labels that you took back"),
    "devices.jsonl": words("where you are signed in"),
    "providers.jsonl": words("by whom else you sign in, and what they told about you"),
    "hours.csv": words("your hours by day and project"),
}
"""What the archive holds."""
README = f"""\
What Arete holds about you, as of the time of this file. Times are UTC. A line of a .jsonl file is one JSON object.

{chr(10).join(f"{name:<17} {what}" for name, what in FILES.items())}

The texts that you judged belong to others, and are named by id alone.
"""
VERDICTS: dict[str, Any] = {
    "preferences": Preference,
    "ratings": Rating,
    "marks": CriterionMark,
    "ranks": Rank,
    "rewrites": Rewrite,
    "harms": Harm,
    "evidence": Evidence,
}
WORKS = (
    ("labeling.Adjudication", "adjudicator"),
    ("labeling.GoldReference", "author"),
    ("curation.Scenario", "author"),
    ("curation.Response", "written_by"),
    ("curation.TraitVersion", "author"),
    ("curation.Criterion", "author"),
    ("curation.Guidance", "author"),
    ("curation.Dismissal", "dismissed_by"),
    ("curation.Contribution", "author"),
    ("curation.TraitReview", "reviewer"),
    ("curation.Retirement", "retired_by"),
    ("curation.DelphiVote", "panelist__person"),
    ("curation.ProposalVote", "rater"),
    ("curation.ScenarioRating", "rater"),
    ("curation.Grading", "grader"),
    ("curation.SavedFilter", "owner"),
)
"""What else people write, rate, vote and decide, and as whom the row names them."""
TOLD = {
    *WORKS,
    ("accounts.AuditEvent", "actor"),
    ("accounts.ConsentRecord", "user"),
    ("accounts.Visit", "user"),
    ("socialaccount.SocialAccount", "user"),
    ("curation.Comment", "author"),
    ("labeling.Assignment", "annotator"),
    ("labeling.Care", "person"),
    ("labeling.GoldContest", "author"),
    ("labeling.Membership", "user"),
    ("labeling.Qualification", "person"),
    ("labeling.Remark", "author"),
    ("labeling.RoundRemark", "author"),
}
"""What names a person and is told in full; all other rows that do are found by themselves."""
TIMES = ("created_at", "opened_at")
CHUNK = 500
Rows = Iterable[Mapping[str, Any]]


def write_belongings(person: User, file: IO[bytes]) -> None:
    """Write the archive. Memory stays small however much somebody judged."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("profile.json", dumped(profile(person)))
        archive.writestr("care.json", dumped(Care.objects.filter(person=person).values().first() or {}))
        for name, rows in LINES.items():
            with archive.open(f"{name}.jsonl", "w") as lines:
                for row in rows(person):
                    lines.write(dumped(row) + b"\n")
        archive.writestr("hours.csv", hours_table(person))


def dumped(value: object) -> bytes:
    """Return JSON; ids and times as text."""
    return orjson.dumps(value, default=str)


def profile(person: User) -> dict[str, Any]:
    """Return what the account holds; of the password nothing, since only its hash is kept."""
    return {
        "id": person.pk,
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "roles": person.roles,
        "is_administrator": person.is_superuser,
        "joined_at": person.joined_at,
        "last_login": person.last_login,
        "field_and_experience": Profile.objects.filter(user=person).values().first(),
    }


def consents(person: User) -> Rows:
    """Yield their words on releases."""
    return person.consents.order_by("pk").values("version__number", "version__text", "is_given", "created_at")


def memberships(person: User) -> Rows:
    """Yield their projects."""
    return Membership.objects.filter(user=person).values(
        "project__slug", "project__name", "role", "created_at"
    )


def annotations(person: User) -> Iterator[dict[str, Any]]:
    """Yield their labels with all verdicts."""
    found = Annotation.objects.filter(assignment__annotator=person).order_by("pk")
    for rows in chunks(
        found.values(*columns(Annotation), "assignment__item", "assignment__item__project__slug")
    ):
        by_id = {row["id"]: row | {name: [] for name in VERDICTS} for row in rows}
        for name, model in VERDICTS.items():
            for verdict in model.objects.filter(annotation__in=list(by_id)).order_by("pk").values():
                by_id[verdict["annotation_id"]][name].append(verdict)
        yield from by_id.values()


def columns(model: type[Annotation]) -> list[str]:
    """Return the names of a table's columns."""
    return [field.attname for field in model._meta.concrete_fields]


def chunks(rows: "QuerySet[Any, dict[str, Any]]") -> Iterator[list[dict[str, Any]]]:
    """Yield rows some hundreds at a time."""
    gathered: list[dict[str, Any]] = []
    for row in rows.iterator(chunk_size=CHUNK):
        gathered.append(row)
        if len(gathered) == CHUNK:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def skips(person: User) -> Rows:
    """Yield what they skipped."""
    found = Assignment.objects.filter(annotator=person, state=Assignment.State.SKIPPED)
    return found.values("item", "item__project__slug", "skip_reason", "skip_note", "leased_at")


def drafts(person: User) -> Rows:
    """Yield what they have not submitted."""
    return Draft.objects.filter(assignment__annotator=person).values("assignment__item", "body", "saved_at")


def flags(person: User) -> Rows:
    """Yield what they flagged."""
    found = Flag.objects.filter(assignment__annotator=person).order_by("pk")
    return found.values("assignment__item", "note", "is_raised", "created_at")


def remarks(person: User) -> Iterator[Mapping[str, Any]]:
    """Yield what they said to others."""
    for remark in Remark.objects.filter(author=person).values("disagreement", "text", "created_at"):
        yield {"about": "disagreement", **remark}
    for said in RoundRemark.objects.filter(author=person).values("round", "item", "text", "created_at"):
        yield {"about": "round", **said}
    for objection in GoldContest.objects.filter(author=person).order_by("pk"):
        yield {"about": "reference", **row_of(objection, but=("answered_by_id",))}
    for comment in Comment.objects.filter(author=person).order_by("pk"):
        yield {"about": "trait", **row_of(comment, but=("resolved_by_id",))}


def results(person: User) -> Rows:
    """Yield how they did in qualifications."""
    return person.qualifications.values("round", "same", "compared", "has_passed", "created_at")


def works(person: User) -> Iterator[Mapping[str, Any]]:
    """Yield what they wrote, rated, voted or decided besides labels."""
    for label, field in WORKS:
        for work in apps.get_model(label).objects.filter(**{field: person}).order_by("pk").iterator():
            yield {"kind": label, **row_of(work)}


def traces(person: User) -> Iterator[Mapping[str, Any]]:
    """Yield every other row that names them, by id: what it holds is about other things."""
    for relation in User._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        model, named_as = relation.related_model, relation.field.name
        if (model._meta.label, named_as) in TOLD:
            continue
        times = [field.name for field in model._meta.fields if field.name in TIMES]
        found = model._base_manager.filter(**{named_as: person}).order_by("pk").values("pk", *times)
        for row in found.iterator():
            yield {"kind": model._meta.label, "as": named_as, **row}
    for event in (
        AuditEvent.objects.filter(actor=person).order_by("pk").values("act", "object_id", "at", "address")
    ):
        yield {"kind": AuditEvent._meta.label, "as": "actor", **event}


def row_of(row: Model, but: Iterable[str] = ()) -> dict[str, Any]:
    """Return the columns of a row that are people's words and numbers."""
    columns = [
        field.attname for field in row._meta.concrete_fields if not isinstance(field, SearchVectorField)
    ]
    return {column: getattr(row, column) for column in columns if column not in but}


def withdrawals(person: User) -> Rows:
    """Yield what they took back."""
    return Withdrawal.objects.of(person).values("project__slug", "annotations", "created_at")


def devices(person: User) -> Rows:
    """Yield where they are signed in."""
    return person.visits.values("address", "agent", "began_at", "seen_at")


def providers(person: User) -> Rows:
    """Yield by whom else they sign in."""
    found: Rows = SocialAccount.objects.filter(user=person).values(
        "provider", "uid", "extra_data", "date_joined", "last_login"
    )
    return found


LINES: dict[str, Callable[[User], Rows]] = {
    "consents": consents,
    "memberships": memberships,
    "annotations": annotations,
    "skips": skips,
    "drafts": drafts,
    "flags": flags,
    "remarks": remarks,
    "results": results,
    "works": works,
    "traces": traces,
    "withdrawals": withdrawals,
    "devices": devices,
    "providers": providers,
}


def hours_table(person: User) -> str:
    """Return the hours as a table for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([inert(str(cell)) for cell in each.row] for each in hours_of(person.pk))
    return text.getvalue()
