"""The audit trail, for administrators: who did what, to what, when and from where."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import check_chain, record
from accounts.decorators import role_required
from accounts.forms.trail import TrailForm
from accounts.models import AuditCheck, AuditEvent, Role, UserRequest
from accounts.models.trail import people_called
from accounts.trail_files import FILES

PAGE_LENGTH = 100


@require_safe
@role_required(Role.ADMINISTRATORS)
def audit(request: UserRequest) -> HttpResponse:
    """List events, the newest first."""
    form = TrailForm(request.GET)
    is_valid = form.is_valid()
    asked = form.cleaned_data
    found = chosen(request, form).select_related("actor").order_by("-pk")
    if asked.get("before"):
        found = found.filter(pk__lt=asked["before"])
    shown = list(found[: PAGE_LENGTH + 1]) if is_valid else []
    filters = urlencode({name: value for name, value in form.data.items() if value and name != "before"})
    context = {
        "form": form,
        "events": shown[:PAGE_LENGTH],
        "older": shown[PAGE_LENGTH - 1] if shown[PAGE_LENGTH:] else None,
        "filters": filters,
        "check": AuditCheck.objects.order_by("-pk").first(),
    }
    return render(request, "accounts/audit.html", context, status=200 if is_valid else 422)


def chosen(request: UserRequest, form: TrailForm) -> "QuerySet[AuditEvent]":
    """Return the events that the filters leave."""
    found = AuditEvent.objects.visible_to(request.user)
    asked = form.cleaned_data
    if asked.get("who"):
        found = found.by(asked["who"])
    if asked.get("act"):
        found = found.named(asked["act"])
    if asked.get("about"):
        found = found.about(asked["about"])
    if asked.get("since"):
        found = found.filter(at__gte=datetime.combine(asked["since"], time(), UTC))
    if asked.get("until"):
        found = found.filter(at__lt=datetime.combine(asked["until"] + timedelta(days=1), time(), UTC))
    return found


@require_safe
@role_required(Role.ADMINISTRATORS)
def audit_file(request: UserRequest, kind: str) -> StreamingHttpResponse:
    """Hand out what the filters leave as a file, the oldest first. That is written down as well, before."""
    form = TrailForm(request.GET)
    if kind not in FILES or not form.is_valid():
        raise Http404
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    if who := asked.pop("who", ""):
        # What is written down stays for good: ids, so that an erased person's address is not kept by a filter.
        asked["who"] = ", ".join(str(person.pk) for person in people_called(who))
    record(request, "audit.exported", request.user, kind=kind, filters=asked)
    content_type, lines = FILES[kind]
    answer = StreamingHttpResponse(lines(chosen(request, form).order_by("pk")), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="audit.{kind}"'
    return answer


@require_POST
@role_required(Role.ADMINISTRATORS)
def audit_check(request: UserRequest) -> HttpResponse:
    """Look at the whole chain now."""
    check_chain()
    return redirect("accounts:audit")
