"""What the page of a rubric shows: its criteria with their forms, what is proposed, and how responses scored."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from accounts.models import User
from curation.actions.criteria import digest_of
from curation.forms.rubrics import ScenarioCriterionForm
from curation.models import Criterion, Proposal, ProposalVote, Scenario, TraitVersion
from curation.rubric.lint import Finding, lint_criterion
from curation.views.trait_sections import SaveState

NEW = "new"
"""Stands for a criterion that is to be added, where others have their id."""


class Trouble(NamedTuple):
    """A form that could not be saved, as it came: its words must stand on the page again."""

    place: str
    """The criterion's id, or `NEW`."""
    form: ScenarioCriterionForm
    state: SaveState


class Entry(NamedTuple):
    """A criterion of the scenario: its published wording, the draft of its next one, or both."""

    number: int
    is_last: bool
    published: Criterion | None
    draft: Criterion | None
    form: ScenarioCriterionForm | None
    """Of the draft, for those who may write."""
    state: SaveState
    findings: list[Finding]
    """About the draft if there is one."""

    @property
    def shown(self) -> Criterion:
        """What becomes of the entry when its draft is published."""
        found = self.draft or self.published
        assert found is not None  # noqa: S101 - an entry has one of the two.
        return found

    @property
    def lint_id(self) -> str:
        """Where on the page the findings stand."""
        return f"lint-{self.shown.pk}"


class Shared(NamedTuple):
    """A shared criterion that somebody proposed, with what was said about it."""

    proposal: Proposal
    criterion: Criterion
    votes: list[ProposalVote]
    own: ProposalVote | None

    @property
    def agreeing(self) -> int:
        """How many find that it fits."""
        return sum(vote.agrees for vote in self.votes)

    @property
    def counts(self) -> bool:
        """Whether it is part of the rubric."""
        return self.proposal.state == Proposal.State.ATTACHED and self.criterion.state == "published"


def entries_of(
    criteria: Iterable[Criterion],
    versions: Mapping[str, TraitVersion],
    *,
    may_write: bool,
    trouble: Trouble | None = None,
) -> list[Entry]:
    """Return a scenario's living criteria in their order, each with its wordings side by side."""
    by_key: dict[Any, dict[str, Criterion]] = {}
    for each in criteria:
        if each.state != Criterion.State.RETIRED:
            by_key.setdefault(each.key, {})[each.state] = each
    return [
        entry(wordings, number, number == len(by_key), versions, may_write, trouble)
        for number, wordings in enumerate(by_key.values(), start=1)
    ]


def entry(
    wordings: Mapping[str, Criterion],
    number: int,
    is_last: bool,
    versions: Mapping[str, TraitVersion],
    may_write: bool,
    trouble: Trouble | None,
) -> Entry:
    """Return one criterion as the page shows it."""
    published, draft = wordings.get("published"), wordings.get("draft")
    shown = draft or published
    assert shown is not None  # noqa: S101 - only living wordings come here.
    form, state = None, SaveState("")
    if draft and trouble and trouble.place == str(draft.pk):
        form, state = trouble.form, trouble.state
    elif draft and may_write:
        form, state = ScenarioCriterionForm(versions=versions, stored=draft), SaveState(digest_of(draft))
    findings = lint_criterion(shown.text, points=shown.points, framing=shown.framing)
    return Entry(number, is_last, published, draft, form, state, findings)


def aimed_versions(scenario: Scenario) -> dict[str, TraitVersion]:
    """Return the newest published wording of each trait that a scenario aims at, by id and in the order of their names."""
    published = TraitVersion.objects.published().filter(trait__scenarios=scenario)
    newest: dict[Any, TraitVersion] = {}
    for version in published.select_related("trait").order_by("trait__name", "number"):
        newest[version.trait_id] = version
    return {str(version.pk): version for version in newest.values()}


def shared_of(scenario: Scenario, reader: User) -> list[Shared]:
    """Return what was proposed for a scenario, the oldest first."""
    related = "criterion__version__trait", "proposed_by"
    proposals = scenario.proposals.select_related(*related).prefetch_related("votes__rater").order_by("pk")
    found = []
    for proposal in proposals:
        votes = sorted(proposal.votes.all(), key=lambda vote: vote.created_at)
        own = next((vote for vote in votes if vote.rater_id == reader.pk), None)
        found.append(Shared(proposal, proposal.criterion, votes, own))
    return found


def totals(rubric: Sequence[Criterion]) -> tuple[str, str]:
    """Return the points that a response can earn and those that it can lose, without needless zeros."""
    earn = sum((each.points for each in rubric if each.points > 0), start=0)
    lose = sum((-each.points for each in rubric if each.points < 0), start=0)
    return f"{float(earn):g}", f"{float(lose):g}"
