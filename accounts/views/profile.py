"""What a person wants said about themselves beside their labels."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audit import record
from accounts.forms import ProfileForm
from accounts.models import UserRequest
from accounts.models.profiles import Profile


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: UserRequest) -> HttpResponse:
    """Show and change one's field, experience and region, and whether releases tell them."""
    found = Profile.objects.filter(user=request.user)
    form = ProfileForm(
        request.POST if request.method == "POST" else None, initial=found.values().first() or {}
    )
    if form.is_valid():
        said = form.cleaned_data | {"changed_at": timezone.now()}
        Profile.objects.update_or_create(user=request.user, defaults=said)
        record(request, "profile.changed", request.user, is_released=said["is_released"])
        messages.success(request, _("It is saved. Releases that are cut from now on go by it."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)
