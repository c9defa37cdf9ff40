"""Signing a version off: submitting it, deciding on it, putting it in force and taking it out of force."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions import publishing, reviews
from curation.forms.reviews import RetireForm, ReviewForm
from curation.models import TraitVersion
from curation.views.traits import approval_of, find_version, show

MOVED_ON = words("Somebody else moved this version on meanwhile. This is how it stands now.")
CHANGED = words(
    "The authors took this version back and submitted it again since you read it."
    " Your reason is still here: read the words anew, then decide."
)
PANEL = words("Its panel is rating it. Close the round first, or wait until all have rated.")


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_submit(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Send a draft to the reviewers."""
    version = find_version(request, slug, number)
    try:
        reviews.submit(version, author=request.user)
    except reviews.NotReady as error:
        return show(request, version, status=422, lacking=error.problems)
    except reviews.PanelIsAsked:
        messages.error(request, told(PANEL))
    except reviews.WrongState:
        messages.warning(request, told(MOVED_ON))
    except reviews.NotYours as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Submitted. Its words stay while others read it."))
    return back(request, version)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_withdraw(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Take a version back from the reviewers."""
    version = find_version(request, slug, number)
    try:
        reviews.withdraw(version, author=request.user)
    except reviews.WrongState:
        messages.warning(request, told(MOVED_ON))
    except reviews.NotYours as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back. You can go on writing."))
    return back(request, version)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_review(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Write a reviewer's decision down."""
    version = find_version(request, slug, number)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return refuse(request, version, form)
    said = form.cleaned_data
    try:
        reviews.review(
            version, said["decision"], said["reason"], reviewer=request.user, read_round=said["round"]
        )
    except reviews.ReasonMissing as error:
        form.add_error("reason", str(error))
        return refuse(request, version, form)
    except reviews.TextChanged:
        version.refresh_from_db()
        form = ReviewForm({**request.POST.dict(), "round": version.review_round})
        return refuse(request, version, form, told(CHANGED), status=409)
    except reviews.WrongState:
        messages.warning(request, f"{told(MOVED_ON)} {_('Your review was not recorded.')}")
    except reviews.NotYours as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your review is recorded."))
    return back(request, version)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TRAIT_AUTHORS)
def trait_publish(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Say what publishing would do, and do it."""
    version = find_version(request, slug, number)
    if request.method != "POST":
        return render_publish(request, version)
    try:
        publishing.publish(version, publisher=request.user, despite_remarks="despite_remarks" in request.POST)
    except publishing.OpenRemarks:
        return render_publish(
            request, version, status=422, problem=_("Tick the box to publish all the same.")
        )
    except publishing.TooFewApprovals:
        return render_publish(request, version, status=422)
    except reviews.WrongState:
        messages.warning(request, told(MOVED_ON))
    else:
        messages.success(
            request,
            _("Version %(number)s is in force. Its words never change again.") % {"number": version.number},
        )
    return back(request, version)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TRAIT_AUTHORS)
def trait_retire(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Take a version out of force, with a reason."""
    version = find_version(request, slug, number)
    form = RetireForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {
            "version": version,
            "form": form,
            "rests": publishing.resting_on([version.pk]),
            "section": "traits",
        }
        return render(request, "curation/trait_retire.html", context, status=422 if form.errors else 200)
    try:
        publishing.retire(version, form.cleaned_data["reason"], author=request.user)
    except reviews.WrongState:
        messages.warning(request, told(MOVED_ON))
    else:
        messages.success(
            request, _("Version %(number)s is retired. It stays readable.") % {"number": version.number}
        )
    return back(request, version)


def render_publish(
    request: UserRequest, version: TraitVersion, *, status: int = 200, **trouble: Any
) -> HttpResponse:
    """Render the page that says what publishing would do."""
    standing = publishing.standing_before(version)
    approved = reviews.approvals(version)
    context = {
        "version": version,
        "approvals": approved,
        "needed": reviews.approvals_needed(),
        "is_enough": approved >= reviews.approvals_needed(),
        "standing": standing,
        "has_criteria": version.criteria.shared().exists(),
        "dropped": publishing.dropped(version, standing.versions),
        "dissents": version.reviews.in_force().filter(decision=reviews.Decision.DISSENT).count(),
        "unresolved": publishing.unresolved(version),
        "section": "traits",
        **trouble,
    }
    return render(request, "curation/trait_publish.html", context, status=status)


def back(request: UserRequest, version: TraitVersion) -> HttpResponse:
    """Return to the version's page."""
    path = reverse("curation:trait_version", args=[version.trait.slug, version.number])
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": path})
    return redirect(path)


def refuse(
    request: UserRequest, version: TraitVersion, form: ReviewForm, problem: str = "", status: int = 422
) -> HttpResponse:
    """Answer that a review was not recorded, with all words still there."""
    if "HX-Request" in request.headers:
        context = {"version": version, **approval_of(request, version, form), "review_problem": problem}
        return render(request, "curation/_approval.html", context, status=status)
    return show(request, version, status=status, review_form=form, review_problem=problem)
