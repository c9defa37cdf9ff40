"""Disagreements: what waits for a decision, and one of them with all labels side by side."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.audit import record
from accounts.models import User, UserRequest
from config.saying import told
from config.wording import words
from labeling.actions.adjudication import (
    OwnLabel,
    SettledMeanwhile,
    is_own,
    names_of,
    remark,
    reopen,
    send_item,
    settle,
)
from labeling.actions.contested import FIND, start_finding
from labeling.answered import About, Answer, about, labels_on, saying, votes_of
from labeling.forms.adjudication import CAUSES, DecisionForm, RemarkForm
from labeling.models import Adjudication, Annotation, Disagreement, Item, Membership, Project
from labeling.models.adjudication import JUDGES
from labeling.reading import texts_of
from labeling.submission import LETTERS
from labeling.views.answers import labels, wants_fragment
from runs.models import Run

SHOWN = 100
ASKED = ("version", "criterion", "response")
OWN = words("You judged this item yourself, so someone else settles it.")
MEANWHILE = words(
    "Someone else settled this after you opened it. Their decision stands below; open it again if you disagree."
)


@require_safe
@labels
def disagreements(request: UserRequest, slug: str) -> HttpResponse:
    """List what waits for a decision in a project, the widest first, or what was settled."""
    project = judged_project(request.user, slug)
    is_settled = request.GET.get("show") == "settled"
    found = Disagreement.objects.filter(item__project=project).with_item()
    rows = list((found.settled() if is_settled else found.waiting())[:SHOWN])
    labels = labels_on({each.item_id for each in rows})
    own = set(found.about_labels_of(request.user).values_list("pk", flat=True))
    context = {
        "section": "projects",
        "project": project,
        "is_led": project.is_led_by(request.user),
        "is_settled": is_settled,
        "rows": [
            (each, letter_of(each), votes_of(labels.get(about(each), []), each.kind), each.pk in own)
            for each in rows
        ],
        "waiting": found.filter(is_open=True).count(),
        "run": Run.objects.filter(kind=FIND, arguments={"project": str(project.pk)}).order_by("-pk").first(),
    }
    return render(request, "labeling/disagreements.html", context)


@require_POST
@labels
def disagreements_find(request: UserRequest, slug: str) -> HttpResponse:
    """Look for what is contested."""
    project = judged_project(request.user, slug)
    start_finding(project, created_by=request.user)
    return redirect("labeling:disagreements", slug)


@require_safe
@labels
def disagreement(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show an item with what people said about it, and the decision."""
    return shown(request, found_for(request.user, pk))


@require_POST
@labels
def disagreement_settle(request: UserRequest, pk: UUID) -> HttpResponse:
    """Settle a disagreement, and go on to the next."""
    found = found_for(request.user, pk, settling=True)
    form = DecisionForm(request.POST, kind=found.kind)
    if not form.is_valid():
        return shown(request, found, form=form, status=422)
    try:
        settled = settle(found, form.decision, adjudicator=request.user)
    except OwnLabel:
        return shown(request, found, form=form, problem=told(OWN), status=422)
    except SettledMeanwhile:
        return shown(request, found, form=form, problem=told(MEANWHILE), status=409)
    said = _("Your decision is recorded; all labels stay as they are.")
    if settled.amended:
        said += " " + _("Your proposal stands on the draft of %(trait)s.") % {"trait": settled.amended}
    if settled.gold:
        said += " " + _("The item has a reference label now.")
    messages.success(request, said)
    following = next_one(found, request.user)
    if following:
        return lead(request, "labeling:disagreement", following.pk)
    return lead(request, "labeling:disagreements", found.item.project.slug)


@require_POST
@labels
def disagreement_reopen(request: UserRequest, pk: UUID) -> HttpResponse:
    """Let it be settled anew."""
    found = found_for(request.user, pk, settling=True)
    reopen(found)
    record(request, "disagreement.reopened", found)
    return redirect("labeling:disagreement", pk)


@require_POST
@labels
def disagreement_remark(request: UserRequest, pk: UUID) -> HttpResponse:
    """Ask those who judged the item, or answer."""
    found = found_for(request.user, pk)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return shown(request, found, remark_form=form, status=422)
    remark(found, form.cleaned_data["text"], author=request.user)
    return lead(request, "labeling:disagreement", pk)


@require_POST
@labels
def disagreement_send(request: UserRequest, slug: str) -> HttpResponse:
    """Put an item before the adjudicators."""
    project = judged_project(request.user, slug)
    item = get_object_or_404(Item, project=project, pk=as_uuid(request.POST.get("item", "")))
    sent_for = About(item.pk, *(as_uuid(each) if each else None for each in map(request.POST.get, ASKED)))
    if sent_for not in labels_on([item.pk]):
        raise Http404
    sent = send_item(sent_for, sent_by=request.user)
    return redirect("labeling:disagreement", sent.pk)


def judged_project(user: User, slug: str) -> Project:
    """Return a project that the person leads or adjudicates; for all others it does not exist."""
    mine = Membership.objects.filter(user=user, role__in=JUDGES)
    projects = Project.objects.all() if user.is_superuser else Project.objects.filter(memberships__in=mine)
    return get_object_or_404(projects, slug=slug)


def found_for(user: User, pk: UUID, *, settling: bool = False) -> Disagreement:
    """Return a disagreement that a person may read, or may settle."""
    rows = Disagreement.objects.settled_by(user) if settling else Disagreement.objects.visible_to(user)
    return get_object_or_404(rows.with_item(), pk=pk)


def shown(
    request: UserRequest,
    found: Disagreement,
    *,
    form: DecisionForm | None = None,
    remark_form: RemarkForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the page of one disagreement."""
    texts, responses = texts_of(found.item)
    may_settle = Disagreement.objects.settled_by(request.user).filter(pk=found.pk).exists()
    own = is_own(found, request.user)
    all_labels = labels_on([found.item_id]).get(about(found), [])
    decisions = list(found.adjudications.select_related("amendment__version__trait", "gold"))
    # With those who took their label back or whose label turned stale: what they wrote to each other stays theirs.
    judges = Annotation.objects.filter(assignment__item=found.item_id)
    names = names_of(found, set(judges.values_list("assignment__annotator", flat=True)))
    remarks = list(found.remarks.select_related("author"))
    context = {
        "section": "projects",
        "found": found,
        "texts": texts,
        "earlier": texts.turns[:-1],
        "final": texts.turns[-1],
        "responses": responses,
        # Who judged it sees the others' labels when it is settled, not before.
        "labels": [
            (names[label.annotator], label)
            for label in all_labels
            if (may_settle and not own) or not found.is_open or label.annotator == request.user.pk
        ],
        "number": len(all_labels),
        "votes": votes_of(all_labels, found.kind) if may_settle or not found.is_open else [],
        "letter": letter_of(found),
        "decisions": [(each, saying_of(each, found.kind)) for each in decisions],
        "remarks": [(names.get(each.author_id, words("Adjudicator")), each) for each in remarks],
        "may_settle": may_settle and not own,
        "may_reopen": may_settle and not found.is_open,
        "own": own,
        "is_led": found.item.project.is_led_by(request.user),
        "form": form or DecisionForm(kind=found.kind),
        "remark_form": remark_form or RemarkForm(),
        "problem": problem,
        "causes": CAUSES,
        "next": next_one(found, request.user) if may_settle else None,
    }
    return render(request, "labeling/disagreement.html", context, status=status)


def letter_of(found: Disagreement) -> str:
    """Return the letter of the response that it is about; none for a preference."""
    return "" if found.response_id is None else LETTERS[found.place]  # type: ignore[attr-defined]  # Annotated.


def saying_of(decision: Adjudication, kind: Disagreement.Kind) -> str:
    """Return the answer that was given in words; none where no single one was."""
    answer: Answer = decision.mark or (decision.rating if decision.strength is None else decision.strength)
    return "" if answer is None else saying(answer, kind)


def next_one(found: Disagreement, user: User) -> Disagreement | None:
    """Return what else waits in the project for this person, the widest first."""
    others = Disagreement.objects.waiting().filter(item__project=found.item.project_id).exclude(pk=found.pk)
    return others.exclude(pk__in=Disagreement.objects.about_labels_of(user).values("pk")).first()


def lead(request: UserRequest, name: str, argument: UUID | str) -> HttpResponse:
    """Lead on to a page. A script learns that the words were taken, and forgets them, before it goes there."""
    url = reverse(name, args=[argument])
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


def as_uuid(text: str) -> UUID:
    """Read an id that somebody sent."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
