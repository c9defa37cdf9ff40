"""How traits and versions begin: from nothing, from another version, from a file. And how they leave as one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from curation.actions.trait_files import DoesNotFit, Outlook, foresee, import_trait
from curation.actions.traits import NameTaken, create_trait, new_version
from curation.actions.wordings import file_of
from curation.forms.traits import NewTraitForm, TraitFileForm
from curation.models import TraitVersion
from curation.trait_yaml import UnreadableTrait, read, written
from curation.wording import TraitFile


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TRAIT_AUTHORS)
def trait_new(request: UserRequest) -> HttpResponse:
    """Begin a trait."""
    if request.method != "POST":
        form = NewTraitForm(initial=request.GET.dict())
        form.data = request.GET
        page = "curation/trait_new.html"
        page = f"{page}#suggestion" if "HX-Request" in request.headers else page
        answer = render(request, page, {"form": form, "section": "traits"})
        patch_vary_headers(answer, ["HX-Request"])
        return answer
    form = NewTraitForm(request.POST)
    if form.is_valid():
        try:
            version = create_trait(**form.cleaned_data, author=request.user)
        except NameTaken:
            form.add_error(
                "slug", _("Somebody has just begun a trait with this name or code. Choose another.")
            )
        else:
            return redirect("curation:trait_edit", version.trait.slug, version.number)
    return render(request, "curation/trait_new.html", {"form": form, "section": "traits"}, status=422)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_version_new(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Begin the next version with the words of this one."""
    version = new_version(find_version(request, slug, number), author=request.user)
    messages.success(
        request,
        _(
            "Version %(number)s is a draft with the words of version %(based_on)s. Say at its end what you "
            "change, and why."
        )
        % {"number": version.number, "based_on": number},
    )
    return redirect("curation:trait_edit", slug, version.number)


@require_safe
@login_required
def trait_file(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Send a version as a YAML file."""
    version = find_version(request, slug, number)
    answer = HttpResponse(written(file_of(version)), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}@{number}.yaml"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TRAIT_AUTHORS)
def trait_import(request: UserRequest) -> HttpResponse:
    """Take a file, show what it would do, and do it when that is confirmed."""
    if request.method != "POST":
        return show_import(request, TraitFileForm())
    form = TraitFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_import(request, form, status=422)
    try:
        file = read(form.body)
        outlook = foresee(file)
        if "confirmed" not in request.POST:
            return show_import(request, TraitFileForm(initial={"text": written(file)}), outlook)
        return done(request, import_trait(file, author=request.user), file)
    except UnreadableTrait as error:
        reasons = [told(problem.said) for problem in error.problems]
    except DoesNotFit as error:
        reasons = error.reasons
    return show_import(request, form, reasons=reasons, status=422)


def done(request: UserRequest, version: TraitVersion, file: TraitFile) -> HttpResponse:
    """Send the person who brought a file in to the draft that it became."""
    messages.success(
        request,
        _("“%(name)s” is in as a draft: version %(number)s.") % {"name": file.name, "number": version.number},
    )
    return redirect("curation:trait_edit", version.trait.slug, version.number)


def show_import(
    request: UserRequest,
    form: TraitFileForm,
    outlook: Outlook | None = None,
    *,
    reasons: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page that asks for a file, or the one that says what it would do."""
    context = {"form": form, "outlook": outlook, "reasons": reasons or [], "section": "traits"}
    return render(request, "curation/trait_import.html", context, status=status)


def find_version(request: UserRequest, slug: str, number: int) -> TraitVersion:
    """Return the version that an address names."""
    visible = TraitVersion.objects.visible_to(request.user).select_related("trait")
    return get_object_or_404(visible, trait__slug=slug, number=min(number, 32767))
