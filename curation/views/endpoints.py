"""Model endpoints, for those who sample responses from them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.endpoints import change_endpoint, create_endpoint, start_check
from curation.forms.endpoints import EndpointForm
from curation.models import Endpoint, Sampling
from runs.models import Run

KEY_VOID = words("The stored key was for another address, so it is gone. Enter a new one before you sample.")
SAMPLINGS_SHOWN = 10


@require_safe
@role_required(Role.CURATORS)
def endpoints(request: UserRequest) -> HttpResponse:
    """List where models answer."""
    found = Endpoint.objects.select_related("secret")
    return render(request, "curation/endpoints.html", {"endpoints": found, "section": "scenarios"})


@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.CURATORS)
def endpoint_new(request: UserRequest) -> HttpResponse:
    """Add an endpoint."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = create_endpoint(form.facts, actor=request)
        messages.success(
            request, _("%(made)s was added. Check the connection before you sample.") % {"made": made}
        )
        return redirect("curation:endpoint", made.pk)
    status = 422 if form.is_bound else 200
    return render(
        request, "curation/endpoint_new.html", {"form": form, "section": "scenarios"}, status=status
    )


@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.CURATORS)
def endpoint(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show an endpoint, and change it."""
    found = get_object_or_404(Endpoint.objects.select_related("secret"), pk=pk)
    form = EndpointForm(request.POST if request.method == "POST" else None, endpoint=found)
    if form.is_valid():
        had_key = found.secret is not None
        facts = form.facts
        found = change_endpoint(found, facts, actor=request)
        messages.success(request, _("Saved."))
        if had_key and found.secret is None and not facts.forget_key:
            messages.warning(request, told(KEY_VOID))
        return redirect("curation:endpoint", found.pk)
    context = {
        "endpoint": found,
        "form": form,
        "check": asked_check(request, found),
        "samplings": Sampling.objects.filter(endpoint=found)
        .select_related("run")
        .order_by("-pk")[:SAMPLINGS_SHOWN],
        "section": "scenarios",
    }
    return render(request, "curation/endpoint.html", context, status=422 if form.is_bound else 200)


@require_POST
@role_required(Role.CURATORS)
def endpoint_check(request: UserRequest, pk: UUID) -> HttpResponse:
    """Have the endpoint asked one short question."""
    found = get_object_or_404(Endpoint, pk=pk)
    run = start_check(found, created_by=request.user)
    return redirect(f"{reverse('curation:endpoint', args=[found.pk])}?check={run.pk}")


def asked_check(request: HttpRequest, found: Endpoint) -> Run | None:
    """Return the check of this endpoint that the address names, if there is one."""
    try:
        pk = UUID(request.GET.get("check", ""))
    except ValueError:
        return None
    checks = Run.objects.filter(kind="curation.endpoint_check", arguments__endpoint=str(found.pk))
    return checks.filter(pk=pk).first()
