"""Rubrics as a file in HealthBench's format."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.audit import record
from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from curation.actions.healthbench import export, exportable
from curation.models import Domain, Scenario, Trait


class Selection(forms.Form):
    """Which scenarios; what makes no sense selects nothing."""

    domain = forms.ModelChoiceField(Domain.objects.all(), required=False)
    trait = forms.ModelChoiceField(Trait.objects.all(), required=False, to_field_name="slug")
    scenario = forms.UUIDField(required=False)

    @property
    def scenarios(self) -> "QuerySet[Scenario]":
        """The scenarios that were asked for."""
        found = exportable()
        if not self.is_valid():
            return found.none()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        names = {"domain": "domain", "trait": "aimed_traits", "scenario": "pk"}
        return found.filter(**{names[name]: value for name, value in asked.items()})


@require_safe
@role_required(Role.CURATORS)
def healthbench(request: UserRequest) -> HttpResponseBase:
    """Stream the scenarios of a domain, of a trait, one, or all that have a rubric."""
    selection = Selection(request.GET)
    answer = StreamingHttpResponse(export(selection.scenarios), content_type="application/x-ndjson")
    answer["Content-Disposition"] = 'attachment; filename="healthbench.jsonl"'
    record(request, "healthbench.exported", request.user, query=request.GET.urlencode()[:400])
    return answer
