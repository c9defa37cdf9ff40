"""Who is told of news, and what was delivered."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from exports.actions.listeners import (
    NoSecret,
    change_listener,
    create_listener,
    renew_secret,
    send_test,
    turn_off,
    turn_on,
)
from exports.forms.listeners import FORMS, ListenerForm
from exports.models import Listener

DELIVERIES_SHOWN = 50


@require_safe
@role_required(Role.STEWARDS)
def notifications(request: UserRequest) -> HttpResponse:
    """List who is told of news."""
    return render(
        request, "exports/notifications.html", {"listeners": Listener.objects.all(), "section": "releases"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def notification_new(request: UserRequest) -> HttpResponse:
    """Add somebody who is told."""
    kind = request.GET.get("kind", Listener.Kind.WEBHOOK)
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST if request.method == "POST" else None)
    if form.is_valid():
        listener = create_listener(kind, form.wish, actor=request)
        return redirect("exports:notification", listener.pk)
    context = {"form": form, "kind": kind, "kinds": Listener.Kind.choices, "section": "releases"}
    return render(request, "exports/notification_new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def notification(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show who is told and what was delivered, and change it."""
    found = fetched(pk)
    form = FORMS[found.kind](request.POST if request.method == "POST" else None, listener=found)
    if form.is_valid():
        had_secret = found.secret is not None
        found = change_listener(found, form.wish, actor=request)
        messages.success(request, _("Saved."))
        if had_secret and found.secret is None:
            messages.warning(
                request, _("The secret was made for another address, so it is gone. Make a new one.")
            )
        return redirect("exports:notification", pk)
    return render_listener(request, found, form, status=422 if form.is_bound else 200)


@require_POST
@never_cache
@role_required(Role.STEWARDS)
def notification_secret(request: UserRequest, pk: UUID) -> HttpResponse:
    """Make a new secret and show it, this once: it is kept where no page can read it."""
    found = fetched(pk)
    if not found.is_webhook:
        raise Http404
    secret = renew_secret(found, actor=request)
    found = fetched(pk)
    return render_listener(request, found, FORMS[found.kind](listener=found), secret=secret)


@require_POST
@role_required(Role.STEWARDS)
def notification_test(request: UserRequest, pk: UUID) -> HttpResponse:
    """Send a test."""
    try:
        send_test(fetched(pk), actor=request)
        messages.success(request, _("A test is on its way. What came of it is below."))
    except NoSecret as reason:
        messages.error(request, told(reason.args[0]))
    return redirect("exports:notification", pk)


@require_POST
@role_required(Role.STEWARDS)
def notification_switch(request: UserRequest, pk: UUID) -> HttpResponse:
    """Turn a listener off, or on again."""
    found = fetched(pk)
    switch = turn_off if found.disabled_at is None else turn_on
    switch(found, actor=request)
    return redirect("exports:notification", pk)


def fetched(pk: UUID) -> Listener:
    """Return a listener with what its page needs."""
    found: Listener = get_object_or_404(Listener.objects.select_related("secret"), pk=pk)
    return found


def render_listener(
    request: UserRequest, found: Listener, form: ListenerForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    """Show a listener."""
    context = {
        "listener": found,
        "form": form,
        "secret": secret,
        "deliveries": found.deliveries.select_related("news", "run")[:DELIVERIES_SHOWN],
        "section": "releases",
    }
    return render(request, "exports/notification.html", context, status=status)
