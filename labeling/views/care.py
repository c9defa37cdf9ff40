"""One's own page about what one reads, how much of it, and when one rests."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import UserRequest
from labeling.actions.care import go_on, pause, remind_later, set_care
from labeling.caring import PAUSE
from labeling.forms.care import CareForm, PauseForm
from labeling.models import Care
from labeling.views.answers import labels


@require_http_methods(["GET", "HEAD", "POST"])
@labels
def care(request: UserRequest) -> HttpResponse:
    """Show and change what a person doesn't want to read, their limits and their breaks."""
    form = CareForm(request.POST or None, care=care_for(request))
    if request.method == "POST" and form.is_valid():
        set_care(request.user, form.wishes)
        messages.success(request, _("Kept. It holds from the next item on."))
        return redirect("labeling:care")
    return show(request, form=form, status=422 if form.is_bound else 200)


def show(request: UserRequest, *, status: int = 200, **rejected: Any) -> HttpResponse:
    """Render the page; a form that was rejected takes the place of a fresh one."""
    mine = care_for(request)
    is_paused = mine.paused_until is not None and mine.paused_until > timezone.now()
    context = {
        "form": CareForm(care=mine),
        "pause_form": PauseForm(label_suffix=""),
        "paused_until": mine.paused_until if is_paused else None,
        "tomorrow": (timezone.now() + timedelta(days=1)).date(),
        **rejected,
    }
    return render(request, "labeling/care.html", context, status=status)


@require_POST
@labels
def rest(request: UserRequest) -> HttpResponse:
    """Pause, end the pause, be reminded later, or go on past a limit."""
    wanted = request.POST.get("rest")
    if wanted == "until":
        form = PauseForm(request.POST, label_suffix="")
        if not form.is_valid():
            return show(request, pause_form=form, status=422)
        pause(request.user, form.cleaned_data["until"])
        messages.success(
            request, _("Nothing is handed out to you until then. You can end the pause at any time.")
        )
    elif wanted == "10":
        pause(request.user, timezone.now() + PAUSE)
        messages.success(request, _("Ten minutes. Your drafts are kept."))
    elif wanted == "end":
        pause(request.user, None)
    elif wanted == "later":
        remind_later(request.user)
    elif wanted == "go on":
        go_on(request.user)
    return redirect(way_back(request))


def way_back(request: UserRequest) -> str:
    """Return the page that somebody came from, if it is one of ours."""
    url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours and wants_back(request) else "labeling:home"


def wants_back(request: UserRequest) -> bool:
    """Whether the person goes on where they were: who pauses goes home."""
    return request.POST.get("rest") in ("end", "later", "go on")


def care_for(request: UserRequest) -> Care:
    """Return what the person set, or what holds for those who set nothing; the latter is not stored."""
    return Care.objects.filter(person=request.user).first() or Care(person=request.user)
