"""Qualification and norming rounds: for those who lead a project, and for those who take part."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User, UserRequest
from config.saying import told
from config.wording import words
from labeling.actions.adjudication import names_of
from labeling.actions.rounds import (
    RoundMoved,
    close_round,
    extend_round,
    open_round,
    reveal_round,
    say_in_round,
)
from labeling.calibrating import left_in_rounds, qualification_is_due
from labeling.caring import rules_for
from labeling.forms.calibration import RemarkForm, RoundForm
from labeling.models import Assignment, Membership, Project, Qualification, Round
from labeling.norming import alphas_of, ballot_of, votes_of
from labeling.quality import answered
from labeling.views.answers import labels
from labeling.views.gold import FOUND, led_project

OFFERED = 100
MOVED = words("The round has moved on meanwhile.")


@require_safe
@labels
def rounds(request: UserRequest, slug: str) -> HttpResponse:
    """List the rounds of a project, and begin one."""
    return shown_list(request, led_project(request.user, slug))


@require_POST
@labels
def round_new(request: UserRequest, slug: str) -> HttpResponse:
    """Begin a round."""
    project = led_project(request.user, slug)
    form = RoundForm(project, request.POST)
    if not form.is_valid():
        return shown_list(request, project, form=form, status=422)
    opened = open_round(project, form.plan, by=request.user)
    return redirect("labeling:round", opened.pk)


@require_safe
@labels
def round_(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a round: results to those who lead, votes to those who voted once they are shown."""
    return shown(request, found_for(request.user, pk))


@require_POST
@labels
def round_extend(request: UserRequest, pk: UUID) -> HttpResponse:
    """Add gold items, so that those who did not pass can try again."""
    found = led_round(request.user, pk)
    chosen = found.project.items.filter(is_gold=True, pk__in=uuids(request.POST.getlist("items")))
    try:
        extend_round(found, chosen, by=request.user)
    except RoundMoved:
        messages.error(request, told(MOVED))
    return redirect("labeling:round", pk)


@require_POST
@labels
def round_move(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show the votes, or close the round."""
    found = led_round(request.user, pk)
    move = reveal_round if request.POST.get("to") == Round.State.REVEALED else close_round
    try:
        move(found, by=request.user)
    except RoundMoved:
        messages.error(request, told(MOVED))
    return redirect("labeling:round", pk)


@require_POST
@labels
def round_remark(request: UserRequest, pk: UUID) -> HttpResponse:
    """Say something about an item whose votes are shown."""
    found = found_for(request.user, pk)
    wanted = uuids([request.POST.get("item", "")])
    item = get_object_or_404(found.items.filter(pk__in=open_to(request.user, found)), pk__in=wanted)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return shown(request, found, form=form, status=422)
    try:
        say_in_round(found, item, form.cleaned_data["text"], author=request.user)
    except RoundMoved:
        messages.error(request, told(MOVED))
    return redirect("labeling:round", pk)


@require_safe
@labels
def qualification(request: UserRequest, slug: str) -> HttpResponse:
    """Show a person how they did in the project's qualifications, with the reasons."""
    membership = Membership.objects.select_related("project").get(project__slug=slug, user=request.user)
    found = Round.objects.filter(project=membership.project, kind=Round.Kind.QUALIFICATION).order_by("-id")
    results = Qualification.objects.filter(person=request.user, round__in=found).select_related("round")
    context = {
        "section": "home",
        "project": membership.project,
        "is_due": qualification_is_due(membership),
        "left": left_in_rounds(membership, rules_for(membership)),
        "results": results.order_by("-id"),
        "rounds": [(each, answered(round_=each.pk, person=request.user.pk)) for each in found],
    }
    return render(request, "labeling/qualification.html", context)


def shown_list(
    request: UserRequest, project: Project, *, form: RoundForm | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the rounds of a project and the form for another."""
    form = form or RoundForm(project, initial={"kind": Round.Kind.QUALIFICATION, "pass_percent": 70})
    gold = project.items.filter(is_gold=True).select_related("scenario__domain").order_by("id")
    others = project.items.filter(is_gold=False).select_related("scenario__domain")
    people = User.objects.filter(memberships__project=project).order_by("name", "email")
    context = {
        "section": "projects",
        "project": project,
        "rounds": project.rounds.order_by("-id"),
        "form": form,
        "gold": gold[:OFFERED],
        "others": others.order_by("content_sha256")[:FOUND],
        "people": people[:OFFERED],
        "chosen": {*request.POST.getlist("items"), *request.POST.getlist("people")},
    }
    return render(request, "labeling/rounds.html", context, status=status)


def shown(
    request: UserRequest, found: Round, *, form: RemarkForm | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the page of one round."""
    is_led = found.project.is_led_by(request.user)
    context: dict[str, Any] = {
        "section": "projects" if is_led else "home",
        "found": found,
        "is_led": is_led,
        "form": form or RemarkForm(),
    }
    if found.kind == Round.Kind.NORMING:
        context |= norming_of(request.user, found)
    else:
        gold = (
            found.project.items.filter(is_gold=True).exclude(rounds=found).select_related("scenario__domain")
        )
        context |= {
            "results": found.results.select_related("person").order_by("-id"),
            "offered": gold.order_by("id")[:OFFERED] if is_led else [],
        }
    return render(request, "labeling/round.html", context, status=status)


def norming_of(user: User, found: Round) -> dict[str, Any]:
    """Return what a person sees of a norming: how many voted, and once it is shown, how."""
    ballot = ballot_of(found)
    mine = dict(
        Assignment.objects.submitted()
        .filter(item__in=found.items.all(), annotator=user)
        .values_list("item_id", "pk")
    )
    visible = open_to(user, found)
    remarks = list(found.remarks.all())
    people = list(found.people.values_list("pk", flat=True))
    names = names_of(found, people)
    rows = [
        {
            "item": item,
            "voted": len({cast.person for cast in ballot.now if cast.item == item.pk}),
            "own": mine.get(item.pk),
            "votes": votes_of(ballot, item.pk) if item.pk in visible else [],
            "rationales": [
                (names[person], words)
                for what, person, words in ballot.rationales
                if what == item.pk and item.pk in visible
            ],
            "remarks": [
                (names.get(each.author_id, words("Lead")), each)
                for each in remarks
                if each.item_id == item.pk and item.pk in visible
            ],
        }
        for item in found.items.select_related("scenario__domain").order_by("id")
    ]
    takes_part = user.pk in people
    return {
        "rows": rows,
        "people": len(people),
        "takes_part": takes_part,
        "left": sum(row["own"] is None for row in rows) if takes_part else 0,
        "alphas": alphas_of(ballot) if found.state != Round.State.OPEN else [],
    }


def open_to(user: User, found: Round) -> set[UUID]:
    """Return the items whose votes a person sees: their own, once shown. Who has not judged one may still have to."""
    if found.state == Round.State.OPEN:
        return set()
    items = found.items.values_list("pk", flat=True)
    if found.project.is_led_by(user):
        return set(items)
    judged = Assignment.objects.submitted().filter(annotator=user, item__in=found.items.all())
    return set(judged.values_list("item_id", flat=True))


def found_for(user: User, pk: UUID) -> Round:
    """Return a round that a person leads or takes part in."""
    return get_object_or_404(Round.objects.visible_to(user).select_related("project"), pk=pk)


def led_round(user: User, pk: UUID) -> Round:
    """Return a round that a person leads."""
    found = found_for(user, pk)
    if not found.project.is_led_by(user):
        raise Http404
    return found


def uuids(texts: list[str]) -> list[UUID]:
    """Read ids that somebody sent; what is none is left out."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
