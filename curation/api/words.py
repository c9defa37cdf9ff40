"""The words of scenarios for programs: read and changed whole, by the rules of the editor's page."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from config.rest.routes import Routes
from curation.actions.scenarios import ChangedMeanwhile, NotADraft, reclassify, save_draft, words_of
from curation.api.doors import written_scenario
from curation.drafting import MOST_TURNS, ScenarioWords
from curation.forms.boxes import flat
from curation.forms.scenario_edit import LONGEST_VALUE, ScenarioForm
from curation.forms.turns import LONGEST_NOTE, LONGEST_TURN
from curation.models import Scenario

routes = Routes(tags=["scenarios"])
FINAL = "The scenario is ready, so its text is final. Copy it as a correction, and change the copy."
CHANGED = "Somebody else changed the scenario since. Fetch its words, look at them, then send yours with the new “was”."
NO_TURN = "That is no assistant turn. Give the number of one, from 1, or null."
NO_VARIANT = "A base differs from nothing. Leave it out."
ONE_EACH = "Send entries without commas and line breaks, one for each."
KEPT = ("system_prompt", "origin", "source", "license")
"""Fields that stay as they are once a scenario is ready."""
Entry = Annotated[str, Field(min_length=1, max_length=LONGEST_VALUE)]
Text = Annotated[str, Field(max_length=20_000)]
Slug = Annotated[str, Field(min_length=1, max_length=80)]


class Turn(Sent):
    """One turn, with what its writers say about it."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=LONGEST_TURN)
    pressure: Scenario.Pressure | Literal[""] = Field("", description="Which it puts on the model.")
    note: str = Field("", max_length=LONGEST_NOTE)


class Words(Sent):
    """Everything that writers say in and about a scenario."""

    messages: list[Turn] = Field(min_length=1, max_length=MOST_TURNS)
    system_prompt: str = Field("", max_length=LONGEST_TURN)
    planted: int | None = Field(
        None, ge=1, le=MOST_TURNS, description="Number of the assistant turn that is wrong on purpose."
    )
    name: str = Field("", max_length=120)
    what_changes: str = Field("", max_length=300, description="Of a variant: how it differs from its base.")
    domain: str = Field("", max_length=60, description="Its slug; empty for none.")
    traits: list[Slug] = Field([], max_length=50, description="Slugs of the traits it aims at.")
    pressures: list[Scenario.Pressure] = Field(
        [], max_length=len(Scenario.Pressure), description="On the whole; those of turns need no repeating."
    )
    values_in_tension: list[Entry] = Field([], max_length=30)
    content_warnings: list[Entry] = Field([], max_length=30)
    background: Text = ""
    lazy_answer: Text = ""
    over_refusal_answer: Text = ""
    ideal_answer: Text = ""
    language: str = Field("en", min_length=1, max_length=12)
    origin: str = Field("human", max_length=20)
    source: str = Field("", max_length=120)
    license: str = Field("", max_length=60)


class Changed(Words):
    """New words, and which ones they take the place of."""

    was: str = Field(min_length=1, max_length=64, description="As the words were fetched.")


class WrittenTurn(BaseModel):
    """One turn, with what its writers say about it."""

    role: str
    content: str
    pressure: str
    note: str


class WordsShape(BaseModel):
    """Everything that writers say in and about a scenario."""

    was: str = Field(description="Stands for these words: send it along with new ones.")
    messages: list[WrittenTurn]
    system_prompt: str
    planted: int | None
    name: str
    what_changes: str
    domain: str
    traits: list[str]
    pressures: list[str]
    values_in_tension: list[str]
    content_warnings: list[str]
    background: str
    lazy_answer: str
    over_refusal_answer: str
    ideal_answer: str
    language: str
    origin: str
    source: str
    license: str


PLAIN = tuple(name for name in WordsShape.model_fields if name not in {"was", "messages", "planted"})


def words_shape(words: ScenarioWords) -> WordsShape:
    """Return a scenario's words as they are sent."""
    said: dict[str, Any] = {name: getattr(words, name) for name in PLAIN}
    plain: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in said.items()
    }
    return WordsShape(
        **plain,
        was=words.digest,
        planted=None if words.planted is None else words.planted + 1,
        messages=[WrittenTurn.model_validate(turn, from_attributes=True) for turn in words.turns],
    )


@routes.get(
    "/scenarios/{uuid:scenario_id}/words",
    auth=needs(Scope.READ, Scope.CURATE),
    response=WordsShape,
    url_name="scenario_words",
)
def scenario_words(request: Asking, scenario_id: UUID) -> WordsShape:
    """Return everything that writers say in and about a scenario, to change it and send it back."""
    return words_shape(words_of(written_scenario(request, scenario_id)))


@routes.put(
    "/scenarios/{uuid:scenario_id}/words",
    auth=needs(Scope.CURATE),
    response=WordsShape,
    url_name="scenario_words",
)
def scenario_rewrite(request: Asking, scenario_id: UUID, new: Changed) -> WordsShape:
    """Write all words of a draft anew. Of a ready scenario its text stays, and curators change what is said about it."""
    found = written_scenario(request, scenario_id)
    if not found.is_draft and not request.user.has_role(Role.CURATORS):
        raise Problem(409, "final", FINAL)
    words = checked(request, found, new)
    try:
        if found.is_draft:
            save_draft(found.pk, words, was=new.was)
        else:
            reclassify(found.pk, words, was=new.was, actor=request)
    except ChangedMeanwhile as error:
        raise Problem(409, "changed_meanwhile", CHANGED, was=error.theirs.digest) from error
    except NotADraft as error:
        raise Problem(409, "final", FINAL) from error
    return words_shape(words_of(written_scenario(request, scenario_id)))


def checked(request: Asking, found: Scenario, new: Changed) -> ScenarioWords:
    """Return what was sent, held to the rules of the page.

    Raises:
        Problem: a field can't be stored, or may not change any more.
    """
    stored = words_of(found)
    listed = {"values_in_tension": stored.values_in_tension, "content_warnings": stored.content_warnings}
    parted = [
        (f"{name}.{place}", ONE_EACH)
        for name, known in listed.items()
        for place, each in enumerate(getattr(new, name))
        if each not in known and ("," in each or len(each.splitlines()) > 1)
    ]
    if parted:
        raise invalid(parted)
    form = ScenarioForm(fields_of(new, stored), scenario=found, stored=stored, writer=request.user)
    if not form.is_valid():
        raise problem_of(form)
    words = form.words
    if new.planted and words.planted is None:
        raise invalid([("planted", NO_TURN)])
    if new.what_changes and "what_changes" not in form.fields:
        raise invalid([("what_changes", NO_VARIANT)])
    if not found.is_draft:
        keep_text(new, words)
    return words


def fields_of(new: Changed, stored: ScenarioWords) -> dict[str, Any]:
    """Return what was sent as the fields of the page."""
    turns = {
        f"turn-{number}-{name}": str(value)
        for number, turn in enumerate(new.messages, start=1)
        for name, value in turn.model_dump().items()
    }
    known = [each for each in new.content_warnings if each in stored.content_warnings]
    others = [each for each in new.content_warnings if each not in stored.content_warnings]
    same = {
        name: getattr(new, name) for name in PLAIN if name not in {"values_in_tension", "content_warnings"}
    }
    return {
        **turns,
        **same,
        "pressures": [each.value for each in new.pressures],
        "planted": str(new.planted or ""),
        "values_in_tension": "\n".join(new.values_in_tension),
        "content_warnings": known,
        "other_warnings": ",".join(others),
    }


def keep_text(new: Changed, words: ScenarioWords) -> None:
    """Refuse what a page of a ready scenario would leave alone, instead of taking the rest without a word.

    Raises:
        Problem: it names each field that is final.
    """
    final = [name for name in KEPT if flat(getattr(new, name)) != getattr(words, name)]
    said = [(turn.role, flat(turn.content)) for turn in new.messages]
    if said != [(turn.role, turn.content) for turn in words.turns]:
        final.append("messages")
    if final:
        raise Problem(409, "final", FINAL, errors=[(name, "This stays as it is.") for name in final])
