"""The rules of a project, and how its guidelines will look."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import UserRequest
from config.saying import told
from config.wording import words
from curation.text import sanitise
from labeling.actions.rules import (
    HandedOut,
    ItemsDontFit,
    Rules,
    perform_if_quick,
    rendered,
    save_rules,
    was_handed_out,
)
from labeling.forms.projects import ASKED, RulesForm
from labeling.models import Project
from labeling.views.answers import labels, wants_fragment
from labeling.views.doors import led_project

FIXED = words("Somebody was handed the first item a moment ago: the questions and traits stay as they are.")


@require_http_methods(["GET", "POST"])
@labels
def project_rules(request: UserRequest, slug: str) -> HttpResponse:
    """Show the rules of a project, and change them."""
    found = led_project(request, slug)
    is_fixed = was_handed_out(found)
    form = RulesForm(request.POST or None, project=found, is_fixed=is_fixed)
    if request.method != "POST" or not form.is_valid():
        return render_rules(request, found, form, status=422 if form.is_bound else 200)
    sent = {"questions": found.questions, "traits": None, **form.cleaned_data}
    try:
        run = save_rules(found, Rules(**sent), actor=request)
    except HandedOut:
        messages.error(request, told(FIXED))
        return redirect("labeling:project_rules", slug)
    except ItemsDontFit as error:
        form.add_error("questions", str(error))
        return render_rules(request, found, form, status=422)
    messages.success(request, _("The rules are saved."))
    if run and perform_if_quick(run, found.items_total).is_unfinished:
        return redirect("runs:progress", run.pk)
    return redirect("labeling:project_rules", slug)


@require_POST
@labels
def guidelines_preview(request: UserRequest, slug: str) -> HttpResponse:
    """Show guidelines as people will read them. Nothing is saved."""
    found = led_project(request, slug)
    html = rendered(sanitise(request.POST.get("guidelines", "")[:50_000]).text)
    if wants_fragment(request):
        return render(request, "labeling/_guidelines_preview.html", {"preview": SafeString(html)})
    form = RulesForm(request.POST, project=found, is_fixed=was_handed_out(found))
    return render_rules(request, found, form, preview=SafeString(html))


def render_rules(
    request: UserRequest,
    found: Project,
    form: RulesForm,
    *,
    preview: SafeString | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the page of the rules."""
    context = {
        "section": "projects",
        "project": found,
        "is_led": True,
        "form": form,
        "is_fixed": "questions" not in form.fields,
        "asked_now": [ASKED[question] for question in ASKED if question in found.questions],
        "pins": found.pins.select_related("trait_version__trait"),
        "preview": preview,
    }
    return render(request, "labeling/project_rules.html", context, status=status)
