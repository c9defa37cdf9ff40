"""What stands in front of a person: one item with everything its page shows, read in one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from config.ids import uuid7
from config.statements import planned
from config.wording import words
from curation.actions.rendering import ensure_rendered
from curation.models import Response, Scenario
from curation.text import RENDERER_VERSION, label_sentences
from labeling.models import Assignment
from labeling.questions import may_contradict
from labeling.submission import LETTERS, Fields

_TEXTS = """
SELECT s.id, s.renderer_version, s.rendered, s.system_prompt, jsonb_path_query_array(s.messages, '$[*].role'),
    s.content_warnings, s.language, CASE WHEN p.shows_domain THEN m.name END, p.slug, p.rationale_from, d.body, d.saved_at,
    (SELECT f.is_raised FROM labeling_flag f WHERE f.assignment_id = %(assignment)s ORDER BY f.id DESC LIMIT 1),
    r.id, r.renderer_version, r.rendered_html, r.words, p.questions,
    (SELECT jsonb_agg(jsonb_build_array(c.id, c.text, c.points) ORDER BY k.n)
     FROM unnest(%(criteria)s::uuid[]) WITH ORDINALITY k (id, n) JOIN curation_criterion c ON c.id = k.id)
FROM labeling_item i
JOIN labeling_project p ON p.id = i.project_id
JOIN curation_scenario s ON s.id = i.scenario_id
LEFT JOIN curation_domain m ON m.slug = s.domain_id
LEFT JOIN labeling_draft d ON d.assignment_id = %(assignment)s
JOIN labeling_itemresponse ir ON ir.item_id = i.id
JOIN curation_response r ON r.id = ir.response_id
WHERE i.id = %(item)s ORDER BY ir.place
"""
WHO = {"user": words("User"), "assistant": words("Assistant")}


class Turn(NamedTuple):
    """A message of the conversation."""

    number: int
    role: str
    who: str
    html: SafeString


class ShownResponse(NamedTuple):
    """A response under its letter. Nothing here says where it came from."""

    letter: str
    key: str
    words: int
    html: SafeString


class Wording(NamedTuple):
    """A criterion of the rubric as it is shown."""

    id: str
    text: str
    points: float

    @property
    def signed_points(self) -> str:
        """What it is worth when it is met, with its sign."""
        return f"{self.points:+g}".replace("-", "\N{MINUS SIGN}")


class Texts(NamedTuple):
    """What the database holds of an item, in canonical order."""

    turns: Sequence[Turn]
    system_prompt: str
    warnings: Sequence[str]
    language: str
    domain: str
    slug: str
    rationale_from: int
    draft: Fields | None
    draft_saved_at: datetime | None
    is_flagged: bool
    responses: Sequence[tuple[str, int]]
    """HTML without letters, and words."""
    questions: Sequence[str]
    criteria: Sequence[Wording]


@dataclass
class Sheet:
    """One item as the page shows it: either its text, or a note about what the text touches on."""

    assignment: Assignment
    texts: Texts
    revision: int = 0
    """Of the submitted annotation that is being changed; 0 for a first answer."""
    values: Fields = field(default_factory=dict)
    """What the form is filled with."""
    problems: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    doubts: Sequence[str] = ()
    """Where answers pull in different directions."""
    undo_id: UUID | None = None
    to_qualify: int = 0
    """How many items are still to be judged before live ones."""

    @property
    def state(self) -> str:
        """Whether the text is shown, or first a note about it."""
        is_gated = self.texts.warnings and self.assignment.opened_at is None and not self.revision
        return "gate" if is_gated else "item"

    @property
    def id(self) -> UUID:
        """The assignment's id: the only one that leaves."""
        return self.assignment.id

    @property
    def url(self) -> str:
        """Where everything about this assignment is sent."""
        return f"/assignments/{self.assignment.id}/"

    @property
    def session_url(self) -> str:
        """The way back to the queue."""
        return f"/label/{self.texts.slug}/"

    @property
    def undo_url(self) -> str:
        """Where the annotation before this one can be changed."""
        return f"/assignments/{self.undo_id}/" if self.undo_id else ""

    @property
    def expires(self) -> str:
        """When the place is given to someone else, unless the person goes on."""
        return self.assignment.expires_at.isoformat()

    @property
    def submission_id(self) -> UUID:
        """A fresh id, for browsers that don't make their own."""
        return uuid7()

    @property
    def versions(self) -> str:
        """What the answers are about, so that the page notices when definitions changed."""
        return " ".join(map(str, self.assignment.trait_versions))

    @property
    def criteria(self) -> str:
        """The criteria that are shown, so that the page notices when the rubric changed."""
        return " ".join(map(str, self.assignment.criteria))

    @property
    def may_contradict(self) -> bool:
        """Whether the page asks about answers that pull in different directions."""
        return may_contradict(self.texts.questions)

    @property
    def renderer(self) -> int:
        """Which numbering of sentences is shown."""
        return RENDERER_VERSION

    @property
    def earlier(self) -> Sequence[Turn]:
        """The turns that are folded away."""
        return self.texts.turns[:-1]

    @property
    def final(self) -> Turn:
        """The turn that the responses answer."""
        return self.texts.turns[-1]

    @property
    def responses(self) -> list[ShownResponse]:
        """The responses in the order drawn for this person."""
        shown = []
        sentence = gettext("Sentence")
        for letter, place in zip(LETTERS, self.assignment.order_shown, strict=False):
            html, words = self.texts.responses[place]
            # The stored HTML was allow-listed when it was rendered; only the letter is new.
            shown.append(
                ShownResponse(
                    letter, letter.lower(), words, SafeString(label_sentences(html, letter, sentence))
                )
            )
        return shown


def load_sheet(assignment: Assignment) -> Sheet:
    """Read what an assignment's page shows. A draft, where there is one, fills the form."""
    rows = _rows(assignment)
    if any(version != RENDERER_VERSION for row in rows for version in (row[1], row[14])):
        ensure_rendered(
            Scenario.objects.get(pk=rows[0][0]),
            list(Response.objects.filter(pk__in=[row[13] for row in rows])),
        )
        rows = _rows(assignment)
    texts = _texts(rows)
    return Sheet(assignment=assignment, texts=texts, values=texts.draft or {})


def _rows(assignment: Assignment) -> list[Any]:
    with planned() as cursor:
        cursor.execute(
            _TEXTS, {"assignment": assignment.id, "item": assignment.item_id, "criteria": assignment.criteria}
        )
        return list(cursor.fetchall())


def _texts(rows: Sequence[Any]) -> Texts:
    _, _, rendered, system_prompt, roles, warnings, language, domain, slug, rationale_from, *rest = rows[0][
        :13
    ]
    draft, saved_at, is_flagged = rest
    turns = [
        # Allow-listed when it was rendered, like the responses.
        Turn(number, role, WHO.get(role, role), SafeString(html))
        for number, (role, html) in enumerate(
            zip(orjson.loads(roles), orjson.loads(rendered), strict=True), start=1
        )
    ]
    return Texts(
        turns=turns,
        system_prompt=system_prompt,
        warnings=warnings,
        language=language,
        domain=domain or "",
        slug=slug,
        rationale_from=rationale_from,
        draft=orjson.loads(draft) if draft else None,
        draft_saved_at=saved_at,
        is_flagged=bool(is_flagged),
        responses=[(row[15], row[16]) for row in rows],
        questions=rows[0][17],
        criteria=[Wording(*each) for each in orjson.loads(rows[0][18] or "[]")],
    )
