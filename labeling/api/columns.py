"""Which column of an imported file is what, for programs: guessed, tried on the first rows, and settled."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Role, Scope
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid, not_found
from config.rest.routes import Routes
from curation.actions.importing import start_mapped
from curation.actions.mappings import NameTaken, delete_mapping, save_mapping
from curation.api.scenarios import MessageShape
from curation.forms.mapping import RESPONSES, missing_from
from curation.models import Import, SavedMapping
from curation.previewing import SHOWN, cut, tried
from curation.sources import Problem as LineProblem
from curation.sources import SourceRow
from curation.sources.columns import guess
from curation.sources.mapped import LONGEST_PATH, Answer, BadMapping, ColumnMapping, mapped_source
from labeling.api.imports import ImportShape, import_shape, visible
from labeling.forms.imports import may_import
from labeling.views.import_columns import BEGUN, Head, head_of, job_of

routes = Routes(tags=["imports"])
READS = needs(Scope.READ, Scope.CURATE, in_projects=True)
WRITES = needs(Scope.CURATE, in_projects=True)
MOST_ID = 2**63 - 1
NOT_HERE = "The first rows of the file hold no such column. GET …/columns lists them."
NO_ROWS = "The file can't be read: {reason}"
NO_SUCH = "There is no such saved mapping."
Place = Annotated[str, Field(max_length=LONGEST_PATH)]


class ResponseColumns(Sent):
    """Where a response stands, and the name of its model."""

    text: str = Field(min_length=1, max_length=LONGEST_PATH)
    model: Place = ""


class Mapping(Sent):
    """Which column holds what; empty where none does."""

    prompt: str = Field(min_length=1, max_length=LONGEST_PATH, description="A text, or the messages.")
    system: Place = ""
    responses: list[ResponseColumns] = Field([], max_length=RESPONSES)
    domain: Place = ""
    language: Place = ""
    license: Place = ""
    source: Place = ""
    warnings: Place = Field("", description="Words with commas between them, or a list.")


class MappingShape(Mapping):
    """Which column holds what; empty where none does."""

    prompt: str


class Settled(Sent):
    """Which column is what, and under which name to keep that."""

    mapping: Mapping
    save_as: str = Field("", max_length=80, description="Empty: it is not kept for the next file.")


class Tried(Sent):
    """Which column is what."""

    mapping: Mapping


class ColumnShape(BaseModel):
    """A place in the rows of a file, with what was found there first."""

    path: str
    kind: str = Field(description="text, messages, number, yes or no, list or empty.")
    sample: str


class ColumnsShape(BaseModel):
    """What the first rows of a file hold, and which column is probably what."""

    columns: list[ColumnShape]
    mapping: MappingShape
    missing: list[str] = Field(description="Places of the saved mapping that the file does not have.")


class ColumnsAsked(Sent):
    """Which mapping to begin with."""

    saved: int | None = Field(None, ge=1, le=MOST_ID, description="Id of a saved one; none: a guess.")


class RowResponse(BaseModel):
    """A response of a row."""

    text: str
    model: str


class RowShape(BaseModel):
    """What a row would become, or why it can't be used."""

    line: int
    column: str = Field("", description="Of the problem; empty without one.")
    problem: str = Field("", description="Why it can't be used; empty when it can.")
    system: str = ""
    messages: list[MessageShape] = []
    responses: list[RowResponse] = []
    domain: str = ""
    language: str = ""
    license: str = ""
    source: str = ""
    warnings: list[str] = []


class RowsPreview(BaseModel):
    """The first rows, mapped and written nowhere."""

    rows: list[RowShape] = Field(description=f"At most {SHOWN}.")
    bad: int = Field(description="How many of them can't be used.")


class SavedShape(BaseModel):
    """A mapping that somebody kept. Import with `saved:<id>` as source."""

    id: int
    name: str
    mapping: MappingShape
    created_at: datetime


def parked(request: Asking, import_id: UUID) -> tuple[Import, Head]:
    """Return an import that waits for its columns, with the first rows of its file.

    Raises:
        Problem: it has begun, or its file can't be read.
    """
    if not may_import(request.user):
        raise not_found()
    origin = get_object_or_404(visible(request), pk=import_id)
    if not origin.is_parked or not origin.path:
        raise Problem(409, "begun", BEGUN)
    head = head_of(origin)
    if head.error:
        raise Problem(409, "unreadable", NO_ROWS.format(reason=head.error))
    return origin, head


def mapping_shape(mapping: ColumnMapping) -> MappingShape:
    """Return a mapping as it is sent."""
    answers = [
        ResponseColumns.model_construct(text=each.text, model=each.model) for each in mapping.responses
    ]
    plain = {name: value for name, value in mapping._asdict().items() if name != "responses"}
    return MappingShape.model_construct(**plain, responses=answers)


def checked(mapping: Mapping, head: Head) -> ColumnMapping:
    """Return a mapping that fits a file.

    Raises:
        Problem: it names what the file doesn't have, or contradicts itself.
    """
    plain = mapping.model_dump(exclude={"responses"})
    answers = tuple(Answer(each.text, each.model) for each in mapping.responses)
    found = ColumnMapping(**plain, responses=answers)
    missing = set(missing_from(found, head.columns))
    named = [
        *plain.items(),
        *((f"responses.{n}.text", each.text) for n, each in enumerate(answers)),
        *((f"responses.{n}.model", each.model) for n, each in enumerate(answers)),
    ]
    if missing:
        raise invalid((f"mapping.{name}", NOT_HERE) for name, path in named if path in missing)
    try:
        mapped_source(found)
    except BadMapping as error:
        raise invalid([("mapping", str(error))]) from error
    return found


@routes.get("/imports/{uuid:import_id}/columns", auth=READS, response=ColumnsShape, url_name="import_columns")
def import_columns(request: Asking, import_id: UUID, asked: Query[ColumnsAsked]) -> ColumnsShape:
    """Say which columns the first rows of a file hold, and which is probably what."""
    _, head = parked(request, import_id)
    mapping, missing = guess(head.columns), list[str]()
    if asked.saved:
        saved = SavedMapping.objects.filter(pk=asked.saved).first()
        if saved is None:
            raise invalid([("saved", NO_SUCH)])
        mapping = ColumnMapping.from_json(saved.mapping)
        missing = missing_from(mapping, head.columns)
    columns = [ColumnShape(path=each.path, kind=each.kind, sample=each.sample) for each in head.columns]
    return ColumnsShape(columns=columns, mapping=mapping_shape(mapping), missing=missing)


@routes.post(
    "/imports/{uuid:import_id}/preview", auth=WRITES, response=RowsPreview, url_name="import_preview"
)
def import_preview(request: Asking, import_id: UUID, asked: Tried) -> RowsPreview:
    """Show what the first rows would become. Nothing is written."""
    origin, head = parked(request, import_id)
    rows = [row_shape(each) for each in tried(head.records, checked(asked.mapping, head), job_of(origin))]
    return RowsPreview(rows=rows, bad=sum(bool(each.problem) for each in rows))


def row_shape(outcome: SourceRow | LineProblem) -> RowShape:
    """Return what a row would become as it is sent, long texts cut."""
    if isinstance(outcome, LineProblem):
        return RowShape(line=outcome.line, column=outcome.column, problem=outcome.reason)
    return RowShape(
        line=outcome.line,
        column="",
        problem="",
        system=cut(outcome.system),
        messages=[MessageShape(role=each["role"], content=cut(each["content"])) for each in outcome.messages],
        responses=[RowResponse(text=cut(each.text), model=each.model) for each in outcome.responses],
        domain=outcome.domain,
        language=outcome.language,
        license=outcome.license,
        source=outcome.source,
        warnings=list(outcome.warnings),
    )


@routes.post(
    "/imports/{uuid:import_id}/start", auth=WRITES, response={202: ImportShape}, url_name="import_begin"
)
def import_begin(request: Asking, import_id: UUID, settled: Settled) -> Status[ImportShape]:
    """Say which column is what, and let a worker import the file."""
    origin, head = parked(request, import_id)
    mapping = checked(settled.mapping, head)
    if settled.save_as:
        keep(request, settled.save_as, mapping)
    if not start_mapped(origin, mapping):
        raise Problem(409, "begun", BEGUN)
    return Status(202, import_shape(get_object_or_404(visible(request), pk=import_id)))


def keep(request: Asking, name: str, mapping: ColumnMapping) -> None:
    """Keep a mapping for the next file of its kind."""
    wanted = " ".join(name.split())
    try:
        save_mapping(wanted, mapping, actor=request)
    except NameTaken as error:
        taken = f"Somebody else saved a mapping as “{wanted}”. Choose another name."
        raise invalid([("save_as", taken)]) from error


@routes.get("/mappings", auth=needs(Scope.READ, Scope.CURATE), response=Page[SavedShape], url_name="mappings")
def mappings(request: Asking, asked: Query[Paging]) -> Page[SavedShape]:
    """List saved mappings, newest first."""
    if not may_import(request.user) and not request.user.may_curate:
        raise not_found()
    return page_of(SavedMapping.objects.all(), asked, saved_shape)


def saved_shape(saved: SavedMapping) -> SavedShape:
    """Return a saved mapping as it is sent."""
    mapping = mapping_shape(ColumnMapping.from_json(saved.mapping))
    return SavedShape.model_construct(
        id=saved.pk, name=saved.name, mapping=mapping, created_at=saved.created_at
    )


@routes.delete(
    "/mappings/{int:mapping_id}", auth=needs(Scope.CURATE), response={204: None}, url_name="mapping"
)
def mapping_delete(request: Asking, mapping_id: int) -> Status[None]:
    """Forget a saved mapping. Imports that used it keep their columns."""
    if not request.user.has_role(Role.CURATORS):
        raise not_found()
    saved = get_object_or_404(SavedMapping, pk=min(mapping_id, MOST_ID))
    delete_mapping(saved, actor=request)
    return Status(204, None)
