"""Saved mappings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from curation.actions.mappings import delete_mapping
from curation.models import SavedMapping


@require_POST
@role_required(Role.CURATORS)
def mapping_delete(request: UserRequest, pk: int) -> HttpResponse:
    """Forget a mapping."""
    saved = get_object_or_404(SavedMapping, pk=pk)
    delete_mapping(saved, actor=request)
    messages.success(
        request,
        _("Mapping “%(name)s” deleted. Imports that used it keep their columns.") % {"name": saved.name},
    )
    return redirect("labeling:imports")
