"""The fields of life in which scenarios happen."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import role_required
from accounts.models import UserRequest
from curation.actions.cells import SlugTaken, add_domain, change_domain
from curation.forms.cells import DomainForm
from curation.models import Domain
from curation.views.cells import READERS, WRITERS


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*READERS)
def domains(request: UserRequest) -> HttpResponse:
    """List the domains, and add one."""
    may_write = any(map(request.user.has_role, WRITERS))
    if request.method == "POST" and not may_write:
        raise Http404
    form = DomainForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        new = Domain(slug=said["slug"], name=said["name"], description=said["description"])
        try:
            add_domain(new, actor=request)
        except SlugTaken:
            form.add_error("slug", _("Another domain has just got this address. Choose a different one."))
        else:
            messages.success(request, _("Domain “%(name)s” added.") % {"name": new.name})
            return redirect("curation:domains")
    context = {"domains": Domain.objects.all(), "form": form, "may_write": may_write, "section": "traits"}
    return render(request, "curation/domains.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*WRITERS)
def domain(request: UserRequest, slug: str) -> HttpResponse:
    """Change a domain's name, description and place."""
    found = get_object_or_404(Domain, slug=slug)
    form = DomainForm(request.POST if request.method == "POST" else None, domain=found)
    if form.is_valid():
        said = form.cleaned_data
        change_domain(
            found,
            name=said["name"],
            description=said["description"],
            position=said["position"],
            actor=request,
        )
        messages.success(request, _("Domain saved."))
        return redirect("curation:domains")
    context = {"domain": found, "form": form, "section": "traits"}
    return render(request, "curation/domain.html", context, status=422 if form.is_bound else 200)
