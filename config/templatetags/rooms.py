"""The rooms of a section: a small navigation on the pages that list things."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import template

from accounts.models import Role, User
from config.wording import words

register = template.Library()


class Room(NamedTuple):
    """A list that the section holds."""

    name: str
    """Of its URL."""
    title: str
    may_enter: Callable[[User], bool]


def everybody(user: User) -> bool:
    """Let anybody in who is signed in."""
    return True


def readers(user: User) -> bool:
    """Let those in who read scenarios with their provenance."""
    return user.may_curate


def stewards(user: User) -> bool:
    """Let those in who cut and publish releases."""
    return user.may_release


def curators(user: User) -> bool:
    """Let those in who curate."""
    return user.has_role(Role.CURATORS)


def researchers(user: User) -> bool:
    """Let those in who read what came back from training."""
    return user.may_read_results


SECTIONS: dict[str, tuple[Room, ...]] = {
    "traits": (
        Room("curation:traits", words("Traits"), everybody),
        Room("curation:cells", words("Coverage"), readers),
        Room("curation:domains", words("Domains"), readers),
    ),
    "scenarios": (
        Room("curation:scenarios", words("Scenarios"), readers),
        Room("curation:families", words("Families"), readers),
        Room("curation:responses", words("Responses"), readers),
        Room("labeling:imports", words("Imports"), readers),
        Room("curation:samplings", words("Sampling"), curators),
        Room("curation:duplicates", words("Duplicates"), readers),
        Room("curation:benchmarks", words("Benchmarks"), readers),
        Room("curation:removals", words("Removals"), readers),
        Room("curation:pools", words("Pools"), readers),
    ),
    "releases": (
        Room("exports:releases", words("Releases"), stewards),
        Room("exports:destinations", words("Destinations"), stewards),
        Room("exports:schedules", words("Schedules"), stewards),
        Room("exports:notifications", words("Notifications"), stewards),
        Room("exports:withdrawals", words("Withdrawals"), stewards),
    ),
    "results": (
        Room("results:generalisation", words("Does it generalise?"), researchers),
        Room("results:reports", words("Reports"), researchers),
    ),
}


@register.inclusion_tag("_rooms.html", takes_context=True)
def rooms(context: template.Context) -> dict[str, Any]:
    """Show the rooms beside this one, on pages that are rooms themselves and for people who may enter two or more."""
    request = context.get("request")
    here = request.resolver_match.view_name if request and request.resolver_match else ""
    section = next((rooms for rooms in SECTIONS.values() if any(room.name == here for room in rooms)), ())
    open_ones = [room for room in section if room.may_enter(request.user)] if request else []
    return {"rooms": open_ones if len(open_ones) > 1 else [], "here": here}
