"""What came back: reports, and what they say together."""

import csv
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from results.actions import WasRetracted, pushed_file, report_results, retract_report
from results.charts import chart
from results.figures import Findings, findings, missing, summed, variant_name
from results.forms import ChoiceForm, ReportForm, RetractionForm
from results.models import READERS, Evaluation, Report
from results.readers import BadFile
from results.readers.base import COLUMNS
from results.tables import csv_rows

LISTED, SHOWN = 50, 10
SECTION = "results"


@require_safe
@role_required(*READERS)
def reports(request: UserRequest) -> HttpResponse:
    """List the reports, the newest first."""
    return render(request, "results/reports.html", {"reports": listed(), "section": SECTION})


def listed() -> list[Report]:
    """Return the newest reports with their models."""
    models = Evaluation.objects.with_release().order_by("model", "step", "seed")
    rows = Report.objects.select_related("reported_by", "retraction")
    rows = rows.annotate(n_models=Count("evaluations"))
    return list(rows.prefetch_related(Prefetch("evaluations", models))[:LISTED])


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def report_new(request: UserRequest) -> HttpResponse:
    """Take a file in."""
    if request.method != "POST":
        return render_form(request, ReportForm())
    # The body is read here at the latest, and only then is it known whether the file could be stored.
    posted, files = request.POST, request.FILES
    form = ReportForm(posted, files, upload_problem=getattr(request, "upload_problem", ""))
    if form.is_valid():
        file: TemporaryUploadedFile = form.cleaned_data["file"]
        try:
            pushed = pushed_file(Path(file.temporary_file_path()), file.name or "")
            made, is_new = report_results(pushed, form.given, actor=request)
        except BadFile as error:
            form.add_error("file", str(error))
        except WasRetracted:
            form.add_error("file", _("This very report was taken back. Say what is different about it."))
        else:
            said = _("The results are in.") if is_new else _("This was reported already. Nothing changed.")
            messages.success(request, said)
            return redirect("results:report", made.pk)
    return render_form(request, form)


def render_form(request: UserRequest, form: ReportForm) -> HttpResponse:
    """Show the form of a new report."""
    context = {"form": form, "columns": COLUMNS.items(), "section": SECTION}
    return render(request, "results/report_new.html", context, status=422 if form.is_bound else 200)


@require_safe
@role_required(*READERS)
def report(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show what one file told."""
    return render_report(request, find(pk), RetractionForm(label_suffix=""))


@require_POST
@role_required(Role.STEWARDS)
def report_retract(request: UserRequest, pk: UUID) -> HttpResponse:
    """Take a report out of the count."""
    found = find(pk)
    form = RetractionForm(request.POST, label_suffix="")
    if not form.is_valid():
        return render_report(request, found, form)
    retract_report(found, form.cleaned_data["reason"], actor=request)
    messages.success(request, _("Taken back. It stays here to be read, and counts no more."))
    return redirect("results:report", pk)


def find(pk: UUID) -> Report:
    """Return a report."""
    return get_object_or_404(Report.objects.select_related("reported_by", "retraction"), pk=pk)


def render_report(request: UserRequest, found: Report, form: RetractionForm) -> HttpResponse:
    """Show a report with the form to take it back."""
    evaluations = found.evaluations.with_release().order_by("model", "step", "seed")
    context = {
        "report": found,
        "evaluations": evaluations[:LISTED],
        "scores": summed(found),
        "form": form,
        "section": SECTION,
    }
    return render(request, "results/report.html", context, status=422 if form.is_bound else 200)


@require_safe
@role_required(*READERS)
def generalisation(request: UserRequest) -> HttpResponse:
    """Show what training in each domain did to the others, and to conduct under pressure."""
    form = ChoiceForm(request.GET)
    found = findings(form.choice) if form.base_model else None
    context: dict[str, Any] = {
        "form": form,
        "found": found,
        "missing": missing(found.gaps) if found else [],
        "chart": chart(found.curves) if found and found.curves else None,
        "pressures": [(variant_name(each.key), each) for each in found.pressures] if found else [],
        "reports": listed()[:SHOWN],
        "section": SECTION,
    }
    return render(request, "results/generalisation.html", context)


@require_safe
@role_required(*READERS)
def generalisation_csv(request: UserRequest) -> HttpResponse:
    """Send the table as CSV."""
    form = ChoiceForm(request.GET)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="generalisation.csv"'
    found: Findings | None = findings(form.choice) if form.base_model else None
    csv.writer(response).writerows(csv_rows(found.matrix if found else None))
    return response
