"""Where releases go, for those who publish them."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from exports.actions.destinations import change_destination, create_destination, start_check
from exports.forms.destinations import FORMS
from exports.models import Destination
from runs.models import Run

TOKEN_VOID = _("The stored token was for another place, so it is gone. Enter a new one before you publish.")


@require_safe
@role_required(Role.STEWARDS)
def destinations(request: UserRequest) -> HttpResponse:
    """List where releases can go."""
    found = Destination.objects.select_related("secret")
    return render(request, "exports/destinations.html", {"destinations": found, "section": "releases"})


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.STEWARDS)
def destination_new(request: UserRequest) -> HttpResponse:
    """Add a destination."""
    kind = request.GET.get("kind", Destination.Kind.HUB)
    if kind not in FORMS:
        raise Http404
    initial = {"endpoint": settings.HF_ENDPOINT} if kind == Destination.Kind.HUB else {}
    form = FORMS[kind](request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        destination = create_destination(form.address, actor=request)
        said = _("%(name)s was added. Check the connection before you publish.")
        messages.success(request, said % {"name": destination})
        return redirect("exports:destination", destination.slug)
    context = {"form": form, "kind": kind, "kinds": Destination.Kind.choices, "section": "releases"}
    return render(request, "exports/destination_new.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.STEWARDS)
def destination(request: UserRequest, slug: str) -> HttpResponse:
    """Show a destination, and change it."""
    found = get_object_or_404(Destination.objects.select_related("secret"), slug=slug)
    form = FORMS[found.kind](request.POST if request.method == "POST" else None, destination=found)
    if form.is_valid():
        had_token = found.secret is not None
        found = change_destination(found, form.address, actor=request)
        messages.success(request, _("Saved."))
        if had_token and found.secret is None:
            messages.warning(request, TOKEN_VOID)
        return redirect("exports:destination", found.slug)
    context = {
        "destination": found,
        "form": form,
        "check": asked_check(request),
        "publications": found.publications.select_related("run", "release__recipe")[:20],
        "section": "releases",
    }
    return render(request, "exports/destination.html", context, status=422 if form.is_bound else 200)


@require_POST
@role_required(Role.STEWARDS)
def destination_check(request: UserRequest, slug: str) -> HttpResponse:
    """Have it looked whether the place is there and may be written to."""
    found = get_object_or_404(Destination, slug=slug)
    run = start_check(found, created_by=request.user)
    return redirect(f"{reverse('exports:destination', args=[found.slug])}?check={run.pk}")


def asked_check(request: HttpRequest) -> Run | None:
    """Return the check that the address names, if there is one."""
    try:
        pk = UUID(request.GET.get("check", ""))
    except ValueError:
        return None
    return Run.objects.filter(pk=pk, kind="exports.check").first()
