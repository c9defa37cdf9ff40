"""One's own data, to look at and to take away."""

from tempfile import TemporaryFile

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import UserRequest
from labeling.belongings import FILES, write_belongings


@require_safe
@login_required
def belongings(request: UserRequest) -> HttpResponse:
    """Say what the archive of a person's data holds."""
    return render(request, "labeling/belongings.html", {"files": list(FILES.items())})


@require_safe
@login_required
def belongings_file(request: UserRequest) -> FileResponse:
    """Send all of a person's data as one archive."""
    # Closed, and with it deleted, by the response.
    file = TemporaryFile()  # noqa: SIM115
    write_belongings(request.user, file)
    file.seek(0)
    name = f"arete-my-data-{timezone.now():%Y-%m-%d}.zip"
    answer = FileResponse(file, as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    return answer
