"""The list of traits."""

from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User, UserRequest
from config.wording import words
from curation.models import DelphiRound, Trait, TraitVersion

State = TraitVersion.State
STATES = {
    "": words("All"),
    "in-force": words("In force"),
    "in-review": words("In review"),
    "drafts": words("Drafts"),
    "retired": words("Retired"),
}
"""What the list may be narrowed to, as it stands in the address."""
OF_STATE = {
    "in-force": State.PUBLISHED,
    "in-review": State.IN_REVIEW,
    "drafts": State.DRAFT,
    "retired": State.RETIRED,
}


class Entry(NamedTuple):
    """A trait as the list shows it."""

    trait: Trait
    shown: TraitVersion
    """The wording in force; the newest one when none is."""
    in_work: list[TraitVersion]
    """Drafts and versions in review besides the shown one."""


@require_safe
@login_required
def traits(request: UserRequest) -> HttpResponse:
    """List the traits by name, each with the wording in force and what is in work."""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    visible = TraitVersion.objects.visible_to(request.user).select_related("trait")
    counted = visible.annotate(behaviour_count=Count("behaviours")).order_by("trait__name", "trait", "number")
    entries = listed(list(counted))
    shown = [entry for entry in entries if belongs(entry, state)]
    context = {
        "entries": shown,
        "is_empty": not entries,
        "state": state,
        "states": STATES.items() if request.user.may_write_traits else reader_states(),
        **waiting_for(request.user),
        "section": "traits",
    }
    return render(request, "curation/traits.html", context)


def waiting_for(user: User) -> dict[str, Any]:
    """Return what waits for a person: versions to review, and rounds in which statements are left to rate."""
    reviews = TraitVersion.objects.waiting_for(user).select_related("trait", "author").order_by("pk")
    rounds = DelphiRound.objects.waiting_for(user).select_related("version__trait").order_by("pk")
    return {"to_review": reviews, "to_rate": rounds if user.may_write_traits else []}


def reader_states() -> list[tuple[str, str]]:
    """Return what the list may be narrowed to by those who see no drafts."""
    return [(name, title) for name, title in STATES.items() if name not in ("in-review", "drafts")]


def listed(versions: list[TraitVersion]) -> list[Entry]:
    """Return an entry for each trait of the versions, which come by trait and number."""
    by_trait: dict[object, list[TraitVersion]] = {}
    for version in versions:
        by_trait.setdefault(version.trait_id, []).append(version)
    return [entry_of(group) for group in by_trait.values()]


def entry_of(versions: list[TraitVersion]) -> Entry:
    """Return the entry of one trait."""
    published = [each for each in versions if each.state == State.PUBLISHED]
    shown = (published or versions)[-1]
    in_work = [
        each for each in versions if each.state in (State.DRAFT, State.IN_REVIEW) and each is not shown
    ]
    return Entry(shown.trait, shown, in_work[::-1])


def belongs(entry: Entry, state: str) -> bool:
    """Whether a trait belongs in the narrowed list."""
    return not state or OF_STATE[state] in {each.state for each in (entry.shown, *entry.in_work)}
